//! The entity attribute and the schema number of items.

use crate::item::{missing_entity, wrong_entity};
use crate::schema::Name;
use crate::wire::{Fault, Reader, Tag, Writer};

/// Reads the entity attribute. A name other than `expected` and its aliases belongs to another entity.
#[inline(never)]
pub fn fill_entity(
    seen: &mut bool,
    expected: &'static str,
    aliases: &'static [&'static str],
    reader: &mut Reader<'_>,
) -> Result<(), Fault> {
    if reader.tag()? != Tag::S {
        return Err(wrong_entity());
    }
    let name = reader.raw_text()?;
    if name != expected && !aliases.contains(&&*name) {
        return Err(wrong_entity());
    }
    *seen = true;
    reader.end()
}

/// Checks that the item has an entity attribute. An item without one is accepted if the model declares it optional.
#[inline]
pub fn check_entity(seen: bool, optional: bool) -> Result<(), Fault> {
    if seen || optional { Ok(()) } else { Err(missing_entity()) }
}

/// Writes the entity attribute if the table has one.
#[inline]
pub fn write_entity(writer: &mut Writer, attribute: Option<Name>, name: &str) {
    if let Some(attribute) = attribute {
        writer.name(attribute.name, attribute.quoted);
        writer.string(name);
    }
}

/// Writes the schema number.
pub fn write_schema_number(writer: &mut Writer, attribute: Name, number: u32) {
    writer.name(attribute.name, attribute.quoted);
    writer.digits(&number.to_string());
}
