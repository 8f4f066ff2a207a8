//! Decodes only the primary key of an item, for `.keys()` and `.hydrate()`.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::key::RawKey;
use crate::op::engine::sdk_key::raw_key;
use crate::schema::ModelSchema;
use crate::wire::{Fault, Reader};
use crate::{Key, Model, item};

/// Reads the primary key of the item at the reader's position.
pub(crate) fn read_key<M: Model>(reader: &mut Reader<'_>) -> Result<Key<M>, Fault> {
    let key = Key::from_raw(read_raw_key(reader, M::SCHEMA)?);
    // An index may not hold the entity attribute. The key's format then tells whether the item is the model's.
    key.parts()
        .map_err(|_| if M::SCHEMA.is_recognized_by_keys() { unlike_templates() } else { item::wrong_entity() })?;
    Ok(key)
}

fn read_raw_key(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<RawKey, Fault> {
    let hash = schema.table.hash_key.attribute.name;
    let range = schema.table.range_key.map(|key| key.attribute.name);
    let entity = schema.entity;
    let wanted: Vec<&str> =
        [Some(hash), range, entity.map(|entity| entity.attribute.name)].into_iter().flatten().collect();
    let mut item = item::read_some(reader, &wanted)?;
    if entity.is_none() && !schema.owns_key(&item) {
        return Err(item::wrong_entity());
    }
    if let Some(entity) = entity {
        match item.get(entity.attribute.name) {
            None => {}
            Some(AttributeValue::S(name)) if entity.is_named(name) => {}
            Some(_) => return Err(item::wrong_entity()),
        }
    }
    raw_key(schema, &mut item)
}

/// The fault of a key that begins like those of the model. A whole item with this key has the same kind of fault.
#[cold]
fn unlike_templates() -> Fault {
    Fault::invalid(
        "the stored primary key begins like the keys of the model, but does not have the form of its templates",
    )
}
