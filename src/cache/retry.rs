//! How often what others get in the way of is tried again.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use crate::{Error, Result};

/// Tries of one write, first one included.
const TRIES: u32 = 16;

/// The tries of one write.
pub(super) struct Retry {
    made: u32,
}

impl Retry {
    pub(super) fn new() -> Self {
        Retry { made: 1 }
    }

    /// Waits before the next try; `error` when there is none.
    ///
    /// The pause grows from 5 ms to 320 ms, and a random part of it is left out, so that writers do not meet again.
    pub(super) async fn pause(&mut self, error: Error) -> Result<()> {
        if self.made == TRIES {
            return Err(error);
        }
        let whole = 5_u64 << self.made.min(6);
        let part = RandomState::new().hash_one(self.made) % whole;
        self.made += 1;
        tokio::time::sleep(Duration::from_millis(part)).await;
        Ok(())
    }
}
