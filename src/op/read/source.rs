use std::marker::PhantomData;

use crate::key::{KeyParts, KeySource};
use crate::schema::IndexSchema;
use crate::table::{All, Partial, Primary};
use crate::{Index, IndexOf, Key, Model, Projection, Query, Scan};

/// Where items are read from: the table, or an index of it.
#[doc(hidden)]
pub trait Source: Send + 'static {
    /// `All`, or `Partial` where not every attribute is there.
    type Coverage;
    const INDEX: Option<IndexSchema>;
}

impl Source for Primary {
    type Coverage = All;
    const INDEX: Option<IndexSchema> = None;
}

impl<I: Index> Source for I {
    type Coverage = I::Coverage;
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

/// How much of an item is where it is read, and so what a read there begins as.
#[doc(hidden)]
pub trait DefaultQuery {
    type Query<M: Model, I: Source>;
    type Scan<M: Model, I: Source>;

    fn query<M: Model, I: Source>(whole: Query<M, I>) -> Self::Query<M, I>;
    fn scan<M: Model, I: Source>(whole: Scan<M, I>) -> Self::Scan<M, I>;
}

impl DefaultQuery for All {
    type Query<M: Model, I: Source> = Query<M, I>;
    type Scan<M: Model, I: Source> = Scan<M, I>;

    fn query<M: Model, I: Source>(whole: Query<M, I>) -> Query<M, I> {
        whole
    }

    fn scan<M: Model, I: Source>(whole: Scan<M, I>) -> Scan<M, I> {
        whole
    }
}

impl DefaultQuery for Partial {
    type Query<M: Model, I: Source> = Query<M, I, NeedsSelectKeysOrHydrate<M>>;
    type Scan<M: Model, I: Source> = Scan<M, I, NeedsSelectKeysOrHydrate<M>>;

    fn query<M: Model, I: Source>(whole: Query<M, I>) -> Self::Query<M, I> {
        whole.undecided()
    }

    fn scan<M: Model, I: Source>(whole: Scan<M, I>) -> Self::Scan<M, I> {
        whole.undecided()
    }
}

/// Stands for the items of an index that does not hold every attribute, until it is said what to read of them.
///
/// Nothing can be read as this. The compiler names the type where a `.select::<P>()`, `.keys()` or `.hydrate()`
/// is missing.
#[derive(Debug)]
pub struct NeedsSelectKeysOrHydrate<M> {
    of: PhantomData<fn() -> M>,
}

/// What can be read from where so much of an item is.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "an index that does not hold every attribute cannot be read whole",
    label = "the index is KEYS_ONLY or INCLUDE",
    note = "say before what to read: `.select::<P>()` with attributes that the index holds, `.keys()`, or `.hydrate()`"
)]
pub trait CanRead<T> {}

impl<T> CanRead<T> for All {}

#[diagnostic::do_not_recommend]
impl<P: Projection> CanRead<P> for Partial {}

#[diagnostic::do_not_recommend]
impl<M: Model> CanRead<Key<M>> for Partial {}
