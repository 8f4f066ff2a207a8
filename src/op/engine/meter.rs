//! Adds up what operations consume: all of their requests, also those that prepare, follow or repeat others. The sender
//! records each one.

use std::sync::{Arc, Mutex, PoisonError};

use crate::Cost;

tokio::task_local! {
    static METER: Arc<Mutex<Cost>>;
}

/// Runs `operations`, and returns their output with what their requests have consumed.
///
/// It counts the requests that the future sends while it is polled, of all clients and models: also hooks, refreshes and
/// retried conditions. It does not count those of other tasks, such as `tokio::spawn` and the refreshes of
/// [`with_background_refresh`](crate::Client::with_background_refresh). Nested measurements count in each other.
///
/// Use it in a test, so that the cost of a design cannot change unnoticed. The embedded DynamoDB computes the units from the
/// sizes of the items.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// let (orders, cost) = singlet::measure_cost(async {
///     Order::update(("ann", 1)).set(|o| o.note, "paid").await?;
///     Order::query("ann").await
/// })
/// .await;
/// assert!(!orders?.is_empty());
/// assert_eq!((cost.read, cost.write, cost.requests), (0.5, 1.0, 2));
/// # Ok(()) }) }
/// ```
pub async fn measure_cost<F: Future>(operations: F) -> (F::Output, Cost) {
    let meter = Nested(Arc::default());
    let output = METER.scope(Arc::clone(&meter.0), operations).await;
    let cost = meter.cost();
    (output, cost)
}

/// A measurement, whose cost also counts in the one around it, even if its future is dropped.
struct Nested(Arc<Mutex<Cost>>);

impl Nested {
    fn cost(&self) -> Cost {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Nested {
    fn drop(&mut self) {
        record(&self.cost());
    }
}

/// Whether somebody measures this task.
pub(crate) fn is_on() -> bool {
    METER.try_with(|_| ()).is_ok()
}

/// Records the cost of requests.
pub(crate) fn record(cost: &Cost) {
    let _ = METER.try_with(|meter| meter.lock().unwrap_or_else(PoisonError::into_inner).add(cost));
}
