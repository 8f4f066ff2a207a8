//! Items that other libraries wrote: models read them in every way, write them back, and change nothing that they
//! should not.
//!
//! The libraries themselves wrote `tests/data/foreign`; its README says how.

#![allow(clippy::struct_field_names, reason = "the fields are named as the libraries stored them")]

mod boto3;
mod dynamodb_toolbox;
mod dynamoose;
mod electrodb;
mod enhanced_client;
mod onetable;
mod pydynox;
mod pynamodb;

use std::collections::BTreeSet;
use std::fmt::Debug;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Item, Model, Number, import};

use crate::stand::Stand;

/// Stores the items of a file past every model.
async fn load(table: &str, lines: &str) {
    assert!(import(table, lines.as_bytes()).await.unwrap().items > 0);
}

/// The stored item under a primary key.
async fn stored(stand: &Stand, table: &str, pk: &str, sk: &str) -> Option<Item> {
    let is = |item: &Item, name: &str, text: &str| {
        item.get(name).and_then(|value| value.as_s().ok()).is_some_and(|s| s == text)
    };
    stand.stored(table).await.into_iter().find(|item| is(item, "pk", pk) && is(item, "sk", sk))
}

/// Saves a value that was read, and returns the names of the attributes that differ afterwards.
async fn saved<M: Model>(stand: &Stand, value: &mut M, pk: &str, sk: &str) -> Vec<String> {
    let table = M::SCHEMA.table.name;
    let before = stored(stand, table, pk, sk).await.expect("the item that was read is stored");
    let items = stand.stored(table).await.len();
    value.save().await.unwrap();
    assert_eq!(stand.stored(table).await.len(), items, "the item is written back where it was read");
    differences(&before, &stored(stand, table, pk, sk).await.unwrap())
}

/// Reads the items of a scan, in the order of their keys.
async fn scanned<M: Model + Debug>() -> Vec<M> {
    let mut values = M::scan().await.unwrap();
    values.sort_by_key(|value| format!("{:?}", value.key().unwrap()));
    values
}

/// The names of the attributes that two items do not share, by value: numbers as numbers, sets as sets.
fn differences(a: &Item, b: &Item) -> Vec<String> {
    let names: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    let same = |name: &String| matches!((a.get(name), b.get(name)), (Some(a), Some(b)) if same(a, b));
    names.into_iter().filter(|name| !same(name)).cloned().collect()
}

fn same(a: &AttributeValue, b: &AttributeValue) -> bool {
    use AttributeValue::{L, M, N, Ns, Ss};
    let number = |digits: &String| digits.parse::<Number>().unwrap();
    match (a, b) {
        (N(a), N(b)) => number(a) == number(b),
        (Ns(a), Ns(b)) => a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| number(a) == number(b))),
        (Ss(a), Ss(b)) => a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>(),
        (L(a), L(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (M(a), M(b)) => a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b))),
        _ => a == b,
    }
}
