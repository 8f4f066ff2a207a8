//! The future of all operations.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use crate::Result;
use crate::op::engine::meter;
use crate::op::engine::outcome::{Outcome, Response};

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The future of an operation. Returned by `into_future()` and by methods such as `.detailed()`; await it.
///
/// Every operation uses this type, and so do the builders of the cache, the registry and the key-value store: a struct
/// can store it and a function can return it without boxing. Dropping it cancels the operation, but a request that has
/// already been sent may still take effect.
///
/// ```
/// # use singlet::{Client, Model, OperationFuture};
/// # #[derive(Debug, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String }
/// fn find(id: &str) -> OperationFuture<'static, Option<User>> {
///     User::get(format!("USER#{id}")).into_future()
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # User::create_table().await?;
/// assert!(find("1").await?.is_none());
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "a future does nothing until it is awaited"]
pub struct OperationFuture<'a, T> {
    steps: Steps<'a, T>,
}

enum Steps<'a, T> {
    /// The executors that send requests are compiled once, not once per model. The model's type appears only in this
    /// function pointer.
    Erased { executor: BoxFuture<'a, Result<Outcome>>, finish: fn(Outcome) -> T },
    /// An operation whose result needs more than a function pointer.
    Typed(BoxFuture<'a, Result<T>>),
}

impl<'a, T> OperationFuture<'a, T> {
    pub(crate) fn new(executor: BoxFuture<'a, Result<Outcome>>, finish: fn(Outcome) -> T) -> Self {
        OperationFuture { steps: Steps::Erased { executor, finish } }
    }

    pub(crate) fn typed(future: impl Future<Output = Result<T>> + Send + 'a) -> Self {
        OperationFuture { steps: Steps::Typed(Box::pin(future)) }
    }
}

impl<'a, T: 'a> OperationFuture<'a, Response<T>> {
    /// Returns the value with the metadata of its requests.
    pub(crate) fn detailed(executor: BoxFuture<'a, Result<Outcome>>, value: fn(Outcome) -> T) -> Self {
        OperationFuture::typed(async move {
            let (outcome, cost) = meter::measure_cost(executor).await;
            let outcome = outcome?;
            let sent = outcome.sent.clone();
            Ok(Response::new(value(outcome), sent, cost))
        })
    }
}

impl<T> Future for OperationFuture<'_, T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T>> {
        match &mut self.steps {
            Steps::Erased { executor, finish } => {
                let outcome = ready!(executor.as_mut().poll(cx));
                Poll::Ready(outcome.map(*finish))
            }
            Steps::Typed(future) => future.as_mut().poll(cx),
        }
    }
}

impl<T> fmt::Debug for OperationFuture<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperationFuture")
    }
}
