//! Tests cleanups: they remove inactive records, and keep those that are accessed in the meantime.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use singlet::ErrorKind;
use singlet::cache::{Cache, CacheCleanupReport};

use super::{cache, cache_of, noise, part, seconds, with_pause};
use crate::stand::{self, START, Stand, n, s};
use crate::transport::{Fate, Transport, error_body};

const DAY: Duration = Duration::from_hours(24);

fn report(seen: u64, removed: u64, kept: u64) -> String {
    format!("{seen} records seen, {removed} removed, {kept} kept")
}

/// A small and a large record for each name, with a TTL of one day.
async fn fill(cache: &Cache, names: &[&str]) {
    for name in names {
        cache.set_record(&format!("{name} small"), &noise(10)).ttl(DAY).await.unwrap();
        cache.set_record(&format!("{name} large"), &noise(2_000)).ttl(DAY).await.unwrap();
    }
}

/// The number of stored records. All other items are their trackers, or those of removed records.
async fn records(stand: &Stand) -> usize {
    let items = stand.stored("singlet_cache").await;
    let (records, trackers): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item["sk"] == s("VALUE"));
    for tracker in trackers {
        assert!(tracker.contains_key("ends") || records.iter().any(|record| record["pk"] == tracker["pk"]));
    }
    records.len()
}

async fn read(cache: &Cache, name: &str) -> [bool; 2] {
    let read = async |key: String| cache.get_record::<String>(&key).await.unwrap().is_some();
    [read(format!("{name} small")).await, read(format!("{name} large")).await]
}

#[tokio::test]
async fn the_last_access_decides() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["idle", "read", "updated", "set"]).await;
        stand.advance(1_800);
        assert_eq!(read(&cache, "read").await, [true, true]);
        for key in ["updated small", "updated large"] {
            cache.update_record(key, &noise(1_500)).await.unwrap();
        }
        fill(&cache, &["set"]).await;
        stand.advance(1_799);
        let done = async |minutes| cache.cleanup_inactive_records(minutes).await.unwrap().to_string();
        assert_eq!(done(60).await, report(8, 0, 0));
        stand.advance(1);
        assert_eq!(done(60).await, report(8, 2, 0));
        assert_eq!(done(60).await, report(6, 0, 0));
        assert_eq!(read(&cache, "idle").await, [false, false]);
        assert_eq!(records(stand).await, 6);
        for name in ["read", "updated", "set"] {
            assert_eq!(read(&cache, name).await, [true, true], "{name}");
        }
        assert_eq!(done(0).await, report(6, 6, 0), "used until now, and no longer");
        assert_eq!(records(stand).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_has_ended_goes_whenever_it_was_accessed() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (key, size) in [("small", 10), ("large", 2_000)] {
            cache.set_record(key, &noise(size)).ttl(seconds(10)).await.unwrap();
        }
        stand.advance(9);
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().removed, 0);
        stand.advance(1);
        assert_eq!(cache.cleanup_inactive_records(u64::MAX).await.unwrap().removed, 2);
        assert_eq!(records(stand).await, 0);
    })
    .await;
}

#[tokio::test]
async fn without_active_ttl_the_last_write_decides() {
    stand::run(async |stand| {
        cache(stand).await;
        let cache = Cache::builder().active_ttl(false).build().unwrap();
        for (key, size) in [("small", 10), ("large", 2_000)] {
            cache.set_record(key, &serde_json::json!({ "text": noise(size) })).ttl(DAY).await.unwrap();
        }
        stand.advance(3_600);
        cache.get_record::<Value>("small").await.unwrap();
        for key in ["small", "large"] {
            cache.update_record_field(key, "n", &1).await.unwrap();
        }
        stand.advance(3_599);
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().removed, 0);
        stand.advance(1);
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().removed, 2);
    })
    .await;
}

#[tokio::test]
async fn accesses_within_the_pause_leave_no_trace_but_count() {
    stand::run(async |stand| {
        // The pause is 8640 s. The cleanup knows it from the record and not from its own settings.
        let (cleaner, cache) = (cache(stand).await, with_pause(&stand.client, 0.1));
        fill(&cache, &["a"]).await;
        for pause in [8_640, 8_639] {
            stand.advance(pause);
            assert_eq!(read(&cache, "a").await, [true, true]);
        }
        for (key, holder) in [("a small", "VALUE"), ("a large", "TRACKER")] {
            let stored = part(stand, key, holder).await.unwrap();
            assert_eq!(stored["accessed_at"], n(START + 8_640), "{key}");
            assert_eq!(part(stand, key, "VALUE").await.unwrap()["refresh_after"], n(8_640), "{key}");
        }
        stand.advance(3_600);
        assert_eq!(cleaner.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 0, 0));
        let idle_when_scanned = outdated(stand, |item| {
            if item["accessed_at"].is_object() {
                item["accessed_at"] = serde_json::json!({ "N": "1" });
            }
        });
        assert_eq!(idle_when_scanned.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 0, 2));
        stand.advance(1);
        assert_eq!(cleaner.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 2, 0));
    })
    .await;
}

/// A cache whose scans return outdated items, which `change` produces from the current ones.
fn outdated(stand: &Stand, change: impl Fn(&mut Value) + Send + Sync + 'static) -> Cache {
    let change = Arc::new(change);
    let transport = Transport::new(move |_, request| {
        let change = Arc::clone(&change);
        match request.operation.as_str() {
            "Scan" => Fate::Rewrite(Box::new(move |mut answer| {
                for item in answer["Items"].as_array_mut().unwrap() {
                    change(item);
                }
                answer
            })),
            _ => Fate::Pass,
        }
    });
    cache_of(&stand.through(&transport))
}

#[tokio::test]
async fn what_is_used_meanwhile_survives() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["a", "b"]).await;
        stand.advance(1);
        assert_eq!([read(&cache, "a").await, read(&cache, "b").await], [[true; 2]; 2]);
        let idle_when_scanned = outdated(stand, |item| {
            if item["accessed_at"].is_object() {
                item["accessed_at"] = serde_json::json!({ "N": "1" });
            }
        });
        let ended_when_scanned = outdated(stand, |item| item["expires_at"] = serde_json::json!({ "N": "1" }));
        stand.advance(60);
        for cleaner in [idle_when_scanned, ended_when_scanned] {
            assert_eq!(cleaner.cleanup_inactive_records(2).await.unwrap().to_string(), report(4, 0, 4));
        }
        assert_eq!([read(&cache, "a").await, read(&cache, "b").await], [[true; 2]; 2]);
    })
    .await;
}

#[tokio::test]
async fn what_is_set_again_meanwhile_survives() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["a"]).await;
        let replaced = outdated(stand, |item| item["generation"] = serde_json::json!({ "S": "an old one" }));
        stand.advance(7_200);
        let done = replaced.cleanup_inactive_records(60).await.unwrap();
        assert_eq!(done.to_string(), report(2, 0, 2));
        assert_eq!(read(&cache, "a").await, [true, true]);
    })
    .await;
}

/// A scan that returns only one of the two items, or the record before its tracker, neither loses a record nor finds it
/// idle.
#[tokio::test]
async fn a_scan_that_reads_half_of_a_record_does_no_harm() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["a", "b"]).await;
        stand.advance(86_000);
        assert_eq!([read(&cache, "a").await, read(&cache, "b").await], [[true; 2]; 2]);
        stand.advance(1_000);
        let scanned = |change: fn(&mut Vec<Value>)| {
            let transport = Transport::new(move |_, request| match request.operation.as_str() {
                "Scan" => Fate::Rewrite(Box::new(move |mut answer| {
                    change(answer["Items"].as_array_mut().unwrap());
                    answer
                })),
                _ => Fate::Pass,
            });
            cache_of(&stand.through(&transport))
        };
        let without_trackers = scanned(|items| items.retain(|item| item["sk"]["S"] != "TRACKER"));
        let without_records = scanned(|items| items.retain(|item| item["sk"]["S"] != "VALUE"));
        let reversed = scanned(|items| items.reverse());
        for (cleaner, seen, kept) in [(&without_trackers, 4, 2), (&without_records, 0, 0), (&reversed, 4, 2)] {
            assert_eq!(cleaner.cleanup_inactive_records(60).await.unwrap().to_string(), report(seen, 0, kept));
            assert_eq!([read(&cache, "a").await, read(&cache, "b").await], [[true; 2]; 2]);
        }
        assert_eq!(reversed.get_all_records::<String>().await.unwrap().len(), 4);
    })
    .await;
}

/// The trackers of records that were deleted or replaced have no effect, and expire by themselves.
#[tokio::test]
async fn a_tracker_that_is_left_over_belongs_to_no_record() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["a"]).await;
        stand.advance(1);
        assert_eq!(read(&cache, "a").await, [true, true]);
        for size in [10, 2_000] {
            cache.set_record("a large", &noise(size)).ttl(seconds(100)).await.unwrap();
            assert_eq!(cache.get_record("a large").await.unwrap(), Some(noise(size)));
            assert_eq!(cache.get_all_records::<String>().await.unwrap().len(), 2);
            assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 0, 0));
        }
        stand.advance(100);
        assert_eq!(read(&cache, "a").await, [true, false], "the tracker of the earlier generation lasts for a day");
        assert_eq!(cache.get_all_records::<String>().await.unwrap().len(), 1);
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_removes_nothing() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["a"]).await;
        stand.advance(3_600);
        let before = stand.stored("singlet_cache").await;
        assert_eq!(cache.cleanup_inactive_records(60).dry_run().await.unwrap().to_string(), report(2, 2, 0));
        assert_eq!(stand.stored("singlet_cache").await, before);
    })
    .await;
}

#[tokio::test]
async fn removals_keep_to_their_rate() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.batch_set((0..6).map(|number| (format!("k{number}"), number))).await.unwrap();
        stand.advance(60);
        let start = Instant::now();
        let done = cache.cleanup_inactive_records(1).max_removals_per_second(50).await.unwrap();
        assert_eq!(done.removed, 6);
        assert!(start.elapsed() >= Duration::from_millis(5 * 20));
    })
    .await;
}

#[tokio::test]
async fn values_do_not_travel() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::new(|_, request| match request.operation.as_str() {
            "Scan" => Fate::Rewrite(Box::new(|answer| {
                let shown = answer.to_string();
                assert!(!shown.contains("fields") && !shown.contains("\"value\""), "{shown}");
                answer
            })),
            _ => Fate::Pass,
        });
        let cache = cache_of(&stand.through(&transport));
        fill(&cache, &["a"]).await;
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().seen, 2);
    })
    .await;
}

#[tokio::test]
async fn the_background_task_cleans_up_until_it_is_stopped() {
    stand::run(async |stand| {
        cache(stand).await;
        let sent = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&sent);
        let transport = Transport::new(move |_, _| {
            count.fetch_add(1, Ordering::SeqCst);
            Fate::Pass
        });
        let cache = cache_of(&stand.through(&transport));
        fill(&cache, &["a"]).await;
        let mut task = cache.spawn_cleanup(Duration::from_millis(1), 60).unwrap();
        assert_eq!(task.status().runs, 0);
        assert_eq!(task.next_run().await.report.unwrap().to_string(), report(2, 0, 0));
        stand.advance(3_600);
        let mut removed = 0;
        while removed < 2 {
            let status = task.next_run().await;
            removed += status.report.unwrap().removed;
            assert_eq!(status.failed, None);
        }
        let last = task.stop().await;
        assert!(last.runs >= 2);
        let before = sent.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(sent.load(Ordering::SeqCst), before, "nothing is sent any more");
        assert_eq!(records(stand).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_dropped_task_ends() {
    stand::run(async |stand| {
        cache(stand).await;
        let recording = Transport::recording();
        let task = cache_of(&stand.through(&recording)).spawn_cleanup(Duration::from_millis(1), 60).unwrap();
        drop(task);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(recording.sent().len() <= 1, "what was under way may end");
    })
    .await;
}

#[tokio::test]
async fn a_run_that_fails_is_told_and_the_next_one_works() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::new(|number, _| match number {
            0 => Fate::Answer(400, error_body("AccessDeniedException")),
            _ => Fate::Pass,
        });
        let cache = cache_of(&stand.through(&transport));
        let mut task = cache.spawn_cleanup(Duration::from_millis(1), 60).unwrap();
        let status = task.next_run().await;
        assert_eq!((status.runs, status.failed, status.report), (1, Some(ErrorKind::Service), None));
        let status = task.next_run().await;
        assert_eq!((status.failed, status.report), (None, Some(CacheCleanupReport::default())));
        task.stop().await;
        assert_eq!(cache.spawn_cleanup(Duration::ZERO, 60).unwrap_err().kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn a_task_that_waits_stops_at_once() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let task = cache.spawn_cleanup(Duration::from_hours(1), 60).unwrap();
        let start = Instant::now();
        assert_eq!(task.stop().await.runs, 0);
        assert!(start.elapsed() < Duration::from_secs(10));
    })
    .await;
}
