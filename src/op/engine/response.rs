//! The result of `.detailed()`: a value with the metadata of its requests.

use crate::op::engine::context::RequestFacts;

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
/// assert_eq!((response.attempts, response.consumed_capacity), (1, Some(0.5)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The result of the operation.
    pub value: T,
    /// The capacity units that the requests consumed.
    pub consumed_capacity: Option<f64>,
    /// How often a request was sent: 1 without retries.
    pub attempts: u32,
    /// The id that AWS assigned to the request, for support cases.
    pub request_id: Option<String>,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, sent: RequestFacts) -> Self {
        Response {
            value,
            consumed_capacity: sent.consumed_capacity,
            attempts: sent.attempts,
            request_id: sent.request_id,
        }
    }
}
