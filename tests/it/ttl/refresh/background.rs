//! Refreshes that nobody waits for.

use std::time::Duration;

use singlet::{Client, Model, Operation};

use super::{Recorder, Visit, from, stored, visits};
use crate::stand;

#[tokio::test]
async fn reads_do_not_wait_and_a_flush_does() {
    stand::run(async |stand| {
        visits().await;
        let recorder = Recorder::default();
        let client = stand.observed(recorder.clone()).with_background_refresh();
        stand.advance(60);
        let got = Visit::get(("u", 1)).client(&client).await.unwrap().unwrap();
        assert_eq!(got.expires_at, from(0), "as it was read");
        let found = Visit::query("u").ge(2).client(&client).await.unwrap();
        assert!(found.iter().all(|visit| visit.expires_at == from(0)));
        let found = Visit::batch_get([("u", 0)]).client(&client).await.unwrap();
        assert_eq!(found[0].as_ref().unwrap().expires_at, from(0));
        client.clone().flush().await;
        for id in 0..5 {
            assert_eq!(stored(stand, &format!("VISIT#{id:04}")).await, 60);
        }
        let refreshes = recorder.sent().iter().filter(|operation| **operation == Operation::RefreshTtl).count();
        assert_eq!(refreshes, 5);
        Visit::get(("u", 1)).client(&client).await.unwrap();
        client.flush().await;
        assert_eq!(recorder.sent(), [Operation::Get], "nothing is due");
    })
    .await;
}

#[tokio::test]
async fn more_than_there_is_room_for_waits_for_room() {
    stand::run(async |stand| {
        visits().await;
        for id in 5..70 {
            super::visit(id).save().await.unwrap();
        }
        let client = stand.client.clone().with_background_refresh();
        stand.advance(60);
        assert_eq!(Visit::query("u").client(&client).await.unwrap().len(), 70);
        client.flush().await;
        let found = Visit::query("u").refresh_ttl(false).await.unwrap();
        assert!(found.iter().all(|visit| visit.expires_at == from(60)));
    })
    .await;
}

#[tokio::test]
async fn a_client_that_waits_has_nothing_to_flush() {
    let client = Client::builder().region("eu-west-1").endpoint_url("http://localhost:1").credentials("a", "b", None);
    let client = client.background_refresh().connect_timeout(Duration::from_millis(1)).build().await.unwrap();
    client.flush().await;
    client.with_refresh_ttl(false).flush().await;
}
