//! `delete_table`: nothing is sent until the name is repeated, and the table is deleted afterwards.

use std::sync::{Arc, Mutex};

use singlet::{ErrorKind, Model, Observer, Operation, RequestEvent, Table};

use crate::shop::{Session, Shop};
use crate::stand;
use crate::transport::{Fate, Transport};

#[tokio::test]
async fn a_deletion_without_its_name_is_not_sent() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for delete in [
            Shop::delete_table(),
            Shop::delete_table().confirm("Shop"),
            Shop::delete_table().confirm(""),
            Shop::delete_table().if_exists(),
            // The name of the config confirms nothing about the table of the call.
            Shop::delete_table().table("shop-b").confirm("shop"),
            Session::delete_table().confirm("Session"),
        ] {
            let error = delete.client(&client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
        }
        assert_eq!(transport.sent().len(), 0);
        Shop::describe_table().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_confirmed_deletion_waits_until_it_is_complete() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Shop::create_table().table("shop-b").await.unwrap();
        let deleting = r#"{"Table":{"TableName":"shop-b","TableStatus":"DELETING"}}"#;
        let transport = Transport::new(|number, _| match number {
            1 | 2 => Fate::Answer(200, deleting.into()),
            _ => Fate::Pass,
        });
        let client = stand.through(&transport);
        Session::delete_table().table("shop-b").confirm("shop-b").client(&client).await.unwrap();
        let operations: Vec<_> = transport.sent().into_iter().map(|sent| sent.operation).collect();
        assert_eq!(operations, ["DeleteTable", "DescribeTable", "DescribeTable", "DescribeTable"]);
        assert_eq!(stand.client.sdk().list_tables().send().await.unwrap().table_names(), ["shop"]);
    })
    .await;
}

#[tokio::test]
async fn deleting_a_deleted_table_may_succeed() {
    stand::run(async |_| {
        assert_eq!(Shop::delete_table().confirm("shop").await.unwrap_err().kind(), ErrorKind::TableNotFound);
        Shop::delete_table().confirm("shop").if_exists().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_request_is_explained_with_its_confirmation() {
    let unconfirmed = Shop::delete_table().table("shop-b").explain().unwrap_err();
    assert_eq!(unconfirmed.kind(), ErrorKind::Configuration);
    let request = Shop::delete_table().table("shop-b").confirm("shop-b").explain().unwrap();
    assert_eq!((request.operation(), request.body()), ("DeleteTable", r#"{"TableName":"shop-b"}"#));
    let request = Shop::verify_table().explain().unwrap();
    assert_eq!((request.operation(), request.body()), ("DescribeTable", r#"{"TableName":"shop"}"#));
    assert_eq!(Session::describe_table().explain().unwrap().operation(), "DescribeTable");
}

/// That the table is not found at last is what was asked for.
#[tokio::test]
async fn a_deletion_reports_no_error_to_the_observer() {
    #[derive(Clone, Default)]
    struct Events(Arc<Mutex<Vec<Heard>>>);

    type Heard = (Operation, Option<ErrorKind>);

    impl Observer for Events {
        fn request(&self, event: &RequestEvent<'_>) {
            self.0.lock().unwrap().push((event.operation, event.error));
        }
    }

    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let events = Events::default();
        Shop::delete_table().confirm("shop").client(&stand.observed(events.clone())).await.unwrap();
        let heard = events.0.lock().unwrap();
        assert!(heard.len() >= 2);
        assert!(heard.iter().all(|event| *event == (Operation::DeleteTable, None)), "{heard:?}");
    })
    .await;
}
