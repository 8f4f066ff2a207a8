use aws_sdk_dynamodb::types::AttributeValue;

use crate::{Model, TTLAttribute, Table};

/// The table of a store: the key `pk`, time to live on `expires_at`.
///
/// ```
/// use singlet::Table as _;
/// use singlet::kv::{DEFAULT_TABLE, KeyValueTable};
///
/// assert_eq!((KeyValueTable::SCHEMA.name, KeyValueTable::SCHEMA.ttl), (DEFAULT_TABLE, Some("expires_at")));
/// ```
#[derive(Debug, Table)]
#[table(name = "key-values", hash_key = "pk", ttl = "expires_at", entity = "_type", crate = crate)]
pub struct KeyValueTable;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = KeyValueTable, hash_key = "KEY#{key}", entity_name = "KeyValue", crate = crate)]
pub(super) struct KeyValue {
    #[model(key_only)]
    pub(super) key: String,
    /// Absent where serde says null.
    pub(super) value: Option<AttributeValue>,
    pub(super) expires_at: Option<TTLAttribute>,
}

impl KeyValue {
    /// Whether its time to live has passed, at the time `now` in epoch seconds.
    pub(super) fn has_expired(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expiry| expiry.epoch_seconds() <= now)
    }
}
