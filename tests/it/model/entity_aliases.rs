//! A renamed entity: items with its former names are read, guarded and replaced like its own.

use singlet::{Collection, ErrorKind, Item, Model, Projection, Result, Table};

use crate::stand::{self, Stand, item, n, s};

#[derive(Table)]
#[table(name = "crm", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Crm;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "C#{id}", range_key = "C", entity_alias = "Customer", entity_alias = "Kunde")]
struct Account {
    id: String,
    points: u64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Crm, hash_key = "C#{id}", range_key = "D")]
struct Deal {
    id: String,
}

#[derive(Debug, PartialEq, Collection)]
struct Everything {
    account: Option<Account>,
    deals: Vec<Deal>,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Account)]
struct Points {
    points: u64,
}

const NAMES: [&str; 3] = ["Account", "Customer", "Kunde"];

fn account() -> Account {
    Account { id: "1".into(), points: 7 }
}

fn stored(name: &str) -> Item {
    item([("pk", s("C#1")), ("sk", s("C")), ("_type", s(name)), ("id", s("1")), ("points", n(7))])
}

#[tokio::test]
async fn every_read_finds_every_name() {
    stand::run(async |stand| {
        Crm::create_table().await.unwrap();
        for name in NAMES {
            stand.put_raw("crm", stored(name)).await;
            let one = Some(account());
            assert_eq!(Account::get("1").await.unwrap(), one, "{name}");
            assert!(Account::exists("1").await.unwrap(), "{name}");
            assert_eq!(Account::query("1").await.unwrap(), [account()], "{name}");
            assert_eq!(Account::query("1").count().await.unwrap(), 1, "{name}");
            assert_eq!(Account::query("1").keys().await.unwrap().len(), 1, "{name}");
            assert_eq!(Account::query("1").select::<Points>().await.unwrap(), [Points { points: 7 }], "{name}");
            assert_eq!(Account::scan().await.unwrap(), [account()], "{name}");
            assert_eq!(Account::scan().count().await.unwrap(), 1, "{name}");
            assert_eq!(Account::batch_get(["1"]).await.unwrap(), std::slice::from_ref(&one), "{name}");
            assert_eq!(singlet::transact_get((Account::get("1"),)).await.unwrap(), (one.clone(),), "{name}");
            let all = Everything::query("1").await.unwrap();
            assert_eq!(all, Everything { account: one, deals: vec![] }, "{name}");
            let sql = "SELECT * FROM crm";
            assert_eq!(singlet::statement::<Account>(sql).await.unwrap(), [account()], "{name}");
            assert_eq!(Account::from_item(&stored(name)).unwrap(), account(), "{name}");
        }
    })
    .await;
}

/// The writes that replace or change a stored item, by name.
async fn write(number: usize) -> Option<(&'static str, Result<()>)> {
    let mut value = account();
    let update = || Account::update("1").add(|a| a.points, 1);
    Some(match number {
        0 => ("save", value.save().await.map(drop)),
        1 => ("update", update().await.map(drop)),
        2 => ("modify", value.modify().add(|a| a.points, 1).await.map(drop)),
        3 => ("upsert", Account::upsert("1").set(|a| a.points, 8).await.map(drop)),
        4 => ("delete", value.delete().await.map(drop)),
        5 => ("transaction", singlet::transact_write().write(update()).await),
        6 => {
            let check = Account::check("1").when(|a| a.points.ge(7));
            ("check", singlet::transact_write().check(check).write(Deal { id: "1".into() }.save()).await)
        }
        _ => return None,
    })
}

async fn names(stand: &Stand) -> Vec<String> {
    let items = stand.stored("crm").await;
    let mut names: Vec<_> = items.iter().map(|item| item["_type"].as_s().unwrap().clone()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn every_write_accepts_every_name_and_whole_items_get_the_new_one() {
    stand::run(async |stand| {
        Crm::create_table().await.unwrap();
        for name in NAMES {
            for number in 0.. {
                stand.put_raw("crm", stored(name)).await;
                let Some((write, outcome)) = write(number).await else { break };
                outcome.unwrap_or_else(|error| panic!("{write} over {name}: {error}"));
                match write {
                    "save" | "upsert" => assert_eq!(names(stand).await, ["Account"], "{write} over {name}"),
                    "delete" => assert!(names(stand).await.is_empty(), "{write} over {name}"),
                    // An update changes what it says.
                    _ => assert!(names(stand).await.contains(&name.to_owned()), "{write} over {name}"),
                }
            }
            Deal { id: "1".into() }.delete().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn the_items_of_another_entity_are_still_refused() {
    stand::run(async |stand| {
        Crm::create_table().await.unwrap();
        stand.put_raw("crm", stored("Client")).await;
        assert_eq!(Account::get("1").await.unwrap_err().kind(), ErrorKind::WrongEntity);
        assert!(Account::query("1").await.unwrap().is_empty());
        for number in 0.. {
            let Some((write, outcome)) = write(number).await else { break };
            let kind = outcome.unwrap_err().kind();
            assert!(matches!(kind, ErrorKind::WrongEntity | ErrorKind::ConditionFailed), "{write}: {kind:?}");
            assert_eq!(stand.only_item("crm").await, stored("Client"), "{write}");
        }
    })
    .await;
}
