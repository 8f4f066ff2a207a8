//! Items in their three forms: bytes, models, and the SDK's maps.
//!
//! Operations read and write bytes; the SDK's maps occur only at the edges: mocks, hooks of users, statements, and
//! attributes of type `AttributeValue`.

mod equality;
mod in_errors;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_types::Blob;

use crate::Attribute;
use crate::attribute::{Record, record};
use crate::schema::{EntitySchema, ModelSchema, SchemaNumber};
use crate::wire::{Fault, FaultKind, Mark, Reader, Tag, Writer};

pub(crate) use equality::{same_item, same_value};

/// An item in the SDK's form.
///
/// singlet itself reads and writes items as bytes. This form appears where a program needs attributes that no model
/// describes: [`Error::old_item`](crate::Error::old_item), [`Model::from_item`](crate::Model::from_item), and others.
pub type Item = HashMap<String, AttributeValue>;

/// Writes a record as an item.
pub(crate) fn write<T: Record>(record: &T, writer: &mut Writer) {
    writer.open_item();
    record.write_fields(writer);
    writer.close_item();
}

/// Reads the item at the reader's position. The reader is after the item, also after most faults.
///
/// If an item of another entity does not fit the model, the fault is that it belongs to another entity, whatever else
/// does not fit. The entity attribute may come last, so this takes a second pass, but only over such items.
///
/// An item with an older schema number is upgraded first, which takes another pass over the items of models with numbers.
pub(crate) fn read_at<T: Record>(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<T, Fault> {
    let start = reader.mark();
    if let Some(upgraded) = upgraded(reader, schema)? {
        return record::read_fields(&mut Reader::new(&upgraded)?);
    }
    match record::read_fields(reader) {
        Ok(record) => Ok(record),
        Err(fault) => Err(fault_in_item(reader, &start, fault, schema)),
    }
}

/// The upgraded item if the one at the reader's position has another schema number. Otherwise the reader does not move.
fn upgraded(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<Option<Vec<u8>>, Fault> {
    let Some(number) = schema.number.filter(|_| !reader.is_plain()) else { return Ok(None) };
    match other_schema(reader, &number, schema)? {
        Some(item) => to_bytes(&number.upgraded(item)?).map(Some),
        None => Ok(None),
    }
}

/// The item at the reader's position if it is one of the model and has another schema number. Otherwise the reader does not move.
fn other_schema(reader: &mut Reader<'_>, number: &SchemaNumber, schema: &ModelSchema) -> Result<Option<Item>, Fault> {
    let start = reader.mark();
    let stored = number.of(&read_some(reader, &[number.attribute.name])?);
    reader.rewind(&start);
    if stored.is_ok_and(|stored| stored == number.number) {
        return Ok(None);
    }
    let is_other = foreign_fault(reader, schema)?.is_some();
    reader.rewind(&start);
    if is_other {
        return Ok(None);
    }
    read_entries(reader).map(Some)
}

/// Refuses a part of an item with another schema number, which cannot be upgraded. The reader stays, or is after the item.
pub(crate) fn check_schema(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<(), Fault> {
    let Some(number) = schema.number else { return Ok(()) };
    let Some(item) = other_schema(reader, &number, schema)? else { return Ok(()) };
    let stored = number.of(&item)?;
    if stored > number.number {
        return Err(number.newer(stored));
    }
    let message = "the item has an older schema, and a part of it cannot be upgraded; read the model, or backfill";
    Err(Fault::invalid(message).inside(number.attribute.name))
}

/// The fault of the item that begins at `start`, after looking at the model that it belongs to.
#[cold]
pub(crate) fn fault_in_item(reader: &mut Reader<'_>, start: &Mark, fault: Fault, schema: &ModelSchema) -> Fault {
    reader.rewind(start);
    // After a syntax fault the rest cannot be read, so its model cannot be found either.
    let foreign =
        if fault.kind() == FaultKind::Syntax { reader.skip().map(|()| None) } else { foreign_fault(reader, schema) };
    match foreign {
        Ok(foreign) => foreign.unwrap_or(fault),
        Err(damage) => damage,
    }
}

/// Reads the bytes of one item.
pub(crate) fn read<T: Record>(item: &[u8], schema: &ModelSchema) -> Result<T, Fault> {
    let mut reader = Reader::new(item)?;
    let record = read_at(&mut reader, schema)?;
    reader.finish()?;
    Ok(record)
}

/// Whether an item, given as bytes, belongs to this entity.
pub(crate) fn is_of(item: &[u8], entity: EntitySchema) -> bool {
    let fault = Reader::new(item).and_then(|mut reader| entity_fault(&mut reader, entity));
    fault.is_ok_and(|fault| fault.is_none())
}

/// Reads the item at the reader's position and returns a fault if it belongs to another model.
fn foreign_fault(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<Option<Fault>, Fault> {
    match schema.entity {
        Some(entity) => entity_fault(reader, entity),
        None => key_fault(reader, schema),
    }
}

/// Refuses an item of a table without an entity attribute whose keys are not like those of the model. The reader stays.
///
/// A whole item needs no such check if it can be decoded, because its keys have been compared with the fields then.
pub(crate) fn check_own_key(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<(), Fault> {
    if !schema.is_recognized_by_keys() {
        return Ok(());
    }
    let start = reader.mark();
    let fault = key_fault(reader, schema)?;
    if let Some(fault) = fault {
        return Err(fault);
    }
    reader.rewind(&start);
    Ok(())
}

/// Reads the item at the reader's position and returns a fault if its keys are not like those of the model.
fn key_fault(reader: &mut Reader<'_>, schema: &ModelSchema) -> Result<Option<Fault>, Fault> {
    let literals = schema.key_literals();
    let mut is_own = true;
    let mut more = reader.open_map()?;
    while more {
        let name = reader.key()?;
        let literal = literals.iter().flatten().find(|literal| literal.attribute == name);
        match literal {
            Some(literal) if reader.tag()? == Tag::S => {
                is_own &= literal.is_of(&reader.raw_text()?);
                reader.end()?;
            }
            Some(_) => {
                is_own = false;
                reader.skip()?;
                reader.end()?;
            }
            None => reader.skip()?,
        }
        more = reader.more_entries()?;
    }
    Ok((!is_own).then(wrong_entity))
}

/// Reads the item at the reader's position and returns a fault if it does not belong to this entity.
fn entity_fault(reader: &mut Reader<'_>, entity: EntitySchema) -> Result<Option<Fault>, Fault> {
    // Without the attribute, the item belongs to the model only if the attribute is optional.
    let mut fault = (!entity.optional).then(missing_entity);
    let mut more = reader.open_map()?;
    while more {
        if reader.key()? == entity.attribute.name {
            let is_text = reader.tag()? == Tag::S;
            let is_own = is_text && entity.is_named(&reader.raw_text()?);
            fault = (!is_own).then(wrong_entity);
            if !is_text {
                reader.skip()?;
            }
            reader.end()?;
        } else {
            reader.skip()?;
        }
        more = reader.more_entries()?;
    }
    Ok(fault)
}

#[cold]
pub(crate) fn wrong_entity() -> Fault {
    Fault::new(FaultKind::Entity, "the item belongs to another entity")
}

#[cold]
pub(crate) fn missing_entity() -> Fault {
    Fault::new(FaultKind::NoEntity, "the item has no entity attribute")
}

/// Writes an item in the SDK's form as bytes.
pub(crate) fn to_bytes(item: &Item) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer::new();
    writer.open_item();
    for (name, value) in item {
        writer.key(name);
        write_value(value, &mut writer);
    }
    writer.close_item();
    writer.into_bytes()
}

/// Reads the bytes of one item into the SDK's form.
pub(crate) fn from_bytes(item: &[u8]) -> Result<Item, Fault> {
    let mut reader = Reader::new(item)?;
    let item = read_entries(&mut reader)?;
    reader.finish()?;
    Ok(item)
}

/// Any attribute value, in the SDK's form: for attributes whose type is unknown.
impl Attribute for AttributeValue {
    crate::attribute::leaf!(Document);
    const TYPE: &'static str = "any";

    fn write(&self, writer: &mut Writer) {
        write_value(self, writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        read_value(reader)
    }
}

/// Decodes a value as `read` does.
pub(crate) fn decode<T>(
    value: &AttributeValue,
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut writer = Writer::new();
    write_value(value, &mut writer);
    read(&mut Reader::new(&writer.into_bytes()?)?)
}

pub(crate) fn write_value(value: &AttributeValue, writer: &mut Writer) {
    match value {
        AttributeValue::S(text) => writer.string(text),
        AttributeValue::N(digits) => write_digits(digits, writer),
        AttributeValue::B(bytes) => writer.binary(bytes.as_ref()),
        AttributeValue::Bool(value) => writer.boolean(*value),
        AttributeValue::Null(_) => writer.null(),
        AttributeValue::Ss(texts) => write_set(Tag::Ss, texts, writer, |text, w| w.raw_text(text)),
        AttributeValue::Ns(numbers) => write_set(Tag::Ns, numbers, writer, |digits, w| w.raw_text(digits)),
        AttributeValue::Bs(blobs) => write_set(Tag::Bs, blobs, writer, |blob, w| w.raw_binary(blob.as_ref())),
        // These recurse. The writer refuses values that nest too deeply.
        AttributeValue::L(_) | AttributeValue::M(_) => write_nested(value, writer),
        _ => writer.fail(Fault::unstorable("the attribute value has a type that singlet does not support")),
    }
}

/// Writes an N.
pub(crate) fn write_digits(digits: &str, writer: &mut Writer) {
    let is_of_number = |byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    // The text comes from the user and is written without escapes, so it must not end the JSON string.
    if !digits.bytes().all(is_of_number) {
        return writer
            .fail(Fault::unstorable("a number has other characters than digits, signs, a point and an exponent"));
    }
    writer.digits(digits);
}

fn write_nested(value: &AttributeValue, writer: &mut Writer) {
    match value {
        AttributeValue::L(list) => {
            writer.open_list();
            if !writer.is_too_deep() {
                for value in list {
                    writer.element();
                    write_value(value, writer);
                }
            }
            writer.close_list();
        }
        AttributeValue::M(map) => {
            writer.open_map();
            if !writer.is_too_deep() {
                for (key, value) in map {
                    writer.key(key);
                    write_value(value, writer);
                }
            }
            writer.close_map();
        }
        _ => {}
    }
}

fn write_set<T>(tag: Tag, elements: &[T], writer: &mut Writer, write: fn(&T, &mut Writer)) {
    writer.open_set(tag);
    for element in elements {
        writer.element();
        write(element, writer);
    }
    writer.close_set();
}

/// Reads any attribute value. The reader limits how deep values nest.
pub(crate) fn read_value(reader: &mut Reader<'_>) -> Result<AttributeValue, Fault> {
    let value = match reader.tag()? {
        Tag::S => AttributeValue::S(reader.raw_text()?.into_owned()),
        Tag::N => AttributeValue::N(reader.raw_text()?.into_owned()),
        Tag::B => AttributeValue::B(Blob::new(reader.raw_binary()?)),
        Tag::Bool => AttributeValue::Bool(reader.boolean()?),
        Tag::Null => {
            reader.skip()?;
            AttributeValue::Null(true)
        }
        Tag::M => AttributeValue::M(read_entries(reader)?),
        Tag::L => AttributeValue::L(read_elements(reader, read_value)?),
        Tag::Ss => AttributeValue::Ss(read_elements(reader, |r| Ok(r.raw_text()?.into_owned()))?),
        Tag::Ns => AttributeValue::Ns(read_elements(reader, |r| Ok(r.raw_text()?.into_owned()))?),
        Tag::Bs => AttributeValue::Bs(read_elements(reader, |r| r.raw_binary().map(Blob::new))?),
    };
    reader.end()?;
    Ok(value)
}

pub(crate) fn read_entries(reader: &mut Reader<'_>) -> Result<Item, Fault> {
    let mut map = HashMap::new();
    let mut more = reader.open_map()?;
    while more {
        let key = reader.key()?.into_owned();
        map.insert(key, read_value(reader)?);
        more = reader.more_entries()?;
    }
    Ok(map)
}

/// Reads these attributes of the item at the reader's position.
pub(crate) fn read_some(reader: &mut Reader<'_>, attributes: &[&str]) -> Result<Item, Fault> {
    let mut map = HashMap::with_capacity(attributes.len());
    let mut more = reader.open_map()?;
    while more {
        let key = reader.key()?;
        if attributes.contains(&&*key) {
            map.insert(key.into_owned(), read_value(reader)?);
        } else {
            reader.skip()?;
        }
        more = reader.more_entries()?;
    }
    Ok(map)
}

fn read_elements<T>(reader: &mut Reader<'_>, read: fn(&mut Reader<'_>) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let mut list = Vec::new();
    let mut more = reader.open_list()?;
    while more {
        list.push(read(reader)?);
        more = reader.more_elements()?;
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_cannot_end_its_string() {
        let item = |digits: &str| Item::from([("n".to_owned(), AttributeValue::N(digits.to_owned()))]);
        for digits in ["\"", "1\"},\"x\":{\"N\":\"2", "1\\", "1 ", "\u{1}"] {
            assert_eq!(to_bytes(&item(digits)).unwrap_err().kind(), FaultKind::Unstorable, "{digits}");
        }
        assert_eq!(to_bytes(&item("-1.5E+2")).unwrap(), br#"{"n":{"N":"-1.5E+2"}}"#);
    }
}
