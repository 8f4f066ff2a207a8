//! The state machine that item and page streams share: idle, waiting for a page, or finished.

use std::task::{Context, Poll, ready};

use crate::Result;
use crate::op::engine::future::BoxFuture;
use crate::op::read::stream::rest::StreamState;

/// The next page `P` of a stream. Its future owns the state of the stream while it runs, and returns it.
pub(super) enum NextPage<P> {
    Idle(StreamState),
    Busy(PageStep<P>),
    Over,
}

/// The future of a page.
pub(super) type PageStep<P> = BoxFuture<'static, (StreamState, Result<Option<P>>)>;

impl<P> NextPage<P> {
    /// Polls for the next page; `None` after an error or the last page.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        step: impl FnOnce(StreamState) -> PageStep<P>,
    ) -> Poll<Option<Result<P>>> {
        if let NextPage::Idle(_) = self {
            let NextPage::Idle(rest) = std::mem::replace(self, NextPage::Over) else { return Poll::Ready(None) };
            *self = NextPage::Busy(step(rest));
        }
        let NextPage::Busy(future) = self else { return Poll::Ready(None) };
        let (rest, outcome) = ready!(future.as_mut().poll(cx));
        *self = match outcome {
            Ok(Some(_)) => NextPage::Idle(rest),
            _ => NextPage::Over,
        };
        Poll::Ready(outcome.transpose())
    }
}
