//! Writes leave items of other models alone that are stored under the same key.

use std::future::Future;
use std::pin::Pin;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{ErrorKind, Item, Model, Result, TTLAttribute, Table};

use crate::stand::{self, START, Stand, item, n, s};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", ttl = "expires_at", entity = "_type")]
struct Shop;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "USER#{id:plain}")]
struct User {
    id: u32,
    name: String,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "USER#{id:plain}", entity_name = "User", expired = "hide")]
struct Versioned {
    id: u32,
    name: String,
    expires_at: Option<TTLAttribute>,
    #[model(version, default)]
    version: u32,
}

/// Its items need no entity attribute.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "USER#{id:plain}", entity_name = "User", entity = "optional")]
struct Legacy {
    id: u32,
    name: String,
}

type Run = Pin<Box<dyn Future<Output = Result<()>>>>;

/// Every way to write one item. A batch has no conditions, so it is not among them.
macro_rules! ways {
    ($model:ident, $value:expr) => {{
        let ways: [(&str, fn() -> Run); 14] = [
            ("save", || Box::pin(async { $value.save().await })),
            ("create", || Box::pin(async { $value.create().await })),
            ("delete", || Box::pin(async { $value.delete().await })),
            ("delete_by_key", || Box::pin(async { $model::delete_by_key(1).await })),
            ("update", || Box::pin(async { $model::update(1).set(|u| u.name, "new").await.map(drop) })),
            ("upsert", || Box::pin(async { $model::upsert(1).set(|u| u.name, "new").await.map(drop) })),
            ("modify", || Box::pin(async { $value.modify().set(|u| u.name, "new").await })),
            ("save with a condition", || Box::pin(async { $value.save().when(|u| u.name.eq("x")).await })),
            ("return_old", || Box::pin(async { $value.save().return_old().await.map(drop) })),
            ("save in a transaction", || Box::pin(async { singlet::transact_write().write($value.save()).await })),
            ("create in a transaction", || Box::pin(async { singlet::transact_write().write($value.create()).await })),
            ("delete in a transaction", || Box::pin(async { singlet::transact_write().write($value.delete()).await })),
            ("update in a transaction", || {
                let update = || $model::update(1).set(|u| u.name, "new");
                Box::pin(async move { singlet::transact_write().write(update()).await })
            }),
            ("check", || Box::pin(async { singlet::transact_write().check($model::check(1)).await })),
        ];
        ways
    }};
}

fn user() -> User {
    User { id: 1, name: "Ann".into(), expires_at: None }
}

fn versioned() -> Versioned {
    Versioned { id: 1, name: "Ann".into(), expires_at: None, version: 3 }
}

fn new_version() -> Versioned {
    Versioned { version: 0, ..versioned() }
}

fn legacy() -> Legacy {
    Legacy { id: 1, name: "Ann".into() }
}

async fn foreign(stand: &Stand, entity: Option<AttributeValue>) -> Item {
    // It has the version that a value may expect, and no value of a model.
    let mut foreign = item([("pk", s("USER#1")), ("version", n(3)), ("name", s("x"))]);
    foreign.extend(entity.map(|entity| ("_type".to_owned(), entity)));
    stand.put_raw("shop", foreign.clone()).await;
    foreign
}

#[tokio::test]
async fn every_write_refuses_an_item_of_another_model() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for entity in [Some(s("Admin")), Some(n(1)), None] {
            let stored = foreign(stand, entity.clone()).await;
            for (model, ways) in [
                ("User", ways!(User, user())),
                ("Versioned", ways!(Versioned, versioned())),
                ("Versioned", ways!(Versioned, new_version())),
                ("Legacy", ways!(Legacy, legacy())),
            ] {
                if model == "Legacy" && entity.is_none() {
                    continue;
                }
                for (name, run) in ways {
                    let error = run().await.unwrap_err();
                    let what = format!("{name} of {model} over {entity:?}: {error}");
                    assert_eq!((error.kind(), error.model()), (ErrorKind::WrongEntity, Some(model)), "{what}");
                    assert_eq!(stand.only_item("shop").await, stored, "{what}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_expired_item_of_another_model_is_unchanged_too() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut stored = foreign(stand, Some(s("Admin"))).await;
        stored.insert("expires_at".into(), n(START - 1));
        stand.put_raw("shop", stored.clone()).await;
        for (name, run) in ways!(User, user()).into_iter().chain(ways!(Versioned, new_version())) {
            let error = run().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::WrongEntity, "{name}: {error}");
            assert_eq!(stand.only_item("shop").await, stored, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_an_entity_attribute_an_item_is_of_a_model_that_says_so() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        foreign(stand, None).await;
        let error = legacy().create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        legacy().save().await.unwrap();
        assert_eq!(stand.only_item("shop").await["_type"], s("User"));
        foreign(stand, None).await;
        legacy().delete().await.unwrap();
        assert_eq!(stand.stored("shop").await, []);
    })
    .await;
}

#[tokio::test]
async fn any_entity_replaces_and_deletes_whatever_is_there() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        foreign(stand, Some(s("Admin"))).await;
        let error = user().save().any_entity().when(|u| u.name.eq("y")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed, "the condition alone decides");
        assert_eq!(user().save().any_entity().return_old().await.unwrap(), None);
        assert_eq!(User::get(1).await.unwrap(), Some(user()));

        foreign(stand, None).await;
        versioned().save().any_entity().await.unwrap();
        assert_eq!(stand.only_item("shop").await["_type"], s("User"));

        for delete in [User::delete_by_key(1), User::delete_by_key(1)] {
            foreign(stand, Some(s("Admin"))).await;
            delete.any_entity().await.unwrap();
            assert_eq!(stand.stored("shop").await, []);
        }
        foreign(stand, Some(s("Admin"))).await;
        singlet::transact_write().write(user().save().any_entity()).await.unwrap();
        assert_eq!(User::get(1).await.unwrap(), Some(user()));
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_response_is_lost_is_repeated() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = || Transport::new(|number, _| if number == 0 { Fate::LoseResponse } else { Fate::Pass });
        user().save().client(&stand.through(&transport())).await.unwrap();
        assert_eq!(User::get(1).await.unwrap(), Some(user()));
        user().delete().client(&stand.through(&transport())).await.unwrap();
        assert_eq!(User::get(1).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_check_is_part_of_the_one_request() {
    stand::run(async |_| {
        let save = user().save().explain().unwrap();
        let text = r#""ConditionExpression":"attribute_not_exists(#0) OR #1 = :0""#;
        assert!(save.body().contains(text), "{}", save.body());
        let delete = User::delete_by_key(1).explain().unwrap();
        assert!(delete.body().contains(text), "{}", delete.body());
        assert!(!user().save().any_entity().explain().unwrap().body().contains("ConditionExpression"));
    })
    .await;
}
