//! Errors of fields that serde reads: they say where and why, and never what is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use singlet::{ErrorKind, Item, Model};

use crate::stand::{n, s};

const SECRET: &str = "S3CRET";

#[derive(Debug, Serialize, Deserialize)]
struct Order {
    lines: Vec<Line>,
    by_name: HashMap<String, Line>,
    kind: Kind,
    rank: Option<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    price: u32,
}

#[derive(Debug, Serialize, Deserialize)]
enum Kind {
    Plain,
    Sized { size: u8 },
    Pair(u8, u8),
    One(u8),
}

#[derive(Debug, Model)]
#[model(table = "orders")]
struct Holder {
    #[model(hash_key)]
    pk: String,
    #[allow(dead_code, reason = "only its errors are read")]
    #[model(serde)]
    order: Order,
}

fn map<const N: usize>(entries: [(&str, AttributeValue); N]) -> AttributeValue {
    AttributeValue::M(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn list<const N: usize>(elements: [AttributeValue; N]) -> AttributeValue {
    AttributeValue::L(elements.into())
}

fn line(price: AttributeValue) -> AttributeValue {
    map([("price", price)])
}

/// An order with another value for one of its fields.
fn with(field: &str, value: AttributeValue) -> AttributeValue {
    let AttributeValue::M(mut order) = map([
        ("lines", list([line(n(1)), line(n(2))])),
        ("by_name", map([(SECRET, line(n(3)))])),
        ("kind", s("Plain")),
        ("rank", n(4)),
    ]) else {
        unreachable!("a map")
    };
    order.insert(field.to_owned(), value);
    AttributeValue::M(order)
}

fn without(field: &str) -> AttributeValue {
    let AttributeValue::M(mut order) = with("rank", n(4)) else { unreachable!("a map") };
    order.remove(field);
    AttributeValue::M(order)
}

fn stored(order: AttributeValue) -> Item {
    Item::from([("pk".to_owned(), s("o-1")), ("order".to_owned(), order)])
}

/// Values that serde cannot store.
#[derive(Serialize, Deserialize, Default)]
struct Bad {
    numbers: Vec<f64>,
    ratio: f32,
    large: Option<u128>,
    pairs: HashMap<(u8, u8), u8>,
    lists: HashMap<Vec<u8>, u8>,
    options: HashMap<Option<u8>, u8>,
    nested: HashMap<String, Vec<Variants>>,
    #[serde(skip_deserializing)]
    stubborn: Stubborn,
}

#[derive(Serialize, Deserialize)]
enum Variants {
    One(f64),
    Pair(f64, f64),
    Fields { size: f64 },
}

#[derive(Default)]
struct Stubborn(bool);

impl Serialize for Stubborn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 { Err(serde::ser::Error::custom(SECRET)) } else { serializer.serialize_unit() }
    }
}

#[derive(Model)]
#[model(table = "orders")]
struct BadHolder {
    #[model(hash_key)]
    pk: String,
    #[model(serde)]
    bad: Bad,
}

#[test]
fn errors_of_writing_carry_them_too() {
    let holder = |bad| BadHolder { pk: "o-1".into(), bad };
    holder(Bad { numbers: vec![0.5], ..Bad::default() }).to_item().unwrap();
    let nested = |variant| Bad { nested: [(SECRET.to_owned(), vec![variant])].into(), ..Bad::default() };
    let nan = f64::NAN;
    for (bad, path, reason) in [
        (Bad { numbers: vec![1.0, nan], ..Bad::default() }, "bad.numbers[1]", "the number is not one"),
        (Bad { ratio: f32::INFINITY, ..Bad::default() }, "bad.ratio", "the number is not one"),
        (Bad { large: Some(7), ..Bad::default() }, "bad.large", "an integer of 128 bits"),
        (Bad { pairs: [((1, 2), 3)].into(), ..Bad::default() }, "bad.pairs", "the key of a map"),
        (Bad { lists: [(vec![1], 3)].into(), ..Bad::default() }, "bad.lists", "the key of a map"),
        (Bad { options: [(Some(1), 3)].into(), ..Bad::default() }, "bad.options", "the key of a map"),
        (nested(Variants::One(nan)), "bad.nested.*[0].One", "the number is not one"),
        (nested(Variants::Pair(1.0, nan)), "bad.nested.*[0].Pair[1]", "the number is not one"),
        (nested(Variants::Fields { size: nan }), "bad.nested.*[0].Fields.size", "the number is not one"),
        (Bad { stubborn: Stubborn(true), ..Bad::default() }, "bad.stubborn", "the type refuses the value"),
    ] {
        let error = holder(bad).to_item().unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some(path)), "{reason}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(reason) && shown.contains("Bad"), "{path}: {shown}");
        assert!(!shown.contains(SECRET), "{path}: {shown}");
    }
}

#[test]
fn they_carry_the_path_and_the_reason() {
    for whole in [
        with("rank", n(4)),
        with("kind", map([("Sized", map([("size", n(1))]))])),
        with("kind", map([("Pair", list([n(1), n(2)]))])),
        with("kind", map([("One", n(1))])),
        without("rank"),
    ] {
        Holder::from_item(&stored(whole)).unwrap();
    }
    for (order, path, reason) in [
        (s(SECRET), "order", "expected struct Order, found a string"),
        (without("lines"), "order", "missing field `lines`"),
        (with("lines", s(SECRET)), "order.lines", "expected a sequence, found a string"),
        (with("lines", list([line(n(1)), line(s(SECRET))])), "order.lines[1].price", "expected u32, found a string"),
        (with("lines", list([map([])])), "order.lines[0]", "missing field `price`"),
        (with("by_name", map([(SECRET, line(n(-1)))])), "order.by_name.*.price", "expected u32, found another number"),
        (with("rank", AttributeValue::Bool(true)), "order.rank", "expected u8, found a boolean"),
        (with("kind", s(SECRET)), "order.kind", "unknown variant, expected one of [\"Plain\""),
        (with("kind", map([(SECRET, n(1))])), "order.kind", "unknown variant"),
        (with("kind", map([("Sized", map([("size", n(300))]))])), "order.kind.Sized.size", "expected u8"),
        (with("kind", map([("Pair", list([n(1), s(SECRET)]))])), "order.kind.Pair[1]", "expected u8, found a string"),
        (with("kind", map([("One", s(SECRET))])), "order.kind.One", "expected u8, found a string"),
    ] {
        let error = Holder::from_item(&stored(order)).unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some(path)), "{reason}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(reason) && shown.contains("Order"), "{path}: {shown}");
        assert!(!shown.contains(SECRET), "{path}: {shown}");
    }
}
