//! Models as plain JSON maps, and back.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::Model;
use crate::attribute::json::read_object;
use crate::item;
use crate::wire::{Fault, FaultKind, Reader, Writer};

/// A model as a plain JSON map.
pub(crate) fn of<M: Model>(model: &M) -> Result<Map<String, Value>, Fault> {
    let mut writer = Writer::plain();
    item::write(model, &mut writer);
    // Not through `serde_json`, whose parser may round a float.
    read_object(&mut Reader::plain(&writer.into_bytes()?)?)
}

/// A model from a plain JSON map.
pub(crate) fn read<M: Model>(dict: &Map<String, Value>) -> Result<M, Fault> {
    let mut dict = Cow::Borrowed(dict);
    // A dict is read as the model that is asked for; only one that says otherwise is foreign.
    if let Some(entity) = M::SCHEMA.entity
        && !dict.contains_key(entity.attribute.name)
    {
        dict.to_mut().insert(entity.attribute.name.to_owned(), entity.name.into());
    }
    let json = serde_json::to_vec(&dict).map_err(not_json)?;
    item::read_at(&mut Reader::plain(&json)?)
}

#[cold]
fn not_json(_: serde_json::Error) -> Fault {
    Fault::new(FaultKind::Syntax, "the model is not JSON")
}
