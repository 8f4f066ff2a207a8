//! Tests cleanups: what they delete, what they keep, and what they report.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use singlet::registry::{CleanedInstance, CleanupReason, Registry, ServiceStatus};
use singlet::{ErrorKind, Item};

use super::{ids, registry, silent};
use crate::stand::{self, START, Stand, item, n, s};
use crate::transport::{Fate, Transport, error_body};

fn named(instances: &[CleanedInstance]) -> Vec<(&str, &[CleanupReason])> {
    instances.iter().map(|instance| (&*instance.instance_id, &instance.reasons[..])).collect()
}

fn legacy(id: &str, last_heartbeat: i64) -> Item {
    let key = [("pk", s("SERVICE#orders")), ("sk", s(&format!("INSTANCE#{id}"))), ("_type", s("ServiceInstance"))];
    let mut legacy = item(key);
    legacy.insert("last_heartbeat".to_owned(), n(last_heartbeat * 1000));
    legacy
}

/// One entry for each reason, one for several reasons, and one of a running instance.
async fn every_reason(stand: &Stand, registry: &Registry) {
    let _stale = silent(registry, "orders", "a-stale").await;
    stand.advance(36);
    for (id, status) in [("b-unhealthy", "UNHEALTHY"), ("c-shutdown", "SHUTDOWN"), ("d-living", "STANDBY")] {
        let _ = registry.register("orders", id).status(status).without_heartbeat().await.unwrap();
    }
    stand.put_raw("services", legacy("e-legacy", START + 36)).await;
    stand.put_raw("services", legacy("f-both", START - 64)).await;
}

const AGES: [Duration; 2] = [Duration::from_secs(36), Duration::from_secs(100)];

#[tokio::test]
async fn a_cleanup_removes_what_nobody_stands_behind_and_says_why() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        every_reason(stand, &registry).await;
        let expected: [(&str, &[CleanupReason]); 5] = [
            ("a-stale", &[CleanupReason::Stale { age: AGES[0] }]),
            ("b-unhealthy", &[CleanupReason::Unhealthy]),
            ("c-shutdown", &[CleanupReason::Shutdown]),
            ("e-legacy", &[CleanupReason::NoTtl]),
            ("f-both", &[CleanupReason::Stale { age: AGES[1] }, CleanupReason::NoTtl]),
        ];
        let planned = registry.cleanup().dry_run(true).await.unwrap();
        assert_eq!((planned.examined, planned.dry_run, named(&planned.removed)), (6, true, expected.to_vec()));
        assert_eq!(stand.stored("services").await.len(), 6, "a dry run removes nothing");

        let report = registry.cleanup().await.unwrap();
        assert_eq!((report.dry_run, &report.removed, report.kept.len()), (false, &planned.removed, 0));
        assert_eq!(
            (&*report.removed[1].service_name, &report.removed[1].status),
            ("orders", &ServiceStatus::Unhealthy)
        );
        assert_eq!(report.removed[0].last_heartbeat, START * 1000);
        assert_eq!(stand.only_item("services").await["sk"], s("INSTANCE#d-living"));

        let again = registry.cleanup().await.unwrap();
        assert_eq!((again.examined, again.removed.len()), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_beats_meanwhile_survives() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let late = silent(&plain, "orders", "late").await;
        let _dead = silent(&plain, "orders", "dead").await;
        stand.put_raw("services", legacy("legacy", START)).await;
        stand.advance(36);

        // The cleanup reads the entries as they were before the new heartbeats.
        let before = Arc::new(Mutex::new(None));
        let rewritten = Arc::clone(&before);
        let transport = Transport::new(move |_, request| match request.operation.as_str() {
            "Scan" => {
                let before = Arc::clone(&rewritten);
                Fate::Rewrite(Box::new(move |answer| before.lock().unwrap().get_or_insert(answer).clone()))
            }
            _ => Fate::Pass,
        });
        let registry = Registry::new(stand.through(&transport));
        registry.cleanup().dry_run(true).await.unwrap();
        late.beat().await.unwrap();
        stand.put_raw("services", legacy("legacy", START + 36)).await;

        let report = registry.cleanup().await.unwrap();
        assert_eq!(report.removed.iter().map(|i| &*i.instance_id).collect::<Vec<_>>(), ["dead"]);
        assert_eq!(report.kept.iter().map(|i| &*i.instance_id).collect::<Vec<_>>(), ["late", "legacy"]);
        assert_eq!(ids(&plain, "orders").await, ["late", "legacy"]);
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_registers_meanwhile_survives() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let ill = || plain.register("orders", "i-1").status(ServiceStatus::Unhealthy).without_heartbeat();
        let _old = ill().await.unwrap();
        let before = Arc::new(Mutex::new(None));
        let transport = Transport::new(move |_, request| match request.operation.as_str() {
            "Scan" => {
                let before = Arc::clone(&before);
                Fate::Rewrite(Box::new(move |answer| before.lock().unwrap().get_or_insert(answer).clone()))
            }
            _ => Fate::Pass,
        });
        let registry = Registry::new(stand.through(&transport));
        registry.cleanup().dry_run(true).await.unwrap();
        // Its first heartbeat has the same number and time as that of the old registration.
        let _new = ill().await.unwrap();
        let report = registry.cleanup().await.unwrap();
        assert_eq!((report.removed.len(), report.kept.len()), (0, 1));
        assert_eq!(ids(&plain, "orders").await, ["i-1"]);
    })
    .await;
}

#[tokio::test]
async fn a_cleanup_that_was_interrupted_is_run_again() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        for id in 0..30 {
            let _ = silent(&plain, "orders", &format!("i-{id:02}")).await;
        }
        stand.advance(36);
        let transport = Transport::new(|number, request| match request.operation.as_str() {
            "DeleteItem" if number > 12 => Fate::Answer(400, error_body("AccessDeniedException")),
            _ => Fate::Pass,
        });
        let error = Registry::new(stand.through(&transport)).cleanup().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        let left = stand.stored("services").await.len();
        assert!((1..30).contains(&left), "{left}");

        let told = Arc::new(Mutex::new(Vec::new()));
        let telling = Arc::clone(&told);
        let cleanup = plain.cleanup().progress(move |p| telling.lock().unwrap().push((p.done, p.total)));
        let report = cleanup.await.unwrap();
        assert_eq!((report.examined, report.removed.len()), (left, left));
        assert_eq!(*told.lock().unwrap(), (0..=left).map(|done| (done, left)).collect::<Vec<_>>());
        assert!(stand.stored("services").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_delete_whose_response_is_lost_counts_as_done() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let _dead = silent(&plain, "orders", "i-1").await;
        stand.advance(36);
        let transport = Transport::new(|number, request| match request.operation.as_str() {
            "DeleteItem" if number == 1 => Fate::LoseResponse,
            _ => Fate::Pass,
        });
        let report = Registry::new(stand.through(&transport)).cleanup().await.unwrap();
        assert_eq!(transport.sent().len(), 3);
        assert_eq!((report.removed.len(), report.kept.len()), (1, 0));
    })
    .await;
}

#[tokio::test]
async fn a_removed_instance_that_lives_registers_anew() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let ill = registry.register("orders", "i-1").status(ServiceStatus::Unhealthy).await.unwrap();
        assert_eq!(registry.cleanup().await.unwrap().removed.len(), 1);
        assert!(ids(&registry, "orders").await.is_empty());
        ill.set_status(ServiceStatus::Active).await.unwrap();
        assert_eq!(ids(&registry, "orders").await, ["i-1"]);
        assert_eq!(registry.cleanup().await.unwrap().removed.len(), 0);
    })
    .await;
}
