//! The state of a stream between two pages, without the type of its items.

use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::item_limit::ItemLimit;
use crate::op::read::engine::page::{ErasedPage, PageWindow};
use crate::op::read::engine::pager::Pager;
use crate::op::read::engine::prepare::PreparedRead;
use crate::op::read::engine::segments::Segments;
use crate::splice::ReadSink;
use crate::{Result, cursor};

/// The part of a stream that has not been read.
pub(super) struct StreamState {
    /// Opened when the first item is requested: only then is the client of the task known.
    state: State,
    extent: PageWindow,
    /// How many more items the stream may return.
    wanted: Option<usize>,
    evaluated: ItemLimit,
}

enum State {
    Closed(Box<ReadRequest>),
    Open(Pager),
    Parallel(Box<Segments>),
    Failed,
}

impl StreamState {
    pub(super) fn new(reading: ReadRequest) -> Self {
        StreamState {
            extent: PageWindow::of(&reading),
            wanted: reading.limit,
            evaluated: ItemLimit::new(reading.page_size, reading.limit, reading.is_filtered()),
            state: State::Closed(Box::new(reading)),
        }
    }

    fn open(&mut self) -> Result<&mut State> {
        if let State::Closed(_) = self.state
            && let State::Closed(reading) = std::mem::replace(&mut self.state, State::Failed)
        {
            let (parallel, page_size) = (reading.parallel, reading.page_size);
            let opened = PreparedRead::new(*reading)?;
            self.state = match parallel.segments {
                Some(_) => State::Parallel(Box::new(Segments::new(opened, parallel, page_size))),
                None => State::Open(opened.into_pager()),
            };
        }
        Ok(&mut self.state)
    }

    /// Returns the items of the next request.
    pub(super) async fn items(&mut self, sink: Box<dyn ReadSink>) -> Result<Option<Box<dyn ReadSink>>> {
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

    /// Reads the next page.
    pub(super) async fn page(&mut self, sink: Box<dyn ReadSink>) -> Result<Option<ErasedPage>> {
        let extent = self.extent;
        match self.open()? {
            State::Open(pager) if !pager.over => pager.page(extent, sink).await.map(Some),
            State::Parallel(segments) => segments.page(extent.limit, sink).await,
            _ => Ok(None),
        }
    }
}

impl Pager {
    /// Returns the items of the next request, after their hooks have run.
    async fn items(
        &mut self,
        wanted: Option<usize>,
        evaluated: Option<i32>,
        sink: Box<dyn ReadSink>,
    ) -> Result<Option<Box<dyn ReadSink>>> {
        if self.backward {
            return Err(cursor::invalid("a cursor to the previous page cannot start a stream; use `.page()`"));
        }
        let mut items = self.fetch(Some(sink), evaluated).await?.sink;
        if let Some(items) = items.as_deref_mut() {
            if let Some(wanted) = wanted {
                items.truncate(wanted);
            }
            self.shared.finish(items).await?;
        }
        Ok(items)
    }
}
