//! How long a write is tried again that lost against another writer.

use std::time::Duration;

use tokio::time::Instant;

use crate::op::engine::backoff::{Backoff, Policy};
use crate::{Error, Result};

/// How long a write competes with others. Each of them may win before it, so their number decides how long it takes.
const DEADLINE: Duration = Duration::from_secs(30);

/// The tries of one write.
pub(super) struct Retry {
    backoff: Backoff,
    ends: Instant,
}

impl Retry {
    pub(super) fn new() -> Self {
        Retry { backoff: Backoff::new(Policy::CONTENTION), ends: Instant::now() + DEADLINE }
    }

    /// Waits before the next try; `error` when there is none.
    pub(super) async fn pause(&mut self, error: Error) -> Result<()> {
        match self.backoff.next_if(Instant::now() < self.ends) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(error),
        }
        Ok(())
    }
}
