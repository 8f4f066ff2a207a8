//! Tests heartbeats while the service or the network fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use singlet::ErrorKind;
use singlet::registry::{RegistrationState, Registry};

use super::{ids, pass, registry, silent, until};
use crate::stand::{self, Stand};
use crate::transport::{Fate, Transport, error_body};

/// A registry whose requests fail while the flag is set.
fn failing(stand: &Stand, fate: impl Fn() -> Fate + Send + Sync + 'static) -> (Registry, Arc<AtomicBool>) {
    let fails = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&fails);
    let transport = Transport::new(move |_, _| if told.load(Ordering::SeqCst) { fate() } else { Fate::Pass });
    (Registry::new(stand.through(&transport)), fails)
}

fn outage() -> Fate {
    Fate::Answer(500, error_body("InternalServerError"))
}

#[tokio::test]
async fn a_short_outage_passes_unnoticed() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (registry, fails) = failing(stand, outage);
        let registration = registry.register("orders", "i-1").await.unwrap();
        fails.store(true, Ordering::SeqCst);
        pass(stand, 10).await;
        let health = until(&registration, |health| health.failures >= 1).await;
        assert_eq!((health.state, health.accepted), (RegistrationState::Failing, 1));
        pass(stand, 1).await;
        until(&registration, |health| health.failures >= 2).await;
        fails.store(false, Ordering::SeqCst);
        pass(stand, 2).await;
        let health = until(&registration, |health| health.accepted == 2).await;
        assert_eq!((health.state, health.failures), (RegistrationState::Registered, 0));
        assert_eq!(ids(&plain, "orders").await, ["i-1"]);
    })
    .await;
}

#[tokio::test]
async fn a_long_outage_is_told_and_survived() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (registry, fails) = failing(stand, outage);
        let registration = registry.register("orders", "i-1").await.unwrap();
        fails.store(true, Ordering::SeqCst);
        let mut passed = 0;
        while registration.health().state.is_visible() {
            assert!(passed < 30, "it is lost when its time to live is over");
            let failures = registration.health().failures;
            pass(stand, 5).await;
            passed += 5;
            until(&registration, |health| health.failures > failures || !health.state.is_visible() || passed < 10)
                .await;
        }
        assert_eq!((registration.lost().await, passed), (RegistrationState::Lost, 30));
        pass(stand, 6).await;
        assert!(ids(&plain, "orders").await.is_empty());

        fails.store(false, Ordering::SeqCst);
        pass(stand, 6).await;
        until(&registration, |health| health.state == RegistrationState::Registered).await;
        assert_eq!(ids(&plain, "orders").await, ["i-1"]);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_hangs_is_given_up_and_the_loss_is_told_in_time() {
    stand::run(async |stand| {
        registry(stand).await;
        let (registry, fails) = failing(stand, || Fate::Hang);
        let registration = registry.register("orders", "i-1").await.unwrap();
        fails.store(true, Ordering::SeqCst);
        pass(stand, 10).await; // The first one is sent,
        pass(stand, 10).await; // and given up,
        until(&registration, |health| health.failures >= 1).await;
        pass(stand, 1).await; // so that another is sent,
        pass(stand, 9).await; // until the time to live is over.
        assert_eq!(until(&registration, |health| !health.state.is_visible()).await.state, RegistrationState::Lost);

        fails.store(false, Ordering::SeqCst);
        pass(stand, 10).await;
        until(&registration, |health| health.state == RegistrationState::Registered).await;
    })
    .await;
}

#[tokio::test]
async fn a_status_that_hangs_holds_nothing_up_for_long() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (registry, fails) = failing(stand, || Fate::Hang);
        let registration = std::sync::Arc::new(silent(&registry, "orders", "i-1").await);
        fails.store(true, Ordering::SeqCst);
        let other = Arc::clone(&registration);
        let hangs = tokio::spawn(async move { other.set_status("STANDBY").await });
        pass(stand, 1).await;
        fails.store(false, Ordering::SeqCst);
        let other = Arc::clone(&registration);
        let waits = tokio::spawn(async move { other.deregister().await });
        pass(stand, 9).await;
        assert_eq!(hangs.await.unwrap().unwrap_err().kind(), ErrorKind::Timeout);
        waits.await.unwrap().unwrap();
        assert!(ids(&plain, "orders").await.is_empty());
    })
    .await;
}

/// The id of the stored registration tells whose the entry is, but not what it has replaced.
#[tokio::test]
async fn a_refusal_after_a_lost_request_says_that_something_may_have_been_written() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let _held = plain.register("svc", "leader").without_heartbeat().await.unwrap();
        for lost in [false, true] {
            let is_first = AtomicBool::new(lost);
            let transport = Transport::new(move |_, sent| {
                let is_lost = sent.operation == "PutItem" && is_first.swap(false, Ordering::SeqCst);
                if is_lost { Fate::LoseRequest } else { Fate::Pass }
            });
            let registry = Registry::new(stand.through(&transport));
            let registering = registry.register("svc", "leader").exclusive().without_heartbeat();
            let error = registering.await.unwrap_err();
            assert_eq!((error.kind(), error.may_have_been_written()), (ErrorKind::ConditionFailed, lost));
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_response_harms_nothing() {
    stand::run(async |stand| {
        registry(stand).await;
        let transport = Transport::new(|number, _| if number % 2 == 0 { Fate::LoseResponse } else { Fate::Pass });
        let registry = Registry::new(stand.through(&transport));
        let registration = registry.register("orders", "i-1").exclusive().without_heartbeat().await.unwrap();
        stand.advance(10);
        registration.beat().await.unwrap();
        registration.set_status("STANDBY").await.unwrap();
        super::delete(&stand.client, "orders", "i-1").await;
        assert_eq!(transport.sent().len(), 6, "every request was sent twice");
        registration.beat().await.unwrap();
        assert_eq!(registration.health().reregistrations, 1);
        registration.deregister().await.unwrap();
        assert!(stand.stored("services").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_failed_status_is_not_told_later() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (registry, fails) = failing(stand, outage);
        let registration = silent(&registry, "orders", "i-1").await;
        fails.store(true, Ordering::SeqCst);
        let error = registration.set_status("STANDBY").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service);
        assert_eq!(registration.health().state, RegistrationState::Failing);
        fails.store(false, Ordering::SeqCst);
        registration.beat().await.unwrap();
        assert_eq!(plain.instances("orders").await.unwrap()[0].status.as_str(), "ACTIVE");
    })
    .await;
}

#[tokio::test]
async fn a_deregistration_that_fails_can_be_repeated() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (registry, fails) = failing(stand, outage);
        let registration = registry.register("orders", "i-1").await.unwrap();
        fails.store(true, Ordering::SeqCst);
        registration.deregister().await.unwrap_err();
        fails.store(false, Ordering::SeqCst);
        pass(stand, 20).await;
        assert_eq!(registration.beat().await.unwrap_err().kind(), ErrorKind::ConditionFailed);
        assert_eq!(registration.health().accepted, 1, "there are no heartbeats from then on");
        registration.deregister().await.unwrap();
        assert!(ids(&plain, "orders").await.is_empty());
    })
    .await;
}
