use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::key::{KeyValue, RawKey};
use crate::schema::{KeySchema, TableSchema};
use crate::wire::{Fault, FaultKind};

/// The primary key of a table, from the attributes of a record's `Keys`.
pub(super) fn raw_key(mut keys: Item, table: &TableSchema) -> Result<RawKey, Fault> {
    let hash = take(&mut keys, &table.hash_key)?;
    let range = table.range_key.map(|key| take(&mut keys, &key)).transpose()?;
    Ok(RawKey { hash, range })
}

fn take(keys: &mut Item, key: &KeySchema) -> Result<KeyValue, Fault> {
    match keys.remove(key.attribute.name) {
        Some(AttributeValue::S(text)) => Ok(KeyValue::S(text)),
        Some(AttributeValue::N(digits)) => Ok(KeyValue::N(digits)),
        Some(AttributeValue::B(bytes)) => Ok(KeyValue::B(bytes.into_inner())),
        Some(_) => Err(Fault::new(FaultKind::Key, "a key is a string, a number or bytes").inside(key.attribute.name)),
        None => Err(Fault::new(FaultKind::Key, "the key attribute is missing").inside(key.attribute.name)),
    }
}
