//! Extends the TTL of a record that is accessed, at the price of one small write.
//!
//! Called by `get_record` with active TTL and by field updates. It never changes a value, and never shortens a TTL.

use super::Cache;
use super::entry::{CacheEntry, RECORD};
use super::live::LiveRecord;
use crate::expr::Condition;
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute};

/// The least time by which a record expires after its tracker: two days.
const MARGIN: u64 = 2 * 86_400;

/// How long after its tracker a record expires when it is written.
///
/// Not less than the TTL, so that the record is rewritten rarely even if the TTL is long.
pub(super) fn margin(ttl: u64) -> u64 {
    ttl.max(MARGIN)
}

/// Whether a conditional write found a state other than the expected one, perhaps its own after a lost answer: the writes
/// of a cache may be done twice, because they set values and add nothing that is read.
pub(super) fn is_condition_unmet(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::ConditionFailed | ErrorKind::NotFound | ErrorKind::OutcomeUnknown)
}

/// Holds while the item is of this generation, is not expired, and `ends` would not shorten its TTL.
pub(super) fn still_live(generation: String, now: i64, ends: i64) -> impl FnOnce(Fields) -> Condition<CacheEntry> {
    move |entry| {
        entry.generation.eq(generation)
            & entry.expires_at.gt(TTLAttribute::from_epoch_seconds(now))
            & entry.expires_at.le(TTLAttribute::from_epoch_seconds(ends))
    }
}

/// The paths of a cache entry.
pub(super) type Fields = <CacheEntry as crate::Model>::Fields;

impl Cache {
    /// Extends the TTL from now, in one small write: to the tracker if there is one.
    ///
    /// Sends nothing if the refresh is not due, as for several reads within one second. Returns `ConditionFailed` or
    /// `NotFound` if the record expired or changed since it was read.
    pub(super) async fn refresh(&self, live: &LiveRecord) -> Result<()> {
        let now = self.now();
        let ends = live.extended_expiry(self);
        if live.is_refresh_due(ends) { self.extend(live, now, ends).await } else { Ok(()) }
    }

    /// Stores an access at `now`, after which the record expires at `ends`.
    pub(super) async fn extend(&self, live: &LiveRecord, now: i64, ends: i64) -> Result<()> {
        // The record comes first, so that it never expires before its tracker even if this stops in between.
        self.extend_record(live, ends).await?;
        let item = live.expiry_item();
        CacheEntry::update((&item.key, &item.part))
            .table(self.table())
            .client(self.client())
            .set(|e| e.expires_at, TTLAttribute::from_epoch_seconds(ends))
            .set(|e| e.accessed_at, now)
            .when(still_live(item.generation.clone(), now, ends))
            .return_nothing()
            .await
    }

    /// Delays the time at which DynamoDB may delete a record with a tracker, if less than half its margin would be left
    /// after `ends`.
    async fn extend_record(&self, live: &LiveRecord, ends: i64) -> Result<()> {
        let margin = margin(live.ttl());
        if live.tracker.is_none() || live.record.ends() >= ends.saturating_add_unsigned(margin / 2) {
            return Ok(());
        }
        // This write is billed by the size of the whole record: once in half a margin at most.
        let later = TTLAttribute::from_epoch_seconds(ends.saturating_add_unsigned(margin));
        let generation = live.record.generation.clone();
        let extended = CacheEntry::update((&live.record.key, RECORD))
            .table(self.table())
            .client(self.client())
            .set(|e| e.expires_at, later)
            .when(|e| e.generation.eq(generation) & e.expires_at.lt(later))
            .return_nothing()
            .await;
        match extended {
            // Either another reader extended it, or the generation was replaced, which the tracker's condition detects.
            Err(error) if is_condition_unmet(&error) => Ok(()),
            outcome => outcome,
        }
    }
}
