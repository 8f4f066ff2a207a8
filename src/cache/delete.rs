//! Deletes records: unconditionally by key, and conditionally for cleanups.
//!
//! [`Cache::delete`] serves `delete_record` and `batch_delete`; [`Cache::remove`] and [`Cache::remove_orphan`] serve
//! cleanups and never delete a record that was accessed after it was read.

use super::Cache;
use super::entry::{CacheEntry, RECORD, TRACKER};
use super::live::LiveRecord;
use super::refresh::is_condition_unmet;
use super::retry::Retry;
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute, transact_write};

/// The outcome of a conditional removal.
pub(super) enum Removal {
    Removed,
    /// The record was accessed or replaced since it was read.
    Kept,
}

impl Cache {
    /// Deletes the record under `key`, and returns whether a live one existed.
    pub(super) async fn delete(&self, key: &str) -> Result<bool> {
        let record = match self.delete_part(key, RECORD, None).await {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                return self.delete_left_tracker(key, error).await;
            }
            record => record?,
        };
        let Some(record) = record else { return Ok(false) };
        if !record.is_tracked() {
            return Ok(record.ends() > self.now());
        }
        // A tracker without its record is ignored by all reads, so a crash before this delete does no harm. The
        // condition protects the tracker of a record that was set in the meantime.
        match self.delete_part(key, TRACKER, Some(record.generation)).await {
            Ok(tracker) => Ok(tracker.is_some_and(|tracker| tracker.ends() > self.now())),
            // Either no tracker is left because it expired, or the one that exists belongs to a later record.
            Err(error) if is_condition_unmet(&error) => Ok(error.old_item().is_some()),
            Err(error) => Err(error),
        }
    }

    /// Deletes the tracker of a record that an unanswered attempt has deleted. `unknown` is the error if no tracker shows
    /// whether the record was live.
    async fn delete_left_tracker(&self, key: &str, unknown: Error) -> Result<bool> {
        let tracker = CacheEntry::get((key, TRACKER)).table(self.table()).client(self.client()).consistent().await?;
        let Some(tracker) = tracker else { return Err(unknown) };
        match self.remove_orphan(&tracker).await? {
            Removal::Removed => Ok(tracker.ends() > self.now()),
            Removal::Kept => Err(unknown),
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

    /// Removes a record that is expired or was last accessed at `cutoff` or earlier, if that still holds.
    pub(super) async fn remove(&self, live: &LiveRecord, cutoff: i64) -> Result<Removal> {
        let item = live.expiry_item();
        let now = TTLAttribute::from_epoch_seconds(self.now());
        let delete = || {
            let (generation, cutoff) = (item.generation.clone(), item.stored_cutoff(cutoff));
            let delete = CacheEntry::delete_by_key((&item.key, &item.part)).table(self.table()).client(self.client());
            let delete = delete.when(|e| e.generation.eq(generation));
            delete.when(|e| e.accessed_at.le(cutoff) | e.accessed_at.not_exists() | e.expires_at.le(now))
        };
        if let Removal::Kept = self.retry_conflicts(|| delete().into_future()).await? {
            return Ok(Removal::Kept);
        }
        if live.tracker.is_some() {
            // Without its tracker the record is hidden already, whether or not this delete succeeds.
            let generation = || live.record.generation.clone();
            let delete =
                || CacheEntry::delete_by_key((&live.record.key, RECORD)).table(self.table()).client(self.client());
            self.retry_conflicts(|| delete().when(|e| e.generation.eq(generation())).into_future()).await?;
        }
        Ok(Removal::Removed)
    }

    /// Removes a record without its tracker, or a tracker without its record, if the counterpart is still missing.
    pub(super) async fn remove_orphan(&self, orphan: &CacheEntry) -> Result<Removal> {
        // A scan is not a snapshot: both items may exist by now, so the counterpart is read again, and a transaction
        // checks it. A transaction never runs in the middle of the one that writes both items.
        let other = if orphan.is_tracker() { RECORD } else { TRACKER };
        let key = orphan.key.as_str();
        let items = CacheEntry::query(key).table(self.table()).client(self.client()).consistent().await?;
        let other_generation = items.into_iter().find(|item| item.part == other).map(|item| item.generation);
        if other_generation.as_ref() == Some(&orphan.generation) {
            return Ok(Removal::Kept);
        }
        let generation = || orphan.generation.clone();
        self.retry_conflicts(|| {
            let check = CacheEntry::check((key, other)).table(self.table());
            let check = match &other_generation {
                Some(_) => check.when(|e| e.generation.ne(generation())),
                None => check.not_exists(),
            };
            let delete = CacheEntry::delete_by_key((key, &orphan.part)).table(self.table());
            let delete = delete.when(|e| e.generation.eq(generation()));
            transact_write().write(delete).write(check).client(self.client()).into_future()
        })
        .await
    }

    /// Sends a write until no transaction conflicts with it. Returns `Kept` if its condition does not hold.
    async fn retry_conflicts<F>(&self, write: impl Fn() -> F) -> Result<Removal>
    where
        F: Future<Output = Result<()>>,
    {
        let mut retry = Retry::new();
        loop {
            match write().await {
                Ok(()) => return Ok(Removal::Removed),
                Err(error) if is_condition_unmet(&error) => return Ok(Removal::Kept),
                Err(error) if error.kind() == ErrorKind::TransactionConflict => retry.pause(error).await?,
                Err(error) => return Err(error),
            }
        }
    }
}
