//! What the derive of a nested struct states about its fields, for the derives of other structs.

use std::any::Any;
use std::marker::PhantomData;

use super::Record;
use super::field_number::FieldNumber;
use super::field_values::{HasColumn, HasRow};
use super::names::{self, FieldNames, Names};

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

/// The fields of a struct from which index keys of a model can be made, such as `{address.city}`.
///
/// `#[derive(Attribute)]` implements it. The derive of a model sees only the tokens of the model, so it takes the types from this trait.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a placeholder of this template names no field of `{Self}` from which a key can be made",
    label = "names no such field",
    note = "a key can be made from a plain field of a struct with `#[derive(Attribute)]` that is as visible as the struct, without \
            `default` and `alias`"
)]
pub trait KeySources: Record {
    /// A [`NestedField`] for each attribute, and one for each flattened struct after them, in rows of ten. It is `()` for a field
    /// from which no key can be made.
    type Fields;

    /// The names of these fields. A field from which no key can be made has an empty name. The default is for structs whose fields
    /// are all sources under their own names.
    const IDENTS: &'static [&'static str] = Self::NAMES.own();

    /// The field with this index.
    fn field(&self, at: usize) -> &dyn Any;
}

/// A field, as a type.
#[doc(hidden)]
pub trait NestedField {
    /// The type of the field, without `Option`.
    type Value: 'static;
    /// Whether the field is an `Option`.
    const IS_OPTIONAL: bool = false;
    /// The number of the flattened struct, if it is one.
    const FLATTENED: Option<u8> = None;

    /// Returns the value of a field that [`KeySources::field`] has returned, or `None` if the field is `None`.
    fn value(field: &dyn Any) -> Option<&Self::Value> {
        field.downcast_ref()
    }
}

/// An attribute of type `T`.
#[doc(hidden)]
#[derive(Debug)]
pub struct StoredField<T>(PhantomData<T>);

impl<T: 'static> NestedField for StoredField<T> {
    type Value = T;
}

/// An attribute of type `Option<T>`.
#[doc(hidden)]
#[derive(Debug)]
pub struct OptionalField<T>(PhantomData<T>);

impl<T: 'static> NestedField for OptionalField<T> {
    type Value = T;
    const IS_OPTIONAL: bool = true;

    fn value(field: &dyn Any) -> Option<&T> {
        field.downcast_ref::<Option<T>>()?.as_ref()
    }
}

/// The flattened struct of number `N`, of type `T`.
#[doc(hidden)]
#[derive(Debug)]
pub struct FlattenedField<T, N>(PhantomData<(T, N)>);

impl<T: 'static, N: FieldNumber> NestedField for FlattenedField<T, N> {
    type Value = T;
    const FLATTENED: Option<u8> = Some(N::NUMBER);
}

/// The field of a struct with the index `10 * ROW + COLUMN`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a placeholder of this template names no field of `{Self}` from which a key can be made",
    label = "names no such field",
    note = "a key can be made from a plain field of a struct with `#[derive(Attribute)]` that is as visible as the struct, without \
            `default` and `alias`"
)]
pub trait HasField<const ROW: usize, const COLUMN: usize> {
    /// The type of the field, without `Option`.
    type Value;
    /// The names of the struct.
    const NAMES: &'static Names;
    /// The place of the field in the struct.
    const PLACE: FieldPlace;
    /// Whether the field is an `Option`.
    const IS_OPTIONAL: bool;

    /// Returns the value of the field, or `None` if the field is `None`.
    fn value(&self) -> Option<&Self::Value>;
}

// The bounds are on the impl. If the trait had them, a struct without `KeySources` would cause an error for each item that is used.
#[diagnostic::do_not_recommend]
impl<T: KeySources, F: NestedField, const ROW: usize, const COLUMN: usize> HasField<ROW, COLUMN> for T
where
    T::Fields: HasRow<ROW>,
    <T::Fields as HasRow<ROW>>::Row: HasColumn<COLUMN, Type = F>,
{
    type Value = F::Value;
    const NAMES: &'static Names = <T as Record>::NAMES;
    const PLACE: FieldPlace = match F::FLATTENED {
        Some(nth) => FieldPlace::Flattened(nth),
        // A struct has at most 240 attributes.
        None => FieldPlace::Attribute((10 * ROW + COLUMN).to_le_bytes()[0]),
    };
    const IS_OPTIONAL: bool = F::IS_OPTIONAL;

    fn value(&self) -> Option<&F::Value> {
        F::value(self.field(10 * ROW + COLUMN))
    }
}

/// Returns the index of the field `name` among those of a struct from which keys can be made. If there is no such field, it is an
/// index that no field has, so the type of the field is an error.
#[doc(hidden)]
pub const fn key_source(idents: &[&str], name: &str) -> usize {
    let mut at = 0;
    while at < idents.len() {
        if names::is_same(idents[at], name) {
            return at;
        }
        at += 1;
    }
    usize::MAX
}
