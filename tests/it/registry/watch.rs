//! Tests watches: which changes they report, and when they consider an instance gone.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt as _;
use singlet::registry::{InstanceChange, LeftReason, Registry, ServiceWatch};
use singlet::{Observer, Operation, RequestEvent};

use super::{delete, pass, registry, silent};
use crate::emulator::{Feature, supports};
use crate::stand;
use crate::transport::{Fate, Transport, error_body};

/// A short form of a change.
fn short(changes: &[InstanceChange]) -> Vec<String> {
    let line = |change: &InstanceChange| {
        let (id, status) = (&change.instance().instance_id, &change.instance().status);
        match change {
            InstanceChange::Joined(_) => format!("+{id} {status}"),
            InstanceChange::StatusChanged { previous, .. } => format!("{id} {previous}->{status}"),
            InstanceChange::Left { reason, .. } => format!("-{id} {reason:?}"),
            other => format!("{other:?}"),
        }
    };
    changes.iter().map(line).collect()
}

#[tokio::test]
async fn a_watch_tells_who_joins_changes_and_leaves() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let one = silent(&registry, "orders", "i-1").await;
        let mut watch = registry.watch("orders");
        assert_eq!(short(&watch.poll().await.unwrap()), ["+i-1 ACTIVE"]);
        assert!(watch.poll().await.unwrap().is_empty());

        let two = silent(&registry, "orders", "i-2").await;
        let _mail = silent(&registry, "mail", "m-1").await;
        one.set_status("STANDBY").await.unwrap();
        assert_eq!(short(&watch.poll().await.unwrap()), ["i-1 ACTIVE->STANDBY", "+i-2 ACTIVE"]);

        one.beat().await.unwrap();
        two.deregister().await.unwrap();
        assert_eq!(short(&watch.poll().await.unwrap()), ["-i-2 Removed"]);

        let mut all = registry.watch_all();
        assert_eq!(short(&all.poll().await.unwrap()), ["+m-1 ACTIVE", "+i-1 STANDBY"]);
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_starts_again_leaves_and_joins() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let _old = silent(&registry, "orders", "i-1").await;
        let mut watch = registry.watch("orders");
        watch.poll().await.unwrap();
        let _new = registry.register("orders", "i-1").status("STANDBY").without_heartbeat().await.unwrap();
        assert_eq!(short(&watch.poll().await.unwrap()), ["-i-1 Replaced", "+i-1 STANDBY"]);
    })
    .await;
}

/// Eventually consistent reads may return an earlier state.
#[tokio::test]
async fn an_old_answer_brings_nobody_back() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let old = silent(&plain, "orders", "i-1").await;
        let first = Arc::new(Mutex::new(None));
        let shows_first = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&shows_first);
        let transport = Transport::new(move |_, _| {
            let (first, shows_first) = (Arc::clone(&first), told.load(Ordering::SeqCst));
            Fate::Rewrite(Box::new(move |answer| {
                let first = first.lock().unwrap().get_or_insert_with(|| answer.clone()).clone();
                if shows_first { first } else { answer }
            }))
        });
        let mut watch = Registry::new(stand.through(&transport)).watch("orders");
        assert_eq!(short(&watch.poll().await.unwrap()), ["+i-1 ACTIVE"]);
        old.set_status("STANDBY").await.unwrap();
        assert_eq!(short(&watch.poll().await.unwrap()), ["i-1 ACTIVE->STANDBY"]);
        let shown = async |watch: &mut ServiceWatch, first: bool| {
            shows_first.store(first, Ordering::SeqCst);
            short(&watch.poll().await.unwrap())
        };
        assert!(shown(&mut watch, true).await.is_empty(), "an old heartbeat is none");
        assert!(shown(&mut watch, false).await.is_empty());
        let _new = silent(&plain, "orders", "i-1").await;
        assert_eq!(shown(&mut watch, false).await, ["-i-1 Replaced", "+i-1 ACTIVE"]);
        assert!(shown(&mut watch, true).await.is_empty(), "an old registration is none");
        assert!(shown(&mut watch, false).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn silence_is_measured_by_the_watchers_own_monotonic_clock() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let one = silent(&registry, "orders", "i-1").await;
        let mut watch = registry.watch("orders");
        watch.poll().await.unwrap();

        // The wall clock jumps by one day, and with it all ages, but no instance is silent.
        stand.advance(86_400);
        assert!(registry.instances("orders").await.unwrap().is_empty());
        assert!(watch.poll().await.unwrap().is_empty());

        for _ in 0..2 {
            pass(stand, 15).await;
            assert!(watch.poll().await.unwrap().is_empty());
        }
        pass(stand, 6).await;
        assert_eq!(short(&watch.poll().await.unwrap()), ["-i-1 Silent"]);
        assert!(watch.poll().await.unwrap().is_empty());
        delete(&stand.client, "orders", "i-1").await;
        assert!(watch.poll().await.unwrap().is_empty(), "it has left already");

        one.beat().await.unwrap();
        assert_eq!(short(&watch.poll().await.unwrap()), ["+i-1 ACTIVE"]);
    })
    .await;
}

#[tokio::test]
async fn a_counter_that_moves_is_life_whatever_the_times_say() {
    stand::run(async |stand| {
        registry(stand).await;
        // Responses tell the writer a time that is one hour behind.
        let slow = stand::START - 3_600;
        let transport = Transport::new(move |_, _| Fate::Dated(slow));
        let writer = Registry::new(stand.through(&transport).with_clock(singlet::ManualClock::at(slow)));
        let one = silent(&writer, "orders", "i-1").await;
        let registry = Registry::new(stand.client.clone());
        let mut watch = registry.watch("orders");
        assert!(watch.poll().await.unwrap().is_empty(), "at first sight there is nothing but its times");
        one.beat().await.unwrap();
        assert_eq!(short(&watch.poll().await.unwrap()), ["+i-1 ACTIVE"]);
        for _ in 0..20 {
            pass(stand, 5).await;
            one.beat().await.unwrap();
            assert!(watch.poll().await.unwrap().is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_stale_at_first_sight_never_joined() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let _dead = silent(&registry, "orders", "i-1").await;
        pass(stand, 36).await;
        let mut watch = registry.watch("orders");
        assert!(watch.poll().await.unwrap().is_empty());
        pass(stand, 36).await;
        delete(&stand.client, "orders", "i-1").await;
        assert!(watch.poll().await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn time_in_which_polls_fail_does_not_count() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let one = silent(&plain, "orders", "i-1").await;
        let fails = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&fails);
        let transport = Transport::new(move |_, _| {
            let outage = || Fate::Answer(500, error_body("InternalServerError"));
            if told.load(Ordering::SeqCst) { outage() } else { Fate::Pass }
        });
        let mut watch = Registry::new(stand.through(&transport)).watch("orders");
        watch.poll().await.unwrap();
        pass(stand, 20).await;
        watch.poll().await.unwrap();
        fails.store(true, Ordering::SeqCst);
        for _ in 0..3 {
            pass(stand, 30).await;
            watch.poll().await.unwrap_err();
        }
        fails.store(false, Ordering::SeqCst);
        pass(stand, 30).await;
        assert!(watch.poll().await.unwrap().is_empty(), "an outage is nobody's silence");
        pass(stand, 10).await;
        assert!(watch.poll().await.unwrap().is_empty());
        pass(stand, 6).await;
        assert_eq!(short(&watch.poll().await.unwrap()), ["-i-1 Silent"]);
        drop(one);
    })
    .await;
}

#[tokio::test]
async fn the_next_change_is_waited_for_at_the_interval() {
    stand::run(async |stand| {
        let registry = registry(stand).await;
        let one = silent(&registry, "orders", "i-1").await;
        let mut changes = std::pin::pin!(registry.watch("orders").every(Duration::from_millis(1)).into_stream());
        assert_eq!(short(&[changes.next().await.unwrap().unwrap()]), ["+i-1 ACTIVE"]);
        one.deregister().await.unwrap();
        let change = changes.next().await.unwrap().unwrap();
        assert!(matches!(change, InstanceChange::Left { reason: LeftReason::Removed, .. }));
    })
    .await;
}

/// A watch polls every 5 s by default, and a poll of a small service is one query of half a unit.
#[tokio::test]
async fn a_watch_of_a_small_service_costs_8640_units_a_day() {
    const SECONDS: u64 = 60;
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let _one = silent(&plain, "orders", "i-1").await;
        let queries = Queries::default();
        let watched = Registry::new(stand.observed(queries.clone()));
        let watch = tokio::spawn(async move {
            let mut changes = std::pin::pin!(watched.watch("orders").into_stream());
            while changes.next().await.is_some() {}
        });
        queries.reach(1).await;
        for poll in 0..SECONDS / 5 {
            pass(stand, 4).await;
            assert_eq!(queries.0.lock().unwrap().0, poll + 1, "not before 5 s");
            pass(stand, 1).await;
            queries.reach(poll + 2).await;
        }
        watch.abort();
        let (polls, units) = *queries.0.lock().unwrap();
        assert_eq!(polls - 1, SECONDS / 5);
        if supports(Feature::ReadCapacity) {
            let of_a_poll = units / f64::from(u32::try_from(polls).unwrap());
            assert!((of_a_poll * 12.0 * 60.0 * 24.0 - 8_640.0).abs() < 0.01, "{of_a_poll} per poll");
        }
    })
    .await;
}

/// How many queries were sent, and what they consumed.
#[derive(Clone, Default)]
struct Queries(Arc<Mutex<(u64, f64)>>);

impl Observer for Queries {
    fn request(&self, event: &RequestEvent<'_>) {
        if event.operation == Operation::Query {
            let mut queries = self.0.lock().unwrap();
            *queries = (queries.0 + 1, queries.1 + event.cost.read);
        }
    }
}

impl Queries {
    async fn reach(&self, count: u64) {
        let reached = async {
            while self.0.lock().unwrap().0 < count {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), reached).await.expect("the watch polls");
    }
}
