//! The state of a stream between two pages, without the type of its items.

use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::page::ErasedPage;
use crate::op::read::engine::pager::Pager;
use crate::op::read::engine::prepare::PreparedRead;
use crate::op::read::engine::segments::Segments;
use crate::splice::ReadSink;
use crate::{Result, cursor};

/// The part of a stream that has not been read.
pub(super) struct StreamState {
    /// Opened when the first item is requested: only then is the client of the task known.
    state: State,
    limit: Option<usize>,
    /// How many more items the stream may return.
    wanted: Option<usize>,
}

enum State {
    Closed(Box<ReadRequest>),
    Open(Box<Pager>),
    Parallel(Box<Segments>),
    Failed,
}

impl StreamState {
    pub(super) fn new(reading: ReadRequest) -> Self {
        StreamState { limit: reading.limit, wanted: reading.limit, state: State::Closed(Box::new(reading)) }
    }

    fn open(&mut self) -> Result<&mut State> {
        if let State::Closed(_) = self.state
            && let State::Closed(reading) = std::mem::replace(&mut self.state, State::Failed)
        {
            let parallel = reading.parallel;
            let opened = PreparedRead::new(reading)?;
            self.state = match parallel.segments {
                Some(_) => State::Parallel(Box::new(Segments::new(opened, parallel))),
                None => State::Open(Box::new(opened.into_pager())),
            };
        }
        Ok(&mut self.state)
    }

    /// Returns the items of the next request.
    pub(super) async fn items(&mut self, sink: Box<dyn ReadSink>) -> Result<Option<Box<dyn ReadSink>>> {
        let wanted = self.wanted;
        if wanted == Some(0) {
            return Ok(None);
        }
        let items = match self.open()? {
            State::Open(pager) if !pager.over => pager.items(wanted, sink).await?,
            State::Parallel(segments) => segments.items(wanted, sink).await?,
            _ => None,
        };
        if let (Some(wanted), Some(items)) = (&mut self.wanted, &items) {
            *wanted -= items.count();
        }
        Ok(items)
    }

    /// Reads the next page.
    pub(super) async fn page(&mut self, sink: Box<dyn ReadSink>) -> Result<Option<ErasedPage>> {
        let limit = self.limit;
        match self.open()? {
            State::Open(pager) if pager.has_more() => {
                pager.keeps_surplus = true;
                pager.page(limit, sink).await.map(Some)
            }
            State::Parallel(segments) => segments.page(limit, sink).await,
            _ => Ok(None),
        }
    }
}

impl Pager {
    /// Returns the items of the next request, after their hooks have run.
    async fn items(&mut self, wanted: Option<usize>, sink: Box<dyn ReadSink>) -> Result<Option<Box<dyn ReadSink>>> {
        if self.backward {
            return Err(cursor::invalid("a cursor to the previous page cannot start a stream; use `.page()`"));
        }
        let mut items = self.fetch(Some(sink), wanted).await?.sink;
        if let Some(items) = items.as_deref_mut() {
            if let Some(wanted) = wanted {
                items.truncate(wanted);
            }
            self.shared.finish(items).await?;
        }
        Ok(items)
    }
}
