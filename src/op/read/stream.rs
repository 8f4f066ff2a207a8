use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::super::future::BoxFuture;
use super::Reading;
use super::evaluated::Evaluated;
use super::open::Opened;
use super::page::{PageExtent, Paged};
use super::pager::Pager;
use super::segments::Segments;
use crate::splice::{Collected, Decoder, ItemSink};
use crate::{Page, Result, cursor};

/// What is left of a stream, without the type of its items.
struct Rest {
    /// Opened when the first item is asked for: by then the client is settled.
    state: State,
    extent: PageExtent,
    /// How many items the stream may still give.
    wanted: Option<usize>,
    evaluated: Evaluated,
}

enum State {
    Closed(Box<Reading>),
    Open(Pager),
    Parallel(Box<Segments>),
    Failed,
}

impl Rest {
    fn new(reading: Reading) -> Self {
        Rest {
            extent: PageExtent::of(&reading),
            wanted: reading.limit,
            evaluated: Evaluated::new(reading.page_size, reading.limit, reading.filter.is_some()),
            state: State::Closed(Box::new(reading)),
        }
    }

    fn open(&mut self) -> Result<&mut State> {
        if let State::Closed(_) = self.state
            && let State::Closed(reading) = std::mem::replace(&mut self.state, State::Failed)
        {
            let (parallel, page_size) = (reading.parallel, reading.page_size);
            let opened = Opened::new(*reading)?;
            self.state = match parallel.segments {
                Some(_) => State::Parallel(Box::new(Segments::new(opened, parallel, page_size))),
                None => State::Open(opened.into_pager()),
            };
        }
        Ok(&mut self.state)
    }

    /// What the next request gives.
    async fn items(&mut self, sink: Box<dyn ItemSink>) -> Result<Option<Box<dyn ItemSink>>> {
        let (wanted, evaluated) = (self.wanted, self.evaluated.next());
        if wanted == Some(0) {
            return Ok(None);
        }
        let items = match self.open()? {
            State::Open(pager) if !pager.over => pager.items(wanted, evaluated, sink).await?,
            State::Parallel(segments) => segments.items(wanted, sink).await?,
            _ => None,
        };
        if let (Some(wanted), Some(items)) = (&mut self.wanted, &items) {
            *wanted -= items.count();
        }
        Ok(items)
    }

    /// The next page.
    async fn page(&mut self, sink: Box<dyn ItemSink>) -> Result<Option<Paged>> {
        let extent = self.extent;
        match self.open()? {
            State::Open(pager) if !pager.over => pager.page(extent, sink).await.map(Some),
            State::Parallel(segments) => segments.page(extent.limit, sink).await,
            _ => Ok(None),
        }
    }
}

impl Pager {
    /// What the next request gives, with its hooks run.
    async fn items(
        &mut self,
        wanted: Option<usize>,
        evaluated: Option<i32>,
        sink: Box<dyn ItemSink>,
    ) -> Result<Option<Box<dyn ItemSink>>> {
        if self.backward {
            return Err(cursor::invalid("a cursor to the page before is read as a page, not as a stream"));
        }
        let mut items = self.fetch(Some(sink), evaluated).await?.sink;
        if let Some(items) = items.as_deref_mut() {
            if let Some(wanted) = wanted {
                items.truncate(wanted);
            }
            self.shared.after_load(items).await?;
        }
        Ok(items)
    }
}

/// What a stream waits for: a page `P`, and the rest of the stream with it.
enum Next<P> {
    Idle(Rest),
    Busy(Step<P>),
    Over,
}

/// The future of a page.
type Step<P> = BoxFuture<'static, (Rest, Result<Option<P>>)>;

impl<P> Next<P> {
    /// The next page; after an error and after the last page nothing more.
    fn poll(&mut self, cx: &mut Context<'_>, step: impl FnOnce(Rest) -> Step<P>) -> Poll<Option<Result<P>>> {
        if let Next::Idle(_) = self {
            let Next::Idle(rest) = std::mem::replace(self, Next::Over) else { return Poll::Ready(None) };
            *self = Next::Busy(step(rest));
        }
        let Next::Busy(future) = self else { return Poll::Ready(None) };
        let (rest, outcome) = ready!(future.as_mut().poll(cx));
        *self = match outcome {
            Ok(Some(_)) => Next::Idle(rest),
            _ => Next::Over,
        };
        Poll::Ready(outcome.transpose())
    }
}

fn items(mut rest: Rest, sink: Box<dyn ItemSink>) -> Step<Box<dyn ItemSink>> {
    Box::pin(async move {
        let outcome = rest.items(sink).await;
        (rest, outcome)
    })
}

fn pages(mut rest: Rest, sink: Box<dyn ItemSink>) -> Step<Paged> {
    Box::pin(async move {
        let outcome = rest.page(sink).await;
        (rest, outcome)
    })
}

/// The items of a query or scan as a stream, read page by page: what `.stream()` gives.
///
/// After an error it ends. Its [`next`](Self::next) needs no other crate; the adapters of `futures` work too.
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
    next: Next<Box<dyn ItemSink>>,
}

impl<T: Send + 'static> ItemStream<T> {
    pub(crate) fn new(reading: Reading, decoder: Decoder<T>) -> Self {
        ItemStream { decoder, ready: Vec::new().into_iter(), next: Next::Idle(Rest::new(reading)) }
    }

    /// The next item; `None` behind the last one.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T> Unpin for ItemStream<T> {}

impl<T: Send + 'static> Stream for ItemStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.ready.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            let decoder = self.decoder;
            match ready!(self.next.poll(cx, |rest| items(rest, Collected::of(decoder)))) {
                Some(Ok(sink)) => self.ready = Collected::<T>::items_of(sink).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemStream")
    }
}

/// The pages of a query or scan as a stream: what `.pages()` gives.
///
/// Each page has as many items as the limit says, and its own cursors; after an error it ends.
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
    next: Next<Paged>,
}

impl<T: Send + 'static> PageStream<T> {
    pub(crate) fn new(reading: Reading, decoder: Decoder<T>) -> Self {
        PageStream { decoder, next: Next::Idle(Rest::new(reading)) }
    }

    /// The next page; `None` behind the last one.
    pub async fn next(&mut self) -> Option<Result<Page<T>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: Send + 'static> Stream for PageStream<T> {
    type Item = Result<Page<T>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let decoder = self.decoder;
        let page = ready!(self.next.poll(cx, |rest| pages(rest, Collected::of(decoder))));
        Poll::Ready(page.map(|page| page.map(Paged::into_page)))
    }
}

impl<T> fmt::Debug for PageStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageStream")
    }
}
