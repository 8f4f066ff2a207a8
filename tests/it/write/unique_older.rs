//! Unique values that stored items have without owning them, because the items are older than the uniqueness, and
//! servers that do not return the stored item.

use std::collections::BTreeMap;
use std::pin::Pin;

use singlet::{ErrorKind, Item, Model, Result, Table};

use crate::stand::{self, Stand, s};
use crate::transport::{Fate, Transport, error_body};

#[derive(Table)]
#[table(name = "clubs", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Clubs;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Clubs, hash_key = "MEMBER#{id}", range_key = "MEMBER")]
struct Member {
    id: u32,
    #[model(unique)]
    mail: String,
    #[model(unique)]
    number: Option<u32>,
    points: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Clubs, hash_key = "PLAYER#{id}", range_key = "PLAYER")]
struct Player {
    id: u32,
    #[model(unique)]
    mail: String,
    #[model(version)]
    version: u64,
}

fn member(id: u32, mail: &str) -> Member {
    Member { id, mail: mail.into(), number: None, points: 0 }
}

/// An item that was stored before its values were unique.
async fn older(stand: &Stand, id: u32, mail: &str) -> Member {
    let member = member(id, mail);
    stand.put_raw("clubs", member.to_item().unwrap()).await;
    member
}

/// The mails that are reserved, and the ids of their owners.
async fn owners(stand: &Stand) -> BTreeMap<String, u32> {
    let items = stand.stored("clubs").await;
    let text = |item: &Item, name: &str| item[name].as_s().unwrap().clone();
    let sentinels = items.iter().filter(|item| item["sk"] == s("UNIQUE"));
    let id = |owner: &str| owner.trim_end_matches("MEMBER").rsplit('#').next().unwrap().parse().unwrap();
    sentinels.map(|item| (text(item, "pk").replace("UNIQUE#Member#mail#", ""), id(&text(item, "owner")))).collect()
}

fn kind<T: std::fmt::Debug>(outcome: Result<T>) -> ErrorKind {
    outcome.unwrap_err().kind()
}

type Run = fn(u32, &'static str, String) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// Ways to repair or to delete the item of this id and mail. Those that repair it set the new mail.
const WAYS: [(&str, Run); 13] = [
    ("update", |id, _, new| Box::pin(async move { Member::update(id).set(|m| m.mail, new).await.map(drop) })),
    ("update that assumes the value", |id, old, new| {
        Box::pin(async move { Member::update(id).assume(|m| m.mail, old).set(|m| m.mail, new).await.map(drop) })
    }),
    ("modify", |id, old, new| Box::pin(async move { member(id, old).modify().set(|m| m.mail, new).await })),
    ("update_from", |id, old, new| {
        Box::pin(async move { member(id, &new).update_from(&member(id, old)).await.map(drop) })
    }),
    ("upsert", |id, _, new| {
        Box::pin(async move { Member::upsert(id).set(|m| m.mail, new).set(|m| m.points, 0).await.map(drop) })
    }),
    ("save", |id, _, new| Box::pin(async move { member(id, &new).save().await })),
    ("save that returns the old item", |id, _, new| {
        Box::pin(async move { member(id, &new).save().return_old().await.map(drop) })
    }),
    ("save in a transaction", |id, _, new| {
        Box::pin(async move { singlet::transact_write().write(member(id, &new).save()).await })
    }),
    ("update in a transaction", |id, _, new| {
        Box::pin(async move { singlet::transact_write().write(Member::update(id).set(|m| m.mail, new)).await })
    }),
    ("delete by key", |id, _, _| Box::pin(async move { Member::delete_by_key(id).await })),
    ("delete", |id, old, _| Box::pin(async move { member(id, old).delete().await })),
    ("delete that returns the old item", |id, old, _| {
        Box::pin(async move {
            let deleted = Member::delete_by_key(id).return_old().await?;
            assert_eq!(deleted, Some(member(id, old)));
            Ok(())
        })
    }),
    ("delete in a transaction", |id, old, _| {
        Box::pin(async move { singlet::transact_write().write(member(id, old).delete()).await })
    }),
];

#[tokio::test]
async fn every_write_repairs_or_deletes_a_duplicate_and_leaves_the_owners_value() {
    stand::run(async |stand| {
        Clubs::create_table().await.unwrap();
        let owner = {
            let mut owner = member(1, "a@x");
            owner.create().await.unwrap();
            owner
        };
        for (id, (way, run)) in (2..).zip(WAYS) {
            older(stand, id, "a@x").await;
            let new = format!("{id}@x");
            // A write that does not free the value is refused as before.
            assert_eq!(
                kind(Member::update(id).set(|m| m.number, 7).when(|m| m.points.gt(5)).await),
                ErrorKind::ConditionFailed
            );
            run(id, "a@x", new.clone()).await.unwrap_or_else(|error| panic!("{way}: {error}"));
            let mut expected = BTreeMap::from([("a@x".to_owned(), 1)]);
            let stored = Member::get(id).consistent().await.unwrap();
            if way.starts_with("delete") {
                assert_eq!(stored, None, "{way}");
            } else {
                assert_eq!(stored, Some(member(id, &new)), "{way}");
                expected.insert(new, id);
            }
            assert_eq!(owners(stand).await, expected, "{way}");
            assert_eq!(kind(member(99, "a@x").create().await), ErrorKind::NotUnique, "{way}");
            Member::delete_by_key(id).await.unwrap();
        }
        // The new value of a duplicate is claimed as any value.
        older(stand, 50, "a@x").await;
        member(51, "b@x").create().await.unwrap();
        assert_eq!(kind(Member::update(50).set(|m| m.mail, "b@x").await), ErrorKind::NotUnique);
        assert_eq!(Member::get(50).await.unwrap(), Some(member(50, "a@x")));
        assert_eq!(Member::get(1).await.unwrap(), Some(owner));
    })
    .await;
}

#[tokio::test]
async fn a_transaction_repairs_several_duplicates() {
    stand::run(async |stand| {
        Clubs::create_table().await.unwrap();
        for new in ["a@x", "c@x"] {
            member(1, "a@x").save().await.unwrap();
            for id in 2..10 {
                older(stand, id, "a@x").await;
            }
            // The item that owns the value keeps it, however many others have it.
            let repaired = singlet::transact_write().write(Member::update(2).set(|m| m.mail, "b@x"));
            (3..9).fold(repaired, |all, id| all.write(Member::delete_by_key(id))).await.unwrap();
            assert_eq!(owners(stand).await, [("a@x".to_owned(), 1), ("b@x".to_owned(), 2)].into());
            // All that have it let go of it, and perhaps another one takes it.
            let (owner, other) = (Member::delete_by_key(1), Member::delete_by_key(9));
            let mut heir = member(20, new);
            singlet::transact_write().write(owner).write(heir.create()).write(other).await.unwrap();
            assert_eq!(owners(stand).await, [(new.to_owned(), 20), ("b@x".to_owned(), 2)].into());
            singlet::transact_write().write(heir.delete()).write(Member::delete_by_key(2)).await.unwrap();
            assert_eq!(stand.stored("clubs").await, []);
        }
    })
    .await;
}

/// A server that does not support `ReturnValuesOnConditionCheckFailure`.
fn silent() -> Transport {
    Transport::new(|_, request| match request.operation.as_str() {
        "PutItem" | "TransactWriteItems" => Fate::Rewrite(Box::new(|mut answer| {
            answer.as_object_mut().unwrap().remove("Item");
            for reason in answer["CancellationReasons"].as_array_mut().into_iter().flatten() {
                reason.as_object_mut().unwrap().remove("Item");
            }
            answer
        })),
        _ => Fate::Pass,
    })
}

#[tokio::test]
async fn a_server_that_returns_no_item_is_asked_for_it() {
    stand::run(async |stand| {
        Clubs::create_table().await.unwrap();
        let client = stand.through(&silent());
        let save = async |id, mail: &str| member(id, mail).save().client(&client).await;
        for mail in ["a@x", "a@x", "b@x", "c@x"] {
            save(1, mail).await.unwrap();
            assert_eq!(owners(stand).await, [(mail.to_owned(), 1)].into());
        }
        member(1, "d@x").save().when(|m| m.points.eq(0)).client(&client).await.unwrap();
        member(1, "e@x").save().when(|m| m.number.not_exists()).client(&client).await.unwrap();
        assert_eq!(owners(stand).await, [("e@x".to_owned(), 1)].into());
        assert_eq!(kind(save(2, "e@x").await), ErrorKind::NotUnique);
        let refused = async |id| member(id, "f@x").save().when(|m| m.points.gt(5)).client(&client).await;
        assert_eq!(
            (kind(refused(1).await), kind(refused(2).await)),
            (ErrorKind::ConditionFailed, ErrorKind::ConditionFailed)
        );

        let mut player = Player { id: 1, mail: "a@x".into(), version: 0 };
        player.save().client(&client).await.unwrap();
        let mut stale = player.clone();
        player.mail = "b@x".into();
        player.save().client(&client).await.unwrap();
        assert_eq!(Player::get(1).await.unwrap(), Some(player));
        stale.mail = "c@x".into();
        assert_eq!(kind(stale.save().client(&client).await), ErrorKind::VersionConflict);
        let mut lost = Player { id: 2, mail: "z@x".into(), version: 3 };
        assert_eq!(kind(lost.save().client(&client).await), ErrorKind::VersionConflict);
        assert_eq!(stand.stored("clubs").await.len(), 4);
    })
    .await;
}

/// A save without a version and a condition can be repeated, so an attempt without an answer does not fail it.
#[tokio::test]
async fn a_save_that_moves_a_value_is_settled_after_a_lost_answer() {
    let fates: [fn() -> Fate; 4] = [
        || Fate::LoseResponse,
        || Fate::PassThenAnswer(500, error_body("InternalServerError")),
        || Fate::LoseRequest,
        || Fate::Answer(500, error_body("InternalServerError")),
    ];
    stand::run(async |stand| {
        Clubs::create_table().await.unwrap();
        let lossy = |fate: fn() -> Fate| {
            stand.through(&Transport::new(move |number, _| if number == 0 { fate() } else { Fate::Pass }))
        };
        for fate in fates {
            // There is no item, another value, the same value.
            for mail in ["a@x", "b@x", "b@x"] {
                member(1, mail).save().client(&lossy(fate)).await.unwrap();
                assert_eq!(Member::get(1).await.unwrap(), Some(member(1, mail)));
                assert_eq!(owners(stand).await, [(mail.to_owned(), 1)].into());
            }
            member(2, "a@x").create().await.unwrap();
            let taken = member(1, "a@x").save().client(&lossy(fate)).await.unwrap_err();
            assert_eq!((taken.kind(), taken.may_have_been_written()), (ErrorKind::NotUnique, true));
            // What decides may have changed by the save itself.
            let conditional = member(1, "c@x").save().when(|m| m.mail.eq("b@x")).client(&lossy(fate)).await;
            assert_eq!(kind(conditional), ErrorKind::OutcomeUnknown);
            assert_eq!(
                kind(member(1, "c@x").save().client(&lossy(fate)).return_old().await),
                ErrorKind::OutcomeUnknown
            );
            assert_eq!(owners(stand).await, [("a@x".to_owned(), 2), ("b@x".to_owned(), 1)].into());
            for id in [1, 2] {
                Member::delete_by_key(id).await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_save_replaces_a_value_of_another_type() {
    stand::run(async |stand| {
        Clubs::create_table().await.unwrap();
        let saved = Member { number: Some(5), ..member(1, "a@x") };
        let mut item = saved.to_item().unwrap();
        item.insert("number".into(), s("5"));
        stand.put_raw("clubs", item).await;
        saved.clone().save().await.unwrap();
        assert_eq!(Member::get(1).await.unwrap(), Some(saved));
    })
    .await;
}
