//! Models as plain JSON maps: what `Model::to_dict` and `Model::from_dict` do.
//!
//! The model's own code reads and writes the JSON, in the plain mode of [`Reader`] and [`Writer`].

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::attribute::Record;
use crate::attribute::json::read_object;
use crate::item;
use crate::schema::ModelSchema;
use crate::wire::{Fault, FaultKind, Reader, Writer};

/// Converts a record to a plain JSON map.
pub(crate) fn of<T: Record>(record: &T) -> Result<Map<String, Value>, Fault> {
    let mut writer = Writer::plain();
    item::write(record, &mut writer);
    // `serde_json` would parse this too, but may round a float by one bit.
    read_object(&mut Reader::plain(&writer.into_bytes()?)?)
}

/// Converts a plain JSON map to a record.
pub(crate) fn read<T: Record>(dict: &Map<String, Value>, schema: &ModelSchema) -> Result<T, Fault> {
    let mut dict = Cow::Borrowed(dict);
    // A dict without an entity attribute belongs to the requested model; only one that names another is refused.
    if let Some(entity) = schema.entity
        && !dict.contains_key(entity.attribute.name)
    {
        dict.to_mut().insert(entity.attribute.name.to_owned(), entity.name.into());
    }
    let json = serde_json::to_vec(&dict).map_err(not_json)?;
    item::read_at(&mut Reader::plain(&json)?, schema)
}

#[cold]
fn not_json(_: serde_json::Error) -> Fault {
    Fault::new(FaultKind::Syntax, "the dict cannot be written as JSON")
}
