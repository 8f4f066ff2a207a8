//! Schema numbers: older items are upgraded by reads, and nothing overwrites or half-changes items of another schema.

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{ErrorKind, Item, Model, Projection, Table};

use crate::stand::{self, item, n, s};

#[derive(Table)]
#[table(name = "accounts", hash_key = "pk", entity = "_type", schema_attribute = "_v")]
struct Accounts;

/// Points were texts.
fn points_are_numbers(item: &mut Item) -> Result<(), &'static str> {
    if let Some(AttributeValue::S(text)) = item.remove("points") {
        let points: u64 = text.parse().map_err(|_| "the points are not a number")?;
        item.insert("points".into(), n(points));
    }
    Ok(())
}

/// A name had both parts.
fn names_have_parts(item: &mut Item) {
    if let Some(AttributeValue::S(name)) = item.remove("name") {
        let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
        item.extend([("first".to_owned(), s(first)), ("last".to_owned(), s(last))]);
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "A#{id}", schema = 3, upgrade(points_are_numbers, names_have_parts))]
struct Account {
    id: String,
    first: String,
    last: String,
    points: u64,
}

/// The program before the last step.
mod before {
    use super::{Accounts, Model, points_are_numbers};

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = Accounts, hash_key = "A#{id}", schema = 2, upgrade = points_are_numbers)]
    pub(super) struct Account {
        pub(super) id: String,
        pub(super) name: String,
        pub(super) points: u64,
    }
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Account)]
struct Points {
    points: u64,
}

fn account() -> Account {
    Account { id: "1".into(), first: "Ann".into(), last: "Lee".into(), points: 7 }
}

fn stored(schema: u32) -> Item {
    let [pk, kind, id] = [("pk", s("A#1")), ("_type", s("Account")), ("id", s("1"))];
    match schema {
        1 => item([pk, kind, id, ("name", s("Ann Lee")), ("points", s("7"))]),
        2 => item([pk, kind, id, ("name", s("Ann Lee")), ("points", n(7)), ("_v", n(2))]),
        _ => item([pk, kind, id, ("first", s("Ann")), ("last", s("Lee")), ("points", n(7)), ("_v", n(schema))]),
    }
}

#[tokio::test]
async fn every_read_upgrades_and_only_a_save_writes_the_item_back() {
    stand::run(async |stand| {
        Accounts::create_table().await.unwrap();
        for schema in 1..=3 {
            stand.put_raw("accounts", stored(schema)).await;
            assert_eq!(Account::get("1").await.unwrap(), Some(account()), "{schema}");
            assert_eq!(Account::query("1").await.unwrap(), [account()], "{schema}");
            assert_eq!(Account::scan().await.unwrap(), [account()], "{schema}");
            assert_eq!(Account::batch_get(["1"]).await.unwrap(), [Some(account())], "{schema}");
            assert_eq!(singlet::transact_get((Account::get("1"),)).await.unwrap(), (Some(account()),), "{schema}");
            assert_eq!(singlet::statement::<Account>("SELECT * FROM accounts").await.unwrap(), [account()], "{schema}");
            assert_eq!(stand.only_item("accounts").await, stored(schema), "{schema}: a read wrote");
            account().save().await.unwrap();
            assert_eq!(stand.only_item("accounts").await, stored(3), "{schema}");
        }
        assert_eq!(Account::from_dict(&account().to_dict().unwrap()).unwrap(), account());
    })
    .await;
}

#[tokio::test]
async fn an_item_of_a_newer_schema_is_refused_by_reads_saves_and_updates() {
    stand::run(async |stand| {
        Accounts::create_table().await.unwrap();
        stand.put_raw("accounts", stored(4)).await;
        let update = || Account::update("1").add(|a| a.points, 1);
        let mut value = account();
        let errors = [
            Account::get("1").await.unwrap_err(),
            Account::query("1").await.unwrap_err(),
            Account::query("1").select::<Points>().await.unwrap_err(),
            value.save().await.unwrap_err(),
            update().await.unwrap_err(),
            Account::upsert("1").set(|a| a.points, 1).set(|a| a.first, "A").set(|a| a.last, "L").await.unwrap_err(),
            singlet::transact_write().write(update()).await.unwrap_err(),
        ];
        for (number, error) in errors.iter().enumerate() {
            assert_eq!(error.kind(), ErrorKind::SchemaMismatch, "{number}: {error}");
            assert!(error.to_string().contains("schema 4"), "{number}: {error}");
            assert_eq!(error.attribute(), Some("_v"), "{number}: {error}");
        }
        assert_eq!(stand.only_item("accounts").await, stored(4));
        assert_eq!(Account::query("1").keys().await.unwrap().len(), 1);
        // The program of schema 2 does not overwrite schema 3.
        stand.put_raw("accounts", stored(3)).await;
        let mut former = before::Account { id: "1".into(), name: "Ann".into(), points: 1 };
        assert_eq!(former.save().await.unwrap_err().kind(), ErrorKind::SchemaMismatch);
        Account::delete_by_key("1").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_update_changes_items_of_the_current_schema_only() {
    stand::run(async |stand| {
        Accounts::create_table().await.unwrap();
        for schema in 1..=2 {
            stand.put_raw("accounts", stored(schema)).await;
            let error = Account::update("1").set(|a| a.first, "Bob").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::SchemaMismatch, "{error}");
            let error = Account::query("1").select::<Points>().await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("_v")));
            assert_eq!(stand.only_item("accounts").await, stored(schema));
        }
        stand.put_raw("accounts", stored(3)).await;
        assert_eq!(Account::update("1").add(|a| a.points, 1).await.unwrap().points, 8);
        assert_eq!(Account::query("1").select::<Points>().await.unwrap(), [Points { points: 8 }]);
        let error = Account::update("1").add(|a| a.points, 1).when(|a| a.points.gt(99)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        Account::delete_by_key("1").await.unwrap();
        Account::upsert("1").set(|a| a.points, 7).set(|a| a.first, "Ann").set(|a| a.last, "Lee").await.unwrap();
        assert_eq!(stand.only_item("accounts").await, stored(3));
    })
    .await;
}

#[tokio::test]
async fn a_backfill_upgrades_all_items() {
    stand::run(async |stand| {
        Accounts::create_table().await.unwrap();
        for schema in 1..=3 {
            let own = [("pk", s(&format!("A#{schema}"))), ("id", s(&schema.to_string())), ("note", s("kept"))];
            stand.put_raw("accounts", stored(schema).into_iter().chain(item(own)).collect()).await;
        }
        let report = Account::backfill().await.unwrap();
        assert_eq!((report.progress.read, report.progress.changed), (3, 2));
        for item in stand.stored("accounts").await {
            assert_eq!((&item["_v"], &item["first"], &item["points"]), (&n(3), &s("Ann"), &n(7)));
            assert_eq!((item.get("name"), &item["note"]), (None, &s("kept")));
        }
    })
    .await;
}

#[test]
fn an_item_that_cannot_be_upgraded_says_so() {
    let mut broken = stored(1);
    broken.insert("points".into(), s("many"));
    let error = Account::from_item(&broken).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.to_string().contains("from schema 1 to 2 failed: the points are not a number"), "{error}");
    broken.insert("_v".into(), s("x"));
    assert_eq!(Account::from_item(&broken).unwrap_err().attribute(), Some("_v"));
    broken.insert("_type".into(), s("Other"));
    assert_eq!(Account::from_item(&broken).unwrap_err().kind(), ErrorKind::WrongEntity);
}

#[test]
fn golden_items_of_every_schema_are_read() {
    singlet::golden_items!(Account, "tests/data/golden/accounts.jsonl", [account()]);
    let changed = std::panic::catch_unwind(|| {
        singlet::golden_items!(Account, "tests/data/golden/accounts.jsonl", [Account { points: 8, ..account() }]);
    });
    assert!(changed.is_err(), "a stored form without a golden item");
    let unreadable = std::panic::catch_unwind(|| {
        singlet::golden_items!(before::Account, "tests/data/golden/accounts.jsonl", []);
    });
    assert!(unreadable.is_err(), "an item of a newer schema");
}
