//! Tests `cleanup services` and `cleanup cache`.

use std::time::Duration;

use serde_json::json;
use singlet::cache::Cache;
use singlet::registry::{Registry, ServiceInstance, ServiceStatus};
use singlet::{Model as _, TTLAttribute};

use crate::stand::{self, Stand, item, n, s};
use crate::transport::{Fate, Transport};

/// An entry whose last heartbeat was this many seconds ago. Its expiry is late enough that a server does not delete it.
async fn entry(stand: &Stand, id: &str, age: i64, status: ServiceStatus) {
    let now = stand.client.now();
    let instance = ServiceInstance::builder()
        .service_name("orders")
        .instance_id(id)
        .status(status)
        .registration_id("r")
        .heartbeats(7u64)
        .last_heartbeat((now - age) * 1000)
        .ttl_seconds(30u64)
        .expires_at(TTLAttribute::from_epoch_seconds(now + 3_600))
        .build();
    stand.put("services", instance.to_item().unwrap()).await;
}

/// One entry for each reason of a cleanup, and one that is kept.
async fn registry(stand: &Stand) {
    Registry::new(stand.client.clone()).create_table().await.unwrap();
    entry(stand, "fresh", 5, ServiceStatus::Active).await;
    entry(stand, "stale", 600, ServiceStatus::Active).await;
    entry(stand, "ill", 5, ServiceStatus::Unhealthy).await;
    entry(stand, "down", 5, ServiceStatus::Shutdown).await;
    let legacy = item([
        ("pk", s("SERVICE#orders")),
        ("sk", s("INSTANCE#legacy")),
        ("_type", s("ServiceInstance")),
        ("status", s("ACTIVE")),
        ("last_heartbeat", n(stand.client.now() * 1000)),
    ]);
    stand.put("services", legacy).await;
}

#[tokio::test]
async fn names_in_the_table_do_not_reach_the_terminal_raw() {
    stand::run(async |stand| {
        let registry = Registry::new(stand.client.clone());
        registry.create_table().await.unwrap();
        let hostile = "a\u{1b}[2J\n\u{202e}b";
        drop(registry.register("orders", hostile).status("SHUTDOWN").without_heartbeat().await.unwrap());
        let ran = stand.singlet(&["cleanup", "services", "--dry-run"]).await.done();
        assert_eq!(
            ran.out,
            "would remove orders a\\u{1b}[2J\\n\\u{202e}b: status SHUTDOWN\nwould remove 1 of 1 entries\n"
        );
        let document = stand.singlet(&["cleanup", "services", "--dry-run", "--json"]).await.done().json();
        assert_eq!(document["removed"][0]["instance"], hostile);
    })
    .await;
}

#[tokio::test]
async fn entries_that_nobody_stands_behind_are_removed() {
    stand::run(async |stand| {
        registry(stand).await;
        let planned = stand.singlet(&["cleanup", "services", "--dry-run"]).await.done().out;
        assert_eq!(stand.stored("services").await.len(), 5);
        let lines: Vec<_> = planned.lines().collect();
        assert_eq!(
            (lines[0], lines[1], lines[2], lines[4]),
            (
                "would remove orders down: status SHUTDOWN",
                "would remove orders ill: status UNHEALTHY",
                "would remove orders legacy: no TTL",
                "would remove 4 of 5 entries",
            )
        );
        assert!(lines[3].starts_with("would remove orders stale: no heartbeat for 60"), "{planned}");

        let document = stand.singlet(&["cleanup", "services", "--json"]).await.done().json();
        assert_eq!(
            (&document["table"], &document["dry_run"], &document["examined"]),
            (&json!("services"), &json!(false), &json!(5))
        );
        let removed = document["removed"].as_array().unwrap();
        let reasons: Vec<_> = removed.iter().map(|entry| (&entry["instance"], &entry["reasons"][0])).collect();
        let expected = [("down", "shutdown"), ("ill", "unhealthy"), ("legacy", "no-ttl"), ("stale", "stale")];
        assert_eq!(
            reasons,
            expected.map(|(id, reason)| (json!(id), json!(reason))).iter().map(|(a, b)| (a, b)).collect::<Vec<_>>()
        );
        assert_eq!(document["kept"], json!([]));
        let left = stand.stored("services").await;
        assert_eq!((left.len(), &left[0]["sk"]), (1, &s("INSTANCE#fresh")));

        assert_eq!(stand.singlet(&["cleanup", "services"]).await.done().out, "removed 0 of 1 entries\n");
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_beats_meanwhile_stays() {
    stand::run(async |stand| {
        Registry::new(stand.client.clone()).create_table().await.unwrap();
        entry(stand, "late", 600, ServiceStatus::Active).await;
        let stored = stand.stored("services").await.remove(0);
        let body = json!({
            "__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
            "Item": { "pk": { "S": "SERVICE#orders" }, "sk": { "S": "INSTANCE#late" }, "_type": { "S": "ServiceInstance" } },
        });
        let transport = Transport::new(move |_, request| match request.operation.as_str() {
            "DeleteItem" => Fate::Answer(400, body.to_string()),
            _ => Fate::Pass,
        });
        let ran = stand.singlet_through(&transport, &["cleanup", "services", "--json"]).await.done();
        assert_eq!((&ran.json()["removed"], &ran.json()["kept"][0]["instance"]), (&json!([]), &json!("late")));
        assert_eq!(stand.stored("services").await, [stored]);
        let delete = transport.sent().into_iter().find(|request| request.operation == "DeleteItem").unwrap();
        assert!(delete.json()["ConditionExpression"].is_string(), "{delete:?}");
    })
    .await;
}

#[tokio::test]
async fn the_table_of_a_cleanup_can_be_named() {
    stand::run(async |stand| {
        let registry = Registry::builder(stand.client.clone()).table("instances").build().unwrap();
        registry.create_table().await.unwrap();
        let document = stand.singlet(&["cleanup", "services", "--table", "instances", "--json"]).await.done().json();
        assert_eq!((&document["table"], &document["examined"]), (&json!("instances"), &json!(0)));
        for arguments in [&["cleanup", "services"][..], &["cleanup", "cache", "--past-minutes", "1"]] {
            let ran = stand.singlet(arguments).await;
            assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (1, "", 1), "{ran:?}");
            assert!(ran.err.contains("the table or index does not exist"), "{ran:?}");
            assert!(ran.err.contains("; use --table to name another table"), "{ran:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn records_that_nobody_uses_are_removed() {
    stand::run(async |stand| {
        let cache = Cache::builder().client(&stand.client).build().unwrap();
        cache.create_table().await.unwrap();
        let day = Duration::from_hours(24);
        for key in ["a", "b", "large"] {
            let value = if key == "large" { "xy".repeat(1_500) } else { key.to_owned() };
            cache.set_record(key, &value).ttl(day).await.unwrap();
        }
        let hour = ["cleanup", "cache", "--past-minutes", "60"];
        assert_eq!(stand.singlet(&hour).await.done().out, "removed 0 of 3 records\n");
        if let Some(clock) = &stand.clock {
            clock.advance(Duration::from_hours(1));
            assert!(cache.get_record::<String>("b").await.unwrap().is_some());
            assert_eq!(stand.singlet(&hour).await.done().out, "removed 2 of 3 records\n");
            cache.set_record("a", "a").ttl(day).await.unwrap();
        }
        let all = ["cleanup", "cache", "--past-minutes", "0", "--json"];
        let planned = stand.singlet(&[&all[..], &["--dry-run"]].concat()).await.done().json();
        let seen = if stand.clock.is_some() { 2 } else { 3 };
        let expected = |dry_run: bool| {
            json!({ "table": "singlet_cache", "dry_run": dry_run, "seen": seen, "removed": seen, "kept": 0 })
        };
        assert_eq!(planned, expected(true));
        assert!(cache.get_record::<String>("a").await.unwrap().is_some());
        assert_eq!(stand.singlet(&all).await.done().json(), expected(false));
        // Expired trackers remain, until DynamoDB deletes them.
        let records = stand.stored("singlet_cache").await.into_iter().filter(|item| item.contains_key("ttl"));
        assert_eq!(records.collect::<Vec<_>>(), []);
    })
    .await;
}
