//! Keys of models.

use crate::key::{KeyAttribute, KeyRole, KeyType, KeyValue, RawKey, mismatch, write_key_field};
use crate::schema::Name;
use crate::wire::{Fault, Reader, Writer};

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

/// Returns the key attribute that contains fields of the model.
pub fn take_key(slot: Option<KeyValue>, name: &'static str) -> Result<KeyValue, Fault> {
    slot.ok_or_else(|| Fault::missing(name, "S"))
}
