//! Values of serde's as attribute values, and as compressed text.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Settings;
use super::entry::CacheEntry;
use crate::compression::{CompressionError, CompressionOptions, compress, decompress};
use crate::wire::{Reader, Writer};
use crate::{Attribute as _, Error, ErrorKind, Number, Result};

/// A compressed value has to be this much smaller than the plain one, or its fields could be set for nothing.
const WORTH_IT: f64 = 0.9;

pub(super) fn encode<T: Serialize + ?Sized>(value: &T) -> Result<AttributeValue> {
    let value = serde_dynamo::to_attribute_value(value)
        .map_err(|_| Error::new(ErrorKind::Encode, "serde could not turn the value into an attribute value"))?;
    check_numbers(&value)?;
    Ok(value)
}

/// Serde has numbers that DynamoDB has not: NaN and infinities.
fn check_numbers(value: &AttributeValue) -> Result<()> {
    match value {
        AttributeValue::N(digits) => digits.parse::<Number>().map(|_| ()).map_err(|error| {
            Error::new(ErrorKind::Encode, "a number of the value cannot be stored").with_source(error)
        }),
        AttributeValue::L(list) => list.iter().try_for_each(check_numbers),
        AttributeValue::M(map) => map.values().try_for_each(check_numbers),
        _ => Ok(()),
    }
}

pub(super) fn decode<T: DeserializeOwned>(value: AttributeValue) -> Result<T> {
    serde_dynamo::from_attribute_value(value).map_err(|_| {
        let message = format!("serde could not read the record as `{}`", std::any::type_name::<T>());
        Error::new(ErrorKind::Decode, message)
    })
}

/// Puts the value into the record as it is.
pub(super) fn put_plain(record: &mut CacheEntry, value: AttributeValue) {
    match value {
        AttributeValue::M(fields) => record.fields = Some(fields),
        AttributeValue::Null(_) => {}
        value => record.value = Some(value),
    }
}

/// Puts the record's value into it compressed, if that is worth it; `bytes` is the record's size.
pub(super) fn pack(record: &mut CacheEntry, bytes: usize, settings: &Settings) -> Result<()> {
    if bytes < settings.compress_from {
        return Ok(());
    }
    let text = as_text(&plain_value(record))?;
    let options = settings.compression.min_size(0).threshold(f64::INFINITY);
    let packed = match compress(&text, &options) {
        Ok(packed) => packed,
        // The program was built without the algorithm: the value stays as it is.
        Err(CompressionError::FeatureOff { .. }) => return Ok(()),
        Err(error) => return Err(Error::new(ErrorKind::TooLarge, "the value cannot be compressed").with_source(error)),
    };
    let mut smaller = CacheEntry { fields: None, value: None, packed: None, ..record.clone() };
    smaller.packed = Some(packed.into_owned());
    #[allow(clippy::cast_precision_loss, reason = "sizes are far below 2^52")]
    let is_worth_it = (smaller.bytes()? as f64) < bytes as f64 * WORTH_IT;
    if is_worth_it {
        *record = smaller;
    }
    Ok(())
}

/// The value that a record holds.
pub(super) fn unpack(record: &CacheEntry) -> Result<AttributeValue> {
    let Some(packed) = &record.packed else { return Ok(plain_value(record)) };
    let damaged = || Error::new(ErrorKind::Decode, "the compressed value is damaged");
    let text = decompress(packed, &CompressionOptions::new()).map_err(|error| damaged().with_source(error))?;
    let value = Reader::new(text.as_bytes()).and_then(|mut reader| AttributeValue::read(&mut reader));
    value.map_err(|fault| damaged().with_source(fault))
}

fn plain_value(record: &CacheEntry) -> AttributeValue {
    match (&record.fields, &record.value) {
        (Some(fields), _) => AttributeValue::M(fields.clone()),
        (None, Some(value)) => value.clone(),
        (None, None) => AttributeValue::Null(true),
    }
}

/// DynamoDB's own JSON of the value, so that a compressed value reads back as a plain one does.
fn as_text(value: &AttributeValue) -> Result<String> {
    let unstorable = || Error::new(ErrorKind::Encode, "the value cannot be stored");
    let mut writer = Writer::new();
    value.write(&mut writer);
    let bytes = writer.into_bytes().map_err(|fault| unstorable().with_source(fault))?;
    String::from_utf8(bytes).map_err(|_| unstorable())
}
