//! The traits that a newtype implements only if the type in it does.
//!
//! A bound without parameters must hold: `impl KeyPart for Score where f64: KeyPart` is an error in itself. A bound
//! with a lifetime parameter need not hold, so each trait has a counterpart with a lifetime. The counterpart repeats
//! the methods, because a supertrait would again be a bound without parameters.

use std::borrow::Cow;

use crate::attribute::{GeneratedId, IdKind, MapKey, SetElement};
use crate::key::{KeyAttribute, KeyFormat, KeyFormats, KeyPart, KeyType, KeyValue, KeyWriter, PartText};
use crate::wire::{Fault, Reader, Tag, Writer};

/// `KeyPart`, for the bound of a newtype.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key part",
    note = "use a string, integer, date, UUID, a unit enum or a newtype around one, with `#[derive(Attribute)]`; types of `uuid`, `chrono` and `rust_decimal` need the cargo feature of that name"
)]
pub trait KeyPartIn<'a>: Sized {
    const FORMATS: KeyFormats;
    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat);
    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault>;
}

#[diagnostic::do_not_recommend]
impl<T: KeyPart> KeyPartIn<'_> for T {
    const FORMATS: KeyFormats = <T as KeyPart>::FORMATS;

    #[inline]
    fn write_part(&self, key: &mut KeyWriter<'_>, format: KeyFormat) {
        KeyPart::write_part(self, key, format);
    }

    #[inline]
    fn parse_part(text: &PartText<'_>, format: KeyFormat) -> Result<Self, Fault> {
        KeyPart::parse_part(text, format)
    }
}

/// `KeyAttribute`, for the bound of a newtype.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key attribute",
    label = "not a key type",
    note = "a key is a string, a number or bytes: use `String`, an integer, `Binary`, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait KeyAttributeIn<'a>: Sized {
    const KEY_TYPE: KeyType;
    const ONE_FORM: bool;
    fn to_key(&self) -> KeyValue;
    fn from_key(key: &KeyValue) -> Result<Self, Fault>;
    fn key_length(&self) -> usize;
}

#[diagnostic::do_not_recommend]
impl<T: KeyAttribute> KeyAttributeIn<'_> for T {
    const KEY_TYPE: KeyType = <T as KeyAttribute>::KEY_TYPE;
    const ONE_FORM: bool = <T as KeyAttribute>::ONE_FORM;

    #[inline]
    fn to_key(&self) -> KeyValue {
        KeyAttribute::to_key(self)
    }

    #[inline]
    fn from_key(key: &KeyValue) -> Result<Self, Fault> {
        KeyAttribute::from_key(key)
    }

    #[inline]
    fn key_length(&self) -> usize {
        KeyAttribute::key_length(self)
    }
}

/// `SetElement`, for the bound of a newtype.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of a stored set",
    label = "not a set element",
    note = "DynamoDB's sets hold strings, numbers or binaries: use `String`, an integer, `Number`, `Binary`, or store a `Vec`"
)]
pub trait SetElementIn<'a>: Sized {
    const SET: Tag;
    fn write_element(&self, writer: &mut Writer);
    fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault>;
}

#[diagnostic::do_not_recommend]
impl<T: SetElement> SetElementIn<'_> for T {
    const SET: Tag = <T as SetElement>::SET;

    #[inline]
    fn write_element(&self, writer: &mut Writer) {
        SetElement::write_element(self, writer);
    }

    #[inline]
    fn read_element(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        SetElement::read_element(reader)
    }
}

/// `GeneratedId`, for the bound of a newtype.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be generated",
    label = "not an id",
    note = "`generated` is for `String`, `uuid::Uuid` and newtypes around one"
)]
pub trait GeneratedIdIn<'a>: Sized {
    const IS_UUID: bool;
    fn is_unset(&self) -> bool;
    fn generate(kind: IdKind, epoch_millis: i64) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: GeneratedId> GeneratedIdIn<'_> for T {
    const IS_UUID: bool = <T as GeneratedId>::IS_UUID;

    fn is_unset(&self) -> bool {
        GeneratedId::is_unset(self)
    }

    fn generate(kind: IdKind, epoch_millis: i64) -> Self {
        GeneratedId::generate(kind, epoch_millis)
    }
}

/// `MapKey`, for the bound of a newtype.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a stored map",
    label = "not a map key",
    note = "DynamoDB names map entries by strings: use `String`, an integer, or a newtype around one with `#[derive(Attribute)]`"
)]
pub trait MapKeyIn<'a>: Sized {
    fn to_map_key(&self) -> Cow<'_, str>;
    fn from_map_key(name: Cow<'_, str>) -> Result<Self, Fault>;
}

#[diagnostic::do_not_recommend]
impl<T: MapKey> MapKeyIn<'_> for T {
    #[inline]
    fn to_map_key(&self) -> Cow<'_, str> {
        MapKey::to_map_key(self)
    }

    #[inline]
    fn from_map_key(name: Cow<'_, str>) -> Result<Self, Fault> {
        MapKey::from_map_key(name)
    }
}
