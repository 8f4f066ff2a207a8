//! The type states of builders: whether a required field has been set.

/// The state of a builder whose required field has not been set.
#[derive(Debug)]
pub enum Unset {}

/// The state of a builder whose required field has been set.
#[derive(Debug)]
pub enum Set {}

/// Names the struct that stores the values of a model's builder.
pub trait Built {
    type Values: Default;
}

/// Returns the value of a required field.
#[inline]
pub fn built<T>(value: Option<T>) -> T {
    match value {
        Some(value) => value,
        None => unreachable!("`build` is bounded by the marker that only the field's setter gives"),
    }
}
