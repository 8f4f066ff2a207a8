//! Tests many concurrent tasks on the same records.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use singlet::ErrorKind;
use singlet::cache::Cache;
use tokio::task::JoinSet;

use super::{cache, cache_of, noise, seconds};
use crate::stand;

#[tokio::test(flavor = "multi_thread")]
async fn no_field_is_lost() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        // Small, with a tracker, compressed, and changing between these. A compressed record is written whole.
        for (text, writers) in [(String::new(), 20), (noise(2_000), 20), ("x".repeat(20_000), 60), (noise(600), 20)] {
            cache.set_record("k", &json!({ "text": text })).await.unwrap();
            let mut tasks = JoinSet::new();
            for number in 0..writers {
                let cache = cache.clone();
                tasks.spawn(async move {
                    let value = "y".repeat(20);
                    cache.update_record_field("k", &format!("f{number}"), &value).await.unwrap();
                });
            }
            while let Some(task) = tasks.join_next().await {
                task.unwrap();
            }
            let value: BTreeMap<String, String> = cache.get_record("k").await.unwrap().unwrap();
            assert_eq!(value.len(), writers + 1, "{} bytes", text.len());
            assert_eq!(value["text"], text);
        }
    })
    .await;
}

/// Every operation on a record, many times. Every value that is read was written before.
async fn anything(cache: Cache, task: u64) {
    let value = |step: u64| json!({ "by": task, "text": noise(if step.is_multiple_of(3) { 10 } else { 2_000 }) });
    let expected = |error: singlet::Error| {
        let known = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::TransactionConflict);
        assert!(known, "{error:?}");
    };
    for step in 0..25 {
        let key = format!("k{}", (task + step) % 3);
        match (task * 7 + step * 5) % 9 {
            0 | 1 => cache.set_record(&key, &value(step)).ttl(seconds(100)).await.unwrap_or_else(expected),
            2 => cache.update_record(&key, &value(step)).await.unwrap_or_else(expected),
            3 | 4 => cache.update_record_field(&key, "more", &noise(400)).await.unwrap_or_else(expected),
            5 => drop(cache.delete_record(&key).await.unwrap()),
            6 => drop(cache.cleanup_inactive_records(60).await.unwrap()),
            _ => {
                let read: Option<Value> = cache.get_record(&key).await.unwrap();
                if let Some(read) = read {
                    let text = read["text"].as_str().unwrap();
                    assert!(text == noise(10) || text == noise(2_000), "whole, as it was written");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn records_stay_whole_whatever_happens_to_them() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let mut tasks = JoinSet::new();
        for task in 0..12 {
            tasks.spawn(anything(cache.clone(), task));
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        // Whatever is left of them is complete again with the next set.
        for key in ["k0", "k1", "k2"] {
            cache.set_record(key, &noise(2_000)).await.unwrap();
            assert_eq!(cache.get_record(key).await.unwrap(), Some(noise(2_000)));
            assert!(cache.delete_record(key).await.unwrap());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_find_a_record_while_it_is_set_again_and_again() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &noise(3_000)).await.unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let cache = cache.clone();
            tasks.spawn(async move {
                for _ in 0..20 {
                    cache.set_record("k", &noise(3_000)).await.unwrap();
                }
            });
            let cache = cache_of(&stand.client);
            tasks.spawn(async move {
                for _ in 0..40 {
                    assert_eq!(cache.get_record("k").await.unwrap(), Some(noise(3_000)));
                }
            });
        }
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
    })
    .await;
}
