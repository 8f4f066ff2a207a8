//! Tests batches.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use singlet::ErrorKind;

use super::{cache, cache_of, noise, part, seconds};
use crate::stand::{self, START, n};
use crate::transport::{Fate, Transport, error_body};

fn records(count: usize) -> HashMap<String, String> {
    (0..count).map(|number| (format!("k{number}"), noise(number * 40))).collect()
}

#[tokio::test]
async fn many_are_set_read_and_deleted() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let records = records(120);
        cache.batch_set(records.clone()).ttl(seconds(60)).await.unwrap();
        assert_eq!(cache.get_all_records::<String>().await.unwrap(), records);
        assert_eq!(part(stand, "k0", "VALUE").await.unwrap()["expires_at"], n(START + 60));
        assert_eq!(part(stand, "k119", "VALUE").await.unwrap()["ends"], n(START + 60));

        let keys = (0..130).map(|number| format!("k{number}"));
        assert_eq!(cache.batch_delete(keys).await.unwrap(), 120);
        assert_eq!(stand.stored("singlet_cache").await.len(), 0, "nor is there a tracker");
        cache.batch_set(HashMap::<String, u8>::new()).await.unwrap();
        assert_eq!(cache.batch_delete(Vec::<String>::new()).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_cannot_work_sends_nothing() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let good = || ("good".to_owned(), "x".to_owned());
        let set = async |records: Vec<(String, String)>, ttl| cache.batch_set(records).ttl(seconds(ttl)).await;
        for (outcome, kind) in [
            (set(vec![good(), (String::new(), String::new())], 1).await, ErrorKind::InvalidKey),
            (set(vec![good(), ("large".into(), noise(600_000))], 1).await, ErrorKind::TooLarge),
            (set(vec![good(), good()], 1).await, ErrorKind::Validation),
            (set(vec![good()], 0).await, ErrorKind::Validation),
            (cache.batch_set([("good", 1.0), ("bad", f64::INFINITY)]).await, ErrorKind::Encode),
            (cache.batch_delete(["good", ""]).await.map(|_| ()), ErrorKind::InvalidKey),
        ] {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.table()), (kind, Some("singlet_cache")));
        }
        assert_eq!(stand.stored("singlet_cache").await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn after_a_failure_no_further_record_is_begun() {
    stand::run(async |stand| {
        cache(stand).await;
        let fails = Transport::new(|number, _| match number {
            20 => Fate::Answer(400, error_body("AccessDeniedException")),
            _ => Fate::Pass,
        });
        let cache = cache_of(&stand.through(&fails));
        let records: Vec<_> = (0..200).map(|number| (format!("k{number}"), number)).collect();
        assert_eq!(cache.batch_set(records.clone()).await.unwrap_err().kind(), ErrorKind::Service);
        let stored = stand.stored("singlet_cache").await.len();
        assert!((20..=36).contains(&stored), "{stored}: those in progress were awaited");
        cache.batch_set(records).await.unwrap();
        assert_eq!(stand.stored("singlet_cache").await.len(), 200);
    })
    .await;
}

#[tokio::test]
async fn all_records_are_streamed_page_by_page() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let records: HashMap<_, _> = (0..60).map(|number| (format!("k{number}"), noise(50_000))).collect();
        cache.batch_set(records.clone()).await.unwrap();
        let pages = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&pages);
        let transport = Transport::new(move |_, request| {
            counted.fetch_add(usize::from(request.operation == "Scan"), Ordering::SeqCst);
            Fate::Pass
        });
        let cache = cache_of(&stand.through(&transport));
        let mut stream = cache.get_all_records::<String>().stream();
        let (key, _) = stream.next().await.unwrap().unwrap();
        assert_eq!(pages.load(Ordering::SeqCst), 1, "the next page is read when it is needed");
        let mut keys = vec![key];
        while let Some(record) = stream.next().await {
            let (key, value) = record.unwrap();
            assert_eq!(value, records[&key]);
            keys.push(key);
        }
        assert!(pages.load(Ordering::SeqCst) >= 3);
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 60, "none was torn by the end of a page");

        let some = cache.get_all_records::<String>().prefix("k1").segments(3).await.unwrap();
        assert_eq!(some.len(), 11);
        assert!(some.keys().all(|key| key.starts_with("k1")));
    })
    .await;
}

#[tokio::test]
async fn reading_all_prolongs_none() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.batch_set([("a", "x".to_owned()), ("b", noise(3_000))]).ttl(seconds(60)).await.unwrap();
        let before = stand.stored("singlet_cache").await;
        stand.advance(59);
        assert_eq!(cache.get_all_records::<String>().await.unwrap().len(), 2);
        assert_eq!(stand.stored("singlet_cache").await, before);
        stand.advance(1);
        assert_eq!(cache.get_all_records::<String>().await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_record_of_another_type_ends_the_stream() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", "text").await.unwrap();
        let mut stream = cache.get_all_records::<u32>().stream();
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Decode, Some("singlet_cache")));
        assert!(stream.next().await.is_none());
    })
    .await;
}
