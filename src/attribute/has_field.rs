//! What the derive of a nested struct states about its fields, for the derives of other structs.

use std::marker::PhantomData;

use super::Record;
use super::field_number::FieldNumber;
use super::names::{FieldNames, Names};

/// The place of a field in a struct.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum FieldPlace {
    /// In the attribute of this number.
    Attribute(u8),
    /// Among the attributes of the struct: it is the flattened struct of this number.
    Flattened(u8),
}

impl FieldPlace {
    /// The name of the field in a map; `None` if it is flattened. `names` are those of the struct that has it.
    pub const fn name(self, names: FieldNames) -> Option<&'static str> {
        match self {
            FieldPlace::Attribute(number) => Some(names.name(number)),
            FieldPlace::Flattened(_) => None,
        }
    }

    /// The names inside of the field, which is a struct with the names `inner`; `own` are those of the struct that has the field.
    pub const fn inside(self, names: FieldNames, own: &Names, inner: &'static Names) -> FieldNames {
        match self {
            FieldPlace::Attribute(_) => FieldNames::of(inner),
            FieldPlace::Flattened(nth) => names.flattened(own, nth),
        }
    }
}

/// A [`FieldPlace`] as a type.
#[doc(hidden)]
pub trait PlaceInStruct {
    const PLACE: FieldPlace;
}

/// In the attribute of this number.
#[doc(hidden)]
#[derive(Debug)]
pub struct InAttribute<N>(PhantomData<N>);

impl<N: FieldNumber> PlaceInStruct for InAttribute<N> {
    const PLACE: FieldPlace = FieldPlace::Attribute(N::NUMBER);
}

/// In the flattened struct of this number.
#[doc(hidden)]
#[derive(Debug)]
pub struct InFlattened<N>(PhantomData<N>);

impl<N: FieldNumber> PlaceInStruct for InFlattened<N> {
    const PLACE: FieldPlace = FieldPlace::Flattened(N::NUMBER);
}

/// A field of a struct from which index keys of a model can be made, such as `{address.city}`. `NAME` is a hash of its name.
///
/// `#[derive(Attribute)]` implements it. A derive sees the tokens of its own struct only, so the model's learns the type here.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a placeholder of this template names no field of `{Self}` from which a key can be made",
    label = "names no such field",
    note = "a key can be made from a plain field of a struct with `#[derive(Attribute)]` that is as visible as the struct, without \
            `default` and `alias`"
)]
pub trait HasField<const NAME: u64>: Record {
    /// The type of the field, without `Option`.
    type Value;
    /// The names of the struct.
    const NAMES: &'static Names = <Self as Record>::NAMES;
    /// The place of the field in the struct.
    type Place: PlaceInStruct;
    /// Whether the field is an `Option`.
    const IS_OPTIONAL: bool = false;
    /// The value; `None` if the field is.
    fn value(&self) -> Option<&Self::Value>;
}
