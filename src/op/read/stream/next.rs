//! The state machine that item and page streams share: the next page is not requested yet, on its way, or known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake};

use crate::Result;
use crate::op::engine::future::BoxFuture;
use crate::op::read::stream::state::StreamState;

/// The next page `P` of a stream.
pub(super) struct NextPage<P> {
    state: PageState<P>,
    /// Present if the next page is requested while the reader uses the current one.
    prefetching: Option<Arc<Wakeup>>,
}

/// A future owns the state of the stream while it runs, and returns it.
enum PageState<P> {
    Idle(StreamState),
    Busy(PageFuture<P>),
    /// Prefetched. Boxed, because only a stream that prefetches gets here.
    Known(Box<(StreamState, Result<Option<P>>)>),
    Over,
}

/// The future of a page.
pub(super) type PageFuture<P> = BoxFuture<'static, (StreamState, Result<Option<P>>)>;

/// Whether the future of a prefetched page can proceed, so that it is not polled for every item of the current page.
#[derive(Default)]
struct Wakeup(AtomicBool);

impl Wake for Wakeup {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl<P> NextPage<P> {
    pub(super) fn new(state: StreamState) -> Self {
        NextPage { state: PageState::Idle(state), prefetching: None }
    }

    /// From now on, [`advance`](Self::advance) requests the next page.
    pub(super) fn prefetch(&mut self) {
        self.prefetching = Some(Arc::default());
    }

    /// Polls for the next page; `None` after an error or the last page.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        read: impl Fn(StreamState) -> PageFuture<P>,
    ) -> Poll<Option<Result<P>>> {
        self.start(&read);
        let (state, outcome) = match std::mem::replace(&mut self.state, PageState::Over) {
            PageState::Known(known) => *known,
            PageState::Busy(mut future) => match future.as_mut().poll(cx) {
                Poll::Ready(known) => known,
                Poll::Pending => {
                    self.state = PageState::Busy(future);
                    return Poll::Pending;
                }
            },
            PageState::Idle(_) | PageState::Over => return Poll::Ready(None),
        };
        if let Ok(Some(_)) = outcome {
            self.state = PageState::Idle(state);
            if let Some(wakeup) = &self.prefetching {
                wakeup.0.store(true, Ordering::Release);
            }
            self.advance(read);
        }
        Poll::Ready(outcome.transpose())
    }

    /// Lets a prefetched page proceed as far as it can. The reader is not woken by it: it comes back for its next item.
    pub(super) fn advance(&mut self, read: impl Fn(StreamState) -> PageFuture<P>) {
        let Some(wakeup) = self.prefetching.clone() else { return };
        if !wakeup.0.swap(false, Ordering::AcqRel) {
            return;
        }
        self.start(read);
        if let PageState::Busy(future) = &mut self.state
            && let Poll::Ready(known) = future.as_mut().poll(&mut Context::from_waker(&wakeup.into()))
        {
            self.state = PageState::Known(Box::new(known));
        }
    }

    fn start(&mut self, read: impl Fn(StreamState) -> PageFuture<P>) {
        if let PageState::Idle(_) = self.state
            && let PageState::Idle(state) = std::mem::replace(&mut self.state, PageState::Over)
        {
            self.state = PageState::Busy(read(state));
        }
    }
}
