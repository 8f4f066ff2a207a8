//! Tests how instances are found: order, filters, and entries of other programs.

use singlet::registry::{STALE_THRESHOLD, ServiceInstance, ServiceStatus};
use singlet::{Item, Model};

use super::{ids, registry, silent};
use crate::stand::{self, START, item, n, s};

/// An entry without a TTL, written by another program.
fn legacy(id: &str, last_heartbeat: i64) -> Item {
    item([
        ("pk", s("SERVICE#orders")),
        ("sk", s(&format!("INSTANCE#{id}"))),
        ("_type", s("ServiceInstance")),
        ("status", s("ACTIVE")),
        ("last_heartbeat", n(last_heartbeat * 1000)),
        ("version", s("1.2.3")),
    ])
}

#[tokio::test]
async fn a_heartbeat_counts_for_35_seconds() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let one = silent(&registry, "orders", "i-1").await;
        stand.advance(20);
        let _two = silent(&registry, "orders", "i-2").await;
        stand.advance(15);
        assert_eq!(ids(&registry, "orders").await, ["i-1", "i-2"]);
        assert_eq!(one.instance().heartbeat_age((START + 35) * 1000), STALE_THRESHOLD);
        stand.advance(1);
        assert_eq!(ids(&registry, "orders").await, ["i-2"]);
        let all = registry.instances("orders").with_stale().consistent().await.unwrap();
        assert_eq!(all.len(), 2, "both are stored");
        assert!(all[0].is_stale(stand.client.service_now_millis()) && all[0].is_expired());
    })
    .await;
}

#[tokio::test]
async fn all_services_are_found_by_name() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let mut kept = Vec::new();
        for (service, id) in [("mail", "m-1"), ("orders", "o-2"), ("orders", "o-1"), ("cart", "c-1")] {
            kept.push(silent(&registry, service, id).await);
        }
        let all = registry.all_instances().await.unwrap();
        assert_eq!(all.iter().map(|i| &*i.instance_id).collect::<Vec<_>>(), ["c-1", "m-1", "o-1", "o-2"]);
        let services = registry.services().await.unwrap();
        assert_eq!(services.keys().collect::<Vec<_>>(), ["cart", "mail", "orders"]);
        assert_eq!(services["orders"].len(), 2);
        stand.advance(36);
        kept[0].beat().await.unwrap();
        assert_eq!(registry.services().await.unwrap().into_keys().collect::<Vec<_>>(), ["mail"]);
        assert!(registry.instances("absent").await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn instances_are_found_by_status() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        for (id, status) in [("i-1", "ACTIVE"), ("i-2", "STANDBY"), ("i-3", "WARMING_UP")] {
            let _ = registry.register("orders", id).status(status).without_heartbeat().await.unwrap();
        }
        assert_eq!(ids(&registry, "orders").await.len(), 3);
        let standby = registry.instances("orders").status(ServiceStatus::Standby).await.unwrap();
        assert_eq!(standby.len(), 1);
        assert_eq!(registry.all_instances().status("WARMING_UP").await.unwrap()[0].instance_id, "i-3");
    })
    .await;
}

#[tokio::test]
async fn entries_without_ttl_are_recognised_and_filtered_by_age() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        stand.put_raw("services", legacy("old", START - 36)).await;
        stand.put_raw("services", legacy("young", START - 35)).await;
        let new = silent(&registry, "orders", "zz").await;
        let found = registry.instances("orders").await.unwrap();
        assert_eq!(found.iter().map(ServiceInstance::has_no_ttl).collect::<Vec<_>>(), [true, false]);
        assert_eq!((&*found[0].instance_id, &found[1]), ("young", &new.instance()));
        assert_eq!((found[0].heartbeats, &*found[0].registration_id), (0, ""));
        assert_eq!(registry.instances("orders").with_stale().await.unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_says_next_to_nothing_is_stale() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let bare = item([("pk", s("SERVICE#orders")), ("sk", s("INSTANCE#x")), ("_type", s("ServiceInstance"))]);
        stand.put_raw("services", bare).await;
        assert!(ids(&registry, "orders").await.is_empty());
        assert!(registry.instances("orders").with_stale().await.unwrap()[0].has_no_ttl());
    })
    .await;
}

#[tokio::test]
async fn other_items_of_the_table_are_passed_over() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let one = silent(&registry, "orders", "i-1").await;
        for (pk, sk) in [("CUSTOMER#7", "PROFILE"), ("SERVICE#orders", "CONFIG"), ("SERVICE#orders", "INSTANCE#i-2")] {
            stand.put_raw("services", item([("pk", s(pk)), ("sk", s(sk)), ("_type", s("Customer"))])).await;
        }
        assert_eq!(registry.instances("orders").await.unwrap(), [one.instance()]);
        assert_eq!(registry.all_instances().await.unwrap(), [one.instance()]);
        assert_eq!(registry.cleanup().await.unwrap().examined, 1);
        assert_eq!(stand.stored("services").await.len(), 4);
    })
    .await;
}
