//! The entity attribute of items.

use crate::item::{missing_entity, wrong_entity};
use crate::schema::Name;
use crate::wire::{Fault, Reader, Tag, Writer};

/// Reads the entity attribute: another name than `expected` is another entity.
#[inline(never)]
pub fn fill_entity(seen: &mut bool, expected: &'static str, reader: &mut Reader<'_>) -> Result<(), Fault> {
    match reader.tag()? {
        Tag::S if reader.raw_text()? == expected => {}
        _ => return Err(wrong_entity()),
    }
    *seen = true;
    reader.end()
}

/// An item that does not say its entity is accepted where the model says so.
#[inline]
pub fn check_entity(seen: bool, optional: bool) -> Result<(), Fault> {
    if seen || optional { Ok(()) } else { Err(missing_entity()) }
}

/// Writes the entity attribute, where the table has one.
#[inline]
pub fn write_entity(writer: &mut Writer, attribute: Option<Name>, name: &str) {
    if let Some(attribute) = attribute {
        writer.name(attribute.name, attribute.quoted);
        writer.string(name);
    }
}
