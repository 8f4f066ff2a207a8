//! Assembles the items of a key into one live record: a record, and its tracker if one has been written.
//!
//! Used by every operation that reads before it writes, and by scans. It decides what is live; it writes nothing.

use std::collections::HashMap;

use super::Cache;
use super::entry::CacheEntry;
use crate::{Model as _, Result};

/// A record as it was read.
///
/// A large record always has a tracker. Its initial state is stored in the record (`ends`, `accessed_at`), so that a set
/// is a single write; the first access that changes it writes the item.
pub(super) struct LiveRecord {
    pub(super) record: CacheEntry,
    /// The tracker that is stored under the key. It may be that of an earlier generation.
    pub(super) stored_tracker: Option<CacheEntry>,
}

impl LiveRecord {
    /// The stored tracker of this generation.
    pub(super) fn tracker(&self) -> Option<&CacheEntry> {
        let is_own = |tracker: &&CacheEntry| self.record.is_large() && tracker.generation == self.record.generation;
        self.stored_tracker.as_ref().filter(is_own)
    }

    /// The item whose expiry and last access are those of the record.
    fn holder(&self) -> &CacheEntry {
        self.tracker().unwrap_or(&self.record)
    }

    /// When the record expires.
    pub(super) fn ends(&self) -> i64 {
        self.holder().ends()
    }

    /// When the record was last accessed, as far as that is stored.
    pub(super) fn accessed_at(&self) -> Option<i64> {
        self.holder().accessed_at
    }

    /// The TTL of the record, in seconds.
    pub(super) fn ttl(&self) -> u64 {
        self.record.ttl.unwrap_or_default()
    }

    /// The seconds after a stored access in which others are not stored: the record's pause, and at least the same second.
    fn pause(&self) -> u64 {
        self.record.refresh_after.unwrap_or(0).max(1)
    }

    /// Whether an access after which the record expires at `ends` must be stored.
    pub(super) fn is_refresh_due(&self, ends: i64) -> bool {
        self.ends() <= ends.saturating_sub_unsigned(self.pause())
    }

    /// Whether a field update must store its access, for the expiry or for cleanups.
    pub(super) fn is_access_due(&self, now: i64, ends: i64) -> bool {
        let is_stored = |accessed_at: i64| now < accessed_at.saturating_add_unsigned(self.pause());
        self.is_refresh_due(ends) || !self.accessed_at().is_some_and(is_stored)
    }

    /// When the record expires after an access now. An access never makes it expire earlier.
    pub(super) fn extended_expiry(&self, cache: &Cache) -> i64 {
        cache.expiry(self.ttl()).max(self.ends())
    }

    /// Whether the record was last accessed at `cutoff` or earlier, although not each access is stored.
    pub(super) fn is_idle_since(&self, cutoff: i64) -> bool {
        // Without the time of an access, nothing shows that the record is in use.
        self.accessed_at().is_none_or(|accessed_at| accessed_at <= self.stored_cutoff(cutoff))
    }

    /// The latest stored access after which no other one can have come later than `cutoff`.
    pub(super) fn stored_cutoff(&self, cutoff: i64) -> i64 {
        cutoff.saturating_sub_unsigned(self.record.refresh_after.unwrap_or(0))
    }

    /// Whether the two items may have been read at different moments, so that only another read can determine whether the
    /// record is live: the tracker belongs to another generation, perhaps a later one, which has replaced the tracker
    /// that kept this record alive.
    pub(super) fn is_torn(&self, now: i64) -> bool {
        self.record.is_large() && self.stored_tracker.is_some() && self.tracker().is_none() && self.ends() <= now
    }
}

impl Cache {
    /// Reads the record and its tracker, and returns the record if it is live.
    pub(super) async fn find(&self, key: &str, consistent: bool) -> Result<Option<LiveRecord>> {
        let mut found = self.read_partition(key, consistent).await?;
        // The two items may have been read at different moments, so if the record seems to be expired, one more read decides.
        let is_doubtful = |found: &LiveRecord| {
            let now = self.now();
            found.is_torn(now) || !consistent && found.record.is_large() && found.ends() <= now
        };
        if found.as_ref().is_some_and(is_doubtful) {
            found = self.read_partition(key, true).await?;
        }
        // DynamoDB may still return an expired record for days.
        Ok(found.filter(|found| found.ends() > self.now()))
    }

    async fn read_partition(&self, key: &str, consistent: bool) -> Result<Option<LiveRecord>> {
        let items =
            CacheEntry::query(key).table(self.table()).client(self.client()).consistent_read(consistent).await?;
        let (trackers, records): (Vec<_>, Vec<_>) = items.into_iter().partition(CacheEntry::is_tracker);
        let stored_tracker = trackers.into_iter().next();
        Ok(records.into_iter().next().map(|record| LiveRecord { record, stored_tracker }))
    }
}

/// Pairs the records of a scan with their trackers.
///
/// A tracker sorts before its record. DynamoDB does not guarantee the order of a scan, so a record that is read first is
/// taken for one without a tracker, and its tracker is [unpaired](Self::unpaired) at the end.
#[derive(Default)]
pub(super) struct RecordPairs {
    trackers: HashMap<String, CacheEntry>,
}

impl RecordPairs {
    /// Adds an item, and returns the record that it completes.
    pub(super) fn add(&mut self, item: CacheEntry) -> Option<LiveRecord> {
        if item.is_tracker() {
            self.trackers.insert(item.key.clone(), item);
            return None;
        }
        let stored_tracker = self.trackers.remove(&item.key);
        Some(LiveRecord { record: item, stored_tracker })
    }

    /// The trackers after which no record was read.
    pub(super) fn unpaired(self) -> impl Iterator<Item = CacheEntry> + Send {
        self.trackers.into_values()
    }
}
