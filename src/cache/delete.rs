//! Deletes records: unconditionally by key, and conditionally for cleanups.
//!
//! [`Cache::delete`] serves `delete_record` and `batch_delete`; [`Cache::remove`] serves cleanups and never deletes a
//! record that was accessed after it was read.

use super::Cache;
use super::entry::{CacheEntry, RECORD, TRACKER};
use super::live::LiveRecord;
use super::refresh::{Fields, is_condition_unmet};
use crate::{ErrorKind, Model as _, Result, TTLAttribute};

/// The outcome of a conditional removal.
pub(super) enum Removal {
    Removed,
    /// The record was accessed or replaced since it was read.
    Kept,
}

impl Removal {
    /// The outcome of deleting a record on a condition.
    fn of(outcome: Result<()>) -> Result<Self> {
        match outcome {
            Ok(()) => Ok(Removal::Removed),
            // There is no record. An unanswered attempt, or another cleanup, has deleted it.
            Err(error) if is_condition_unmet(&error) && error.old_item().is_none() => Ok(Removal::Removed),
            Err(error) if is_condition_unmet(&error) => Ok(Removal::Kept),
            Err(error) => Err(error),
        }
    }
}

impl Cache {
    /// Deletes the record under `key`, and returns whether a live one existed.
    pub(super) async fn delete(&self, key: &str) -> Result<bool> {
        let delete = CacheEntry::delete_by_key((key, RECORD)).table(self.table()).client(self.client());
        let Some(record) = delete.return_old().await? else { return Ok(false) };
        if !record.is_large() {
            return Ok(record.ends() > self.now());
        }
        // A tracker without its record has no effect, so a crash before this delete does no harm. The condition protects
        // the tracker of a record that was set in the meantime.
        let generation = record.generation.clone();
        let delete = CacheEntry::delete_by_key((key, TRACKER)).table(self.table()).client(self.client());
        match delete.when(|e| e.generation.eq(generation)).return_old().await {
            Ok(stored_tracker) => Ok(LiveRecord { record, stored_tracker }.ends() > self.now()),
            // An unanswered attempt may have deleted it, so nothing shows whether the record was live.
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => Err(error),
            // There was none, or the one that exists belongs to another generation.
            Err(error) if is_condition_unmet(&error) => Ok(record.ends() > self.now()),
            Err(error) => Err(error),
        }
    }

    /// Removes a record that is expired or was last accessed at `cutoff` or earlier, if that still holds.
    pub(super) async fn remove(&self, live: &LiveRecord, cutoff: i64) -> Result<Removal> {
        let now = self.now();
        let stored_cutoff = live.stored_cutoff(cutoff);
        let generation = || live.record.generation.clone();
        let is_idle = |e: Fields| {
            let is_idle = e.accessed_at.le(stored_cutoff) | e.accessed_at.not_exists();
            e.generation.eq(generation()) & (is_idle | e.expires_at.le(TTLAttribute::from_epoch_seconds(now)))
        };
        let delete = CacheEntry::delete_by_key((&live.record.key, RECORD)).table(self.table()).client(self.client());
        if !live.record.is_large() {
            return Removal::of(delete.when(is_idle).await);
        }
        // First the tracker states that the record is removed: from then on it is hidden, and no access revives it, whether
        // or not it is deleted. DynamoDB deletes the tracker for free, but not before the record itself says that it has
        // expired.
        let last = now.max(live.record.ends());
        let mut removed = CacheEntry::tracker(&live.record, live.accessed_at(), last);
        removed.ends = Some(0);
        let is_removed_or_idle = |e: Fields| (e.generation.eq(generation()) & e.ends.exists()) | is_idle(e);
        match self.write_tracker(live, removed, is_removed_or_idle).await {
            Ok(()) => Removal::of(delete.when(|e| e.generation.eq(generation())).await),
            Err(error) if is_condition_unmet(&error) => Ok(Removal::Kept),
            Err(error) => Err(error),
        }
    }
}
