//! Reports of requests and skipped items, to the user's observer and to `tracing`.
//!
//! They contain names and numbers, and never keys or values.

use std::time::Duration;

use tracing::Span;
use tracing::field::Empty;
use tracing::level_filters::LevelFilter;

use crate::{Client, Cost, ErrorKind, Operation};

/// Called for every request a client sends and for every item it skips.
///
/// Set it with [`ClientBuilder::observer`](crate::ClientBuilder::observer) or [`Client::with_observer`]. Its methods run
/// on the task that awaits the operation, so hand slow work to another task. The same facts are emitted as `tracing`
/// events with the target `singlet`.
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
///
/// A pair of observers is an observer that calls both.
pub trait Observer: Send + Sync + 'static {
    /// Called after each request, whether it succeeded or failed.
    fn request(&self, event: &RequestEvent<'_>);

    /// Called for each item of a response that the operation does not return.
    ///
    /// ```
    /// use singlet::{Observer, RequestEvent, SkippedItem};
    ///
    /// struct Strangers;
    ///
    /// impl Observer for Strangers {
    ///     fn request(&self, _: &RequestEvent<'_>) {}
    ///
    ///     fn skipped_item(&self, event: &SkippedItem<'_>) {
    ///         eprintln!("{} skipped an item of {}: {:?}", event.model, event.table, event.reason);
    ///     }
    /// }
    /// # singlet::Client::embedded().with_observer(Strangers);
    /// ```
    fn skipped_item(&self, event: &SkippedItem<'_>) {
        let _ = event;
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.request(event);
        self.1.request(event);
    }

    fn skipped_item(&self, event: &SkippedItem<'_>) {
        self.0.skipped_item(event);
        self.1.skipped_item(event);
    }
}

/// One request, including its retries.
///
/// ```
/// use singlet::RequestEvent;
///
/// fn line(event: &RequestEvent<'_>) -> String {
///     let (read, write) = (event.cost.read, event.cost.write);
///     format!("{} {:?}: {} items, {read} R, {write} W", event.table, event.operation, event.items)
/// }
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct RequestEvent<'a> {
    /// The Rust name of the model; `None` for requests about several models or about the table.
    pub model: Option<&'static str>,
    /// Whether it is the first request of a call.
    pub is_first: bool,
    /// The operation the request belongs to.
    pub operation: Operation,
    /// The operation of the service's API: `PutItem`, `Query` and so on.
    pub api_operation: &'static str,
    /// The table. A batch over several tables names them all, as in `shop, logs`.
    pub table: &'a str,
    /// The index, if the request reads one.
    pub index: Option<&'a str>,
    /// What the request has consumed.
    pub cost: &'a Cost,
    /// How many times it was sent: 1 without a retry, 0 if it failed before the first attempt.
    pub attempts: u32,
    /// The time from the first attempt to the decoded result.
    pub duration: Duration,
    /// The number of items returned or written.
    pub items: usize,
    /// The kind of its error; `None` if it succeeded.
    pub error: Option<ErrorKind>,
}

/// An item of a response that the operation did not return, because it is not a live item of the model.
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
    /// The Rust name of the model that was read.
    pub model: &'static str,
    /// The table.
    pub table: &'a str,
    /// Why it was skipped.
    pub reason: SkipReason,
}

/// Why an item was skipped.
///
/// ```
/// assert_ne!(singlet::SkipReason::WrongEntity, singlet::SkipReason::MissingEntity);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SkipReason {
    /// Its entity attribute names another model. In a table without one, its keys do not begin like those of the model.
    WrongEntity,
    /// It has no entity attribute, and the model is not declared with `entity = "optional"`. In a table without one, a
    /// collection cannot determine its model, because it lacks the keys.
    MissingEntity,
    /// It is expired, and the model hides expired items.
    Expired,
    /// It was deleted after the index was read and before the table was read.
    Deleted,
    /// It cannot be decoded as the model, and the read [skips](crate::Query::skip_undecodable) such items.
    Undecodable,
}

/// A `tracing` span for a request, with the attributes of OpenTelemetry's conventions for DynamoDB. Its empty fields are
/// not known yet; [`report`] fills them in. A field cannot be a list, so one text has the names of several tables.
pub(crate) fn span(
    operation: Operation,
    api_operation: &'static str,
    model: Option<&'static str>,
    table: &str,
    index: Option<&str>,
) -> Span {
    tracing::debug_span!(
        target: "singlet",
        "request",
        otel.name = %format_args!("DynamoDB.{api_operation}"),
        otel.kind = "client",
        otel.status_code = Empty,
        rpc.system = "aws-api",
        db.system.name = "aws.dynamodb",
        db.operation.name = api_operation,
        db.collection.name = table,
        db.response.returned_rows = Empty,
        aws.dynamodb.index_name = index,
        aws.request_id = Empty,
        error.type = Empty,
        singlet.operation = ?operation,
        singlet.model = model,
        singlet.attempts = Empty,
        singlet.capacity.read = Empty,
        singlet.capacity.write = Empty,
        singlet.capacity.refused = Empty,
    )
}

/// Whether an observer or a `tracing` subscriber may receive the duration of a request.
pub(crate) fn is_timed(client: &Client) -> bool {
    // `tracing::enabled!` would call the filters of a subscriber, which expect the event to follow at once.
    client.observer().is_some() || LevelFilter::current() >= LevelFilter::DEBUG
}

/// Reports a request to the client's observer and to `tracing`. A request that was not timed is logged without a duration: the
/// `log` crate gets the event even if there is no subscriber.
pub(crate) fn report(client: &Client, event: &RequestEvent<'_>, is_timed: bool, request_id: Option<&str>, span: &Span) {
    span.record("singlet.attempts", event.attempts).record("db.response.returned_rows", event.items);
    let Cost { read, write, refused, .. } = *event.cost;
    let units =
        [("singlet.capacity.read", read), ("singlet.capacity.write", write), ("singlet.capacity.refused", refused)];
    for (name, units) in units {
        if units > 0.0 {
            span.record(name, units);
        }
    }
    if let Some(id) = request_id {
        span.record("aws.request_id", id);
    }
    if let Some(kind) = event.error {
        span.record("otel.status_code", "ERROR").record("error.type", tracing::field::debug(kind));
    }
    let duration_ms = is_timed.then_some(event.duration.as_secs_f64() * 1e3);
    span.in_scope(|| tracing::debug!(target: "singlet", duration_ms, "answered"));
    if let Some(observer) = client.observer() {
        observer.request(event);
    }
}

/// Reports a skipped item to the client's observer and to `tracing`.
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
    fn the_observer_of_the_client_gets_every_report() {
        let log = Log::default();
        let silent = Client::embedded();
        let client = silent.clone().with_observer((log.clone(), log.clone()));
        let request = RequestEvent {
            model: Some("Order"),
            is_first: true,
            operation: Operation::Query,
            api_operation: "Query",
            table: "shop",
            index: None,
            cost: &Cost::default(),
            attempts: 2,
            duration: Duration::from_millis(3),
            items: 1,
            error: None,
        };
        report(&client, &request, true, None, &Span::none());
        report(&silent, &request, true, None, &Span::none());
        let skipped = SkippedItem { model: "Order", table: "shop", reason: SkipReason::WrongEntity };
        report_skipped(&client, &skipped);
        assert_eq!(*log.0.lock().unwrap(), ["shop Query 2", "shop Query 2", "Order WrongEntity", "Order WrongEntity"]);
    }
}
