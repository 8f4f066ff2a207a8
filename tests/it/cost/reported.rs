//! What an operation and the observer report is what the service bills, with every request.

use std::sync::{Arc, Mutex};

use singlet::{Cost, Model, Observer, RequestEvent, Table};

use super::{Billed, bill};
use crate::emulator::{Feature, supports};
use crate::stand;
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "reported", hash_key = "pk", entity = "_type")]
#[table(index(name = "by_team", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "teams", hash_key = "gsi2pk", projection = "keys_only"))]
struct Reported;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Reported, hash_key = "TASK#{id}", index(by_team, hash_key = "TEAM#{team}", range_key = "TASK#{id}"))]
#[model(index(teams, hash_key = "TEAM#{team}"))]
struct Task {
    id: u32,
    team: String,
    #[model(unique)]
    slug: String,
    done: u32,
    body: String,
}

fn task(id: u32) -> Task {
    Task { id, team: "red".into(), slug: format!("t-{id}"), done: 0, body: String::new() }
}

#[derive(Clone, Default)]
struct Total(Arc<Mutex<Cost>>);

impl Observer for Total {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().add(event.cost);
    }
}

#[tokio::test]
async fn every_request_of_an_operation_is_part_of_its_cost() {
    super::run(async |stand, billed| {
        Reported::create_table().await.unwrap();
        let total = Total::default();
        let client = billed.client.clone().with_observer(total.clone());
        let check = |row: &str, cost: &Cost| {
            let said = (cost.read, cost.write, cost.requests as usize);
            let bill = billed.take();
            assert_eq!(said, (bill.read, bill.write, bill.requests), "{row}");
            assert_eq!(*cost, std::mem::take(&mut *total.0.lock().unwrap()), "{row}");
        };
        let mut one = task(1);
        check("create", &one.create().client(&client).detailed().await.unwrap().cost);
        let response = Task::update(1).set(|task| task.slug, "new").client(&client).detailed().await.unwrap();
        assert!(response.cost.read > 0.0 && response.cost.write > 0.0);
        check("update: a read, a transaction, a read", &response.cost);
        let response = one.save().client(&client).detailed().await.unwrap();
        assert!(response.cost.refused >= 1.0);
        check("save: a refusal and a transaction", &response.cost);
        let response = Task::index(Reported::BY_TEAM).query("red").client(&client).detailed().await.unwrap();
        check("query of an index", &response.cost);
        let places: Vec<_> =
            response.cost.places.iter().map(|place| (place.table.as_str(), place.index.as_deref())).collect();
        assert_eq!(places, [("reported", Some("by_team"))]);
        let _ = stand;
    })
    .await;
}

#[tokio::test]
async fn a_refused_write_has_an_estimate_of_the_larger_item() {
    stand::run(async |stand| {
        Reported::create_table().await.unwrap();
        let total = Total::default();
        let client = stand.observed(total.clone());
        let refused = || std::mem::take(&mut *total.0.lock().unwrap()).refused;
        let mut big = Task { body: "x".repeat(6_000), ..task(1) };
        let update = Task::update(7).add(|task| task.done, 1_u32).client(&client);
        assert!(update.await.unwrap_err().is_not_found());
        assert!((refused() - 1.0).abs() < 0.01, "no item");
        big.create().await.unwrap();
        let update = Task::update(1).add(|task| task.done, 1_u32).when(|task| task.done.gt(5_u32)).client(&client);
        assert!(update.await.unwrap_err().is_condition_failed());
        assert!(refused() >= 6.0, "the stored item");
        let mut other = Task { id: 2, ..big.clone() };
        other.create().client(&client).await.unwrap_err();
        assert!(refused() >= 14.0, "a transaction");
    })
    .await;
}

/// Without a listener, no request asks for its units.
#[tokio::test]
async fn requests_ask_for_units_only_if_somebody_listens() {
    stand::run(async |stand| {
        Reported::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        task(1).create().client(&client).await.unwrap();
        Task::get(1).client(&client).await.unwrap();
        Task::get(1).client(&client).detailed().await.unwrap();
        let asks: Vec<_> = transport.sent().iter().map(|sent| sent.json()["ReturnConsumedCapacity"].clone()).collect();
        assert_eq!(asks, [serde_json::Value::Null, serde_json::Value::Null, "INDEXES".into()]);
        // A filtered read learns from the units how many items to read, and needs no more than their sum.
        let first = || Task::scan().filter(|task| task.done.eq(0_u32)).client(&client).first();
        first().await.unwrap();
        assert_eq!(transport.sent().last().unwrap().json()["ReturnConsumedCapacity"], "TOTAL");
        singlet::measure_cost(first().into_future()).await.0.unwrap();
        assert_eq!(transport.sent().last().unwrap().json()["ReturnConsumedCapacity"], "INDEXES");
        if supports(Feature::ReadCapacity) {
            let billed = Billed::on(stand);
            Task::get(1).client(&billed.client).await.unwrap();
            billed.costs("get", bill(0.5, 0.0, 1));
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_condition_refuses_a_transaction() {
    stand::run(async |stand| {
        Reported::create_table().await.unwrap();
        for (reason, is_refused) in [("ConditionalCheckFailed", true), ("TransactionConflict", false)] {
            let answer = format!(
                r#"{{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","CancellationReasons":[{{"Code":"{reason}"}}]}}"#
            );
            let transport = Transport::new(move |_, _| Fate::Answer(400, answer.clone()));
            let total = Total::default();
            let client = stand.through(&transport).with_observer(total.clone());
            let update = Task::update(1).set(|task| task.done, 1_u32).when(|task| task.done.eq(0_u32));
            singlet::transact_write().write(update).client(&client).await.unwrap_err();
            let refused = total.0.lock().unwrap().refused;
            assert_eq!(refused > 0.0, is_refused, "{reason}: {refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_measurement_that_is_dropped_counts_in_the_one_around_it() {
    stand::run(async |stand| {
        Reported::create_table().await.unwrap();
        task(1).create().await.unwrap();
        let transport = Transport::new(|number, _| if number == 1 { Fate::Hang } else { Fate::Pass });
        let client = stand.through(&transport);
        let ((), cost) = singlet::measure_cost(async {
            let reads = singlet::measure_cost(async {
                Task::get(1).client(&client).await.unwrap();
                Task::get(1).client(&client).await.unwrap();
            });
            let mut reads = std::pin::pin!(reads);
            while transport.sent().len() < 2 {
                assert!(futures_util::poll!(reads.as_mut()).is_pending());
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(cost.requests, 1);
    })
    .await;
}

#[tokio::test]
async fn the_requests_for_keys_and_items_are_one_call() {
    stand::run(async |stand| {
        Reported::create_table().await.unwrap();
        for id in 1..=3 {
            task(id).create().await.unwrap();
        }
        let calls = Calls::default();
        let client = stand.observed(calls.clone());
        let hydrated = Task::index(Reported::TEAMS).query("red").page_size(1).client(&client).hydrate();
        assert_eq!(hydrated.await.unwrap().len(), 3);
        assert_eq!(std::mem::take(&mut *calls.0.lock().unwrap()).iter().filter(|is_first| **is_first).count(), 1);
    })
    .await;
}

/// Whether each request was the first of its call.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<bool>>>);

impl Observer for Calls {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push(event.is_first);
    }
}
