use crate::cache::Cache;
use crate::cache::entry::{CacheEntry, RECORD, TRACKER};
use crate::cache::live::Live;
use crate::cache::refresh::is_refused;
use crate::cache::retry::Retry;
use crate::{ErrorKind, Model as _, Result, TTLAttribute, transact_write};

/// What became of something that was to be removed.
pub(super) enum Removal {
    Removed,
    /// It is used again, or another one.
    Kept,
}

impl Cache {
    /// Removes a record that was last accessed at `cutoff` or earlier, or has ended, if that is still so.
    pub(super) async fn remove(&self, live: &Live, cutoff: i64) -> Result<Removal> {
        let lease = live.lease();
        let now = TTLAttribute::from_epoch_seconds(self.now());
        let delete = || {
            let generation = lease.generation.clone();
            let delete = CacheEntry::delete_by_key((&lease.key, &lease.part)).table(self.table()).client(self.client());
            let delete = delete.when(|e| e.generation.eq(generation));
            delete.when(|e| e.accessed_at.le(cutoff) | e.accessed_at.not_exists() | e.expires_at.le(now))
        };
        if let Removal::Kept = self.unless_refused(|| delete().into_future()).await? {
            return Ok(Removal::Kept);
        }
        if live.tracker.is_some() {
            // Nobody reads it any more, whether or not this happens.
            let generation = || live.record.generation.clone();
            let delete =
                || CacheEntry::delete_by_key((&live.record.key, RECORD)).table(self.table()).client(self.client());
            self.unless_refused(|| delete().when(|e| e.generation.eq(generation())).into_future()).await?;
        }
        Ok(Removal::Removed)
    }

    /// Removes a record without its tracker, or a tracker without its record, if it is still without.
    ///
    /// A scan is no moment in time, so that must be looked at again: in a transaction, which never falls into the
    /// middle of the one that writes both.
    pub(super) async fn remove_half(&self, half: &CacheEntry) -> Result<Removal> {
        let other = if half.is_tracker() { RECORD } else { TRACKER };
        let key = half.key.as_str();
        let items = CacheEntry::query(key).table(self.table()).client(self.client()).consistent().await?;
        let other_generation = items.into_iter().find(|item| item.part == other).map(|item| item.generation);
        if other_generation.as_ref() == Some(&half.generation) {
            return Ok(Removal::Kept);
        }
        let generation = || half.generation.clone();
        self.unless_refused(|| {
            let check = CacheEntry::check((key, other)).table(self.table());
            let check = match &other_generation {
                Some(_) => check.when(|e| e.generation.ne(generation())),
                None => check.not_exists(),
            };
            let delete = CacheEntry::delete_by_key((key, &half.part)).table(self.table());
            let delete = delete.when(|e| e.generation.eq(generation()));
            transact_write().write(delete).write(check).client(self.client()).into_future()
        })
        .await
    }

    /// Awaits a write, again where a transaction is in the way; `Kept` where its condition does not hold.
    async fn unless_refused<F>(&self, write: impl Fn() -> F) -> Result<Removal>
    where
        F: Future<Output = Result<()>>,
    {
        let mut retry = Retry::new();
        loop {
            match write().await {
                Ok(()) => return Ok(Removal::Removed),
                Err(error) if is_refused(&error) => return Ok(Removal::Kept),
                Err(error) if error.kind() == ErrorKind::TransactionConflict => retry.pause(error).await?,
                Err(error) => return Err(error),
            }
        }
    }
}
