//! The state machine that item and page streams share: the next page is not requested yet, on its way, or known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake};

use crate::Result;
use crate::op::engine::future::BoxFuture;
use crate::op::read::stream::rest::StreamState;

/// The next page `P` of a stream.
pub(super) struct NextPage<P> {
    state: PageState<P>,
    /// Present if the next page is requested while the reader uses the current one.
    prefetching: Option<Arc<Wakeup>>,
}

/// A future owns the state of the stream while it runs, and returns it.
enum PageState<P> {
    Idle(StreamState),
    Busy(PageStep<P>),
    /// Prefetched. Boxed, because only a stream that prefetches gets here.
    Known(Box<(StreamState, Result<Option<P>>)>),
    Over,
}

/// The future of a page.
pub(super) type PageStep<P> = BoxFuture<'static, (StreamState, Result<Option<P>>)>;

/// Whether the future of a prefetched page can proceed, so that it is not polled for every item of the current page.
#[derive(Default)]
struct Wakeup(AtomicBool);

impl Wake for Wakeup {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl<P> NextPage<P> {
    pub(super) fn new(rest: StreamState) -> Self {
        NextPage { state: PageState::Idle(rest), prefetching: None }
    }

    /// From now on, [`advance`](Self::advance) requests the next page.
    pub(super) fn prefetch(&mut self) {
        self.prefetching = Some(Arc::default());
    }

    /// Polls for the next page; `None` after an error or the last page.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        step: impl Fn(StreamState) -> PageStep<P>,
    ) -> Poll<Option<Result<P>>> {
        self.start(&step);
        let (rest, outcome) = match std::mem::replace(&mut self.state, PageState::Over) {
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
            self.state = PageState::Idle(rest);
            if let Some(wakeup) = &self.prefetching {
                wakeup.0.store(true, Ordering::Release);
            }
            self.advance(step);
        }
        Poll::Ready(outcome.transpose())
    }

    /// Lets a prefetched page proceed as far as it can. The reader is not woken by it: it comes back for its next item.
    pub(super) fn advance(&mut self, step: impl Fn(StreamState) -> PageStep<P>) {
        let Some(wakeup) = self.prefetching.clone() else { return };
        if !wakeup.0.swap(false, Ordering::AcqRel) {
            return;
        }
        self.start(step);
        if let PageState::Busy(future) = &mut self.state
            && let Poll::Ready(known) = future.as_mut().poll(&mut Context::from_waker(&wakeup.into()))
        {
            self.state = PageState::Known(Box::new(known));
        }
    }

    fn start(&mut self, step: impl Fn(StreamState) -> PageStep<P>) {
        if let PageState::Idle(_) = self.state
            && let PageState::Idle(rest) = std::mem::replace(&mut self.state, PageState::Over)
        {
            self.state = PageState::Busy(step(rest));
        }
    }
}
