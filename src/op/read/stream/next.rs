use std::task::{Context, Poll, ready};

use crate::Result;
use crate::op::engine::future::BoxFuture;
use crate::op::read::stream::rest::Rest;

/// What a stream waits for: a page `P`, and the rest of the stream with it.
pub(super) enum Next<P> {
    Idle(Rest),
    Busy(Step<P>),
    Over,
}

/// The future of a page.
pub(super) type Step<P> = BoxFuture<'static, (Rest, Result<Option<P>>)>;

impl<P> Next<P> {
    /// The next page; after an error and after the last page nothing more.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>, step: impl FnOnce(Rest) -> Step<P>) -> Poll<Option<Result<P>>> {
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
