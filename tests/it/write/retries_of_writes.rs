//! Transactions and updates whose responses are lost, or that others are in the way of.

use serde_json::Value;
use singlet::{CancelReason, ErrorKind, Model, Table};

use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport, error_body};

fn is_transaction(request: &SentRequest) -> bool {
    request.operation == "TransactWriteItems"
}

/// Answers the first transactions with these reasons.
fn cancelling(times: usize, reasons: &'static [&'static str]) -> Transport {
    let reasons: Vec<Value> = reasons.iter().map(|code| serde_json::json!({ "Code": code })).collect();
    let body = serde_json::json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "cancelled",
        "CancellationReasons": reasons,
    });
    Transport::new(move |number, request| {
        if is_transaction(request) && number < times { Fate::Answer(400, body.to_string()) } else { Fate::Pass }
    })
}

#[tokio::test]
async fn a_transaction_is_done_once_when_its_response_is_lost() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        let transport = Transport::new(|number, _| if number == 0 { Fate::LoseResponse } else { Fate::Pass });
        let mut created = order("c-1", 1);
        singlet::transact_write()
            .write(Customer::update("c-1").add(|c| c.points, 1))
            .write(created.create())
            .client(&stand.through(&transport))
            .await
            .unwrap();
        let sent = transport.sent();
        assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
        assert_eq!(Customer::get("c-1").await.unwrap().unwrap().points, 8);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_used_again_changes_nothing() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let add = |points: u64| {
            let update = Customer::update("c-1").add(|c| c.points, points).set(|c| c.email, "x@example.com");
            singlet::transact_write().write(update).token("request-1").client(&client).into_future()
        };
        add(1).await.unwrap();
        add(1).await.unwrap();
        let sent = transport.sent();
        assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
        assert_eq!(sent[0].json()["ClientRequestToken"], "request-1");
        assert_eq!(Customer::get("c-1").await.unwrap().unwrap().points, 8);
        let error = add(2).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert_eq!(Customer::get("c-1").await.unwrap().unwrap().points, 8);
    })
    .await;
}

#[tokio::test]
async fn a_token_has_1_to_36_characters() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        for token in [String::new(), "x".repeat(37)] {
            let one = singlet::transact_write().write(Order::delete_by_key(("c-1", 1))).token(token);
            let one = one.client(&stand.through(&transport));
            assert_eq!(one.await.unwrap_err().kind(), ErrorKind::Validation);
        }
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_conflict_is_tried_again_with_the_same_bytes() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = cancelling(2, &["None", "TransactionConflict"]);
        let (mut a, mut b) = (order("c-1", 1), order("c-1", 2));
        singlet::transact_write().write(a.create()).write(b.create()).client(&stand.through(&transport)).await.unwrap();
        let sent = transport.sent();
        assert_eq!(sent.len(), 3);
        assert!(sent.iter().all(|request| request.body == sent[0].body));
        assert!(sent[0].json()["ClientRequestToken"].is_string());
        assert_eq!(stand.stored("shop").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_conflict_that_stays_is_an_error() {
    stand::run(async |stand| {
        let transport = cancelling(usize::MAX, &["TransactionConflict", "None", "ThrottlingError"]);
        let [mut a, mut b, mut c] = [1, 2, 3].map(|id| order("c-1", id));
        let all = singlet::transact_write().write(a.create()).write(b.create()).write(c.create());
        let error = all.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::TransactionConflict, 5));
        let reasons: Vec<_> = error.cancelled().iter().map(|o| (o.index(), o.reason())).collect();
        assert_eq!(reasons, [(0, CancelReason::Conflict), (2, CancelReason::Throttled)]);
    })
    .await;
}

#[tokio::test]
async fn throttled_operations_are_throttling_and_sent_again() {
    stand::run(async |stand| {
        let transport = cancelling(usize::MAX, &["ThrottlingError", "ProvisionedThroughputExceeded"]);
        let [mut a, mut b] = [1, 2].map(|id| order("c-1", id));
        let both = singlet::transact_write().write(a.create()).write(b.create());
        let error = both.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::Throttled, 5));
        assert!(!error.may_have_been_written());
    })
    .await;
}

#[tokio::test]
async fn a_conflict_beside_another_reason_is_not_tried_again() {
    stand::run(async |stand| {
        let transport = cancelling(usize::MAX, &["TransactionConflict", "ConditionalCheckFailed"]);
        let (mut a, mut b) = (order("c-1", 1), order("c-1", 2));
        let both = singlet::transact_write().write(a.create()).write(b.create());
        let error = both.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), transport.sent().len()), (ErrorKind::ConditionFailed, 1));
        assert_eq!(error.cancelled().len(), 2);
        let refusals: [(&[&str], ErrorKind); 3] = [
            (&["ValidationError"], ErrorKind::Validation),
            (&["ItemCollectionSizeLimitExceeded"], ErrorKind::Validation),
            (&["SomethingNew"], ErrorKind::Service),
        ];
        for (reasons, kind) in refusals {
            let transport = cancelling(usize::MAX, reasons);
            let error =
                singlet::transact_write().write(a.create()).client(&stand.through(&transport)).await.unwrap_err();
            assert_eq!((error.kind(), transport.sent().len()), (kind, 1), "{reasons:?}");
            assert!(!error.may_have_been_written());
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_under_way_is_waited_for_with_the_same_token() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|number, _| match number {
            0 => Fate::Answer(400, error_body("TransactionInProgressException")),
            _ => Fate::Pass,
        });
        let mut created = order("c-1", 1);
        singlet::transact_write().write(created.create()).client(&stand.through(&transport)).await.unwrap();
        let sent = transport.sent();
        assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body));
    })
    .await;
}

#[tokio::test]
async fn a_plain_update_may_count_twice_and_says_so() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        customer("c-1").create().await.unwrap();
        let transport = Transport::new(|number, _| if number == 0 { Fate::LoseResponse } else { Fate::Pass });
        let new = Customer::update("c-1").add(|c| c.points, 1).client(&stand.through(&transport)).await.unwrap();
        assert_eq!(new.points, 9, "as the documentation of `Update` tells");
    })
    .await;
}

#[tokio::test]
async fn a_delete_whose_response_is_lost_succeeds() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        order("c-1", 1).create().await.unwrap();
        let transport = Transport::new(|number, _| if number == 0 { Fate::LoseResponse } else { Fate::Pass });
        order("c-1", 1).delete().client(&stand.through(&transport)).await.unwrap();
        assert_eq!(Order::get(("c-1", 1)).await.unwrap(), None);
    })
    .await;
}
