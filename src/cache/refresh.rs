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

/// Whether a conditional write found a state other than the expected one, perhaps its own after a lost response. The writes
/// of a cache may be done twice, because they set values.
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
    /// Extends the TTL from now, in one small write: that of the tracker if the record is large.
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
        let is_live = still_live(live.record.generation.clone(), now, ends);
        if live.record.is_large() {
            // The record comes first, so that it never expires before its tracker even if this stops in between.
            self.extend_record(live, ends).await?;
            self.check_live(live)?;
            let tracker = CacheEntry::tracker(&live.record, Some(now), ends);
            return self.write_tracker(live, tracker, |e| e.ends.not_exists() & is_live(e)).await;
        }
        CacheEntry::update((&live.record.key, RECORD))
            .table(self.table())
            .client(self.client())
            .set(|e| e.expires_at, TTLAttribute::from_epoch_seconds(ends))
            .set(|e| e.accessed_at, now)
            .when(is_live)
            .return_nothing()
            .await
    }

    /// Fails if a large record has expired since it was read. Until there is a tracker, no condition can require that.
    pub(super) fn check_live(&self, live: &LiveRecord) -> Result<()> {
        if live.ends() > self.now() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::NotFound, "the record has expired").with_table(self.table()))
    }

    /// Writes the tracker of a large record: over the one of its generation if `holds` for that, or else over the absence
    /// or the earlier tracker that was read.
    ///
    /// A tracker is only ever replaced by one whose writer has read it, so that a late access to an earlier generation
    /// cannot undo the accesses to this one.
    pub(super) async fn write_tracker(
        &self,
        live: &LiveRecord,
        mut tracker: CacheEntry,
        holds: impl FnOnce(Fields) -> Condition<CacheEntry>,
    ) -> Result<()> {
        let earlier = live.stored_tracker.as_ref().map(|tracker| tracker.generation.clone());
        let is_written = live.tracker().is_some();
        let condition = |entry: Fields| {
            let unchanged = match earlier {
                _ if is_written => return holds(entry),
                Some(earlier) => entry.generation.eq(earlier),
                None => entry.generation.not_exists(),
            };
            unchanged | holds(entry)
        };
        tracker.save().table(self.table()).client(self.client()).when(condition).await
    }

    /// Delays the time at which DynamoDB may delete a large record, if less than half its margin would be left after
    /// `ends`.
    async fn extend_record(&self, live: &LiveRecord, ends: i64) -> Result<()> {
        let margin = margin(live.ttl());
        if live.record.expires_at.epoch_seconds() >= ends.saturating_add_unsigned(margin / 2) {
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
            // Either another reader extended it, or the record was replaced. Then its tracker has no effect.
            Err(error) if is_condition_unmet(&error) => Ok(()),
            outcome => outcome,
        }
    }
}
