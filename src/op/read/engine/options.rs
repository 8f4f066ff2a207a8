//! The options of queries and scans, each written once. `Query`, `Scan` and `CollectionQuery` expand these macros.
//! Each run of rustfmt would move the examples further to the right, so it skips them.

/// The options for paging.
#[rustfmt::skip]
macro_rules! page_options {
    () => {
        /// Returns at most `items` items, in as many requests as that takes.
        ///
        /// The first request evaluates `items` items, and a page one more. If items of other entities, expired items or
        /// a filter leave too few, each further request evaluates as many as are expected to contain the rest. A read
        /// unit is 8 KB of evaluated items, or 4 KB in consistent reads.
        ///
        /// This is not DynamoDB's `Limit`, which counts the items that a request evaluates: see
        /// [`page_size`](Self::page_size).
        ///
        #[doc = $crate::op::engine::options::example!(
            "let orders = Order::query(\"c-1\").limit(2).await?;"
            "assert_eq!(orders.len(), 2);"
        )]
        pub fn limit(mut self, items: usize) -> Self {
            self.reading.limit = Some(items);
            self
        }

        /// Continues where a page ended: takes a token, a [`Cursor`](crate::Cursor), or an `Option` of either.
        /// `None` reads from the start.
        ///
        /// # Errors
        ///
        /// `InvalidCursor` if the cursor is damaged or belongs to another query. Nothing is sent then.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let first = Order::query(\"c-1\").limit(3).page().await?;"
            "let second = Order::query(\"c-1\").limit(3).cursor(first.cursor).page().await?;"
            "assert_eq!((first.items.len(), second.items.len()), (3, 2));"
        )]
        #[doc(alias = "ExclusiveStartKey")]
        pub fn cursor(mut self, cursor: impl $crate::IntoCursor) -> Self {
            self.reading.cursor = cursor.into_token();
            self
        }

        /// Sets how many items one request evaluates at most (`Limit`), including those of other entities and those
        /// that a filter discards.
        ///
        /// By default the number follows from the limit. Without a limit, a request evaluates 1 MB. Set it to bound the
        /// latency and the cost of each request.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let orders = Order::query(\"c-1\").page_size(2).await?;"
            "assert_eq!(orders.len(), 5);"
        )]
        #[doc(alias = "Limit")]
        pub fn page_size(mut self, items: u32) -> Self {
            self.reading.page_size = Some(items);
            self
        }
    };
}
pub(crate) use page_options;

/// The options for the order of a query.
#[rustfmt::skip]
macro_rules! order_options {
    () => {
        /// Returns items in descending range-key order (`ScanIndexForward = false`).
        ///
        /// Use it with a limit to read the latest items of a key that begins with a time, or the greatest of a number.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let orders = Order::query(\"c-1\").descending().limit(2).await?;"
            "assert_eq!((orders[0].id, orders[1].id), (5, 4));"
        )]
        #[doc(alias = "ScanIndexForward")]
        pub fn descending(mut self) -> Self {
            self.reading.descending = true;
            self
        }

        /// Returns items in ascending range-key order, which is the default.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let orders = Order::query(\"c-1\").descending().ascending().await?;"
            "assert_eq!(orders[0].id, 1);"
        )]
        #[doc(alias = "ScanIndexForward")]
        pub fn ascending(mut self) -> Self {
            self.reading.descending = false;
            self
        }
    };
}
pub(crate) use order_options;

/// The options of a scan in segments.
macro_rules! segment_options {
    () => {
        /// Divides the scan into `segments` parts that are read in parallel (`TotalSegments`): 1 to 1,000,000.
        ///
        /// Use it to scan a large table faster. A page then holds the items of one request for each segment, and its cursor
        /// holds the position of each segment. Such pages take a [`page_size`](Self::page_size), but no limit.
        ///
        /// ```
        /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
        /// # create_orders().await?;
        /// let orders = Order::scan().segments(4).await?;
        /// assert_eq!(orders.len(), 5);
        /// # Ok(()) }) }
        /// ```
        #[doc(alias = "TotalSegments")]
        #[doc(alias = "Segment")]
        #[doc(alias = "parallel")]
        pub fn segments(mut self, segments: u32) -> Self {
            self.reading.parallel.segments = Some(segments);
            self
        }

        /// Sets how many requests of a scan in [segments](Self::segments) run at a time. The default is 16.
        ///
        /// ```
        /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
        /// # create_orders().await?;
        /// let orders = Order::scan().segments(64).concurrency(2).await?;
        /// assert_eq!(orders.len(), 5);
        /// # Ok(()) }) }
        /// ```
        pub fn concurrency(mut self, requests: usize) -> Self {
            self.reading.parallel.concurrency = Some(requests);
            self
        }
    };
}
pub(crate) use segment_options;

/// The options of `Query` and `Scan`.
macro_rules! read_options {
    ($read:ident, $builder:ident, $customize:ident) => {
        $crate::op::engine::options::call_options!(reading.call, hooks);
        $crate::op::engine::options::undecodable_options!(reading.call);
        $crate::op::engine::rate_limit::rate_options!(reading.call);
        $crate::op::read::engine::options::page_options!();
        $crate::op::engine::options::consistency_options!(reading.consistent where I);

        /// Returns only the items that satisfy the condition. Several filters are combined with *and*.
        ///
        /// DynamoDB filters after it has read: discarded items cost as much as the others. With a
        /// [`limit`](Self::limit), reading stops soon after the last item that is returned.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let large = Order::query(\"c-1\").filter(|o| o.cents.gt(300)).await?;"
            "assert_eq!(large.len(), 2);"
        )]
        #[doc(alias = "FilterExpression")]
        pub fn filter<C: $crate::expr::IntoCondition<M>>(mut self, filter: impl FnOnce(M::Fields) -> C) -> Self {
            self.reading.filter(filter(M::FIELDS).into_condition().into_tree());
            self
        }

        /// Like [`filter`](Self::filter), but only if there is a value. The closure receives the paths of the model and the
        /// value.
        ///
        /// Use it for searches with optional parameters, one call for each. To combine conditions in another way, pass
        /// the result of [`Condition::all`](crate::expr::Condition::all) or [`any`](crate::expr::Condition::any):
        /// `.filter_if_some(condition, |_, condition| condition)`.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let (least, most): (Option<u64>, Option<u64>) = (Some(300), None);"
            "let search = Order::query(\"c-1\").filter_if_some(least, |o, least| o.cents.ge(least));"
            "let orders = search.filter_if_some(most, |o, most| o.cents.le(most)).await?;"
            "assert_eq!(orders.len(), 3);"
        )]
        #[doc(alias = "FilterExpression")]
        pub fn filter_if_some<V, C: $crate::expr::IntoCondition<M>>(
            self,
            value: Option<V>,
            filter: impl FnOnce(M::Fields, V) -> C,
        ) -> Self {
            match value {
                Some(value) => self.filter(|paths| filter(paths, value)),
                None => self,
            }
        }

        /// As [`filter`](Self::filter), with an expression in DynamoDB's own syntax.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let large = singlet::RawExpression::new(\"#c > :least\").name(\"#c\", \"cents\").value(\":least\", 300);"
            "assert_eq!(Order::query(\"c-1\").filter_raw(large).await?.len(), 2);"
        )]
        #[doc(alias = "FilterExpression")]
        pub fn filter_raw(mut self, filter: impl Into<$crate::RawExpression>) -> Self {
            self.reading.filter($crate::expr::Tree::Raw(filter.into()));
            self
        }

        /// Changes the SDK's request of each page, for options that singlet does not expose.
        ///
        #[doc = $crate::op::engine::options::example!(
            "use aws_sdk_dynamodb::types::ReturnConsumedCapacity;"
            ""
            "let orders = Order::query(\"c-1\").customize(|r| r.return_consumed_capacity(ReturnConsumedCapacity::Indexes));"
            "assert_eq!(orders.await?.len(), 5);"
        )]
        pub fn customize(mut self, f: impl Fn($builder) -> $builder + Send + Sync + 'static) -> Self {
            self.reading.customize = $crate::op::read::engine::CustomizeRead::$customize(Box::new(f));
            self
        }

        /// Reads only the attributes of the projection `P`. That saves bandwidth, not capacity units.
        ///
        /// The attributes that keys and cursors need are read as well.
        ///
        /// # Errors
        ///
        /// `Validation` if the index does not hold one of the attributes. Nothing is sent then.
        ///
        #[doc = $crate::op::engine::options::example!(
            "#[derive(singlet::Projection)]"
            "#[projection(of = Order)]"
            "struct Total { cents: u64 }"
            ""
            "let totals = Order::query(\"c-1\").select::<Total>().await?;"
            "assert_eq!(totals.iter().map(|total| total.cents).sum::<u64>(), 1_500);"
        )]
        #[doc(alias = "ProjectionExpression")]
        pub fn select<P: $crate::Projection<Of = M>>(mut self) -> $read<M, I, P> {
            self.reading.names = Some(P::NAMES.into());
            $read { reading: self.reading, decoder: $crate::splice::Decoder::new(P::__read), of: PhantomData }
        }

        /// Reads only the primary keys. Use it on an index that holds nothing else, or to delete what a query finds.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let keys = Order::query(\"c-1\").lt(3).keys().await?;"
            "assert_eq!(keys.len(), 2);"
        )]
        pub fn keys(mut self) -> $read<M, I, $crate::Key<M>> {
            self.reading.names = Some((&[]).into());
            let decoder = $crate::splice::Decoder::new($crate::op::read::engine::read_key::<M>);
            $read { reading: self.reading, decoder, of: PhantomData }
        }

        /// Reads the keys here and the whole items from the table: for an index that does not hold every attribute.
        /// See [`Hydrated`](crate::Hydrated).
        ///
        /// ```
        /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
        /// let customers = Customer::index(Shop::BY_CITY).query("Rome").hydrate().await?;
        /// assert_eq!(customers[0].email, "ann@example.com");
        /// # Ok(()) }) }
        /// ```
        pub fn hydrate(self) -> $crate::Hydrated<M> {
            $crate::Hydrated::new(self.reading)
        }

        /// Counts the items without returning them, in as many requests as that takes.
        ///
        /// A count costs as much as reading the items. It stops at the limit. In an index that does not hold the entity
        /// attribute, items of other models in the range count too.
        ///
        #[doc = $crate::op::engine::options::example!(
            "assert_eq!(Order::query(\"c-1\").count().await?, 5);"
        )]
        #[doc(alias = "Select")]
        pub fn count(self) -> $crate::Count {
            $crate::Count::new(self.reading)
        }

        /// Returns the requests that awaiting this would send. Sends nothing.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let request = Order::query(\"c-1\").ge(3).explain()?;"
            "assert!(request.body().contains(\"BETWEEN\"));"
        )]
        pub fn explain(self) -> $crate::Result<$crate::RequestPlan> {
            $crate::op::read::engine::explain(self.reading)
        }
    };
}
pub(crate) use read_options;

/// The methods that run a `Query` or `Scan`.
#[rustfmt::skip]
macro_rules! read_items {
    () => {
        /// Reads the first item, or `None` if there is none. If the first item that is read is returned, this costs half
        /// a read unit for each 4 KB of that item, even with a filter.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let latest = Order::query(\"c-1\").descending().first().await?;"
            "assert_eq!(latest.unwrap().id, 5);"
        )]
        pub fn first(mut self) -> $crate::OperationFuture<'static, Option<T>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            self.reading.limit = Some(1);
            let executor = $crate::op::read::engine::all(self.reading, self.decoder.sink());
            $crate::OperationFuture::new(executor, $crate::op::engine::outcome::Outcome::first::<T>)
        }

        /// Reads the only item, or `None` if there is none.
        ///
        /// # Errors
        ///
        /// `TooMany` if there is more than one.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let third = Order::query(\"c-1\").eq(3).one().await?;"
            "assert_eq!(third.unwrap().cents, 300);"
        )]
        pub fn one(self) -> $crate::OperationFuture<'static, Option<T>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            let executor = $crate::op::read::engine::one(self.reading, self.decoder.sink());
            $crate::OperationFuture::new(executor, $crate::op::engine::outcome::Outcome::first::<T>)
        }

        /// Reads one page: as many items as the limit says or, without a limit, what one request returns.
        ///
        /// Its cursor says where the next page starts.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let page = Order::query(\"c-1\").limit(3).page().await?;"
            "assert_eq!((page.items.len(), page.cursor.is_some()), (3, true));"
        )]
        #[doc(alias = "LastEvaluatedKey")]
        pub fn page(self) -> $crate::OperationFuture<'static, $crate::Page<T>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            $crate::op::read::engine::page_future(self.reading, self.decoder)
        }

        /// Reads all pages as a stream, each of as many items as the limit says. The stream keeps what a request has
        /// returned beyond a page, so no item is paid for twice.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let mut pages = Order::query(\"c-1\").limit(2).pages();"
            "let first = pages.next().await.unwrap()?;"
            "assert_eq!(first.items.len(), 2);"
        )]
        #[doc(alias = "paginator")]
        pub fn pages(self) -> $crate::PageStream<T>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            $crate::PageStream::new(self.reading, self.decoder)
        }

        /// Reads the items as a stream, which reads the next page when its first item is requested.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let mut orders = Order::query(\"c-1\").stream();"
            "assert_eq!(orders.next().await.unwrap()?.id, 1);"
        )]
        pub fn stream(self) -> $crate::ItemStream<T>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            $crate::ItemStream::new(self.reading, self.decoder)
        }

        /// Also returns the metadata of the requests: consumed capacity, attempts, request id.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let response = Order::query(\"c-1\").detailed().await?;"
            "assert_eq!((response.value.len(), response.cost.read), (5, 0.5));"
        )]
        #[doc(alias = "ReturnConsumedCapacity")]
        pub fn detailed(self) -> $crate::OperationFuture<'static, $crate::Response<Vec<T>>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            let executor = $crate::op::read::engine::all(self.reading, self.decoder.sink());
            $crate::OperationFuture::detailed(executor, $crate::op::engine::outcome::Outcome::all::<T>)
        }
    };
}
pub(crate) use read_items;
