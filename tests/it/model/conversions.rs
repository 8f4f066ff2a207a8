//! Fields whose stored form the user's functions read and write: `with`, `read_with`, `write_with`.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, ErrorKind, Item, Model, Projection};

use crate::stand::{self, item, n, s};

#[derive(Debug, Clone, Copy, PartialEq)]
struct Cents(u64);

/// Cents were texts once, such as `"12.50"`, and are numbers now.
mod cents {
    use super::{AttributeValue, Cents};

    pub(super) type Stored = u64;

    #[allow(clippy::needless_pass_by_value, reason = "the signature is singlet's")]
    pub(super) fn read(value: AttributeValue) -> Result<Cents, &'static str> {
        let cents = match &value {
            AttributeValue::N(digits) => digits.parse().ok(),
            AttributeValue::S(text) => text.replace('.', "").parse().ok(),
            _ => None,
        };
        cents.map(Cents).ok_or("not an amount")
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is singlet's")]
    pub(super) fn write(cents: &Cents) -> Stored {
        cents.0
    }
}

fn number_or_text(value: AttributeValue) -> Result<u32, std::num::ParseIntError> {
    match value {
        AttributeValue::S(text) => text.parse(),
        AttributeValue::N(digits) => digits.parse(),
        _ => "".parse(),
    }
}

#[allow(clippy::ptr_arg, reason = "the signature is singlet's")]
fn upper(text: &String) -> String {
    text.to_uppercase()
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Line {
    #[attribute(with = cents)]
    price: Cents,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "bills")]
struct Bill {
    #[model(hash_key)]
    id: String,
    #[model(with = cents)]
    total: Cents,
    #[model(with = self::cents, rename = "rebate_cents")]
    rebate: Option<Cents>,
    #[model(with = cents, default = Cents(5))]
    fee: Cents,
    #[model(read_with = number_or_text)]
    count: u32,
    #[model(write_with = upper, stored_as = String)]
    currency: String,
    line: Line,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Bill)]
struct Amounts {
    total: Cents,
    rebate: Option<Cents>,
    count: u32,
}

fn bill() -> Bill {
    let line = Line { price: Cents(3) };
    let (total, fee) = (Cents(1_250), Cents(5));
    Bill { id: "b".into(), total, rebate: None, fee, count: 2, currency: "EUR".into(), line }
}

fn line(price: AttributeValue) -> AttributeValue {
    AttributeValue::M(item([("price", price)]))
}

fn new_form() -> Item {
    let [fee, count] = [("fee", n(5)), ("count", n(2))];
    item([("id", s("b")), ("total", n(1_250)), fee, count, ("currency", s("EUR")), ("line", line(n(3)))])
}

fn old_form() -> Item {
    let count = ("count", s("2"));
    item([("id", s("b")), ("total", s("12.50")), count, ("currency", s("EUR")), ("line", line(s("0.03")))])
}

#[tokio::test]
async fn both_forms_are_read_and_the_new_one_is_written() {
    stand::run(async |stand| {
        Bill::create_table().await.unwrap();
        for form in [old_form(), new_form()] {
            stand.put_raw("bills", form).await;
            let mut read = Bill::get("b").await.unwrap().unwrap();
            assert_eq!(read, bill());
            let amounts = Bill::query("b").select::<Amounts>().await.unwrap();
            assert_eq!(amounts, [Amounts { total: Cents(1_250), rebate: None, count: 2 }]);
            read.save().await.unwrap();
            assert_eq!(stand.only_item("bills").await, new_form());
        }
    })
    .await;
}

#[tokio::test]
async fn the_operators_are_those_of_the_stored_type() {
    stand::run(async |stand| {
        Bill::create_table().await.unwrap();
        bill().save().await.unwrap();
        let update = Bill::update("b").add(|b| b.total, Cents(50)).set(|b| b.rebate, Cents(7)).set(|b| b.count, 3);
        let updated = update.when(|b| b.total.between(Cents(1_000), Cents(2_000)) & b.count.lt(5)).await.unwrap();
        assert_eq!((updated.total, updated.rebate, updated.count), (Cents(1_300), Some(Cents(7)), 3));
        let stored = stand.only_item("bills").await;
        assert_eq!((&stored["total"], &stored["rebate_cents"]), (&n(1_300), &n(7)));
        let found = Bill::scan().filter(|b| b.total.gt(Cents(1_299)) & b.rebate.exists()).await.unwrap();
        assert_eq!(found, [updated]);
        let refused = Bill::update("b").subtract(|b| b.total, Cents(9_999)).await.unwrap_err();
        assert!(refused.is_condition_failed(), "{refused}");
        Bill::update("b").remove(|b| b.rebate).await.unwrap();
        assert!(!stand.only_item("bills").await.contains_key("rebate_cents"));
    })
    .await;
}

#[test]
fn absence_and_null_follow_the_type_of_the_field() {
    let mut form = new_form();
    form.remove("fee");
    form.insert("rebate_cents".into(), AttributeValue::Null(true));
    assert_eq!(Bill::from_item(&form).unwrap(), bill());
    form.insert("fee".into(), AttributeValue::Null(true));
    assert_eq!(Bill::from_item(&form).unwrap(), bill());
    form.remove("total");
    let error = Bill::from_item(&form).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("total")));
    form.insert("total".into(), AttributeValue::Bool(true));
    let error = Bill::from_item(&form).unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("total")));
    assert!(error.to_string().contains("not an amount"), "{error}");
    assert_eq!(Bill::from_dict(&bill().to_dict().unwrap()).unwrap(), bill());
}

#[test]
fn what_is_written_is_what_the_function_makes() {
    let lower = Bill { currency: "eur".into(), ..bill() };
    assert_eq!(lower.to_item().unwrap(), new_form());
}

/// Tags were one text once, such as `"a,b"`.
mod tags {
    use super::{AttributeValue, BTreeSet};

    pub(super) type Stored = BTreeSet<String>;

    #[allow(clippy::unnecessary_wraps, reason = "the signature is singlet's")]
    pub(super) fn read(value: AttributeValue) -> Result<Vec<String>, &'static str> {
        match value {
            AttributeValue::Ss(tags) => Ok(tags),
            AttributeValue::S(text) => Ok(text.split(',').map(str::to_owned).collect()),
            AttributeValue::Null(_) => Ok(Vec::new()),
            _ => Err("no tags"),
        }
    }

    #[allow(clippy::ptr_arg, reason = "the signature is singlet's")]
    pub(super) fn write(tags: &Vec<String>) -> Stored {
        tags.iter().cloned().collect()
    }
}

fn set_or_text(value: AttributeValue) -> Result<BTreeSet<String>, &'static str> {
    tags::read(value).map(|tags| tags.into_iter().collect())
}

#[allow(clippy::ptr_arg, reason = "the signature is singlet's")]
fn first(tags: &BTreeSet<String>) -> Option<String> {
    tags.first().cloned()
}

#[derive(Debug, Clone, PartialEq, Attribute)]
enum Shelf {
    Open {
        #[attribute(with = tags)]
        tags: Vec<String>,
    },
}

type FirstTag = Option<String>;

/// Each field can be stored in a form that an item leaves out.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "books", hash_key = "BOOK#{id}")]
struct Book {
    id: u32,
    #[model(with = tags)]
    tags: Vec<String>,
    #[model(read_with = set_or_text)]
    topics: BTreeSet<String>,
    #[model(read_with = set_or_text, write_with = first, stored_as = FirstTag)]
    shelves: BTreeSet<String>,
    #[model(with = tags)]
    notes: Option<Vec<String>>,
    shelf: Shelf,
}

#[derive(Debug, PartialEq, Projection)]
#[projection(of = Book)]
struct Labels {
    tags: Vec<String>,
    topics: BTreeSet<String>,
    shelves: BTreeSet<String>,
    notes: Option<Vec<String>>,
}

#[tokio::test]
async fn a_value_that_is_left_out_can_be_read_again() {
    stand::run(async |stand| {
        Book::create_table().await.unwrap();
        let (tags, topics, shelves) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let shelf = Shelf::Open { tags: Vec::new() };
        let mut book = Book { id: 1, tags, topics, shelves, notes: None, shelf };
        book.save().await.unwrap();
        assert_eq!(stand.only_item("books").await.len(), 3);
        assert_eq!(Book::get(1).await.unwrap(), Some(book.clone()));
        let Book { tags, topics, shelves, notes, .. } = book;
        let labels = Book::get(1).select::<Labels>().await.unwrap();
        assert_eq!(labels, Some(Labels { tags, topics, shelves, notes }));
    })
    .await;
}
