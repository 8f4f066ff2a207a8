//! [`OpenTelemetryMetrics`]: an observer that records OpenTelemetry metrics.

use std::fmt;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};

use crate::{Observer, RequestEvent, SkippedItem};

/// The boundaries of durations in seconds that the conventions for databases recommend.
const SECONDS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// An observer that records OpenTelemetry metrics. Requires the feature `opentelemetry`.
///
/// Names and attributes follow OpenTelemetry's conventions for
/// [database metrics](https://opentelemetry.io/docs/specs/semconv/db/database-metrics/) and for
/// [DynamoDB](https://opentelemetry.io/docs/specs/semconv/db/dynamodb/), and begin with `singlet.` where the conventions
/// have none. As the observer of a client, it causes the consumed capacity to be requested, which is free.
///
/// | metric | instrument | meaning |
/// |---|---|---|
/// | `db.client.operation.duration` | histogram, `s` | a request with its retries |
/// | `db.client.response.returned_rows` | histogram, `{row}` | the items that a request returned or wrote |
/// | `singlet.request.retries` | counter, `{retry}` | repetitions by the SDK |
/// | `singlet.capacity.read`, `singlet.capacity.write` | counter, `{unit}` | the units by table and index |
/// | `singlet.capacity.refused` | counter, `{unit}` | the estimated write units of refused writes |
/// | `singlet.skipped_items` | counter, `{item}` | items that were not returned, by `singlet.skip_reason` |
///
/// | attribute | value |
/// |---|---|
/// | `db.system.name` | `aws.dynamodb` |
/// | `db.operation.name` | the operation of the service's API, such as `PutItem` |
/// | `db.collection.name` | the table, or all tables of a batch |
/// | `aws.dynamodb.index_name` | the index, if one is read or written |
/// | `error.type` | the name of the [`ErrorKind`](crate::ErrorKind), if the request failed |
/// | `singlet.operation` | the [`Operation`](crate::Operation), such as `Save` |
/// | `singlet.model` | the Rust name of the model; absent for requests about several models |
///
/// No attribute has a key or a value of an item, so the number of time series is limited by that of models, operations,
/// tables and indexes.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// use opentelemetry::global;
/// use singlet::OpenTelemetryMetrics;
///
/// // Set your meter provider first, for example one that exports by OTLP.
/// let metrics = OpenTelemetryMetrics::new(&global::meter("shop"));
/// let client = singlet::current_client().unwrap().with_observer(metrics);
/// Order::get(("ann", 1)).client(&client).await?;
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
pub struct OpenTelemetryMetrics {
    duration: Histogram<f64>,
    items: Histogram<u64>,
    retries: Counter<u64>,
    read: Counter<f64>,
    write: Counter<f64>,
    refused: Counter<f64>,
    skipped: Counter<u64>,
}

impl OpenTelemetryMetrics {
    /// Creates the instruments from a meter of the caller.
    ///
    /// ```
    /// let metrics = singlet::OpenTelemetryMetrics::new(&opentelemetry::global::meter("shop"));
    /// let client = singlet::Client::embedded().with_observer(metrics);
    /// # drop(client);
    /// ```
    pub fn new(meter: &Meter) -> Self {
        let units = |name: &'static str, description: &'static str| {
            meter.f64_counter(name).with_unit("{unit}").with_description(description).build()
        };
        OpenTelemetryMetrics {
            duration: meter
                .f64_histogram("db.client.operation.duration")
                .with_unit("s")
                .with_description("Duration of database client operations.")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            items: meter
                .u64_histogram("db.client.response.returned_rows")
                .with_unit("{row}")
                .with_description("The items that a request returned or wrote.")
                .build(),
            retries: meter
                .u64_counter("singlet.request.retries")
                .with_unit("{retry}")
                .with_description("Repetitions of requests by the SDK.")
                .build(),
            read: units("singlet.capacity.read", "Consumed read units."),
            write: units("singlet.capacity.write", "Consumed write units."),
            refused: units("singlet.capacity.refused", "Estimated write units of refused writes."),
            skipped: meter
                .u64_counter("singlet.skipped_items")
                .with_unit("{item}")
                .with_description("Items of responses that were not returned.")
                .build(),
        }
    }
}

impl Observer for OpenTelemetryMetrics {
    fn request(&self, event: &RequestEvent<'_>) {
        let attributes = of_request(event, event.table, event.index);
        self.duration.record(event.duration.as_secs_f64(), &attributes);
        self.retries.add(u64::from(event.attempts.saturating_sub(1)), &attributes);
        if event.error.is_none() {
            self.items.record(event.items as u64, &attributes);
        }
        if event.cost.refused > 0.0 {
            self.refused.add(event.cost.refused, &attributes);
        }
        for place in &event.cost.places {
            let attributes = of_request(event, &place.table, place.index.as_deref());
            self.read.add(place.read, &attributes);
            self.write.add(place.write, &attributes);
        }
    }

    fn skipped_item(&self, event: &SkippedItem<'_>) {
        let attributes = [
            KeyValue::new("db.system.name", "aws.dynamodb"),
            KeyValue::new("db.collection.name", event.table.to_owned()),
            KeyValue::new("singlet.model", event.model),
            KeyValue::new("singlet.skip_reason", format!("{:?}", event.reason)),
        ];
        self.skipped.add(1, &attributes);
    }
}

/// The attributes of a request, or of the part of it that is about one table or index.
fn of_request(event: &RequestEvent<'_>, table: &str, index: Option<&str>) -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new("db.system.name", "aws.dynamodb"),
        KeyValue::new("db.operation.name", event.api_operation),
        KeyValue::new("db.collection.name", table.to_owned()),
        KeyValue::new("singlet.operation", format!("{:?}", event.operation)),
    ];
    attributes.extend(index.map(|index| KeyValue::new("aws.dynamodb.index_name", index.to_owned())));
    attributes.extend(event.model.map(|model| KeyValue::new("singlet.model", model)));
    attributes.extend(event.error.map(|kind| KeyValue::new("error.type", format!("{kind:?}"))));
    attributes
}

/// Shows the name only, because the instruments of OpenTelemetry show nothing.
impl fmt::Debug for OpenTelemetryMetrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTelemetryMetrics").finish_non_exhaustive()
    }
}
