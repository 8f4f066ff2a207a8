//! The task that sends the heartbeats of a registration. Spawned by [`Registration`](super::Registration), and aborted
//! when that is dropped.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout_at};

use super::entry::RegistrationEntry;
use crate::op::engine::backoff::Policy;
use crate::op::engine::random;

/// Sends heartbeats until the registration has ended.
pub(super) async fn keep_alive(entry: Arc<RegistrationEntry>) {
    let interval = entry.registry().heartbeat_interval();
    while !entry.health().state.is_over() {
        let next = Instant::now() + pause(interval, entry.health().failures);
        record_loss_before(&entry, next).await;
        sleep_until(next).await;
        // Waiting for a response must not delay the report that the registration is lost.
        let limit = if entry.health().state.is_visible() { entry.deadline() } else { Instant::now() + interval };
        if timeout_at(limit, entry.beat(None)).await.is_err() {
            entry.record_failure();
        }
    }
}

/// Records that the registration is lost if its TTL passes before the next heartbeat.
async fn record_loss_before(entry: &RegistrationEntry, next: Instant) {
    while entry.health().state.is_visible() && entry.deadline() <= next {
        sleep_until(entry.deadline()).await;
        // A heartbeat that the user requested may have moved the deadline in the meantime.
        if entry.deadline() <= Instant::now() {
            entry.record_loss();
        }
    }
}

/// The time until the next heartbeat: the interval, reduced by up to a tenth at random, so that instances that were
/// started together do not send heartbeats together. After failures, a tenth of the interval, doubled up to half of it.
fn pause(interval: Duration, failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => interval.saturating_sub(random::up_to(interval / 10)),
        Some(previous) => Policy::heartbeat(interval).pause(previous),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(10);

    #[test]
    fn pauses_after_failures_grow_to_half_the_interval() {
        for (failures, most) in [(0, 10), (1, 1), (2, 2), (3, 4), (4, 5), (5, 5), (u32::MAX, 5)] {
            let least = Duration::from_secs(most) * if failures == 0 { 9 } else { 5 } / 10;
            for _ in 0..20 {
                let pause = pause(INTERVAL, failures);
                assert!(least <= pause && pause <= Duration::from_secs(most), "{failures}: {pause:?}");
            }
        }
    }

    #[test]
    fn two_instances_do_not_beat_together() {
        let pauses: std::collections::HashSet<_> = (0..8).map(|_| pause(INTERVAL, 0)).collect();
        assert!(pauses.len() > 1);
    }
}
