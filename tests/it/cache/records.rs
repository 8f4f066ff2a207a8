//! Tests setting, reading, updating and deleting small and large records.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::json;
use singlet::ErrorKind;

use super::{User, cache, john, noise, part, pk_of, seconds};
use crate::stand::{self, START, n, s};

#[tokio::test]
async fn a_record_from_set_to_delete() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for padding in [0, 2_000, 20_000] {
            let user = User { nick: Some("x".repeat(padding)), ..john() };
            assert_eq!(cache.get_record::<User>("user:123").await.unwrap(), None);
            cache.set_record("user:123", &user).ttl(seconds(3600)).await.unwrap();
            assert_eq!(cache.get_record("user:123").await.unwrap(), Some(user.clone()));
            let older = User { age: 31, ..user };
            cache.update_record("user:123", &older).await.unwrap();
            assert_eq!(cache.get_record("user:123").await.unwrap(), Some(older.clone()));
            cache.update_record_field("user:123", "age", &32).await.unwrap();
            assert_eq!(cache.get_record("user:123").await.unwrap(), Some(User { age: 32, ..older }));
            assert!(cache.delete_record("user:123").await.unwrap());
            assert!(!cache.delete_record("user:123").await.unwrap());
            assert_eq!(stand.stored("singlet_cache").await.len(), 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_small_record_holds_its_expiry_itself() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("user:123", &john()).ttl(seconds(300)).await.unwrap();
        let item = stand.only_item("singlet_cache").await;
        assert_eq!((&item["pk"], &item["sk"]), (&s("CACHE#user:123"), &s("VALUE")));
        assert_eq!((&item["expires_at"], &item["ttl"], &item["accessed_at"]), (&n(START + 300), &n(300), &n(START)));
        assert_eq!(item["fields"].as_m().unwrap()["name"], s("John Doe"));
        assert!(!item.contains_key("ends"));
    })
    .await;
}

#[tokio::test]
async fn a_large_record_gets_a_tracker_of_its_generation_with_the_first_access() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("page", &noise(2_000)).ttl(seconds(300)).await.unwrap();
        let record = stand.only_item("singlet_cache").await;
        assert_eq!((&record["ends"], &record["expires_at"]), (&n(START + 300), &n(START + 300 + 2 * 86_400)));
        assert_eq!((&record["ttl"], &record["accessed_at"]), (&n(300), &n(START)));
        stand.advance(5);
        assert!(cache.get_record::<String>("page").await.unwrap().is_some());
        let tracker = part(stand, "page", "TRACKER").await.unwrap();
        assert_eq!((&tracker["expires_at"], &tracker["accessed_at"]), (&n(START + 305), &n(START + 5)));
        assert_eq!(tracker["generation"], record["generation"]);
        assert_eq!(part(stand, "page", "VALUE").await.unwrap(), record);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Named { name: String, parts: Vec<Shape> },
}

#[tokio::test]
async fn any_value_of_serdes_reads_back() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        macro_rules! reads_back {
            ($($value:expr),* $(,)?) => {$({
                let value = $value;
                // Small, with a tracker, and compressed: the stored form must not matter.
                for (key, padding) in [("small", 0), ("large", 1_500), ("packed", 50_000)] {
                    let record = (value.clone(), if key == "packed" { "y".repeat(padding) } else { noise(padding) });
                    cache.set_record(key, &record).await.unwrap();
                    assert_eq!(cache.get_record(key).await.unwrap(), Some(record), "{key}");
                }
                cache.set_record("alone", &value).await.unwrap();
                assert_eq!(cache.get_record("alone").await.unwrap(), Some(value));
            })*};
        }
        reads_back!(
            (),
            true,
            'é',
            String::new(),
            "ZSTD:aGVsbG8=".to_owned(),
            i64::MIN,
            u64::MAX,
            -0.1_f64,
            1e-120_f64,
            Vec::<u8>::new(),
            vec![Some(1), None],
            HashMap::from([(5_u32, "five".to_owned())]),
            BTreeMap::<String, u8>::new(),
            Shape::Point,
            Shape::Named { name: "n".into(), parts: vec![Shape::Circle(0.5), Shape::Point] },
            json!({ "a": [1, 2.5, null, { "b": "c" }], "d.e": false, "#f": "" }),
        );
        assert_eq!(cache.get_record::<Option<u8>>("nothing").await.unwrap(), None);
        cache.set_record("none", &None::<u8>).await.unwrap();
        assert_eq!(cache.get_record::<Option<u8>>("none").await.unwrap(), Some(None));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_by_its_kind() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        let set =
            async |key: &str, value: &serde_json::Value, ttl| cache.set_record(key, value).ttl(seconds(ttl)).await;
        let one = json!(1);
        let kind = |outcome: singlet::Result<()>| {
            let error = outcome.unwrap_err();
            assert_eq!(error.table(), Some("singlet_cache"), "{error}");
            error.kind()
        };
        assert_eq!(kind(set("", &one, 1).await), ErrorKind::InvalidKey);
        assert_eq!(kind(set(&"k".repeat(2_043), &one, 1).await), ErrorKind::InvalidKey);
        set(&"k".repeat(2_042), &one, 1).await.unwrap();
        assert_eq!(kind(set("k", &one, 0).await), ErrorKind::Validation);
        assert_eq!(kind(set("k", &one, u64::MAX).await), ErrorKind::Validation);
        assert_eq!(kind(set("k", &json!(noise(600_000)), 1).await), ErrorKind::TooLarge);
        assert_eq!(kind(cache.set_record("k", &f64::NAN).await), ErrorKind::Encode);
        assert_eq!(kind(cache.set_record("k", &vec![f64::NAN; 9_000]).await), ErrorKind::Encode);
        for error in [
            cache.get_record::<u8>("").await.unwrap_err(),
            cache.update_record("", &1).await.unwrap_err(),
            cache.update_record_field("", "f", &1).await.unwrap_err(),
            cache.delete_record("").await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidKey);
        }
        assert_eq!(stand.stored("singlet_cache").await.len(), 1, "the one record");
    })
    .await;
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_and_not_prolonged() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        cache.set_record("user:123", &john()).ttl(seconds(10)).await.unwrap();
        stand.advance(5);
        let error = cache.get_record::<u32>("user:123").await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Decode, Some("singlet_cache")));
        assert!(!format!("{error:?} {error}").contains("John"), "{error:?}");
        assert_eq!(stand.only_item("singlet_cache").await["expires_at"], n(START + 10));
    })
    .await;
}

#[tokio::test]
async fn large_values_are_compressed_where_that_pays() {
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for (key, value, packed) in [
            ("short", "x".repeat(3_000), false),
            ("below 4096 bytes", "x".repeat(3_900), false),
            ("above 4096 bytes", "x".repeat(4_000), true),
            ("long", "x".repeat(300_000), true),
            ("over 400 KB", "x".repeat(2_000_000), true),
            ("noise", noise(30_000), false),
            ("noise over 400 KB", noise(450_000), true),
        ] {
            cache.set_record(key, &value).await.unwrap();
            let stored = stand.stored("singlet_cache").await;
            let pk = pk_of(key);
            let record = stored.iter().find(|item| item["pk"] == pk && item["sk"] == s("VALUE")).unwrap();
            assert_eq!(record.contains_key("packed"), packed, "{key}");
            assert_eq!(cache.get_record(key).await.unwrap(), Some(value), "{key}");
        }
    })
    .await;
}
