//! A bounded wait until a table changes its state.

use std::time::Duration;

use crate::op::engine::backoff::{Backoff, Policy};

/// The default wait for a change of a table. Changes take seconds, or minutes for a table with indexes.
pub(super) const DEFAULT_WAIT: Duration = Duration::from_mins(5);

/// A bounded wait with increasing pauses.
pub(super) struct Waiting {
    backoff: Backoff,
    left: Duration,
}

impl Waiting {
    /// Creates a wait of at most `most`.
    pub(super) fn new(policy: Policy, most: Duration) -> Self {
        Waiting { backoff: Backoff::new(policy), left: most }
    }

    /// Pauses before the next check. Returns `false` immediately after the time has run out.
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
