//! How a record is stored: the table, the model of its items, and the choice of form (with a tracker or without).
//!
//! Used by all operations of the cache. It builds items; it sends nothing.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

use super::live::LiveRecord;
use super::refresh::margin;
use super::{Cache, value};
use crate::ttl::refresh_pause;
use crate::{Binary, Error, ErrorKind, MAX_ITEM_SIZE, Model, Result, TTLAttribute, Table};

/// The table of a cache: its keys and its TTL attribute.
///
/// To use another table name, set [`CacheBuilder::table`](super::CacheBuilder::table).
///
/// ```
/// use singlet::Table;
/// use singlet::cache::CacheTable;
///
/// assert_eq!(CacheTable::SCHEMA.name, "singlet_cache");
/// ```
#[derive(Debug, Table)]
#[table(name = "singlet_cache", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type", crate = crate)]
pub struct CacheTable;

/// The range key of a record.
pub(super) const RECORD: &str = "RECORD";
/// The range key of a tracker.
pub(super) const TRACKER: &str = "TRACKER";

/// A record or its tracker. Both are one model, so that a single rate-limited scan reads them together.
///
/// | attribute | record that holds its expiry | record with a tracker | tracker |
/// |---|---|---|---|
/// | `expires_at` | when the record expires | later than that | when the record expires |
/// | `ttl`, `refresh_after`, `accessed_at` | yes | | yes |
/// | `tracked` | | yes | |
/// | `fields`, `value` or `packed` | yes | yes | |
// No `Debug`: it would show the value.
#[derive(Clone, Model)]
#[model(table = CacheTable, hash_key = "CACHE#{key}", range_key = "{part}", crate = crate)]
pub(super) struct CacheEntry {
    #[model(key_only)]
    pub(super) key: String,
    #[model(key_only)]
    pub(super) part: String,
    /// A new id whenever the whole value is written; record and tracker share it.
    pub(super) generation: String,
    /// The table's TTL attribute.
    pub(super) expires_at: TTLAttribute,
    /// The TTL of the record, in seconds.
    pub(super) ttl: Option<u64>,
    /// How many seconds after the last stored access another one is stored, unless that is each time.
    pub(super) refresh_after: Option<u64>,
    /// When the record was last set, updated, or read with active TTL, in epoch seconds. Accesses during `refresh_after`
    /// are not stored.
    pub(super) accessed_at: Option<i64>,
    /// Whether the record has a tracker.
    pub(super) tracked: Option<bool>,
    /// How many fields were set since the whole value was written.
    pub(super) revision: Option<u64>,
    /// A value that is a map, stored so that its fields can be set in place.
    pub(super) fields: Option<HashMap<String, AttributeValue>>,
    /// Any other value. Null is stored as the absence of all three.
    pub(super) value: Option<AttributeValue>,
    /// A compressed value. As a B, because nothing but the cache reads it, and text is a third larger.
    pub(super) packed: Option<Binary>,
}

impl CacheEntry {
    /// An item of this key and generation without a value.
    fn new(key: &str, part: &str, generation: &str, expires_at: i64) -> Self {
        CacheEntry {
            key: key.to_owned(),
            part: part.to_owned(),
            generation: generation.to_owned(),
            expires_at: TTLAttribute::from_epoch_seconds(expires_at),
            ttl: None,
            refresh_after: None,
            accessed_at: None,
            tracked: None,
            revision: None,
            fields: None,
            value: None,
            packed: None,
        }
    }

    pub(super) fn is_tracker(&self) -> bool {
        self.part == TRACKER
    }

    pub(super) fn is_tracked(&self) -> bool {
        self.tracked == Some(true)
    }

    /// When the record expires; for a record with a tracker, when DynamoDB may delete the item.
    pub(super) fn ends(&self) -> i64 {
        self.expires_at.epoch_seconds()
    }

    /// Whether the record was last accessed at `cutoff` or earlier, although not each access is stored.
    pub(super) fn is_idle_since(&self, cutoff: i64) -> bool {
        // Without the time of an access, nothing shows that the record is in use.
        self.accessed_at.is_none_or(|accessed_at| accessed_at <= self.stored_cutoff(cutoff))
    }

    /// The latest stored access after which no other one can have come later than `cutoff`.
    pub(super) fn stored_cutoff(&self, cutoff: i64) -> i64 {
        cutoff.saturating_sub_unsigned(self.refresh_after.unwrap_or(0))
    }

    pub(super) fn bytes(&self) -> Result<usize> {
        self.size().map(|size| size.bytes())
    }
}

/// Up to this size each write of a record costs one write unit, as a write of its tracker would.
const ONE_UNIT: usize = 1024;

/// When a record was accessed, its TTL in seconds, and when it expires.
#[derive(Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) now: i64,
    pub(super) ttl: u64,
    pub(super) ends: i64,
}

/// A record and, if it is large, its tracker, both of a new generation.
pub(super) struct StoredForm {
    pub(super) record: CacheEntry,
    pub(super) tracker: Option<CacheEntry>,
}

impl StoredForm {
    /// Whether setting fields of `live` in place can produce this form.
    pub(super) fn can_update(&self, live: &LiveRecord) -> bool {
        let is_plain = |record: &CacheEntry| record.fields.is_some();
        is_plain(&self.record) && is_plain(&live.record) && self.tracker.is_some() == live.tracker.is_some()
    }
}

impl Cache {
    /// The stored form of a value, or `TooLarge` if no form fits an item.
    pub(super) fn form(&self, key: &str, value: AttributeValue, lifetime: Lifetime) -> Result<StoredForm> {
        // Random rather than counted, because concurrent writers do not know each other's numbers.
        let generation = uuid::Uuid::new_v4().simple().to_string();
        let mut record = CacheEntry::new(key, RECORD, &generation, lifetime.ends);
        record.ttl = Some(lifetime.ttl);
        record.refresh_after = self.refresh_pause(lifetime.ttl);
        record.accessed_at = Some(lifetime.now);
        value::put_plain(&mut record, value);
        let bytes = self.checked(record.bytes())?;
        self.checked(value::pack(&mut record, bytes, &self.settings))?;
        // Compression may have made the record small enough to hold its own expiry.
        let bytes = self.checked(record.bytes())?;
        if bytes <= ONE_UNIT {
            return Ok(StoredForm { record, tracker: None });
        }
        let mut tracker = CacheEntry::new(key, TRACKER, &generation, lifetime.ends);
        tracker.ttl = record.ttl.take();
        tracker.refresh_after = record.refresh_after.take();
        tracker.accessed_at = record.accessed_at.take();
        record.tracked = Some(true);
        record.expires_at =
            TTLAttribute::from_epoch_seconds(lifetime.ends.saturating_add_unsigned(margin(lifetime.ttl)));
        let bytes = self.checked(record.bytes())?;
        if bytes > MAX_ITEM_SIZE {
            let message = format!("the record is {bytes} bytes as stored; DynamoDB allows {MAX_ITEM_SIZE} per item");
            return Err(Error::new(ErrorKind::TooLarge, message).with_table(self.table()));
        }
        Ok(StoredForm { record, tracker: Some(tracker) })
    }

    /// The pause between the refreshes of a record that is written now, unless each access refreshes it.
    fn refresh_pause(&self, ttl: u64) -> Option<u64> {
        let part = if self.settings.active_ttl { self.settings.refresh_after } else { 0.0 };
        Some(refresh_pause(Duration::from_secs(ttl), part)).filter(|pause| *pause > 0)
    }

    fn checked<T>(&self, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|error| error.with_table(self.table()))
    }

    /// Rejects a key that no item can have.
    pub(super) fn check_key(&self, key: &str) -> Result<()> {
        if key.is_empty() {
            return Err(Error::new(ErrorKind::InvalidKey, "the key of the record is empty").with_table(self.table()));
        }
        self.checked(CacheEntry::key_of((key, RECORD)).map(|_| ()))
    }
}
