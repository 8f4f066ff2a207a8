//! Traits that describe where a read takes place: the table or an index, and how much of an item is there.

use crate::collection::Collectable;
use crate::key::KeySource;
use crate::op::read::undecided::NeedsSelectKeysOrHydrate;
use crate::schema::IndexSchema;
use crate::table::{All, Partial, Primary};
use crate::{Index, IndexOf, Model, Query, Scan};

/// The source of a read: the table or one of its indexes.
#[doc(hidden)]
pub trait Source: Send + 'static {
    /// `All`, or `Partial` if the source does not hold every attribute.
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

/// The range key of a model in the source. A projection has that of its model.
#[doc(hidden)]
pub trait SourceOf<M>: Source {
    type RangeParts: Send + 'static;
    const RANGE: &'static [KeySource];
}

impl<M: Collectable> SourceOf<M> for Primary {
    type RangeParts = <M::Model as Model>::RangeParts;
    const RANGE: &'static [KeySource] = <M::Model as Model>::SCHEMA.keys.1.as_slice();
}

// `Index` is a supertrait of `IndexOf`. Naming it tells the compiler that `Primary` is not an index, so that the impls
// do not overlap.
impl<M: Collectable, I: Index + IndexOf<M::Model>> SourceOf<M> for I {
    type RangeParts = <I as IndexOf<M::Model>>::RangeParts;
    const RANGE: &'static [KeySource] = <I as IndexOf<M::Model>>::RANGE;
}

/// The builder that a read starts as, which depends on how much of an item the source holds.
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
