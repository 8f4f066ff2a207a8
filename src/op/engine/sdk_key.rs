//! Converts primary keys to and from the SDK's form, and writes them.

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;

use crate::key::{KeyValue, RawKey};
use crate::schema::{KeySchema, ModelSchema, TableSchema};
use crate::wire::{Fault, Writer};
use crate::{Item, item};

/// Converts a key to the SDK's form.
pub(crate) fn sdk_key(table: &TableSchema, key: &RawKey) -> Item {
    let hash = (table.hash_key.attribute.name.to_owned(), sdk_value(&key.hash));
    let range = table.range_key.zip(key.range.as_ref());
    let range = range.map(|(schema, value)| (schema.attribute.name.to_owned(), sdk_value(value)));
    [Some(hash), range].into_iter().flatten().collect()
}

pub(crate) fn sdk_value(value: &KeyValue) -> AttributeValue {
    into_sdk_value(value.clone())
}

pub(crate) fn into_sdk_value(value: KeyValue) -> AttributeValue {
    match value {
        KeyValue::S(text) => AttributeValue::S(text),
        KeyValue::N(digits) => AttributeValue::N(digits),
        KeyValue::B(bytes) => AttributeValue::B(Blob::new(bytes)),
    }
}

/// Writes a key as an item.
pub(crate) fn write_key(table: &TableSchema, key: &RawKey, writer: &mut Writer) {
    writer.open_item();
    let mut write = |schema: KeySchema, value: &KeyValue| {
        writer.name(schema.attribute.name, schema.attribute.quoted);
        match value {
            KeyValue::S(text) => writer.string(text),
            KeyValue::N(digits) => item::write_digits(digits, writer),
            KeyValue::B(bytes) => writer.binary(bytes),
        }
    };
    write(table.hash_key, &key.hash);
    if let Some((schema, value)) = table.range_key.zip(key.range.as_ref()) {
        write(schema, value);
    }
    writer.close_item();
}

/// Takes the primary key out of an item.
pub(crate) fn raw_key(schema: &ModelSchema, item: &mut Item) -> Result<RawKey, Fault> {
    let range = schema.table.range_key.map(|key| key.attribute.name);
    let mut take = |name| item.remove(name).and_then(key_value).ok_or_else(crate::key::mismatch);
    Ok(RawKey { hash: take(schema.table.hash_key.attribute.name)?, range: range.map(take).transpose()? })
}

/// Converts an SDK value to the value of a key attribute.
pub(crate) fn key_value(value: AttributeValue) -> Option<KeyValue> {
    match value {
        AttributeValue::S(text) => Some(KeyValue::S(text)),
        AttributeValue::N(digits) => Some(KeyValue::N(digits)),
        AttributeValue::B(bytes) => Some(KeyValue::B(bytes.into_inner())),
        _ => None,
    }
}
