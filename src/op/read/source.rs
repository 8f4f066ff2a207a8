use crate::key::{KeyParts, KeySource};
use crate::schema::IndexSchema;
use crate::table::{All, Partial, Primary};
use crate::{Index, IndexOf, Key, Model, Projection};

/// Where items are read from: the table, or an index of it.
#[doc(hidden)]
pub trait Source: Send + 'static {
    /// `All`, or `Partial` where not every attribute is there.
    type Cover;
    const INDEX: Option<IndexSchema>;
}

impl Source for Primary {
    type Cover = All;
    const INDEX: Option<IndexSchema> = None;
}

impl<I: Index> Source for I {
    type Cover = I::Cover;
    const INDEX: Option<IndexSchema> = Some(I::SCHEMA);
}

/// The keys of a model there.
#[doc(hidden)]
pub trait SourceOf<M>: Source {
    type RangeParts: KeyParts + Send + 'static;
    const RANGE: &'static [KeySource];
}

impl<M: Model> SourceOf<M> for Primary {
    type RangeParts = M::RangeParts;
    const RANGE: &'static [KeySource] = M::SCHEMA.keys.1.as_slice();
}

// `Index` is a supertrait; naming it tells the compiler that `Primary` is none.
impl<M: Model, I: Index + IndexOf<M>> SourceOf<M> for I {
    type RangeParts = <I as IndexOf<M>>::RangeParts;
    const RANGE: &'static [KeySource] = <I as IndexOf<M>>::RANGE;
}

/// What can be read from where so much of an item is.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this index does not hold every attribute, so `{T}` cannot be read from it whole",
    label = "the index is KEYS_ONLY or INCLUDE",
    note = "use `.select::<P>()` with a projection of attributes that the index holds, `.keys()`, or `.hydrate()`"
)]
pub trait Covers<T> {}

impl<T> Covers<T> for All {}

#[diagnostic::do_not_recommend]
impl<P: Projection> Covers<P> for Partial {}

#[diagnostic::do_not_recommend]
impl<M: Model> Covers<Key<M>> for Partial {}
