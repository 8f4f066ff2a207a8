//! The stored form of a value: its table, its item, and the conversion from and to serde types. It sends no requests.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::attribute::has_passed;
use crate::attribute::serde::stored;
use crate::error::value_error;
use crate::{Error, ErrorKind, Model, Result, TTLAttribute, Table};

/// The table of a store, with the key `pk` and the TTL attribute `expires_at`.
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
#[model(table = KeyValueTable, hash_key = "KEY#{key}", entity_name = "KeyValue", write_mark = "mark", crate = crate)]
pub(super) struct KeyValueEntry {
    #[model(key_only)]
    pub(super) key: String,
    /// Absent if the value serializes as null.
    pub(super) value: Option<AttributeValue>,
    pub(super) expires_at: Option<TTLAttribute>,
}

impl KeyValueEntry {
    /// Whether the entry is expired at the time `now` in epoch seconds.
    pub(super) fn is_expired_at(&self, now: i64) -> bool {
        self.expires_at.is_some_and(|expiry| has_passed(expiry.epoch_seconds(), now))
    }
}

/// Converts a value to an attribute value, or to `None` if it is null.
pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Option<AttributeValue>> {
    Ok(Some(stored(value).map_err(value_error)?).filter(|value| !value.is_null()))
}

pub(super) fn decode<T: DeserializeOwned>(value: Option<AttributeValue>) -> Result<T> {
    serde_dynamo::from_attribute_value(value.unwrap_or(AttributeValue::Null(true))).map_err(|_| {
        let message = format!("the value cannot be deserialized as `{}`", std::any::type_name::<T>());
        Error::new(ErrorKind::Decode, message)
    })
}
