//! Tests setting single fields of records.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use singlet::ErrorKind;

use super::{User, cache, cache_of, john, noise, part};
use crate::stand::{self, s};
use crate::transport::Transport;

#[tokio::test]
async fn a_plain_record_is_changed_in_place() {
    stand::run(async |stand| {
        cache(stand).await;
        let transport = Transport::recording();
        let cache = cache_of(&stand.through(&transport));
        for text in ["", &noise(3_000)] {
            let user = User { nick: Some(text.to_owned()), ..john() };
            cache.set_record("user:123", &user).await.unwrap();
            let generation = part(stand, "user:123", "VALUE").await.unwrap()["generation"].clone();
            let before = transport.sent().len();
            cache.update_record_field("user:123", "age", &31).await.unwrap();
            let sent = transport.sent().split_off(before);
            let operations: Vec<_> = sent.iter().map(|request| request.operation.as_str()).collect();
            assert_eq!(operations, ["Query", "UpdateItem"], "nothing to refresh in the same second");
            assert!(!sent[1].body.contains("John"), "the value is not sent again");
            assert_eq!(part(stand, "user:123", "VALUE").await.unwrap()["generation"], generation);
            assert_eq!(cache.get_record("user:123").await.unwrap(), Some(User { age: 31, ..user }));
        }
    })
    .await;
}

#[tokio::test]
async fn any_name_is_a_field() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for text in [String::new(), noise(3_000), "x".repeat(30_000)] {
            cache.set_record("k", &json!({ "text": text })).await.unwrap();
            let names = ["name", "a.b", "a[0]", "#n", ":v", "with space", "é", "size", "0", "text"];
            for name in names {
                cache.update_record_field("k", name, &json!({ "of": name })).await.unwrap();
            }
            let value: BTreeMap<String, Value> = cache.get_record("k").await.unwrap().unwrap();
            assert_eq!(value.len(), names.len());
            assert!(value.iter().all(|(name, value)| value["of"] == json!(name)));
        }
        let error = cache.update_record_field("k", "", &1).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Validation, Some("singlet_cache")));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_map_has_no_fields() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for value in [json!("text"), json!([1, 2]), json!(null), json!(7), json!(["x".repeat(30_000)])] {
            cache.set_record("k", &value).await.unwrap();
            let before = stand.stored("singlet_cache").await;
            let error = cache.update_record_field("k", "f", &1).await.unwrap_err();
            assert_eq!((error.kind(), error.table()), (ErrorKind::Validation, Some("singlet_cache")));
            assert_eq!(stand.stored("singlet_cache").await, before);
        }
        assert!(cache.update_record_field("absent", "f", &1).await.unwrap_err().is_not_found());
    })
    .await;
}

#[tokio::test]
async fn a_field_that_does_not_fit_is_refused() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("k", &json!({ "a": noise(300_000) })).await.unwrap();
        let error = cache.update_record_field("k", "b", &noise(700_000)[300_000..]).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::TooLarge, Some("singlet_cache")));
        cache.update_record_field("k", "b", &"x".repeat(150_000)).await.unwrap();
        assert!(part(stand, "k", "VALUE").await.unwrap().contains_key("packed"), "compressed, it fits");
    })
    .await;
}

#[tokio::test]
async fn a_value_can_be_null_in_a_field() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let user = User { nick: Some("jd".into()), ..john() };
        cache.set_record("user:123", &user).await.unwrap();
        cache.update_record_field("user:123", "nick", &None::<String>).await.unwrap();
        assert_eq!(cache.get_record("user:123").await.unwrap(), Some(john()));
        assert_ne!(part(stand, "user:123", "VALUE").await.unwrap()["fields"].as_m().unwrap()["nick"], s("jd"));
    })
    .await;
}
