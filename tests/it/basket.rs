//! A model with an attribute of every kind, for the tests of updates and conditions.

use std::collections::{BTreeMap, BTreeSet};

use singlet::{Attribute, Binary, Model};

#[derive(Debug, Clone, PartialEq, Attribute)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) price: i64,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
pub(crate) struct Inner {
    pub(crate) level: Option<i64>,
}

/// All of it may be absent, so an empty map can be read.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub(crate) struct Details {
    pub(crate) color: Option<String>,
    pub(crate) inner: Option<Inner>,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
pub(crate) enum State {
    Open,
    Paid,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "baskets", hash_key = "BASKET#{id}")]
pub(crate) struct Basket {
    pub(crate) id: u32,
    pub(crate) owner: String,
    pub(crate) count: i64,
    pub(crate) total: Option<i64>,
    pub(crate) limit: Option<i64>,
    pub(crate) note: Option<String>,
    pub(crate) lines: Vec<Line>,
    pub(crate) marks: Option<Vec<String>>,
    pub(crate) tags: BTreeSet<String>,
    pub(crate) codes: BTreeSet<u32>,
    pub(crate) blobs: BTreeSet<Binary>,
    pub(crate) prices: BTreeMap<String, i64>,
    pub(crate) details: Option<Details>,
    pub(crate) photo: Option<Binary>,
    pub(crate) state: State,
    pub(crate) gift: bool,
}

pub(crate) fn line(sku: &str, price: i64) -> Line {
    Line { sku: sku.to_owned(), price }
}

/// One with little in it.
pub(crate) fn bare(id: u32) -> Basket {
    Basket {
        id,
        owner: "ann".into(),
        count: 5,
        total: None,
        limit: None,
        note: None,
        lines: vec![],
        marks: None,
        tags: BTreeSet::new(),
        codes: BTreeSet::new(),
        blobs: BTreeSet::new(),
        prices: BTreeMap::new(),
        details: None,
        photo: None,
        state: State::Open,
        gift: false,
    }
}

/// One with everything in it.
pub(crate) fn full(id: u32) -> Basket {
    Basket {
        total: Some(30),
        limit: Some(100),
        note: Some("handle with care".into()),
        lines: vec![line("a", 10), line("b", 20)],
        marks: Some(vec!["x".into(), "y".into()]),
        tags: ["new", "sale"].map(String::from).into(),
        codes: [1, 2].into(),
        blobs: [Binary::from(&b"\x00"[..]), Binary::from(&b"\xff\x01"[..])].into(),
        prices: [("a.b".to_owned(), 1), ("c d".to_owned(), 2)].into(),
        details: Some(Details { color: Some("red".into()), inner: Some(Inner { level: Some(3) }) }),
        photo: Some(Binary::from(&b"\x01\x02\x03"[..])),
        state: State::Paid,
        gift: true,
        ..bare(id)
    }
}
