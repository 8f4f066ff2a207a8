//! Items of several models that one query reads.

mod collectable;
mod page;
mod row;
mod schema;

pub use crate::op::{CollectionFuture, CollectionIndex, CollectionPageFuture, CollectionQuery};
pub use collectable::Collectable;
pub use page::{CollectionPage, gathered};
pub use row::{HoldsOther, Loading, OTHER, foreign, model_of, nothing_to_load, read_other};
pub use schema::{
    CollectedModel, CollectionSchema, InIndexOnly, SameParts, Unknown, are_both_optional, has_entity, is_same_entity,
    is_same_source, is_same_table, same_parts, sensitive, sensitive_count,
};

use crate::key::{IntoKey, KeyInput, KeyParts, KeySource, KeyValue};
use crate::wire::{Fault, Reader};
use crate::{Error, HookContext, Index, Item, Page, Result};

/// Items of several models that lie in one partition: a struct with their items in its fields, or an
/// enum with one of them. Derive it; see [`derive@crate::Collection`] for the attributes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collection",
    label = "not a collection of models",
    note = "add `#[derive(Collection)]` to `{Self}`"
)]
pub trait Collection: Sized + Send + 'static {
    /// The values of the placeholders of the hash key's template, which all models share: a tuple.
    type HashParts: Send + 'static;

    /// What a query gives: the struct itself, or a `Vec` of the enum.
    type Output: Send + 'static;

    /// What one page of a query gives: a [`CollectionPage`] of the struct, or a [`Page`] of the enum.
    type Page: Send + 'static;

    /// What one item is read as.
    #[doc(hidden)]
    type Row: Send + 'static;

    #[doc(hidden)]
    const SCHEMA: &'static CollectionSchema;

    #[doc(hidden)]
    fn __hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault>;
    /// Reads the item the reader stands at.
    #[doc(hidden)]
    fn __read(reader: &mut Reader<'_>) -> Result<Self::Row, Fault>;
    /// Runs the `after_load` hook of the model.
    #[doc(hidden)]
    fn __loaded<'s>(row: &'s mut Self::Row, cx: &'s HookContext<'_>) -> Loading<'s>;
    #[doc(hidden)]
    fn __gather(rows: Vec<Self::Row>) -> Result<Self::Output, Error>;
    #[doc(hidden)]
    fn __page(page: Page<Self::Row>) -> Result<Self::Page, Error>;

    /// Reads the items of one partition, in the order of their range keys. See [`CollectionQuery`].
    fn query<K>(hash_key: impl IntoKey<Self, Self::HashParts, K>) -> CollectionQuery<Self> {
        let hash = match hash_key.into_key() {
            KeyInput::Parts(parts) => Self::__hash_of(parts),
            KeyInput::Whole(key) => Ok(key.hash),
        };
        CollectionQuery::of_table(hash)
    }

    /// The collection in an index, to query: every model has keys there, and the index holds all attributes.
    fn index<I: Index>(index: I) -> CollectionIndex<Self, I>
    where
        Self: CollectionIn<I>,
    {
        let _ = index;
        CollectionIndex::new()
    }

    /// Reads one item in the SDK's form. An error of kind `WrongEntity` when it is of no model of the collection.
    fn from_item(item: &Item) -> Result<Self>
    where
        Self: Rows,
    {
        row::from_item::<Self>(item)
    }
}

/// An index in which every model of a collection has keys, made of the same parts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the index `{I}`",
    label = "not an index of every model of the collection",
    note = "each model needs `#[model(index(..))]` with the same hash key template, and the index all attributes"
)]
pub trait CollectionIn<I> {
    /// The values of the placeholders of the hash key's template: a tuple.
    type HashParts: KeyParts + Send + 'static;

    /// The keys of each model.
    const KEYS: &'static [(&'static [KeySource], &'static [KeySource])];
}

/// A collection that is an enum.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` gathers all items into one value",
    label = "this is for collections that are enums",
    note = "await the query, or derive `Collection` for an enum: `enum Row {{ Customer(Customer), Order(Order) }}`"
)]
pub trait Rows: Collection<Row = Self> {}

/// A collection that a part of the items makes too.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read page by page",
    label = "a page may lack the item that a field needs",
    note = "make the field an `Option`, or await the query for all items"
)]
pub trait Paged: Collection {}
