//! What happens on the wire, told to the user's metrics and to `tracing`: names and numbers, never values.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;

use crate::{Client, ErrorKind, Operation};

/// Hears of every request that a client's operations send, and of every item they pass over.
///
/// Set it with [`ClientBuilder::observer`](crate::ClientBuilder::observer) or
/// [`Client::with_observer`]. Its methods run on the task that awaits the operation: hand work that
/// takes time to another one. The same facts are `tracing` events with the target `singlet`.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use singlet::{Client, Observer, RequestEvent};
///
/// #[derive(Default)]
/// struct Requests(AtomicUsize);
///
/// impl Observer for Requests {
///     fn request(&self, event: &RequestEvent<'_>) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///         println!("{:?} on {} took {:?}", event.operation, event.table, event.duration);
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let client = Client::embedded().with_observer(Requests::default());
/// # }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// Runs after each request, failed ones included.
    fn request(&self, event: &RequestEvent<'_>);

    /// Runs for each item of a result that is not returned.
    fn skipped_item(&self, event: &SkippedItem<'_>) {
        let _ = event;
    }
}

/// One request that was sent, with its retries.
///
/// ```
/// use singlet::RequestEvent;
///
/// fn line(event: &RequestEvent<'_>) -> String {
///     let capacity = event.consumed_capacity.unwrap_or_default();
///     format!("{} {:?}: {} items, {capacity} units", event.table, event.operation, event.items)
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RequestEvent<'a> {
    /// The model, by its Rust name; `None` for requests about several models, or about the table.
    pub model: Option<&'static str>,
    /// The operation the request belongs to.
    pub operation: Operation,
    /// The table; those of a batch over several as `shop, logs`.
    pub table: &'a str,
    /// The index, where the request reads one.
    pub index: Option<&'a str>,
    /// Capacity units, of reads and writes together, where the service returned them.
    pub consumed_capacity: Option<f64>,
    /// How often it was sent: 1 without a retry.
    pub attempts: u32,
    /// From the first attempt to the decoded result.
    pub duration: Duration,
    /// Items returned or written.
    pub items: usize,
    /// Why it failed; `None` on success.
    pub error: Option<ErrorKind>,
}

/// An item of a result that was not returned, since the model cannot own it.
///
/// ```
/// use singlet::{SkipReason, SkippedItem};
///
/// fn is_alarming(event: &SkippedItem<'_>) -> bool {
///     event.reason == SkipReason::WrongEntity
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct SkippedItem<'a> {
    /// The model that was asked for, by its Rust name.
    pub model: &'static str,
    /// The table.
    pub table: &'a str,
    /// Why it was passed over.
    pub reason: SkipReason,
}

/// Why an item was passed over.
///
/// ```
/// assert_ne!(singlet::SkipReason::WrongEntity, singlet::SkipReason::MissingEntity);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// Its entity attribute names another model.
    WrongEntity,
    /// It has no entity attribute, and the model does not say `entity = "optional"`.
    MissingEntity,
    /// Its time to live has passed, and the model hides expired items.
    Expired,
    /// It was deleted between the read of an index and that of the table.
    Deleted,
}

/// A `tracing` span for a request; [`report`] fills the fields that are not known yet.
pub(crate) fn span(operation: Operation, model: Option<&'static str>, table: &str) -> Span {
    tracing::debug_span!(
        target: "singlet",
        "request",
        ?operation,
        model,
        table,
        consumed_capacity = Empty,
        attempts = Empty,
        items = Empty,
        error = Empty,
    )
}

/// Tells the client's observer and `tracing` of a request.
pub(crate) fn report(client: &Client, event: &RequestEvent<'_>, span: &Span) {
    span.record("attempts", event.attempts).record("items", event.items);
    if let Some(units) = event.consumed_capacity {
        span.record("consumed_capacity", units);
    }
    if let Some(kind) = event.error {
        span.record("error", tracing::field::debug(kind));
    }
    span.in_scope(|| tracing::debug!(target: "singlet", duration_ms = event.duration.as_secs_f64() * 1e3, "answered"));
    if let Some(observer) = client.observer() {
        observer.request(event);
    }
}

/// Tells the client's observer and `tracing` of an item that is not returned.
pub(crate) fn report_skipped(client: &Client, event: &SkippedItem<'_>) {
    tracing::debug!(
        target: "singlet",
        model = event.model,
        table = event.table,
        reason = ?event.reason,
        "skipped item"
    );
    if let Some(observer) = client.observer() {
        observer.skipped_item(event);
    }
}

#[cfg(all(test, feature = "embedded"))]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<String>>>);

    impl Observer for Log {
        fn request(&self, event: &RequestEvent<'_>) {
            self.0.lock().unwrap().push(format!("{} {:?} {}", event.table, event.operation, event.attempts));
        }

        fn skipped_item(&self, event: &SkippedItem<'_>) {
            self.0.lock().unwrap().push(format!("{} {:?}", event.model, event.reason));
        }
    }

    #[test]
    fn the_observer_of_the_client_hears_of_everything() {
        let log = Log::default();
        let silent = Client::embedded();
        let client = silent.clone().with_observer(log.clone());
        let request = RequestEvent {
            model: Some("Order"),
            operation: Operation::Query,
            table: "shop",
            index: None,
            consumed_capacity: Some(0.5),
            attempts: 2,
            duration: Duration::from_millis(3),
            items: 1,
            error: None,
        };
        report(&client, &request, &Span::none());
        report(&silent, &request, &Span::none());
        let skipped = SkippedItem { model: "Order", table: "shop", reason: SkipReason::WrongEntity };
        report_skipped(&client, &skipped);
        assert_eq!(*log.0.lock().unwrap(), ["shop Query 2", "Order WrongEntity"]);
    }
}
