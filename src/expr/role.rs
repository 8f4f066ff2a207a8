//! Roles: what an operation may do with an attribute, as a type parameter of its path.
//!
//! The derives choose the role of each field. A misuse, such as setting a part of the primary key, then does not
//! compile.

use std::sync::Arc;

use super::node::{Node, Segment, chain};

/// Keeps other crates from implementing [`Role`].
#[doc(hidden)]
pub trait Sealed {}

/// The role of an attribute in its model: [`Plain`], [`IndexAttribute`], [`Templated`], [`IndexOnly`], [`Reserved`], [`Locked`], and
/// those of the paths inside lists, maps and flattened structs.
///
/// It is sealed. Name it as a bound, as [`Attribute::Fields`](crate::Attribute::Fields) does.
pub trait Role: Sealed + 'static {
    /// How a path with this role holds its steps: as a constant, or as a list that is made at run time.
    #[doc(hidden)]
    type Repr: Clone + Send + Sync;
    /// The role of the fields of a nested struct.
    #[doc(hidden)]
    type Child: Role;
    /// The role of a struct that is flattened into a nested struct.
    #[doc(hidden)]
    type Flattened: Role;
    #[doc(hidden)]
    fn segments(repr: &Self::Repr) -> Vec<Segment>;
}

macro_rules! fixed {
    ($($(#[$doc:meta])* $role:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $role {}

        impl Sealed for $role {}

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
    /// An attribute without restrictions.
    Plain,
    /// An attribute that is a key of an index itself.
    IndexAttribute,
    /// An attribute that an index key is made from: an update may set it to known values, or add to it.
    Templated,
    /// An attribute whose values are unique: an update may set it to known values only.
    Reserved,
    /// An attribute of the primary key, or one that operations maintain automatically.
    Locked,
}

/// A flattened struct: it has no attribute of its own.
#[doc(hidden)]
#[derive(Debug)]
pub enum Flat {}

impl Sealed for Flat {}

impl Role for Flat {
    type Repr = ();
    type Child = Plain;
    type Flattened = Flat;

    fn segments((): &()) -> Vec<Segment> {
        Vec::new()
    }
}

/// A field that only keys of indexes hold (`key_only`). An update may set it to known values, and no expression can name it.
#[derive(Debug)]
pub enum IndexOnly {}

impl Sealed for IndexOnly {}

impl Role for IndexOnly {
    type Repr = &'static str;
    type Child = Plain;
    type Flattened = Flat;

    fn segments(field: &Self::Repr) -> Vec<Segment> {
        vec![Segment::IndexOnly(field)]
    }
}

/// An element of a list or an entry of a map. An update may remove it.
#[doc(hidden)]
#[derive(Debug)]
pub enum ListOrMapEntry {}

/// An attribute inside such an element or entry.
#[doc(hidden)]
#[derive(Debug)]
pub enum Element {}

/// A flattened struct inside such an element or entry.
#[doc(hidden)]
#[derive(Debug)]
pub enum FlatElement {}

macro_rules! run_time {
    ($($role:ident),*) => {$(
        impl Sealed for $role {}

        impl Role for $role {
            // Shared: a struct of paths holds the steps of its own path in each nested struct too.
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
run_time!(ListOrMapEntry, Element, FlatElement);

/// The roles of paths that are made at run time.
#[doc(hidden)]
pub trait RunTime: Role<Repr = Arc<[Segment]>, Child = Element, Flattened = FlatElement> {}

/// The roles of paths that are constants.
#[doc(hidden)]
pub trait Constant: Role<Child = Plain, Flattened = Flat> {}

impl<R: Role<Child = Plain, Flattened = Flat>> Constant for R {}

/// The roles of paths that lead to one attribute.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a flattened struct has no attribute of its own",
    label = "use one of its fields"
)]
pub trait Single: Role {}

impl Single for Plain {}
impl Single for IndexAttribute {}
impl Single for Templated {}
impl Single for Reserved {}
impl Single for Locked {}
impl Single for ListOrMapEntry {}
impl Single for Element {}
impl Single for IndexOnly {}

/// The roles of attributes that conditions, filters and projections can name.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this field has no attribute that an expression or a projection could name",
    label = "`key_only`: only keys of indexes hold it",
    note = "query the index to find items by it; to use it in conditions, filters and projections, remove `key_only`"
)]
pub trait Readable: Role {}

impl Readable for Plain {}
// As with `Settable`, `Single` already rejects it.
impl Readable for Flat {}
impl Readable for IndexAttribute {}
impl Readable for Templated {}
impl Readable for Reserved {}
impl Readable for Locked {}
impl Readable for ListOrMapEntry {}
impl Readable for Element {}

/// The roles of attributes that an update may set.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this attribute cannot be set by an update",
    label = "part of the primary key, or maintained automatically (version, timestamps)",
    note = "to move an item to another key, delete it and create another"
)]
pub trait Settable: Role {}

impl Settable for Plain {}
// `Single` already rejects a flattened struct. Without this impl, the same mistake would be reported twice.
impl Settable for Flat {}
impl Settable for IndexAttribute {}
impl Settable for Templated {}
impl Settable for Reserved {}
impl Settable for ListOrMapEntry {}
impl Settable for Element {}
impl Settable for IndexOnly {}

/// The roles of attributes that an update may compute from the stored value.
///
/// `Templated` and `Reserved` are not among them: an index key or a reservation is made from the new value, which must be known.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this attribute cannot be computed by an update",
    label = "a key is built from it, or singlet maintains it",
    note = "an index key is made from the new value, so that must be known: use `.set(..)`"
)]
pub trait Computable: Settable {}

impl Computable for Plain {}
impl Computable for IndexAttribute {}
impl Computable for Flat {}
impl Computable for ListOrMapEntry {}
impl Computable for Element {}

/// The roles of numbers to which an update may add.
///
/// For a `Templated` one, the stored number is read first.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this attribute cannot be computed by an update",
    label = "its values are unique, it is part of the primary key, or singlet maintains it",
    note = "the reservation of a unique value is made from the new value, so that must be known: use `.set(..)`"
)]
pub trait Summable: Settable {}

impl Summable for Plain {}
impl Summable for IndexAttribute {}
impl Summable for Templated {}
impl Summable for Flat {}
impl Summable for ListOrMapEntry {}
impl Summable for Element {}

/// The attributes that an update may remove: `Option` fields, elements of lists and entries of maps.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an attribute of type `{Self}` cannot be removed",
    label = "required by the model",
    note = "`.remove(..)` is for `Option` fields, elements of lists and entries of maps"
)]
pub trait Removable<R> {}

impl<T, R: Settable + NotEntry> Removable<R> for Option<T> {}

#[diagnostic::do_not_recommend]
impl<T> Removable<ListOrMapEntry> for T {}

/// Keeps the two impls above from overlapping.
#[doc(hidden)]
pub trait NotEntry {}

impl NotEntry for Plain {}
impl NotEntry for IndexAttribute {}
impl NotEntry for Templated {}
impl NotEntry for Reserved {}
impl NotEntry for Element {}
impl NotEntry for IndexOnly {}
