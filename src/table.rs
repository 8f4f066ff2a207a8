//! The traits of tables and of their indexes.
//!
//! The derive of `Table` implements them for a unit struct and its index constants. Models name both, and the compiler
//! checks which index can be queried how.

use crate::key::KeySource;
use crate::op::{Backfill, CreateTable, DeleteTable, DescribeTable, VerifyTable};
use crate::schema::{IndexSchema, TableSchema};
use crate::{Item, ModelConfig};

/// A physical table: its key names, indexes, TTL attribute and entity attribute. Derive it on a unit struct; see
/// [`derive@crate::Table`] for the attributes.
///
/// ```
/// use singlet::Table;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
/// struct Shop;
///
/// assert_eq!(Shop::SCHEMA.name, "shop");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "add `#[derive(Table)]` and `#[table(name = \"..\", hash_key = \"..\")]` to it"
)]
pub trait Table: 'static {
    /// The keys, indexes and named attributes of the table.
    const SCHEMA: &'static TableSchema;

    /// Creates the table with its indexes and TTL, and waits until it is active. See [`CreateTable`] for the options.
    ///
    /// ```
    /// # use singlet::{Client, Table};
    /// # #[derive(Table)]
    /// # #[table(name = "shop", hash_key = "pk", range_key = "sk")]
    /// # struct Shop;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// Shop::create_table().await?;
    /// assert!(Shop::verify_table().await?.is_match());
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    fn create_table() -> CreateTable {
        CreateTable::new(ModelConfig::of_table(Self::SCHEMA), Self::SCHEMA, None)
    }

    /// Describes the live table: keys, indexes, size, billing, TTL and stream. See [`DescribeTable`] for an example.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let table = Shop::describe_table().await?;
    /// assert!(table.index("by_email").is_some());
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "DescribeTimeToLive")]
    fn describe_table() -> DescribeTable {
        DescribeTable::new(ModelConfig::of_table(Self::SCHEMA), None)
    }

    /// Compares the live table with this definition: keys, indexes and TTL. See [`VerifyTable`] for an example.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// assert!(Shop::verify_table().await?.is_match());
    /// # Ok(()) }) }
    /// ```
    fn verify_table() -> VerifyTable {
        VerifyTable::new(ModelConfig::of_table(Self::SCHEMA), Self::SCHEMA)
    }

    /// Changes all items of the table, whatever their models, as attributes. See [`Backfill`].
    ///
    /// The function does not get the items that singlet itself stores: the reservations of unique values, and the checkpoints of
    /// backfills. If the table has no entity attribute, these are the items with a hash key that begins with `UNIQUE#`, the range key `UNIQUE` and an attribute `owner`. Unique values that the
    /// function changes are not claimed: use [`Model::backfill`](crate::Model::backfill) for them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let report = Shop::backfill().change(|item| drop(item.remove("legacy"))).await?;
    /// assert!(report.is_complete);
    /// # Ok(()) }) }
    /// ```
    fn backfill<'a>() -> Backfill<'a, Item> {
        Backfill::of_table(Self::SCHEMA)
    }

    /// Deletes the table with all items, once confirmed, and waits until it no longer exists. See [`DeleteTable`] for an
    /// example.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// Shop::delete_table().confirm("shop").await?;
    /// # Ok(()) }) }
    /// ```
    fn delete_table() -> DeleteTable {
        DeleteTable::new(ModelConfig::of_table(Self::SCHEMA), None)
    }
}

/// The index of a table with this number, from 0, in the table's list.
///
/// A model only knows the names of indexes. It finds the number by the name in a constant, whose evaluation fails
/// with a list of the table's indexes if there is none of the name.
#[doc(hidden)]
pub trait NumberedIndex<const NUMBER: usize> {
    /// The type that stands for it.
    type Index: Index;
}

/// A secondary index of a table: the type of a constant such as `Shop::GSI1`, which the derive generates.
#[doc(alias = "GlobalSecondaryIndex")]
#[doc(alias = "LocalSecondaryIndex")]
#[diagnostic::on_unimplemented(message = "`{Self}` is not an index", label = "expected an index, such as `Shop::GSI1`")]
pub trait Index: Copy + Send + 'static {
    /// The keys of the index and its projection.
    const SCHEMA: IndexSchema;

    /// `All`, or `Partial` if the index does not hold every attribute.
    #[doc(hidden)]
    type Coverage;
}

/// An index that the model `M` has keys in.
///
/// The derive of the model implements it, by [`HasKeysIn`].
pub trait IndexOf<M>: Index {
    /// The values of the placeholders in the hash key's template, as a tuple. If the key has several attributes, it
    /// holds the placeholders and fields of all of them.
    type HashParts: Send + 'static;

    /// The values of the placeholders in the range key's template, as a tuple.
    type RangeParts: Send + 'static;

    #[doc(hidden)]
    const HASH: &'static [KeySource];
    #[doc(hidden)]
    const RANGE: &'static [KeySource];
}

impl<M: HasKeysIn<I>, I: Index> IndexOf<M> for I {
    type HashParts = M::HashParts;
    type RangeParts = M::RangeParts;
    const HASH: &'static [KeySource] = M::HASH;
    const RANGE: &'static [KeySource] = M::RANGE;
}

/// A model that has keys in the index `I`.
///
/// The derive implements it for the indexes of a trait that it makes for a model with indexes, because only a trait of its own
/// can list them in an error message. The message here is that of a model without indexes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{I}` is not an index of `{Self}`",
    label = "`{Self}` has no keys in this index",
    note = "`{Self}` has keys in no index; add `#[model(index(<name>, hash_key = \"..\"))]` to it"
)]
pub trait HasKeysIn<I> {
    type HashParts: Send + 'static;
    type RangeParts: Send + 'static;
    const HASH: &'static [KeySource];
    const RANGE: &'static [KeySource];
}

/// The sources that can be read consistently: the table, and local indexes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a global secondary index cannot be read consistently",
    label = "`{Self}` is a global index",
    note = "read it without `.consistent()`, or query the table itself"
)]
pub trait ConsistentRead {}

/// The table itself, as the type parameter of a read that could also name an index.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Primary;

impl ConsistentRead for Primary {}

/// The coverage of an index that holds every attribute.
#[doc(hidden)]
#[derive(Debug)]
pub enum All {}

/// The coverage of an index that holds some attributes only.
#[doc(hidden)]
#[derive(Debug)]
pub enum Partial {}
