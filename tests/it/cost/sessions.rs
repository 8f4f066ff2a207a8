//! Accesses to items whose TTL they refresh.

use std::time::Duration;

use singlet::{ErrorKind, Model, ModelConfig, TTLAttribute};

use super::{Bill, Billed, bill};
use crate::stand::{self, n};

fn half_hour() -> ModelConfig {
    ModelConfig::new("visits_cost").ttl(Duration::from_mins(30))
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "visits_cost", config = half_hour)]
struct Visit {
    #[model(hash_key)]
    id: u32,
    #[model(default)]
    pages: u32,
    body: String,
    expires_at: Option<TTLAttribute>,
}

#[tokio::test]
async fn a_get_and_an_update_within_a_second_are_one_request_each() {
    super::run(async |stand, billed| {
        Visit::create_table().await.unwrap();
        for (id, bytes, units) in [(1, 900, 1.0), (40, 40_000, 40.0)] {
            let mut visit = Visit { id, pages: 0, body: "x".repeat(bytes), expires_at: None };
            visit.save().await.unwrap();
            stand.advance(60);
            visit = Visit::get(id).client(&billed.client).await.unwrap().unwrap();
            billed.costs("get that is not due", bill(f64::ceil(units / 4.0) / 2.0, 0.0, 1));
            let not_due = visit.expires_at;
            visit.modify().add(|visit| visit.pages, 0_u32).client(&billed.client).await.unwrap();
            billed.costs("modify of a value that is not due", bill(0.0, units, 1));
            assert_eq!(visit.expires_at, not_due);
            stand.advance(180);
            visit.modify().add(|visit| visit.pages, 0_u32).client(&billed.client).await.unwrap();
            billed.costs("modify of a value that is due", bill(0.0, units, 1));
            assert_eq!(visit.expires_at.unwrap().epoch_seconds(), stand.clock.now() + 1_800);
            stand.advance(240);
            Visit::get(id).client(&billed.client).await.unwrap();
            billed.costs("get that is due", bill(f64::ceil(units / 4.0) / 2.0, units, 2));
            Visit::update(id).add(|visit| visit.pages, 1_u32).client(&billed.client).await.unwrap();
            billed.costs("update within the same second", bill(0.0, units, 1));
            Visit::update(id).add(|visit| visit.pages, 1_u32).client(&billed.client).await.unwrap();
            billed.costs("another update", bill(0.0, units, 1));
            let stored = Visit::get(id).refresh_ttl(false).await.unwrap().unwrap();
            assert_eq!((stored.pages, stored.expires_at.unwrap().epoch_seconds()), (2, stand.clock.now() + 1_800));
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_condition_is_one_request_unless_the_refresh_was_refused() {
    stand::run(async |stand| {
        Visit::create_table().await.unwrap();
        let billed = Billed::on(stand);
        let mut visit = Visit { id: 1, pages: 0, body: String::new(), expires_at: None };
        visit.save().await.unwrap();
        let expiry = visit.expires_at.unwrap().epoch_seconds();
        for (digits, requests) in [(format!("{expiry}"), 1), (format!("{expiry}.5"), 2)] {
            let mut item = visit.to_item().unwrap();
            item.insert("expires_at".into(), n(digits));
            stand.put_raw("visits_cost", item).await;
            let update = Visit::update(1).add(|visit| visit.pages, 1_u32).when(|visit| visit.pages.gt(7_u32));
            assert!(update.client(&billed.client).await.unwrap_err().is_condition_failed());
            assert_eq!(billed.take().requests, requests);
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_item_is_one_read() {
    super::run(async |_, billed| {
        Visit::create_table().await.unwrap();
        assert_eq!(Visit::get(7).client(&billed.client).await.unwrap(), None);
        billed.costs("get of no item", bill(0.5, 0.0, 1));
    })
    .await;
}

/// The expiry is that of the local value, which has none, or a later one.
#[tokio::test]
async fn a_modify_asks_for_no_refresh_that_is_refused() {
    stand::run(async |stand| {
        Visit::create_table().await.unwrap();
        let billed = Billed::on(stand);
        let mut visit = Visit { id: 1, pages: 0, body: String::new(), expires_at: None };
        for expires_at in [None, Some(TTLAttribute::from_epoch_seconds(stand.clock.now() + 100_000))] {
            let item = Visit { expires_at, ..visit.clone() }.to_item().unwrap();
            stand.put_raw("visits_cost", item).await;
            visit = Visit::get(1).await.unwrap().unwrap();
            visit.modify().add(|visit| visit.pages, 1_u32).client(&billed.client).await.unwrap();
            assert_eq!((billed.take().requests, visit.expires_at), (1, expires_at));
        }
    })
    .await;
}

#[tokio::test]
async fn a_missing_item_is_one_refused_update() {
    stand::run(async |stand| {
        Visit::create_table().await.unwrap();
        let billed = Billed::on(stand);
        let update = Visit::update(7).set(|visit| visit.pages, 1_u32).client(&billed.client);
        assert_eq!(update.await.unwrap_err().kind(), ErrorKind::NotFound);
        billed.costs("update of no item", Bill { read: 0.0, write: 0.0, refused: 1, requests: 1 });
    })
    .await;
}
