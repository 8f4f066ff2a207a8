//! The table of a cache, and the one model that both of its items are.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Model, Result, TTLAttribute, Table};

/// The table of a cache: its keys and its TTL attribute. Another name goes into
/// [`CacheBuilder::table`](super::CacheBuilder::table).
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

/// A record or its tracker. They are one model so that one scan reads both, with a limit to what it consumes.
///
/// | attribute | record with its expiry in it | record with a tracker | tracker |
/// |---|---|---|---|
/// | `expires_at` | when it ends | later than it ends | when it ends |
/// | `ttl`, `accessed_at` | yes | | yes |
/// | `tracked` | | yes | |
/// | `fields`, `value` or `packed` | yes | yes | |
///
/// No `Debug`: it would show the value.
#[derive(Clone, Model)]
#[model(table = CacheTable, hash_key = "CACHE#{key}", range_key = "{part}", crate = crate)]
pub(super) struct CacheEntry {
    #[model(key_only)]
    pub(super) key: String,
    #[model(key_only)]
    pub(super) part: String,
    /// A new one for every value that is written whole; record and tracker have the same.
    pub(super) generation: String,
    /// The table's TTL attribute.
    pub(super) expires_at: TTLAttribute,
    /// The record's own time to live, in seconds.
    pub(super) ttl: Option<u64>,
    /// When the record was last set, updated, or read with active TTL: epoch seconds.
    pub(super) accessed_at: Option<i64>,
    /// Whether a record has a tracker.
    pub(super) tracked: Option<bool>,
    /// How many fields were set since the value was written whole.
    pub(super) revision: Option<u64>,
    /// A value that is a map, so that its fields can be set.
    pub(super) fields: Option<HashMap<String, AttributeValue>>,
    /// Any other value; null is the absence of all three.
    pub(super) value: Option<AttributeValue>,
    /// A value as compressed text.
    pub(super) packed: Option<String>,
}

impl CacheEntry {
    /// An item of this key and generation, with nothing in it.
    pub(super) fn new(key: &str, part: &str, generation: &str, expires_at: i64) -> Self {
        CacheEntry {
            key: key.to_owned(),
            part: part.to_owned(),
            generation: generation.to_owned(),
            expires_at: TTLAttribute::from_epoch_seconds(expires_at),
            ttl: None,
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

    /// When it ends, or for a record with a tracker, when DynamoDB may delete it.
    pub(super) fn ends(&self) -> i64 {
        self.expires_at.epoch_seconds()
    }

    pub(super) fn bytes(&self) -> Result<usize> {
        self.size().map(|size| size.bytes())
    }
}
