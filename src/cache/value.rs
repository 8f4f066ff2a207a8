//! Converts serde values to attribute values and back, plain or compressed.
//!
//! Its errors never contain serde's messages, which may quote the value.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::CacheSettings;
use super::entry::CacheEntry;
use crate::attribute::serde::stored;
use crate::compression::{CompressionError, CompressionOptions, compress_binary, decompress_binary};
use crate::error::value_error;
use crate::wire::{Reader, Writer};
use crate::{Attribute as _, Binary, Error, ErrorKind, MAX_ITEM_SIZE, Result};

/// The ratio that compression must achieve: above it, cheap field updates of a plain value are worth more. Any text has
/// less than eight bits per character, so a quarter is saved without anything to compress.
const WORTH_IT: f64 = 2.0 / 3.0;

/// Converts a value to an attribute value.
pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<AttributeValue> {
    stored(value).map_err(value_error)
}

// Serde's own error is dropped: its message may quote the value.
pub(super) fn decode<T: DeserializeOwned>(value: AttributeValue) -> Result<T> {
    serde_dynamo::from_attribute_value(value).map_err(|_| {
        let message = format!("the record cannot be deserialized as `{}`", std::any::type_name::<T>());
        Error::new(ErrorKind::Decode, message)
    })
}

/// Stores the value in the record without compression.
pub(super) fn put_plain(record: &mut CacheEntry, value: AttributeValue) {
    match value {
        AttributeValue::M(fields) => record.fields = Some(fields),
        AttributeValue::Null(_) => {}
        value => record.value = Some(value),
    }
}

/// Compresses the value of a record of `bytes` bytes, if that makes the record small enough.
pub(super) fn pack(record: &mut CacheEntry, bytes: usize, settings: &CacheSettings) -> Result<()> {
    if bytes < settings.compress_from {
        return Ok(());
    }
    let text = as_text(&plain_value(record))?;
    // No limits of its own: only the size of the whole item decides whether compression pays.
    let options = settings.compression.min_size(0).threshold(f64::INFINITY);
    let packed = match compress_binary(&text, &options) {
        Ok(packed) => packed,
        // The program was built without the algorithm. Compression is an optimization, so the value stays plain.
        Err(CompressionError::FeatureOff { .. }) => return Ok(()),
        Err(error) => return Err(Error::new(ErrorKind::TooLarge, "the value cannot be compressed").with_source(error)),
    };
    let mut smaller = CacheEntry { fields: None, value: None, packed: None, ..record.clone() };
    smaller.packed = packed.map(Binary::from);
    #[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let is_worth_it = |packed: usize| (packed as f64) < bytes as f64 * WORTH_IT;
    let packed_bytes = smaller.bytes()?;
    // A record that does not fit an item has no cheap field updates to lose.
    if is_worth_it(packed_bytes) || (bytes > MAX_ITEM_SIZE && packed_bytes < bytes) {
        *record = smaller;
    }
    Ok(())
}

/// The value of a record.
pub(super) fn unpack(record: &CacheEntry) -> Result<AttributeValue> {
    let Some(packed) = &record.packed else { return Ok(plain_value(record)) };
    let corrupt = || Error::new(ErrorKind::Decode, "the compressed value is corrupt");
    // The text names its algorithm, so records remain readable after a change of settings.
    let text = decompress_binary(packed, &CompressionOptions::new()).map_err(|error| corrupt().with_source(error))?;
    let value = Reader::new(text.as_bytes()).and_then(|mut reader| AttributeValue::read(&mut reader));
    value.map_err(|fault| corrupt().with_source(fault))
}

fn plain_value(record: &CacheEntry) -> AttributeValue {
    match (&record.fields, &record.value) {
        (Some(fields), _) => AttributeValue::M(fields.clone()),
        (None, Some(value)) => value.clone(),
        (None, None) => AttributeValue::Null(true),
    }
}

/// The value as DynamoDB JSON, which keeps all types: a compressed value reads back exactly as a plain one does.
fn as_text(value: &AttributeValue) -> Result<String> {
    let unstorable = || Error::new(ErrorKind::Encode, "the value cannot be stored");
    let mut writer = Writer::new();
    value.write(&mut writer);
    let bytes = writer.into_bytes().map_err(|fault| unstorable().with_source(fault))?;
    String::from_utf8(bytes).map_err(|_| unstorable())
}
