//! `ItemStream`: the items of a query or scan as a stream. It holds one page at a time, or two if it prefetches.

mod next;
mod pages;
mod state;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::Result;
use crate::op::engine::not_a_future::not_a_future;
use crate::op::read::engine::ReadRequest;
use crate::splice::{Decoder, ReadSink, items_of};
use next::{NextPage, PageFuture};
use state::StreamState;

pub use pages::PageStream;

fn items(mut state: StreamState, sink: Box<dyn ReadSink>) -> PageFuture<Box<dyn ReadSink>> {
    Box::pin(async move {
        let outcome = state.items(sink).await;
        (state, outcome)
    })
}

/// The items of a query or scan as a stream that reads page by page: made by `.stream()`.
///
/// It ends after an error. [`next`](Self::next) works without other crates; the type also implements
/// [`Stream`](futures_core::Stream), for the adapters of `futures`.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// # for id in 1..=4 { Order { customer: "c-1".into(), id }.save().await?; }
/// let mut orders = Order::query("c-1").stream();
/// let mut sum = 0;
/// while let Some(order) = orders.next().await {
///     sum += order?.id;
/// }
/// assert_eq!(sum, 10);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct ItemStream<T> {
    decoder: Decoder<T>,
    ready: std::vec::IntoIter<T>,
    next: NextPage<Box<dyn ReadSink>>,
}

impl<T: Send + 'static> ItemStream<T> {
    pub(crate) fn new(reading: ReadRequest, decoder: Decoder<T>) -> Self {
        ItemStream { decoder, ready: Vec::new().into_iter(), next: NextPage::new(StreamState::new(reading)) }
    }

    /// Requests the next page while the program uses the items of the current one.
    ///
    /// The stream then holds up to two pages. The request makes progress whenever the program asks for an item, and its response arrives
    /// meanwhile. A program that stops early has paid for one page more, and the TTL of that page's items is extended if the model does so
    /// on reads. An error of the next page comes after the items of the current one.
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Clone, PartialEq, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
    /// # struct Order { customer: String, id: u32 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Order::create_table().await?;
    /// # for id in 1..=4 { Order { customer: "c-1".into(), id }.save().await?; }
    /// let mut orders = Order::query("c-1").page_size(2).stream().prefetch();
    /// let mut sum = 0;
    /// while let Some(order) = orders.next().await {
    ///     sum += order?.id;
    /// }
    /// assert_eq!(sum, 10);
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn prefetch(mut self) -> Self {
        self.next.prefetch();
        self
    }

    /// Returns the next item; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Unpin for ItemStream<T> {}

impl<T: Send + 'static> Stream for ItemStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { decoder, ready, next } = &mut *self;
        let start = |state| items(state, decoder.clone().sink());
        loop {
            if let Some(item) = ready.next() {
                next.advance(start);
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(next.poll(cx, start)) {
                Some(Ok(sink)) => *ready = items_of::<T>(sink).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

not_a_future!([T] ItemStream<T>: ReadInALoop);

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemStream")
    }
}
