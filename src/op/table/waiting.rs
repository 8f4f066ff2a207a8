//! A bounded wait for a table to change its state.

use std::time::Duration;

use crate::op::engine::backoff::{Backoff, Policy};

/// How long a change of a table is waited for by default; they take seconds, or minutes with indexes.
pub(super) const DEFAULT_WAIT: Duration = Duration::from_mins(5);

/// A bounded wait, with pauses that grow.
pub(super) struct Waiting {
    backoff: Backoff,
    left: Duration,
}

impl Waiting {
    /// A wait of at most so long.
    pub(super) fn new(policy: Policy, most: Duration) -> Self {
        Waiting { backoff: Backoff::new(policy), left: most }
    }

    /// Pauses before the next look; `false`, at once, when the time is up.
    pub(super) async fn pause(&mut self) -> bool {
        if self.left.is_zero() {
            return false;
        }
        let Some(pause) = self.backoff.next() else { return false };
        let pause = pause.min(self.left);
        tokio::time::sleep(pause).await;
        self.left = self.left.saturating_sub(pause);
        true
    }
}
