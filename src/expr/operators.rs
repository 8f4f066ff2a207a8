//! Rust's comparison operators on paths and conditions, which never hold: they exist for the compiler's messages.
//!
//! Rust fixes the result of `==` and `<` to `bool`, so they cannot make a condition. Without these implementations
//! rustc would only say that the operator cannot be applied; with them it names a trait that says what to write.

use std::cmp::Ordering;

use super::condition::Condition;
use super::path::Path;
use super::role::Role;

/// Implemented by no type.
#[doc(hidden)]
pub trait CompareWithMethodsSuchAsEqAndLt {}

#[doc(hidden)]
impl<M, T, R: Role, V> PartialEq<V> for Path<M, T, R>
where
    Self: CompareWithMethodsSuchAsEqAndLt,
{
    fn eq(&self, _: &V) -> bool {
        false
    }
}

#[doc(hidden)]
impl<M, T, R: Role, V> PartialOrd<V> for Path<M, T, R>
where
    Self: CompareWithMethodsSuchAsEqAndLt,
{
    fn partial_cmp(&self, _: &V) -> Option<Ordering> {
        None
    }
}

// `a.eq(1) & b == 2` compares the condition before the `==`.
#[doc(hidden)]
impl<M, V> PartialEq<V> for Condition<M>
where
    Self: CompareWithMethodsSuchAsEqAndLt,
{
    fn eq(&self, _: &V) -> bool {
        false
    }
}
