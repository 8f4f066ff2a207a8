//! `update_from`: what differs is sent, and no more.

use singlet::{ErrorKind, Model, Table};

use crate::basket::{Basket, Details, bare, full};
use crate::shop::{Customer, CustomerId, Shop, customer};
use crate::stand::{self, s};
use crate::transport::Transport;

async fn assert_becomes(stand: &stand::Stand, from: &Basket, to: &Basket) {
    stand.put_raw("baskets", from.to_item().unwrap()).await;
    let mut value = to.clone();
    value.update_from(from).await.unwrap();
    assert_eq!(&value, to);
    assert_eq!(Basket::get(1).await.unwrap().as_ref(), Some(to));
}

#[tokio::test]
async fn what_differs_is_written() {
    stand::run(async |stand| {
        Basket::create_table().await.unwrap();
        assert_becomes(stand, &bare(1), &full(1)).await;
        assert_becomes(stand, &full(1), &bare(1)).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_differs() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let mut value = full(1);
        let old = full(1);
        value.update_from(&old).client(&stand.through(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 0);
        assert_eq!(value, old);
    })
    .await;
}

#[tokio::test]
async fn only_what_differs_is_sent() {
    let old = full(1);
    let mut value = old.clone();
    value.count = 6;
    value.note = None;
    let request = value.update_from(&old).explain().unwrap();
    let body: serde_json::Value = serde_json::from_str(request.body()).unwrap();
    assert_eq!(body["UpdateExpression"], "SET #1 = :0 REMOVE #2");
    assert_eq!(body["ExpressionAttributeNames"], serde_json::json!({"#0": "pk", "#1": "count", "#2": "note"}));
}

#[tokio::test]
async fn unknown_attributes_and_changes_of_others_stay() {
    stand::run(async |stand| {
        Basket::create_table().await.unwrap();
        let old = full(1);
        let mut stored = old.to_item().unwrap();
        stored.insert("unknown".into(), s("of another tool"));
        stand.put_raw("baskets", stored).await;
        Basket::update(1).set(|b| b.owner, "bob").await.unwrap();

        let mut value = old.clone();
        value.details = Some(Details { color: None, inner: None });
        value.update_from(&old).await.unwrap();
        // The local value is what is stored.
        assert_eq!((value.owner.as_str(), &value.details), ("bob", &Some(Details { color: None, inner: None })));
        assert_eq!(stand.only_item("baskets").await["unknown"], s("of another tool"));
    })
    .await;
}

#[tokio::test]
async fn index_keys_move_along() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let old = customer("c-1");
        old.clone().create().await.unwrap();
        let mut value = Customer { email: Some("new@example.com".into()), ..old.clone() };
        value.update_from(&old).await.unwrap();
        assert_eq!(stand.only_item("shop").await, value.to_item().unwrap());
        let mut none = Customer { email: None, ..value.clone() };
        none.update_from(&value).await.unwrap();
        assert_eq!(stand.only_item("shop").await, none.to_item().unwrap());
    })
    .await;
}

#[tokio::test]
async fn another_key_is_refused_unsent() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let old = customer("c-1");
        let mut value = Customer { id: CustomerId("c-2".into()), ..old.clone() };
        let error = value.update_from(&old).client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::InvalidKey, Some("Customer")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_missing_item_is_not_found() {
    stand::run(async |stand| {
        Basket::create_table().await.unwrap();
        let (old, mut value) = (bare(1), full(1));
        let error = value.update_from(&old).await.unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(value, full(1));
        assert_eq!(stand.stored("baskets").await, []);
    })
    .await;
}

#[tokio::test]
async fn a_condition_holds_it_back() {
    stand::run(async |_| {
        Basket::create_table().await.unwrap();
        let old = bare(1);
        old.clone().create().await.unwrap();
        let mut value = full(1);
        let error = value.update_from(&old).when(|b| b.count.gt(5)).await.unwrap_err();
        assert_eq!((error.kind(), error.old().unwrap()), (ErrorKind::ConditionFailed, Some(old)));
    })
    .await;
}
