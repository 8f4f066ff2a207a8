//! Tests processes that crash between two requests or before the last response: what is left is never read wrongly.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use singlet::cache::Cache;
use singlet::{Client, ErrorKind, ManualClock};
use tokio::sync::Notify;

use super::{cache, noise, with_pause};
use crate::stand::{self, START};
use crate::transport::{Fate, Transport};

fn value(version: u32, bytes: usize) -> Value {
    json!({ "version": version, "text": noise(bytes) })
}

const SMALL: usize = 50;
const LARGE: usize = 3_000;

/// An operation on a record with a TTL of three days, some time after it was set.
#[derive(Debug, Clone, Copy)]
struct Scenario {
    name: &'static str,
    old: usize,
    new: usize,
    /// Whether the record may be missing afterwards.
    may_end: bool,
}

const SCENARIOS: [Scenario; 12] = [
    Scenario { name: "set", old: SMALL, new: SMALL, may_end: false },
    Scenario { name: "set", old: SMALL, new: LARGE, may_end: false },
    Scenario { name: "set", old: LARGE, new: SMALL, may_end: false },
    Scenario { name: "set", old: LARGE, new: LARGE, may_end: false },
    Scenario { name: "update", old: SMALL, new: LARGE, may_end: false },
    Scenario { name: "update", old: LARGE, new: SMALL, may_end: false },
    Scenario { name: "field", old: SMALL, new: SMALL, may_end: false },
    Scenario { name: "field", old: LARGE, new: LARGE, may_end: false },
    Scenario { name: "get", old: LARGE, new: LARGE, may_end: false },
    Scenario { name: "delete", old: LARGE, new: LARGE, may_end: true },
    Scenario { name: "cleanup", old: LARGE, new: LARGE, may_end: true },
    Scenario { name: "cleanup", old: SMALL, new: SMALL, may_end: true },
];

const TTL: Duration = Duration::from_hours(72);

/// Each access refreshes, one that is due does, and one within the pause does not.
const REFRESH_AFTER: [f64; 3] = [0.0, 0.5, NOT_DUE];
const NOT_DUE: f64 = 0.9;

/// Late enough for a refresh to extend the record too.
const LATER: i64 = START + 40 * 3_600;

impl Scenario {
    async fn prepare(self, cache: &Cache) {
        cache.set_record("k", &value(1, self.old)).ttl(TTL).await.unwrap();
    }

    async fn act(self, cache: &Cache) -> singlet::Result<()> {
        match self.name {
            "set" => cache.set_record("k", &value(2, self.new)).ttl(TTL).await,
            "update" => cache.update_record("k", &value(2, self.new)).await,
            "field" => cache.update_record_field("k", "version", &2).await,
            "get" => cache.get_record::<Value>("k").await.map(|_| ()),
            "delete" => cache.delete_record("k").await.map(|_| ()),
            _ => cache.cleanup_inactive_records(60).await.map(|_| ()),
        }
    }

    /// Whether an access at `LATER` is within the pause, so that it writes nothing, and a cleanup cannot exclude it.
    fn is_within(self, refresh_after: f64) -> bool {
        matches!(self.name, "get" | "cleanup") && refresh_after >= NOT_DUE
    }

    /// Checks that the rest is read correctly, now and after everything else that may happen to it.
    async fn judge(self, cache: &Cache, context: &str) {
        let read: Option<Value> = cache.get_record("k").await.unwrap();
        match &read {
            Some(read) => assert!(*read == value(1, self.old) || *read == value(2, self.new), "{self:?} {context}"),
            None => assert!(self.may_end, "{self:?} {context}: the record is lost"),
        }
        assert_eq!(cache.get_all_records::<Value>().await.unwrap().len(), usize::from(read.is_some()));
        let report = cache.cleanup_inactive_records(48 * 60).await.unwrap();
        // A cleanup that was interrupted leaves a record that has expired.
        assert!(report.kept == 0 && report.removed <= u64::from(read.is_none()), "{self:?} {context}: {report}");
        assert_eq!(cache.get_record::<Value>("k").await.unwrap(), read, "{self:?} {context}");
        if read.is_some() {
            cache.update_record_field("k", "version", &3).await.unwrap();
        }
        cache.set_record("k", &value(4, LARGE)).await.unwrap();
        assert_eq!(cache.get_record("k").await.unwrap(), Some(value(4, LARGE)));
        assert!(cache.delete_record("k").await.unwrap());
    }
}

/// A transport that crashes at request number `at`, before or after the service executes it.
fn dying(at: usize, once_done: bool, die: impl Fn() -> Fate + Send + Sync + 'static) -> (Transport, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let transport = Transport::new(move |number, _| {
        count.store(number + 1, Ordering::SeqCst);
        match number.cmp(&at) {
            std::cmp::Ordering::Less => Fate::Pass,
            // The SDK sends the request again, which then crashes.
            std::cmp::Ordering::Equal if once_done => Fate::LoseResponse,
            _ => die(),
        }
    });
    (transport, sent)
}

#[tokio::test]
async fn a_task_that_is_dropped_between_requests_leaves_nothing_that_reads_wrong() {
    stand::run(async |stand| {
        cache(stand).await;
        let runs = REFRESH_AFTER.into_iter().flat_map(|part| SCENARIOS.map(|scenario| (scenario, part)));
        for (scenario, refresh_after) in runs {
            let fresh = with_pause(&stand.client, refresh_after);
            for once_done in [false, true] {
                for at in 0.. {
                    stand.clock.set(START);
                    scenario.prepare(&fresh).await;
                    stand.clock.set(LATER);
                    let death = Arc::new(Notify::new());
                    let reached = Arc::clone(&death);
                    let (transport, _) = dying(at, once_done, move || {
                        reached.notify_one();
                        Fate::Hang
                    });
                    let dropped = with_pause(&stand.through(&transport), refresh_after);
                    let ended = tokio::select! {
                        outcome = scenario.act(&dropped) => { outcome.unwrap(); true }
                        () = death.notified() => false,
                    };
                    scenario.judge(&fresh, &format!("at {at}, once done: {once_done}")).await;
                    if ended {
                        let is_one = scenario.name == "set" || scenario.is_within(refresh_after);
                        assert!(at > 1 || is_one, "{scenario:?} is several requests");
                        break;
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn lost_responses_change_nothing() {
    stand::run(async |stand| {
        cache(stand).await;
        let runs = REFRESH_AFTER.into_iter().flat_map(|part| SCENARIOS.map(|scenario| (scenario, part)));
        for (scenario, refresh_after) in runs {
            let fresh = with_pause(&stand.client, refresh_after);
            stand.clock.set(START);
            scenario.prepare(&fresh).await;
            stand.clock.set(LATER);
            // Every second response is lost, so each request is executed twice.
            let transport = Transport::new(|number, _| if number % 2 == 0 { Fate::LoseResponse } else { Fate::Pass });
            match scenario.act(&with_pause(&stand.through(&transport), refresh_after)).await {
                // The lost response contained the record, so nothing shows whether it was live.
                Err(error) => assert_eq!((scenario.name, error.kind()), ("delete", ErrorKind::OutcomeUnknown)),
                Ok(()) => assert_ne!(scenario.name, "delete"),
            }
            let read: Option<Value> = fresh.get_record("k").await.unwrap();
            let version = read.as_ref().map(|read| read["version"].clone());
            let expected = match scenario.name {
                "get" => Some(json!(1)),
                // It may have been read since.
                "cleanup" if scenario.is_within(refresh_after) => Some(json!(1)),
                "delete" | "cleanup" => None,
                _ => Some(json!(2)),
            };
            assert_eq!(version, expected, "{scenario:?}");
            scenario.judge(&fresh, "every second answer lost").await;
        }
    })
    .await;
}

const CHILD: &str = "SINGLET_TEST_CACHE_CRASH";

fn on_disk(path: &Path, clock: i64) -> Client {
    Client::embedded_at(path).unwrap().with_clock(ManualClock::at(clock))
}

/// Runs this process again, with its tables in a file, and kills it.
#[tokio::test]
async fn a_process_that_is_killed_between_requests_leaves_nothing_that_reads_wrong() {
    if let Ok(task) = std::env::var(CHILD) {
        return be_killed(&task).await;
    }
    let path = std::env::temp_dir().join(format!("singlet-cache-crash-{}.db", std::process::id()));
    let mut kills = [0; 2];
    let parts = [0.0, NOT_DUE].into_iter().enumerate();
    let runs = parts.flat_map(|part| SCENARIOS.into_iter().enumerate().map(move |scenario| (scenario, part)));
    for ((number, scenario), (row, part)) in runs {
        for at in 0.. {
            {
                let fresh = with_pause(&on_disk(&path, START), part);
                fresh.create_table().if_absent().await.unwrap();
                scenario.prepare(&fresh).await;
            }
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["cache::crash::a_process_that_is_killed_between_requests_leaves_nothing_that_reads_wrong"])
                .arg("--exact")
                .env(CHILD, format!("{number} {part} {at} {}", path.display()))
                .output()
                .unwrap();
            scenario.judge(&with_pause(&on_disk(&path, LATER), part), &format!("killed at {at}")).await;
            if output.status.success() {
                break;
            }
            assert_eq!(output.status.code(), None, "{}", String::from_utf8_lossy(&output.stdout));
            kills[row] += 1;
        }
    }
    // Within the pause, a get and a cleanup write nothing, and a field update writes no tracker.
    assert_eq!(kills, [30, 23], "at each of the requests that the scenarios send");
    std::fs::remove_file(&path).unwrap();
}

async fn be_killed(task: &str) {
    let mut parts = task.splitn(4, ' ');
    let mut next = || parts.next().unwrap();
    let (scenario, part) = (SCENARIOS[next().parse::<usize>().unwrap()], next().parse().unwrap());
    let at = next().parse().unwrap();
    let client = on_disk(Path::new(next()), LATER);
    let (transport, _) = dying(at, false, || std::process::abort());
    let cache = with_pause(&transport.between(&client).with_clock(ManualClock::at(LATER)), part);
    scenario.act(&cache).await.unwrap();
}
