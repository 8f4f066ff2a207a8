//! Tests active TTL: an access extends the TTL of a record with one small write.

use std::time::Duration;

use serde_json::Value;
use singlet::cache::Cache;
use singlet::{Client, ManualClock};

use super::{cache, cache_of, ends, noise, part, seconds, with_pause};
use crate::stand::{self, START, Stand, n};
use crate::transport::{Fate, SentRequest, Transport, error_body};

/// A record that holds its expiry, and one with a tracker.
const SIZES: [usize; 2] = [10, 5_000];

async fn is_there(cache: &Cache, key: &str) -> bool {
    cache.get_record::<String>(key).await.unwrap().is_some()
}

#[tokio::test]
async fn reads_prolong_a_record_by_its_own_ttl() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (key, size) in ["small", "large"].into_iter().zip(SIZES) {
            cache.set_record(key, &noise(size)).ttl(seconds(300)).await.unwrap();
            for _ in 0..20 {
                stand.advance(299);
                assert!(is_there(&cache, key).await, "{key}");
            }
            stand.advance(300);
            assert!(!is_there(&cache, key).await, "exactly then it has ended");
        }
    })
    .await;
}

#[tokio::test]
async fn updates_prolong_a_record_too() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for size in SIZES {
            let value = |version: u32| serde_json::json!({ "text": noise(size), "version": version });
            cache.set_record("k", &value(0)).ttl(seconds(10)).await.unwrap();
            stand.advance(9);
            cache.update_record("k", &value(1)).await.unwrap();
            stand.advance(9);
            cache.update_record_field("k", "version", &2).await.unwrap();
            stand.advance(9);
            assert_eq!(cache.get_record::<Value>("k").await.unwrap(), Some(value(2)));
            stand.advance(10);
            for error in [
                cache.update_record("k", &value(3)).await.unwrap_err(),
                cache.update_record_field("k", "version", &3).await.unwrap_err(),
            ] {
                assert!(error.is_not_found() && error.table() == Some("singlet_cache"), "{error:?}");
            }
            assert_eq!(cache.get_record::<Value>("k").await.unwrap(), None);
        }
    })
    .await;
}

#[tokio::test]
async fn the_default_ttl_is_for_records_without_one() {
    stand::run(async |stand| {
        cache(stand).await;
        let cache = Cache::builder().default_ttl(Duration::from_millis(1_500)).build().unwrap();
        cache.set_record("default", "a").await.unwrap();
        cache.set_record("own", "a").ttl(seconds(3)).await.unwrap();
        stand.advance(1);
        // One and a half seconds are rounded up to two.
        assert_eq!(cache.get_all_records::<String>().await.unwrap().len(), 2);
        stand.advance(1);
        assert!(!is_there(&cache, "default").await && is_there(&cache, "own").await);
        assert_eq!(part(stand, "own", "VALUE").await.unwrap()["expires_at"], n(START + 5));
    })
    .await;
}

#[tokio::test]
async fn without_active_ttl_a_record_ends_when_its_ttl_is_over() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let cache = Cache::builder().client(&client).active_ttl(false).build().unwrap();
        for size in SIZES {
            let value = |version: u32| serde_json::json!({ "text": noise(size), "version": version });
            cache.set_record("k", &value(0)).ttl(seconds(300)).await.unwrap();
            stand.advance(100);
            cache.update_record_field("k", "version", &1).await.unwrap();
            stand.advance(100);
            cache.update_record("k", &value(2)).await.unwrap();
            stand.advance(99);
            let before = transport.sent().len();
            assert_eq!(cache.get_record::<Value>("k").await.unwrap(), Some(value(2)));
            assert_eq!(transport.sent().len(), before + 1, "a read writes nothing");
            stand.advance(1);
            assert_eq!(cache.get_record::<Value>("k").await.unwrap(), None);
        }
    })
    .await;
}

/// The requests since then, as operation and range key.
fn writes(sent: &[SentRequest]) -> Vec<(String, String)> {
    let key = |request: &SentRequest| {
        let (body, of) = (request.json(), if request.operation == "PutItem" { "Item" } else { "Key" });
        body[of]["sk"]["S"].as_str().unwrap_or_default().to_owned()
    };
    sent.iter().filter(|r| r.operation != "Query").map(|request| (request.operation.clone(), key(request))).collect()
}

#[tokio::test]
async fn a_refresh_writes_the_tracker_alone() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::recording();
        let cache = cache_of(&stand.through(&transport));
        cache.set_record("k", &noise(40_000)).ttl(seconds(300)).await.unwrap();
        let record = part(stand, "k", "VALUE").await.unwrap();
        stand.advance(7);
        let before = transport.sent().len();
        assert!(is_there(&cache, "k").await);
        let sent = transport.sent().split_off(before);
        assert_eq!(sent.len(), 2, "one query reads both, one put refreshes");
        assert_eq!(writes(&sent), [("PutItem".to_owned(), "TRACKER".to_owned())]);
        let tracker = part(stand, "k", "TRACKER").await.unwrap();
        assert_eq!((&tracker["expires_at"], &tracker["accessed_at"]), (&n(START + 307), &n(START + 7)));
        assert_eq!(part(stand, "k", "VALUE").await.unwrap(), record);

        // Within the same second, there is nothing to extend.
        let before = transport.sent().len();
        assert!(is_there(&cache, "k").await);
        assert_eq!(writes(&transport.sent()[before..]), []);
    })
    .await;
}

#[tokio::test]
async fn a_record_expires_at_most_its_pause_early() {
    stand::run(async |stand| {
        cache(stand).await;
        // 25.5 s are rounded up.
        for (part, pause) in [(0.1, 11), (0.25, 26), (1.0, 102)] {
            let cache = with_pause(&stand.client, part);
            for size in SIZES {
                let value = serde_json::json!({ "text": noise(size) });
                cache.set_record("k", &value).ttl(seconds(102)).await.unwrap();
                stand.advance(pause - 1);
                assert!(cache.get_record::<Value>("k").await.unwrap().is_some(), "not refreshed");
                stand.advance(102 - pause);
                assert!(
                    cache.get_record::<Value>("k").await.unwrap().is_some(),
                    "{part} of {size}: at its last second"
                );
                // The last read has extended the TTL, unless the pause is the whole TTL.
                stand.advance(1);
                assert_eq!(cache.get_record::<Value>("k").await.unwrap().is_some(), pause < 102, "{part} of {size}");
            }
        }
        // What a process has set with a pause keeps it, and `update_record` always extends the TTL.
        let (with, without) = (with_pause(&stand.client, 0.5), cache_of(&stand.client));
        for (key, size) in ["small", "large"].into_iter().zip(SIZES) {
            with.set_record(key, &noise(size)).ttl(seconds(100)).await.unwrap();
            let ends = || ends(stand, key);
            let set = ends().await;
            stand.advance(49);
            assert!(is_there(&without, key).await);
            assert_eq!(ends().await, set, "{key}");
            without.update_record(key, &noise(size)).await.unwrap();
            assert_eq!(ends().await, n(stand.clock.now() + 100));
            stand.advance(1);
            assert!(is_there(&with, key).await);
            assert_eq!(ends().await, n(stand.clock.now() + 100), "{key}: the update has stored no pause");
        }
    })
    .await;
}

#[tokio::test]
async fn without_active_ttl_no_pause_is_stored() {
    stand::run(async |stand| {
        cache(stand).await;
        let cache = Cache::builder().refresh_after(0.5).active_ttl(false).build().unwrap();
        for (key, size) in ["small", "large"].into_iter().zip(SIZES) {
            cache.set_record(key, &noise(size)).await.unwrap();
        }
        assert!(stand.stored("singlet_cache").await.iter().all(|item| !item.contains_key("refresh_after")));
    })
    .await;
}

#[tokio::test]
async fn a_refresh_that_fails_does_not_fail_the_read() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (key, size) in ["small", "large"].into_iter().zip(SIZES) {
            cache.set_record(key, &noise(size)).ttl(seconds(300)).await.unwrap();
        }
        stand.advance(1);
        let transport = Transport::new(|_, request| match request.operation.as_str() {
            "UpdateItem" | "PutItem" => Fate::Answer(400, error_body("ProvisionedThroughputExceededException")),
            _ => Fate::Pass,
        });
        let failing = cache_of(&stand.through(&transport));
        for (key, size) in ["small", "large"].into_iter().zip(SIZES) {
            assert_eq!(failing.get_record(key).await.unwrap(), Some(noise(size)));
            let error = failing.update_record_field(key, "f", &1).await.unwrap_err();
            assert_eq!(error.kind(), singlet::ErrorKind::Validation, "it is not a map: {error}");
        }
        assert!(writes(&transport.sent()).len() >= 8, "each was tried four times");
    })
    .await;
}

/// A cache of a machine to which responses tell a time that is wrong by this many seconds.
fn skewed(stand: &Stand, by: i64) -> Cache {
    let clock = ManualClock::at(stand.clock.now() + by);
    let service = clock.clone();
    let transport = Transport::new(move |_, _| Fate::Dated(service.now()));
    cache_of(&stand.through(&transport).with_clock(clock))
}

#[tokio::test]
async fn nothing_shortens_a_life() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for size in SIZES {
            let value = serde_json::json!({ "text": noise(size) });
            cache.set_record("k", &value).ttl(seconds(100)).await.unwrap();
            let (now, ahead, behind) = (stand.clock.now(), skewed(stand, 50), skewed(stand, -50));
            assert!(ahead.get_record::<Value>("k").await.unwrap().is_some());
            let ends = || ends(stand, "k");
            assert_eq!(ends().await, n(now + 150));
            for late in [&cache, &behind] {
                assert!(late.get_record::<Value>("k").await.unwrap().is_some());
                late.update_record_field("k", "more", &true).await.unwrap();
                late.update_record("k", &value).await.unwrap();
                assert_eq!(ends().await, n(now + 150));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn dynamodb_never_deletes_a_live_record() {
    // A server deletes by its own clock, which no test can advance.
    let clock = ManualClock::at(START);
    let client = Client::embedded_with_clock(clock.clone());
    let cache = cache_of(&client);
    cache.create_table().await.unwrap();
    for (hours, ttl) in [(3, Duration::from_hours(4)), (24, Duration::from_hours(72))] {
        cache.set_record("k", &noise(5_000)).ttl(ttl).await.unwrap();
        for _ in 0..60 {
            clock.advance(Duration::from_hours(hours));
            client.sweep_expired().await.unwrap();
            assert!(is_there(&cache, "k").await);
        }
        // The expired record is deleted in the end, with its tracker.
        clock.advance(ttl * 3 + Duration::from_hours(48));
        client.sweep_expired().await.unwrap();
        let left = client.sdk().scan().table_name("singlet_cache").send().await.unwrap();
        assert_eq!(left.count(), 0);
    }
}

#[tokio::test]
async fn the_record_moves_on_before_its_tracker_and_seldom() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::recording();
        let cache = cache_of(&stand.through(&transport));
        cache.set_record("k", &noise(5_000)).ttl(Duration::from_hours(1)).await.unwrap();
        let before = transport.sent().len();
        for _ in 0..100 {
            stand.advance(1_800);
            assert!(is_there(&cache, "k").await);
        }
        let writes = writes(&transport.sent()[before..]);
        let at = |sk: &str| writes.iter().enumerate().filter(|(_, w)| w.1 == sk).map(|(n, _)| n).collect::<Vec<_>>();
        assert_eq!((at("VALUE").len(), at("TRACKER").len()), (2, 100), "50 hours: once a day");
        let record = part(stand, "k", "VALUE").await.unwrap();
        let ends = |item: &singlet::Item| item["expires_at"].as_n().unwrap().parse::<i64>().unwrap();
        let tracker = part(stand, "k", "TRACKER").await.unwrap();
        assert!(ends(&record) - ends(&tracker) >= 86_400);
        assert_eq!(record["generation"], tracker["generation"]);
    })
    .await;
}

#[tokio::test]
async fn what_has_ended_is_hidden_while_it_is_stored() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (key, size) in ["small", "large"].into_iter().zip(SIZES) {
            cache.set_record(key, &noise(size)).ttl(seconds(10)).await.unwrap();
        }
        stand.advance(10);
        assert_eq!(stand.stored("singlet_cache").await.len(), 2);
        for key in ["small", "large"] {
            assert!(!is_there(&cache, key).await);
            assert!(cache.update_record(key, "b").await.unwrap_err().is_not_found());
        }
        assert_eq!(cache.get_all_records::<String>().await.unwrap().len(), 0);
        for key in ["small", "large"] {
            assert!(!cache.delete_record(key).await.unwrap(), "it had ended");
        }
        assert_eq!(stand.stored("singlet_cache").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn reads_that_need_not_be_consistent_say_so() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::recording();
        let cache = Cache::builder().client(&stand.through(&transport)).consistent_read(false).build().unwrap();
        cache.set_record("k", &serde_json::json!({ "n": 1 })).await.unwrap();
        let consistent = |sent: &SentRequest| sent.json()["ConsistentRead"].as_bool().unwrap_or_default();
        let before = transport.sent().len();
        cache.get_record::<Value>("k").await.unwrap();
        cache.get_all_records::<Value>().await.unwrap();
        cache.update_record_field("k", "n", &2).await.unwrap();
        let sent: Vec<_> = transport.sent().split_off(before);
        let reads = sent.iter().filter(|sent| sent.operation != "UpdateItem").map(consistent).collect::<Vec<_>>();
        assert_eq!(reads, [false, false, true], "an update reads what is there");
    })
    .await;
}
