//! The expiry of items that batches write and read.

use std::time::Duration;

use singlet::{Model, Table};

use super::{Cart, Lives, Look, TTL, Visit, at, visit};
use crate::stand::{self, START, n};

#[tokio::test]
async fn a_batch_gives_items_without_an_expiry_that_of_their_model() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let own = Visit { expires_at: at(5), ..visit(2) };
        let look = Look { id: 1, expires_at: None };
        singlet::batch_write()
            .put(visit(1))
            .put(&own)
            .put(&Cart { id: 1, lines: 3 })
            .put(&look)
            .delete_by_key(Visit::key_of(9))
            .client(&stand.client.clone().with_default_ttl(Duration::from_mins(1)))
            .await
            .unwrap();
        let stored = stand.stored("lives").await;
        let expiry = |key: &str| {
            let item = stored.iter().find(|item| item["pk"].as_s().unwrap().starts_with(key)).unwrap();
            item["expires_at"].clone()
        };
        assert_eq!(expiry("VISIT#0000000001"), n(START.saturating_add_unsigned(TTL)));
        assert_eq!(expiry("VISIT#0000000002"), n(START + 5));
        assert_eq!(expiry("CART#"), n(START.saturating_add_unsigned(TTL)));
        assert_eq!(expiry("LOOK#"), n(START + 60));
        assert_eq!(Visit::get(2).await.unwrap().unwrap().page, "/");
    })
    .await;
}

#[tokio::test]
async fn a_large_batch_reads_back_whole() {
    stand::run(async |_| {
        Lives::create_table().await.unwrap();
        let visits: Vec<Visit> = (0..60).map(visit).collect();
        singlet::batch_write().put_all(&visits).await.unwrap();
        let read = Visit::batch_get(0..60_u32).await.unwrap();
        for (n, read) in read.into_iter().enumerate() {
            let expected = Visit { expires_at: at(TTL), ..visits[n].clone() };
            assert_eq!(read, Some(expected));
        }
    })
    .await;
}
