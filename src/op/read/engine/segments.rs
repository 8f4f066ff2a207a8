//! Runs a parallel scan: several segments at a time, in the order of their responses.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use crate::cursor::{Cursor, Payload};
use crate::op::engine::context::RequestFacts;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::page::ErasedPage;
use crate::op::read::engine::pager::{Fetched, Pager, Shared};
use crate::op::read::engine::prepare::PreparedRead;
use crate::splice::{ReadSink, SelectItems};
use crate::{Error, ErrorKind, Result};

/// The options of a parallel scan.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Parallel {
    pub(crate) segments: Option<u32>,
    pub(crate) concurrency: Option<usize>,
}

/// The default concurrency. More concurrent requests do not make a scan faster from one process.
const CONCURRENCY: usize = 16;

/// A segment and the result of its request.
type Answer = (Pager, Result<Fetched>);

/// The segments of a parallel scan, each at its position.
pub(crate) struct Segments {
    shared: Arc<Shared>,
    waiting: VecDeque<Pager>,
    pending: FuturesUnordered<BoxFuture<'static, Answer>>,
    over: Vec<Pager>,
    concurrency: usize,
}

impl Segments {
    pub(crate) fn new(opened: PreparedRead, parallel: Parallel) -> Self {
        let shared = Arc::clone(&opened.shared);
        let (over, waiting): (Vec<_>, Vec<_>) = opened.into_segments().into_iter().partition(|pager| pager.over);
        Segments {
            shared,
            waiting: waiting.into(),
            pending: FuturesUnordered::new(),
            over,
            concurrency: parallel.concurrency.unwrap_or(CONCURRENCY).max(1),
        }
    }

    /// Starts requests up to the concurrency, each with an empty sink like `sink`.
    fn request(&mut self, sink: Option<&dyn ReadSink>) {
        while self.pending.len() < self.concurrency
            && let Some(mut pager) = self.waiting.pop_front()
        {
            let sink = sink.map(SelectItems::fresh);
            // The pager travels with its request and returns with the response: a segment has one request at a time.
            self.pending.push(Box::pin(async move {
                let fetched = pager.fetch(sink, None).await;
                (pager, fetched)
            }));
        }
    }

    fn put_back(&mut self, pager: Pager) {
        if pager.over { self.over.push(pager) } else { self.waiting.push_back(pager) }
    }

    /// Waits for the next response; `None` if all segments are read.
    async fn answered(&mut self) -> Option<Result<Fetched>> {
        let (pager, fetched) = self.pending.next().await?;
        self.put_back(pager);
        Some(fetched)
    }

    /// Returns the next response of a count.
    pub(crate) async fn count(&mut self) -> Option<Result<Fetched>> {
        let sink = self.shared.counting_sink();
        self.request(sink.as_deref());
        self.answered().await
    }

    /// Reads all items up to the limit.
    pub(crate) async fn all(mut self, limit: Option<usize>, mut sink: Box<dyn ReadSink>) -> Result<Outcome> {
        let mut sent = RequestFacts::default();
        while limit.is_none_or(|limit| sink.count() < limit) {
            self.request(Some(&*sink));
            let Some(fetched) = self.answered().await else { break };
            let fetched = fetched?;
            sent.add(fetched.sent);
            if let Some(items) = fetched.sink {
                sink.absorb(items);
            }
        }
        // The requests in progress return more items than are wanted.
        if let Some(limit) = limit {
            sink.truncate(limit);
        }
        self.shared.finish(&mut *sink).await?;
        Ok(Outcome { sink: Some(sink), sent })
    }

    /// Returns the items of the next response, after their hooks have run.
    pub(crate) async fn items(
        &mut self,
        wanted: Option<usize>,
        sink: Box<dyn ReadSink>,
    ) -> Result<Option<Box<dyn ReadSink>>> {
        self.request(Some(&*sink));
        let Some(fetched) = self.answered().await else { return Ok(None) };
        let mut items = fetched?.sink;
        if let Some(items) = items.as_deref_mut() {
            if let Some(wanted) = wanted {
                items.truncate(wanted);
            }
            self.shared.finish(items).await?;
        }
        Ok(items)
    }

    /// Reads a page: one request for each segment that has items left.
    pub(crate) async fn page(
        &mut self,
        limit: Option<usize>,
        mut sink: Box<dyn ReadSink>,
    ) -> Result<Option<ErasedPage>> {
        if limit.is_some() {
            let message = "a page of a scan in segments cannot have a limit; set `page_size` for each segment instead";
            return Err(self.shared.call.contextualize(Error::new(ErrorKind::Validation, message)));
        }
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let mut sent = RequestFacts::default();
        let mut answered = Vec::new();
        loop {
            self.request(Some(&*sink));
            let Some((pager, fetched)) = self.pending.next().await else { break };
            // Not put back yet: a page has one request per segment.
            answered.push(pager);
            let fetched = fetched?;
            sent.add(fetched.sent);
            if let Some(items) = fetched.sink {
                sink.absorb(items);
            }
        }
        for pager in answered {
            self.put_back(pager);
        }
        self.shared.finish(&mut *sink).await?;
        let next = self.cursor()?;
        Ok(Some(ErasedPage { done: Outcome { sink: Some(sink), sent }, next, previous: None }))
    }

    /// The cursor from which all segments continue.
    fn cursor(&self) -> Result<Option<Cursor>> {
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let mut pagers: Vec<&Pager> = self.waiting.iter().chain(&self.over).collect();
        // A cursor has one position per segment, in their order. Responses arrive in any order.
        pagers.sort_by_key(|pager| pager.segment);
        let places = pagers.into_iter().map(Pager::place).collect::<Result<_>>()?;
        let payload = Payload { backward: false, places };
        Ok(Some(self.shared.cursors().seal(&payload)))
    }
}
