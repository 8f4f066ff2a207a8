use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::key::{KeyValue, RangeBeginning, RangePrefix};
use crate::op::engine::context::opaque_debug;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::refresh_options;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::options::order_options;
use crate::op::read::engine::{KeyRange, LookUpFn, ReadRequest, ReadTarget, read_items, read_options};
use crate::op::read::source::{CanRead, NeedsSelectKeysOrHydrate, Source, SourceOf};
use crate::splice::{Decoder, VecSink};
use crate::{Model, Primary, Result};

/// Reads the items of a model in one partition: [`Model::query`], or [`Indexed::query`](crate::Indexed::query)
/// in an index. Await it: all of them, in the order of their range keys.
///
/// Items of other models in the partition are left out: by the literal text that the model's range
/// keys begin with, and by the entity attribute.
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
/// [`gt`](Self::gt), [`lt`](Self::lt) and [`le`](Self::le) take the first few
/// placeholders of the range key's template. Several of them are joined: what is returned lies in all. They are
/// bounded by the model's own range keys, so `gt` never runs into the items of another model.
/// A part counts as a whole: `"f34"` is not the beginning of `"f340"`.
///
/// Where the range key of an index is [several attributes](derive@crate::Model#multi-attribute-keys) they take the first
/// few placeholders and fields of all of these. What is given of the last attribute bounds it, those before are equal.
///
/// # Expiry
///
/// Where the model [hides](crate::ExpiredItems::Hide) expired items they are not there: further ones are read instead of
/// them, and the observer hears of each. An index that does not hold the TTL attribute cannot tell: then
/// [`keys`](Self::keys), [`select`](Self::select) and [`count`](Self::count) read it from the table, in batches and for
/// one read more for each item.
///
/// Where the model has a ttl, the items that are returned are refreshed: their lives are lengthened to the ttl from now.
/// That is a write for each, eight at a time, and the query waits for them unless its client
/// [does not](crate::Client::with_background_refresh); the values carry the new expiry. A refresh that fails is told
/// to the observer and never fails the query. Projections, keys and counts look at parts, and refresh nothing; nor does
/// a scan, of which nobody has asked for this item, nor a query of an index whose key is the TTL attribute: its items would move
/// under the reader.
#[must_use = "an operation does nothing until it is awaited"]
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
    /// Says how to ask the table for what an index does not hold.
    pub(in crate::op) fn looking_up(mut self, look_up: LookUpFn) -> Self {
        self.reading.look_up = Some(look_up);
        self
    }

    /// It has to be said what to read.
    pub(in crate::op) fn undecided(self) -> Query<M, I, NeedsSelectKeysOrHydrate<M>> {
        // Nothing reads with it: an index that does not cover the items has no way to them.
        let decoder = Decoder::new(|_| Err(crate::item::missing_entity()));
        Query { reading: self.reading, decoder, of: PhantomData }
    }
}

impl<M: Model, I: Source, T: Send + 'static> Query<M, I, T> {
    read_options!(Query, QueryFluentBuilder, Query);

    refresh_options!(
        reading.call,
        "Only whole items are refreshed. Each costs one more write, unless its expiry is recent enough: see \
         [`ModelConfig::refresh_after`](crate::ModelConfig::refresh_after)."
    );

    order_options!();
}

impl<M: Model, I: SourceOf<M>, T> Query<M, I, T> {
    /// Reads the items whose range keys begin with these parts; with all parts it is one range key.
    pub fn eq<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::at);
        self
    }

    /// Reads the items whose range keys begin with this: for a template as [`eq`](Self::eq), for a range
    /// key that is a plain string or bytes any beginning. Of several attributes that is so for the last one given.
    pub fn begins_with<K>(mut self, beginning: impl RangeBeginning<M, I::RangeParts, K>) -> Self {
        self.reading.within(beginning.into_beginning(), KeyRange::starting);
        self
    }

    /// Reads the items from `low` to `high`, both included: with everything that begins with `high`.
    pub fn between<J, K>(
        self,
        low: impl RangePrefix<M, I::RangeParts, J>,
        high: impl RangePrefix<M, I::RangeParts, K>,
    ) -> Self {
        self.ge(low).le(high)
    }

    /// Reads the items at these parts and behind them.
    pub fn ge<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::since);
        self
    }

    /// Reads the items behind everything that begins with these parts.
    pub fn gt<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::after);
        self
    }

    /// Reads the items before everything that begins with these parts.
    pub fn lt<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::before);
        self
    }

    /// Reads the items up to these parts, with everything that begins with them.
    pub fn le<K>(mut self, parts: impl RangePrefix<M, I::RangeParts, K>) -> Self {
        self.reading.within(parts.into_bound(), KeyRange::up_to);
        self
    }
}

impl<M: Model, I: Source, T: Send + 'static> Query<M, I, T> {
    read_items!();
}

impl<M: Model, I: Source<Coverage: CanRead<T>>, T: Send + 'static> IntoFuture for Query<M, I, T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = OperationFuture<'static, Vec<T>>;

    fn into_future(self) -> Self::IntoFuture {
        let executor = crate::op::read::engine::all(self.reading, VecSink::of(self.decoder));
        OperationFuture::new(executor, Outcome::all::<T>)
    }
}
