//! The expiry of items that transactions write and read.

use std::time::Duration;

use singlet::{ErrorKind, Model, Table};

use super::{Ghost, Lives, TTL, Visit, at, ghost, visit};
use crate::stand;

#[tokio::test]
async fn a_transaction_gives_what_it_writes_a_life() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let (mut first, mut second) = (visit(1), visit(2));
        singlet::transact_write().write(first.create()).write(second.save().ttl(Duration::from_secs(9))).await.unwrap();
        assert_eq!((first.expires_at, second.expires_at), (at(TTL), at(9)));
        stand.advance(5);
        singlet::transact_write()
            .write(Visit::update(1).add(|v| v.clicks, 1))
            .write(Visit::upsert(3).set(|v| v.page, "/"))
            .await
            .unwrap();
        let lives = async |id| Visit::get(id).refresh_ttl(false).await.unwrap().unwrap().expires_at;
        assert_eq!((lives(1).await, lives(3).await), (at(5 + TTL), at(5 + TTL)));
    })
    .await;
}

#[tokio::test]
async fn an_expired_item_is_hidden_in_a_transaction_too() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        for id in 1..=3 {
            let mut old = Ghost { nick: Some("casper".into()), ..ghost(id) };
            old.save().ttl(Duration::from_secs(5)).await.unwrap();
        }
        stand.advance(5);
        let error = singlet::transact_write()
            .write(Ghost::upsert(1).set(|g| g.note, "new"))
            .write(Ghost::update(2).set(|g| g.note, "new"))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.cancelled()[0].index()), (ErrorKind::NotFound, 1));
        let error = singlet::transact_write().check(Ghost::check(3)).write(visit(1).create()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);

        let mut old = ghost(3);
        old.save().ttl(Duration::from_secs(5)).await.unwrap();
        stand.advance(5);
        singlet::transact_write()
            .check(Ghost::check(3).not_exists())
            .write(Ghost::upsert(1).set(|g| g.note, "new"))
            .write(Ghost::delete_by_key(2).when(|g| g.note.not_exists()))
            .await
            .unwrap();
        let new = Ghost::get(1).await.unwrap().unwrap();
        assert_eq!((new.note.as_str(), new.nick), ("new", None));
    })
    .await;
}
