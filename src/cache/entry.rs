//! How a record is stored: the table, the model of its items, and whether a record is large, so that it has a tracker.
//!
//! Used by all operations of the cache. It builds items; it sends nothing.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;

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

/// The range key of a record. It sorts after that of the tracker, so that a scan reads the tracker first.
pub(super) const RECORD: &str = "VALUE";
/// The range key of a tracker.
pub(super) const TRACKER: &str = "TRACKER";

/// A record or its tracker. Both are one model, so that a single rate-limited scan reads them together.
///
/// | attribute | small record | large record | tracker |
/// |---|---|---|---|
/// | `expires_at` | when the record expires | later than that | when the record expires |
/// | `ends` | | when the record expires, unless a tracker of its generation exists | 0 once a cleanup removes the record |
/// | `accessed_at` | yes | likewise | yes |
/// | `ttl`, `refresh_after`, `revision`, and `fields`, `value` or `packed` | yes | yes | |
///
/// `ends`, `accessed_at` and `ttl` of a large record do not change within a generation.
// No `Debug`: it would show the value.
#[derive(Clone, Model)]
#[model(table = CacheTable, hash_key = "CACHE#{key}", range_key = "{part}", crate = crate)]
pub(super) struct CacheEntry {
    #[model(key_only)]
    pub(super) key: String,
    #[model(key_only)]
    pub(super) part: String,
    /// A new id whenever the record is set, or updated from a small one. A tracker has that of the record it belongs to.
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
    /// When a large record expires, unless a tracker of its generation exists. In a tracker: that the record is removed.
    pub(super) ends: Option<i64>,
    /// A number that each update within the generation changes.
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
            ends: None,
            revision: None,
            fields: None,
            value: None,
            packed: None,
        }
    }

    /// The tracker of a large record that was accessed at `accessed_at` and expires at `ends`.
    pub(super) fn tracker(record: &CacheEntry, accessed_at: Option<i64>, ends: i64) -> Self {
        let mut tracker = CacheEntry::new(&record.key, TRACKER, &record.generation, ends);
        tracker.accessed_at = accessed_at;
        tracker
    }

    pub(super) fn is_tracker(&self) -> bool {
        self.part == TRACKER
    }

    /// Whether the record can have a tracker.
    pub(super) fn is_large(&self) -> bool {
        self.ends.is_some()
    }

    /// When the record expires, as this item says. That of a large record holds unless a tracker exists.
    pub(super) fn ends(&self) -> i64 {
        self.ends.unwrap_or(self.expires_at.epoch_seconds())
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

impl Cache {
    /// The record of a value, or `TooLarge` if no form fits an item. A record that must keep its tracker is `large` with
    /// a small value too.
    pub(super) fn form(&self, key: &str, value: AttributeValue, lifetime: Lifetime, large: bool) -> Result<CacheEntry> {
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
        if !large && self.checked(record.bytes())? <= ONE_UNIT {
            return Ok(record);
        }
        record.ends = Some(lifetime.ends);
        record.expires_at =
            TTLAttribute::from_epoch_seconds(lifetime.ends.saturating_add_unsigned(margin(lifetime.ttl)));
        let bytes = self.checked(record.bytes())?;
        if bytes > MAX_ITEM_SIZE {
            let message = format!("the record is {bytes} bytes as stored; DynamoDB allows {MAX_ITEM_SIZE} per item");
            return Err(Error::new(ErrorKind::TooLarge, message).with_table(self.table()));
        }
        Ok(record)
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
