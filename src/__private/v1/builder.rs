//! The type states of builders: whether a required field has a value yet.

/// The state of a builder's required field that has no value yet.
#[derive(Debug)]
pub enum Unset {}

/// The state of a builder's required field that has a value.
#[derive(Debug)]
pub enum Set {}

/// Names the struct in which a model's builder keeps the values.
pub trait Built {
    type Values: Default;
}

/// The value of a required field.
#[inline]
pub fn built<T>(value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => unreachable!("`build` is bounded by the marker that only the field's setter gives"),
    }
}
