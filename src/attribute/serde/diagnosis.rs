//! Finds out why serde refuses a value, and where, without repeating the value.
//!
//! `serde_dynamo` reads values. Its errors know no path, and their texts may contain the value. After such an error, the
//! value is read once more through this deserializer, whose errors are made of types, names and positions only.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserializer;
use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};

use crate::wire::Fault;

/// Why `T` cannot be read from the value.
#[cold]
pub(super) fn diagnose<T: DeserializeOwned>(value: AttributeValue) -> Fault {
    let name = std::any::type_name::<T>();
    match T::deserialize(Diagnosis(value)) {
        Ok(_) => Fault::invalid(format!("serde could not read the attribute as `{name}`")),
        Err(refusal) => {
            let message = format!("serde could not read the attribute as `{name}`: {}", refusal.reason);
            refusal.place(Fault::invalid(message))
        }
    }
}

/// A value that is read only to find out what is wrong with it.
struct Diagnosis(AttributeValue);

/// What is wrong. The path begins at the innermost place.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) reason: String,
    path: Vec<Step>,
}

#[derive(Debug)]
pub(super) enum Step {
    Name(&'static str),
    Index(usize),
    /// An entry of a map whose keys are data.
    Entry,
}

impl Refusal {
    pub(super) fn because(reason: String) -> Self {
        Refusal { reason, path: Vec::new() }
    }

    /// The reason of a type's own code, whose messages may contain the value.
    pub(super) fn by_type() -> Self {
        Refusal::because("the type refuses the value".to_owned())
    }

    pub(super) fn inside(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    /// Gives the fault this path.
    pub(super) fn place(self, fault: Fault) -> Fault {
        self.path.into_iter().fold(fault, |fault, step| match step {
            Step::Name(name) => fault.inside(name),
            Step::Index(index) => fault.at(index),
            Step::Entry => fault.in_entry(),
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Refusal {}

/// The type of an unexpected value.
fn kind(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a fraction",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "bytes",
        Unexpected::Unit | Unexpected::Option => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map | Unexpected::StructVariant => "a map",
        _ => "another type",
    }
}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        // This message, by serde itself, does not contain the value.
        const UNTAGGED: &str = "data did not match any variant of untagged enum";
        let message = message.to_string();
        if message.starts_with(UNTAGGED) { Refusal::because(message) } else { Refusal::by_type() }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Refusal::because(format!("expected {expected}, found {}", kind(&unexpected)))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Refusal::because(format!("expected {expected}, found {} that does not fit", kind(&unexpected)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Refusal::because(format!("expected {expected}, found {length} elements"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Refusal::because(format!("unknown variant, expected one of {expected:?}"))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Refusal::because(format!("unknown field, expected one of {expected:?}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Refusal::because(format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Refusal::because(format!("duplicate field `{field}`"))
    }
}

macro_rules! numbers {
    () => {
        numbers! {
            deserialize_i8 visit_i8 i8,
            deserialize_i16 visit_i16 i16,
            deserialize_i32 visit_i32 i32,
            deserialize_i64 visit_i64 i64,
            deserialize_i128 visit_i128 i128,
            deserialize_u8 visit_u8 u8,
            deserialize_u16 visit_u16 u16,
            deserialize_u32 visit_u32 u32,
            deserialize_u64 visit_u64 u64,
            deserialize_u128 visit_u128 u128,
            deserialize_f32 visit_f32 f32,
            deserialize_f64 visit_f64 f64,
        }
    };
    ($($method:ident $visit:ident $type:ty,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            match self.digits().map(str::parse::<$type>) {
                None => self.deserialize_any(visitor),
                Some(Ok(number)) => visitor.$visit(number),
                Some(Err(_)) => Err(Refusal::because(format!("expected {}, found another number", stringify!($type)))),
            }
        }
    )*};
}

impl Diagnosis {
    fn digits(&self) -> Option<&str> {
        self.0.as_n().ok().map(String::as_str)
    }
}

impl<'de> Deserializer<'de> for Diagnosis {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            AttributeValue::S(text) => visitor.visit_string(text),
            AttributeValue::N(digits) => match (digits.parse::<i64>(), digits.parse::<u64>(), digits.parse::<f64>()) {
                (Ok(number), ..) => visitor.visit_i64(number),
                (_, Ok(number), _) => visitor.visit_u64(number),
                (.., Ok(number)) => visitor.visit_f64(number),
                _ => Err(Refusal::because("found a number that is not one".to_owned())),
            },
            AttributeValue::B(bytes) => visitor.visit_byte_buf(bytes.into_inner()),
            AttributeValue::Bool(value) => visitor.visit_bool(value),
            AttributeValue::L(list) => visitor.visit_seq(Elements(list.into_iter().enumerate())),
            AttributeValue::Ss(texts) => visit_set(texts, AttributeValue::S, visitor),
            AttributeValue::Ns(numbers) => visit_set(numbers, AttributeValue::N, visitor),
            AttributeValue::Bs(blobs) => visit_set(blobs, AttributeValue::B, visitor),
            AttributeValue::M(map) => visitor.visit_map(MapEntries::of(map, &[])),
            _ => visitor.visit_unit(),
        }
    }

    numbers!();

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            AttributeValue::Null(_) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.0 {
            AttributeValue::M(map) => visitor.visit_map(MapEntries::of(map, fields)),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self.0 {
            AttributeValue::S(variant) => visitor.visit_enum(StringDeserializer::new(variant)),
            AttributeValue::M(map) if map.len() == 1 => {
                visitor.visit_enum(Variant { entries: MapEntries::of(map, variants) })
            }
            _ => self.deserialize_any(visitor),
        }
    }

    serde::forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

fn visit_set<'de, T, V: Visitor<'de>>(
    elements: Vec<T>,
    value: fn(T) -> AttributeValue,
    visitor: V,
) -> Result<V::Value, Refusal> {
    let elements: Vec<_> = elements.into_iter().map(value).collect();
    visitor.visit_seq(Elements(elements.into_iter().enumerate()))
}

struct Elements<I>(I);

impl<'de, I: Iterator<Item = (usize, AttributeValue)>> SeqAccess<'de> for Elements<I> {
    type Error = Refusal;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refusal> {
        let Some((index, value)) = self.0.next() else { return Ok(None) };
        seed.deserialize(Diagnosis(value)).map(Some).map_err(|refusal| refusal.inside(Step::Index(index)))
    }
}

/// The entries of a map. Names of fields are part of a path, other keys are not.
struct MapEntries {
    entries: std::collections::hash_map::IntoIter<String, AttributeValue>,
    names: &'static [&'static str],
    next: Option<(Step, AttributeValue)>,
}

impl MapEntries {
    fn of(map: crate::Item, names: &'static [&'static str]) -> Self {
        MapEntries { entries: map.into_iter(), names, next: None }
    }

    fn advance(&mut self) -> Option<String> {
        let (key, value) = self.entries.next()?;
        let step = self.names.iter().find(|name| **name == key).map_or(Step::Entry, |name| Step::Name(name));
        self.next = Some((step, value));
        Some(key)
    }

    fn value<'de, T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Refusal> {
        let (step, value) = self.next.take().unwrap_or((Step::Entry, AttributeValue::Null(true)));
        seed.deserialize(Diagnosis(value)).map_err(|refusal| refusal.inside(step))
    }
}

impl<'de> MapAccess<'de> for MapEntries {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        match self.advance() {
            // A key may be a number or an enum; this deserializer parses what strings can be.
            Some(key) => seed.deserialize(MapKeyText(key)).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refusal> {
        self.value(seed)
    }
}

/// The key of a map, which may be a number or an enum.
struct MapKeyText(String);

impl MapKeyText {
    #[allow(clippy::unnecessary_wraps, reason = "the methods for numbers serve values too, which may not be numbers")]
    fn digits(&self) -> Option<&str> {
        Some(&self.0)
    }
}

impl<'de> Deserializer<'de> for MapKeyText {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_string(self.0)
    }

    numbers!();

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        visitor.visit_enum(StringDeserializer::new(self.0))
    }

    serde::forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant with data: a map of one entry.
struct Variant {
    entries: MapEntries,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = Refusal;
    type Variant = MapEntries;

    fn variant_seed<V: DeserializeSeed<'de>>(mut self, seed: V) -> Result<(V::Value, MapEntries), Refusal> {
        let name = self.entries.advance().unwrap_or_default();
        Ok((seed.deserialize(StringDeserializer::new(name))?, self.entries))
    }
}

impl<'de> VariantAccess<'de> for MapEntries {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(mut self, seed: T) -> Result<T::Value, Refusal> {
        self.value(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        let (step, value) = self.next.take().unwrap_or((Step::Entry, AttributeValue::Null(true)));
        Diagnosis(value).deserialize_any(visitor).map_err(|refusal| refusal.inside(step))
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let (step, value) = self.next.take().unwrap_or((Step::Entry, AttributeValue::Null(true)));
        let read = Diagnosis(value).deserialize_struct("", fields, visitor);
        read.map_err(|refusal| refusal.inside(step))
    }
}
