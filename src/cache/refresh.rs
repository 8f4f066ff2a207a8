//! Moving the expiry of a record on.

use super::Cache;
use super::entry::{CacheEntry, RECORD};
use super::live::Live;
use crate::expr::Condition;
use crate::{Error, ErrorKind, Model as _, Result, TTLAttribute};

/// How much later than its tracker a record expires, at least: two days.
const MARGIN: u64 = 2 * 86_400;

/// How much later than its tracker a record expires when it is written.
pub(super) fn margin(ttl: u64) -> u64 {
    ttl.max(MARGIN)
}

/// Whether a conditional write met another state than the one it was made for.
pub(super) fn is_refused(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::ConditionFailed | ErrorKind::NotFound)
}

/// Holds while the item is of this generation, has not ended, and would not end earlier by being moved to `ends`.
pub(super) fn still_leased(generation: String, now: i64, ends: i64) -> impl FnOnce(Fields) -> Condition<CacheEntry> {
    move |entry| {
        entry.generation.eq(generation)
            & entry.expires_at.gt(TTLAttribute::from_epoch_seconds(now))
            & entry.expires_at.le(TTLAttribute::from_epoch_seconds(ends))
    }
}

/// The paths of an entry.
pub(super) type Fields = <CacheEntry as crate::Model>::Fields;

impl Cache {
    /// Moves the expiry to a ttl from now, unless it lies there already: one small write, to the tracker where there
    /// is one.
    ///
    /// `ConditionFailed` or `NotFound` when the record has meanwhile ended or changed.
    pub(super) async fn refresh(&self, live: &Live) -> Result<()> {
        let now = self.now();
        let ends = live.prolonged(now);
        if ends > live.lease().ends() { self.lease(live, now, ends).await } else { Ok(()) }
    }

    /// Notes an access at `now`, after which the record is to end at `ends`.
    pub(super) async fn lease(&self, live: &Live, now: i64, ends: i64) -> Result<()> {
        // First the record, so that it never expires before its tracker, wherever this stops.
        self.move_record(live, ends).await?;
        let lease = live.lease();
        CacheEntry::update((&lease.key, &lease.part))
            .table(self.table())
            .client(self.client())
            .set(|e| e.expires_at, TTLAttribute::from_epoch_seconds(ends))
            .set(|e| e.accessed_at, now)
            .when(still_leased(lease.generation.clone(), now, ends))
            .return_nothing()
            .await
    }

    /// Moves on when DynamoDB may delete a record with a tracker that is to end at `ends`, where that comes near:
    /// a write of the whole record, so it is done once in half a margin at most.
    async fn move_record(&self, live: &Live, ends: i64) -> Result<()> {
        let margin = margin(live.ttl());
        if live.tracker.is_none() || live.record.ends() >= ends.saturating_add_unsigned(margin / 2) {
            return Ok(());
        }
        let later = TTLAttribute::from_epoch_seconds(ends.saturating_add_unsigned(margin));
        let generation = live.record.generation.clone();
        let moved = CacheEntry::update((&live.record.key, RECORD))
            .table(self.table())
            .client(self.client())
            .set(|e| e.expires_at, later)
            .when(|e| e.generation.eq(generation) & e.expires_at.lt(later))
            .return_nothing()
            .await;
        match moved {
            // Another reader has moved it; or the generation is over, which the tracker will say.
            Err(error) if is_refused(&error) => Ok(()),
            outcome => outcome,
        }
    }
}
