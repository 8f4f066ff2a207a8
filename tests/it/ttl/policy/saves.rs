//! The expiry of items that are saved and created.

use std::time::Duration;

use singlet::{ErrorKind, Model, ModelConfig, TTLAttribute, Table};

use super::{Lives, Look, TTL, Token, Visit, at, visit};
use crate::stand::{self, START, n};

#[tokio::test]
async fn a_save_that_carries_no_expiry_gets_the_default() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut saved = visit(1);
        saved.save().await.unwrap();
        assert_eq!(saved.expires_at, at(TTL));
        assert_eq!(stand.only_item("lives").await["expires_at"], n(START.saturating_add_unsigned(TTL)));
        let mut created = visit(2);
        created.create().await.unwrap();
        assert_eq!(created.expires_at, at(TTL));
    })
    .await;
}

#[tokio::test]
async fn a_save_extends_and_never_shortens() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut kept = visit(1);
        kept.save().await.unwrap();
        stand.advance(100);
        kept.save().await.unwrap();
        assert_eq!(kept.expires_at, at(100 + TTL));
        kept.expires_at = at(5_000);
        kept.save().await.unwrap();
        assert_eq!(kept.expires_at, at(5_000));
        let stored = Visit::get(1).refresh_ttl(false).await.unwrap().unwrap();
        assert_eq!(stored.expires_at, at(5_000));
    })
    .await;
}

#[tokio::test]
async fn a_save_keeps_a_shorter_expiry_that_the_program_sets() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut short = Visit { expires_at: at(5), ..visit(1) };
        short.save().await.unwrap();
        assert_eq!((short.expires_at, stand.only_item("lives").await["expires_at"].clone()), (at(5), n(START + 5)));
        short.page = "/checkout".into();
        short.save().await.unwrap();
        assert_eq!(short.expires_at, at(5), "a second save of the value too");
        let mut read = Visit::get(1).refresh_ttl(false).await.unwrap().unwrap();
        assert_eq!(read.expires_at, at(5));
        read.save().await.unwrap();
        assert_eq!(read.expires_at, at(TTL), "what was read is extended");
        read.expires_at = at(7);
        read.save().await.unwrap();
        assert_eq!(read.expires_at, at(7));
    })
    .await;
}

/// Only an expiry that the program sets itself is kept, wherever the local value has it from.
#[tokio::test]
async fn a_save_extends_every_expiry_that_the_program_has_not_set() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut values = Vec::new();
        for id in 1..=8 {
            values.push(visit(id));
        }
        let get = |id| async move { Visit::get(id).refresh_ttl(false).await.unwrap().unwrap() };
        let [saved, created, batched, written, queried, updated, upserted, modified] = &mut values[..] else {
            panic!()
        };
        saved.save().await.unwrap();
        created.create().await.unwrap();
        singlet::batch_write().put(&*batched).await.unwrap();
        *batched = get(3).await;
        singlet::transact_write().write(written.save()).await.unwrap();
        queried.save().await.unwrap();
        *queried = Visit::query(5).refresh_ttl(false).await.unwrap().remove(0);
        updated.save().await.unwrap();
        *updated = Visit::update(6).set(|v| v.clicks, 2_u64).await.unwrap();
        *upserted = Visit::upsert(7).set(|v| v.page, "/").await.unwrap();
        modified.save().await.unwrap();
        modified.modify().set(|v| v.clicks, 2_u64).await.unwrap();
        stand.advance(100);
        for value in &mut values {
            assert_eq!(value.expires_at, at(TTL), "{}", value.id);
            value.save().await.unwrap();
            assert_eq!(value.expires_at, at(100 + TTL), "{}", value.id);
            assert_eq!(get(value.id).await.expires_at, at(100 + TTL), "{}", value.id);
        }

        let early = at(200).unwrap();
        let [field, called, extended, set, ..] = &mut values[..] else { panic!() };
        field.expires_at = Some(early);
        field.save().await.unwrap();
        called.save().ttl(Duration::from_secs(100)).await.unwrap();
        extended.extend_ttl(early).await.unwrap();
        set.set_ttl(early).await.unwrap();
        stand.advance(10);
        for value in &mut values[..4] {
            value.save().await.unwrap();
            assert_eq!(value.expires_at, at(200), "{}", value.id);
            assert_eq!(get(value.id).await.expires_at, at(200), "{}", value.id);
        }
    })
    .await;
}

#[tokio::test]
async fn a_create_takes_the_expiry_that_the_value_carries() {
    stand::run(async |_| {
        Lives::create_table().await.unwrap();
        let mut short = Visit { expires_at: at(5), ..visit(1) };
        short.create().await.unwrap();
        assert_eq!(short.expires_at, at(5));
    })
    .await;
}

#[tokio::test]
async fn the_ttl_of_one_save_wins_over_everything() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut short = Visit { expires_at: at(5_000), ..visit(1) };
        short.save().ttl(Duration::from_secs(30)).await.unwrap();
        assert_eq!(short.expires_at, at(30));
        assert_eq!(stand.only_item("lives").await["expires_at"], n(START + 30));
        let mut created = visit(2);
        created.create().ttl(Duration::from_millis(7_900)).await.unwrap();
        assert_eq!(created.expires_at, at(8), "fractions are rounded up");
    })
    .await;
}

#[tokio::test]
async fn a_failed_save_leaves_the_local_expiry() {
    stand::run(async |_| {
        Lives::create_table().await.unwrap();
        visit(1).create().await.unwrap();
        let mut second = visit(1);
        assert!(second.create().await.unwrap_err().is_condition_failed());
        assert_eq!(second.expires_at, None);
    })
    .await;
}

#[tokio::test]
async fn without_refresh_a_save_does_not_restart_the_expiry() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut token = Token { id: 1, user: "ann".into(), expires_at: None };
        token.save().await.unwrap();
        stand.advance(100);
        token.save().await.unwrap();
        assert_eq!(token.expires_at, at(TTL));
        let mut read = Token::get(1).await.unwrap().unwrap();
        assert_eq!(read.expires_at, at(TTL), "a get does not either");
        read.save().refresh_ttl(true).await.unwrap();
        assert_eq!(read.expires_at, at(100 + TTL), "one save may say otherwise");
        read.save().refresh_ttl(false).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_client_gives_a_ttl_to_the_models_that_ask_it() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let mut eternal = Look { id: 1, expires_at: None };
        for error in [
            eternal.save().await.unwrap_err(),
            Look::get(1).await.unwrap_err(),
            Look::update(1).set(|l| l.expires_at, at(60).unwrap()).await.unwrap_err(),
            singlet::batch_write().put(&eternal).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("`default_ttl`"), "the client has none: {error}");
        }
        assert!(stand.stored("lives").await.is_empty());

        let client = stand.client.clone().with_default_ttl(Duration::from_mins(1));
        singlet::with_client(client.clone(), async {
            let mut look = Look { id: 2, expires_at: None };
            look.save().await.unwrap();
            assert_eq!(look.expires_at, at(60));
            let mut visit = visit(1);
            visit.save().await.unwrap();
            assert_eq!(visit.expires_at, at(TTL), "a ttl of its own wins");
            stand.advance(10);
            look.save().client(&client.clone().with_refresh_ttl(false)).await.unwrap();
            assert_eq!(look.expires_at, at(60), "refresh is off for all");
        })
        .await;
        let mut customer = crate::shop::session("t", None);
        crate::shop::Session::create_table().await.unwrap();
        customer.save().client(&client).await.unwrap();
        assert_eq!(customer.expires_at, None, "it does not ask");
    })
    .await;
}

fn zero() -> ModelConfig {
    ModelConfig::new("lives").ttl(Duration::ZERO)
}

fn never_due() -> ModelConfig {
    ModelConfig::new("lives").ttl(Duration::from_mins(1)).refresh_after(1.5)
}

#[derive(Debug, Model)]
#[model(table = Lives, hash_key = "A#{id}", range_key = "A", config = zero)]
struct Zero {
    id: u32,
}

#[derive(Debug, Model)]
#[model(table = Lives, hash_key = "B#{id}", range_key = "B", config = never_due)]
struct NeverDue {
    id: u32,
}

fn no_table_ttl() -> ModelConfig {
    ModelConfig::new("plain").ttl(Duration::from_mins(1))
}

#[derive(Debug, Model)]
#[model(table = "plain", config = no_table_ttl)]
struct Plain {
    #[model(hash_key)]
    pk: String,
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_sent() {
    stand::run(async |_| {
        let mut token = Token { id: 1, user: "ann".into(), expires_at: None };
        assert_eq!(token.save().ttl(Duration::ZERO).await.unwrap_err().kind(), ErrorKind::Validation);
        for error in [
            Zero { id: 1 }.save().await.unwrap_err(),
            NeverDue { id: 1 }.save().await.unwrap_err(),
            Plain { pk: "p".into() }.save().await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
            assert!(error.model().is_some(), "{error}");
        }
        let saved = Plain { pk: "p".into() }.save().ttl(Duration::from_secs(5)).await;
        assert_eq!(saved.unwrap_err().kind(), ErrorKind::Configuration);
        let mut eternal = Token { id: 1, user: "ann".into(), expires_at: None };
        let saved = eternal.save().ttl(Duration::MAX).explain().unwrap();
        assert!(saved.body().contains(&TTLAttribute::MAX.to_string()), "a ttl too long is the longest");
    })
    .await;
}
