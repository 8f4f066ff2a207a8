//! `CollectionIndex`: the entry point for queries of a collection in an index.
//!
//! It checks that the models' hash keys in the index agree; the query itself is a `CollectionQuery`.

use std::fmt;
use std::marker::PhantomData;

use crate::collection::{Collection, CollectionIn, CollectionSchema, is_same_source};
use crate::key::{IntoKey, KeyInput, KeyParts, KeyRole, KeySource};
use crate::op::engine::not_a_future::not_a_future;
use crate::op::read::collection::CollectionQuery;
use crate::{Error, ErrorKind, Index, Result};

/// A collection in an index: made by [`Collection::index`].
///
/// ```
/// use singlet::{Collection, Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
/// #[table(index(name = "by_city", hash_key = "city_key", range_key = "sk"))]
/// struct Shop;
///
/// #[derive(Debug, Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// #[model(index(by_city, hash_key = "CITY#{city}", range_key = "PROFILE"))]
/// struct Customer {
///     id: String,
///     city: String,
/// }
///
/// #[derive(Debug, Collection)]
/// struct City {
///     customers: Vec<Customer>,
/// }
///
/// # use singlet::Client;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Shop::create_table().await?;
/// Customer { id: "c-1".into(), city: "Paris".into() }.save().await?;
/// let paris = City::index(Shop::BY_CITY).query("Paris").await?;
/// assert_eq!(paris.customers[0].id, "c-1");
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "an index is read with `query`"]
pub struct CollectionIndex<C, I> {
    of: PhantomData<fn() -> (C, I)>,
}

not_a_future!([C, I] CollectionIndex<C, I>: QueriedBeforeAwait);

impl<C, I> fmt::Debug for CollectionIndex<C, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CollectionIndex")
    }
}

impl<C: CollectionIn<I> + Collection, I: Index> CollectionIndex<C, I> {
    pub(crate) fn new() -> Self {
        CollectionIndex { of: PhantomData }
    }

    /// Reads the items of one partition of the index, in range-key order (`Query` with `IndexName`).
    ///
    /// # Errors
    ///
    /// `Configuration` if the models' hash key templates in the index differ. Nothing is sent then.
    #[doc(alias = "IndexName")]
    pub fn query<K>(self, hash_key: impl IntoKey<C, <C as CollectionIn<I>>::HashParts, K>) -> CollectionQuery<C, I>
    where
        C: CollectionIn<I, HashParts: KeyParts>,
    {
        let hash = match (C::KEYS.first(), hash_key.into_key()) {
            (Some((source, _)), KeyInput::Parts(parts)) => parts.values(source, KeyRole::Hash),
            (_, KeyInput::Whole(key)) => Ok(vec![key.hash]),
            // Unreachable in practice: the derive macro refuses a collection without models.
            (None, KeyInput::Parts(_)) => Err(crate::key::mismatch()),
        };
        let ranges = C::KEYS.iter().map(|(_, range)| *range).collect();
        let mut query = CollectionQuery::new(Some(I::SCHEMA), hash, ranges);
        if let Err(error) = one_template(C::SCHEMA, C::KEYS) {
            query.reading.partition = Some(Err(error));
        }
        query
    }
}

fn one_template(schema: &CollectionSchema, keys: &[(&[KeySource], &[KeySource])]) -> Result<()> {
    let Some(((first, _), others)) = keys.split_first() else { return Ok(()) };
    let is_same = |hash: &[KeySource]| {
        hash.len() == first.len() && first.iter().zip(hash).all(|(first, other)| is_same_source(first, other))
    };
    let other = others.iter().position(|(hash, _)| !is_same(hash));
    match other {
        None => Ok(()),
        Some(number) => {
            let message = "the model's hash key template in the index differs from the collection's first model's";
            let model = schema.models.get(number + 1).map_or("", |model| model.schema.model);
            Err(Error::new(ErrorKind::Configuration, message).with_model(model))
        }
    }
}
