//! Fields of models and nested structs.

use std::fmt::Display;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::{Attribute, ExpiresIn, Form, TTLAttribute, record};
use crate::expr::Role;
use crate::schema::generated::FieldSchema;
use crate::wire::{Fault, Reader, Writer};
use crate::{Item, item};

/// What generated code does with the type of a field.
///
/// It is one trait and not three functions, so that a type that is not an attribute is one error. Generated code imports it, so
/// the names of its members begin with `__`: the user's traits may have a `take` or a `put`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as a DynamoDB attribute",
    label = "not an attribute type",
    note = "add `#[derive(Attribute)]` to `{Self}`, or `#[model(serde)]` to the field if its type implements serde's traits; types of `uuid`, `chrono`, `rust_decimal`, `bytes` and `serde_json` need the cargo feature of that name"
)]
pub trait Stored: Sized {
    type Paths<M, D, R: Role>;
    const __FORM: Form;
    const __SCHEMA: FieldSchema;
    fn __one(reader: &mut Reader<'_>) -> Result<Self, Fault>;
    fn __fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault>;
    fn __fill_default(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault>;
    fn __take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault>;
    fn __put(&self, writer: &mut Writer, name: &'static str, quoted: &'static str);
}

/// The paths of a field of type `T` in `M`.
pub type PathsOf<M, T, R> = <T as Stored>::Paths<M, T, R>;

/// The role of the fields of a nested struct whose path has the role `R`.
pub type Child<R> = <R as Role>::Child;

#[diagnostic::do_not_recommend]
impl<T: Attribute> Stored for T {
    type Paths<M, D, R: Role> = T::Fields<M, D, R>;
    const __FORM: Form = T::FORM;
    const __SCHEMA: FieldSchema = FieldSchema::of(T::TYPE);

    #[inline]
    fn __one(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader)
    }

    #[inline]
    fn __fill(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        record::fill(slot, reader)
    }

    #[inline]
    fn __fill_default(slot: &mut Option<Self>, reader: &mut Reader<'_>) -> Result<(), Fault> {
        record::fill_default(slot, reader)
    }

    #[inline]
    fn __take(slot: Option<Self>, name: &'static str) -> Result<Self, Fault> {
        record::take(slot, name)
    }

    #[inline]
    fn __put(&self, writer: &mut Writer, name: &'static str, quoted: &'static str) {
        writer.field(name, quoted, self);
    }
}

/// Reads a field's attribute of an item in the SDK's form; `None` if it is absent.
pub fn field_of_item<T: Attribute>(item: &Item, name: &'static str) -> Result<Option<T>, Fault> {
    let value = item.get(name).filter(|value| !value.is_null());
    value.map(|value| item::decode(value, T::read)).transpose().map_err(|fault| fault.inside(name))
}

/// Puts a value that was read into its slot.
#[inline]
pub fn set<T>(slot: &mut Option<T>, value: Result<T, Fault>) -> Result<(), Fault> {
    *slot = Some(value?);
    Ok(())
}

/// Reads a value with the user's function.
pub fn read_with<T, E: Display>(
    reader: &mut Reader<'_>,
    read: impl FnOnce(AttributeValue) -> Result<T, E>,
) -> Result<T, Fault> {
    read(AttributeValue::read(reader)?).map_err(|error| Fault::invalid(error.to_string()))
}

/// What an item without the attribute has, if a value of the stored type `S` can be left out: an empty set, `None`. The user's
/// function then reads NULL, which counts as absent.
pub fn read_missing<S: Attribute, T>(read: impl FnOnce(&mut Reader<'_>) -> Result<T, Fault>) -> Option<T> {
    S::when_missing()?;
    read(&mut Reader::new(br#"{"NULL":true}"#).ok()?).ok()
}

/// The value of a required field, or the fault that it is missing.
#[inline]
pub fn required<T>(value: Option<T>, name: &'static str, expected: &'static str) -> Result<T, Fault> {
    value.ok_or_else(|| Fault::missing(name, expected))
}

/// Names the attribute of a fault as it is stored: the struct that has it is flattened with a prefix.
pub fn prefixed<T>(result: Result<T, Fault>, prefix: &str) -> Result<T, Fault> {
    result.map_err(|fault| fault.prefixed(prefix, 0))
}

/// Skips a field that is none of the record's: `field_of` gives no such number.
#[cold]
pub fn skip_field(reader: &mut Reader<'_>) -> Result<(), Fault> {
    reader.skip()
}

/// Whether the attribute `name` is the one a table may have under a name known at compile time.
#[inline]
pub fn is_name(known: &'static str, name: &[u8]) -> bool {
    !known.is_empty() && known.as_bytes() == name
}

/// The sum of two numbers of fields. The derive refuses more than 240, so it may saturate.
pub const fn count(own: u8, flattened: u8) -> u8 {
    own.saturating_add(flattened)
}

/// A field that is the TTL attribute.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a time to live",
    label = "not a TTL attribute",
    note = "`#[model(ttl)]` is for a field of type `TTLAttribute` or `Option<TTLAttribute>`"
)]
pub trait TtlFieldType {
    fn get(&self) -> Option<TTLAttribute>;
    fn set(&mut self, expires_at: TTLAttribute);
    /// A field with this expiry.
    fn at(expires_at: TTLAttribute) -> Self;
    /// So many seconds from now.
    fn after(seconds: u64) -> Self;

    /// The field with another expiry, if it has one.
    fn replaced(&self, expires_at: Option<TTLAttribute>) -> Option<Self>
    where
        Self: Sized,
    {
        self.get().and(expires_at).map(Self::at)
    }
}

impl TtlFieldType for TTLAttribute {
    fn get(&self) -> Option<TTLAttribute> {
        Some(*self)
    }

    fn set(&mut self, expires_at: TTLAttribute) {
        *self = expires_at;
    }

    fn at(expires_at: TTLAttribute) -> Self {
        expires_at
    }

    fn after(seconds: u64) -> Self {
        ExpiresIn::seconds(seconds).implied()
    }
}

impl TtlFieldType for Option<TTLAttribute> {
    fn get(&self) -> Option<TTLAttribute> {
        *self
    }

    fn set(&mut self, expires_at: TTLAttribute) {
        *self = Some(expires_at);
    }

    fn at(expires_at: TTLAttribute) -> Self {
        Some(expires_at)
    }

    fn after(seconds: u64) -> Self {
        Some(ExpiresIn::seconds(seconds).implied())
    }
}
