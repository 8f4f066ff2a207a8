//! One item of a collection: its model is found from its bytes, then that model's own reader reads it.
//!
//! The entity attribute may be anywhere in the item, so finding it takes a scan of the bytes. There is no map.

use std::pin::Pin;

use super::{Collection, CollectionSchema, Rows, Unknown};
use crate::error::fault_error;
use crate::item::{missing_entity, wrong_entity};
use crate::wire::{Fault, FaultKind, Reader, Tag};
use crate::{Item, Result, item};

/// The number that [`model_of`] returns for an item of no model, if the collection keeps such items in a variant.
pub const OTHER: usize = usize::MAX;

/// The number of the model of the item at the reader's position, or [`OTHER`]. If the item belongs to no model, the
/// reader skips it; otherwise it stays where it is.
// Never inlined: this code is the same for all collections, so one copy is enough.
#[inline(never)]
pub fn model_of(reader: &mut Reader<'_>, collection: &CollectionSchema) -> Result<usize, Fault> {
    let start = reader.mark();
    let named = match collection.entity_attribute() {
        Some(entity) => number_of(reader, entity, collection)?,
        None if collection.is_recognized_by_keys() => number_by_key(reader, collection)?,
        // All items belong to the only model.
        None => return Ok(0),
    };
    if let Named::Model(number) = named {
        reader.rewind(&start);
        return Ok(number);
    }
    if collection.unknown == Unknown::Kept {
        reader.rewind(&start);
        return Ok(OTHER);
    }
    reader.rewind(&start);
    reader.skip()?;
    Err(match (named, collection.entity_attribute()) {
        (Named::Nothing, Some(_)) => missing_entity(),
        (Named::Nothing, None) => missing_key(),
        _ => wrong_entity(),
    })
}

enum Named {
    Model(usize),
    Stranger,
    Nothing,
}

fn number_of(reader: &mut Reader<'_>, attribute: &str, collection: &CollectionSchema) -> Result<Named, Fault> {
    let mut more = reader.open_map()?;
    while more {
        if reader.key()? == attribute {
            if reader.tag()? != Tag::S {
                return Ok(Named::Stranger);
            }
            let name = reader.raw_text()?;
            let is_named = |entity: crate::schema::EntitySchema| entity.is_named(&name);
            let number = collection.models.iter().position(|model| model.schema.entity.is_some_and(is_named));
            return Ok(number.map_or(Named::Stranger, Named::Model));
        }
        reader.skip()?;
        more = reader.more_entries()?;
    }
    let unnamed = collection.models.iter().position(|model| model.schema.entity.is_some_and(|entity| entity.optional));
    Ok(unnamed.map_or(Named::Nothing, Named::Model))
}

/// The model of an item in a table without an entity attribute. The derive makes sure that no key is one of two models.
fn number_by_key(reader: &mut Reader<'_>, collection: &CollectionSchema) -> Result<Named, Fault> {
    let key = item::read_some(reader, &collection.first().schema.table.key_names())?;
    let mut own = (0..).zip(collection.models).filter(|(_, model)| model.schema.owns(&key)).map(|(number, _)| number);
    Ok(match (own.next(), own.next()) {
        (Some(number), None) => Named::Model(number),
        (Some(_), Some(_)) => Named::Nothing,
        (None, _) => Named::Stranger,
    })
}

#[cold]
fn missing_key() -> Fault {
    let message =
        "the item lacks the key attributes by which its model is recognized in a table without an entity attribute";
    Fault::new(FaultKind::NoEntity, message)
}

/// Reads an item that belongs to no model.
pub fn read_other(reader: &mut Reader<'_>) -> Result<Item, Fault> {
    item::read_entries(reader)
}

/// The fault for a number that [`model_of`] does not return.
#[cold]
pub fn foreign(_: usize) -> Fault {
    wrong_entity()
}

/// The content of the variant for items of no model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold an item of no model",
    label = "not an `Item`",
    note = "write `#[collection(other)] Other(singlet::Item)`"
)]
pub trait HoldsOther {
    /// The value that holds the item.
    fn from_item(item: Item) -> Self;
}

impl HoldsOther for Item {
    fn from_item(item: Item) -> Self {
        item
    }
}

/// The running `after_load` hook of a row.
pub type Loading<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// The hook of an item without hooks.
pub fn nothing_to_load<'s>() -> Loading<'s> {
    Box::pin(std::future::ready(Ok(())))
}

pub(super) fn from_item<C: Rows>(item: &Item) -> Result<C> {
    let failed = |fault| fault_error(fault, C::SCHEMA.name);
    let bytes = item::to_bytes(item).map_err(failed)?;
    from_bytes::<C>(&bytes).map_err(failed)
}

/// Reads bytes that hold exactly one item.
pub(crate) fn from_bytes<C: Collection>(item: &[u8]) -> Result<C::Row, Fault> {
    let mut reader = Reader::new(item)?;
    let row = C::__read(&mut reader)?;
    reader.finish()?;
    Ok(row)
}
