//! The type states of builders: whether each required field has been set.

use core::marker::PhantomData;

use crate::attribute::ValueFor;
use crate::attribute::field_number::{D0, D1, D2, D3, D4, D5, D6, D7, D8, D9};

/// The state of a required field that has not been set.
#[derive(Debug)]
pub enum Unset {}

/// The state of a required field that has been set.
#[derive(Debug)]
pub enum Set {}

/// The states of a builder: rows of ten, in pairs of a row and the rows after it. The last row is filled up.
pub trait HasState<Place> {
    /// The state of the field at `Place`: a digit for its column in the first row.
    type State;
    /// The states after the field at `Place` has been set.
    type Set;
}

/// A row of unset states, followed by `Rows`.
pub type NewRow<Rows> = ((Unset, Unset, Unset, Unset, Unset, Unset, Unset, Unset, Unset, Unset), Rows);

/// The same place in the rows after the first one.
#[derive(Debug)]
pub struct NextRow<Place>(PhantomData<Place>);

impl<Row, Rows: HasState<Place>, Place> HasState<NextRow<Place>> for (Row, Rows) {
    type State = Rows::State;
    type Set = (Row, Rows::Set);
}

macro_rules! columns {
    ($($column:ident: [$($before:ident)*] $state:ident [$($after:ident)*])*) => {
        $(
            impl<$($before,)* $state, $($after,)* Rows> HasState<$column> for (($($before,)* $state, $($after,)*), Rows) {
                type State = $state;
                type Set = (($($before,)* Set, $($after,)*), Rows);
            }
        )*
    };
}

columns! {
    D0: [] A [B C D E F G H I J]
    D1: [A] B [C D E F G H I J]
    D2: [A B] C [D E F G H I J]
    D3: [A B C] D [E F G H I J]
    D4: [A B C D] E [F G H I J]
    D5: [A B C D E] F [G H I J]
    D6: [A B C D E F] G [H I J]
    D7: [A B C D E F G] H [I J]
    D8: [A B C D E F G H] I [J]
    D9: [A B C D E F G H I] J []
}

/// The values of a builder, and the states of its required fields.
#[allow(missing_debug_implementations, reason = "the builder implements `Debug`")]
pub struct Building<V, States> {
    pub values: V,
    states: PhantomData<fn() -> States>,
}

impl<V: Default, States> Building<V, States> {
    /// Returns the values of a new builder.
    pub fn start() -> Self {
        Building { values: V::default(), states: PhantomData }
    }
}

impl<V, States> Building<V, States> {
    /// Returns the values with other states.
    pub fn with_states<Other>(self) -> Building<V, Other> {
        Building { values: self.values, states: PhantomData }
    }
}

/// Returns the argument of a setter as a value of its field's type.
#[inline]
pub fn some_value<T>(value: impl ValueFor<T>) -> Option<T> {
    Some(value.into_value())
}

/// Returns the value of a required field.
#[inline]
pub fn built<T>(value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => unreachable!("`build` is bounded by the marker that only the field's setter gives"),
    }
}
