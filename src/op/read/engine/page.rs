//! Reads one page and makes its cursors to the next and the previous page.

use crate::cursor::{Cursor, Payload, ResumePoint};
use crate::op::engine::context::RequestFacts;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::pager::{Pager, Surplus};
use crate::op::read::engine::prepare::PreparedRead;
use crate::op::read::engine::segments::Segments;
use crate::splice::{Decoder, ReadSink, Tracker};
use crate::{Item, Page, Result};

/// A page, without the type of its items.
pub(crate) struct ErasedPage {
    pub(crate) done: Outcome,
    pub(crate) next: Option<Cursor>,
    pub(crate) previous: Option<Cursor>,
}

/// Reads one page.
pub(crate) fn page(reading: ReadRequest, sink: Box<dyn ReadSink>) -> BoxFuture<'static, Result<ErasedPage>> {
    let reading = Box::new(reading);
    Box::pin(async move {
        let (limit, parallel) = (reading.limit, reading.parallel);
        if parallel.segments.is_none() {
            let mut pager = Pager::open(reading)?;
            return pager.page(limit, sink).await;
        }
        // Boxed, so that other reads do not carry its state.
        let mut segments = Segments::new(PreparedRead::new(reading)?, parallel);
        Ok(Box::pin(segments.page(limit, sink)).await?.unwrap_or_else(ErasedPage::empty))
    })
}

/// Whether a page with this many items is full.
fn is_full(limit: Option<usize>, items: usize) -> bool {
    // Without a limit, a page is what one request returns. An empty response is not a page, so another follows.
    limit.map_or(items > 0, |limit| items >= limit)
}

impl Pager {
    /// Reads a page and moves the pager to its end.
    pub(crate) async fn page(&mut self, limit: Option<usize>, mut sink: Box<dyn ReadSink>) -> Result<ErasedPage> {
        // At the start or, reading backward, at the end: there is no page on the other side.
        let is_first = self.start.is_none() && self.surplus.is_none();
        let last = limit.and_then(|limit| limit.checked_sub(1));
        sink.track(Tracker::new(self.shared.cursors().attributes(), last));
        if let Some(surplus) = self.surplus.take() {
            self.ready(&mut *sink);
            sink.absorb(surplus.items);
        }
        let mut done = Outcome { sink: Some(sink), sent: RequestFacts::default() };
        if limit == Some(0) {
            self.over = true;
            return Ok(ErasedPage { done, ..ErasedPage::empty() });
        }
        while !self.over && !is_full(limit, done.count()) {
            // One item more than the page holds, which needs no extra request: it tells whether this is the last page.
            let wanted = limit.map(|limit| limit.saturating_add(1) - done.count());
            let fetched = self.fetch(done.sink.take(), wanted).await?;
            done.sink = fetched.sink;
            done.sent.add(fetched.sent);
        }
        let Some(sink) = done.sink.as_deref_mut() else { return Ok(ErasedPage::empty()) };
        if let Some(limit) = limit.filter(|limit| sink.count() > *limit) {
            let after = last.and_then(|last| sink.key_of(last)).map(|key| self.shared.cursors().keys_in(key));
            let items = sink.split_off(limit);
            if self.keeps_surplus {
                self.surplus = Some(Box::new(Surplus { items, after }));
            } else {
                self.return_to(after);
            }
        }
        let (next, previous) = self.cursors(is_first, sink.key_of(0))?;
        if self.backward {
            sink.reverse();
        }
        self.shared.finish(sink).await?;
        Ok(ErasedPage { done, next, previous })
    }

    /// The cursors of the page that was just read, whose first item has the key `first`.
    fn cursors(&self, is_first: bool, first: Option<&Item>) -> Result<(Option<Cursor>, Option<Cursor>)> {
        let cursors = self.shared.cursors();
        let seal = |backward, place| cursors.seal(&Payload { backward, places: vec![place] });
        let further = match self.position() {
            Some(key) => Some(seal(self.backward, cursors.after(key)?)),
            None => None,
        };
        let back = if is_first || self.shared.plan.is_scan() {
            None
        } else {
            // An empty page comes after all items in its direction, so the way back starts at that end.
            Some(seal(!self.backward, first.map_or(Ok(ResumePoint::Start), |key| cursors.after(key))?))
        };
        Ok(if self.backward { (back, further) } else { (further, back) })
    }
}

/// Reads one page in parts, for a caller that drops some of its items and needs more to fill the page.
pub(crate) struct Refilled {
    pager: Pager,
    limit: Option<usize>,
    has_begun: bool,
    /// The cursor back from the start of the page, in its direction.
    back: Option<Cursor>,
    further: Option<Cursor>,
}

impl Refilled {
    pub(crate) fn open(reading: ReadRequest) -> Result<Self> {
        let limit = reading.limit;
        let mut pager = Pager::open(Box::new(reading))?;
        pager.keeps_surplus = true;
        Ok(Refilled { pager, limit, has_begun: false, back: None, further: None })
    }

    /// Whether the page is read against the order of the query.
    pub(crate) fn is_backward(&self) -> bool {
        self.pager.backward
    }

    /// Reads more items for a page that has `items` of them; `None` if it is full or no items are left.
    pub(crate) async fn more(&mut self, items: usize, sink: Box<dyn ReadSink>) -> Result<Option<Outcome>> {
        if self.has_begun && (!self.pager.has_more() || is_full(self.limit, items)) {
            return Ok(None);
        }
        let limit = self.limit.map(|limit| limit.saturating_sub(items));
        let part = self.pager.page(limit, sink).await?;
        let (back, further) = if self.pager.backward { (part.next, part.previous) } else { (part.previous, part.next) };
        if !self.has_begun {
            (self.has_begun, self.back) = (true, back);
        }
        self.further = further;
        Ok(Some(part.done))
    }

    /// The page of these items, with its cursors.
    pub(crate) fn into_page<T>(self, items: Vec<T>) -> Page<T> {
        let (back, further) = (self.back, self.further);
        let (next, previous) = if self.pager.backward { (back, further) } else { (further, back) };
        Page::new(items, next, previous)
    }
}

impl ErasedPage {
    fn empty() -> Self {
        ErasedPage { done: Outcome { sink: None, sent: RequestFacts::default() }, next: None, previous: None }
    }

    /// The page, with the type of its items.
    pub(crate) fn into_page<T: Send + 'static>(self) -> Page<T> {
        Page::new(self.done.all(), self.next, self.previous)
    }
}

/// The future of a page. Awaiting it sends the requests.
pub(crate) fn page_future<T: Send + 'static>(
    reading: ReadRequest,
    decoder: Decoder<T>,
) -> OperationFuture<'static, Page<T>> {
    let executor = page(reading, decoder.sink());
    OperationFuture::typed(async move { executor.await.map(ErasedPage::into_page) })
}
