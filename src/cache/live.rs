//! Assembles the items of a key into one live record: an item that holds its own expiry, or a record and its tracker.
//!
//! Used by every operation that reads before it writes, and by scans. It decides what is live; it writes nothing.

use std::collections::HashMap;

use super::Cache;
use super::entry::CacheEntry;
use crate::{Model as _, Result};

/// A live record as it was read.
pub(super) struct LiveRecord {
    pub(super) record: CacheEntry,
    pub(super) tracker: Option<CacheEntry>,
}

impl LiveRecord {
    /// The item whose expiry is that of the record.
    pub(super) fn expiry_item(&self) -> &CacheEntry {
        self.tracker.as_ref().unwrap_or(&self.record)
    }

    /// The TTL of the record, in seconds.
    pub(super) fn ttl(&self) -> u64 {
        self.expiry_item().ttl.unwrap_or_default()
    }

    /// The seconds after a stored access in which others are not stored: the record's pause, and at least the same second.
    fn pause(&self) -> u64 {
        self.expiry_item().refresh_after.unwrap_or(0).max(1)
    }

    /// Whether an access after which the record expires at `ends` must be stored.
    pub(super) fn is_refresh_due(&self, ends: i64) -> bool {
        self.expiry_item().ends() <= ends.saturating_sub_unsigned(self.pause())
    }

    /// Whether a field update must store its access, for the expiry or for cleanups.
    pub(super) fn is_access_due(&self, now: i64, ends: i64) -> bool {
        let is_stored = |accessed_at: i64| now < accessed_at.saturating_add_unsigned(self.pause());
        self.is_refresh_due(ends) || !self.expiry_item().accessed_at.is_some_and(is_stored)
    }

    /// When the record expires after an access now. An access never makes it expire earlier.
    pub(super) fn extended_expiry(&self, cache: &Cache) -> i64 {
        cache.expiry(self.ttl()).max(self.expiry_item().ends())
    }
}

/// What the items of one partition amount to.
enum Lookup {
    /// No record, or an expired one.
    Nothing,
    Live(Box<LiveRecord>),
    /// A record without the tracker of its generation.
    Incomplete,
}

impl Lookup {
    fn of(items: Vec<CacheEntry>, now: i64) -> Self {
        let (trackers, records): (Vec<_>, Vec<_>) = items.into_iter().partition(CacheEntry::is_tracker);
        let Some(record) = records.into_iter().next() else { return Lookup::Nothing };
        let live = if record.is_tracked() {
            let own = trackers.into_iter().find(|tracker| tracker.generation == record.generation);
            let Some(tracker) = own else { return Lookup::Incomplete };
            LiveRecord { record, tracker: Some(tracker) }
        } else {
            LiveRecord { record, tracker: None }
        };
        // DynamoDB may still return an expired record for days.
        if live.expiry_item().ends() > now { Lookup::Live(Box::new(live)) } else { Lookup::Nothing }
    }
}

impl Cache {
    /// Reads the record and its tracker.
    pub(super) async fn find(&self, key: &str, consistent: bool) -> Result<Option<LiveRecord>> {
        match self.read_partition(key, consistent).await? {
            // A query can run between the two writes of a transaction, so one more read decides.
            Lookup::Incomplete => match self.read_partition(key, true).await? {
                Lookup::Live(live) => Ok(Some(*live)),
                Lookup::Nothing | Lookup::Incomplete => Ok(None),
            },
            Lookup::Live(live) => Ok(Some(*live)),
            Lookup::Nothing => Ok(None),
        }
    }

    async fn read_partition(&self, key: &str, consistent: bool) -> Result<Lookup> {
        let items =
            CacheEntry::query(key).table(self.table()).client(self.client()).consistent_read(consistent).await?;
        Ok(Lookup::of(items, self.now()))
    }
}

/// Pairs the records of a scan with their trackers, in whatever order the scan returns them.
///
/// Items of one key are adjacent in a table, so few of them wait at any time. DynamoDB does not guarantee that, and
/// the two items may be read at different moments: those without a counterpart at the end are
/// [unpaired](Self::unpaired).
#[derive(Default)]
pub(super) struct RecordPairs {
    waiting: HashMap<String, CacheEntry>,
    mismatched: Vec<CacheEntry>,
}

impl RecordPairs {
    /// Adds an item, and returns the record that it completes.
    pub(super) fn add(&mut self, item: CacheEntry) -> Option<LiveRecord> {
        if !item.is_tracker() && !item.is_tracked() {
            return Some(LiveRecord { record: item, tracker: None });
        }
        let Some(other) = self.waiting.remove(&item.key) else {
            self.waiting.insert(item.key.clone(), item);
            return None;
        };
        let (tracker, record) = if item.is_tracker() { (item, other) } else { (other, item) };
        if !record.is_tracker() && record.generation == tracker.generation {
            return Some(LiveRecord { record, tracker: Some(tracker) });
        }
        self.mismatched.extend([record, tracker]);
        None
    }

    /// The items that found no counterpart.
    pub(super) fn unpaired(self) -> Vec<CacheEntry> {
        let mut items = self.mismatched;
        items.extend(self.waiting.into_values());
        items
    }
}
