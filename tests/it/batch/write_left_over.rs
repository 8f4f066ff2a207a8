//! What DynamoDB leaves over of batches of writes, and what comes back when it never stops to.

use std::time::Duration;

use serde_json::{Value, json};
use singlet::{BatchProgress, ErrorKind, Model, Table};

use crate::batch::write::{orders, sizes};
use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand::{self, BATCH_TRIES};
use crate::transport::{Fate, SentRequest, Transport, error_body};

/// Answers instead of the service: keeps the first `done(number)` writes of each request, and leaves the others over.
fn leaving_over(done: impl Fn(usize) -> Option<usize> + Send + Sync + 'static) -> Transport {
    Transport::new(move |number, request| match done(number) {
        Some(done) => Fate::Answer(200, json!({ "UnprocessedItems": without(request, done) }).to_string()),
        None => Fate::Pass,
    })
}

/// The request's items without the first so many of each table.
fn without(request: &SentRequest, done: usize) -> Value {
    let tables = request.json()["RequestItems"].as_object().unwrap().clone();
    let left = |list: Value| list.as_array().unwrap().iter().skip(done).cloned().collect::<Vec<_>>();
    let tables = tables.into_iter().map(|(table, list)| (table, left(list)));
    tables.filter(|(_, left)| !left.is_empty()).map(|(table, left)| (table, json!(left))).collect()
}

#[tokio::test]
async fn what_is_left_over_is_sent_again_as_it_was() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = leaving_over(|number| (number < 2).then_some(1));
        singlet::batch_write().put_all(orders(5)).client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(sizes(&transport), [5, 4, 3]);
        // The stand saw the last three only.
        let stored: Vec<_> = Order::query("c-1").await.unwrap().iter().map(|order| order.id).collect();
        assert_eq!(stored, [2, 3, 4]);
        let sent = transport.sent();
        let requests_of = |number: usize| {
            let body: &str = &sent[number].body;
            let list = body.split_once("\"shop\":[").unwrap().1.split_once("}}]").unwrap().0;
            list.split("{\"PutRequest\":")
                .skip(1)
                .map(|put| put.trim_end_matches([',', '}']))
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert!(requests_of(0).ends_with(&requests_of(2)), "byte for byte");
    })
    .await;
}

#[tokio::test]
async fn deletes_that_are_left_over_are_sent_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        singlet::batch_write().put_all(orders(4)).await.unwrap();
        let transport = leaving_over(|number| (number == 0).then_some(2));
        let batch = singlet::batch_write().delete_all(&orders(3)).put(order("c-1", 9));
        batch.client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(sizes(&transport), [4, 2]);
        let stored: Vec<_> = Order::query("c-1").await.unwrap().iter().map(|order| order.id).collect();
        assert_eq!(stored, [0, 1, 3, 9]);
    })
    .await;
}

#[tokio::test]
async fn backoff_starts_over_after_progress() {
    stand::run(async |stand| {
        // Three answers without progress, then one with, and so on: never four in a row.
        let transport = leaving_over(|number| Some(usize::from(number % 4 == 3)));
        singlet::batch_write().put_all(orders(5)).client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 20);
    })
    .await;
}

#[tokio::test]
async fn what_is_never_written_comes_back_typed() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = leaving_over(|_| Some(0));
        let batch = singlet::batch_write()
            .put_all(orders(2))
            .put(customer("c-1"))
            .delete_by_key(Order::key_of(("c-2", 7)))
            .delete(&customer("c-3"));
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Throttled, Some("shop")));
        assert!(error.to_string().contains("5 are not written"), "{error}");
        assert_eq!(transport.sent().len(), BATCH_TRIES);

        let left = error.unprocessed().unwrap();
        assert_eq!(left.len(), 5);
        assert_eq!(left.puts_of::<Order>().unwrap(), orders(2));
        assert_eq!(left.puts_of::<Customer>().unwrap(), [customer("c-1")]);
        assert_eq!(left.delete_keys_of::<Order>(), [Order::key_of(("c-2", 7)).unwrap()]);
        assert_eq!(left.puts().unwrap()["shop"].len(), 3);
        let keys = left.delete_keys().unwrap();
        assert_eq!(keys["shop"][1], stand::item([("pk", stand::s("CUSTOMER#c-3")), ("sk", stand::s("PROFILE"))]));
        assert!(!format!("{error:?} {left:?}").contains("c-1"));

        let mut gone = customer("c-3");
        gone.save().await.unwrap();
        error.into_unprocessed().unwrap().into_batch().client(&stand.client).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn chunks_that_were_never_sent_are_in_the_error() {
    stand::run(async |stand| {
        let transport = leaving_over(|_| Some(0));
        let batch = singlet::batch_write().put_all(orders(200)).concurrency(2);
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        let mut left = error.into_unprocessed().unwrap().puts_of::<Order>().unwrap();
        left.sort_by_key(|order| order.id);
        assert_eq!(left, orders(200));
        // Two chunks were tried, and nothing else.
        assert!(transport.sent().len() <= 2 * BATCH_TRIES);
    })
    .await;
}

#[tokio::test]
async fn a_drop_out_in_the_middle_of_a_retry_loses_nothing() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|number, request| match number {
            0 => Fate::Pass,
            1 => Fate::Answer(200, json!({ "UnprocessedItems": without(request, 10) }).to_string()),
            _ => Fate::Answer(400, error_body("ValidationException")),
        });
        let batch = singlet::batch_write().put_all(orders(60)).concurrency(1);
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Validation, Some("shop")));
        let left = error.into_unprocessed().unwrap();
        let mut ids: Vec<_> = left.puts_of::<Order>().unwrap().iter().map(|order| order.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, (35..60).collect::<Vec<_>>());
        left.into_batch().client(&stand.client).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 50, "the transport kept ten to itself");
    })
    .await;
}

#[tokio::test]
async fn a_lost_response_leaves_it_open_what_was_written() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, _| Fate::LoseResponse);
        let error = singlet::batch_write().put_all(orders(3)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert_eq!(error.unprocessed().unwrap().len(), 3);
        assert_eq!(stand.stored("shop").await.len(), 3);
        error.into_unprocessed().unwrap().into_batch().client(&stand.client).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_throttled_request_is_sent_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        // Whatever the SDK tried, the first two requests stay throttled.
        let transport = Transport::new(|number, _| match number {
            ..8 => Fate::Answer(400, error_body("ProvisionedThroughputExceededException")),
            _ => Fate::Pass,
        });
        singlet::batch_write().put_all(orders(3)).client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!((transport.sent().len(), stand.stored("shop").await.len()), (9, 3));
        let transport = Transport::failing(400, "ThrottlingException");
        let error = singlet::batch_write().put_all(orders(3)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::Throttled, 3));
        assert_eq!(transport.sent().len(), 4 * BATCH_TRIES);
    })
    .await;
}

#[tokio::test]
async fn a_failure_wakes_those_who_pause() {
    stand::run(async |stand| {
        let transport = Transport::new(|number, request| match number {
            0 => Fate::Answer(200, json!({ "UnprocessedItems": without(request, 0) }).to_string()),
            _ => Fate::Answer(400, error_body("ValidationException")),
        });
        // The first chunk pauses for hours, unless the failure of the second wakes it.
        let client = stand.through(&transport).with_batch_retries(4, Duration::from_hours(9));
        let error = singlet::batch_write().put_all(orders(60)).concurrency(2).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::Validation, 60));
        assert_eq!(transport.sent().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_request_of_an_unknown_kind_is_an_error() {
    stand::run(async |stand| {
        let transport = Transport::new(|_, _| {
            Fate::Answer(200, json!({ "UnprocessedItems": { "shop": [{ "TouchRequest": {} }] } }).to_string())
        });
        let error = singlet::batch_write().put_all(orders(2)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::InvalidResponse, 2));
    })
    .await;
}

#[tokio::test]
async fn a_request_that_was_not_sent_is_an_error() {
    stand::run(async |stand| {
        let put = |table: &str, id: u32| {
            let item = json!({ "pk": { "S": "CUSTOMER#c-1" }, "sk": { "S": format!("ORDER#{id:06}") } });
            json!({ "UnprocessedItems": { table: [{ "PutRequest": { "Item": item } }] } }).to_string()
        };
        for answer in [put("other", 0), put("shop", 7)] {
            let transport = Transport::new(move |_, _| Fate::Answer(200, answer.clone()));
            let error = singlet::batch_write().put_all(orders(2)).client(&stand.hasty(&transport)).await.unwrap_err();
            assert_eq!((error.kind(), error.unprocessed().unwrap().len()), (ErrorKind::InvalidResponse, 2));
            assert_eq!(error.into_unprocessed().unwrap().puts_of::<Order>().unwrap(), orders(2));
            assert_eq!(transport.sent().len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_after_each_request() {
    stand::run(async |stand| {
        let transport = leaving_over(|number| Some(if number == 0 { 20 } else { 25 }));
        let mut told = Vec::new();
        let progress = |at: BatchProgress| told.push((at.done, at.total));
        let batch = singlet::batch_write().put_all(orders(60)).progress(progress).concurrency(1);
        batch.client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(told, [(20, 60), (25, 60), (50, 60), (60, 60)]);
    })
    .await;
}
