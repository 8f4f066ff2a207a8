//! `Scan`: the builder that reads all of a model's items in a table or index.

use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;

use crate::op::engine::context::opaque_debug;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::example;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::options::segment_options;
use crate::op::read::engine::{LookUpFn, ReadRequest, ReadTarget, read_items, read_options};
use crate::op::read::source::Source;
use crate::op::read::undecided::{Awaited, NeedsSelectKeysOrHydrate};
use crate::projection::fields::{Chosen, SelectFields};
use crate::splice::Decoder;
use crate::{Model, Primary};

/// Reads all items of a model: made by [`Model::scan`], or by [`Indexed::scan`](crate::Indexed::scan) for an index.
/// Awaiting it returns all of them, in no particular order.
///
/// A scan reads the whole table or index, and costs half a read unit for each 4 KB of it, rounded up for each request of
/// at most 1 MB. Use it for exports and migrations; to read by key, use a
/// query. DynamoDB discards items of other models by the entity attribute. In a table without one, it discards items
/// whose keys do not begin with the literal text of the model's [key templates](derive@crate::Model#tables-without-an-entity-attribute).
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{id}")]
/// # struct Customer { id: String, points: u64 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Customer::create_table().await?;
/// for points in 0..5 {
///     Customer { id: points.to_string(), points }.save().await?;
/// }
/// assert_eq!(Customer::scan().await?.len(), 5);
/// assert_eq!(Customer::scan().filter(|c| c.points.ge(3)).count().await?, 2);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Scan<M, I = Primary, T = M> {
    reading: ReadRequest,
    decoder: Decoder<T>,
    of: PhantomData<fn() -> (M, I)>,
}

opaque_debug!(Scan<M, I, T>);

impl<M: Model, I: Source> Scan<M, I> {
    pub(crate) fn new() -> Self {
        Scan { reading: ReadRequest::scan(ReadTarget::of::<M>(), I::INDEX), decoder: Decoder::model(), of: PhantomData }
    }
}

impl<M: Model, I: Source> Scan<M, I> {
    /// Sets how to read the expiry from the table if the index does not hold it.
    pub(in crate::op) fn looking_up(mut self, look_up: LookUpFn) -> Self {
        self.reading.look_up = Some(look_up);
        self
    }

    /// The builder for an index that does not hold every attribute: the caller must still choose what to read.
    pub(in crate::op) fn undecided(self) -> Scan<M, I, NeedsSelectKeysOrHydrate<M>> {
        // Never called: no method that reads is available until `select`, `keys` or `hydrate` replaces the decoder.
        let decoder = Decoder::new(|_| Err(crate::item::missing_entity()));
        Scan { reading: self.reading, decoder, of: PhantomData }
    }
}

impl<M: Model, I: Source, T: Send + 'static> Scan<M, I, T> {
    read_options!(Scan, ScanFluentBuilder, Scan);

    /// Reads only these attributes, as a tuple: [`select`](Self::select) without a struct. See [`SelectFields`].
    ///
    #[doc = example!(
        "let mut orders = Order::scan().filter(|o| o.cents.le(200)).fields(|o| (o.id, o.cents)).await?;"
        "orders.sort();"
        "assert_eq!(orders, [(1, 100), (2, 200)]);"
    )]
    #[doc(alias = "ProjectionExpression")]
    pub fn fields<F: SelectFields<M>>(mut self, fields: impl FnOnce(M::Fields) -> F) -> Scan<M, I, F::Output> {
        let chosen = Chosen::of(&fields(M::FIELDS));
        self.reading.names = Some(chosen.names());
        Scan { reading: self.reading, decoder: Decoder::of(chosen.read::<M, F>()), of: PhantomData }
    }

    segment_options!();
}

impl<M: Model, I: Source, T: Send + 'static> Scan<M, I, T> {
    read_items!();
}

impl<M: Model, I: Source<Coverage: Awaited<T, I>>, T: Send + 'static> IntoFuture for Scan<M, I, T> {
    type Output = <I::Coverage as Awaited<T, I>>::Output;
    type IntoFuture = <I::Coverage as Awaited<T, I>>::Future;

    fn into_future(self) -> Self::IntoFuture {
        let executor = crate::op::read::engine::all(self.reading, self.decoder.sink());
        I::Coverage::future(OperationFuture::new(executor, Outcome::all::<T>))
    }
}
