//! What the observer of a client is told about batches of reads.

use std::sync::{Arc, Mutex};

use singlet::{Model, Observer, RequestEvent, SkippedItem, batch_get};

use crate::batch::get::{Log, keys, log, stored};
use crate::emulator::{Feature, supports};
use crate::shop::{Order, order};
use crate::stand;

#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Observer for Events {
    fn request(&self, event: &RequestEvent<'_>) {
        let RequestEvent { model, operation, table, index, cost, items, error, .. } = event;
        let event = format!("{model:?} {operation:?} {table} {index:?} {} {items} {error:?}", cost.read);
        self.0.lock().unwrap().push(event);
    }

    fn skipped_item(&self, event: &SkippedItem<'_>) {
        self.0.lock().unwrap().push(format!("{} {} {:?}", event.model, event.table, event.reason));
    }
}

#[tokio::test]
async fn the_observer_is_called_for_items_of_other_models() {
    stand::run(async |stand| {
        stored(2).await;
        for (id, entity) in [(7, Some(stand::s("Robot"))), (8, None)] {
            let mut foreign = order("c-1", id).to_item().unwrap();
            foreign.remove("_type");
            foreign.extend(entity.map(|entity| ("_type".to_owned(), entity)));
            stand.put_raw("shop", foreign).await;
        }
        let events = Events::default();
        let client = stand.observed(events.clone());
        Order::batch_get([("c-1", 1), ("c-1", 7)]).client(&client).await.unwrap_err();
        Order::batch_get([("c-1", 8)]).client(&client).await.unwrap_err();
        let mut heard = events.0.lock().unwrap().clone();
        heard.retain(|event| !event.contains("BatchGet"));
        assert_eq!(heard, ["Order shop WrongEntity", "Order shop MissingEntity"]);
    })
    .await;
}

#[tokio::test]
async fn each_request_is_observed() {
    stand::run(async |stand| {
        stored(101).await;
        Log::create_table().await.unwrap();
        log("a").save().await.unwrap();
        let events = Events::default();
        let client = stand.observed(events.clone());
        Order::batch_get(keys(101)).consistent().concurrency(1).client(&client).await.unwrap();
        batch_get((Order::get(("c-1", 1)), Log::get("a").consistent())).client(&client).await.unwrap();
        Log::batch_get(["a"]).table("nowhere").client(&client).await.unwrap_err();
        let has_capacity = supports(Feature::ReadCapacity);
        let units = |units: f64| if has_capacity { units } else { 0.0 };
        let expected = [
            format!("Some(\"Order\") BatchGet shop None {} 100 None", units(100.0)),
            format!("Some(\"Order\") BatchGet shop None {} 1 None", units(1.0)),
            format!("None BatchGet shop, logs None {} 2 None", units(1.5)),
            "Some(\"Log\") BatchGet nowhere None 0 0 Some(TableNotFound)".to_owned(),
        ];
        assert_eq!(*events.0.lock().unwrap(), expected);
        let response = Order::batch_get(keys(101)).detailed().await.unwrap();
        assert_eq!((response.value.len(), response.attempts), (101, 2));
        assert!((response.cost.read - units(50.5)).abs() < 0.01);
    })
    .await;
}
