//! What lies under a key: a live record, or nothing.

use super::Cache;
use super::entry::CacheEntry;
use crate::{Model as _, Result};

/// A record that has not ended, as it was read.
pub(super) struct Live {
    pub(super) record: CacheEntry,
    pub(super) tracker: Option<CacheEntry>,
}

impl Live {
    /// The item whose expiry decides.
    pub(super) fn lease(&self) -> &CacheEntry {
        self.tracker.as_ref().unwrap_or(&self.record)
    }

    /// The record's own time to live in seconds.
    pub(super) fn ttl(&self) -> u64 {
        self.lease().ttl.unwrap_or_default()
    }

    /// When the record ends after an access at `now`: never earlier than without.
    pub(super) fn prolonged(&self, now: i64) -> i64 {
        now.saturating_add_unsigned(self.ttl()).max(self.lease().ends())
    }
}

/// What the items of a partition are together.
pub(super) enum Found {
    /// No record, or one that has ended.
    Nothing,
    Live(Box<Live>),
    /// A record without the tracker of its generation.
    Torn,
}

impl Found {
    pub(super) fn of(items: Vec<CacheEntry>, now: i64) -> Self {
        let (trackers, records): (Vec<_>, Vec<_>) = items.into_iter().partition(CacheEntry::is_tracker);
        let Some(record) = records.into_iter().next() else { return Found::Nothing };
        let live = if record.is_tracked() {
            let own = trackers.into_iter().find(|tracker| tracker.generation == record.generation);
            let Some(tracker) = own else { return Found::Torn };
            Live { record, tracker: Some(tracker) }
        } else {
            Live { record, tracker: None }
        };
        if live.lease().ends() > now { Found::Live(Box::new(live)) } else { Found::Nothing }
    }
}

impl Cache {
    /// Reads the record and its tracker.
    ///
    /// A query may fall between the two writes of a transaction, so what does not fit is read once more.
    pub(super) async fn find(&self, key: &str, consistent: bool) -> Result<Option<Live>> {
        match self.look(key, consistent).await? {
            Found::Torn => match self.look(key, true).await? {
                Found::Live(live) => Ok(Some(*live)),
                Found::Nothing | Found::Torn => Ok(None),
            },
            Found::Live(live) => Ok(Some(*live)),
            Found::Nothing => Ok(None),
        }
    }

    async fn look(&self, key: &str, consistent: bool) -> Result<Found> {
        let items =
            CacheEntry::query(key).table(self.table()).client(self.client()).consistent_read(consistent).await?;
        Ok(Found::of(items, self.now()))
    }
}
