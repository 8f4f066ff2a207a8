//! Collections: items of several models that one query reads.
//!
//! The derive of `Collection` implements the traits here. The query itself is in `op/read/collection`.

mod bound;
mod collectable;
mod page;
mod row;
mod schema;

pub use crate::op::{CollectionIndex, CollectionQuery, CollectionScan};
pub(crate) use bound::GivenBound;
pub use bound::{CollectionBeginning, CollectionBound, KeyText, SharedBeginning, SharedBound};
pub use collectable::{Collectable, CollectableIn};
pub use page::{CollectionPage, gathered};
pub(crate) use row::from_bytes;
pub use row::{HoldsOther, Loading, OTHER, foreign, model_of, nothing_to_load, read_other};
pub use schema::{
    CollectionSchema, SameParts, Unknown, are_both_optional, are_distinct, is_recognized, is_same_entity,
    is_same_source, is_same_table, same_parts, sensitive, sensitive_count,
};

use crate::key::{IntoKey, KeyInput, KeySource, KeyValue};
use crate::table::All;
use crate::wire::{Fault, Reader};
use crate::{Error, HookContext, Index, Item, Page, Result};

/// Items of several models in one partition: a struct that gathers them in its fields, or an enum that holds one of
/// them. Derive it; see [`derive@crate::Collection`] for the attributes.
///
/// ```
/// use singlet::{Collection, Model, Table};
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
/// struct Shop;
///
/// #[derive(Debug, Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// struct Customer {
///     id: String,
/// }
///
/// #[derive(Debug, Model)]
/// #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
/// struct Order {
///     customer: String,
///     id: u32,
/// }
///
/// #[derive(Debug, Collection)]
/// struct CustomerPage {
///     customer: Option<Customer>,
///     orders: Vec<Order>,
/// }
///
/// # use singlet::Client;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Shop::create_table().await?;
/// Order { customer: "c-1".into(), id: 7 }.save().await?;
/// let page = CustomerPage::query("c-1").await?;
/// assert!(page.customer.is_none());
/// assert_eq!(page.orders[0].id, 7);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collection",
    label = "not a collection of models",
    note = "add `#[derive(Collection)]` to `{Self}`"
)]
pub trait Collection: Sized + Send + 'static {
    /// The values of the placeholders in the hash key's template, which all models share, as a tuple.
    type HashParts: Send + 'static;

    /// The result of a query: the struct itself, or a `Vec` of the enum.
    type Output: Send + 'static;

    /// The result of a query for one page: a [`CollectionPage`] of the struct, or a [`Page`] of the enum.
    type Page: Send + 'static;

    /// The type that one item is read as.
    #[doc(hidden)]
    type Row: Send + 'static;

    #[doc(hidden)]
    const SCHEMA: &'static CollectionSchema;

    #[doc(hidden)]
    fn __hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault>;
    /// Reads the item at the reader's position.
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let rows = Row::query("ann").await?;
    /// assert_eq!(rows.len(), 3);
    /// # Ok(()) }) }
    /// ```
    fn query<K>(hash_key: impl IntoKey<Self, Self::HashParts, K>) -> CollectionQuery<Self>
    where
        Self: InTable,
    {
        let hash = match hash_key.into_key() {
            KeyInput::Parts(parts) => Self::__hash_of(parts),
            KeyInput::Whole(key) => Ok(key.hash),
        };
        CollectionQuery::of_table(hash)
    }

    /// The collection in a secondary index. Every model must have keys in the index, and the index must hold all
    /// attributes.
    ///
    /// ```
    /// use singlet::{Collection, Model, Table};
    ///
    /// #[derive(Table)]
    /// #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
    /// #[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
    /// struct Shop;
    ///
    /// #[derive(Debug, Model)]
    /// #[model(table = Shop, hash_key = "ORDER#{id}", range_key = "ORDER")]
    /// #[model(index(gsi1, hash_key = "DAY#{day}", range_key = "ORDER#{id}"))]
    /// struct Order {
    ///     id: u32,
    ///     day: String,
    /// }
    ///
    /// #[derive(Debug, Collection)]
    /// struct Day {
    ///     orders: Vec<Order>,
    /// }
    ///
    /// # use singlet::Client;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Shop::create_table().await?;
    /// let day = Day::index(Shop::GSI1).query("2026-11-27").await?;
    /// assert!(day.orders.is_empty());
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    #[doc(alias = "IndexName")]
    fn index<I: Index>(index: I) -> CollectionIndex<Self, I>
    where
        Self: CollectionIn<I>,
    {
        let _ = index;
        CollectionIndex::new()
    }

    /// Reads the items of the collection's models in all partitions. This reads, and bills, the whole table. See
    /// [`CollectionScan`]. It is for collections that are enums.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// assert_eq!(Row::scan().await?.len(), 4);
    /// # Ok(()) }) }
    /// ```
    fn scan() -> CollectionScan<Self>
    where
        Self: Rows,
    {
        CollectionScan::new()
    }

    /// Reads one item in the SDK's representation.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::WrongEntity`](crate::ErrorKind::WrongEntity) if the item belongs to no model of the
    /// collection.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let item = Order { customer: "ann".into(), id: 7, total: 40 }.to_item()?;
    /// assert!(matches!(Row::from_item(&item)?, Row::Order(order) if order.id == 7));
    /// # Ok(()) }) }
    /// ```
    fn from_item(item: &Item) -> Result<Self>
    where
        Self: Rows,
    {
        row::from_item::<Self>(item)
    }
}

/// A collection that has the member `T`: a model, or a projection of one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{T}` is not a member of the collection `{Self}`",
    label = "not in the collection",
    note = "filter the model or projection that a field or a variant of `{Self}` holds"
)]
pub trait HasModel<T> {}

/// An index in which every model of a collection has keys, built from the same parts.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the index `{I}`",
    label = "not an index of every model of the collection",
    note = "each model needs `#[model(index(..))]` with the same hash key template, and the index all attributes"
)]
pub trait CollectionIn<I> {
    /// The values of the placeholders in the hash key's template, as a tuple.
    type HashParts: Send + 'static;

    /// The keys of each model.
    const KEYS: &'static [(&'static [KeySource], &'static [KeySource])];
}

/// A collection whose models share a partition of the table.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "the models of `{Self}` share a partition in indexes only",
    label = "`index_only`: the table has no partition of them all",
    note = "query an index: `{Self}::index(Shop::GSI1).query(..)`"
)]
pub trait InTable {}

/// The coverage of indexes that hold every attribute.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this index does not hold every attribute, so a collection cannot be read from it",
    label = "the index is KEYS_ONLY or INCLUDE",
    note = "query the table, or read one model at a time with `.keys()`, `.select::<P>()` or `.hydrate()`"
)]
pub trait HoldsAll {}

impl HoldsAll for All {}

/// A collection that is an enum.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` gathers all items into one value",
    label = "this is for collections that are enums",
    note = "await the query, or derive `Collection` for an enum: `enum Row {{ Customer(Customer), Order(Order) }}`"
)]
pub trait Rows: Collection<Row = Self> {}

/// A collection that some of its items can form, so that it can be read page by page.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read page by page",
    label = "a page may lack the item that a field needs",
    note = "make the field an `Option`, or await the query for all items"
)]
pub trait Paged: Collection {}
