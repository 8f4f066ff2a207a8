//! `Indexed`: the entry point for queries and scans of a model in an index.

use std::fmt;
use std::marker::PhantomData;

use crate::key::{IntoKey, KeyInput, KeyParts, KeyRole, KeyValue, RawKey};
use crate::model::fault_of;
use crate::op::engine::not_a_future::not_a_future;
use crate::op::read::engine::LookUpFn;
use crate::op::read::source::DefaultQuery;
use crate::op::{Query, Scan};
use crate::{Error, ErrorKind, IndexOf, Model, Result};

/// A model in an index: made by [`Model::index`].
///
/// The code does not compile if the model has no keys in the index, or if it reads a global index consistently.
///
/// ```
/// # use singlet::{Client, Model, Table};
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
/// #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
/// struct Shop;
///
/// #[derive(Debug, PartialEq, Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// #[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "CUSTOMER"))]
/// struct Customer {
///     id: String,
///     email: String,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// Shop::create_table().await?;
/// Customer { id: "c-1".into(), email: "ann@example.com".into() }.save().await?;
/// let ann = Customer::index(Shop::GSI1).query("ann@example.com").one().await?;
/// assert_eq!(ann.unwrap().id, "c-1");
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "an index is read with `query` or `scan`"]
pub struct Indexed<M, I> {
    look_up: LookUpFn,
    of: PhantomData<fn() -> (M, I)>,
}

not_a_future!([M, I] Indexed<M, I>: QueriedBeforeAwait);

impl<M, I> fmt::Debug for Indexed<M, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Indexed")
    }
}

impl<M: Model, I> Indexed<M, I> {
    pub(crate) fn new(look_up: LookUpFn) -> Self {
        Indexed { look_up, of: PhantomData }
    }

    /// Reads the model's items of one partition of the index, in range-key order (`Query` with `IndexName`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let customers = Customer::index(Shop::BY_EMAIL).query("ann@example.com").await?;
    /// assert_eq!(customers[0].id, "ann");
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "IndexName")]
    pub fn query<K>(self, hash_key: impl IntoKey<M, I::HashParts, K>) -> <I::Coverage as DefaultQuery>::Query<M, I>
    where
        I: IndexOf<M, Coverage: DefaultQuery, HashParts: KeyParts>,
    {
        let hash = match hash_key.into_key() {
            KeyInput::Parts(parts) => parts.values(I::HASH, KeyRole::Hash).map_err(fault_of::<M>),
            KeyInput::Whole(key) => of_table(key, I::SCHEMA.local),
        };
        <I::Coverage as DefaultQuery>::query(Query::new(hash).looking_up(self.look_up))
    }

    /// Reads all of the model's items that have keys in the index, in no particular order (`Scan` with `IndexName`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let keys = Customer::index(Shop::BY_CITY).scan().keys().await?;
    /// assert_eq!(keys.len(), 2);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "IndexName")]
    pub fn scan(self) -> <I::Coverage as DefaultQuery>::Scan<M, I>
    where
        I: IndexOf<M, Coverage: DefaultQuery>,
    {
        <I::Coverage as DefaultQuery>::scan(Scan::new().looking_up(self.look_up))
    }
}

/// The hash key of a primary key. Only a local index has the same one, so a global index is an error.
fn of_table(key: RawKey, is_local: bool) -> Result<Vec<KeyValue>> {
    if is_local {
        return Ok(vec![key.hash]);
    }
    Err(Error::new(ErrorKind::InvalidKey, "a primary key does not identify a partition of a global index"))
}
