//! NULL of another tool is an absent attribute: to every condition, action, key and unique value.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::expr::{AttributeType, Condition};
use singlet::{ErrorKind, Item, Model, Update};

use crate::emulator::{self, Feature};
use crate::stand::{self, Stand};
use crate::transport::Transport;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "notes", hash_key = "NOTE#{id}")]
struct Note {
    id: u32,
    text: Option<String>,
    number: Option<i64>,
    other: Option<i64>,
    points: Option<u32>,
    list: Option<Vec<String>>,
    set: BTreeSet<String>,
    count: i64,
}

fn note() -> Note {
    Note { id: 1, text: None, number: None, other: None, points: None, list: None, set: BTreeSet::new(), count: 1 }
}

/// Stores the note without its optional attributes, or with NULL in them.
async fn put(stand: &Stand, is_null: bool) -> Item {
    let mut item = note().to_item().unwrap();
    if is_null {
        for name in ["text", "number", "other", "points", "list", "set"] {
            item.insert(name.into(), AttributeValue::Null(true));
        }
    }
    stand.put_raw("notes", item.clone()).await;
    item
}

type Fields = <Note as Model>::Fields;

type ConditionOf = fn(Fields) -> Condition<Note>;

#[tokio::test]
async fn every_condition_says_of_null_what_it_says_of_nothing() {
    let conditions: [(&str, bool, ConditionOf); 16] = [
        ("exists", false, |n| n.text.exists()),
        ("not_exists", true, |n| n.text.not_exists()),
        ("not exists", true, |n| !n.text.exists()),
        ("not not_exists", false, |n| !n.text.not_exists()),
        ("eq", false, |n| n.text.eq("a")),
        ("ne", true, |n| n.text.ne("a")),
        ("lt", false, |n| n.number.lt(9)),
        ("le", false, |n| n.number.le(9)),
        ("gt", false, |n| n.number.gt(-9)),
        ("ge", false, |n| n.number.ge(-9)),
        ("between", false, |n| n.number.between(-9, 9)),
        ("is_in", false, |n| n.text.is_in(["a", "b"])),
        ("begins_with", false, |n| n.text.begins_with("a")),
        ("contains", false, |n| n.list.contains("a")),
        ("size", false, |n| n.text.size().lt(9)),
        ("attribute_type", false, |n| n.text.attribute_type(AttributeType::S)),
    ];
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        for is_null in [false, true] {
            put(stand, is_null).await;
            for (name, holds, condition) in conditions {
                if ["size", "begins_with"].contains(&name) && is_null && !emulator::supports(Feature::NullOperands) {
                    continue;
                }
                let found = Note::scan().filter(condition).count().await.unwrap();
                assert_eq!(found == 1, holds, "filter {name}, NULL: {is_null}");
                let outcome = Note::update(1).set(|n| n.count, 1).when(condition).await;
                assert_eq!(outcome.is_ok(), holds, "condition {name}, NULL: {is_null}");
            }
            let null = Note::scan().filter(|n| n.text.attribute_type(AttributeType::Null)).count().await.unwrap();
            assert_eq!(null == 1, is_null);
        }
    })
    .await;
}

#[tokio::test]
async fn every_action_does_with_null_what_it_does_with_nothing() {
    type Change = fn(Update<'static, Note>) -> Update<'static, Note>;
    let actions: [(&str, Change); 14] = [
        ("set", |u| u.set(|n| n.text, "a")),
        ("set_or_remove some", |u| u.set_or_remove(|n| n.text, Some("a"))),
        ("set_or_remove none", |u| u.set_or_remove(|n| n.text, None::<String>).set(|n| n.count, 2)),
        ("remove", |u| u.remove(|n| n.text)),
        ("set_if_absent", |u| u.set_if_absent(|n| n.text, "a")),
        ("set_if_absent of a path", |u| u.set_if_absent(|n| n.number, Note::FIELDS.count)),
        ("add", |u| u.add(|n| n.number, 3)),
        ("add to an unsigned", |u| u.add(|n| n.points, 3)),
        ("add of a path", |u| u.add(|n| n.number, Note::FIELDS.count)),
        ("subtract", |u| u.subtract(|n| n.number, 3)),
        ("append", |u| u.append(|n| n.list, ["a"])),
        ("prepend", |u| u.prepend(|n| n.list, ["a"])),
        ("add_elements", |u| u.add_elements(|n| n.set, ["a"])),
        ("delete_elements", |u| u.delete_elements(|n| n.set, ["a"])),
    ];
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        let computes = emulator::supports(Feature::NullOperands);
        let actions = actions.into_iter().filter(|(name, _)| computes || name.starts_with("set") || *name == "remove");
        for (name, action) in actions {
            put(stand, false).await;
            let expected = action(Note::update(1)).await.unwrap();
            for in_transaction in [false, true] {
                put(stand, true).await;
                if in_transaction {
                    singlet::transact_write().write(action(Note::update(1))).await.unwrap();
                } else {
                    assert_eq!(action(Note::update(1)).await.unwrap(), expected, "{name}");
                }
                assert_eq!(Note::get(1).await.unwrap().as_ref(), Some(&expected), "{name}");
            }
            // With a condition that does not hold, nothing changes.
            let before = put(stand, true).await;
            let error = action(Note::update(1)).when(|n| n.count.eq(77)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{name}");
            assert_eq!(stand.only_item("notes").await, before, "{name}");
        }
        if computes {
            put(stand, true).await;
            let error = Note::update(1).subtract(|n| n.number, Note::FIELDS.count).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation, "no expression subtracts from nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn null_is_copied_no_more_than_an_absent_attribute() {
    type Change = fn(Update<'static, Note>) -> Update<'static, Note>;
    let refused: [Change; 3] = [
        |u| u.set(|n| n.count, Note::FIELDS.number),
        |u| u.set(|n| n.text, "a").set(|n| n.count, Note::FIELDS.number),
        |u| u.set_if_absent(|n| n.number, Note::FIELDS.other),
    ];
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        for change in refused {
            for is_null in [false, true] {
                let before = put(stand, is_null).await;
                let error = change(Note::update(1)).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Validation, "{is_null}");
                change(Note::update(1)).return_nothing().await.unwrap_err();
                singlet::transact_write().write(change(Note::update(1))).await.unwrap_err();
                assert_eq!(stand.only_item("notes").await, before);
            }
        }
        // Nothing is copied if the attribute is there.
        put(stand, true).await;
        assert_eq!(Note::update(1).set_if_absent(|n| n.count, Note::FIELDS.number).await.unwrap().count, 1);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_and_a_modify_count_it_as_absent_too() {
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        put(stand, true).await;
        let new = Note::upsert(1).set_if_absent(|n| n.count, 5).set_if_absent(|n| n.text, "a").await.unwrap();
        assert_eq!((new.count, new.text.as_deref()), (1, Some("a")));
        put(stand, true).await;
        let mut local = note();
        local.modify().set_if_absent(|n| n.number, 2).set_if_absent(|n| n.text, "b").await.unwrap();
        assert_eq!((local.number, local.text.as_deref()), (Some(2), Some("b")));
    })
    .await;
}

#[tokio::test]
async fn a_value_costs_one_request() {
    stand::run(async |stand| {
        Note::create_table().await.unwrap();
        put(stand, false).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for _ in 0..2 {
            let update = Note::update(1).set_if_absent(|n| n.text, "a").add(|n| n.number, 1).append(|n| n.list, ["a"]);
            update.client(&client).await.unwrap();
        }
        assert_eq!(transport.sent().len(), 2);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "members", hash_key = "MEMBER#{id}")]
struct Member {
    id: u32,
    #[model(unique)]
    email: Option<String>,
    expires_at: Option<singlet::TTLAttribute>,
}

#[tokio::test]
async fn it_is_nobodys_unique_value() {
    stand::run(async |stand| {
        Member::create_table().await.unwrap();
        for id in [1, 2] {
            let mut item = Member { id, email: None, expires_at: None }.to_item().unwrap();
            item.insert("email".into(), AttributeValue::Null(true));
            stand.put_raw("members", item).await;
        }
        for id in [1, 2] {
            let mut member = Member { id, email: None, expires_at: None };
            member.modify().set(|m| m.email, format!("{id}@example.com")).await.unwrap();
            member.save().await.unwrap();
        }
        let error = Member::update(2).set(|m| m.email, "1@example.com").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotUnique);
    })
    .await;
}
