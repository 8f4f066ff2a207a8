//! A bounded wait for a table to change its state.

use std::time::Duration;

/// How long a change of a table is waited for by default; they take seconds, or minutes with indexes.
pub(super) const DEFAULT_WAIT: Duration = Duration::from_mins(5);

/// A bounded wait, with pauses that grow to some seconds.
pub(super) struct Waiting {
    pause: Duration,
    left: Duration,
}

impl Waiting {
    /// A wait of at most so long.
    pub(super) fn new(most: Duration) -> Self {
        Waiting { pause: Duration::from_millis(50), left: most }
    }

    /// Pauses before the next look; `false`, at once, when the time is up.
    pub(super) async fn pause(&mut self) -> bool {
        if self.left.is_zero() {
            return false;
        }
        let pause = self.pause.min(self.left);
        tokio::time::sleep(pause).await;
        self.left = self.left.saturating_sub(pause);
        self.pause = (self.pause * 2).min(Duration::from_secs(5));
        true
    }
}
