//! Fields with `#[model(serde)]`: any serde type, through `serde_dynamo` and the SDK's attribute values.
//!
//! Generated code calls these functions through `__private`. They never show what serde says about a value, because
//! its messages may contain the value.

mod diagnosis;
mod storable;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::item;
use crate::wire::{Fault, Reader, Writer};

/// Writes the attribute, or leaves it out if the value serializes to null.
pub(crate) fn write_serde<T: Serialize>(writer: &mut Writer, name: &'static str, quoted: &'static str, value: &T) {
    match stored(value) {
        Ok(AttributeValue::Null(_)) => {}
        stored => {
            writer.name(name, quoted);
            write(stored, writer);
        }
    }
}

/// The value as it is stored.
pub(crate) fn stored<T: Serialize + ?Sized>(value: &T) -> Result<AttributeValue, Fault> {
    storable::check(value)?;
    serde_dynamo::to_attribute_value(value).map_err(|_| storable::unstorable::<T>(""))
}

fn write(stored: Result<AttributeValue, Fault>, writer: &mut Writer) {
    match stored {
        Ok(value) => item::write_value(&value, writer),
        Err(fault) => {
            // A value must follow the name, so that the output stays well-formed after a fault.
            writer.null();
            writer.fail(fault);
        }
    }
}

/// Whether the value serializes to null.
pub(crate) fn is_null<T: Serialize>(value: &T) -> bool {
    matches!(stored(value), Ok(AttributeValue::Null(_)))
}

/// Writes the value without a name. Null is written like any other value.
pub(crate) fn write_value<T: Serialize>(writer: &mut Writer, value: &T) {
    write(stored(value), writer);
}

/// Reads the attribute into its slot.
pub(crate) fn fill_serde<T: DeserializeOwned>(slot: &mut Option<T>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    *slot = Some(read_value(reader)?);
    Ok(())
}

/// Reads the value without a name.
pub(crate) fn read_value<T: DeserializeOwned>(reader: &mut Reader<'_>) -> Result<T, Fault> {
    let start = reader.mark();
    match serde_dynamo::from_attribute_value(item::read_value(reader)?) {
        Ok(value) => Ok(value),
        Err(_) => {
            reader.rewind(&start);
            Err(diagnosis::diagnose::<T>(item::read_value(reader)?))
        }
    }
}

/// Takes the value of a field out of its slot. An absent attribute reads as the value that null deserializes to.
pub(crate) fn take_serde<T: DeserializeOwned>(slot: Option<T>, name: &'static str) -> Result<T, Fault> {
    match slot {
        Some(value) => Ok(value),
        // serde has no other way to ask a type for its default. `Option` and types with a default accept null.
        None => serde_dynamo::from_attribute_value(AttributeValue::Null(true))
            .map_err(|_| Fault::missing(name, "a value for serde")),
    }
}
