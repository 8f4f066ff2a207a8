//! Every form of `#[derive(Attribute)]`, as stored and as read back.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    unused_qualifications,
    clippy::pedantic
)]

use std::collections::{BTreeMap, BTreeSet};

use singlet::wire::{Reader, Writer};
use singlet::{Attribute, Model, Number};

/// A newtype of text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Attribute)]
pub struct Name(String);

/// A newtype of a newtype, with a named field.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(transparent)]
pub struct Alias {
    /// What it is.
    pub name: Name,
}

/// A newtype that is not a key.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Score(f64);

/// A newtype that may be absent.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Maybe(Option<u8>);

/// A number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Attribute)]
pub struct Count(u32);

/// An enum without data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Attribute)]
#[attribute(rename_all = "kebab-case")]
pub enum Status {
    /// One.
    OnHold,
    /// Two.
    #[attribute(rename = "ready?")]
    Ready,
}

/// A recursive struct.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct Node {
    /// A child.
    pub left_child: Option<Box<Node>>,
    /// More.
    #[attribute(default)]
    pub others: Vec<Node>,
    /// A set.
    pub names: BTreeSet<Name>,
    /// A map.
    pub by_status: BTreeMap<Status, Count>,
    /// Text.
    #[attribute(compressed(min_size = 10, algorithm = "gzip", level = 9))]
    pub text: Option<String>,
}

/// An enum with data.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(rename_all = "snake_case")]
pub enum Payment {
    /// Nothing.
    InCash,
    /// One value.
    Voucher(Name),
    /// Fields.
    #[attribute(rename_all = "camelCase")]
    Card {
        /// A field.
        card_number: String,
        /// One that is not stored.
        #[attribute(skip)]
        seen: u8,
        /// One with a default.
        #[attribute(default = 3)]
        tries: u8,
        /// One that may be absent.
        holder: Option<Name>,
    },
    /// Itself.
    Both(Box<Payment>),
}

/// A struct in a variant.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Circle {
    /// A field.
    pub radius: u32,
}

/// An enum with a tag.
#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(tag = "kind", rename_all = "lowercase")]
pub enum Shape {
    /// Nothing.
    Point,
    /// A struct.
    Round(Circle),
    /// Fields.
    Rectangle {
        /// A field.
        width: u32,
        /// More.
        #[attribute(flatten)]
        circle: Circle,
    },
}

/// A model with all.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "everything", hash_key = "{alias}#{status}", range_key = "{count:plain}")]
pub struct Everything {
    /// Key.
    pub alias: Alias,
    /// Key.
    pub status: Status,
    /// Key.
    pub count: Count,
    /// No key.
    pub score: Score,
    /// Absent.
    pub maybe: Maybe,
    /// A tree.
    pub node: Node,
    /// All.
    pub payments: Vec<Payment>,
    /// All.
    pub shapes: Vec<Shape>,
}

/// A model whose key is an enum.
#[derive(Debug, Model)]
#[model(table = "states")]
pub struct State {
    /// Key.
    #[model(hash_key)]
    pub status: Status,
    /// Key.
    #[model(range_key)]
    pub count: Count,
}

fn stored(value: &impl Attribute) -> String {
    let mut writer = Writer::new();
    value.write(&mut writer);
    String::from_utf8(writer.into_bytes().unwrap()).unwrap()
}

fn round<T: Attribute + PartialEq + std::fmt::Debug>(value: &T, json: &str) {
    assert_eq!(stored(value), json);
    assert_eq!(&T::read(&mut Reader::new(json.as_bytes()).unwrap()).unwrap(), value);
}

fn fault<T: Attribute + std::fmt::Debug>(json: &str) -> String {
    T::read(&mut Reader::new(json.as_bytes()).unwrap()).unwrap_err().to_string()
}

fn values() {
    round(&Name("a".into()), r#"{"S":"a"}"#);
    round(&Alias { name: Name("a".into()) }, r#"{"S":"a"}"#);
    round(&Score(1.5), r#"{"N":"1.5"}"#);
    round(&Status::OnHold, r#"{"S":"on-hold"}"#);
    round(&Status::Ready, r#"{"S":"ready?"}"#);
    round(&BTreeSet::from([Status::OnHold, Status::Ready]), r#"{"SS":["on-hold","ready?"]}"#);
    round(&BTreeSet::from([Count(1)]), r#"{"NS":["1"]}"#);
    assert_eq!(fault::<Status>(r#"{"S":"open"}"#), "unknown variant of `Status`");
}

fn enums() {
    round(&Payment::InCash, r#"{"M":{"in_cash":{"NULL":true}}}"#);
    round(&Payment::Voucher(Name("v".into())), r#"{"M":{"voucher":{"S":"v"}}}"#);
    let card = Payment::Card { card_number: "4".into(), seen: 0, tries: 3, holder: None };
    round(&card, r#"{"M":{"card":{"M":{"cardNumber":{"S":"4"},"tries":{"N":"3"}}}}}"#);
    let default = br#"{"M":{"card":{"M":{"cardNumber":{"S":"4"}}}}}"#;
    assert_eq!(Payment::read(&mut Reader::new(default).unwrap()).unwrap(), card);
    round(&Payment::Both(Box::new(Payment::InCash)), r#"{"M":{"both":{"M":{"in_cash":{"NULL":true}}}}}"#);
    assert_eq!(fault::<Payment>(r#"{"M":{"bank":{"S":"x"}}}"#), "unknown variant of `Payment`");
    assert_eq!(fault::<Payment>(r#"{"M":{}}"#), "unknown variant of `Payment`");
    assert_eq!(
        fault::<Payment>(r#"{"M":{"in_cash":{"NULL":true},"voucher":{"S":"v"}}}"#),
        "two variants of `Payment` in one value"
    );
    assert_eq!(
        fault::<Payment>(r#"{"M":{"card":{"M":{}}}}"#),
        "missing required attribute, expected S (attribute `card.cardNumber`)"
    );

    round(&Shape::Point, r#"{"M":{"kind":{"S":"point"}}}"#);
    round(&Shape::Round(Circle { radius: 1 }), r#"{"M":{"kind":{"S":"round"},"radius":{"N":"1"}}}"#);
    let rectangle = Shape::Rectangle { width: 2, circle: Circle { radius: 1 } };
    round(&rectangle, r#"{"M":{"kind":{"S":"rectangle"},"width":{"N":"2"},"radius":{"N":"1"}}}"#);
    let late = br#"{"M":{"radius":{"N":"1"},"x":{"L":[]},"width":{"N":"2"},"kind":{"S":"rectangle"}}}"#;
    assert_eq!(Shape::read(&mut Reader::new(late).unwrap()).unwrap(), rectangle);
    assert_eq!(fault::<Shape>(r#"{"M":{"kind":{"S":"cube"}}}"#), "unknown variant of `Shape` (attribute `kind`)");
    assert_eq!(fault::<Shape>(r#"{"M":{}}"#), "missing required attribute, expected S (attribute `kind`)");
    assert_eq!(fault::<Shape>(r#"{"M":{"kind":{"N":"1"}}}"#), "expected S, found N (attribute `kind`)");
}

fn models() {
    let leaf = Node {
        left_child: None,
        others: vec![],
        names: BTreeSet::new(),
        by_status: BTreeMap::from([(Status::Ready, Count(2))]),
        text: Some("a".repeat(50)),
    };
    let node = Node {
        left_child: Some(Box::new(leaf.clone())),
        others: vec![leaf],
        names: BTreeSet::from([Name("n".into())]),
        by_status: BTreeMap::new(),
        text: None,
    };
    let everything = Everything::builder()
        .alias("a#b")
        .status(Status::Ready)
        .count(7)
        .score(0.5)
        .maybe(None)
        .node(node)
        .payments(vec![Payment::InCash, Payment::Voucher(Name("v".into()))])
        .shapes(vec![Shape::Point, Shape::Round(Circle { radius: 3 })])
        .build();
    let item = everything.to_item().unwrap();
    assert_eq!(item["pk"].as_s().unwrap(), "a%23b#ready?");
    assert_eq!(item["sk"].as_s().unwrap(), "7");
    assert!(!item.contains_key("maybe"));
    assert_eq!(Everything::from_item(&item).unwrap(), everything);
    let key = Everything::key_of(("a#b", Status::Ready, 7)).unwrap();
    assert_eq!(key, everything.key().unwrap());
    assert_eq!(key.parts().unwrap(), (everything.alias, Status::Ready, Count(7)));

    let key = State::key_of((Status::OnHold, 9)).unwrap();
    assert_eq!(key.hash().as_str(), Some("on-hold"));
    assert_eq!(State::SCHEMA.table.range_key.unwrap().key_type, singlet::key::KeyType::N);
    let _: Number = 1.into();
}

/// Runs the checks.
///
/// # Panics
///
/// One does not hold.
pub fn main() {
    values();
    enums();
    models();
}
