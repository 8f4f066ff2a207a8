//! `CollectionQuery`: a query that reads the items of several models from one partition.
//!
//! It adds the types of a collection to the shared executor of reads; it never sends a request itself.

mod filter;
mod index;
mod range;
mod scan;

use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use filter::collection_filters;
pub use index::CollectionIndex;
pub use scan::CollectionScan;

use crate::collection::{Collection, CollectionSchema, Paged, Rows, Unknown};
use crate::error::fault_error;
use crate::key::{KeySource, KeyValue};
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, consistency_options, undecodable_options};
use crate::op::engine::outcome::{Outcome, Response};
use crate::op::engine::rate_limit::rate_options;
use crate::op::read::count::Count;
use crate::op::read::engine::options::{order_options, page_options};
use crate::op::read::engine::{self, CustomizeRead, KeyRanges, Partition, ReadRequest, ReadTarget};
use crate::op::read::stream::{ItemStream, PageStream};
use crate::schema::IndexSchema;
use crate::splice::{AfterLoad, Decoder, ReadItem};
use crate::wire::Fault;
use crate::{Error, ErrorKind, Primary, Result};

/// Reads the items of several models from one partition, in range-key order: made by [`Collection::query`], or by
/// [`CollectionIndex::query`] for an index.
///
/// Awaiting it returns the whole collection: the struct, or a `Vec` of the enum. If the range keys of all models begin
/// with the same literal text, the query reads only range keys that begin with it. Otherwise it reads the whole
/// partition. [Ranges](derive@crate::Collection#ranges) narrow it further: `Row::query("c-1").ge(KeyText("ORDER#000002"))`.
///
/// ```
/// # use singlet::{Client, Collection, Model, Table};
/// # #[derive(Table)]
/// # #[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
/// # struct Shop;
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// # struct Customer { id: String }
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:06}")]
/// # struct Order { customer: String, id: u32 }
/// #[derive(Debug, PartialEq, Collection)]
/// enum Row {
///     Customer(Customer),
///     Order(Order),
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Shop::create_table().await?;
/// let customer = Customer { id: "c-1".into() };
/// customer.clone().save().await?;
/// for id in 1..=3 {
///     Order { customer: "c-1".into(), id }.save().await?;
/// }
/// let rows = Row::query("c-1").descending().limit(2).await?;
/// let latest = Order { customer: "c-1".into(), id: 3 };
/// assert_eq!(rows, [Row::Customer(customer), Row::Order(latest)]);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "Query")]
pub struct CollectionQuery<C, I = Primary> {
    reading: ReadRequest,
    /// How each model makes the attributes of the range key.
    ranges: Vec<&'static [KeySource]>,
    of: PhantomData<fn() -> (C, I)>,
}

impl<C, I> fmt::Debug for CollectionQuery<C, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectionQuery").finish_non_exhaustive()
    }
}

impl<C: Collection> CollectionQuery<C> {
    pub(crate) fn of_table(hash: Result<KeyValue, Fault>) -> Self {
        let ranges = C::SCHEMA.models.iter().map(|model| model.schema.keys.1.as_slice()).collect();
        CollectionQuery::new(None, hash.map(|hash| vec![hash]), ranges)
    }
}

impl<C: Collection, I> CollectionQuery<C, I> {
    fn new(index: Option<IndexSchema>, hash: Result<Vec<KeyValue>, Fault>, ranges: Vec<&'static [KeySource]>) -> Self {
        let prefix = C::SCHEMA.range_prefix(ranges.iter().map(|range| range.first()));
        CollectionQuery { reading: reading(C::SCHEMA, index, hash, prefix), ranges, of: PhantomData }
    }

    call_options!(reading.call, hooks);
    undecodable_options!(reading.call);
    rate_options!(reading.call);
    page_options!();
    consistency_options!(reading.consistent where I);

    collection_filters!("query");

    order_options!();

    /// Reads one page: as many items as the limit says or, without a limit, what one request returns.
    ///
    /// The page of a struct is a [`CollectionPage`](crate::CollectionPage), that of an enum a [`Page`](crate::Page).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let page = Row::query("ann").limit(2).page().await?;
    /// assert_eq!((page.items.len(), page.cursor.is_some()), (2, true));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "LastEvaluatedKey")]
    pub fn page(self) -> OperationFuture<'static, C::Page>
    where
        C: Paged,
    {
        let rows = engine::page_future(self.reading, decoder::<C>());
        OperationFuture::typed(async move { C::__page(rows.await?) })
    }

    /// Changes the SDK's request of each page, for options that singlet does not expose.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
    /// let rows = Row::query("ann")
    ///     .customize(|request| request.return_consumed_capacity(ReturnConsumedCapacity::Indexes))
    ///     .await?;
    /// assert_eq!(rows.len(), 3);
    /// # Ok(()) }) }
    /// ```
    pub fn customize(mut self, f: impl Fn(QueryFluentBuilder) -> QueryFluentBuilder + Send + Sync + 'static) -> Self {
        self.reading.customize = CustomizeRead::Query(Box::new(f));
        self
    }

    /// Counts the items of the collection's models, without the items.
    ///
    /// DynamoDB counts (`Select = COUNT`), unless a model of the collection hides expired items: they are then recognized in
    /// the items. A count costs as much as reading the items. A collection that keeps items of other models counts them too,
    /// and one with `deny_unknown` does not.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// assert_eq!(Row::query("ann").count().await?, 3);
    /// assert_eq!(Row::query("ann").filter::<Order, _>(|o| o.total.gt(15)).count().await?, 2);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "Select")]
    pub fn count(self) -> Count {
        Count::new(self.reading)
    }

    /// Returns the requests that awaiting this would send. Sends nothing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let request = Row::query("ann").explain()?;
    /// assert_eq!(request.operation(), "Query");
    /// # Ok(()) }) }
    /// ```
    pub fn explain(self) -> Result<RequestPlan> {
        engine::explain(self.reading)
    }

    /// Reads all items up to the limit as rows of the collection.
    fn rows(self) -> OperationFuture<'static, Vec<C::Row>> {
        OperationFuture::new(engine::all(self.reading, decoder::<C>().sink()), Outcome::all::<C::Row>)
    }
}

/// Methods of collections that are enums: their items have one type.
impl<C: Collection, I> CollectionQuery<C, I> {
    /// Reads the first item, or `None` if there is none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let first = Row::query("ann").first().await?;
    /// assert!(matches!(first, Some(Row::Order(order)) if order.id == 1));
    /// # Ok(()) }) }
    /// ```
    pub fn first(mut self) -> OperationFuture<'static, Option<C>>
    where
        C: Rows,
    {
        self.reading.limit = Some(1);
        OperationFuture::new(engine::all(self.reading, decoder::<C>().sink()), Outcome::first::<C>)
    }

    /// Reads all pages as a stream, each of as many items as the limit says.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let mut pages = Row::query("ann").limit(2).pages();
    /// assert_eq!(pages.next().await.unwrap()?.items.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn pages(self) -> PageStream<C>
    where
        C: Rows,
    {
        PageStream::new(self.reading, decoder::<C>())
    }

    /// Reads the items as a stream, which reads the next page when its first item is requested.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let mut rows = Row::query("ann").stream();
    /// while let Some(row) = rows.next().await {
    ///     println!("{:?}", row?);
    /// }
    /// # Ok(()) }) }
    /// ```
    pub fn stream(self) -> ItemStream<C>
    where
        C: Rows,
    {
        ItemStream::new(self.reading, decoder::<C>())
    }

    /// Also returns the metadata of the requests: consumed capacity, attempts, request id.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let response = Row::query("ann").detailed().await?;
    /// assert_eq!((response.value.len(), response.cost.read), (3, 0.5));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'static, Response<Vec<C>>>
    where
        C: Rows,
    {
        OperationFuture::detailed(engine::all(self.reading, decoder::<C>().sink()), Outcome::all::<C>)
    }
}

impl<C: Collection, I> IntoFuture for CollectionQuery<C, I> {
    type Output = Result<C::Output>;
    type IntoFuture = OperationFuture<'static, C::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let rows = self.rows();
        OperationFuture::typed(async move { C::__gather(rows.await?) })
    }
}

/// The request for a collection, without the collection's type.
fn reading(
    schema: &'static CollectionSchema,
    index: Option<IndexSchema>,
    hash: Result<Vec<KeyValue>, Fault>,
    range_prefix: &'static str,
) -> ReadRequest {
    let hash = hash.map_err(|fault| fault_error(fault, schema.name));
    let spans = KeyRanges::of_text(range_prefix);
    let mut reading = ReadRequest::query(
        ReadTarget::Collection(schema),
        index,
        Err(Error::new(ErrorKind::InvalidKey, "no key")),
        &[],
    );
    reading.partition = Some(hash.map(|hash| Partition { hash, spans }));
    reading
}

fn decoder<C: Collection>() -> Decoder<C::Row> {
    let has_hooks = ReadTarget::Collection(C::SCHEMA).has_hooks();
    let after_load: AfterLoad<C::Row> = C::__loaded;
    Decoder {
        read: ReadItem::Fixed(C::__read),
        key: None,
        after_load: has_hooks.then_some(after_load),
        set_ttl: None,
        refuses_foreign: C::SCHEMA.unknown == Unknown::Refused,
    }
}
