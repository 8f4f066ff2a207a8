use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::Result;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::response::Response;
use crate::splice::ItemSink;

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An operation on its way. Made by awaiting an operation, or by its `into_future()`.
///
/// The model's type comes in only here, in one function pointer: what sends requests is compiled
/// once, not once per model.
#[must_use = "a future does nothing until it is awaited"]
pub struct OperationFuture<'a, T> {
    executor: BoxFuture<'a, Result<Outcome>>,
    finish: fn(Outcome) -> T,
}

impl<'a, T> OperationFuture<'a, T> {
    pub(crate) fn new(executor: BoxFuture<'a, Result<Outcome>>, finish: fn(Outcome) -> T) -> Self {
        OperationFuture { executor, finish }
    }
}

impl<T> Future for OperationFuture<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        let outcome = ready!(self.executor.as_mut().poll(cx));
        Poll::Ready(outcome.map(self.finish))
    }
}

impl<T> fmt::Debug for OperationFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperationFuture")
    }
}

/// An operation with the facts of its request; what `.detailed()` gives.
#[must_use = "an operation does nothing until it is awaited"]
pub struct Detailed<'a, T> {
    pub(crate) executor: BoxFuture<'a, Result<Outcome>>,
    pub(crate) value: fn(Outcome) -> T,
}

impl<T> fmt::Debug for Detailed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Detailed")
    }
}

impl<T> Future for Detailed<'_, T> {
    type Output = Result<Response<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = ready!(self.executor.as_mut().poll(cx));
        let value = self.value;
        Poll::Ready(outcome.map(|done| {
            let sent = done.sent.clone();
            Response::new(value(done), sent)
        }))
    }
}

/// Reads items from the SDK's output where a mock left the sink empty, and gives the first fault.
pub(crate) fn fill<'a>(
    call: &crate::op::engine::context::Context,
    sink: &mut dyn ItemSink,
    items: impl Iterator<Item = &'a crate::Item>,
) -> Result<()> {
    let model = call.model.unwrap_or("an item");
    let failed = |fault| call.contextualize(crate::error::fault_error(fault, model));
    if !sink.is_filled() {
        for item in items {
            let bytes = crate::item::to_bytes(item).map_err(failed)?;
            let mut reader = crate::wire::Reader::new(&bytes).map_err(failed)?;
            sink.item(&mut reader).map_err(failed)?;
        }
    }
    sink.take_fault().map_or(Ok(()), |fault| Err(failed(fault)))
}
