//! Tests cleanups: they remove inactive records, and keep those that are accessed in the meantime.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use singlet::ErrorKind;
use singlet::cache::{Cache, CacheCleanupReport};

use super::{cache, cache_of, noise, part, pk_of, seconds, with_pause};
use crate::stand::{self, START, Stand, n, s};
use crate::transport::{Fate, Transport, error_body};

const DAY: Duration = Duration::from_hours(24);

fn report(seen: u64, removed: u64, kept: u64, orphans: u64) -> String {
    format!("{seen} records seen, {removed} removed, {kept} kept, {orphans} orphans removed")
}

/// A small and a large record for each name, with a TTL of one day.
async fn fill(cache: &Cache, names: &[&str]) {
    for name in names {
        cache.set_record(&format!("{name} small"), &noise(10)).ttl(DAY).await.unwrap();
        cache.set_record(&format!("{name} large"), &noise(2_000)).ttl(DAY).await.unwrap();
    }
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
        assert_eq!(done(60).await, report(8, 0, 0, 0));
        stand.advance(1);
        assert_eq!(done(60).await, report(8, 2, 0, 0));
        assert_eq!(done(60).await, report(6, 0, 0, 0));
        assert_eq!(read(&cache, "idle").await, [false, false]);
        assert_eq!(stand.stored("singlet_cache").await.len(), 3 + 4 + 3, "records and trackers");
        for name in ["read", "updated", "set"] {
            assert_eq!(read(&cache, name).await, [true, true], "{name}");
        }
        assert_eq!(done(0).await, report(6, 6, 0, 0), "used until now, and no longer");
        assert_eq!(stand.stored("singlet_cache").await.len(), 0);
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
        assert_eq!(stand.stored("singlet_cache").await.len(), 0);
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
        stand.advance(8_639);
        assert_eq!(read(&cache, "a").await, [true, true]);
        for key in ["a small", "a large"] {
            let holder = if key == "a large" { "TRACKER" } else { "RECORD" };
            let stored = part(stand, key, holder).await.unwrap();
            assert_eq!((&stored["accessed_at"], &stored["refresh_after"]), (&n(START), &n(8_640)), "{key}");
        }
        stand.advance(3_600);
        assert_eq!(cleaner.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 0, 0, 0));
        let idle_when_scanned = outdated(stand, |item| {
            if item["accessed_at"].is_object() {
                item["accessed_at"] = serde_json::json!({ "N": "1" });
            }
        });
        assert_eq!(idle_when_scanned.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 0, 2, 0));
        stand.advance(1);
        assert_eq!(cleaner.cleanup_inactive_records(60).await.unwrap().to_string(), report(2, 2, 0, 0));
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
        let idle_when_scanned = outdated(stand, |item| {
            if item["accessed_at"].is_object() {
                item["accessed_at"] = serde_json::json!({ "N": "1" });
            }
        });
        let ended_when_scanned = outdated(stand, |item| item["expires_at"] = serde_json::json!({ "N": "1" }));
        stand.advance(60);
        for cleaner in [idle_when_scanned, ended_when_scanned] {
            assert_eq!(cleaner.cleanup_inactive_records(2).await.unwrap().to_string(), report(4, 0, 4, 0));
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
        assert_eq!(done.to_string(), report(2, 0, 2, 0));
        assert_eq!(read(&cache, "a").await, [true, true]);
    })
    .await;
}

async fn forget(stand: &Stand, key: &str, part: &str) {
    let delete = stand.client.sdk().delete_item().table_name("singlet_cache");
    delete.key("pk", pk_of(key)).key("sk", s(part)).send().await.unwrap();
}

#[tokio::test]
async fn halves_are_removed() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["no tracker", "no record", "other", "whole"]).await;
        forget(stand, "no tracker large", "TRACKER").await;
        forget(stand, "no record large", "RECORD").await;
        let mut tracker = part(stand, "other large", "TRACKER").await.unwrap();
        tracker.insert("generation".into(), s("of another record"));
        stand.put_raw("singlet_cache", tracker).await;
        // The tracker of a large record that a small one replaced.
        let mut tracker = part(stand, "whole large", "TRACKER").await.unwrap();
        tracker.insert("pk".into(), pk_of("whole small"));
        stand.put_raw("singlet_cache", tracker).await;

        assert_eq!(cache.cleanup_inactive_records(60).dry_run().await.unwrap().to_string(), report(5, 0, 0, 5));
        assert_eq!(cache.cleanup_inactive_records(60).await.unwrap().to_string(), report(5, 0, 0, 5));
        assert_eq!(stand.stored("singlet_cache").await.len(), 4 + 2);
        assert_eq!(read(&cache, "whole").await, [true, true]);
    })
    .await;
}

#[tokio::test]
async fn halves_that_are_whole_again_survive() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        fill(&cache, &["a", "b"]).await;
        for part in ["TRACKER", "RECORD"] {
            let torn = Transport::new(move |_, request| match request.operation.as_str() {
                "Scan" => Fate::Rewrite(Box::new(move |mut answer| {
                    let items = answer["Items"].as_array_mut().unwrap();
                    items.retain(|item| item["sk"]["S"] != part);
                    answer
                })),
                _ => Fate::Pass,
            });
            let cleaner = cache_of(&stand.through(&torn));
            let done = cleaner.cleanup_inactive_records(60).await.unwrap();
            assert_eq!((done.removed, done.orphans), (0, 0), "{done}");
            assert_eq!([read(&cache, "a").await, read(&cache, "b").await], [[true; 2]; 2]);
        }
        // Reading all records does not miss them either.
        let torn = outdated(stand, |item| item["generation"] = serde_json::json!({ "S": item["sk"]["S"] }));
        assert_eq!(torn.get_all_records::<String>().await.unwrap().len(), 4);
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
        assert_eq!(cache.cleanup_inactive_records(60).dry_run().await.unwrap().to_string(), report(2, 2, 0, 0));
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
        assert_eq!(task.next_run().await.report.unwrap().to_string(), report(2, 0, 0, 0));
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
        assert_eq!(stand.stored("singlet_cache").await.len(), 0);
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
