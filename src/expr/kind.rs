//! The kinds of attributes: they decide which operators a path has.
//!
//! A kind is finer than DynamoDB's type. A date and a unit enum are both stored as S, but a date has an order and
//! prefixes, and a unit enum has neither. An [`Attribute`] impl names its kind; paths check it at compile time.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::attribute::SetElement;
use crate::{Attribute, Binary};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $kind {}
    )*};
}
kinds! {
    /// Text, stored as S.
    Text,
    /// One of a fixed set of names, stored as S: it can be equal, but has no order.
    Symbol,
    /// A number, stored as N.
    Number,
    /// A date or time, stored as S: it has an order, and can begin with a text such as `"2024-"`.
    Instant,
    /// A time to live, stored as N: it has an order.
    Expiry,
    /// Bytes, stored as B.
    Bytes,
    /// A boolean, stored as BOOL.
    Flag,
    /// A list, stored as L.
    List,
    /// A map or a struct, stored as M.
    Map,
    /// A set, stored as SS, NS or BS.
    Set,
    /// A value of any type.
    Document,
    /// A value whose stored form is not known to singlet, such as compressed text or a serde type. A condition can
    /// only ask whether it exists, and an update can only replace it.
    Opaque,
}

/// The kinds that can be compared for equality.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the stored form of this attribute cannot be compared",
    label = "one can ask whether it exists, no more",
    note = "compressed text and serde fields have several stored forms"
)]
pub trait Comparable {}

macro_rules! comparable {
    ($($kind:ident),*) => { $(impl Comparable for $kind {})* };
}
// `Opaque` is missing: one value has several stored forms, so equal values may be stored differently.
comparable!(Text, Symbol, Number, Instant, Expiry, Bytes, Flag, List, Map, Set, Document);

/// The kinds that DynamoDB orders: S, N and B.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this attribute has no order in DynamoDB",
    label = "`lt`, `le`, `gt`, `ge` and `between` are for strings, numbers, times and bytes"
)]
pub trait Ordered {}

macro_rules! ordered {
    ($($kind:ident),*) => { $(impl Ordered for $kind {})* };
}
// `Symbol` is missing: DynamoDB would order the names of the variants, which says nothing about their order in Rust.
ordered!(Text, Number, Instant, Expiry, Bytes);

/// The kinds that can begin with a prefix.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`begins_with` needs an attribute that is a string or bytes",
    label = "`begins_with` is for S and B"
)]
pub trait HasPrefix {
    type Prefix: Attribute;
}

impl HasPrefix for Text {
    type Prefix = String;
}

// Times are stored as RFC 3339 text, so a day or a month is a prefix of its times.
impl HasPrefix for Instant {
    type Prefix = String;
}

impl HasPrefix for Bytes {
    type Prefix = Binary;
}

/// The kinds that numbers can be added to.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`add` and `subtract` need an attribute that is a number",
    label = "not a number",
    note = "`append` is for lists, `add_elements` for sets"
)]
pub trait Addable {}

impl Addable for Number {}

/// The kinds that can contain a part or an element; `V` is the type of the attribute.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`contains` needs an attribute that is a string, a set or a list",
    label = "nothing is in it"
)]
pub trait Holds<V> {
    type Part: Attribute;
}

impl<V> Holds<V> for Text {
    type Part = String;
}

impl<V: ListOf> Holds<V> for List {
    type Part = V::Item;
}

impl<V: SetOf> Holds<V> for Set {
    type Part = V::Item;
}

/// A list.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list",
    label = "not a list",
    note = "sets have `.add_elements(..)` and `.delete_elements(..)`"
)]
pub trait ListOf {
    type Item: Attribute;
}

impl<T: Attribute> ListOf for Vec<T> {
    type Item = T;
}

impl<T: Attribute, const N: usize> ListOf for [T; N] {
    type Item = T;
}

/// A map with entries of one type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` is not a map", label = "not a map")]
pub trait MapOf {
    type Item: Attribute;
}

impl<K, T: Attribute, S> MapOf for HashMap<K, T, S> {
    type Item = T;
}

impl<K, T: Attribute> MapOf for BTreeMap<K, T> {
    type Item = T;
}

/// A set.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` is not a set", label = "not a set")]
pub trait SetOf {
    type Item: Attribute + SetElement;
}

impl<T: Attribute + SetElement, S> SetOf for HashSet<T, S> {
    type Item = T;
}

impl<T: Attribute + SetElement> SetOf for BTreeSet<T> {
    type Item = T;
}

/// A type of DynamoDB, for [`Path::attribute_type`](super::Path::attribute_type).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeType {
    /// A string.
    S,
    /// A number.
    N,
    /// A binary.
    B,
    /// A boolean.
    Bool,
    /// NULL.
    Null,
    /// A list.
    L,
    /// A map.
    M,
    /// A set of strings.
    Ss,
    /// A set of numbers.
    Ns,
    /// A set of binaries.
    Bs,
}

impl AttributeType {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            AttributeType::S => "S",
            AttributeType::N => "N",
            AttributeType::B => "B",
            AttributeType::Bool => "BOOL",
            AttributeType::Null => "NULL",
            AttributeType::L => "L",
            AttributeType::M => "M",
            AttributeType::Ss => "SS",
            AttributeType::Ns => "NS",
            AttributeType::Bs => "BS",
        }
    }
}
