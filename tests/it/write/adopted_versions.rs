//! A version field on items that were stored before the model had it: absent, NULL and 0 are versions too.

use std::future::Future;
use std::pin::Pin;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Error, ErrorKind, Model, Result, Table};

use crate::stand::{self, Stand, item, n, s};

#[derive(Table)]
#[table(name = "users", hash_key = "pk", entity = "_type")]
struct Users;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Users, hash_key = "USER#{id}")]
struct User {
    id: String,
    name: String,
    #[model(version, default)]
    version: u32,
}

type Run<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// A write of a value that was read. It sets the name to `new`, or deletes the item.
struct Way {
    name: &'static str,
    run: for<'a> fn(&'a mut User) -> Run<'a>,
    deletes: bool,
}

fn renamed(user: &mut User) -> &mut User {
    user.name = "new".into();
    user
}

fn differing(user: &mut User) -> singlet::Update<'_, User, ()> {
    let old = user.clone();
    renamed(user).update_from(&old)
}

static WAYS: [Way; 8] = [
    Way { name: "save", run: |user| Box::pin(renamed(user).save().into_future()), deletes: false },
    Way { name: "modify", run: |user| Box::pin(user.modify().set(|u| u.name, "new").into_future()), deletes: false },
    Way { name: "update_from", run: |user| Box::pin(differing(user).into_future()), deletes: false },
    Way { name: "delete", run: |user| Box::pin(user.delete().into_future()), deletes: true },
    Way {
        name: "save in a transaction",
        run: |user| Box::pin(singlet::transact_write().write(renamed(user).save()).into_future()),
        deletes: false,
    },
    Way {
        name: "modify in a transaction",
        run: |user| Box::pin(singlet::transact_write().write(user.modify().set(|u| u.name, "new")).into_future()),
        deletes: false,
    },
    Way {
        name: "update_from in a transaction",
        run: |user| Box::pin(singlet::transact_write().write(differing(user)).into_future()),
        deletes: false,
    },
    Way {
        name: "delete in a transaction",
        run: |user| Box::pin(singlet::transact_write().write(user.delete()).into_future()),
        deletes: true,
    },
];

/// The stored forms of a version that was never counted.
const FORMS: [&str; 3] = ["absent", "NULL", "zero"];

async fn stored(stand: &Stand, id: &str, form: &str) -> User {
    let mut item = item([("pk", s(&format!("USER#{id}"))), ("id", s(id)), ("name", s("old")), ("_type", s("User"))]);
    match form {
        "NULL" => drop(item.insert("version".to_owned(), AttributeValue::Null(true))),
        "zero" => drop(item.insert("version".to_owned(), n(0))),
        _ => {}
    }
    stand.put_raw("users", item).await;
    let user = User::get(id).await.unwrap().unwrap();
    assert_eq!(user.version, 0);
    user
}

#[tokio::test]
async fn absent_null_and_zero_are_versions_of_every_write() {
    stand::run(async |stand| {
        Users::create_table().await.unwrap();
        for (form, way) in FORMS.into_iter().flat_map(|form| WAYS.iter().map(move |way| (form, way))) {
            let what = format!("{} of an item whose version is {}", way.name, form);
            let mut user = stored(stand, "u", form).await;
            (way.run)(&mut user).await.unwrap_or_else(|error| panic!("{what}: {error}"));
            let left = User::get("u").await.unwrap();
            if way.deletes {
                assert_eq!(left, None, "{what}");
            } else {
                assert_eq!((user.name.as_str(), user.version), ("new", 1), "{what}");
                assert_eq!(left, Some(user), "{what}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_second_writer_of_such_an_item_conflicts() {
    stand::run(async |stand| {
        Users::create_table().await.unwrap();
        let conflict = |error: Error, what: &str| {
            assert_eq!(error.kind(), ErrorKind::VersionConflict, "{what}: {error}");
            assert!(error.old::<User>().unwrap().is_some_and(|old| old.version == 1), "{what}");
        };
        for (form, way) in FORMS.into_iter().flat_map(|form| WAYS.iter().map(move |way| (form, way))) {
            let what = format!("{} of an item whose version was {}", way.name, form);
            let mut mine = stored(stand, "u", form).await;
            let before = mine.clone();
            mine.clone().save().await.unwrap();
            let theirs = User::get("u").await.unwrap();
            let error = (way.run)(&mut mine).await.unwrap_err();
            if way.name.ends_with("transaction") {
                assert_eq!(error.kind(), ErrorKind::VersionConflict, "{what}: {error}");
                assert_eq!(error.cancelled()[0].old::<User>().unwrap(), theirs, "{what}");
            } else {
                conflict(error, &what);
            }
            assert_eq!(mine.version, before.version, "{what}");
            assert_eq!(User::get("u").await.unwrap(), theirs, "{what}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_update_by_key_adopts_the_version() {
    stand::run(async |stand| {
        Users::create_table().await.unwrap();
        for form in ["absent", "zero"] {
            stored(stand, "u", form).await;
            assert_eq!(User::update("u").set(|u| u.name, "new").await.unwrap().version, 1, "{form}");
        }
    })
    .await;
}
