//! What a path may be used for, as a type: so that a misuse does not compile.

use std::sync::Arc;

use super::node::{Node, Segment, chain};

/// Which part an attribute plays in its model.
#[doc(hidden)]
pub trait Role: 'static {
    type Repr: Clone + Send + Sync;
    /// What an attribute of a nested struct is.
    type Child: Role;
    /// What a struct is that a nested struct flattens.
    type Flattened: Role;
    fn segments(repr: &Self::Repr) -> Vec<Segment>;
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $role:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[doc(hidden)]
        #[derive(Debug)]
        pub enum $role {}

        impl Role for $role {
            type Repr = &'static Node;
            type Child = Plain;
            type Flattened = Flat;

            fn segments(repr: &Self::Repr) -> Vec<Segment> {
                let mut segments = Vec::new();
                chain(repr, &mut segments);
                segments
            }
        }
    )*};
}
fixed! {
    /// An attribute like any other.
    Plain,
    /// An attribute that index keys are made from.
    Templated,
    /// An attribute of the primary key, or one that operations keep up themselves.
    Locked,
}

/// A flattened struct: it has no attribute of its own.
#[doc(hidden)]
#[derive(Debug)]
pub enum Flat {}

impl Role for Flat {
    type Repr = ();
    type Child = Plain;
    type Flattened = Flat;

    fn segments((): &()) -> Vec<Segment> {
        Vec::new()
    }
}

/// An element of a list or an entry of a map: it may be removed.
#[doc(hidden)]
#[derive(Debug)]
pub enum Entry {}

/// A place inside an element or entry.
#[doc(hidden)]
#[derive(Debug)]
pub enum Element {}

/// A flattened struct inside an element or entry.
#[doc(hidden)]
#[derive(Debug)]
pub enum FlatElement {}

macro_rules! run_time {
    ($($role:ident),*) => {$(
        impl Role for $role {
            type Repr = Arc<[Segment]>;
            type Child = Element;
            type Flattened = FlatElement;

            fn segments(repr: &Self::Repr) -> Vec<Segment> {
                repr.to_vec()
            }
        }

        impl RunTime for $role {}
    )*};
}
run_time!(Entry, Element, FlatElement);

/// A role of paths that are made at run time.
#[doc(hidden)]
pub trait RunTime: Role<Repr = Arc<[Segment]>, Child = Element, Flattened = FlatElement> {}

/// A role of paths that are constants.
#[doc(hidden)]
pub trait Constant: Role<Child = Plain, Flattened = Flat> {}

impl<R: Role<Child = Plain, Flattened = Flat>> Constant for R {}

/// A role of a path to one attribute.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a flattened struct has no attribute of its own",
    label = "use one of its fields"
)]
pub trait Single: Role {}

impl Single for Plain {}
impl Single for Templated {}
impl Single for Locked {}
impl Single for Entry {}
impl Single for Element {}

/// A role of attributes that an update may set.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this attribute cannot be set by an update",
    label = "part of the primary key, or kept up by singlet itself (version, timestamps)",
    note = "to move an item to another key, delete it and create another"
)]
pub trait Settable: Role {}

impl Settable for Plain {}
// That it is no attribute is an error already.
impl Settable for Flat {}
impl Settable for Templated {}
impl Settable for Entry {}
impl Settable for Element {}

/// A role of attributes that an update may compute from what is stored.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this attribute cannot be computed by an update",
    label = "a key is built from it, or singlet keeps it up itself",
    note = "an index key is made from the new value, so that must be known: use `.set(..)`"
)]
pub trait Computable: Settable {}

impl Computable for Plain {}
impl Computable for Flat {}
impl Computable for Entry {}
impl Computable for Element {}

/// An attribute that an update may remove: an `Option`, an element of a list, an entry of a map.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an attribute of type `{Self}` cannot be removed",
    label = "required by the model",
    note = "`.remove(..)` is for `Option` fields, elements of lists and entries of maps"
)]
pub trait Removable<R> {}

impl<T, R: Settable + NotEntry> Removable<R> for Option<T> {}

#[diagnostic::do_not_recommend]
impl<T> Removable<Entry> for T {}

/// Keeps the two impls above apart.
#[doc(hidden)]
pub trait NotEntry {}

impl NotEntry for Plain {}
impl NotEntry for Templated {}
impl NotEntry for Element {}
