//! Tests machines whose clocks are wrong.

use singlet::ManualClock;
use singlet::registry::Registry;

use super::{ids, registry, silent};
use crate::stand::{self, START, n};

#[tokio::test]
async fn a_writers_clock_is_corrected_by_the_date_of_the_service() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        for ahead in [-3_600, -1_200, -40, 40, 1_200, 3_600] {
            let (client, _) = stand.machine(ahead);
            let writer = Registry::new(client.clone());
            let registration = silent(&writer, "orders", "i-1").await;
            assert_eq!(registration.health().accepted, 1, "it asked the time before");
            let stored = stand.only_item("services").await;
            let near = (stored["last_heartbeat"].as_n().unwrap().parse::<i64>().unwrap() - START * 1000).abs();
            assert!(near < 1_000, "{near}");
            assert!([n(START + 30), n(START + 31)].contains(&stored["expires_at"]));
            assert!((client.service_now() - START).abs() <= 1);
            assert_eq!(ids(&plain, "orders").await, ["i-1"]);
            registration.deregister().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_readers_clock_is_corrected_too() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let _one = silent(&plain, "orders", "i-1").await;
        for ahead in [-1_200, 1_200] {
            let (client, clock) = stand.machine(ahead);
            let reader = Registry::new(client);
            assert_eq!(ids(&reader, "orders").await, ["i-1"], "at the first answer");
            assert!(reader.cleanup().await.unwrap().removed.is_empty());
            clock.set(clock.now() + 100);
            assert_eq!(ids(&reader, "orders").await, ["i-1"], "its clock has jumped meanwhile");
        }
        stand.advance(37);
        let (client, _) = stand.machine(-600);
        assert!(ids(&Registry::new(client), "orders").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_machine_whose_clock_is_ahead_takes_nothing_that_lives() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let leader = silent(&plain, "leader", "the").await;
        let (client, _) = stand.machine(600);
        let hasty = || Registry::new(client.clone()).register("leader", "the").exclusive().without_heartbeat();
        assert!(hasty().await.unwrap_err().is_condition_failed());
        leader.beat().await.unwrap();
        stand.advance(37);
        let (client, _) = stand.machine(-600);
        let slow = Registry::new(client).register("leader", "the").exclusive().without_heartbeat();
        let _ = slow.await.unwrap();
        assert_eq!(ids(&plain, "leader").await, ["the"]);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_goes_right_is_not_corrected() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (client, _) = stand.machine(0);
        let writer = Registry::new(client.clone());
        assert_eq!(client.clock_offset(), None);
        let registration = silent(&writer, "orders", "i-1").await;
        assert_eq!((client.clock_offset(), registration.health().accepted), (Some(0), 1));
        assert_eq!(stand.only_item("services").await["last_heartbeat"], n(START * 1000));
        assert_eq!(ids(&plain, "orders").await, ["i-1"]);
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_was_set_on_purpose_is_not_corrected() {
    stand::run(async |stand| {
        registry(stand).await;
        let (client, clock) = stand.machine(40 * 86_400);
        let _ = silent(&Registry::new(client.clone()), "orders", "i-1").await;
        assert_eq!((client.clock_offset(), client.service_now()), (Some(0), clock.now()));
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_jumps_takes_no_leader_and_ages_no_heartbeat() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let leader = silent(&plain, "svc", "leader").await;
        let (client, clock) = stand.machine(0);
        let other = Registry::new(client);
        let try_it = async || other.register("svc", "leader").exclusive().without_heartbeat().await;
        assert!(try_it().await.is_err());
        let own = silent(&other, "svc", "own").await;
        for step in [40, -40, 3_600, -3_600] {
            clock.set(clock.now() + step);
            assert!(try_it().await.unwrap_err().is_condition_failed(), "{step}: the leader has just sent a heartbeat");
            clock.set(clock.now() + step);
            own.beat().await.unwrap();
            assert_eq!(ids(&plain, "svc").await, ["leader", "own"], "{step}");
            leader.beat().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_with_another_clock_forgets_the_offset() {
    stand::run(async |stand| {
        let plain = registry(stand).await;
        let (client, _) = stand.machine(60);
        ids(&Registry::new(client.clone()), "orders").await;
        assert!(client.clock_offset().is_some_and(|offset| offset < -50_000));
        assert_eq!(client.clone().with_cursor_key("k").clock_offset(), client.clock_offset());
        assert_eq!(client.with_clock(ManualClock::at(START)).clock_offset(), None);
        drop(plain);
    })
    .await;
}
