//! Spans and metrics carry the attributes of OpenTelemetry's conventions for DynamoDB, and no keys or values.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use singlet::{Ledger, LedgerEntry, Model, OpenTelemetryMetrics, Table};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

use crate::emulator::{Feature, supports};
use crate::stand;

#[derive(Table)]
#[table(name = "telemetry", hash_key = "pk", entity = "_type")]
#[table(index(name = "by_team", hash_key = "gsi1pk"))]
struct Shelf;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shelf, hash_key = "TASK#{id}", index(by_team, hash_key = "TEAM#{team}"))]
struct Task {
    id: String,
    team: String,
}

fn task(id: &str) -> Task {
    Task { id: id.into(), team: "S3CRET".into() }
}

/// A write, a refused write, a read of the table and one of an index.
async fn four_requests(client: &singlet::Client) {
    task("S3CRET").create().client(client).await.unwrap();
    task("S3CRET").create().client(client).await.unwrap_err();
    Task::get("S3CRET").client(client).await.unwrap();
    Task::index(Shelf::BY_TEAM).query("S3CRET").client(client).await.unwrap();
}

type Fields = BTreeMap<&'static str, String>;

/// Collects the fields of singlet's spans and events.
#[derive(Clone, Default)]
struct Recorder {
    spans: Arc<Mutex<Vec<Fields>>>,
    events: Arc<Mutex<Vec<Fields>>>,
}

struct Collect<'f>(&'f mut Fields);

impl Visit for Collect<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl tracing::Subscriber for Recorder {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        // Layers with filters store their answer for the event that follows, which `tracing::enabled!` does not send.
        assert!(metadata.is_event() || metadata.is_span(), "{metadata:?}");
        metadata.target() == "singlet"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut spans = self.spans.lock().unwrap();
        let mut fields = Fields::new();
        span.record(&mut Collect(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut spans = self.spans.lock().unwrap();
        values.record(&mut Collect(&mut spans[usize::try_from(id.into_u64()).unwrap() - 1]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Collect(&mut fields));
        self.events.lock().unwrap().push(fields);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Sends reads until the current subscriber has received one. If another thread registers the span or the event at the same
/// moment, it does not consider this subscriber.
async fn read_until(is_received: impl Fn() -> bool) {
    for _ in 0..1000 {
        tracing::callsite::rebuild_interest_cache();
        Task::get("absent").await.unwrap();
        if is_received() {
            return;
        }
    }
}

#[tokio::test]
async fn a_request_is_a_span_with_the_attributes_of_the_conventions() {
    stand::run(async |stand| {
        Shelf::create_table().await.unwrap();
        let recorder = Recorder::default();
        {
            let _guard = tracing::subscriber::set_default(recorder.clone());
            read_until(|| !std::mem::take(&mut *recorder.spans.lock().unwrap()).is_empty()).await;
            four_requests(&stand.observed(Ledger::new())).await;
        }
        let spans = recorder.spans.lock().unwrap();
        let of = |name: &str| spans.iter().map(|span| span.get(name).map(String::as_str)).collect::<Vec<_>>();
        for (name, value) in [("otel.kind", "client"), ("rpc.system", "aws-api"), ("db.system.name", "aws.dynamodb")] {
            assert_eq!(of(name), [Some(value); 4], "{name}");
        }
        assert_eq!(of("db.operation.name"), ["PutItem", "PutItem", "GetItem", "Query"].map(Some));
        assert_eq!(of("otel.name")[3], Some("DynamoDB.Query"));
        assert_eq!(of("db.collection.name"), [Some("telemetry"); 4]);
        assert_eq!(of("aws.dynamodb.index_name"), [None, None, None, Some("by_team")]);
        assert_eq!(of("singlet.operation"), ["Create", "Create", "Get", "Query"].map(Some));
        assert_eq!(of("singlet.model"), [Some("Task"); 4]);
        assert_eq!(of("error.type"), [None, Some("ConditionFailed"), None, None]);
        assert_eq!(of("otel.status_code"), [None, Some("ERROR"), None, None]);
        assert_eq!(of("singlet.attempts"), [Some("1"); 4]);
        assert!(!format!("{spans:?}").contains("S3CRET"));
    })
    .await;
}

#[tokio::test]
async fn an_event_has_the_duration_of_its_request() {
    stand::run(async |_| {
        Shelf::create_table().await.unwrap();
        let recorder = Recorder::default();
        let _guard = tracing::subscriber::set_default(recorder.clone());
        read_until(|| !recorder.events.lock().unwrap().is_empty()).await;
        let events = recorder.events.lock().unwrap();
        let durations: Vec<f64> = events.iter().map(|event| event["duration_ms"].parse().unwrap()).collect();
        assert!(!durations.is_empty() && durations.iter().all(|millis| *millis > 0.0), "{durations:?}");
    })
    .await;
}

fn small(count: u64) -> f64 {
    u32::try_from(count).unwrap().into()
}

/// The sums of all counters and the counts of all histograms, by name and attributes.
fn recorded(exporter: &InMemoryMetricExporter) -> Vec<(String, BTreeMap<String, String>, f64)> {
    let mut all = Vec::new();
    let of = |attributes: &mut dyn Iterator<Item = &KeyValue>| {
        attributes.map(|pair| (pair.key.to_string(), pair.value.to_string())).collect::<BTreeMap<_, _>>()
    };
    let finished = exporter.get_finished_metrics().unwrap();
    for metric in finished.iter().flat_map(ResourceMetrics::scope_metrics).flat_map(ScopeMetrics::metrics) {
        let name = metric.name().to_owned();
        match metric.data() {
            AggregatedMetrics::F64(MetricData::Sum(sum)) => {
                all.extend(sum.data_points().map(|p| (name.clone(), of(&mut p.attributes()), p.value())));
            }
            AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                let points = sum.data_points();
                all.extend(points.map(|p| (name.clone(), of(&mut p.attributes()), small(p.value()))));
            }
            AggregatedMetrics::F64(MetricData::Histogram(times)) => {
                let points = times.data_points();
                all.extend(points.map(|p| (name.clone(), of(&mut p.attributes()), small(p.count()))));
            }
            AggregatedMetrics::U64(MetricData::Histogram(rows)) => {
                let points = rows.data_points();
                all.extend(points.map(|p| (name.clone(), of(&mut p.attributes()), small(p.sum()))));
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    all
}

#[tokio::test]
async fn metrics_say_what_a_ledger_says() {
    if !supports(Feature::ReadCapacity) {
        return;
    }
    stand::run(async |stand| {
        Shelf::create_table().await.unwrap();
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
        let ledger = Ledger::new();
        let metrics = OpenTelemetryMetrics::new(&provider.meter("test"));
        let client = stand.observed((ledger.clone(), metrics));
        four_requests(&client).await;
        // An item of another model under the key of a task.
        let mut stranger = task("x").to_item().unwrap();
        stranger.insert("_type".into(), aws_sdk_dynamodb::types::AttributeValue::S("Other".into()));
        let put = client.sdk().put_item().table_name("telemetry").set_item(Some(stranger));
        put.send().await.unwrap();
        Task::index(Shelf::BY_TEAM).query("S3CRET").client(&client).await.unwrap();
        provider.force_flush().unwrap();

        let recorded = recorded(&exporter);
        let sum = |name: &str| recorded.iter().filter(|row| row.0 == name).map(|row| row.2).sum::<f64>();
        let entries = ledger.entries();
        let billed = |part: fn(&LedgerEntry) -> f64| entries.iter().map(part).sum::<f64>();
        let expected = [
            ("singlet.capacity.read", billed(|entry| entry.read)),
            ("singlet.capacity.write", billed(|entry| entry.write)),
            ("singlet.capacity.refused", billed(|entry| entry.refused)),
            ("db.client.operation.duration", billed(|entry| entry.requests.into())),
            ("db.client.response.returned_rows", billed(|entry| small(entry.items as u64))),
            ("singlet.skipped_items", 1.0),
            ("singlet.request.retries", 0.0),
        ];
        assert_eq!(expected.map(|(name, _)| (name, sum(name))), expected);

        let labels = |name: &str, operation: &str| {
            let mut rows = recorded.iter().filter(|row| row.0 == name && row.1["singlet.operation"] == operation);
            rows.next().unwrap_or_else(|| panic!("no {name} of {operation}")).1.clone()
        };
        let query = labels("singlet.capacity.read", "Query");
        assert_eq!((&*query["db.operation.name"], &*query["aws.dynamodb.index_name"]), ("Query", "by_team"));
        assert_eq!((&*query["db.collection.name"], &*query["singlet.model"]), ("telemetry", "Task"));
        assert_eq!(labels("singlet.capacity.refused", "Create")["error.type"], "ConditionFailed");
        assert!(recorded.iter().all(|row| row.1["db.system.name"] == "aws.dynamodb"));
        assert!(!format!("{recorded:?}").contains("S3CRET"));
    })
    .await;
}
