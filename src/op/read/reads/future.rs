use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::op::engine::context::RequestFacts;
use crate::op::engine::future::BoxFuture;
use crate::op::read::reads::{BatchResponse, Reads};
use crate::{Response, Result};

/// Several [`Reads`] on their way. Made by awaiting them, by `into_future()` or by `.detailed()`.
#[must_use = "a future does nothing until it is awaited"]
pub struct ReadsFuture<'a, R: Reads, T = <R as Reads>::Output> {
    executor: BoxFuture<'a, Result<BatchResponse>>,
    shape: Option<R::Shape>,
    finish: fn(R::Output, RequestFacts) -> T,
}

impl<'a, R: Reads> ReadsFuture<'a, R> {
    pub(crate) fn new(executor: BoxFuture<'a, Result<BatchResponse>>, shape: R::Shape) -> Self {
        ReadsFuture { executor, shape: Some(shape), finish: |value, _| value }
    }
}

impl<'a, R: Reads> ReadsFuture<'a, R, Response<R::Output>> {
    pub(crate) fn detailed(executor: BoxFuture<'a, Result<BatchResponse>>, shape: R::Shape) -> Self {
        ReadsFuture { executor, shape: Some(shape), finish: Response::new }
    }
}

// Nothing but the box is ever pinned.
impl<R: Reads, T> Unpin for ReadsFuture<'_, R, T> {}

impl<R: Reads, T> Future for ReadsFuture<'_, R, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let outcome = ready!(self.executor.as_mut().poll(cx));
        let BatchResponse { mut found, sent, .. } = match outcome {
            Ok(answered) => answered,
            Err(error) => return Poll::Ready(Err(error)),
        };
        let Some(shape) = self.shape.take() else { unreachable!("a future polled after its end") };
        Poll::Ready(Ok((self.finish)(R::take(shape, &mut found), sent)))
    }
}

impl<R: Reads, T> fmt::Debug for ReadsFuture<'_, R, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadsFuture")
    }
}
