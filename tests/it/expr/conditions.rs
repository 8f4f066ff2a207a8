//! Every operator and function of a condition, decided by the service.

use std::collections::{BTreeMap, BTreeSet};

use singlet::expr::{AttributeType, Condition};
use singlet::{Binary, ErrorKind, Model, RawExpression};

use crate::basket::{Basket, Details, Inner, State, bare, full, line};
use crate::stand;

type Fields = <Basket as Model>::Fields;
type Case = (&'static str, fn(Fields) -> Condition<Basket>);

/// Asserts which of the conditions hold for the stored item.
async fn assert_hold(id: u32, expected: bool, cases: &[Case]) {
    for (what, condition) in cases {
        let outcome = Basket::update(id).set(|b| b.gift, true).when(condition).return_nothing().await;
        match outcome {
            Ok(()) => assert!(expected, "held: {what}"),
            Err(error) if error.is_condition_failed() => assert!(!expected, "did not hold: {what}"),
            Err(error) => panic!("{what}: {error:?}"),
        }
    }
}

async fn baskets() {
    Basket::create_table().await.unwrap();
    full(1).create().await.unwrap();
    bare(2).create().await.unwrap();
}

macro_rules! cases {
    ($($condition:expr),* $(,)?) => {
        &[$((stringify!($condition), $condition)),*]
    };
}

#[tokio::test]
async fn comparisons_of_numbers_and_texts() {
    stand::run(async |_| {
        baskets().await;
        let hold: &[Case] = cases![
            |b| b.count.eq(5),
            |b| b.count.ne(6),
            |b| b.count.lt(6),
            |b| b.count.le(5),
            |b| b.count.gt(4),
            |b| b.count.ge(5),
            |b| b.total.ge(30),
            |b| b.count.between(5, 5),
            |b| b.count.between(-1, 5),
            |b| b.owner.eq("ann"),
            |b| b.owner.lt("anna"),
            |b| b.owner.gt("Ann"),
            |b| b.owner.between("a", "b"),
            |b| b.note.begins_with("handle"),
            |b| b.note.begins_with("handle with care"),
            |b| b.photo.eq(Binary::from(&b"\x01\x02\x03"[..])),
            |b| b.photo.lt(Binary::from(&b"\x02"[..])),
            |b| b.photo.begins_with(Binary::from(&b"\x01\x02"[..])),
            |b| b.state.eq(State::Paid),
            |b| b.state.ne(State::Open),
            |b| b.gift.eq(true),
            |b| b.id.eq(1),
        ];
        assert_hold(1, true, hold).await;
        let fail: &[Case] = cases![
            |b| b.count.eq(6),
            |b| b.count.ne(5),
            |b| b.count.lt(5),
            |b| b.count.le(4),
            |b| b.count.gt(5),
            |b| b.count.ge(6),
            |b| b.count.between(6, 9),
            |b| b.owner.eq("Ann"),
            |b| b.note.begins_with("with"),
            |b| b.photo.begins_with(Binary::from(&b"\x02"[..])),
            |b| b.state.eq(State::Open),
            |b| b.gift.eq(false),
        ];
        assert_hold(1, false, fail).await;
    })
    .await;
}

#[tokio::test]
async fn comparisons_of_whole_collections() {
    stand::run(async |_| {
        baskets().await;
        let hold: &[Case] = cases![
            |b| b.lines.eq(vec![line("a", 10), line("b", 20)]),
            |b| b.tags.eq(BTreeSet::from(["sale".to_owned(), "new".to_owned()])),
            |b| b.codes.eq(BTreeSet::from([2, 1])),
            |b| b.prices.eq(BTreeMap::from([("c d".to_owned(), 2), ("a.b".to_owned(), 1)])),
            |b| b.prices.key("a.b").eq(1),
            |b| b.details.eq(Details { color: Some("red".into()), inner: Some(Inner { level: Some(3) }) }),
            |b| b.details.inner.level.eq(3),
            |b| b.lines.at(1).eq(line("b", 20)),
            |b| b.lines.at(1).price.gt(19),
            |b| b.marks.at(0).eq("x"),
        ];
        assert_hold(1, true, hold).await;
        let fail: &[Case] = cases![
            |b| b.lines.eq(vec![line("b", 20), line("a", 10)]),
            |b| b.codes.eq(BTreeSet::from([1])),
            |b| b.prices.key("a").eq(1),
            |b| b.lines.at(2).price.gt(0),
            |b| b.details.inner.level.ne(3),
        ];
        assert_hold(1, false, fail).await;
    })
    .await;
}

#[tokio::test]
async fn functions() {
    stand::run(async |_| {
        baskets().await;
        let hold: &[Case] = cases![
            |b| b.note.exists(),
            |b| b.details.inner.level.exists(),
            |b| b.lines.at(1).exists(),
            |b| b.lines.at(2).not_exists(),
            |b| b.prices.key("c d").exists(),
            |b| b.note.contains("with"),
            |b| b.tags.contains("sale"),
            |b| b.codes.contains(2),
            |b| b.blobs.contains(Binary::from(&b"\x00"[..])),
            |b| b.marks.contains("y"),
            |b| b.lines.contains(line("b", 20)),
            |b| b.note.attribute_type(AttributeType::S),
            |b| b.count.attribute_type(AttributeType::N),
            |b| b.photo.attribute_type(AttributeType::B),
            |b| b.gift.attribute_type(AttributeType::Bool),
            |b| b.tags.attribute_type(AttributeType::Ss),
            |b| b.codes.attribute_type(AttributeType::Ns),
            |b| b.blobs.attribute_type(AttributeType::Bs),
            |b| b.lines.attribute_type(AttributeType::L),
            |b| b.details.attribute_type(AttributeType::M),
            |b| b.note.size().eq(16),
            |b| b.photo.size().eq(3),
            |b| b.tags.size().eq(2),
            |b| b.lines.size().ne(3),
            |b| b.prices.size().lt(3),
            |b| b.marks.size().between(2, 2),
            |b| b.details.color.size().ge(3) & b.details.color.size().le(3) & b.details.color.size().gt(2),
        ];
        assert_hold(1, true, hold).await;
        let fail: &[Case] = cases![
            |b| b.limit.not_exists(),
            |b| b.note.contains("WITH"),
            |b| b.tags.contains("sal"),
            |b| b.codes.contains(3),
            |b| b.marks.contains("z"),
            |b| b.lines.contains(line("b", 21)),
            |b| b.note.attribute_type(AttributeType::Null),
            |b| b.note.size().eq(15),
        ];
        assert_hold(1, false, fail).await;
    })
    .await;
}

#[tokio::test]
async fn absent_attributes() {
    stand::run(async |_| {
        baskets().await;
        let hold: &[Case] = cases![
            |b| b.total.not_exists(),
            |b| b.tags.not_exists(),
            |b| b.total.ne(1),
            |b| !b.total.lt(1),
            |b| !b.total.exists(),
            |b| !b.tags.contains("x"),
        ];
        assert_hold(2, true, hold).await;
        let fail: &[Case] = cases![
            |b| b.total.exists(),
            |b| b.total.eq(0),
            |b| b.total.lt(1),
            |b| b.total.ge(0),
            |b| b.total.between(-9, 9),
            |b| b.total.is_in([0, 1]),
            |b| b.tags.contains("x"),
            |b| b.note.begins_with(""),
            |b| b.tags.size().eq(0),
            |b| b.details.inner.level.eq(3),
        ];
        assert_hold(2, false, fail).await;
    })
    .await;
}

#[tokio::test]
async fn paths_are_compared_with_paths() {
    stand::run(async |_| {
        baskets().await;
        let hold: &[Case] = cases![
            |b| b.total.lt(b.limit),
            |b| b.limit.gt(b.count),
            |b| b.lines.at(0).price.lt(b.lines.at(1).price),
            |b| b.total.between(b.count, b.limit),
            |b| b.count.ne(b.total),
            |b| !b.total.is_in([b.limit, b.limit]),
            |b| !b.note.contains(b.owner),
        ];
        assert_hold(1, true, hold).await;
        let fail: &[Case] =
            cases![|b| b.total.gt(b.limit), |b| b.details.color.eq(b.owner), |b| b.count.between(b.total, b.limit)];
        assert_hold(1, false, fail).await;
        let itself = Basket::update(1).set(|b| b.gift, true).when(|b| b.count.eq(b.count)).await.unwrap_err();
        assert_eq!(itself.kind(), ErrorKind::Validation, "DynamoDB compares no path with itself");
    })
    .await;
}

#[tokio::test]
async fn conditions_are_joined_as_written() {
    stand::run(async |_| {
        baskets().await;
        let hold: &[Case] = cases![
            |b| b.count.eq(5) & b.gift.eq(true),
            |b| b.count.eq(0) | b.gift.eq(true),
            |b| b.gift.eq(true) | b.count.eq(0) & b.count.eq(1),
            |b| !(b.count.eq(0) & b.gift.eq(true)),
            |b| !(b.count.eq(0) | b.gift.eq(false)),
            |b| !b.count.eq(0) & !b.note.begins_with("x"),
            |b| !!b.count.eq(5),
            |b| !!!(b.count.eq(0) | b.count.eq(1)),
            |b| !b.count.between(6, 7) & b.gift.eq(true),
            |b| (b.count.eq(0) | b.count.eq(5)) & (b.total.eq(0) | b.total.eq(30)),
            |b| (b.count.eq(5) & b.count.between(1, 9)) & (b.count.between(1, 9) & b.count.is_in([5])),
            |b| Condition::all([b.count.eq(5), b.gift.eq(true), b.total.eq(30)]).unwrap(),
            |b| Condition::any([b.count.eq(0), b.gift.eq(false), b.total.eq(30)]).unwrap(),
            |b| b.count.eq(5)
                & Condition::from(RawExpression::new("gift = :g OR gift = :h").value(":g", true).value(":h", 1)),
        ];
        assert_hold(1, true, hold).await;
        let fail: &[Case] = cases![
            |b| (b.gift.eq(true) | b.count.eq(0)) & b.count.eq(1),
            |b| !(b.count.eq(0) | b.gift.eq(true)),
            |b| !(b.count.eq(5) & b.gift.eq(true)) & b.total.eq(30),
            |b| !!!b.count.eq(5),
            |b| Condition::all([b.count.eq(5), b.gift.eq(false)]).unwrap(),
            |b| Condition::any([b.count.eq(0), b.gift.eq(false)]).unwrap(),
            |b| b.count.eq(0)
                & Condition::from(RawExpression::new("gift = :g OR gift = :h").value(":g", true).value(":h", 1)),
        ];
        assert_hold(1, false, fail).await;
        assert!(Condition::<Basket>::all([]).is_none() && Condition::<Basket>::any([]).is_none());
    })
    .await;
}

#[tokio::test]
async fn all_conditions_of_one_write_must_hold() {
    stand::run(async |_| {
        baskets().await;
        let holds = |b: Fields| b.count.eq(5);
        let fails = |b: Fields| b.count.eq(0) | b.count.eq(1);
        let update = || Basket::update(1).set(|b| b.gift, true);
        update().when(holds).when_raw("attribute_exists(note)").when(holds).await.unwrap();
        assert!(update().when(holds).when(fails).await.unwrap_err().is_condition_failed());
        assert!(update().when(fails).when(holds).await.unwrap_err().is_condition_failed());
        assert!(update().when(fails).when_raw("attribute_exists(note)").await.unwrap_err().is_condition_failed());

        assert!(full(1).save().when(holds).when(fails).await.unwrap_err().is_condition_failed());
        full(1).save().when(holds).when(|b| b.note.exists()).await.unwrap();
        assert!(Basket::delete_by_key(1).when(fails).when(holds).await.unwrap_err().is_condition_failed());
        let error = full(3).create().when(|b| b.count.eq(5)).await.unwrap_err();
        assert!(error.is_condition_failed(), "nothing is stored that it could hold for");
        Basket::delete_by_key(1).when(holds).await.unwrap();
    })
    .await;
}
