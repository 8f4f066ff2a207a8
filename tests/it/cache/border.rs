//! Tests records that change between holding their expiry and having a tracker: nothing is left behind.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use singlet::ItemSize;
use singlet::cache::Cache;

use super::{cache, ends, noise, part, seconds};
use crate::stand::{self, Stand, n};

/// Values that are stored small, large, small after compression, and large after compression.
fn values() -> [Value; 4] {
    let repeated = |text: &str| text.repeat(6);
    [
        json!({ "text": "x" }),
        json!({ "text": noise(3_000) }),
        json!({ "text": "x".repeat(10_000) }),
        json!({ "text": repeated(&noise(4_000)) }),
    ]
}

/// Checks that the stored items form a record of this value and of a TTL of five minutes from now.
async fn assert_whole(stand: &Stand, cache: &Cache, value: &Value) {
    assert_eq!(cache.get_record::<Value>("k").await.unwrap().as_ref(), Some(value));
    let record = part(stand, "k", "VALUE").await.unwrap();
    assert_eq!(record["ttl"], n(300));
    assert_eq!(ends(stand, "k").await, n(stand.clock.now() + 300));
    // DynamoDB may delete a large record a day after that at the earliest.
    let deleted = record["expires_at"].as_n().unwrap().parse::<i64>().unwrap() - stand.clock.now() - 300;
    assert!(if record.contains_key("ends") { deleted >= 86_400 } else { deleted == 0 }, "{deleted}");
}

#[tokio::test]
async fn the_four_forms_are_four() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let mut forms = Vec::new();
        for value in values() {
            cache.set_record("k", &value).ttl(seconds(300)).await.unwrap();
            let record = part(stand, "k", "VALUE").await.unwrap();
            forms.push((record.contains_key("ends"), record.contains_key("packed")));
        }
        assert_eq!(forms, [(false, false), (true, false), (false, true), (true, true)]);
    })
    .await;
}

/// The border is at one write unit.
#[tokio::test]
async fn a_record_of_1024_bytes_is_the_largest_without_a_tracker() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        // Zeros at the end of a number do not count.
        stand.advance(1_234_567);
        let mut largest = 0;
        for length in 700..900 {
            cache.set_record("k", &json!({ "text": "x".repeat(length) })).ttl(seconds(299)).await.unwrap();
            let record = part(stand, "k", "VALUE").await.unwrap();
            if record.contains_key("ends") {
                break;
            }
            largest = ItemSize::of_item(&record).unwrap().bytes();
        }
        assert_eq!(largest, 1_024);
    })
    .await;
}

#[tokio::test]
async fn setting_and_updating_from_each_form_to_each_other() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for from in values() {
            for to in values() {
                for update in [false, true] {
                    cache.set_record("k", &from).ttl(seconds(300)).await.unwrap();
                    stand.advance(1);
                    if update {
                        cache.update_record("k", &to).await.unwrap();
                    } else {
                        cache.set_record("k", &to).ttl(seconds(300)).await.unwrap();
                    }
                    assert_whole(stand, &cache, &to).await;
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_takes_a_record_over_the_border_and_back() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let mut value = json!({ "id": 7, "text": "" });
        cache.set_record("k", &value).ttl(seconds(300)).await.unwrap();
        let texts = values().map(|value| value["text"].clone());
        for text in texts.iter().chain(texts.iter().rev()).chain([&texts[2], &texts[1], &texts[3], &texts[0]]) {
            stand.advance(1);
            cache.update_record_field("k", "text", text).await.unwrap();
            value["text"] = text.clone();
            assert_whole(stand, &cache, &value).await;
        }
    })
    .await;
}

#[tokio::test]
async fn many_small_fields_grow_a_record_over_the_border() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let mut fields = BTreeMap::from([("f0".to_owned(), 0)]);
        cache.set_record("k", &fields).ttl(seconds(300)).await.unwrap();
        let mut large = 0;
        for number in 1..200 {
            stand.advance(1);
            cache.update_record_field("k", &format!("f{number}"), &number).await.unwrap();
            fields.insert(format!("f{number}"), number);
            large += usize::from(part(stand, "k", "VALUE").await.unwrap().contains_key("ends"));
        }
        assert!((50..150).contains(&large), "{large}");
        assert_eq!(cache.get_record("k").await.unwrap(), Some(fields));
    })
    .await;
}

#[tokio::test]
async fn an_expired_record_is_replaced_whatever_it_was() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for from in values() {
            for to in values() {
                cache.set_record("k", &from).ttl(seconds(300)).await.unwrap();
                stand.advance(300);
                cache.set_record("k", &to).ttl(seconds(300)).await.unwrap();
                assert_whole(stand, &cache, &to).await;
            }
        }
    })
    .await;
}
