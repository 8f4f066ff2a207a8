//! `Query`: the builder that reads a model's items from one partition of a table or index.

use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::key::{KeyValue, RangeBeginning, RangePrefix};
use crate::op::engine::context::opaque_debug;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::{example, refresh_options};
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::options::order_options;
use crate::op::read::engine::{KeyRange, LookUpFn, ReadRequest, ReadTarget, read_items, read_options};
use crate::op::read::source::{Source, SourceOf};
use crate::op::read::undecided::{Awaited, NeedsSelectKeysOrHydrate};
use crate::projection::fields::{Chosen, SelectFields};
use crate::splice::Decoder;
use crate::{Model, Primary, Result};

/// Reads the items of a model from one partition: made by [`Model::query`], or by
/// [`Indexed::query`](crate::Indexed::query) for an index. Awaiting it returns all of them, in range-key order.
///
/// Items of other models in the partition are excluded: by the literal text that the model's range keys begin with, and
/// by the entity attribute.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
/// # struct Order { customer: String, id: u32, cents: u64 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// for id in 1..=9 {
///     Order { customer: "c-1".into(), id, cents: 100 }.save().await?;
/// }
/// let latest = Order::query("c-1").descending().limit(2).await?;
/// assert_eq!(latest.iter().map(|order| order.id).collect::<Vec<_>>(), [9, 8]);
/// let some = Order::query("c-1").ge(3).lt(6).await?;
/// assert_eq!(some.iter().map(|order| order.id).collect::<Vec<_>>(), [3, 4, 5]);
/// assert_eq!(Order::query("c-1").gt(6).count().await?, 3);
/// # Ok(())
/// # }).await
/// # }
/// ```
///
/// # Ranges
///
/// [`eq`](Self::eq), [`begins_with`](Self::begins_with), [`between`](Self::between), [`ge`](Self::ge),
/// [`gt`](Self::gt), [`lt`](Self::lt) and [`le`](Self::le) take values for the first few placeholders of the range
/// key's template. Several of them are combined with *and*: the query returns the items that lie in all of the ranges.
/// They stay within the model's own range keys, so `gt` never returns the items of another model. They compare whole
/// parts: `eq("f34")` does not read `"f340"`. Only `begins_with` ends inside a value.
///
/// Parts are compared as their values are: texts by their characters, numbers by value, dates by time. A range over a
/// `{n:plain}` placeholder fails with [`InvalidKey`](crate::ErrorKind::InvalidKey), because its texts do not sort. If the
/// model has `key_escape = false`, texts are compared as they are stored: `"Mary Ann#"` is less than `"Mary#"`.
///
/// If the range key of an index has [several attributes](derive@crate::Model#multi-attribute-keys), they take the first
/// few placeholders and fields of all of them. The last attribute given is a bound; those before it must be equal.
///
/// # Cost
///
/// Half a read unit for each 4 KB of the items that a request evaluates together, rounded up for each request, and twice
/// as much for a consistent read. A request evaluates at most 1 MB. Items that a filter, the entity or the expiry excludes
/// are billed too, and a request without items costs half a unit. A query of an index is billed by the sizes of the
/// [index entries](crate::ItemSize::indexes).
///
/// # Expiration
///
/// If the model [hides](crate::ExpiredItems::Hide) expired items, the query skips them and reads more items to reach
/// the limit. The observer is called for each skipped item. If an index does not hold the TTL attribute,
/// [`keys`](Self::keys), [`select`](Self::select) and [`count`](Self::count) read it from the table in batches, which
/// costs one more read for each item.
///
/// If the model has a `ttl`, the query refreshes the items that it returns: it extends their TTL to the `ttl`, counted
/// from now, and sets the new expiry in the returned values. Each refresh is a write; eight run at a time. The query
/// waits for them unless its client refreshes [in the background](crate::Client::with_background_refresh). A failed
/// refresh never fails the query; the observer is called for it.
///
/// These reads refresh nothing:
///
/// - projections, keys and counts, because they read only parts of the items;
/// - scans, because they do not ask for specific items;
/// - queries of an index with the TTL attribute as a key, because its items would move while they are being read.
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "KeyConditionExpression")]
pub struct Query<M, I = Primary, T = M> {
    reading: ReadRequest,
    decoder: Decoder<T>,
    of: PhantomData<fn() -> (M, I)>,
}

opaque_debug!(Query<M, I, T>);

impl<M: Model, I: SourceOf<M>> Query<M, I> {
    pub(crate) fn new(hash: Result<Vec<KeyValue>>) -> Self {
        let reading = ReadRequest::query(ReadTarget::of::<M>(), I::INDEX, hash, <I as SourceOf<M>>::RANGE);
        Query { reading, decoder: Decoder::model(), of: PhantomData }
    }
}

impl<M: Model, I: Source> Query<M, I> {
    /// Sets how to read the expiry from the table if the index does not hold it.
    pub(in crate::op) fn looking_up(mut self, look_up: LookUpFn) -> Self {
        self.reading.look_up = Some(look_up);
        self
    }

    /// The builder for an index that does not hold every attribute: the caller must still choose what to read.
    pub(in crate::op) fn undecided(self) -> Query<M, I, NeedsSelectKeysOrHydrate<M>> {
        // Never called: no method that reads is available until `select`, `keys` or `hydrate` replaces the decoder.
        let decoder = Decoder::new(|_| Err(crate::item::missing_entity()));
        Query { reading: self.reading, decoder, of: PhantomData }
    }
}

impl<M: Model, I: Source, T: Send + 'static> Query<M, I, T> {
    read_options!(Query, QueryFluentBuilder, Query);

    /// Reads only these attributes, as a tuple: [`select`](Self::select) without a struct. See [`SelectFields`].
    ///
    #[doc = example!(
        "let mut orders = Order::query(\"c-1\").le(2).fields(|o| (o.id, o.cents)).await?;"
        "orders.sort();"
        "assert_eq!(orders, [(1, 100), (2, 200)]);"
    )]
    #[doc(alias = "ProjectionExpression")]
    pub fn fields<F: SelectFields<M>>(mut self, fields: impl FnOnce(M::Fields) -> F) -> Query<M, I, F::Output> {
        let chosen = Chosen::of(&fields(M::FIELDS));
        self.reading.names = Some(chosen.names());
        Query { reading: self.reading, decoder: Decoder::of(chosen.read::<M, F>()), of: PhantomData }
    }

    refresh_options!(
        reading.call,
        "Only whole items are refreshed. Each costs one more write, unless its expiry is recent enough: see \
         [`ModelConfig::refresh_after`](crate::ModelConfig::refresh_after)."
    );

    order_options!();
}

impl<M: Model, I: SourceOf<M>, T> Query<M, I, T> {
    /// Reads the items whose range keys begin with these parts. All parts together select a single range key.
    ///
    /// Use it for a level of a hierarchical key: `eq(("2024", "05"))` reads a month of `{year}#{month}#{day}`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").eq(3).await?;
    /// assert_eq!(orders[0].total, 30);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "KeyConditionExpression")]
    pub fn eq<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::at);
        self
    }

    /// Reads the items whose range keys begin with the beginning of a value: of the first placeholder, or, in a tuple,
    /// of the last one that is given.
    ///
    /// The beginning is text, and may end anywhere in the value. On `ORDER#{date}#{id}`, `begins_with("2024-03")` reads
    /// the orders of a month. It compiles for placeholders and fields that are strings, dates, UUIDs or bytes. For whole
    /// values use [`eq`](Self::eq).
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Clone, PartialEq, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{date}#{id}")]
    /// # struct Order { customer: String, date: String, id: u32 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Order::create_table().await?;
    /// for (date, id) in [("2024-03-01", 1), ("2024-03-09", 2), ("2024-04-01", 3)] {
    ///     Order { customer: "c-1".into(), date: date.into(), id }.save().await?;
    /// }
    /// assert_eq!(Order::query("c-1").begins_with("2024-03").await?.len(), 2);
    /// assert_eq!(Order::query("c-1").eq("2024-03").await?.len(), 0);
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    #[doc(alias = "prefix")]
    pub fn begins_with<K>(mut self, beginning: impl RangeBeginning<M, I::RangeParts, K>) -> Self {
        self.reading.within(beginning.into_beginning(), KeyRange::starting);
        self
    }

    /// Reads the items from `low` to `high`, both inclusive: range keys that begin with `high` are included.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").between(2, 4).await?;
    /// assert_eq!(orders.len(), 3);
    /// # Ok(()) }) }
    /// ```
    pub fn between<J, K>(
        self,
        low: impl RangePrefix<M, I::RangeParts, J>,
        high: impl RangePrefix<M, I::RangeParts, K>,
    ) -> Self {
        self.ge(low).le(high)
    }

    /// Reads the items whose range keys begin with these parts, and those after them (`>=`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").ge(4).await?;
    /// assert_eq!((orders[0].id, orders.len()), (4, 2));
    /// # Ok(()) }) }
    /// ```
    pub fn ge<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::since);
        self
    }

    /// Reads the items after all range keys that begin with these parts (`>`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").gt(4).await?;
    /// assert_eq!((orders[0].id, orders.len()), (5, 1));
    /// # Ok(()) }) }
    /// ```
    pub fn gt<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::after);
        self
    }

    /// Reads the items before all range keys that begin with these parts (`<`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").lt(3).await?;
    /// assert_eq!((orders[0].id, orders.len()), (1, 2));
    /// # Ok(()) }) }
    /// ```
    pub fn lt<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::before);
        self
    }

    /// Reads the items up to these parts, including range keys that begin with them (`<=`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").le(3).await?;
    /// assert_eq!((orders[0].id, orders.len()), (1, 3));
    /// # Ok(()) }) }
    /// ```
    pub fn le<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::up_to);
        self
    }
}

impl<M: Model, I: Source, T: Send + 'static> Query<M, I, T> {
    read_items!();
}

impl<M: Model, I: Source<Coverage: Awaited<T, I>>, T: Send + 'static> IntoFuture for Query<M, I, T> {
    type Output = <I::Coverage as Awaited<T, I>>::Output;
    type IntoFuture = <I::Coverage as Awaited<T, I>>::Future;

    fn into_future(self) -> Self::IntoFuture {
        let executor = crate::op::read::engine::all(self.reading, self.decoder.sink());
        I::Coverage::future(OperationFuture::new(executor, Outcome::all::<T>))
    }
}
