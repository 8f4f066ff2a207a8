//! The result of every executor: the items and the metadata of the requests, without the model's type.
//!
//! A typed future turns an [`Outcome`] into its value with one function pointer, such as `Outcome::first::<M>`. `.detailed()`
//! makes it a [`Response`], which has the metadata too.

use crate::Cost;
use crate::op::engine::context::RequestFacts;
use crate::splice::{ReadSink, items_of};

/// The result of an operation, before its conversion to the model's type.
pub(crate) struct Outcome {
    /// The items, if the operation reads any.
    pub(crate) sink: Option<Box<dyn ReadSink>>,
    pub(crate) sent: RequestFacts,
}

impl Outcome {
    /// Returns the number of items that were read.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(0, |sink| sink.count())
    }

    /// Returns the items, as the type that the sink was created for.
    pub(crate) fn all<T: Send + 'static>(self) -> Vec<T> {
        self.sink.map(items_of::<T>).unwrap_or_default()
    }

    /// Returns the first item, for operations that read at most one.
    pub(crate) fn first<T: Send + 'static>(self) -> Option<T> {
        self.all().pop()
    }
}

/// A result with the metadata of its requests. Returned by `.detailed()`.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// let response = User::get("USER#1").client(&client).detailed().await?;
/// assert!(response.value.is_none());
/// assert_eq!((response.attempts, response.cost.read), (1, 0.5));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The result of the operation.
    pub value: T,
    /// What all requests of the operation have consumed, also those that prepare, follow or repeat others.
    pub cost: Cost,
    /// How often a request was sent: 1 without retries.
    pub attempts: u32,
    /// The id that AWS assigned to the request, for support cases.
    pub request_id: Option<String>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, sent: RequestFacts, cost: Cost) -> Self {
        Response { value, cost, attempts: sent.attempts, request_id: sent.request_id }
    }
}
