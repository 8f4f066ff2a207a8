//! Values that no two items share: they lie in sentinels, which are written with their owners.

use std::collections::BTreeSet;

use singlet::{CancelReason, Error, ErrorKind, ExpiresIn, Item, Model, TTLAttribute, Table};

use crate::stand::{self, Stand, s};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "members", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
struct Members;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Members, hash_key = "MEMBER#{id}", range_key = "MEMBER")]
struct Member {
    id: u32,
    #[model(unique)]
    email: String,
    #[model(unique)]
    nick: Option<String>,
    #[model(unique)]
    number: Option<u32>,
    points: u32,
    expires_at: Option<TTLAttribute>,
}

fn member(id: u32, email: &str) -> Member {
    Member { id, email: email.into(), nick: None, number: None, points: 0, expires_at: None }
}

async fn stored(id: u32, email: &str) -> Member {
    Members::create_table().await.ok();
    let mut member = member(id, email);
    member.create().await.unwrap();
    member
}

/// The attributes and values of all sentinels, and which member owns them.
async fn sentinels(stand: &Stand) -> BTreeSet<(String, String)> {
    let text = |item: &Item, name: &str| item[name].as_s().unwrap().clone();
    let items = stand.stored("members").await;
    let sentinels = items.iter().filter(|item| item["sk"] == s("UNIQUE"));
    sentinels.map(|item| (text(item, "pk").replace("UNIQUE#Member#", ""), text(item, "owner"))).collect()
}

fn owned<const N: usize>(sentinels: [(&str, u32); N]) -> BTreeSet<(String, String)> {
    let owner = |id: u32| format!("17:MEMBER#{id:010}MEMBER");
    sentinels.map(|(value, id)| (value.to_owned(), owner(id))).into()
}

fn assert_not_unique(error: &Error, attribute: &str) {
    assert_eq!(
        (error.kind(), error.attribute(), error.model()),
        (ErrorKind::NotUnique, Some(attribute), Some("Member"))
    );
}

/// Lets this happen between the read of the stored values and the transaction.
fn meanwhile(
    stand: &Stand,
    act: impl Fn(singlet::Client) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync + 'static,
) -> Transport {
    let (client, first) = (stand.client.clone(), std::sync::atomic::AtomicBool::new(true));
    Transport::new(move |_, sent| {
        let is_first = sent.operation == "TransactWriteItems" && first.swap(false, std::sync::atomic::Ordering::SeqCst);
        if is_first { Fate::PassAfter(act(client.clone())) } else { Fate::Pass }
    })
}

#[tokio::test]
async fn a_write_that_leaves_a_value_as_it_was_read_does_not_undo_another_writers() {
    stand::run(async |stand| {
        stored(1, "a@x").await;
        // It sets the value that it has read, which another writer changes meanwhile.
        let transport = meanwhile(stand, |c| {
            Box::pin(async move {
                Member::update(1).set(|m| m.email, "b@x").client(&c).await.unwrap();
            })
        });
        let update = Member::update(1).set(|m| m.email, "a@x").client(&stand.through(&transport));
        assert_eq!(update.await.unwrap().email, "a@x");
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1)]));
        // It deletes an item that it has not found, which another writer creates meanwhile.
        let transport =
            meanwhile(stand, |c| Box::pin(async move { member(2, "c@x").create().client(&c).await.unwrap() }));
        Member::delete_by_key(2).client(&stand.through(&transport)).await.unwrap();
        assert_eq!(Member::get(2).await.unwrap(), None);
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1)]));
    })
    .await;
}

#[tokio::test]
async fn a_value_is_used_once() {
    stand::run(async |stand| {
        stored(1, "a@x").await;
        let error = member(2, "a@x").create().await.unwrap_err();
        assert_not_unique(&error, "email");
        assert!(!format!("{error} {error:?}").contains("a@x"));
        assert_eq!(error.cancelled()[0].attribute(), Some("email"));
        assert_eq!(error.cancelled()[0].reason(), CancelReason::NotUnique);
        assert_not_unique(&member(2, "a@x").save().await.unwrap_err(), "email");
        assert_eq!(Member::get(2).await.unwrap(), None);
        let mut other = Member { nick: Some("n".into()), number: Some(7), ..member(2, "b@x") };
        other.save().await.unwrap();
        let mut third = Member { nick: Some("n".into()), ..member(3, "c@x") };
        assert_not_unique(&third.save().await.unwrap_err(), "nick");
        third.nick = None;
        third.number = Some(7);
        assert_not_unique(&third.create().await.unwrap_err(), "number");
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1), ("email#b@x", 2), ("nick#n", 2), ("number#7", 2)]));
    })
    .await;
}

#[tokio::test]
async fn create_over_the_own_item_fails_as_any_create() {
    stand::run(async |stand| {
        let first = stored(1, "a@x").await;
        let error = member(1, "b@x").create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConditionFailed);
        assert_eq!(error.old().unwrap(), Some(first));
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1)]));
    })
    .await;
}

#[tokio::test]
async fn a_save_moves_what_has_changed() {
    stand::run(async |stand| {
        let mut first = stored(1, "a@x").await;
        first.points = 5;
        first.save().await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1)]));
        first.email = "b@x".into();
        first.nick = Some("n#1".into());
        let old = first.save().return_old().await.unwrap().unwrap();
        assert_eq!((old.email.as_str(), old.points), ("a@x", 5));
        assert_eq!(sentinels(stand).await, owned([("email#b@x", 1), ("nick#n%231", 1)]));
        // The old value is free again.
        stored(2, "a@x").await;
        assert_not_unique(&Member { email: "a@x".into(), ..first.clone() }.save().await.unwrap_err(), "email");
        first.nick = None;
        first.save().await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 2), ("email#b@x", 1)]));
        assert_eq!(Member::get(1).await.unwrap(), Some(first));
    })
    .await;
}

#[tokio::test]
async fn updates_move_what_they_set() {
    stand::run(async |stand| {
        let mut first = stored(1, "a@x").await;
        stored(2, "b@x").await;
        assert_not_unique(&Member::update(1).set(|m| m.email, "b@x").await.unwrap_err(), "email");
        let new = Member::update(1).set(|m| m.email, "c@x").set(|m| m.number, 5).await.unwrap();
        assert_eq!((new.email.as_str(), new.number), ("c@x", Some(5)));
        assert_eq!(sentinels(stand).await, owned([("email#b@x", 2), ("email#c@x", 1), ("number#5", 1)]));
        let old = Member::update(1).remove(|m| m.number).return_old().await.unwrap();
        assert_eq!(old, Some(new));
        first.modify().set(|m| m.email, "d@x").add(|m| m.points, 1).await.unwrap();
        assert_eq!((first.email.as_str(), first.points), ("d@x", 1));
        let old = first.clone();
        first.nick = Some("n".into());
        first.update_from(&old).await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#b@x", 2), ("email#d@x", 1), ("nick#n", 1)]));
        assert_eq!(Member::get(1).await.unwrap(), Some(first));
        assert!(Member::update(9).set(|m| m.email, "z@x").await.unwrap_err().is_not_found());
        assert_eq!(stand.stored("members").await.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_update_that_leaves_them_alone_is_one_request() {
    stand::run(async |stand| {
        let mut first = stored(1, "a@x").await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let new = Member::update(1).add(|m| m.points, 1).client(&client).await.unwrap();
        assert_eq!(new.points, 1);
        let old = first.clone();
        first.update_from(&old).client(&client).await.unwrap();
        let operations: Vec<_> = transport.sent().into_iter().map(|sent| sent.operation).collect();
        assert_eq!(operations, ["UpdateItem"]);
    })
    .await;
}

#[tokio::test]
async fn an_upsert_claims_and_moves() {
    stand::run(async |stand| {
        stored(1, "a@x").await;
        let upsert = |id: u32, email: &str| Member::upsert(id).set(|m| m.email, email.to_owned()).set(|m| m.points, 1);
        assert_not_unique(&upsert(2, "a@x").await.unwrap_err(), "email");
        assert_eq!(upsert(2, "b@x").await.unwrap(), Member { points: 1, ..member(2, "b@x") });
        assert_eq!(upsert(2, "c@x").return_old().await.unwrap().unwrap().email, "b@x");
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1), ("email#c@x", 2)]));
    })
    .await;
}

#[tokio::test]
async fn a_delete_releases() {
    stand::run(async |stand| {
        let first = stored(1, "a@x").await;
        let refused = Member::delete_by_key(1).when(|m| m.points.gt(5)).await.unwrap_err();
        assert!(refused.is_condition_failed());
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 1)]));
        assert_eq!(Member::delete_by_key(1).return_old().await.unwrap(), Some(first.clone()));
        assert_eq!(stand.stored("members").await, []);
        first.delete().await.unwrap();
        stored(2, "a@x").await;
    })
    .await;
}

#[tokio::test]
async fn equal_numbers_are_one_value_and_delimiters_tell_values_apart() {
    stand::run(async |stand| {
        let mut first = stored(1, "a#b").await;
        stored(2, "a%23b").await;
        first.number = Some(100);
        first.save().await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a%23b", 1), ("email#a%2523b", 2), ("number#100", 1)]));
    })
    .await;
}

#[tokio::test]
async fn sentinels_are_no_items_of_the_model() {
    stand::run(async |_| {
        let first = stored(1, "a@x").await;
        assert_eq!(Member::query(1).await.unwrap(), std::slice::from_ref(&first));
        assert_eq!(Member::scan().await.unwrap(), [first]);
    })
    .await;
}

#[tokio::test]
async fn a_transaction_claims_and_releases() {
    stand::run(async |stand| {
        let first = stored(1, "a@x").await;
        let mut second = member(2, "a@x");
        // The value changes hands: one operation lets go of it, another takes it.
        singlet::transact_write().write(second.create()).write(first.delete()).await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 2)]));

        let mut third = Member { nick: Some("n".into()), ..member(3, "a@x") };
        let error = singlet::transact_write()
            .write(Member::update(2).add(|m| m.points, 1))
            .write(third.create())
            .await
            .unwrap_err();
        assert_not_unique(&error, "email");
        assert!(error.to_string().starts_with("operation at index 1 of the transaction: "), "{error}");
        assert_eq!(
            error.cancelled().iter().map(|o| (o.index(), o.attribute())).collect::<Vec<_>>(),
            [(1, Some("email"))]
        );
        assert_eq!(Member::get(2).await.unwrap(), Some(second));
        singlet::transact_write().write(Member::update(2).set(|m| m.email, "b@x")).write(third.create()).await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 3), ("email#b@x", 2), ("nick#n", 3)]));
    })
    .await;
}

#[tokio::test]
async fn two_items_swap_their_values() {
    stand::run(async |stand| {
        let (mut a, mut b) = (stored(1, "a@x").await, stored(2, "b@x").await);
        std::mem::swap(&mut a.email, &mut b.email);
        assert_not_unique(&a.save().await.unwrap_err(), "email");
        singlet::transact_write().write(a.save()).write(b.save()).await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 2), ("email#b@x", 1)]));
        assert_eq!((Member::get(1).await.unwrap(), Member::get(2).await.unwrap()), (Some(a), Some(b)));
        // Two cannot have it.
        let both = |id: u32| Member::update(id).set(|m| m.email, "c@x");
        let error = singlet::transact_write().write(both(1)).write(both(2)).await.unwrap_err();
        assert_not_unique(&error, "email");
    })
    .await;
}

#[tokio::test]
async fn an_expired_owner_loses_its_values() {
    stand::run(async |stand| {
        let mut first = Member { expires_at: Some(ExpiresIn::minutes(1)), ..member(1, "a@x") };
        Members::create_table().await.unwrap();
        first.create().await.unwrap();
        assert_not_unique(&member(2, "a@x").create().await.unwrap_err(), "email");
        stand.advance(61);
        stored(2, "a@x").await;
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 2)]));
        // The expired one may go, or change, but not come back with it.
        assert_not_unique(&first.set_ttl(ExpiresIn::minutes(1)).await.unwrap_err(), "email");
        assert_eq!(first.extend_ttl(ExpiresIn::minutes(1)).await.unwrap_err().kind(), ErrorKind::Expired);
        assert_not_unique(&first.clone().save().await.unwrap_err(), "email");
        Member::update(1).set(|m| m.email, "b@x").set(|m| m.expires_at, ExpiresIn::minutes(1)).await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 2), ("email#b@x", 1)]));
        stand.advance(61);
        stored(3, "b@x").await;
        Member::delete_by_key(1).await.unwrap();
        assert_eq!(sentinels(stand).await, owned([("email#a@x", 2), ("email#b@x", 3)]));
    })
    .await;
}

#[tokio::test]
async fn sentinels_expire_when_their_owner_does() {
    stand::run(async |stand| {
        Members::create_table().await.unwrap();
        let mut first = Member { expires_at: Some(ExpiresIn::minutes(1)), ..member(1, "a@x") };
        first.create().await.unwrap();
        first.extend_ttl(ExpiresIn::minutes(10)).await.unwrap();
        assert_eq!(first.expires_at, Some(ExpiresIn::minutes(10)));
        stand.advance(120);
        assert_not_unique(&member(2, "a@x").create().await.unwrap_err(), "email");
        first.modify().set(|m| m.expires_at, ExpiresIn::minutes(20)).await.unwrap();
        let expiries: BTreeSet<String> =
            stand.stored("members").await.iter().map(|item| item["expires_at"].as_n().unwrap().clone()).collect();
        assert_eq!(expiries, [ExpiresIn::minutes(20).to_string()].into());
        first.expires_at = None;
        first.save().await.unwrap();
        assert!(stand.stored("members").await.iter().all(|item| !item.contains_key("expires_at")));
    })
    .await;
}

#[tokio::test]
async fn one_of_two_claims_at_once_wins() {
    stand::run(async |stand| {
        Members::create_table().await.unwrap();
        let claim = |id: u32| {
            let client = stand.client.clone();
            tokio::spawn(async move { member(id, "a@x").create().client(&client).await })
        };
        let (first, second) = (claim(1), claim(2));
        let outcomes = [first.await.unwrap(), second.await.unwrap()];
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        let lost = outcomes.into_iter().find_map(Result::err).unwrap();
        assert_not_unique(&lost, "email");
        assert_eq!((sentinels(stand).await.len(), stand.stored("members").await.len()), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn a_value_that_changed_after_it_was_read_is_taken_from_the_refusal() {
    stand::run(async |stand| {
        stored(1, "a@x").await;
        // The read says what was stored before: the answer is of an older time.
        let outdated = r#"{"Item":{"_type":{"S":"Member"},"email":{"S":"old@x"}}}"#.to_owned();
        let stale = move |number: usize| if number == 0 { Fate::Answer(200, outdated.clone()) } else { Fate::Pass };
        let alone = Transport::new({
            let stale = stale.clone();
            move |number, _| stale(number)
        });
        let update = Member::update(1).set(|m| m.email, "b@x").client(&stand.through(&alone));
        assert_eq!(update.await.unwrap().email, "b@x");
        let operations: Vec<_> = alone.sent().into_iter().map(|sent| sent.operation).collect();
        // The refused transaction returns the stored item. The last read returns the new one.
        assert_eq!(operations, ["GetItem", "TransactWriteItems", "TransactWriteItems", "GetItem"]);
        assert_eq!(sentinels(stand).await, owned([("email#b@x", 1)]));

        let together = Transport::new(move |number, _| stale(number));
        let update = Member::update(1).set(|m| m.email, "c@x");
        singlet::transact_write().write(update).client(&stand.through(&together)).await.unwrap();
        assert_eq!((together.sent().len(), sentinels(stand).await), (3, owned([("email#c@x", 1)])));
    })
    .await;
}

#[tokio::test]
async fn a_lost_response_is_no_second_claim() {
    stand::run(async |stand| {
        Members::create_table().await.unwrap();
        let losing = || {
            Transport::new(|_, request| {
                static LOST: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
                let is_transaction = request.operation == "TransactWriteItems";
                let nth = LOST.fetch_add(usize::from(is_transaction), std::sync::atomic::Ordering::Relaxed);
                if is_transaction && nth.is_multiple_of(2) { Fate::LoseResponse } else { Fate::Pass }
            })
        };
        let client = stand.through(&losing());
        let mut first = member(1, "a@x");
        first.create().client(&client).await.unwrap();
        first.email = "b@x".into();
        first.save().client(&client).await.unwrap();
        first.delete().client(&client).await.unwrap();
        assert_eq!(stand.stored("members").await, []);
    })
    .await;
}
