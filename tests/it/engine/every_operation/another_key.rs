//! A response with the item of another key is an error of every operation that names the key, and never its result.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use singlet::{Client, ErrorKind, ExpiredItems, Model, ModelConfig, TTLAttribute, Table};

use super::operations::{self, Deed, Deeds, Run};
use super::{direct, restore};
use crate::stand::{self, START, Stand};
use crate::transport::{Fate, Transport};

/// Its reads and updates extend the TTL in the same request.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED", entity_name = "Deed")]
struct Fresh {
    id: u32,
    points: u64,
    #[model(ttl = "1h")]
    expires_at: Option<TTLAttribute>,
}

fn hiding() -> ModelConfig {
    ModelConfig::new("deeds").expired(ExpiredItems::Hide)
}

/// An expired item counts as deleted.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, hash_key = "DEED#{id}", range_key = "DEED", entity_name = "Deed", config = hiding)]
struct Hidden {
    id: u32,
    points: u64,
    expires_at: Option<TTLAttribute>,
}

/// Its key attributes are fields, so each stored key fits them.
#[derive(Debug, Clone, Model)]
#[model(table = Deeds, entity_name = "Deed")]
struct Plain {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
    points: u64,
}

macro_rules! runs {
    ($($name:literal: |$client:ident| $operation:expr;)*) => {
        vec![$(($name, (|client| Box::pin(async move { let $client = &client; $operation.await.map(drop) })) as Run),)*]
    };
}

/// Operations beyond the table of every operation.
fn others() -> Vec<(&'static str, Run)> {
    runs! {
        "get, refreshing": |c| Fresh::get(1).client(c);
        "get, refreshing with a write of its own": |c| Fresh::get(1).client(&c.clone().with_background_refresh());
        "batch_get, refreshing": |c| Fresh::batch_get([1, 2]).client(c);
        "update, refreshing": |c| Fresh::update(1).set(|d| d.points, 9_u64).client(c);
        "get, hidden": |c| Hidden::get(1).client(c);
        "exists, hidden": |c| Hidden::exists(1).client(c);
        "batch_get, hidden": |c| Hidden::batch_get([1]).client(c);
        "transact_get, hidden": |c| singlet::transact_get([Hidden::get(1)]).client(c);
        "get, key fields": |c| Plain::get(("DEED#0000000001", "DEED")).client(c);
        "transact_get, key fields": |c| singlet::transact_get([Plain::get(("DEED#0000000001", "DEED"))]).client(c);
        "create, refused": |c| Hidden { id: 1, points: 9, expires_at: None }.create().client(c);
        "update, refused": |c| Fresh::update(1).set(|d| d.points, 9_u64).when(|d| d.points.eq(5)).client(c);
        "delete, refused": |c| Deed::delete_by_key(1).when(|d| d.points.eq(5)).client(c);
        "transaction, refused": |c| singlet::transact_write()
            .write(Fresh::update(1).set(|d| d.points, 9_u64).when(|d| d.points.eq(5)))
            .write(Fresh::delete_by_key(2))
            .client(c);
    }
}

fn all() -> Vec<(String, Run)> {
    let tables = [
        ("Deed", operations::of_deed()),
        ("Versioned", operations::of_versioned()),
        ("Kept", operations::of_kept()),
        ("Unique", operations::of_unique()),
    ];
    let of_tables = tables.into_iter().flat_map(|(model, list)| list.into_iter().map(move |one| (model, one)));
    let named = of_tables.map(|(model, one)| (format!("{} of {model}", one.name), one.run));
    let others = others().into_iter().map(|(name, run)| (name.to_owned(), run));
    // The others do not name a key.
    let names_key = |name: &str| !["query", "scan", "statement"].iter().any(|read| name.starts_with(read));
    named.chain(others).filter(|(name, _)| names_key(name)).collect()
}

/// What else the item of the other key is.
type Change = fn(&mut Value);

const CHANGES: [(&str, Change); 4] = [
    ("like the requested one", |_| {}),
    ("expired", |item| item["expires_at"] = json!({ "N": "1000000000" })),
    ("of another entity", |item| item["_type"] = json!({ "S": "Other" })),
    ("of no form", |item| item["points"] = json!({ "BOOL": true })),
];

/// Replaces the items of deeds 1 and 2 in a response by those of other deeds.
fn replaced(answer: &mut Value, change: Change) {
    if answer["pk"]["S"].is_string() {
        for (own, other) in [("1", "7"), ("2", "8")] {
            if answer["pk"] == json!({ "S": format!("DEED#000000000{own}") }) {
                answer["pk"] = json!({ "S": format!("DEED#000000000{other}") });
                if !answer["id"].is_null() {
                    answer["id"] = json!({ "N": other });
                }
                change(answer);
                return;
            }
        }
    }
    match answer {
        Value::Object(members) => members.values_mut().for_each(|value| replaced(value, change)),
        Value::Array(elements) => elements.iter_mut().for_each(|value| replaced(value, change)),
        _ => {}
    }
}

/// Runs an operation whose responses, without the first `passed` ones, contain items of other keys. Returns whether any
/// response was changed.
async fn run(stand: &Stand, (name, run): &(String, Run), passed: usize, is_direct: bool, change: Change) -> bool {
    let passed = passed + if is_direct { direct::WARM_UP } else { 0 };
    let changed: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&changed);
    let transport = Transport::new(move |number, sent| {
        let (log, operation) = (Arc::clone(&log), sent.operation.clone());
        Fate::Rewrite(Box::new(move |answer| {
            let mut other = answer.clone();
            if number >= passed {
                replaced(&mut other, change);
            }
            if other != answer {
                log.lock().unwrap().push(operation);
            }
            other
        }))
    });
    let client: Client = stand.hasty(&transport).with_direct_requests(is_direct);
    if is_direct {
        direct::warm_up(&client).await;
    }
    let outcome = run(client).await;
    let changed = changed.lock().unwrap();
    let Some(last) = changed.last() else { return false };
    let error = outcome.expect_err(name);
    assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{name}: {error}");
    assert!(error.old_item().is_none(), "{name}");
    assert!(!error.to_string().contains("DEED#"), "{name}: {error}");
    let is_read = ["get", "exists", "batch_get", "transact_get"].iter().any(|read| name.starts_with(read));
    if is_read || !last.starts_with("Get") {
        assert_eq!(error.may_have_been_written(), !is_read, "{name}: {error}");
    }
    true
}

#[tokio::test]
async fn the_item_of_another_key_is_an_error_of_every_operation() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        let mut changed = 0;
        for operation in all() {
            for (_, change) in CHANGES {
                restore(stand).await;
                changed += usize::from(run(stand, &operation, 0, false, change).await);
            }
            // An operation may send more requests after one that was answered as it should be.
            for passed in [1, 2] {
                restore(stand).await;
                changed += usize::from(run(stand, &operation, passed, false, |_| {}).await);
            }
            restore(stand).await;
            changed += usize::from(run(stand, &operation, 0, true, |_| {}).await);
        }
        assert!(changed > 150, "{changed}");
    })
    .await;
}

/// The response to a refreshing get that is not due is the error of a failed condition.
#[tokio::test]
async fn a_refused_refresh_with_the_item_of_another_key_is_an_error() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        for (name, change) in CHANGES {
            restore(stand).await;
            let late = Deed { id: 1, points: 7, expires_at: Some(TTLAttribute::from_epoch_seconds(START + 100_000)) };
            stand.put_raw("deeds", late.to_item().unwrap()).await;
            let get: Run = |client| Box::pin(async move { Fresh::get(1).client(&client).await.map(drop) });
            assert!(run(stand, &(format!("get, {name}"), get), 0, false, change).await);
        }
    })
    .await;
}

/// A response that has fewer entries than the request tells nothing about the others.
#[tokio::test]
async fn a_read_transaction_has_one_entry_for_each_read() {
    stand::run(async |stand| {
        Deeds::create_table().await.unwrap();
        restore(stand).await;
        for entries in [0, 1, 3] {
            let answer = json!({ "Responses": vec![json!({}); entries] }).to_string();
            let transport = Transport::new(move |_, _| Fate::Answer(200, answer.clone()));
            let read = singlet::transact_get((Deed::get(1), Deed::get(2)));
            let error = read.client(&stand.through(&transport)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{entries} entries");
        }
    })
    .await;
}
