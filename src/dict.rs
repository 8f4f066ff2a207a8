//! Models as plain JSON maps, and back.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::attribute::Record;
use crate::attribute::json::read_object;
use crate::item;
use crate::schema::EntitySchema;
use crate::wire::{Fault, FaultKind, Reader, Writer};

/// A record as a plain JSON map.
pub(crate) fn of<T: Record>(record: &T) -> Result<Map<String, Value>, Fault> {
    let mut writer = Writer::plain();
    item::write(record, &mut writer);
    // Not through `serde_json`, whose parser may round a float.
    read_object(&mut Reader::plain(&writer.into_bytes()?)?)
}

/// A record from a plain JSON map.
pub(crate) fn read<T: Record>(dict: &Map<String, Value>, entity: Option<EntitySchema>) -> Result<T, Fault> {
    let mut dict = Cow::Borrowed(dict);
    // A dict is read as the model that is asked for; only one that says otherwise is foreign.
    if let Some(entity) = entity
        && !dict.contains_key(entity.attribute.name)
    {
        dict.to_mut().insert(entity.attribute.name.to_owned(), entity.name.into());
    }
    let json = serde_json::to_vec(&dict).map_err(not_json)?;
    item::read_at(&mut Reader::plain(&json)?, entity)
}

#[cold]
fn not_json(_: serde_json::Error) -> Fault {
    Fault::new(FaultKind::Syntax, "the model is not JSON")
}
