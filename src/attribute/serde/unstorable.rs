//! Finds out why a serde value cannot be stored, and where, without repeating the value.
//!
//! `serde_dynamo` writes values. Its errors know no path. After such an error, the value is serialized once more through
//! this serializer, which stores nothing.

use std::fmt::Display;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::diagnosis::{Refusal, Step};
use crate::Number;
use crate::wire::Fault;

/// Why the value cannot be stored.
#[cold]
pub(super) fn diagnose<T: Serialize>(value: &T) -> Fault {
    let name = std::any::type_name::<T>();
    match value.serialize(StoreDiagnosis) {
        Ok(()) => Fault::unstorable(format!("serde could not store a `{name}`")),
        Err(refusal) => {
            let message = format!("serde could not store a `{name}`: {}", refusal.reason);
            refusal.place(Fault::unstorable(message))
        }
    }
}

impl ser::Error for Refusal {
    fn custom<T: Display>(_: T) -> Self {
        Refusal::by_type()
    }
}

/// Serializes a value only to find out what is wrong with it.
struct StoreDiagnosis;

fn number(text: &str) -> Result<(), Refusal> {
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

/// Whether `serde_dynamo` takes this for the key of a map.
fn key<T: ?Sized + Serialize>(key: &T) -> Result<(), Refusal> {
    struct OneEntry<'a, T: ?Sized>(&'a T);
    impl<T: ?Sized + Serialize> Serialize for OneEntry<'_, T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map([(self.0, ())])
        }
    }
    match serde_dynamo::to_attribute_value::<_, AttributeValue>(OneEntry(key)) {
        Ok(_) => Ok(()),
        Err(_) => Err(Refusal::because("the key of a map must be a string, a number or a unit variant".to_owned())),
    }
}

macro_rules! numbers {
    ($($method:ident $type:ty,)*) => {$(
        fn $method(self, value: $type) -> Result<(), Refusal> {
            number(&value.to_string())
        }
    )*};
}

macro_rules! accepted {
    ($($method:ident($($type:ty),*),)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), Refusal> {
            Ok(())
        }
    )*};
}

impl Serializer for StoreDiagnosis {
    type Ok = ();
    type Error = Refusal;
    type SerializeSeq = StoredParts;
    type SerializeTuple = StoredParts;
    type SerializeTupleStruct = StoredParts;
    type SerializeTupleVariant = StoredParts;
    type SerializeMap = StoredParts;
    type SerializeStruct = StoredParts;
    type SerializeStructVariant = StoredParts;

    numbers! {
        serialize_i8 i8,
        serialize_i16 i16,
        serialize_i32 i32,
        serialize_i64 i64,
        serialize_u8 u8,
        serialize_u16 u16,
        serialize_u32 u32,
        serialize_u64 u64,
        serialize_f32 f32,
        serialize_f64 f64,
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
        Ok(StoredParts { variant: Some(variant), index: 0 })
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
        Ok(StoredParts { variant: Some(variant), index: 0 })
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
    fn part<T: ?Sized + Serialize>(&self, step: Step, value: &T) -> Result<(), Refusal> {
        let outer = self.variant.map(Step::Name);
        value.serialize(StoreDiagnosis).map_err(|refusal| {
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
        key(value)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Refusal> {
        self.part(Step::Entry, value)
    }

    fn end(self) -> Result<(), Refusal> {
        Ok(())
    }
}
