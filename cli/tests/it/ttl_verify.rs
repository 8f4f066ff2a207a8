//! Tests `ttl verify`: it puts, observes and removes an item that expires.

use serde_json::{Value, json};
use singlet::Table;

use crate::stand::{self, Shop, Stand, item, n, s};
use crate::transport::{Fate, Transport, error_body};

#[derive(Table)]
#[table(name = "sessions", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
struct Sessions;

#[derive(Table)]
#[table(name = "numbers", hash_key = "id", hash_key_type = "N", range_key = "raw", range_key_type = "B", ttl = "ttl")]
struct Numbers;

/// A table whose TTL attribute is a key.
#[derive(Table)]
#[table(name = "by-key", hash_key = "pk", range_key = "at", range_key_type = "N")]
struct ByKey;

#[derive(Table)]
#[table(name = "plain", hash_key = "pk")]
struct Plain;

#[tokio::test]
async fn an_item_that_expires_is_seen_to_go() {
    stand::run(async |stand| {
        Sessions::create_table().await.unwrap();
        stand.put("sessions", item([("pk", s("a")), ("sk", s("b"))])).await;
        let verify = ["ttl", "verify", "sessions", "--expires-in", "0", "--interval", "0.02", "--timeout", "120"];
        let ran = stand.singlet_while_sweeping(&verify).await.done();
        assert!(ran.out.contains("DynamoDB deleted the item") && ran.out.ends_with("s after it expired\n"), "{ran:?}");
        let document = stand.singlet_while_sweeping(&[&verify[..], &["--json"]].concat()).await.done().json();
        let seconds = document["seconds"].as_f64().unwrap();
        assert!((0.0..120.0).contains(&seconds), "{document}");
        let expected = json!({
            "table": "sessions", "status": "ENABLED", "attribute": "expires_at",
            "deleted": true, "seconds": seconds, "timeout": 120.0, "checks": [],
        });
        assert_eq!(document, expected);
        assert_eq!(stand.stored("sessions").await.len(), 1, "the existing item is unchanged");
    })
    .await;
}

#[tokio::test]
async fn the_item_is_in_every_index() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let verify = ["ttl", "verify", "shop", "--expires-in", "2", "--timeout", "0", "--interval", "0.1"];
        let ran = stand.singlet_through(&transport, &verify).await;
        assert_eq!((ran.code, ran.err.as_str()), (2, ""), "{ran:?}");
        let put = transport.sent().into_iter().find(|request| request.operation == "PutItem").unwrap();
        for key in ["pk", "sk", "gsi1pk", "gsi1sk", "rank"] {
            assert!(put.json()["Item"].get(key).is_some(), "{key}: {put:?}");
        }
        assert!(stand.stored("shop").await.is_empty(), "and it is removed");
    })
    .await;
}

#[tokio::test]
async fn keys_of_any_type_will_do() {
    stand::run(async |stand| {
        Numbers::create_table().await.unwrap();
        ByKey::create_table().await.unwrap();
        stand.singlet(&["ttl", "enable", "by-key", "--attribute", "at", "--wait", "5"]).await.done();
        for table in ["numbers", "by-key"] {
            let verify = ["ttl", "verify", table, "--expires-in", "0", "--interval", "0.02", "--timeout", "120"];
            stand.singlet_while_sweeping(&verify).await.done();
        }
    })
    .await;
}

/// The finding of a check.
fn finding<'a>(document: &'a Value, check: &str) -> Option<&'a str> {
    let checks = document["checks"].as_array().unwrap();
    checks.iter().find(|found| found["check"] == check)?["finding"].as_str()
}

/// Runs the command with a timeout of zero, in which nothing is deleted.
async fn unmet(stand: &Stand, table: &str) -> Value {
    let verify = ["ttl", "verify", table, "--expires-in", "2", "--timeout", "0", "--interval", "0.1", "--json"];
    let ran = stand.singlet(&verify).await;
    assert_eq!((ran.code, ran.err.as_str()), (2, ""), "{ran:?}");
    let document = ran.json();
    assert_eq!((&document["deleted"], &document["seconds"]), (&json!(false), &Value::Null));
    document
}

#[tokio::test]
async fn what_is_not_deleted_in_time_is_removed_and_looked_into() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let document = unmet(stand, "shop").await;
        for check in ["permissions", "table", "enabled", "clock", "attribute", "probe", "items"] {
            assert_eq!(finding(&document, check), Some("ok"), "{check}: {document:#}");
        }
        assert_eq!(finding(&document, "patience"), Some("hint"));
        assert_eq!(stand.stored("shop").await, []);
        let ran = stand.singlet(&["ttl", "verify", "shop", "--expires-in", "0", "--timeout", "0"]).await;
        assert_eq!((ran.code, ran.err.as_str()), (2, ""));
        assert!(ran.out.contains("not deleted; possible reasons:\n  ok       permissions"), "{ran:?}");
        assert_eq!(stand.stored("shop").await, []);
    })
    .await;
}

fn detail(document: &Value, check: &str) -> String {
    let checks = document["checks"].as_array().unwrap();
    checks.iter().find(|found| found["check"] == check).unwrap()["detail"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn expiries_of_the_table_that_cannot_work_are_counted() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let now = stand.client.now();
        let expiries = [s("2030-01-01"), s("soon"), n((now + 900) * 1000), n(now - 6 * 365 * 86_400), n(now + 900)];
        let mut tries = 3;
        let document = loop {
            for (at, expiry) in expiries.iter().enumerate() {
                let key = s(&format!("p{at}"));
                stand.put("shop", item([("pk", key), ("sk", s("b")), ("expires_at", expiry.clone())])).await;
            }
            stand.put("shop", item([("pk", s("for ever")), ("sk", s("b"))])).await;
            let document = unmet(stand, "shop").await;
            tries -= 1;
            // MiniStack deletes expired items at intervals, also those that DynamoDB would not delete.
            if tries == 0 || detail(&document, "items").contains("of 6") {
                break document;
            }
        };
        let detail = |check| detail(&document, check);
        for (check, finding_, count) in [
            ("items", "hint", "1 of 6"),
            ("type", "problem", "2 of 6"),
            ("epoch seconds", "problem", "1 of 6"),
            ("age", "problem", "1 of 6"),
        ] {
            assert_eq!(finding(&document, check), Some(finding_), "{document:#}");
            assert!(detail(check).starts_with(count), "{document:#}");
        }
        assert!(!document.to_string().contains("soon"), "values are not shown: {document:#}");
    })
    .await;
}

#[tokio::test]
async fn where_nothing_would_delete_no_item_is_put() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        let document = unmet(stand, "plain").await;
        assert_eq!((&document["status"], &document["attribute"]), (&json!("DISABLED"), &Value::Null));
        assert_eq!(finding(&document, "enabled"), Some("problem"));
        assert_eq!(finding(&document, "probe"), None);
        // A key that is a string cannot be an expiry.
        stand.singlet(&["ttl", "enable", "plain", "--attribute", "pk", "--wait", "5"]).await.done();
        let document = unmet(stand, "plain").await;
        assert_eq!((finding(&document, "enabled"), finding(&document, "attribute")), (Some("ok"), Some("problem")));
        assert_eq!(stand.stored("plain").await, []);
    })
    .await;
}

/// A transport that applies `fate` to the requests of one operation.
fn on(operation: &'static str, fate: impl Fn() -> Fate + Send + Sync + 'static) -> Transport {
    Transport::new(move |_, request| if request.operation == operation { fate() } else { Fate::Pass })
}

#[tokio::test]
async fn the_item_is_removed_when_it_cannot_be_watched() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let denied = on("GetItem", || Fate::Answer(400, error_body("AccessDeniedException")));
        let ran = stand.singlet_through(&denied, &["ttl", "verify", "shop"]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(ran.err.starts_with("singlet: the probe cannot be read: AccessDeniedException"), "{ran:?}");
        assert!(denied.sent().iter().any(|request| request.operation == "PutItem"));
        assert_eq!(stand.stored("shop").await, []);
    })
    .await;
}

#[tokio::test]
async fn a_put_whose_answers_are_lost_is_removed_too() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let lossy = on("PutItem", || Fate::LoseResponse);
        let ran = stand.singlet_through(&lossy, &["ttl", "verify", "shop"]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(lossy.sent().iter().filter(|request| request.operation == "PutItem").count() > 1, "it is sent again");
        assert!(ran.err.starts_with("singlet: the probe cannot be put: "), "{ran:?}");
        assert!(!ran.err.contains("ConditionalCheckFailed"), "its own item is not an obstacle: {ran:?}");
        assert_eq!(stand.stored("shop").await, []);
    })
    .await;
}

#[tokio::test]
async fn an_item_that_cannot_be_removed_is_mentioned() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let denied = on("DeleteItem", || Fate::Answer(400, error_body("AccessDeniedException")));
        let ran =
            stand.singlet_through(&denied, &["ttl", "verify", "shop", "--expires-in", "0", "--timeout", "0"]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{ran:?}");
        assert!(ran.err.contains("the probe cannot be removed: AccessDeniedException"), "{ran:?}");
        assert!(ran.err.contains("`singlet_probe` says what it is"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn what_others_do_to_the_item_is_noticed() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let changed = on("GetItem", || {
            Fate::Rewrite(Box::new(|mut answer: Value| {
                answer["Item"]["expires_at"] = json!({ "N": "1" });
                answer
            }))
        });
        let ran = stand
            .singlet_through(&changed, &["ttl", "verify", "shop", "--expires-in", "0", "--timeout", "0", "--json"])
            .await;
        assert_eq!((ran.code, finding(&ran.json(), "probe")), (2, Some("problem")), "{ran:?}");

        let gone = on("GetItem", || Fate::Rewrite(Box::new(|_| json!({}))));
        let ran = stand.singlet_through(&gone, &["ttl", "verify", "shop", "--expires-in", "3600"]).await;
        assert_eq!((ran.code, ran.err.lines().count()), (1, 1), "{ran:?}");
        assert!(ran.err.contains("s before it expired, so something else deletes items of table `shop`"), "{ran:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_that_cannot_sample_the_table_says_so() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let denied = on("Scan", || Fate::Answer(400, error_body("AccessDeniedException")));
        let ran = stand
            .singlet_through(&denied, &["ttl", "verify", "shop", "--expires-in", "0", "--timeout", "0", "--json"])
            .await;
        assert_eq!((ran.code, finding(&ran.json(), "items")), (2, Some("unknown")), "{ran:?}");
    })
    .await;
}
