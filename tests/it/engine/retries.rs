//! Lost responses: a write that its own retry meets again has succeeded, another writer's has not.

use singlet::{ErrorKind, Model, Table};

use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport, error_body};

/// Loses the response to the first request of this operation.
fn losing(operation: &'static str) -> Transport {
    Transport::new(
        move |number, request: &SentRequest| {
            if number == 0 && request.operation == operation { Fate::LoseResponse } else { Fate::Pass }
        },
    )
}

#[tokio::test]
async fn create_succeeds_when_only_its_response_was_lost() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = losing("PutItem");
        let mut created = customer("c-1");
        created.create().client(&stand.through(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 2);
        assert_eq!(transport.sent()[0].json()["Item"], transport.sent()[1].json()["Item"]);
        assert_eq!(Customer::get("c-1").await.unwrap(), Some(created));
    })
    .await;
}

#[tokio::test]
async fn a_conditional_save_succeeds_when_only_its_response_was_lost() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut saved = order("c-1", 1);
        saved.save().await.unwrap();
        saved.cents = 5;
        let unchanged = || singlet::RawExpression::new("cents = :old").value(":old", 1_990);
        saved.save().when_raw(unchanged()).client(&stand.through(&losing("PutItem"))).await.unwrap();
        let error = saved.save().when_raw(unchanged()).await.unwrap_err();
        assert!(error.is_condition_failed(), "without a retry it is a conflict");
    })
    .await;
}

#[tokio::test]
async fn a_real_conflict_fails_after_a_retry_too() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Order { cents: 5, ..order("c-1", 1) }.save().await.unwrap();
        // The first attempt never arrives, the second meets the other writer's item.
        let transport = Transport::new(|number, _| match number {
            0 => Fate::Answer(500, error_body("InternalServerError")),
            _ => Fate::Pass,
        });
        let error = order("c-1", 1).create().client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::ConditionFailed, 2));
        assert_eq!(Order::from_item(error.old_item().unwrap()).unwrap().cents, 5);
    })
    .await;
}

#[tokio::test]
async fn the_same_item_of_another_writer_is_a_conflict_without_a_retry() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        order("c-1", 1).save().await.unwrap();
        let error = order("c-1", 1).create().client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::ConditionFailed, 1));
    })
    .await;
}

#[tokio::test]
async fn a_throttled_request_is_sent_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let throttled = error_body("ProvisionedThroughputExceededException");
        let transport = Transport::new(move |number, _| match number {
            0 | 2 => Fate::Answer(400, throttled.clone()),
            _ => Fate::Pass,
        });
        let client = stand.through(&transport);
        order("c-1", 1).save().client(&client).await.unwrap();
        let response = Order::get(("c-1", 1)).client(&client).detailed().await.unwrap();
        assert_eq!(response.attempts, 2);
        assert_eq!(response.value, Some(order("c-1", 1)));
        assert_eq!(transport.sent().len(), 4);
    })
    .await;
}
