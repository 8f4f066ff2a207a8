//! What is true of every operation, from one table of them: what the observer is told, that `customize` has the last
//! word, and that `explain` shows the first request.

mod another_key;
mod direct;
mod faults;
mod operations;
mod plans;

use std::sync::{Arc, Mutex};

use serde_json::Value;
use singlet::{Client, ErrorKind, Model, Observer, RequestEvent, Result, SkipReason, SkippedItem, TTLAttribute, Table};

use crate::emulator::{Feature, supports};
use crate::stand::{self, START, Stand};
use crate::transport::Transport;
use operations::{Deed, Deeds, Operation};

/// What the observer is told, in order.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Log>>);

#[derive(Default)]
struct Log {
    items: usize,
    errors: Vec<ErrorKind>,
    skipped: Vec<SkipReason>,
    requests: usize,
}

impl Observer for Recorder {
    fn request(&self, event: &RequestEvent<'_>) {
        let mut log = self.0.lock().unwrap();
        log.requests += 1;
        log.items += event.items;
        log.errors.extend(event.error);
    }

    fn skipped_item(&self, event: &SkippedItem<'_>) {
        assert!(event.table.starts_with("deeds"));
        self.0.lock().unwrap().skipped.push(event.reason);
    }
}

/// The table with deed 1 and nothing else.
async fn restore(stand: &Stand) {
    restore_in(stand, "deeds").await;
}

async fn restore_in(stand: &Stand, table: &str) {
    for item in stand.stored(table).await {
        let key = ["pk", "sk"].map(|name| (name.to_owned(), item[name].clone())).into();
        stand.client.sdk().delete_item().table_name(table).set_key(Some(key)).send().await.unwrap();
    }
    let deed = Deed { id: 1, points: 7, expires_at: Some(TTLAttribute::from_epoch_seconds(START + 60)) };
    stand.put_raw(table, deed.to_item().unwrap()).await;
}

/// Runs an operation on the stored deed; what it gave, and what the observer was told.
async fn run(stand: &Stand, operation: &Operation) -> (Result<()>, Log) {
    restore(stand).await;
    let recorder = Recorder::default();
    let outcome = (operation.run)(stand.observed(recorder.clone())).await;
    let log = std::mem::take(&mut *recorder.0.lock().unwrap());
    (outcome, log)
}

#[tokio::test]
async fn the_observer_is_told_of_what_was_written_or_returned() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        for operation in operations::of_deed() {
            let (outcome, log) = run(stand, &operation).await;
            outcome.unwrap_or_else(|error| panic!("{}: {error}", operation.name));
            assert!(log.requests > 0, "{}", operation.name);
            assert_eq!((log.items, log.errors, log.skipped), (operation.items, vec![], vec![]), "{}", operation.name);
        }
    })
    .await;
}

/// Receives the tables that requests name.
#[derive(Clone, Default)]
struct Tables(Arc<Mutex<Vec<String>>>);

impl Observer for Tables {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push(event.table.to_owned());
    }
}

#[tokio::test]
async fn every_operation_names_the_table_of_the_environment() {
    stand::run(async |stand| {
        let named = |client: Client| client.with_table_name("deeds", "deeds-prod");
        let own = named(stand.client.clone());
        Deeds::create_table().client(&own).await.unwrap();
        let lists = [operations::of_deed(), operations::of_foreign(), operations::of_kept(), operations::of_unique()];
        let mut silent = Vec::new();
        for operation in lists.into_iter().flatten() {
            restore_in(stand, "deeds-prod").await;
            let (transport, tables) = (Transport::recording(), Tables::default());
            let client = transport.between(&own).with_observer(tables.clone());
            // Some refuse the stored item, or their own options. The text of a statement is the user's.
            if let Err(error) = (operation.run)(client).await {
                assert!(error.table().is_none_or(|table| table == "deeds-prod"), "{}: {error}", operation.name);
            }
            let tables = std::mem::take(&mut *tables.0.lock().unwrap());
            assert!(tables.iter().all(|table| table == "deeds-prod"), "{}: {tables:?}", operation.name);
            if transport.sent().is_empty() {
                silent.push(operation.name);
            }
            for sent in transport.sent().iter().filter(|_| operation.name != "statement") {
                let is_mapped = sent.body.contains("\"deeds-prod\"") && !sent.body.contains("\"deeds\"");
                assert!(is_mapped, "{}: {}", operation.name, sent.body);
            }
            if let Some(Ok(request)) = operation.explain.map(|explain| explain(own.clone())) {
                assert!(operation.name == "statement" || request.body().contains("\"deeds-prod\""), "{request}");
            }
        }
        // An `update_from` without a change, and what is refused before it is sent.
        silent.sort_unstable();
        silent.dedup();
        assert_eq!(silent, ["long token", "save, customized", "transaction", "update_from"]);
    })
    .await;
}

#[tokio::test]
async fn every_operation_names_a_table_by_its_arn() {
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/deeds";
    let client = Client::embedded().with_table_name("deeds", arn);
    let mut explained = 0;
    for operation in operations::of_deed().into_iter().filter(|operation| operation.name != "statement") {
        let Some(explain) = operation.explain else { continue };
        explained += 1;
        assert!(explain(client.clone()).unwrap().body().contains(arn), "{}", operation.name);
    }
    assert!(explained > 20);
}

#[tokio::test]
async fn the_observer_is_told_of_items_that_cannot_be_returned() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        for operation in operations::of_foreign() {
            let (outcome, log) = run(stand, &operation).await;
            // A put or a delete refuses the item instead of returning it.
            let refuses = matches!(operation.name, "save, old" | "delete, old");
            let skipped = if operation.returns && !refuses { vec![SkipReason::WrongEntity] } else { vec![] };
            assert_eq!(log.skipped, skipped, "{}", operation.name);
            assert_eq!(log.errors, Vec::from_iter(outcome.err().map(|error| error.kind())), "{}", operation.name);
        }
        for operation in operations::of_misread() {
            let (outcome, log) = run(stand, &operation).await;
            let error = outcome.err().map(|error| error.kind());
            assert!(!operation.returns || error == Some(ErrorKind::Decode), "{}: {error:?}", operation.name);
            assert_eq!((log.errors, log.skipped), (Vec::from_iter(error), vec![]), "{}", operation.name);
        }
    })
    .await;
}

#[tokio::test]
async fn the_observer_is_told_of_errors() {
    stand::run(async |stand| {
        for operation in operations::of_deed() {
            let recorder = Recorder::default();
            let error = (operation.run)(stand.observed(recorder.clone())).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TableNotFound, "{}", operation.name);
            let log = std::mem::take(&mut *recorder.0.lock().unwrap());
            assert_eq!(log.items, 0, "{}", operation.name);
            assert!(!log.errors.is_empty(), "{}", operation.name);
            assert!(log.errors.iter().all(|kind| *kind == ErrorKind::TableNotFound), "{}", operation.name);
        }
    })
    .await;
}

#[tokio::test]
async fn customize_has_the_last_word() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        for operation in operations::of_deed() {
            let Some(customized) = operation.customized else { continue };
            restore(stand).await;
            let transport = Transport::recording();
            customized(stand.through(&transport).with_observer(Recorder::default())).await.unwrap();
            for sent in transport.sent() {
                assert_eq!(sent.json()["ReturnConsumedCapacity"], "INDEXES", "{}", operation.name);
            }
        }
    })
    .await;
}

/// `detailed` reports what the requests consumed, whether or not an observer asks for it.
#[tokio::test]
async fn detailed_reports_what_was_consumed() {
    stand::run(async |stand| {
        let mut reported = 0;
        Deeds::create_table().await.unwrap();
        for operation in operations::of_deed() {
            // `first` and `page` are futures, which have no options.
            let (name, Some(detailed)) = (operation.name, operation.detailed) else { continue };
            reported += 1;
            restore(stand).await;
            let transport = Transport::recording();
            let (cost, attempts) = detailed(stand.through(&transport)).await.unwrap();
            let is_reported = cost.read + cost.write > 0.0;
            assert!(is_reported || !supports(Feature::ReadCapacity), "{name}: {cost:?}");
            assert_eq!(cost.requests as usize, transport.sent().len(), "{name}: {cost:?}");
            let places: f64 = cost.places.iter().map(|place| place.read + place.write).sum();
            assert!((places - cost.read - cost.write).abs() < 0.01, "{name}: {cost:?}");
            assert!(attempts as usize >= 1 && attempts as usize <= transport.sent().len(), "{name}: {attempts}");
            for sent in transport.sent() {
                assert_eq!(sent.json()["ReturnConsumedCapacity"], "INDEXES", "{name}");
            }
        }
        assert!(reported >= operations::of_deed().len() - 2, "{reported}");
    })
    .await;
}

/// `explain` shows the first request that awaiting sends, and fails as awaiting does if nothing is sent.
#[tokio::test]
async fn explain_shows_the_first_request() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        let tables = [
            ("Deed", operations::of_deed()),
            ("Hasty", operations::of_hasty()),
            ("Kept", operations::of_kept()),
            ("Unique", operations::of_unique()),
        ];
        let (mut shown, mut refused, mut read) = (0, 0, 0);
        for (model, operation) in tables.iter().flat_map(|(model, list)| list.iter().map(move |one| (model, one))) {
            let (name, Some(explain)) = (operation.name, operation.explain) else { continue };
            restore(stand).await;
            let transport = Transport::recording();
            let client = stand.through(&transport).with_observer(Recorder::default());
            let explained = explain(client.clone());
            assert_eq!(transport.sent().len(), 0, "{model} {name}");
            let outcome = (operation.run)(client).await;
            match (transport.sent().first(), explained) {
                (Some(sent), Ok(request)) => {
                    let mut bodies = [serde_json::from_str(request.body()).unwrap(), sent.json()];
                    // The token of a write with unique values is random.
                    let tokens = bodies.each_mut().map(|body: &mut Value| body["ClientRequestToken"].take());
                    assert_eq!(tokens[0].is_string(), sent.operation == "TransactWriteItems", "{model} {name}");
                    assert_eq!(tokens[0].is_string(), tokens[1].is_string(), "{model} {name}");
                    assert_eq!(request.operation(), sent.operation, "{model} {name}");
                    assert_eq!(bodies[0], bodies[1], "{model} {name}");
                    let is_write = !["get", "query", "scan", "exists"].iter().any(|read| name.contains(read));
                    let reads_first = is_write && sent.operation == "GetItem";
                    assert_eq!(request.reads_first(), reads_first, "{model} {name}");
                    shown += 1;
                    read += usize::from(reads_first);
                }
                (None, Err(error)) => {
                    // An update that changes nothing sends nothing, and succeeds.
                    let kind = outcome.err().map_or(ErrorKind::Validation, |error| error.kind());
                    assert_eq!(error.kind(), kind, "{model} {name}");
                    refused += 1;
                }
                (sent, explained) => panic!("{model} {name}: sent {sent:?}, explained {explained:?}"),
            }
        }
        assert!(shown > 30 && refused > 20 && read > 4, "{shown} {refused} {read}");
    })
    .await;
}
