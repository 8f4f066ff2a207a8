//! Tests registering, replacing and deregistering instances.

use singlet::registry::{RegistrationState, Registry, ServiceInstance, ServiceStatus};
use singlet::{ErrorKind, Model};

use super::{delete, ids, registry, silent};
use crate::stand::{self, START, n, s};

#[tokio::test]
async fn an_entry_is_one_item_with_its_time_to_live() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let register = registry.register("orders", "i-1").address("10.0.0.7:8080").metadata("zone", "a");
        let registration = register.without_heartbeat().await.unwrap();
        let item = stand.only_item("services").await;
        for (name, value) in [
            ("pk", s("SERVICE#orders")),
            ("sk", s("INSTANCE#i-1")),
            ("_type", s("ServiceInstance")),
            ("status", s("ACTIVE")),
            ("address", s("10.0.0.7:8080")),
            ("heartbeats", n(1)),
            ("last_heartbeat", n(START * 1000)),
            ("registered_at", n(START * 1000)),
            ("ttl_seconds", n(30)),
            ("expires_at", n(START + 30)),
        ] {
            assert_eq!(item.get(name), Some(&value), "{name}");
        }
        assert_eq!(item["metadata"].as_m().unwrap()["zone"], s("a"));
        assert_eq!(item["registration_id"].as_s().unwrap().len(), 32);
        assert_eq!(ServiceInstance::from_item(&item).unwrap(), registration.instance());
        let size = registration.instance().size().unwrap();
        assert!(size.bytes() < 400, "{}", size.bytes());
    })
    .await;
}

#[tokio::test]
async fn a_heartbeat_moves_the_expiry_on_and_nothing_else() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = silent(&registry, "orders", "i-1").await;
        let before = stand.only_item("services").await;
        stand.advance(10);
        registration.beat().await.unwrap();
        let mut after = stand.only_item("services").await;
        assert_eq!((&after["expires_at"], &after["heartbeats"]), (&n(START + 40), &n(2)));
        assert_eq!(after["last_heartbeat"], n((START + 10) * 1000));
        for name in ["expires_at", "heartbeats", "last_heartbeat"] {
            after.insert(name.to_owned(), before[name].clone());
        }
        assert_eq!(after, before);
        assert_eq!(registration.health().accepted, 2);
    })
    .await;
}

#[tokio::test]
async fn a_status_is_told_at_once() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = registry.register("orders", "i-1").status("STANDBY").without_heartbeat().await.unwrap();
        assert_eq!(registry.instances("orders").await.unwrap()[0].status, ServiceStatus::Standby);
        for status in [ServiceStatus::Active, ServiceStatus::Unhealthy, "DRAINING".into(), ServiceStatus::Shutdown] {
            registration.set_status(status.clone()).await.unwrap();
            assert_eq!(registry.instances("orders").await.unwrap()[0].status, status);
            registration.beat().await.unwrap();
            assert_eq!(registry.instances("orders").await.unwrap()[0].status, status, "a heartbeat keeps it");
        }
        assert_eq!(stand.only_item("services").await["status"], s("SHUTDOWN"));
    })
    .await;
}

#[tokio::test]
async fn deregistering_removes_the_entry_and_ends_the_heartbeats() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = registry.register("orders", "i-1").await.unwrap();
        registration.deregister().await.unwrap();
        assert!(stand.stored("services").await.is_empty());
        assert_eq!(registration.lost().await, RegistrationState::Deregistered);
        for error in [registration.beat().await.unwrap_err(), registration.set_status("ACTIVE").await.unwrap_err()] {
            assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        }
        registration.deregister().await.unwrap();
        super::pass(stand, 60).await;
        assert!(stand.stored("services").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_entry_is_rewritten() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let register = registry.register("orders", "i-1").address("10.0.0.7:8080");
        let registration = register.without_heartbeat().await.unwrap();
        registration.set_status(ServiceStatus::Standby).await.unwrap();
        let before = stand.only_item("services").await;
        delete(&stand.client, "orders", "i-1").await;
        stand.advance(10);
        registration.beat().await.unwrap();
        let after = stand.only_item("services").await;
        for name in ["address", "status", "registration_id", "registered_at", "ttl_seconds"] {
            assert_eq!(after[name], before[name], "{name}");
        }
        assert_eq!(after["expires_at"], n(START + 40));
        assert_eq!(registration.health().reregistrations, 1);
        assert_eq!(registration.health().state, RegistrationState::Registered);
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_starts_again_takes_its_old_entry() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let old = silent(&registry, "orders", "i-1").await;
        let new = silent(&registry, "orders", "i-1").await;
        assert_eq!(registry.instances("orders").await.unwrap(), [new.instance()]);
        assert_ne!(old.instance().registration_id, new.instance().registration_id);

        let error = old.beat().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(old.lost().await, RegistrationState::Replaced);
        old.deregister().await.unwrap();
        assert_eq!(old.health().state, RegistrationState::Replaced);
        assert_eq!(registry.instances("orders").await.unwrap(), [new.instance()], "the new one's entry stays");

        delete(&stand.client, "orders", "i-1").await;
        assert!(old.beat().await.is_err(), "it never comes back");
        assert!(stand.stored("services").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_deleted_entry_with_a_new_owner_is_left_to_it() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let (one, two) = (silent(&registry, "orders", "i-1").await, silent(&registry, "orders", "i-2").await);
        delete(&stand.client, "orders", "i-1").await;
        let other = silent(&registry, "orders", "i-1").await;
        assert!(one.beat().await.unwrap_err().is_condition_failed());
        assert_eq!(registry.instances("orders").await.unwrap(), [other.instance(), two.instance()]);
    })
    .await;
}

#[tokio::test]
async fn an_exclusive_registration_waits_until_the_other_is_stale() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let first = registry.register("leader", "the").exclusive().without_heartbeat().await.unwrap();
        let again = || registry.register("leader", "the").exclusive().without_heartbeat().into_future();
        assert_eq!(again().await.unwrap_err().kind(), ErrorKind::ConditionFailed);
        stand.advance(20);
        first.beat().await.unwrap();
        stand.advance(35);
        assert_eq!(again().await.unwrap_err().kind(), ErrorKind::ConditionFailed);
        stand.advance(1);
        let second = again().await.unwrap();
        assert!(first.beat().await.unwrap_err().is_condition_failed());
        assert_eq!(registry.instances("leader").await.unwrap(), [second.instance()]);
    })
    .await;
}

#[tokio::test]
async fn an_exclusive_registration_takes_a_silent_entry_without_ttl() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let entry = |heartbeat: i64| {
            let item = [("pk", s("SERVICE#leader")), ("sk", s("INSTANCE#the")), ("_type", s("ServiceInstance"))];
            let mut item = stand::item(item);
            item.insert("last_heartbeat".to_owned(), n(heartbeat * 1000));
            item
        };
        stand.put_raw("services", entry(START - 34)).await;
        let again = || registry.register("leader", "the").exclusive().without_heartbeat().into_future();
        assert!(again().await.unwrap_err().is_condition_failed());
        stand.put_raw("services", entry(START - 36)).await;
        let _ = again().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn names_may_contain_anything_but_nothing() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let (a, b) = (silent(&registry, "a#INSTANCE", "b").await, silent(&registry, "a", "INSTANCE#b").await);
        assert_eq!(registry.instances("a#INSTANCE").await.unwrap(), [a.instance()]);
        assert_eq!(registry.instances("a").await.unwrap(), [b.instance()]);
        let long = "x".repeat(3_000);
        for (service, id) in [("", "i-1"), ("orders", ""), (&*long, "i-1"), ("orders", &*long)] {
            let error = registry.register(service, id).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidKey);
            assert!(!error.to_string().contains("xxx"));
        }
    })
    .await;
}

/// Environment variables belong to the process, so this test runs itself again for each value.
#[tokio::test]
async fn the_environment_names_the_table() {
    const TEST: &str = "registry::lifecycle::the_environment_names_the_table";
    const CHILD: &str = "SINGLET_TEST_REGISTRY";
    if let Ok(expected) = std::env::var(CHILD) {
        match Registry::from_env().await {
            Ok(registry) => assert_eq!(registry.table(), expected),
            Err(error) => {
                assert_eq!((error.kind(), &*expected), (ErrorKind::Configuration, ""));
                assert!(error.to_string().contains("SINGLET_REGISTRY_TABLE"), "{error}");
            }
        }
        return;
    }
    for table in [None, Some("instances"), Some("")] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args([TEST, "--exact"]).env(CHILD, table.unwrap_or("services")).env("AWS_REGION", "eu-west-1");
        let output = table.into_iter().fold(&mut child, |child, table| child.env("SINGLET_REGISTRY_TABLE", table));
        let output = output.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }
}

#[tokio::test]
async fn a_registry_has_a_table_of_any_name() {
    stand::run(async |stand| {
        let registry = Registry::builder(stand.client.clone()).table("instances").build().unwrap();
        assert_eq!(registry.register("orders", "i-1").await.unwrap_err().kind(), ErrorKind::TableNotFound);
        registry.create_table().await.unwrap();
        registry.create_table().await.unwrap();
        registry.verify_table().await.unwrap().into_result().unwrap();
        let registration = silent(&registry, "orders", "i-1").await;
        assert_eq!(ids(&registry, "orders").await, ["i-1"]);
        assert_eq!(stand.stored("instances").await.len(), 1);
        registration.beat().await.unwrap();
        registration.deregister().await.unwrap();
        assert_eq!(registry.cleanup().await.unwrap().examined, 0);
    })
    .await;
}
