//! A backfill of unique values: each has one sentinel afterwards, and those of former values are free.

use std::sync::{Arc, Mutex};

use singlet::{ErrorKind, Item, Model, Observer, Operation, RequestEvent, TTLAttribute, Table};

use super::backfill::{Customer, ITEMS, Member, Shop, fill, old};
use crate::stand::{self, Stand, item, s};
use crate::transport::{Fate, Transport};

/// The table has no entity attribute, and no literal text begins the keys.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    id: String,
    #[model(unique)]
    mail: Option<String>,
}

fn user(id: &str, mail: &str) -> User {
    User { id: id.to_owned(), mail: Some(mail.to_owned()) }
}

async fn sentinels(stand: &Stand) -> usize {
    stand.stored("users").await.iter().filter(|item| item.contains_key("owner")).count()
}

fn corrected(user: &mut User) {
    user.mail = match &*user.id {
        "twin" => Some("twin@x.y".to_owned()),
        "gone" => None,
        _ => user.mail.as_ref().map(|mail| mail.to_lowercase()),
    };
}

#[tokio::test]
async fn sentinels_follow_the_values() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        for (id, mail) in [("upper", "A@X.y"), ("lower", "b@x.y"), ("gone", "c@x.y")] {
            user(id, mail).create().await.unwrap();
        }
        // They had these values before the values were unique. One belongs to another item.
        for (id, mail) in [("old", "D@x.y"), ("twin", "b@x.y")] {
            stand.put_raw("users", item([("id", s(id)), ("mail", s(mail))])).await;
        }
        let report = User::backfill().change(corrected).await.unwrap();
        // Sentinels are none of the items.
        assert!(report.is_complete && report.failures.is_empty(), "{report:?}");
        assert_eq!((report.progress.read, report.progress.changed), (5, 4));
        assert_eq!(sentinels(stand).await, 4);
        for taken in ["a@x.y", "b@x.y", "d@x.y", "twin@x.y"] {
            let error = user("new", taken).create().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotUnique, "{taken}");
        }
        for free in ["A@X.y", "c@x.y", "D@x.y"] {
            user(free, free).create().await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_rate_counts_every_unit_that_is_consumed() {
    stand::run(async |stand| {
        User::create_table().await.unwrap();
        for id in ["a", "b", "c"] {
            user(id, &format!("{id}@X.y")).create().await.unwrap();
        }
        for rate in [None, Some(1e6)] {
            let transport = Transport::recording();
            let mut backfill = User::backfill().change(corrected).client(&stand.through(&transport));
            if let Some(rate) = rate {
                backfill = backfill.max_capacity_per_second(rate);
            }
            let report = backfill.await.unwrap();
            let sent = transport.sent();
            let measured = sent.iter().filter(|sent| sent.body.contains("ReturnConsumedCapacity")).count();
            if rate.is_none() {
                assert_eq!((measured, report.cost.requests), (0, 0));
                for id in ["a", "b", "c"] {
                    user(id, &format!("{id}@X.y")).save().await.unwrap();
                }
                continue;
            }
            assert_eq!((measured, report.cost.requests as usize), (sent.len(), sent.len()));
            // A transaction writes an item and two sentinels, for two units each.
            assert!(report.cost.write >= 3.0 * 6.0 && report.cost.read > 0.0, "{:?}", report.cost);
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_write_counts_and_needs_no_read() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for (operation, is_unique) in [("UpdateItem", false), ("TransactWriteItems", true)] {
            stand.put_raw("shop", old(1)).await;
            let past = stand.client.clone();
            let transport = Transport::new(move |_, sent| {
                if sent.operation != operation || sent.body.contains("new@x.y") {
                    return Fate::Pass;
                }
                let newer = old(1).into_iter().chain(item([("mail", s("new@x.y"))])).collect();
                let put = past.sdk().put_item().table_name("shop").set_item(Some(newer));
                Fate::PassAfter(Box::pin(async move { drop(put.send().await.unwrap()) }))
            });
            let client = stand.through(&transport);
            let report = if is_unique {
                Member::backfill().max_capacity_per_second(1e6).client(&client).await
            } else {
                Customer::backfill().max_capacity_per_second(1e6).client(&client).await
            };
            let report = report.unwrap();
            assert_eq!((report.progress.changed, report.progress.retried), (1, 1), "{operation}");
            assert!(report.cost.refused > 0.0, "{operation}: {:?}", report.cost);
            assert!(transport.sent().iter().all(|sent| sent.operation != "GetItem"), "{operation}");
        }
    })
    .await;
}

#[derive(Clone, Default)]
struct Operations(Arc<Mutex<Vec<(Operation, bool)>>>);

impl Observer for Operations {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push((event.operation, event.is_first));
    }
}

#[tokio::test]
async fn observers_see_a_backfill_as_one_operation() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let operations = Operations::default();
        let client = stand.observed(operations.clone());
        Customer::backfill().client(&client).await.unwrap();
        Member::backfill().client(&client).await.unwrap();
        let seen = operations.0.lock().unwrap();
        assert!(seen.len() > 2 * ITEMS as usize);
        assert!(seen.iter().all(|(operation, _)| *operation == Operation::Backfill), "{seen:?}");
        assert_eq!(seen.iter().filter(|(_, is_first)| *is_first).count(), 2);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "R#{id}", range_key = "R")]
struct Registered {
    id: u32,
    #[model(unique)]
    name: String,
}

/// Without an entity attribute, a reservation is recognized by its key and its owner.
#[derive(Table)]
#[table(name = "members", hash_key = "pk", range_key = "sk")]
struct Members;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Members, hash_key = "MEMBER#{id}", range_key = "MEMBER")]
struct Named {
    id: u32,
    #[model(unique)]
    name: String,
}

#[derive(Table)]
#[table(name = "tokens", hash_key = "pk", ttl = "expires")]
struct Tokens;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tokens, hash_key = "TOKEN#{id}")]
struct Token {
    id: u32,
    #[model(unique)]
    secret: String,
    expires: Option<TTLAttribute>,
}

#[tokio::test]
async fn the_backfill_of_a_table_changes_no_reservation() {
    let mark = |item: &mut Item| drop(item.insert("mark".into(), s("x")));
    let marked = |items: Vec<Item>| items.into_iter().partition::<Vec<_>, _>(|item| item.contains_key("mark"));
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Members::create_table().await.unwrap();
        Tokens::create_table().await.unwrap();
        for id in 0..3 {
            Registered { id, name: id.to_string() }.create().await.unwrap();
            Named { id, name: id.to_string() }.create().await.unwrap();
            let expires = Some(TTLAttribute::from_epoch_seconds(stand::START + 60));
            Token { id, secret: id.to_string(), expires }.create().await.unwrap();
        }
        // Items of others that look like reservations, but for one attribute.
        let key = |pk: &str, sk: &str| item([("pk", s(pk)), ("sk", s(sk))]);
        let owned = |pk: &str, sk: &str| key(pk, sk).into_iter().chain(item([("owner", s("ann"))])).collect::<Item>();
        for strange in [key("UNIQUE#1", "UNIQUE"), owned("UNIQUE#2", "X"), owned("A#UNIQUE#", "UNIQUE")] {
            stand.put_raw("members", strange.clone()).await;
            stand.put_raw("shop", strange).await;
        }
        stand.put_raw("tokens", item([("pk", s("UNIQUE#1"))])).await;

        for (backfill, table, items) in
            [(Shop::backfill(), "shop", 6), (Members::backfill(), "members", 6), (Tokens::backfill(), "tokens", 4)]
        {
            let before: Vec<Item> = stand.stored(table).await;
            let report = backfill.change(mark).segments(2).await.unwrap();
            assert_eq!((report.progress.read, report.progress.changed), (items, items), "{table}");
            let (changed, left) = marked(stand.stored(table).await);
            assert_eq!((changed.len(), left.len()), (items, 3), "{table}");
            assert!(left.iter().all(|item| item.contains_key("owner") && before.contains(item)), "{table}");
        }
        for id in 0..3 {
            let error = Named { id: 9, name: id.to_string() }.create().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotUnique);
        }
    })
    .await;
}
