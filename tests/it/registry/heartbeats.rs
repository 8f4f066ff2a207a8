//! Tests heartbeats: TTL, intervals, lost entries, and cost.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use singlet::registry::{RegistrationState, Registry, ServiceInstance};
use singlet::{Client, ErrorKind, Model, Observer, Operation, RequestEvent};

use super::{delete, ids, pass, registry, silent, until};
use crate::stand::{self, START};
use crate::transport::{Fate, Transport};

#[tokio::test]
async fn the_task_beats_at_the_interval() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = registry.register("orders", "i-1").await.unwrap();
        for beat in 2..=8 {
            pass(stand, 10).await;
            assert_eq!(
                until(&registration, |health| health.accepted == beat).await.state,
                RegistrationState::Registered
            );
        }
        assert_eq!(registration.instance().last_heartbeat, (START + 70) * 1000);
        assert_eq!(ids(&registry, "orders").await, ["i-1"]);
        assert_eq!(registry.instances("orders").await.unwrap(), [registration.instance()]);
    })
    .await;
}

/// A pause is the interval less up to a tenth of it at random: 9.5 s on average, of which a day has about 9,100.
#[tokio::test]
async fn an_instance_sends_9100_heartbeats_a_day() {
    const BEATS: u32 = 60;
    const STEP: Duration = Duration::from_millis(100);
    stand::run(async |stand| {
        registry(stand).await;
        let sent = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&sent);
        let transport = Transport::new(move |_, request| {
            counter.fetch_add(u32::from(request.operation == "UpdateItem"), Ordering::SeqCst);
            Fate::Pass
        });
        let registry = Registry::new(stand.through(&transport));
        assert_eq!(registry.heartbeat_interval(), Duration::from_secs(10));
        // Half as many with twice the TTL.
        let rare = Registry::builder(stand.client.clone()).ttl(Duration::from_mins(1)).build().unwrap();
        assert_eq!(rare.heartbeat_interval(), Duration::from_secs(20));
        let registration = registry.register("orders", "i-1").await.unwrap();
        let mut steps = 0_u32;
        for beat in 1..=BEATS {
            tokio::time::pause();
            while sent.load(Ordering::SeqCst) < beat {
                for _ in 0..8 {
                    tokio::task::yield_now().await;
                }
                tokio::time::advance(STEP).await;
                steps += 1;
            }
            tokio::time::resume();
            until(&registration, |health| health.accepted > u64::from(beat)).await;
        }
        // Half a step is the mean of what a step adds to a pause.
        let pause = STEP.as_secs_f64() * (f64::from(steps) / f64::from(BEATS) - 0.5);
        let a_day = 24.0 * 3_600.0 / pause;
        assert!((a_day - 9_100.0).abs() < 200.0, "{a_day} heartbeats, {pause} s");
    })
    .await;
}

#[tokio::test]
async fn the_task_keeps_another_time_to_live() {
    stand::run(async |stand| {
        registry(stand).await;
        let registry = Registry::builder(stand.client.clone()).ttl(Duration::from_secs(90)).build().unwrap();
        let registration = registry.register("orders", "i-1").await.unwrap();
        pass(stand, 20).await;
        assert_eq!(registration.health().accepted, 1, "not before nine tenths of the interval");
        pass(stand, 10).await;
        until(&registration, |health| health.accepted == 2).await;
        drop(registration);
        // Other processes use the TTL in the entry, not their own.
        let other = Registry::new(stand.client.clone());
        stand.advance(95);
        assert_eq!(ids(&other, "orders").await, ["i-1"]);
        stand.advance(1);
        assert!(ids(&other, "orders").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_task_rewrites_a_deleted_entry() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = registry.register("orders", "i-1").await.unwrap();
        delete(&stand.client, "orders", "i-1").await;
        assert!(ids(&registry, "orders").await.is_empty());
        pass(stand, 10).await;
        until(&registration, |health| health.reregistrations == 1).await;
        assert_eq!(ids(&registry, "orders").await, ["i-1"]);
    })
    .await;
}

#[tokio::test]
async fn the_task_ends_when_another_takes_the_id() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let old = registry.register("orders", "i-1").await.unwrap();
        let new = silent(&registry, "orders", "i-1").await;
        pass(stand, 10).await;
        assert_eq!(until(&old, |_| false).await.state, RegistrationState::Replaced);
        assert_eq!(registry.instances("orders").await.unwrap(), [new.instance()]);
    })
    .await;
}

#[tokio::test]
async fn a_dropped_registration_is_hidden_after_35_seconds_though_it_is_stored() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        drop(registry.register("orders", "i-1").await.unwrap());
        pass(stand, 35).await;
        assert_eq!(ids(&registry, "orders").await, ["i-1"]);
        pass(stand, 1).await;
        assert!(ids(&registry, "orders").await.is_empty());
        assert_eq!(stand.stored("services").await.len(), 1, "no further heartbeat, and not deleted yet");
    })
    .await;
}

/// One write unit per started KB of the entry, as documented in the guide.
#[tokio::test]
async fn a_heartbeat_costs_one_write_unit_per_kilobyte() {
    #[derive(Clone, Default)]
    struct Writes(Arc<Mutex<Vec<(Operation, f64)>>>);

    impl Observer for Writes {
        fn request(&self, event: &RequestEvent<'_>) {
            let units = event.cost.read + event.cost.write;
            match event.operation {
                // A client without the service's time sends a read before it registers.
                Operation::Exists => assert!(units <= 0.5),
                operation => self.0.lock().unwrap().push((operation, units)),
            }
        }
    }

    impl Writes {
        fn take(&self) -> Vec<(Operation, f64)> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    stand::run(async |stand| {
        registry(stand).await;
        let writes = Writes::default();
        let registry = Registry::new(stand.observed(writes.clone()));
        for (metadata, units) in [(0, 1.0), (500, 1.0), (1_000, 2.0), (2_500, 3.0)] {
            let register = registry.register("orders", "i-1").metadata("notes", "x".repeat(metadata));
            let registration = register.without_heartbeat().await.unwrap();
            assert_eq!(writes.take(), [(Operation::Save, units)]);
            registration.beat().await.unwrap();
            registration.set_status("STANDBY").await.unwrap();
            assert_eq!(writes.take(), [(Operation::Update, units), (Operation::Update, units)]);
            registration.deregister().await.unwrap();
            assert_eq!(writes.take(), [(Operation::Delete, units)]);
        }

        // A cleanup scans at half a unit per 4 KB, and a delete costs as much as a heartbeat. Discovery costs the same
        // as a scan.
        for id in 10..28 {
            let _ = registry
                .register("orders", format!("i-{id}"))
                .address("10.0.0.7:8080")
                .without_heartbeat()
                .await
                .unwrap();
        }
        // 18 entries fit into 4 KB.
        let bytes = registry.instances("orders").await.unwrap()[0].size().unwrap().bytes();
        assert!((213..=227).contains(&bytes), "{bytes}");
        writes.take();
        registry.instances("orders").await.unwrap();
        registry.all_instances().await.unwrap();
        assert_eq!(writes.take(), [(Operation::Query, 0.5), (Operation::Scan, 0.5)]);
        stand.advance(36);
        assert_eq!(registry.cleanup().await.unwrap().removed.len(), 18);
        let spent = writes.take();
        assert_eq!((spent.len(), spent.iter().map(|(_, units)| units).sum::<f64>()), (19, 18.5));
    })
    .await;
}

/// The age of the heartbeat decides, even if TTL is not enabled on the table.
/// The refused write of the heartbeat, and that of the entry.
#[tokio::test]
async fn a_heartbeat_that_writes_its_entry_again_is_two_writes() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = silent(&registry, "orders", "i-1").await;
        delete(&stand.client, "orders", "i-1").await;
        let (result, cost) = singlet::measure_cost(registration.beat()).await;
        result.unwrap();
        assert_eq!((cost.write, cost.refused, cost.requests), (1.0, 1.0, 2));
    })
    .await;
}

#[tokio::test]
async fn the_time_to_live_of_the_table_does_not_matter() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let registration = silent(&registry, "orders", "i-1").await;
        stand.advance(1_000_000);
        assert!(ids(&registry, "orders").await.is_empty());
        registration.beat().await.unwrap();
        assert_eq!(ids(&registry, "orders").await, ["i-1"], "it comes back as it was");
        assert_eq!(ServiceInstance::scan().await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_interval_is_at_most_a_third_of_the_time_to_live() {
    let built = |ttl: u64, interval: u64| {
        let builder = Registry::builder(Client::embedded());
        builder.ttl(Duration::from_secs(ttl)).heartbeat_interval(Duration::from_secs(interval)).build()
    };
    assert_eq!(built(30, 10).unwrap().heartbeat_interval(), Duration::from_secs(10));
    for (ttl, interval, said) in [
        (30, 11, "a third"),
        (29, 10, "a third"),
        (30, 0, "zero"),
        (2, 0, "whole number"),
        (0, 1, "whole number"),
        (u64::MAX, 1, "whole number"),
    ] {
        let error = built(ttl, interval).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains(said), "{error}");
    }
    let builder = || Registry::builder(Client::embedded());
    assert!(builder().ttl(Duration::from_millis(3_500)).build().is_err());
    assert!(builder().table("").build().is_err());
}
