//! Tests processes that crash between two requests or before the last response: what is left is never read wrongly.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use singlet::cache::Cache;
use singlet::{Client, ManualClock};
use tokio::sync::Notify;

use super::{cache, cache_of, noise};
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

    /// Checks that the rest is read correctly, now and after everything else that may happen to it.
    async fn judge(self, cache: &Cache, context: &str) {
        let read: Option<Value> = cache.get_record("k").await.unwrap();
        match &read {
            Some(read) => assert!(*read == value(1, self.old) || *read == value(2, self.new), "{self:?} {context}"),
            None => assert!(self.may_end, "{self:?} {context}: the record is lost"),
        }
        assert_eq!(cache.get_all_records::<Value>().await.unwrap().len(), usize::from(read.is_some()));
        let report = cache.cleanup_inactive_records(48 * 60).await.unwrap();
        assert_eq!((report.removed, report.kept), (0, 0), "{self:?} {context}");
        assert_eq!(cache.cleanup_inactive_records(48 * 60).await.unwrap().orphans, 0, "{self:?} {context}");
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
        let fresh = cache(stand).await;
        for scenario in SCENARIOS {
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
                    let dropped = cache_of(&stand.through(&transport));
                    let ended = tokio::select! {
                        outcome = scenario.act(&dropped) => { outcome.unwrap(); true }
                        () = death.notified() => false,
                    };
                    scenario.judge(&fresh, &format!("at {at}, once done: {once_done}")).await;
                    if ended {
                        assert!(at > 1 || scenario.name == "set", "{scenario:?} is several requests");
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
        let fresh = cache(stand).await;
        for scenario in SCENARIOS {
            stand.clock.set(START);
            scenario.prepare(&fresh).await;
            stand.clock.set(LATER);
            // Every second response is lost, so each request is executed twice.
            let transport = Transport::new(|number, _| if number % 2 == 0 { Fate::LoseResponse } else { Fate::Pass });
            scenario.act(&cache_of(&stand.through(&transport))).await.unwrap();
            let read: Option<Value> = fresh.get_record("k").await.unwrap();
            let version = read.as_ref().map(|read| read["version"].clone());
            let expected = match scenario.name {
                "get" => Some(json!(1)),
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
    let mut kills = 0;
    for (number, scenario) in SCENARIOS.into_iter().enumerate() {
        for at in 0.. {
            {
                let fresh = cache_of(&on_disk(&path, START));
                fresh.create_table().if_absent().await.unwrap();
                scenario.prepare(&fresh).await;
            }
            let output = Command::new(std::env::current_exe().unwrap())
                .args(["cache::crash::a_process_that_is_killed_between_requests_leaves_nothing_that_reads_wrong"])
                .arg("--exact")
                .env(CHILD, format!("{number} {at} {}", path.display()))
                .output()
                .unwrap();
            scenario.judge(&cache_of(&on_disk(&path, LATER)), &format!("killed at {at}")).await;
            if output.status.success() {
                break;
            }
            assert_eq!(output.status.code(), None, "{}", String::from_utf8_lossy(&output.stdout));
            kills += 1;
        }
    }
    assert_eq!(kills, 29, "at each of the requests that the scenarios send");
    std::fs::remove_file(&path).unwrap();
}

async fn be_killed(task: &str) {
    let mut parts = task.splitn(3, ' ');
    let mut next = || parts.next().unwrap();
    let (scenario, at) = (SCENARIOS[next().parse::<usize>().unwrap()], next().parse().unwrap());
    let client = on_disk(Path::new(next()), LATER);
    let (transport, _) = dying(at, false, || std::process::abort());
    let cache = cache_of(&transport.between(&client).with_clock(ManualClock::at(LATER)));
    scenario.act(&cache).await.unwrap();
}
