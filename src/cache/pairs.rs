//! Records and trackers, as a scan meets them.

use std::collections::HashMap;

use super::entry::CacheEntry;
use super::live::Live;

/// Brings records and their trackers together, in whatever order they come.
///
/// The items of one key stand beside each other in a table, so hardly any of them wait. That is no more than usual,
/// though, and they may be read at different moments: what has found no other half by the end is `left`.
#[derive(Default)]
pub(super) struct Pairs {
    waiting: HashMap<String, CacheEntry>,
    torn: Vec<CacheEntry>,
}

impl Pairs {
    /// The record that this item makes whole.
    pub(super) fn meet(&mut self, item: CacheEntry) -> Option<Live> {
        if !item.is_tracker() && !item.is_tracked() {
            return Some(Live { record: item, tracker: None });
        }
        let Some(other) = self.waiting.remove(&item.key) else {
            self.waiting.insert(item.key.clone(), item);
            return None;
        };
        let (tracker, record) = if item.is_tracker() { (item, other) } else { (other, item) };
        if !record.is_tracker() && record.generation == tracker.generation {
            return Some(Live { record, tracker: Some(tracker) });
        }
        self.torn.extend([record, tracker]);
        None
    }

    /// What is no record by itself.
    pub(super) fn left(self) -> Vec<CacheEntry> {
        let mut left = self.torn;
        left.extend(self.waiting.into_values());
        left
    }
}
