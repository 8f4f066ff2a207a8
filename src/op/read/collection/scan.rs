//! `CollectionScan`: a scan that reads the items of several models.

use std::fmt;
use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;

use super::decoder;
use super::filter::collection_filters;
use crate::collection::Rows;
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{call_options, consistency_options, undecodable_options};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::rate_limit::rate_options;
use crate::op::read::count::Count;
use crate::op::read::engine::options::{page_options, segment_options};
use crate::op::read::engine::{self, CustomizeRead, ReadRequest, ReadTarget};
use crate::op::read::stream::{ItemStream, PageStream};
use crate::{Page, Result};

/// Reads the items of several models in all partitions of their table: made by [`Collection::scan`](crate::Collection::scan). Awaiting it returns
/// all of them, in no particular order.
///
/// DynamoDB reads, and bills, the whole table. A filter on the entity attribute selects the items of the collection's
/// models, unless the collection keeps or refuses items of other models.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
/// let (mut customers, mut orders) = (0, 0);
/// let mut rows = Row::scan().segments(2).stream();
/// while let Some(row) = rows.next().await {
///     match row? {
///         Row::Customer(_) => customers += 1,
///         Row::Order(_) => orders += 1,
///     }
/// }
/// assert_eq!((customers, orders), (2, 2));
/// # Ok(()) }) }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "Scan")]
pub struct CollectionScan<C> {
    reading: ReadRequest,
    of: PhantomData<fn() -> C>,
}

impl<C> fmt::Debug for CollectionScan<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectionScan").finish_non_exhaustive()
    }
}

impl<C: Rows> CollectionScan<C> {
    pub(crate) fn new() -> Self {
        let reading = ReadRequest::scan(ReadTarget::Collection(C::SCHEMA), None);
        CollectionScan { reading, of: PhantomData }
    }

    call_options!(reading.call, hooks);
    undecodable_options!(reading.call);
    rate_options!(reading.call);
    page_options!();
    consistency_options!(reading.consistent);
    segment_options!();
    collection_filters!("scan");

    /// Counts the items of the collection's models, without the items. It costs as much as reading them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// assert_eq!(Row::scan().count().await?, 4);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "Select")]
    pub fn count(self) -> Count {
        Count::new(self.reading)
    }

    /// Reads one page: as many items as the limit says or, without a limit, what one request returns.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let page = Row::scan().limit(3).page().await?;
    /// assert_eq!((page.items.len(), page.cursor.is_some()), (3, true));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "LastEvaluatedKey")]
    pub fn page(self) -> OperationFuture<'static, Page<C>> {
        engine::page_future(self.reading, decoder::<C>())
    }

    /// Reads all pages as a stream, each of as many items as the limit says.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let mut pages = Row::scan().limit(3).pages();
    /// assert_eq!(pages.next().await.unwrap()?.items.len(), 3);
    /// # Ok(()) }) }
    /// ```
    pub fn pages(self) -> PageStream<C> {
        PageStream::new(self.reading, decoder::<C>())
    }

    /// Reads the items as a stream, which reads the next page when its first item is requested.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// let mut rows = Row::scan().stream();
    /// while let Some(row) = rows.next().await {
    ///     println!("{:?}", row?);
    /// }
    /// # Ok(()) }) }
    /// ```
    pub fn stream(self) -> ItemStream<C> {
        ItemStream::new(self.reading, decoder::<C>())
    }

    /// Changes the SDK's request of each page, for options that singlet does not expose.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
    /// let rows = Row::scan()
    ///     .customize(|request| request.return_consumed_capacity(ReturnConsumedCapacity::Indexes))
    ///     .await?;
    /// assert_eq!(rows.len(), 4);
    /// # Ok(()) }) }
    /// ```
    pub fn customize(mut self, f: impl Fn(ScanFluentBuilder) -> ScanFluentBuilder + Send + Sync + 'static) -> Self {
        self.reading.customize = CustomizeRead::Scan(Box::new(f));
        self
    }

    /// Returns the requests that awaiting this would send. Sends nothing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// assert_eq!(Row::scan().explain()?.operation(), "Scan");
    /// # Ok(()) }) }
    /// ```
    pub fn explain(self) -> Result<RequestPlan> {
        engine::explain(self.reading)
    }
}

impl<C: Rows> IntoFuture for CollectionScan<C> {
    type Output = Result<Vec<C>>;
    type IntoFuture = OperationFuture<'static, Vec<C>>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(engine::all(self.reading, decoder::<C>().sink()), Outcome::all::<C>)
    }
}
