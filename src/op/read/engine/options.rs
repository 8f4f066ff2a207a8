/// The options of every operation that reads many items: those of `Query` and `Scan`.
macro_rules! read_options {
    ($read:ident, $builder:ident, $customize:ident) => {
        /// Sends it with this client, whatever the task, the model or the default say.
        pub fn client(mut self, client: &$crate::Client) -> Self {
            self.reading.call.client = Some(client.clone());
            self
        }

        /// Reads this table instead of the one of the model's config.
        pub fn table(mut self, table: impl Into<String>) -> Self {
            self.reading.call.table = Some(table.into());
            self
        }

        /// Runs no hooks, or runs them although the model's config says otherwise.
        pub fn skip_hooks(mut self, skip: bool) -> Self {
            self.reading.call.skip_hooks = Some(skip);
            self
        }

        /// Returns only the items that fulfil the condition; several filters are joined with *and*.
        ///
        /// DynamoDB filters what it has read: the items left out cost as much as the others.
        pub fn filter(mut self, filter: impl FnOnce(M::Fields) -> $crate::expr::Condition<M>) -> Self {
            self.reading.filter(filter(M::FIELDS).into_tree());
            self
        }

        /// As [`filter`](Self::filter), with DynamoDB's own expression.
        pub fn filter_raw(mut self, filter: impl Into<$crate::RawExpression>) -> Self {
            self.reading.filter($crate::expr::Tree::Raw(filter.into()));
            self
        }

        /// Returns at most so many items, however many requests that takes.
        pub fn limit(mut self, items: usize) -> Self {
            self.reading.limit = Some(items);
            self
        }

        /// Reads on where a page ended: a token, a [`Cursor`](crate::Cursor) or an `Option` of one, where `None`
        /// is the beginning.
        ///
        /// An error of kind `InvalidCursor` when it is damaged or belongs to another query; nothing is sent then.
        pub fn cursor(mut self, cursor: impl $crate::IntoCursor) -> Self {
            self.reading.cursor = cursor.into_token();
            self
        }

        /// How many items DynamoDB looks at for one request, at most: of other entities and what a filter
        /// leaves out too. By default it follows from the limit; without one it is what 1 MB holds.
        pub fn page_size(mut self, items: u32) -> Self {
            self.reading.page_size = Some(items);
            self
        }

        /// Reads what was written last, for twice the capacity units.
        pub fn consistent(self) -> Self
        where
            I: $crate::table::ConsistentRead,
        {
            self.consistent_read(true)
        }

        /// Whether to read what was written last, whatever the model's config says.
        pub fn consistent_read(mut self, consistent: bool) -> Self
        where
            I: $crate::table::ConsistentRead,
        {
            self.reading.consistent = Some(consistent);
            self
        }

        /// Changes the SDK's request for each page: for what singlet does not know.
        pub fn customize(mut self, f: impl Fn($builder) -> $builder + Send + Sync + 'static) -> Self {
            self.reading.customize = $crate::op::read::engine::CustomizeRead::$customize(Box::new(f));
            self
        }

        /// Reads the attributes of the projection `P` only. That saves bandwidth, not capacity units.
        ///
        /// The attributes that keys and cursors need are read as well. From an index that does not hold
        /// an attribute it is an error of kind `Validation`; nothing is sent then.
        pub fn select<P: $crate::Projection<Of = M>>(mut self) -> $read<M, I, P> {
            self.reading.names = Some(P::NAMES);
            $read { reading: self.reading, decoder: $crate::splice::Decoder::new(P::__read), of: PhantomData }
        }

        /// Reads the primary keys only: the way to read an index that holds nothing else.
        pub fn keys(mut self) -> $read<M, I, $crate::Key<M>> {
            self.reading.names = Some(&[]);
            let decoder = $crate::splice::Decoder::new($crate::op::read::engine::read_key::<M>);
            $read { reading: self.reading, decoder, of: PhantomData }
        }

        /// Reads the keys here, and the whole items from the table: for an index that does not hold them.
        /// See [`Hydrated`](crate::Hydrated).
        pub fn hydrate(self) -> $crate::Hydrated<M> {
            $crate::Hydrated::new(self.reading)
        }

        /// Counts the items, without reading them, in as many requests as that takes.
        ///
        /// It costs what reading them does. With a limit it counts no further. In an index that does not hold
        /// the entity attribute, items of other models between them count too.
        pub fn count(self) -> $crate::OperationFuture<'static, u64> {
            $crate::OperationFuture::typed($crate::op::read::engine::count(self.reading))
        }

        /// The request that awaiting this would send first. Nothing is sent.
        pub fn explain(self) -> $crate::Result<$crate::Request> {
            $crate::op::read::engine::explain(self.reading)
        }
    };
}
pub(crate) use read_options;

/// The ways to the items: those of everything that can be read from where it is read.
macro_rules! read_items {
    () => {
        /// The first item, or `None`.
        pub fn first(mut self) -> $crate::OperationFuture<'static, Option<T>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            self.reading.limit = Some(1);
            let executor = $crate::op::read::engine::all(self.reading, VecSink::of(self.decoder));
            $crate::OperationFuture::new(executor, $crate::op::engine::outcome::Outcome::first::<T>)
        }

        /// The only item, or `None`; an error of kind `TooMany` when there are two.
        pub fn one(self) -> $crate::OperationFuture<'static, Option<T>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            let executor = $crate::op::read::engine::one(self.reading, VecSink::of(self.decoder));
            $crate::OperationFuture::new(executor, $crate::op::engine::outcome::Outcome::first::<T>)
        }

        /// One page: of as many items as the limit says, and without a limit what one request gives.
        pub fn page(self) -> $crate::OperationFuture<'static, $crate::Page<T>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            $crate::op::read::engine::page_future(self.reading, self.decoder)
        }

        /// All pages, one after the other: each of as many items as the limit says.
        pub fn pages(self) -> $crate::PageStream<T>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            $crate::PageStream::new(self.reading, self.decoder)
        }

        /// The items as a stream: the next page is read when its first item is asked for.
        pub fn stream(self) -> $crate::ItemStream<T>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            $crate::ItemStream::new(self.reading, self.decoder)
        }

        /// Gives the facts of the requests too, and asks the service what they consumed.
        pub fn detailed(mut self) -> $crate::OperationFuture<'static, $crate::Response<Vec<T>>>
        where
            <I as $crate::op::Source>::Coverage: $crate::op::CanRead<T>,
        {
            self.reading.detailed = true;
            let executor = $crate::op::read::engine::all(self.reading, VecSink::of(self.decoder));
            $crate::OperationFuture::detailed(executor, Outcome::all::<T>)
        }
    };
}
pub(crate) use read_items;
