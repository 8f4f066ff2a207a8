//! `PageStream`: the pages of a query or scan as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::op::engine::not_a_future::not_a_future;
use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::page::ErasedPage;
use crate::op::read::stream::next::{NextPage, PageFuture};
use crate::op::read::stream::state::StreamState;
use crate::splice::{Decoder, ReadSink};
use crate::{Page, Result};

fn page(mut state: StreamState, sink: Box<dyn ReadSink>) -> PageFuture<ErasedPage> {
    Box::pin(async move {
        let outcome = state.page(sink).await;
        (state, outcome)
    })
}

/// The pages of a query or scan as a stream: made by `.pages()`.
///
/// Each page has as many items as the limit says, and its own cursors. The stream ends after an error.
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
/// # for id in 1..=5 { Order { customer: "c-1".into(), id }.save().await?; }
/// let mut pages = Order::query("c-1").limit(2).pages();
/// let mut sizes = Vec::new();
/// while let Some(page) = pages.next().await {
///     sizes.push(page?.items.len());
/// }
/// assert_eq!(sizes, [2, 2, 1]);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "a stream does nothing until it is polled"]
pub struct PageStream<T> {
    decoder: Decoder<T>,
    next: NextPage<ErasedPage>,
}

impl<T: Send + 'static> PageStream<T> {
    pub(crate) fn new(reading: ReadRequest, decoder: Decoder<T>) -> Self {
        PageStream { decoder, next: NextPage::new(StreamState::new(reading)) }
    }

    /// Requests the next page while the program uses the current one, as [`ItemStream::prefetch`](crate::ItemStream::prefetch) does.
    /// The first request of that page is sent at once. Further ones, if a filter discards items, follow when the page is asked for.
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
    /// # for id in 1..=5 { Order { customer: "c-1".into(), id }.save().await?; }
    /// let mut pages = Order::query("c-1").limit(2).pages().prefetch();
    /// let mut sizes = Vec::new();
    /// while let Some(page) = pages.next().await {
    ///     sizes.push(page?.items.len());
    /// }
    /// assert_eq!(sizes, [2, 2, 1]);
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn prefetch(mut self) -> Self {
        self.next.prefetch();
        self
    }

    /// Returns the next page; `None` after the last one.
    pub async fn next(&mut self) -> Option<Result<Page<T>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: Send + 'static> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Self { decoder, next } = &mut *self;
        let page = ready!(next.poll(cx, |state| page(state, decoder.clone().sink())));
        Poll::Ready(page.map(|page| page.map(ErasedPage::into_page)))
    }
}

not_a_future!([T] PageStream<T>: ReadInALoop);

impl<T> fmt::Debug for PageStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageStream")
    }
}
