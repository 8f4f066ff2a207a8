//! Requests that are sent again.

use singlet::{ErrorKind, Model, Table};

use crate::shop::{Order, Shop, order};
use crate::stand;
use crate::transport::{Fate, Transport, error_body};

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
