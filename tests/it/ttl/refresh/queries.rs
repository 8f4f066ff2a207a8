//! Queries, of the table and of indexes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use singlet::{Model, ModelConfig, Operation, Table};

use super::{Ghost, Lazy, Recorder, Site, TTL, Visit, from, set_stored, stored, visit, visits};
use crate::stand::{self, n};
use crate::transport::{Fate, Transport};

fn expiries(visits: &[Visit]) -> Vec<i64> {
    visits.iter().map(|visit| visit.expires_at.unwrap().epoch_seconds() - stand::START - TTL).collect()
}

#[tokio::test]
async fn each_item_that_is_returned_is_refreshed() {
    stand::run(async |stand| {
        visits().await;
        let recorder = Recorder::default();
        let client = stand.observed(recorder.clone());
        stand.advance(60);
        let query = Visit::query("u").limit(3).client(&client).detailed().await.unwrap();
        assert!(query.cost.read >= 0.5 && query.cost.write >= 3.0, "a read and three writes");
        assert_eq!(expiries(&query.value), [60, 60, 60]);
        assert_eq!(
            recorder.sent(),
            [Operation::Query, Operation::RefreshTtl, Operation::RefreshTtl, Operation::RefreshTtl]
        );
        for (id, at) in [(0, 60), (2, 60), (3, 0)] {
            assert_eq!(stored(stand, &format!("VISIT#{id:04}")).await, at);
        }
        assert_eq!(Visit::get(("u", 0)).refresh_ttl(false).await.unwrap().unwrap().version, 1);
        Visit::query("u").limit(3).client(&client).await.unwrap();
        assert_eq!(recorder.sent(), [Operation::Query], "in the same second nothing is due");
    })
    .await;
}

#[tokio::test]
async fn no_more_than_eight_refreshes_are_under_way() {
    stand::run(async |stand| {
        visits().await;
        for id in 5..20 {
            visit(id).save().await.unwrap();
        }
        stand.advance(60);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let seen = Arc::clone(&most);
        let transport = Transport::new(move |_, sent| {
            if sent.operation != "UpdateItem" {
                return Fate::Pass;
            }
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let now = Arc::clone(&now);
            Fate::Rewrite(Box::new(move |body| {
                now.fetch_sub(1, Ordering::SeqCst);
                body
            }))
        });
        let found = Visit::query("u").client(&stand.through(&transport)).await.unwrap();
        assert_eq!((expiries(&found), transport.sent().len()), (vec![60; 20], 21));
        // How many of them meet is up to the machine.
        let most = most.load(Ordering::SeqCst);
        assert!((1..=8).contains(&most), "{most} at once");
    })
    .await;
}

#[tokio::test]
async fn every_way_to_the_items_refreshes() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(1);
        assert_eq!(Visit::query("u").first().await.unwrap().unwrap().expires_at, from(1));
        stand.advance(1);
        assert_eq!(Visit::query("u").eq(1).one().await.unwrap().unwrap().expires_at, from(2));
        stand.advance(1);
        let page = Visit::query("u").limit(2).page().await.unwrap();
        assert_eq!((expiries(&page.items), stored(stand, "VISIT#0002").await), (vec![3, 3], 0));
        let next = Visit::query("u").limit(2).cursor(page.cursor.unwrap()).page().await.unwrap();
        assert_eq!(next.items.iter().map(|visit| visit.id).collect::<Vec<_>>(), [2, 3]);
        let back = Visit::query("u").limit(2).cursor(next.previous.unwrap()).page().await.unwrap();
        assert_eq!(back.items, page.items);
        stand.advance(1);
        let mut pages = Visit::query("u").limit(4).pages();
        assert_eq!(expiries(&pages.next().await.unwrap().unwrap().items), [4, 4, 4, 4]);
        assert_eq!(stored(stand, "VISIT#0004").await, 0);
        assert_eq!(expiries(&pages.next().await.unwrap().unwrap().items), [4]);
        stand.advance(1);
        let mut stream = Visit::query("u").descending().page_size(2).stream();
        assert_eq!(stream.next().await.unwrap().unwrap().expires_at, from(5));
        assert_eq!((stored(stand, "VISIT#0003").await, stored(stand, "VISIT#0002").await), (5, 4));
    })
    .await;
}

#[tokio::test]
async fn indexes_refresh_the_items_of_the_table() {
    stand::run(async |stand| {
        visits().await;
        stand.advance(1);
        let found = Visit::index(Site::BY_PAGE).query("home").descending().limit(2).await.unwrap();
        assert_eq!((expiries(&found), stored(stand, "VISIT#0004").await), (vec![1, 1], 1));
        stand.advance(1);
        let found = Visit::index(Site::KEYS).query("home").limit(2).hydrate().await.unwrap();
        assert_eq!((expiries(&found), stored(stand, "VISIT#0001").await), (vec![2, 2], 2));
        let still = Visit::index(Site::KEYS).query("home").refresh_ttl(false).hydrate().await.unwrap();
        assert_eq!(expiries(&still), [2, 2, 0, 1, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_ttl_is_only_extended() {
    stand::run(async |stand| {
        visits().await;
        for (id, expires_at) in [(0, None), (1, Some(TTL + 500)), (2, Some(60))] {
            set_stored(stand, &Visit { version: 1, ..visit(id) }, expires_at).await;
        }
        stand.advance(60);
        let transport = Transport::recording();
        let found = Visit::query("u").client(&stand.through(&transport)).await.unwrap();
        let found: Vec<_> = found.iter().map(|visit| visit.expires_at).collect();
        assert_eq!(found, [None, from(500), from(60 - TTL), from(60), from(60)]);
        assert_eq!(transport.sent().len(), 1 + 2, "nothing is sent for what is not due");
        assert_eq!((stored(stand, "VISIT#0001").await, stored(stand, "VISIT#0002").await), (500, 60 - TTL));
        assert_eq!(expiries(&Visit::query("u").eq(3).refresh_ttl(false).await.unwrap()), [60]);
    })
    .await;
}

#[tokio::test]
async fn what_is_hidden_is_not_refreshed_and_what_is_not_due_is_not_either() {
    stand::run(async |stand| {
        Site::create_table().await.unwrap();
        for id in 0..4 {
            let mut ghost = Ghost { user: "u".into(), id, expires_at: None };
            ghost.save().await.unwrap();
            stand.advance(150);
            Lazy { user: "u".into(), id, expires_at: None }.save().await.unwrap();
        }
        // Ghosts were saved at 0, 150, 300 and 450, lazy ones 150 seconds later each; it is 600 now.
        let live = Ghost::query("u").await.unwrap();
        assert_eq!(
            live.iter().map(|ghost| (ghost.id, ghost.expires_at)).collect::<Vec<_>>(),
            [1, 2, 3].map(|id| (id, from(600)))
        );
        assert_eq!(stored(stand, "GHOST#0000").await, 0);
        let recorder = Recorder::default();
        stand.advance(59);
        let lazy = Lazy::query("u").client(&stand.observed(recorder.clone())).await.unwrap();
        assert_eq!(
            lazy.iter().map(|lazy| lazy.expires_at).collect::<Vec<_>>(),
            [from(659), from(659), from(659), from(600)]
        );
        assert_eq!(recorder.sent().len(), 1 + 3);
    })
    .await;
}

#[derive(Table)]
#[table(name = "leases", hash_key = "pk", ttl = "expires_at")]
#[table(index(name = "by_expiry", hash_key = "team", range_key = "expires_at", range_key_type = "N"))]
struct Leases;

fn leases() -> ModelConfig {
    ModelConfig::new("leases").ttl(Duration::from_secs(TTL.unsigned_abs())).refresh_after(0.0)
}

/// Its expiry is a key of an index.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Leases, hash_key = "LEASE#{id}", config = leases)]
#[model(index(by_expiry, hash_key = team, range_key = expires_at))]
struct Lease {
    id: u32,
    team: String,
    expires_at: i64,
}

#[tokio::test]
async fn items_do_not_move_in_an_index_by_expiry_while_it_is_read() {
    stand::run(async |stand| {
        Leases::create_table().await.unwrap();
        for id in 0..4 {
            let expires_at = stand::START + 100 + i64::from(id);
            stand.put_raw("leases", Lease { id, team: "t".into(), expires_at }.to_item().unwrap()).await;
        }
        let mut pages = Lease::index(Leases::BY_EXPIRY).query("t".to_owned()).limit(3).pages();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            found.extend(page.unwrap().items.into_iter().map(|lease| lease.id));
        }
        assert_eq!(found, [0, 1, 2, 3]);
        let mut stored: Vec<_> = stand.stored("leases").await.iter().map(|item| item["expires_at"].clone()).collect();
        stored.sort_by_key(|value| value.as_n().unwrap().clone());
        assert_eq!(stored, [100, 101, 102, 103].map(|seconds| n(stand::START + seconds)));
        Lease::get(3).await.unwrap();
        let last = Lease::index(Leases::BY_EXPIRY).query("t".to_owned()).descending().first().await.unwrap();
        assert_eq!(last.unwrap().expires_at, stand::START + TTL, "a get is an access");
    })
    .await;
}
