//! Checks that a serde value can be stored, without repeating the value in the error.
//!
//! `serde_dynamo` writes values. It converts every number to text, also NaN and numbers with more digits than DynamoDB
//! keeps, it panics on some keys of maps, and its errors know no path. The value is therefore serialized through this
//! serializer first, which stores nothing.

use std::fmt::Display;

use serde::ser::{
    self, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::diagnosis::{Refusal, Step};
use crate::Number;
use crate::wire::Fault;

/// Fails if the value cannot be stored, and says where and why.
pub(super) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Fault> {
    value.serialize(StoreCheck).map_err(|refusal| {
        let fault = unstorable::<T>(&format!(": {}", refusal.reason));
        refusal.place(fault)
    })
}

/// The fault of a value of this type, with a reason that begins with a colon.
#[cold]
pub(super) fn unstorable<T: ?Sized>(reason: &str) -> Fault {
    Fault::unstorable(format!("serde could not store a `{}`{reason}", std::any::type_name::<T>()))
}

impl ser::Error for Refusal {
    fn custom<T: Display>(_: T) -> Self {
        Refusal::by_type()
    }
}

/// Serializes a value only to find out what is wrong with it.
struct StoreCheck;

/// Serializes the key of a map for the same purpose.
struct KeyCheck;

fn float(text: &str) -> Result<(), Refusal> {
    match text.parse::<Number>() {
        Ok(_) => Ok(()),
        Err(_) => {
            Err(Refusal::because("the number is not one that DynamoDB stores: 38 digits, 1e-130 to 9.9e125".to_owned()))
        }
    }
}

fn wide() -> Refusal {
    Refusal::because("an integer of 128 bits is not supported in serde fields".to_owned())
}

fn no_key() -> Refusal {
    Refusal::because("the key of a map must be a string, a number or a unit variant".to_owned())
}

macro_rules! accepted {
    ($($method:ident($($type:ty),*),)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), Refusal> {
            Ok(())
        }
    )*};
}

impl Serializer for StoreCheck {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = StoredParts;
    type SerializeTuple = StoredParts;
    type SerializeTupleStruct = StoredParts;
    type SerializeTupleVariant = StoredParts;
    type SerializeMap = StoredParts;
    type SerializeStruct = StoredParts;
    type SerializeStructVariant = StoredParts;

    accepted! {
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
    }

    fn serialize_f32(self, value: f32) -> Result<(), Refusal> {
        float(&value.to_string())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Refusal> {
        float(&value.to_string())
    }

    fn serialize_i128(self, _: i128) -> Result<(), Refusal> {
        Err(wide())
    }

    fn serialize_u128(self, _: u128) -> Result<(), Refusal> {
        Err(wide())
    }

    accepted! {
        serialize_bool(bool),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str),
        serialize_unit_variant(&'static str, u32, &'static str),
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Refusal> {
        value.serialize(self).map_err(|refusal| refusal.inside(Step::Name(variant)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::default())
    }

    fn serialize_tuple(self, _: usize) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::default())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::default())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::of_variant(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::default())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<StoredParts, Refusal> {
        Ok(StoredParts::of_variant(variant))
    }
}

/// The elements, fields or entries of a value.
#[derive(Default)]
struct StoredParts {
    variant: Option<&'static str>,
    /// The index of the next element.
    index: usize,
}

impl StoredParts {
    fn of_variant(variant: &'static str) -> Self {
        StoredParts { variant: Some(variant), index: 0 }
    }

    fn part<T: ?Sized + Serialize>(&self, step: Step, value: &T) -> Result<(), Refusal> {
        // The name of the variant is a step of the stored path: `{"Variant": {..}}`.
        let outer = self.variant.map(Step::Name);
        value.serialize(StoreCheck).map_err(|refusal| {
            let refusal = refusal.inside(step);
            outer.into_iter().fold(refusal, Refusal::inside)
        })
    }

    fn element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refusal> {
        let index = self.index;
        self.index += 1;
        self.part(Step::Index(index), value)
    }
}

macro_rules! sequences {
    ($($part:ident $method:ident,)*) => {$(
        impl $part for StoredParts {
            type Ok = ();
            type Error = Refusal;

            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refusal> {
                self.element(value)
            }

            fn end(self) -> Result<(), Refusal> {
                Ok(())
            }
        }
    )*};
}
sequences! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}

macro_rules! structs {
    ($($part:ident,)*) => {$(
        impl $part for StoredParts {
            type Ok = ();
            type Error = Refusal;

            fn serialize_field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<(), Refusal> {
                self.part(Step::Name(name), value)
            }

            fn end(self) -> Result<(), Refusal> {
                Ok(())
            }
        }
    )*};
}
structs! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for StoredParts {
    type Ok = ();
    type Error = Refusal;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refusal> {
        value.serialize(KeyCheck)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refusal> {
        self.part(Step::Entry, value)
    }

    fn end(self) -> Result<(), Refusal> {
        Ok(())
    }
}

macro_rules! refused {
    ($($method:ident($($type:ty),*) -> $result:ty,)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$result, Refusal> {
            Err(no_key())
        }
    )*};
}

/// Accepts the keys that `serde_dynamo` accepts.
impl Serializer for KeyCheck {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = Impossible<(), Refusal>;
    type SerializeTuple = Impossible<(), Refusal>;
    type SerializeTupleStruct = Impossible<(), Refusal>;
    type SerializeTupleVariant = Impossible<(), Refusal>;
    type SerializeMap = Impossible<(), Refusal>;
    type SerializeStruct = Impossible<(), Refusal>;
    type SerializeStructVariant = Impossible<(), Refusal>;

    accepted! {
        serialize_bool(bool),
        serialize_char(char),
        serialize_str(&str),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_unit_variant(&'static str, u32, &'static str),
    }

    refused! {
        serialize_f32(f32) -> (),
        serialize_f64(f64) -> (),
        serialize_bytes(&[u8]) -> (),
        serialize_none() -> (),
        serialize_unit() -> (),
        serialize_unit_struct(&'static str) -> (),
        serialize_seq(Option<usize>) -> Self::SerializeSeq,
        serialize_tuple(usize) -> Self::SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant,
        serialize_map(Option<usize>) -> Self::SerializeMap,
        serialize_struct(&'static str, usize) -> Self::SerializeStruct,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant,
    }

    fn serialize_some<T: ?Sized + Serialize>(self, _: &T) -> Result<(), Refusal> {
        Err(no_key())
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Result<(), Refusal> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Refusal> {
        Err(no_key())
    }
}
