//! `Count`: how many items a query or scan finds, without the items.

use std::fmt;

use crate::op::engine::context::RequestFacts;
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::meter;
use crate::op::engine::options::example;
use crate::op::engine::outcome::Response;
use crate::op::read::engine::{self, ReadRequest};
use crate::{Operation, Result};

/// Counts the items of a query or scan. Returned by [`Query::count`](crate::Query::count) and
/// [`Scan::count`](crate::Scan::count); await it.
///
/// DynamoDB counts (`Select = COUNT`), so no items are returned, but a count takes as many requests and costs as
/// much as reading them: see [`Query`](crate::Query#cost).
///
/// If the model hides expired items and the index does not contain the TTL attribute, the index does not show which items
/// to count. The count then reads each item from the table too, at half a unit for every 4 KB of each. Include the attribute in
/// the index. [`Verification::hints`](crate::tables::Verification::hints) names the indexes that lack it.
///
#[doc = example!(
    "assert_eq!(Order::query(\"c-1\").gt(2).count().await?, 3);"
)]
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "Select")]
pub struct Count {
    reading: ReadRequest,
}

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Count").finish_non_exhaustive()
    }
}

impl Count {
    pub(crate) fn new(reading: ReadRequest) -> Self {
        Count { reading: ReadRequest { operation: Operation::Count, ..reading } }
    }

    /// Also returns the metadata of the requests: their [cost](crate::Cost), attempts and request id.
    ///
    #[doc = example!(
        "let response = Order::query(\"c-1\").count().detailed().await?;"
        "assert_eq!((response.value, response.cost.read), (5, 0.5));"
    )]
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'static, Response<u64>> {
        OperationFuture::typed(async move {
            let (counted, cost) = meter::measure_cost(engine::count(self.reading)).await;
            let (count, sent): (u64, RequestFacts) = counted?;
            Ok(Response::new(count, sent, cost))
        })
    }

    /// Returns the requests that awaiting this operation would send. Nothing is sent.
    ///
    #[doc = example!(
        "let request = Order::query(\"c-1\").count().explain()?;"
        "assert!(request.body().contains(\"\\\"Select\\\":\\\"COUNT\\\"\"));"
    )]
    pub fn explain(self) -> Result<RequestPlan> {
        engine::explain_count(self.reading)
    }
}

impl IntoFuture for Count {
    type Output = Result<u64>;
    type IntoFuture = OperationFuture<'static, u64>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move { engine::count(self.reading).await.map(|(count, _)| count) })
    }
}
