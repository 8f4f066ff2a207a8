use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::scan::builders::ScanFluentBuilder;

use crate::op::engine::context::opaque_debug;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::{LookUpFn, ReadRequest, ReadTarget, read_items, read_options};
use crate::op::read::source::{CanRead, NeedsSelectKeysOrHydrate, Source};
use crate::splice::{Decoder, VecSink};
use crate::{Model, Primary, Result};

/// Reads the items of a model wherever they are: [`Model::scan`], or [`Indexed::scan`](crate::Indexed::scan) of an
/// index. Await it: all of them, in no particular order.
///
/// It reads, and pays for, the whole table or index. Items of other models are left out by the service, by the
/// entity attribute; in a table without one every item counts as this model's.
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
    /// Says how to ask the table for what an index does not hold.
    pub(in crate::op) fn looking_up(mut self, look_up: LookUpFn) -> Self {
        self.reading.look_up = Some(look_up);
        self
    }

    /// It has to be said what to read.
    pub(in crate::op) fn undecided(self) -> Scan<M, I, NeedsSelectKeysOrHydrate<M>> {
        // Nothing reads with it: an index that does not cover the items has no way to them.
        let decoder = Decoder::new(|_| Err(crate::item::missing_entity()));
        Scan { reading: self.reading, decoder, of: PhantomData }
    }
}

impl<M: Model, I: Source, T: Send + 'static> Scan<M, I, T> {
    read_options!(Scan, ScanFluentBuilder, Scan);

    /// Reads so many parts of the table side by side: 1 to 1,000,000.
    ///
    /// Its pages hold one request's items of each segment, and their cursor says where each goes on; they take
    /// a [`page_size`](Self::page_size) and no limit.
    pub fn segments(mut self, segments: u32) -> Self {
        self.reading.parallel.segments = Some(segments);
        self
    }

    /// How many requests of a scan in [segments](Self::segments) are on their way at once; 16 by default.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.reading.parallel.concurrency = Some(requests);
        self
    }

    /// Waits between requests so that they consume no more capacity units per second than this, together.
    ///
    /// A request cannot be half sent: what it consumes beyond is waited for afterwards. A small
    /// [`page_size`](Self::page_size) makes requests small.
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.reading.parallel.units_per_second = Some(units);
        self
    }
}

impl<M: Model, I: Source, T: Send + 'static> Scan<M, I, T> {
    read_items!();
}

impl<M: Model, I: Source<Coverage: CanRead<T>>, T: Send + 'static> IntoFuture for Scan<M, I, T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = OperationFuture<'static, Vec<T>>;

    fn into_future(self) -> Self::IntoFuture {
        let executor = crate::op::read::engine::all(self.reading, VecSink::of(self.decoder));
        OperationFuture::new(executor, Outcome::all::<T>)
    }
}
