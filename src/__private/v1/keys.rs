//! Keys of models.

use std::borrow::Cow;

pub use crate::key::text::unlike_template;
use crate::key::{
    KeyAttribute, KeyRole, KeyType, KeyValue, KeyWriter, PartText, RawKey, is_written_by, mismatch, write_key_field,
};
use crate::schema::Name;
use crate::wire::{Fault, Mark, Reader, Writer};

/// The operations of generated code on the type of a key field.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key attribute",
    label = "not a key type",
    note = "a key is a string, a number or bytes: use `String`, an integer, `Binary`, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait KeyField: Sized {
    const KEY_TYPE: KeyType;
    fn put(&self, writer: &mut Writer, attribute: Name, role: KeyRole);
    fn to_key(&self, role: KeyRole) -> Result<KeyValue, Fault>;
    fn from_key(key: &KeyValue) -> Result<Self, Fault>;
    fn check(&self, writer: &mut Writer, role: KeyRole);
    /// The place of a stored key that must be compared with the field; `None` if no other key reads as the same value.
    fn place(reader: &Reader<'_>) -> Option<Mark>;
    fn check_stored(&self, stored: Option<Mark>, name: &'static str, reader: &mut Reader<'_>) -> Result<(), Fault>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> KeyField for T {
    const KEY_TYPE: KeyType = T::KEY_TYPE;

    #[inline]
    fn put(&self, writer: &mut Writer, attribute: Name, role: KeyRole) {
        write_key_field(writer, attribute, role, self);
    }

    #[inline]
    fn to_key(&self, role: KeyRole) -> Result<KeyValue, Fault> {
        KeyAttribute::to_key(self).checked(role)
    }

    #[inline]
    fn from_key(key: &KeyValue) -> Result<Self, Fault> {
        KeyAttribute::from_key(key)
    }

    /// Checks the length of a field that is a key of an index. The field is written like any other.
    fn check(&self, writer: &mut Writer, role: KeyRole) {
        if let Err(fault) = role.check(self.key_length()) {
            writer.fail(fault);
        }
    }

    #[inline]
    fn place(reader: &Reader<'_>) -> Option<Mark> {
        if T::ONE_FORM { None } else { Some(reader.mark()) }
    }

    #[inline]
    fn check_stored(&self, stored: Option<Mark>, name: &'static str, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let Some(stored) = stored else { return Ok(()) };
        let stored = reader.at(&stored, |reader| read_key(reader, T::KEY_TYPE)).map_err(|fault| fault.inside(name))?;
        if stored.into_canonical() == KeyAttribute::to_key(self).into_canonical() {
            Ok(())
        } else {
            Err(other_key(name))
        }
    }
}

fn read_key(reader: &mut Reader<'_>, key_type: KeyType) -> Result<KeyValue, Fault> {
    Ok(match key_type {
        KeyType::S => KeyValue::S(reader.text()?.into_owned()),
        KeyType::N => KeyValue::N(reader.digits()?.into_owned()),
        KeyType::B => KeyValue::B(reader.binary()?),
    })
}

/// Returns the range key of a model that has one.
pub fn range_of(key: &RawKey) -> Result<&KeyValue, Fault> {
    key.range.as_ref().ok_or_else(mismatch)
}

/// Returns the text of a string key.
pub fn text_of(key: &KeyValue) -> Result<&str, Fault> {
    key.as_str().ok_or_else(mismatch)
}

/// Checks that a key is the one that its parts produce. A placeholder that occurs twice has only one value.
pub fn check_same_key(key: &KeyValue, made: &KeyValue) -> Result<(), Fault> {
    if key == made { Ok(()) } else { Err(mismatch()) }
}

/// Reads a key attribute that a template produced.
pub fn fill_key(slot: &mut Option<KeyValue>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    *slot = Some(KeyValue::S(reader.text()?.into_owned()));
    Ok(())
}

/// The position of a key attribute's value, before it is read.
#[inline]
pub fn key_place(reader: &Reader<'_>) -> Option<Mark> {
    Some(reader.mark())
}

/// Checks that a template writes the stored key. Otherwise the item would be saved and deleted under another key.
#[inline]
pub fn check_stored_key<P>(
    stored: Option<Mark>,
    name: &'static str,
    escape: bool,
    reader: &mut Reader<'_>,
    template: impl FnOnce(&mut KeyWriter<'_>, P),
    parts: P,
) -> Result<(), Fault> {
    // An item without the attribute comes from a user's map or from a statement, which need not have it.
    let Some(stored) = stored else { return Ok(()) };
    let stored = stored_text(stored, name, reader)?;
    let mut key = KeyWriter::comparing(&stored, escape);
    template(&mut key, parts);
    if key.is_whole() { Ok(()) } else { Err(other_key(name)) }
}

fn stored_text<'a>(stored: Mark, name: &'static str, reader: &mut Reader<'a>) -> Result<Cow<'a, str>, Fault> {
    reader.at(&stored, Reader::text).map_err(|fault| fault.inside(name))
}

#[cold]
fn other_key(name: &'static str) -> Fault {
    let message = "the stored key is not the key that the model's fields form, so the item would be written back under \
                   another key; use a template that forms it, for example with `{field:plain}` or `key_escape = false`, \
                   make the attribute a `String` field with `#[model(hash_key)]` or `#[model(range_key)]`, or read the \
                   item as a projection";
    Fault::invalid(message).inside(name)
}

/// Reads a key attribute of an index. Items that are not in the index lack it.
pub fn fill_index_key(slot: &mut Option<KeyValue>, reader: &mut Reader<'_>) -> Result<(), Fault> {
    if reader.null()? { Ok(()) } else { fill_key(slot, reader) }
}

/// Takes fields out of a key of an index, if the item has the key.
pub fn parse_index_key<T>(
    key: Option<&KeyValue>,
    name: &'static str,
    parse: fn(&KeyValue) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    key.map(parse).transpose().map_err(|_| unlike_template(name))
}

/// The values of a key of an index that each item of the model has, because `field` is read from it.
pub fn required_key<T>(parsed: Option<T>, name: &'static str, field: &'static str) -> Result<T, Fault> {
    parsed.ok_or_else(|| no_index_key(name, field))
}

#[cold]
fn no_index_key(name: &'static str, field: &'static str) -> Fault {
    let message = format!(
        "the item lacks this key of an index, from which the field `{field}` is read; write the key, or make the field an \
         `Option`"
    );
    Fault::invalid(message).inside(name)
}

/// Checks that a placeholder holds the value of a field that is read from another one. A field that is `None` has none.
pub fn check_same_part<T>(
    text: &PartText<'_>,
    escape: bool,
    value: Option<&T>,
    write: impl FnOnce(&T, &mut KeyWriter<'_>),
) -> Result<(), Fault> {
    let is_same = value.is_some_and(|value| is_written_by(text.raw(), escape, |key| write(value, key)));
    if is_same { Ok(()) } else { Err(mismatch()) }
}

/// The fault of a key of an index with another value of a field than the key from which it is read.
#[cold]
pub fn other_index_key(name: &'static str) -> Fault {
    let message = "this key of an index holds another value of a `key_only` field than the key that the field is read from, \
                   or does not have the form of its template";
    Fault::invalid(message).inside(name)
}

/// Returns the key attribute that contains fields of the model.
pub fn take_key(slot: Option<KeyValue>, name: &'static str) -> Result<KeyValue, Fault> {
    slot.ok_or_else(|| Fault::missing(name, "S"))
}
