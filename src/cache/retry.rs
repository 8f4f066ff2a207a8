//! How often a write is tried again that lost against another writer.

use crate::op::engine::backoff::{Backoff, Policy};
use crate::{Error, Result};

/// The tries of one write.
pub(super) struct Retry(Backoff);

impl Retry {
    pub(super) fn new() -> Self {
        Retry(Backoff::new(Policy::CACHE))
    }

    /// Waits before the next try; `error` when there is none.
    pub(super) async fn pause(&mut self, error: Error) -> Result<()> {
        let Some(pause) = self.0.next() else { return Err(error) };
        tokio::time::sleep(pause).await;
        Ok(())
    }
}
