//! Tests the service registry, with a clock that the test advances.

mod cleanup;
mod clocks;
mod discovery;
#[cfg(unix)]
mod failover;
mod failures;
mod heartbeats;
mod lifecycle;
mod watch;

use std::time::Duration;

use singlet::registry::{Registration, RegistrationHealth, Registry, ServiceInstance};
use singlet::{Client, Model};

use crate::stand::Stand;

/// A registry with its table.
pub(crate) async fn registry(stand: &Stand) -> Registry {
    let registry = Registry::new(stand.client.clone());
    registry.create_table().await.unwrap();
    registry
}

/// An instance whose heartbeats the test sends.
async fn silent(registry: &Registry, service: &str, id: &str) -> Registration {
    registry.register(service, id).without_heartbeat().await.unwrap()
}

/// Advances the clock of the client and that of timers. No request is in progress then, so no timer fires early.
async fn pass(stand: &Stand, seconds: u64) {
    // Lets a task that was just spawned reach its first timer.
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    stand.advance(seconds);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// Waits until the heartbeat task has brought about the wanted health.
async fn until(registration: &Registration, wanted: impl FnMut(&RegistrationHealth) -> bool) -> RegistrationHealth {
    let health = registration.wait_for(wanted);
    tokio::time::timeout(Duration::from_mins(1), health).await.expect("the heartbeat task does it")
}

/// The ids of the instances that are found.
async fn ids(registry: &Registry, service: &str) -> Vec<String> {
    registry.instances(service).await.unwrap().into_iter().map(|instance| instance.instance_id).collect()
}

/// Deletes an entry, as DynamoDB or another program would.
async fn delete(client: &Client, service: &str, id: &str) {
    ServiceInstance::delete_by_key((service, id)).client(client).await.unwrap();
}
