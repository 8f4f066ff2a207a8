//! Deleting a record.

use super::Cache;
use super::entry::{CacheEntry, RECORD, TRACKER};
use super::refresh::is_refused;
use super::retry::Retry;
use crate::{ErrorKind, Model as _, Result};

impl Cache {
    /// Whether there was a live record.
    pub(super) async fn delete(&self, key: &str) -> Result<bool> {
        let Some(record) = self.delete_part(key, RECORD, None).await? else { return Ok(false) };
        if !record.is_tracked() {
            return Ok(record.ends() > self.now());
        }
        // Without its record a tracker is nothing, so this may as well not happen. It is no other generation's.
        match self.delete_part(key, TRACKER, Some(record.generation)).await {
            Ok(tracker) => Ok(tracker.is_some_and(|tracker| tracker.ends() > self.now())),
            // It is gone because it had ended, or there is one of a later record already.
            Err(error) if is_refused(&error) => Ok(error.old_item().is_some()),
            Err(error) => Err(error),
        }
    }

    async fn delete_part(&self, key: &str, part: &str, generation: Option<String>) -> Result<Option<CacheEntry>> {
        let mut retry = Retry::new();
        loop {
            let delete = CacheEntry::delete_by_key((key, part)).table(self.table()).client(self.client());
            let delete = match generation.clone() {
                Some(generation) => delete.when(|e| e.generation.eq(generation)),
                None => delete,
            };
            match delete.return_old().await {
                Err(error) if error.kind() == ErrorKind::TransactionConflict => retry.pause(error).await?,
                outcome => return outcome,
            }
        }
    }
}
