//! What DynamoDB leaves over of batches of reads, and what comes back when it never stops to.

use serde_json::{Value, json};
use singlet::{BatchProgress, ErrorKind, Model, batch_get};

use crate::batch::get::{Log, asked, keys, log, sizes, stored};
use crate::batch::write::orders;
use crate::emulator::{Feature, supports};
use crate::shop::{Customer, Order, customer, order};
use crate::stand::{self, BATCH_TRIES};
use crate::transport::{Fate, SentRequest, Transport, error_body};

/// Answers the first so many keys of a request for the shop, and leaves the others over.
fn only(count: usize, request: &SentRequest) -> Fate {
    let asked = request.json()["RequestItems"]["shop"].clone();
    let keys = asked["Keys"].as_array().unwrap().clone();
    Fate::Rewrite(Box::new(move |mut answer| {
        let (kept, left) = keys.split_at(count.min(keys.len()));
        let is_kept = |item: &Value| kept.iter().any(|key| key["pk"] == item["pk"] && key["sk"] == item["sk"]);
        answer["Responses"]["shop"].as_array_mut().unwrap().retain(is_kept);
        if !left.is_empty() {
            answer["UnprocessedKeys"] = json!({ "shop": { "Keys": left } });
        }
        answer
    }))
}

#[tokio::test]
async fn keys_that_are_left_over_are_asked_for_again() {
    stand::run(async |stand| {
        let all = stored(120).await;
        let transport = Transport::new(|number, request| match number {
            0 => only(30, request),
            1 => only(0, request),
            _ => Fate::Pass,
        });
        let batch = Order::batch_get(keys(120)).concurrency(1).consistent();
        assert_eq!(batch.client(&stand.hasty(&transport)).await.unwrap(), all);
        assert_eq!(sizes(&transport), [100, 70, 70, 20]);
        assert!(transport.sent().iter().all(|request| asked(request)[0].2), "a retry reads as the first try did");
    })
    .await;
}

#[tokio::test]
async fn backoff_starts_over_after_progress() {
    stand::run(async |stand| {
        let all = stored(5).await;
        let transport = Transport::new(|number, request| only(usize::from(number % 4 == 3), request));
        assert_eq!(Order::batch_get(keys(5)).client(&stand.hasty(&transport)).await.unwrap(), all);
        assert_eq!(transport.sent().len(), 20);
    })
    .await;
}

#[tokio::test]
async fn what_is_never_read_comes_back_typed_with_what_was() {
    stand::run(async |stand| {
        stored(5).await;
        let mut someone = customer("c-1");
        someone.save().await.unwrap();
        let transport = Transport::new(|number, request| only(if number == 0 { 3 } else { 0 }, request));
        let orders: Vec<_> = keys(5).map(Order::get).collect();
        let reads = batch_get((Customer::get("c-1"), orders, Customer::get("c-9")));
        let error = reads.client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.table(), error.model()), (ErrorKind::Throttled, Some("shop"), None));
        assert!(error.to_string().contains("4 are not read"), "{error}");
        assert_eq!(transport.sent().len(), 1 + BATCH_TRIES);

        assert!(error.unprocessed().is_none());
        let mut unread = error.into_unread().unwrap();
        assert_eq!(unread.found_of::<Order>(), [&order("c-1", 0), &order("c-1", 1)]);
        assert_eq!(unread.take_found_of::<Customer>(), [someone]);
        assert!(unread.found_of::<Customer>().is_empty());
        assert_eq!((unread.len(), unread.keys()["shop"].len()), (4, 4));
        assert_eq!(unread.keys_of::<Customer>(), [Customer::key_of("c-9").unwrap()]);
        assert!(!format!("{unread:?}").contains("c-9"));
        let rest = Order::batch_get(unread.keys_of::<Order>()).await.unwrap();
        assert_eq!(rest.into_iter().flatten().map(|order| order.id).collect::<Vec<_>>(), [2, 3, 4]);
    })
    .await;
}

#[tokio::test]
async fn a_drop_out_in_the_middle_of_a_retry_loses_nothing() {
    stand::run(async |stand| {
        stored(250).await;
        let transport = Transport::new(|number, request| match number {
            0 => only(60, request),
            1 => only(0, request),
            2 => Fate::Answer(400, error_body("ResourceNotFoundException")),
            _ => unreachable!("nothing is sent behind a failure"),
        });
        let batch = Order::batch_get(keys(250)).concurrency(1);
        let error = batch.client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::TableNotFound, Some("Order")));
        let mut unread = error.into_unread().unwrap();
        assert_eq!(unread.take_found_of::<Order>(), orders(60));
        assert_eq!(unread.len(), 190);
        let rest = Order::batch_get(unread.keys_of::<Order>()).await.unwrap();
        let mut ids: Vec<_> = rest.into_iter().flatten().map(|order| order.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, (60..250).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_response_of_over_16_mb_comes_in_parts() {
    if !supports(Feature::BatchGetSize) {
        return;
    }
    stand::run(async |stand| {
        Log::create_table().await.unwrap();
        let logs: Vec<_> = (0..45).map(|n| Log { text: "x".repeat(390_000), ..log(&format!("l-{n}")) }).collect();
        singlet::batch_write().put_all(&logs).await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport).with_batch_retries(1, std::time::Duration::ZERO);
        let found = Log::batch_get(logs.iter().map(|log| &log.pk)).client(&client).await.unwrap();
        assert!(found.iter().flatten().eq(&logs));
        assert!(transport.sent().len() > 1, "17 MB were not one response");
    })
    .await;
}

#[tokio::test]
async fn an_item_of_another_model_is_an_error_that_names_it() {
    stand::run(async |stand| {
        stored(3).await;
        let mut foreign = order("c-1", 7).to_item().unwrap();
        foreign.insert("_type".into(), stand::s("Robot"));
        stand.put_raw("shop", foreign).await;
        let error = Order::batch_get([("c-1", 1), ("c-1", 7), ("c-1", 2)]).await.unwrap_err();
        assert_eq!((error.kind(), error.model(), error.table()), (ErrorKind::WrongEntity, Some("Order"), Some("shop")));
        let unread = error.into_unread().unwrap();
        assert_eq!(unread.found_of::<Order>(), [&order("c-1", 1), &order("c-1", 2)]);
        assert_eq!(unread.keys_of::<Order>(), [Order::key_of(("c-1", 7)).unwrap()]);

        let mut damaged = order("c-1", 8).to_item().unwrap();
        damaged.insert("cents".into(), stand::s("S3CRET"));
        stand.put_raw("shop", damaged).await;
        let error = Order::batch_get(keys(9)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::WrongEntity, None), "who asked first");
        let error = Order::batch_get([("c-1", 8)]).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("cents")));
        assert!(!format!("{error:?}").contains("S3CRET"));
    })
    .await;
}

#[tokio::test]
async fn progress_is_told_after_each_request() {
    stand::run(async |stand| {
        stored(150).await;
        let mut told = Vec::new();
        let transport = Transport::new(|number, request| if number == 0 { only(40, request) } else { Fate::Pass });
        let progress = |at: BatchProgress| told.push((at.done, at.total));
        let batch = Order::batch_get(keys(150)).progress(progress).concurrency(1);
        batch.client(&stand.hasty(&transport)).await.unwrap();
        assert_eq!(told, [(40, 150), (100, 150), (150, 150)]);
    })
    .await;
}

#[tokio::test]
async fn a_throttled_request_is_sent_again() {
    stand::run(async |stand| {
        let all = stored(5).await;
        // Whatever the SDK tried, the first two requests stay throttled.
        let transport = Transport::new(|number, _| match number {
            ..8 => Fate::Answer(400, error_body("ProvisionedThroughputExceededException")),
            _ => Fate::Pass,
        });
        assert_eq!(Order::batch_get(keys(5)).client(&stand.hasty(&transport)).await.unwrap(), all);
        assert_eq!(transport.sent().len(), 9);
        let transport = Transport::failing(400, "ThrottlingException");
        let error = Order::batch_get(keys(5)).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.unread().unwrap().len()), (ErrorKind::Throttled, 5));
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!(transport.sent().len(), 4 * BATCH_TRIES);
    })
    .await;
}

#[tokio::test]
async fn an_answer_to_another_question_is_an_error() {
    stand::run(async |stand| {
        let item = |id| {
            serde_json::from_str::<Value>(order("c-1", id).save().explain().unwrap().body()).unwrap()["Item"].clone()
        };
        let foreign_key = json!({ "pk": { "S": "x" }, "sk": { "S": "y" } });
        for answer in [
            json!({ "Responses": { "shop": [item(0), item(5)] } }),
            json!({ "Responses": { "shop": [item(0)], "other": [item(1)] } }),
            json!({ "Responses": { "shop": [item(0), {}] } }),
            json!({ "Responses": { "shop": [item(0)] }, "UnprocessedKeys": { "shop": { "Keys": [foreign_key] } } }),
        ] {
            let transport = Transport::new(move |_, _| Fate::Answer(200, answer.to_string()));
            let error = Order::batch_get(keys(2)).client(&stand.hasty(&transport)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse);
            assert_eq!(error.unread().unwrap().found_of::<Order>(), [&order("c-1", 0)]);
        }
    })
    .await;
}
