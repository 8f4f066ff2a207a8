//! Writes of models with unique values: a transaction, and a request before or after it, only if a value changes.

use singlet::{ErrorKind, ExpiresIn, Model, TTLAttribute, Table};

use super::{Bill, bill};
use crate::stand;

#[derive(Table)]
#[table(name = "people_cost", hash_key = "pk", ttl = "expires_at", entity = "_type")]
struct People;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "PERSON#{id}")]
struct Person {
    id: u32,
    #[model(unique)]
    email: String,
    #[model(unique)]
    nick: Option<String>,
    points: u32,
    body: String,
    expires_at: Option<TTLAttribute>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = People, hash_key = "PLAYER#{id}")]
struct Player {
    id: u32,
    #[model(unique)]
    email: String,
    #[model(version)]
    version: u64,
}

fn person(id: u32, bytes: usize) -> Person {
    let (email, body) = (format!("{id}@x"), "x".repeat(bytes));
    Person { id, email, nick: None, points: 0, body, expires_at: None }
}

async fn stored(id: u32, bytes: usize) -> Person {
    People::create_table().await.ok();
    let mut person = person(id, bytes);
    person.create().await.unwrap();
    person
}

#[tokio::test]
async fn a_save_that_moves_no_value_is_one_write() {
    super::run(async |stand, billed| {
        for (id, bytes, units) in [(1, 900, 1.0), (2, 4_000, 4.0)] {
            for expires_at in [None, Some(ExpiresIn::minutes(5))] {
                let mut person = stored(id, bytes).await;
                person.expires_at = expires_at;
                person.save().await.unwrap();
                person.points = 7;
                person.save().client(&billed.client).await.unwrap();
                billed.costs("save", bill(0.0, units, 1));
                let old = person.save().client(&billed.client).return_old().await.unwrap();
                assert_eq!(old.as_ref(), Some(&person));
                billed.costs("save that returns the old item", bill(0.0, units, 1));
                person.save().when(|person| person.points.eq(7_u32)).client(&billed.client).await.unwrap();
                billed.costs("save with a condition", bill(0.0, units, 1));
                let refused = person.save().when(|person| person.points.gt(7_u32)).client(&billed.client).await;
                assert!(refused.unwrap_err().is_condition_failed());
                billed.costs("save that is refused", Bill { refused: 1, ..bill(0.0, 0.0, 1) });
                person.delete().await.unwrap();
                assert_eq!(stand.stored("people_cost").await, []);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_save_with_a_version_that_moves_no_value_is_one_write() {
    super::run(async |_, billed| {
        People::create_table().await.unwrap();
        let mut player = Player { id: 1, email: "a@x".into(), version: 0 };
        player.create().await.unwrap();
        let mut stale = player.clone();
        player.save().client(&billed.client).await.unwrap();
        billed.costs("save", bill(0.0, 1.0, 1));
        assert_eq!(Player::get(1).await.unwrap(), Some(player.clone()));
        let refused = stale.save().client(&billed.client).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::VersionConflict);
        billed.costs("save of a stale value", Bill { refused: 1, ..bill(0.0, 0.0, 1) });
        player.email = "b@x".into();
        player.save().client(&billed.client).await.unwrap();
        billed.costs("save of another email", Bill { refused: 1, ..bill(0.0, 6.0, 2) });
    })
    .await;
}

/// Each item of a transaction takes two units: the owner, the sentinel that is claimed and the one that is released.
#[tokio::test]
async fn a_change_with_a_known_old_value_is_one_transaction() {
    super::run(async |stand, billed| {
        let client = &billed.client;
        let mut one = stored(1, 500).await;
        billed.take();
        person(2, 500).create().client(client).await.unwrap();
        billed.costs("create", bill(0.0, 4.0, 1));
        one.modify().set(|person| person.email, "b@x").return_nothing().client(client).await.unwrap();
        billed.costs("modify", bill(0.0, 6.0, 1));
        let mut one = Person::get(1).await.unwrap().unwrap();
        let old = one.clone();
        one.email = "c@x".into();
        one.update_from(&old).client(client).await.unwrap();
        billed.costs("update_from, and the read of the new item", bill(1.0, 6.0, 2));
        let update = Person::update(1).assume(|person| person.email, "c@x").set(|person| person.email, "d@x");
        let update = update.set(|person| person.expires_at, ExpiresIn::minutes(1));
        update.return_nothing().client(client).await.unwrap();
        billed.costs("update, all values not known", bill(1.0, 6.0, 2));
        one = Person::get(1).await.unwrap().unwrap();
        one.set_ttl(ExpiresIn::minutes(2)).client(client).await.unwrap();
        billed.costs("set_ttl, of the item and its sentinel", bill(0.0, 4.0, 1));
        one.delete().client(client).await.unwrap();
        billed.costs("delete", bill(0.0, 4.0, 1));
        person(2, 500).delete().client(client).await.unwrap();
        billed.costs("delete", bill(0.0, 4.0, 1));
        assert_eq!(stand.stored("people_cost").await, []);

        let mut player = Player { id: 1, email: "a@x".into(), version: 0 };
        player.create().await.unwrap();
        let update = Player::update(1).assume(|player| player.email, "a@x").set(|player| player.email, "b@x");
        update.return_nothing().client(client).await.unwrap();
        billed.costs("update that assumes the value", bill(0.0, 6.0, 1));
        let update = Player::update(1).assume(|player| player.email, "a@x").set(|player| player.email, "c@x");
        let refused = update.client(client).await.unwrap_err();
        assert_eq!((refused.kind(), refused.attribute()), (ErrorKind::ConditionFailed, Some("email")));
        billed.costs("update that assumes another value", Bill { refused: 1, ..bill(0.0, 0.0, 1) });
    })
    .await;
}

/// The refused request returns the stored item, which takes the place of a read.
#[tokio::test]
async fn what_is_stored_decides_and_not_what_was_known() {
    stand::run(async |stand| {
        let billed = super::Billed::on(stand);
        let client = &billed.client;
        let mut stale = stored(1, 10).await;
        Person::update(1).set(|person| person.email, "b@x").await.unwrap();
        stale.modify().set(|person| person.email, "c@x").return_nothing().client(client).await.unwrap();
        assert_eq!((billed.take().requests, Person::get(1).await.unwrap().unwrap().email.as_str()), (2, "c@x"));
        let mut stale = person(1, 10);
        stale.save().client(client).await.unwrap();
        assert_eq!((billed.take().requests, stand.stored("people_cost").await.len()), (2, 2));
        stored(2, 10).await;
        let mut gone = person(2, 10);
        Person::update(2).set(|person| person.email, "d@x").await.unwrap();
        gone.delete().client(client).await.unwrap();
        assert_eq!((billed.take().requests, stand.stored("people_cost").await.len()), (2, 2));
        gone.delete().client(client).await.unwrap();
        assert_eq!((billed.take().requests, stand.stored("people_cost").await.len()), (2, 2));
        gone.save().client(client).await.unwrap();
        assert_eq!((billed.take().requests, stand.stored("people_cost").await.len()), (2, 4));
        let mut lost = Player { id: 9, email: "z@x".into(), version: 3 };
        assert_eq!(lost.save().client(client).await.unwrap_err().kind(), ErrorKind::VersionConflict);
        lost.delete().client(client).await.unwrap();
        assert_eq!(stand.stored("people_cost").await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn an_expired_owner_never_writes_on_as_if_it_had_its_values() {
    stand::run(async |stand| {
        let mut first = Person { expires_at: Some(ExpiresIn::minutes(1)), ..person(1, 10) };
        People::create_table().await.unwrap();
        first.create().await.unwrap();
        stand.advance(61);
        Person { email: first.email.clone(), ..person(2, 10) }.create().await.unwrap();
        assert_eq!(first.save().await.unwrap_err().kind(), ErrorKind::NotUnique);
        first.expires_at = None;
        assert_eq!(first.save().await.unwrap_err().kind(), ErrorKind::NotUnique);
        first.email = "free@x".into();
        first.save().await.unwrap();
        assert_eq!(stand.stored("people_cost").await.len(), 4);
    })
    .await;
}

/// An item of another model has an equal attribute, but no sentinel of this model.
#[tokio::test]
async fn a_save_over_any_entity_claims_its_values() {
    stand::run(async |stand| {
        People::create_table().await.unwrap();
        let mut item = Player { id: 1, email: "a@x".into(), version: 1 }.to_item().unwrap();
        item.insert("_type".into(), stand::s("Other"));
        stand.put_raw("people_cost", item).await;
        let mut player = Player { id: 1, email: "a@x".into(), version: 1 };
        assert_eq!(player.save().await.unwrap_err().kind(), ErrorKind::WrongEntity);
        player.save().any_entity().await.unwrap();
        assert_eq!(stand.stored("people_cost").await.len(), 2);
        let mut other = Player { id: 2, email: "a@x".into(), version: 0 };
        assert_eq!(other.save().await.unwrap_err().kind(), ErrorKind::NotUnique);
    })
    .await;
}
