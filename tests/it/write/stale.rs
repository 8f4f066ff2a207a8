//! Writes with values that are out of date: the keys of indexes say what the item says, or nothing is written.

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Error, ErrorKind, Model, Table};

use crate::stand::{self, Stand, n, s};

#[derive(Table)]
#[table(name = "board", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi3", hash_key = "gsi3pk", range_key = "due", range_key_type = "N"))]
struct Board;

/// Its indexes have two fields in a key, a key in common, a field with a default, and a field that is a key itself.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Board, hash_key = "CARD#{id}", range_key = "CARD")]
#[model(index(gsi1, hash_key = "KIND#{kind}#{state}", range_key = "{rank}"))]
#[model(index(gsi2, hash_key = "OWNER#{owner}", range_key = "{rank}"))]
#[model(index(gsi3, hash_key = "TEAM#{team}", range_key = due))]
struct Card {
    id: u32,
    kind: String,
    #[model(default)]
    state: bool,
    rank: u32,
    owner: Option<String>,
    team: String,
    due: Option<u32>,
    note: Option<String>,
}

const INDEX_KEYS: [&str; 4] = ["gsi1pk", "gsi1sk", "gsi2pk", "gsi3pk"];

fn card() -> Card {
    Card {
        id: 1,
        kind: "book".into(),
        state: false,
        rank: 3,
        owner: Some("ann".into()),
        team: "red".into(),
        due: None,
        note: None,
    }
}

/// Each stored index key is the one that the fields form. An item from before the indexes may lack them.
async fn assert_consistent(stand: &Stand, may_lack: bool, after: &str) {
    let Some(stored) = stand.stored("board").await.pop() else { return };
    let expected = Card::from_item(&stored).unwrap().to_item().unwrap();
    for key in INDEX_KEYS {
        if !may_lack || stored.contains_key(key) {
            assert_eq!(stored.get(key), expected.get(key), "{key} after {after}: {stored:?}");
        }
    }
}

/// As written before the model had a state and indexes.
async fn put_without_state(stand: &Stand, card: &Card) {
    let mut item = Card { state: false, ..card.clone() }.to_item().unwrap();
    for attribute in INDEX_KEYS.into_iter().chain(["state"]) {
        item.remove(attribute);
    }
    if card.owner.is_none() {
        item.insert("owner".into(), AttributeValue::Null(true));
    }
    stand.put_raw("board", item).await;
}

#[tokio::test]
async fn a_stale_difference_is_refused_and_names_the_field() {
    stand::run(async |stand| {
        Board::create_table().await.unwrap();
        let old = card();
        old.clone().create().await.unwrap();
        let (mut mine, mut theirs) = (old.clone(), old.clone());
        theirs.kind = "disc".into();
        theirs.update_from(&old).await.unwrap();
        mine.state = true;
        let stale = mine.clone();
        let is_named = |error: &Error| {
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some("kind")), "{error}");
            assert!(error.to_string().contains("read the item again"), "{error}");
            assert_eq!(error.old::<Card>().unwrap(), Some(theirs.clone()));
        };
        is_named(&mine.update_from(&old).await.unwrap_err());
        assert_eq!(mine, stale);
        let error = singlet::transact_write().write(mine.update_from(&old)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some("kind")), "{error}");
        is_named(&old.clone().modify().set(|c| c.state, true).await.unwrap_err());
        let update = || Card::update(1).set(|c| c.state, true).assume(|c| c.kind, "book").assume(|c| c.rank, 3);
        is_named(&update().await.unwrap_err());
        assert_consistent(stand, false, "refusals").await;
        // What no key is made from is written without a condition.
        mine = Card { note: Some("x".into()), ..old.clone() };
        mine.update_from(&old).await.unwrap();
        assert_eq!(mine, Card { note: Some("x".into()), ..theirs });
    })
    .await;
}

#[tokio::test]
async fn what_the_caller_assumes_is_a_condition_even_if_no_key_needs_it() {
    stand::run(async |_| {
        Board::create_table().await.unwrap();
        card().create().await.unwrap();
        let error = Card::update(1).set(|c| c.note, "x").assume(|c| c.team, "blue").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some("team")));
        Card::update(1).set(|c| c.note, "x").assume(|c| c.team, "red").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_item_without_the_attribute_has_the_default() {
    stand::run(async |stand| {
        Board::create_table().await.unwrap();
        let old = card();
        for way in 0..4 {
            put_without_state(stand, &old).await;
            let mut local = old.clone();
            match way {
                0 => local.modify().set(|c| c.rank, 4).await.unwrap(),
                1 => {
                    local.rank = 4;
                    local.update_from(&old).await.unwrap();
                }
                2 => {
                    let update = Card::update(1).set(|c| c.rank, 4).assume(|c| c.kind, "book");
                    update.assume(|c| c.state, false).assume(|c| c.owner, "ann").await.unwrap();
                }
                _ => singlet::transact_write().write(local.modify().set(|c| c.rank, 4)).await.unwrap(),
            }
            let stored = stand.only_item("board").await;
            let expected = Card { rank: 4, ..old.clone() }.to_item().unwrap();
            for key in ["gsi1pk", "gsi1sk", "gsi2pk"] {
                assert_eq!(stored.get(key), expected.get(key), "{way} {key}");
            }
            // Another value than the default is not what the item has.
            let closed = Card { state: true, ..old.clone() };
            let error = closed.clone().modify().set(|c| c.rank, 5).await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some("state")), "{way}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_field_that_is_a_key_itself_brings_the_other_keys_along() {
    stand::run(async |stand| {
        Board::create_table().await.unwrap();
        let mut local = card();
        local.create().await.unwrap();
        assert!(!stand.only_item("board").await.contains_key("gsi3pk"));
        let error = Card::update(1).set(|c| c.due, 7).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("team")));
        local.modify().set(|c| c.due, 7).await.unwrap();
        let stored = stand.only_item("board").await;
        assert_eq!((&stored["gsi3pk"], &stored["due"]), (&s("TEAM#red"), &n(7)));
        let old = local.clone();
        local.due = None;
        local.update_from(&old).await.unwrap();
        assert_eq!(stand.only_item("board").await, local.to_item().unwrap());
        local.modify().set(|c| c.team, "blue").await.unwrap();
        assert_eq!(stand.only_item("board").await, local.to_item().unwrap());
    })
    .await;
}

#[tokio::test]
async fn an_upsert_knows_every_field_of_the_keys_of_a_new_item() {
    stand::run(async |stand| {
        Board::create_table().await.unwrap();
        let upsert = || {
            let upsert = Card::upsert(1).set(|c| c.kind, "book").set(|c| c.rank, 3).set(|c| c.team, "red");
            upsert.set(|c| c.owner, "ann").set(|c| c.due, 1)
        };
        let error = upsert().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("state")));
        upsert().assume(|c| c.state, false).await.unwrap();
        assert_consistent(stand, false, "a new item").await;
        upsert().set(|c| c.state, true).await.unwrap();
        assert_consistent(stand, false, "an item that is there").await;
        let error = upsert().assume(|c| c.state, false).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::ConditionFailed, Some("state")));
    })
    .await;
}

/// A generator of small numbers: the same for a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn text(&mut self) -> String {
        ["a", "b#c", "d"][self.roll(3)].to_owned()
    }

    fn option<T>(&mut self, value: T) -> Option<T> {
        (self.roll(3) > 0).then_some(value)
    }

    fn change(&mut self, card: &mut Card) {
        match self.roll(7) {
            0 => card.kind = self.text(),
            1 => card.state = self.roll(2) == 0,
            2 => card.rank = u32::try_from(self.roll(3)).unwrap(),
            3 => {
                let owner = self.text();
                card.owner = self.option(owner);
            }
            4 => card.team = self.text(),
            5 => card.due = self.option(7),
            _ => card.note = Some(self.text()),
        }
    }
}

/// One write of any kind from a copy that may be out of date.
async fn write(dice: &mut Dice, stand: &Stand, copy: &mut Card) -> (&'static str, Result<(), Error>) {
    let old = copy.clone();
    let mut new = old.clone();
    for _ in 0..=dice.roll(2) {
        dice.change(&mut new);
    }
    let update = || {
        let update = Card::update(1).set(|c| c.kind, new.kind.clone()).set_or_remove(|c| c.owner, new.owner.clone());
        let update = update.assume(|c| c.state, old.state).assume(|c| c.rank, old.rank);
        update.set(|c| c.team, new.team.clone()).set_or_remove(|c| c.due, new.due)
    };
    match dice.roll(11) {
        0 => {
            *copy = new;
            ("save", copy.save().await)
        }
        1 => {
            *copy = new;
            let done = copy.update_from(&old).await;
            ("update_from", done)
        }
        2 => {
            let modify = copy.modify();
            let modify = match dice.roll(4) {
                0 => modify.set(|c| c.kind, new.kind),
                1 => modify.set(|c| c.state, new.state).set(|c| c.rank, new.rank),
                2 => modify.set_or_remove(|c| c.owner, new.owner).set(|c| c.team, new.team),
                _ => modify.set_or_remove(|c| c.due, new.due),
            };
            ("modify", modify.await)
        }
        3 => ("update", update().await.map(|_| ())),
        4 => {
            *copy = new;
            ("transaction of update_from", singlet::transact_write().write(copy.update_from(&old)).await)
        }
        5 => ("transaction of update", singlet::transact_write().write(update()).await),
        6 => {
            let upsert = Card::upsert(1).set(|c| c.kind, new.kind).set(|c| c.rank, new.rank).set(|c| c.team, new.team);
            let upsert = upsert.set_or_remove(|c| c.owner, new.owner).set_or_remove(|c| c.due, new.due);
            ("upsert", upsert.assume(|c| c.state, old.state).await.map(|_| ()))
        }
        7 => ("batch", singlet::batch_write().put(&new).await),
        8 => ("delete", if dice.roll(3) == 0 { old.delete().await } else { Ok(()) }),
        9 => {
            put_without_state(stand, &new).await;
            ("put of another tool", Ok(()))
        }
        _ => {
            if let Some(stored) = Card::get(1).await.unwrap() {
                *copy = stored;
            }
            ("get", Ok(()))
        }
    }
}

#[tokio::test]
async fn any_interleaving_of_writes_leaves_the_keys_that_the_fields_form() {
    stand::run(async |stand| {
        Board::create_table().await.unwrap();
        let (mut done, mut refused) = (0, 0);
        for seed in 0..24 {
            let mut dice = Dice(seed);
            let mut copies = [card(), card(), card()];
            copies[0].save().await.unwrap();
            let mut history = format!("seed {seed}");
            let mut may_lack = false;
            for _ in 0..40 {
                let copy = dice.roll(3);
                let (way, outcome) = write(&mut dice, stand, &mut copies[copy]).await;
                match &outcome {
                    Ok(()) => done += 1,
                    Err(error) if error.is_condition_failed() || error.is_not_found() => refused += 1,
                    Err(error) => panic!("{history}, {way}: {error}"),
                }
                may_lack = match way {
                    "put of another tool" => true,
                    "save" | "batch" => false,
                    _ => may_lack,
                };
                history = format!("{history}, {way} of {copy}{}", if outcome.is_ok() { "" } else { " (refused)" });
                assert_consistent(stand, may_lack, &history).await;
            }
            card().delete().await.unwrap();
        }
        assert!(done > 200 && refused > 100, "{done} writes, {refused} refusals");
    })
    .await;
}
