//! The state machine that item and page streams share: the next page is not requested yet, on its way, or known.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake};

use crate::Result;
use crate::op::engine::future::BoxFuture;
use crate::op::read::stream::rest::StreamState;

/// The next page `P` of a stream.
pub(super) struct NextPage<P> {
    state: State<P>,
    /// Present if the next page is requested while the reader uses the current one.
    prefetching: Option<Arc<Progress>>,
}

/// A future owns the state of the stream while it runs, and returns it.
enum State<P> {
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
struct Progress(AtomicBool);

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl<P> NextPage<P> {
    pub(super) fn new(rest: StreamState) -> Self {
        NextPage { state: State::Idle(rest), prefetching: None }
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
        let (rest, outcome) = match std::mem::replace(&mut self.state, State::Over) {
            State::Known(known) => *known,
            State::Busy(mut future) => match future.as_mut().poll(cx) {
                Poll::Ready(known) => known,
                Poll::Pending => {
                    self.state = State::Busy(future);
                    return Poll::Pending;
                }
            },
            State::Idle(_) | State::Over => return Poll::Ready(None),
        };
        if let Ok(Some(_)) = outcome {
            self.state = State::Idle(rest);
            if let Some(progress) = &self.prefetching {
                progress.0.store(true, Ordering::Release);
            }
            self.advance(step);
        }
        Poll::Ready(outcome.transpose())
    }

    /// Lets a prefetched page proceed as far as it can. The reader is not woken by it: it comes back for its next item.
    pub(super) fn advance(&mut self, step: impl Fn(StreamState) -> PageStep<P>) {
        let Some(progress) = self.prefetching.clone() else { return };
        if !progress.0.swap(false, Ordering::AcqRel) {
            return;
        }
        self.start(step);
        if let State::Busy(future) = &mut self.state
            && let Poll::Ready(known) = future.as_mut().poll(&mut Context::from_waker(&progress.into()))
        {
            self.state = State::Known(Box::new(known));
        }
    }

    fn start(&mut self, step: impl Fn(StreamState) -> PageStep<P>) {
        if let State::Idle(_) = self.state
            && let State::Idle(rest) = std::mem::replace(&mut self.state, State::Over)
        {
            self.state = State::Busy(step(rest));
        }
    }
}
