//! Validators: every write of a value runs them, and nothing is sent for a value that they refuse.

#![allow(clippy::trivially_copy_pass_by_ref, reason = "validators take references")]

use std::collections::BTreeSet;
use std::error::Error as _;

use serde::{Deserialize, Serialize};
use singlet::{Error, ErrorKind, Model, Table};

use crate::shop::{Order, Shop, order};
use crate::stand;
use crate::transport::Transport;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Device {
    os: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "TALK#{id}", range_key = "TALK", rename_all = "camelCase", validate = in_order)]
struct Talk {
    #[model(validate = positive)]
    id: u32,
    #[model(validate = not_blank)]
    long_title: String,
    #[model(validate = not_blank)]
    note: Option<String>,
    #[model(validate = small)]
    seats: u64,
    #[model(validate = few)]
    tags: BTreeSet<String>,
    #[model(serde, validate = has_os)]
    device: Option<Device>,
    #[model(compressed(min_size = 1), validate = not_blank)]
    text: String,
    begins: u64,
    ends: u64,
}

fn positive(number: &u32) -> Result<(), &'static str> {
    if *number > 0 { Ok(()) } else { Err("not positive") }
}

fn not_blank(text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err("blank".to_owned()) } else { Ok(()) }
}

fn small(number: &u64) -> Result<(), std::io::Error> {
    if *number <= 100 { Ok(()) } else { Err(std::io::Error::other("too many seats")) }
}

fn few(tags: &BTreeSet<String>) -> Result<(), &'static str> {
    if tags.len() <= 2 { Ok(()) } else { Err("too many tags") }
}

fn has_os(device: &Device) -> Result<(), &'static str> {
    if device.os.is_empty() { Err("no system") } else { Ok(()) }
}

fn in_order(talk: &Talk) -> Result<(), &'static str> {
    if talk.begins <= talk.ends { Ok(()) } else { Err("ends before it begins") }
}

fn talk(id: u32) -> Talk {
    Talk {
        id,
        long_title: "Keys".into(),
        note: None,
        seats: 10,
        tags: BTreeSet::new(),
        device: None,
        text: "many words".into(),
        begins: 1,
        ends: 2,
    }
}

fn tags(tags: &[&str]) -> BTreeSet<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

/// Values that are refused, with the attribute and the reason.
fn refused() -> Vec<(Talk, Option<&'static str>, &'static str)> {
    let device = Some(Device { os: String::new() });
    vec![
        (talk(0), Some("id"), "not positive"),
        (Talk { long_title: " ".into(), ..talk(1) }, Some("longTitle"), "blank"),
        (Talk { note: Some(String::new()), ..talk(1) }, Some("note"), "blank"),
        (Talk { seats: 101, ..talk(1) }, Some("seats"), "too many seats"),
        (Talk { tags: tags(&["a", "b", "c"]), ..talk(1) }, Some("tags"), "too many tags"),
        (Talk { device, ..talk(1) }, Some("device"), "no system"),
        (Talk { text: "\t".into(), ..talk(1) }, Some("text"), "blank"),
        (Talk { begins: 3, ..talk(1) }, None, "ends before it begins"),
    ]
}

fn check(error: &Error, attribute: Option<&str>, reason: &str, way: &str) {
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::InvalidValue, attribute), "{way}: {error}");
    assert_eq!((error.model(), error.source().unwrap().to_string().as_str()), (Some("Talk"), reason), "{way}");
    assert!(!error.may_have_been_written());
}

#[tokio::test]
async fn every_write_of_a_value_refuses_what_a_validator_refuses() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        talk(1).create().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        singlet::with_client(client, async {
            for (bad, attribute, reason) in refused() {
                let mut value = bad.clone();
                let saved = value.save().await.unwrap_err();
                check(&saved, attribute, reason, "save");
                check(&value.create().await.unwrap_err(), attribute, reason, "create");
                check(&bad.put().await.unwrap_err(), attribute, reason, "put");
                check(&singlet::batch_write().put(&bad).await.unwrap_err(), attribute, reason, "batch");
                let transaction = singlet::transact_write().write(value.save());
                check(&transaction.await.unwrap_err(), attribute, reason, "transaction");
                if bad.id > 0 {
                    let changed = value.update_from(&talk(1)).await.unwrap_err();
                    check(&changed, attribute, reason, "update_from");
                }
                assert_eq!(value, bad);
            }
        })
        .await;
        assert!(transport.sent().is_empty());
        assert_eq!(Talk::scan().await.unwrap(), [talk(1)]);
    })
    .await;
}

#[tokio::test]
async fn an_update_checks_what_it_sets() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let mut stored = talk(1);
        stored.create().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        singlet::with_client(client, async {
            let update = || Talk::update(1);
            for (refused, attribute, reason) in [
                (update().set(|t| t.long_title, " "), "longTitle", "blank"),
                (update().set(|t| t.note, " "), "note", "blank"),
                (update().set_or_remove(|t| t.note, Some(" ")), "note", "blank"),
                (update().set_if_absent(|t| t.note, " "), "note", "blank"),
                (update().set_if_some(|t| t.seats, Some(101)), "seats", "too many seats"),
                (update().set(|t| t.tags, tags(&["a", "b", "c"])), "tags", "too many tags"),
                (update().set(|t| t.device, Device { os: String::new() }), "device", "no system"),
                (update().set(|t| t.text, " "), "text", "blank"),
                (
                    Talk::upsert(0)
                        .set(|t| t.long_title, "x")
                        .set(|t| t.seats, 1)
                        .set(|t| t.text, "x")
                        .set(|t| t.begins, 1)
                        .set(|t| t.ends, 1),
                    "id",
                    "not positive",
                ),
            ] {
                check(&refused.await.unwrap_err(), Some(attribute), reason, "update");
            }
            let modified = stored.modify().set(|t| t.seats, 101).await.unwrap_err();
            check(&modified, Some("seats"), "too many seats", "modify");
            let transaction = singlet::transact_write().write(update().set(|t| t.seats, 101));
            check(&transaction.await.unwrap_err(), Some("seats"), "too many seats", "transaction");
            for unknown in [
                update().add(|t| t.seats, 1),
                update().subtract(|t| t.seats, 1),
                update().add_elements(|t| t.tags, ["a"]),
                update().set_raw(|t| t.seats, "seats"),
                update().set(|t| t.seats, Talk::FIELDS.begins),
            ] {
                assert_eq!(unknown.await.unwrap_err().kind(), ErrorKind::Validation);
            }
        })
        .await;
        assert!(transport.sent().is_empty());

        // What a validator accepts is written, and so is what has none.
        let device = Device { os: "linux".into() };
        let update = Talk::update(1).set(|t| t.long_title, "Indexes").set(|t| t.seats, 100).set(|t| t.note, "later");
        let update =
            update.set(|t| t.tags, tags(&["a", "b"])).set(|t| t.device, device.clone()).set(|t| t.text, "more");
        let new = update.add(|t| t.ends, 5).await.unwrap();
        assert_eq!((new.seats, new.ends, new.device.clone()), (100, 7, Some(device)));
        let new = Talk::update(1).remove(|t| t.note).set(|t| t.tags, tags(&[])).await.unwrap();
        assert_eq!((new.note, new.tags), (None, tags(&[])));
    })
    .await;
}

#[tokio::test]
async fn a_read_returns_what_a_validator_would_refuse() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        stand.put_raw("shop", Talk { seats: 900, ..talk(1) }.to_item().unwrap()).await;
        let mut old = Talk::get(1).consistent().await.unwrap().unwrap();
        assert_eq!(old.seats, 900);
        // Another field can be changed, the whole value cannot be saved.
        old.modify().set(|t| t.long_title, "Keys again").await.unwrap();
        assert_eq!(old.save().await.unwrap_err().attribute(), Some("seats"));
        order("ann", 1).save().await.unwrap();
        assert!(Order::exists(("ann", 1)).await.unwrap());
    })
    .await;
}

/// A field of the key that has no attribute of its own.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "SLOT#{room}#{id}", range_key = "SLOT")]
struct Slot {
    #[model(key_only)]
    room: String,
    #[model(key_only, validate = positive)]
    id: u32,
    seats: Option<u64>,
}

/// A field of the key, of which the key holds only lower-case values.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "TAG#{tag:lower}", range_key = "TAG")]
struct Tag {
    #[model(key_only, validate = not_blank)]
    tag: String,
    seats: Option<u64>,
}

/// Fields that are the key.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "halls")]
struct Hall {
    #[model(hash_key, validate = not_blank)]
    name: String,
    #[model(range_key, validate = positive)]
    number: u32,
    seats: Option<u64>,
}

#[tokio::test]
async fn an_upsert_checks_the_fields_of_the_key_of_a_new_item() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Hall::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let slot = |id| Slot::upsert(("r", id)).set(|s| s.seats, 1);
        let hall = |name, number| Hall::upsert((name, number)).set(|h| h.seats, 1);
        for (outcome, attribute) in [
            (slot(0).client(&client).await.map(drop), "id"),
            (singlet::transact_write().write(slot(0)).client(&client).await, "id"),
            (Tag::upsert(" ").set(|tag| tag.seats, 1).client(&client).await.map(drop), "tag"),
            (hall(" ", 1).client(&client).await.map(drop), "name"),
            (hall("x", 0).client(&client).await.map(drop), "number"),
            (singlet::transact_write().write(hall("x", 0)).client(&client).await, "number"),
        ] {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::InvalidValue, Some(attribute)));
        }
        assert!(transport.sent().is_empty());
        assert_eq!(slot(1).await.unwrap(), Slot { room: "r".into(), id: 1, seats: Some(1) });
        assert_eq!(hall("x", 1).await.unwrap(), Hall { name: "x".into(), number: 1, seats: Some(1) });
        // An update creates no item, so it can change one that was stored before the validator.
        stand.put_raw("halls", Hall { name: "y".into(), number: 0, seats: None }.to_item().unwrap()).await;
        assert_eq!(Hall::update(("y", 0)).set(|h| h.seats, 2).await.unwrap().seats, Some(2));
    })
    .await;
}
