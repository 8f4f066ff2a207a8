//! The expiry of items that are updated.

use std::time::Duration;

use singlet::{ErrorKind, ExpiresIn, Model, Table};

use super::{Cart, Lives, TTL, Token, Visit, at, visit};
use crate::stand::{self, START, n};
use crate::transport::{Fate, Transport};

fn watched() -> Transport {
    Transport::new(|_, _| Fate::Pass)
}

#[tokio::test]
async fn an_update_refreshes_in_the_same_request() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        visit(1).save().await.unwrap();
        stand.advance(100);
        let transport = watched();
        let client = stand.through(&transport);
        let new = Visit::update(1).add(|v| v.clicks, 1).client(&client).await.unwrap();
        assert_eq!((new.clicks, new.expires_at), (1, at(100 + TTL)));
        assert_eq!(transport.sent().len(), 1);

        let mut local = new.clone();
        stand.advance(1);
        local.modify().set(|v| v.page, "/cart").await.unwrap();
        assert_eq!(local.expires_at, at(101 + TTL));

        stand.advance(1);
        let mut changed = local.clone();
        changed.page = "/checkout".into();
        changed.update_from(&local).await.unwrap();
        assert_eq!(changed.expires_at, at(102 + TTL));
        let request = Visit::update(1).add(|v| v.clicks, 1).explain().unwrap();
        assert!(request.body().contains(&(START + 102 + 600).to_string()), "{request}");
    })
    .await;
}

#[tokio::test]
async fn an_update_never_shortens() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        visit(1).save().ttl(Duration::from_secs(5_000)).await.unwrap();
        let transport = watched();
        let client = stand.through(&transport);
        let new = Visit::update(1).add(|v| v.clicks, 1).client(&client).await.unwrap();
        assert_eq!((new.clicks, new.expires_at), (1, at(5_000)));
        assert_eq!(transport.sent().len(), 2, "the second one goes without the refresh");
    })
    .await;
}

#[tokio::test]
async fn an_update_neither_revives_nor_dooms() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        visit(1).save().ttl(Duration::from_secs(5)).await.unwrap();
        stand.advance(5);
        let expired = Visit::update(1).add(|v| v.clicks, 1).await.unwrap();
        assert_eq!((expired.clicks, expired.expires_at), (1, at(5)), "what has expired stays so");

        let mut eternal = visit(2).to_item().unwrap();
        assert!(eternal.remove("expires_at").is_none());
        eternal.insert("clicks".into(), n(0));
        stand.put_raw("lives", eternal).await;
        let eternal = Visit::update(2).add(|v| v.clicks, 1).await.unwrap();
        assert_eq!((eternal.clicks, eternal.expires_at), (1, None), "what lives for ever does so");
    })
    .await;
}

#[tokio::test]
async fn conditions_decide_as_ever() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        visit(1).save().await.unwrap();
        stand.advance(10);
        let transport = watched();
        let client = stand.through(&transport);
        let refused = Visit::update(1).add(|v| v.clicks, 1).when(|v| v.clicks.ge(5)).client(&client).await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::ConditionFailed);
        assert_eq!(transport.sent().len(), 1, "it is not the refresh that was refused");
        assert_eq!(Visit::update(9).add(|v| v.clicks, 1).await.unwrap_err().kind(), ErrorKind::NotFound);
        let stored = Visit::get(1).refresh_ttl(false).await.unwrap().unwrap();
        assert_eq!((stored.clicks, stored.expires_at), (0, at(TTL)));
    })
    .await;
}

#[tokio::test]
async fn an_update_may_say_what_becomes_of_the_expiry() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        visit(1).save().await.unwrap();
        stand.advance(10);
        let new = Visit::update(1).add(|v| v.clicks, 1).ttl(Duration::from_secs(30)).await.unwrap();
        assert_eq!(new.expires_at, at(40));
        let new = Visit::update(1).add(|v| v.clicks, 1).refresh_ttl(false).await.unwrap();
        assert_eq!(new.expires_at, at(40));
        let new = Visit::update(1).set(|v| v.expires_at, ExpiresIn::seconds(50)).await.unwrap();
        assert_eq!(new.expires_at, at(60));
        let new = Visit::update(1).remove(|v| v.expires_at).await.unwrap();
        assert_eq!(new.expires_at, None);
        let both = Visit::update(1).remove(|v| v.expires_at).ttl(Duration::from_secs(30)).await;
        assert_eq!(both.unwrap_err().kind(), ErrorKind::Validation);
        let zero = Visit::update(1).add(|v| v.clicks, 1).ttl(Duration::ZERO).await;
        assert_eq!(zero.unwrap_err().kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_gives_what_it_creates_a_life() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let upsert = || Visit::upsert(1).set(|v| v.page, "/").add(|v| v.clicks, 1);
        assert_eq!(upsert().await.unwrap().expires_at, at(TTL));
        stand.advance(10);
        assert_eq!(upsert().await.unwrap().expires_at, at(10 + TTL), "and refreshes what it merges into");
        Visit::update(1).add(|v| v.clicks, 1).ttl(Duration::from_secs(5_000)).await.unwrap();
        assert_eq!(upsert().await.unwrap().expires_at, at(5_010), "and never shortens");

        let upsert = || Token::upsert(1).set(|t| t.user, "ann");
        assert_eq!(upsert().await.unwrap().expires_at, at(10 + TTL));
        stand.advance(10);
        assert_eq!(upsert().await.unwrap().expires_at, at(10 + TTL), "without refresh it stays");
        Cart::upsert(1).set(|c| c.lines, 1).return_nothing().await.unwrap();
        let stored = stand.stored("lives").await;
        let cart = stored.iter().find(|item| item.contains_key("lines")).unwrap();
        assert_eq!(cart["expires_at"], n(START + 620));
    })
    .await;
}
