//! Every attribute type: what is stored, what is read, and what is refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, ErrorKind, Model, Number};

use crate::stand::{n, s};

/// Stores one value of a type as an attribute, as the stand would see it.
macro_rules! stored {
    ($type:ty, $value:expr) => {{
        #[derive(Debug, Model)]
        #[model(table = "values")]
        struct Holder {
            #[model(hash_key)]
            pk: u8,
            value: $type,
        }
        Holder { pk: 1, value: $value }.to_item().map(|mut item| item.remove("value"))
    }};
}

/// Reads a stored value as a type.
macro_rules! read {
    ($type:ty, $stored:expr) => {{
        #[derive(Debug, Model)]
        #[model(table = "values")]
        struct Holder {
            #[model(hash_key)]
            pk: u8,
            value: $type,
        }
        let stored: Option<AttributeValue> = $stored.into();
        let mut item = singlet::Item::from([("pk".to_owned(), n(1))]);
        item.extend(stored.map(|value| ("value".to_owned(), value)));
        Holder::from_item(&item).map(|holder| holder.value)
    }};
}

macro_rules! round_trips {
    ($($type:ty: $($value:expr => $stored:expr),+;)+) => {$($({
        let value: $type = $value;
        let stored: Option<AttributeValue> = $stored.into();
        assert_eq!(stored!($type, value.clone()).unwrap(), stored, "{}", stringify!($value));
        assert_eq!(read!($type, stored).unwrap(), value, "{}", stringify!($value));
    })+)+};
}

fn list(values: impl Into<Vec<AttributeValue>>) -> AttributeValue {
    AttributeValue::L(values.into())
}

fn map<const N: usize>(entries: [(&str, AttributeValue); N]) -> AttributeValue {
    AttributeValue::M(crate::stand::item(entries))
}

fn b(bytes: &[u8]) -> AttributeValue {
    AttributeValue::B(Blob::new(bytes))
}

const NULL: AttributeValue = AttributeValue::Null(true);

#[test]
fn scalars() {
    round_trips! {
        String: String::new() => s(""), "é\"\\\u{0}\u{1f600}".to_owned() => s("é\"\\\u{0}\u{1f600}");
        Box<str>: "x".into() => s("x");
        Cow<'static, str>: "x".into() => s("x");
        char: '\u{1f600}' => s("\u{1f600}");
        bool: true => AttributeValue::Bool(true), false => AttributeValue::Bool(false);
        Binary: Binary::default() => b(b""), vec![0, 255, 1].into() => b(&[0, 255, 1]);
        bytes::Bytes: bytes::Bytes::from_static(b"x") => b(b"x");
        Box<u8>: Box::new(5) => n(5);
        Arc<String>: Arc::new("x".into()) => s("x");
    }
}

#[test]
fn integers_of_every_width() {
    round_trips! {
        u8: u8::MAX => n(u8::MAX);
        i8: i8::MIN => n(i8::MIN);
        u16: u16::MAX => n(u16::MAX);
        i16: i16::MIN => n(i16::MIN);
        u32: u32::MAX => n(u32::MAX);
        i32: i32::MIN => n(i32::MIN);
        u64: u64::MAX => n(u64::MAX);
        i64: i64::MIN => n(i64::MIN);
        usize: usize::MAX => n(usize::MAX);
        isize: isize::MIN => n(isize::MIN);
        u128: 10_u128.pow(38) - 1 => n("9".repeat(38)), 10_u128.pow(38) => n(10_u128.pow(38));
        i128: 1 - 10_i128.pow(38) => n(format!("-{}", "9".repeat(38)));
    }
}

#[test]
fn integers_of_39_digits_are_refused() {
    for error in [
        stored!(u128, u128::MAX).unwrap_err(),
        stored!(u128, 10_u128.pow(38) + 1).unwrap_err(),
        stored!(i128, i128::MIN).unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some("value")));
    }
}

#[test]
fn integers_are_read_in_any_form_but_never_rounded() {
    assert_eq!(read!(u8, n("1e2")).unwrap(), 100);
    assert_eq!(read!(i64, n("-0")).unwrap(), 0);
    assert_eq!(read!(u64, n("100.0")).unwrap(), 100);
    assert_eq!(read!(u128, n("1e38")).unwrap(), 10_u128.pow(38));
    for (digits, what) in [("256", "too large"), ("-1", "negative"), ("1.5", "not whole"), ("1e3", "too large")] {
        assert_eq!(read!(u8, n(digits)).unwrap_err().kind(), ErrorKind::Decode, "{what}");
    }
}

#[test]
#[expect(clippy::float_cmp, reason = "what is read back is the same float")]
fn floats() {
    round_trips! {
        f64: 0.1 => n("0.1"), 1.0 => n("1"), -2.5e-7 => n("-2.5e-7"), 1e125 => n("1e+125"), 1e-130 => n("1e-130");
        f32: 0.1 => n("0.1"), f32::MAX => n("3.4028235e+38");
    }
    assert_eq!(stored!(f64, -0.0).unwrap(), Some(n("0")));
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e126, 5e-324, f64::MIN_POSITIVE, f64::MAX] {
        assert_eq!(stored!(f64, bad).unwrap_err().kind(), ErrorKind::Encode, "{bad}");
    }
    assert_eq!(stored!(f32, f32::from_bits(1)).unwrap(), Some(n("1e-45")), "a subnormal that DynamoDB can hold");
    assert_eq!(stored!(f32, f32::NAN).unwrap_err().kind(), ErrorKind::Encode);
    assert_eq!(read!(f32, n("1e39")).unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn decimals_of_38_digits() {
    let digits = "12345678901234567890123456789012345678";
    round_trips! {
        Number: digits.parse().unwrap() => n(digits), "-1e-130".parse().unwrap() => n("-1E-130");
        rust_decimal::Decimal: rust_decimal::Decimal::new(-1_990, 2) => n("-19.9");
    }
    assert_eq!(read!(Number, n("1e2")).unwrap(), Number::from(100));
    assert_eq!(read!(Number, n("-0")).unwrap(), Number::ZERO);
    assert_eq!(read!(rust_decimal::Decimal, n("1e30")).unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn sets() {
    round_trips! {
        BTreeSet<String>: BTreeSet::from(["a".into(), String::new()]) => AttributeValue::Ss(vec![String::new(), "a".into()]),
            BTreeSet::new() => None;
        HashSet<u64>: HashSet::from([u64::MAX]) => AttributeValue::Ns(vec![u64::MAX.to_string()]), HashSet::new() => None;
        BTreeSet<Number>: BTreeSet::from([1.into(), "-2.5".parse().unwrap()])
            => AttributeValue::Ns(vec!["-2.5".into(), "1".into()]);
        BTreeSet<Binary>: BTreeSet::from([vec![1].into()]) => AttributeValue::Bs(vec![Blob::new([1])]);
        Option<BTreeSet<u8>>: None => None, Some(BTreeSet::from([7])) => AttributeValue::Ns(vec!["7".into()]);
    }
    assert_eq!(read!(BTreeSet<u8>, NULL).unwrap(), BTreeSet::new());
    assert_eq!(
        read!(BTreeSet<u8>, AttributeValue::Ns(vec!["1e2".into(), "100".into()])).unwrap(),
        BTreeSet::from([100])
    );
    assert_eq!(read!(BTreeSet<u8>, AttributeValue::Ss(vec!["1".into()])).unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(read!(BTreeSet<u8>, list([n(1)])).unwrap_err().kind(), ErrorKind::Decode);
    let error = stored!(Vec<BTreeSet<u8>>, vec![BTreeSet::new()]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
}

#[test]
fn lists_and_maps() {
    round_trips! {
        Vec<u8>: vec![] => list([]), vec![1, 2] => list([n(1), n(2)]);
        [String; 2]: ["a".into(), "b".into()] => list([s("a"), s("b")]);
        HashMap<String, bool>: HashMap::new() => map([]), HashMap::from([("a.b#".into(), true)]) => map([("a.b#", AttributeValue::Bool(true))]);
        BTreeMap<i16, Vec<String>>: BTreeMap::from([(-1, vec!["x".into()])]) => map([("-1", list([s("x")]))]);
    }
    assert_eq!(read!([u8; 2], list([n(1)])).unwrap_err().kind(), ErrorKind::Decode);
    let error = read!(Vec<BTreeMap<String, u8>>, list([map([]), map([("a", s("x"))])])).unwrap_err();
    assert_eq!(error.attribute(), Some("value[1].*"));
}

#[test]
fn none_is_absent_outside_and_null_inside() {
    round_trips! {
        Option<u8>: None => None, Some(0) => n(0);
        Vec<Option<u8>>: vec![None, Some(1), None] => list([NULL, n(1), NULL]);
        BTreeMap<String, Option<u8>>: BTreeMap::from([("a".into(), None)]) => map([("a", NULL)]);
        Option<Option<u8>>: None => None, Some(Some(1)) => n(1);
    }
    assert_eq!(read!(Option<u8>, NULL).unwrap(), None);
    assert_eq!(stored!(Option<Option<u8>>, Some(None)).unwrap(), None);
    assert_eq!(read!(Option<u8>, s("1")).unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(read!(u8, NULL).unwrap_err().kind(), ErrorKind::Decode);
}

#[test]
fn types_of_other_crates() {
    use time::macros::{date, datetime};
    let id = uuid::Uuid::from_u128(255);
    round_trips! {
        time::OffsetDateTime: datetime!(2024-03-01 9:30:00.5 UTC) => s("2024-03-01T09:30:00.500000000Z");
        time::Date: date!(0999-12-31) => s("0999-12-31");
        chrono::NaiveDate: chrono::NaiveDate::from_ymd_opt(2024, 3, 1).unwrap() => s("2024-03-01");
        uuid::Uuid: id => s("00000000-0000-0000-0000-0000000000ff");
        serde_json::Value: serde_json::json!({"a": [1, null, "x", true, 0.5]})
            => map([("a", list([n(1), NULL, s("x"), AttributeValue::Bool(true), n("0.5")]))]);
    }
    let same = datetime!(2024-03-01 10:30 +01:00);
    assert_eq!(stored!(time::OffsetDateTime, same).unwrap(), Some(s("2024-03-01T09:30:00.000000000Z")));
    assert_eq!(read!(time::OffsetDateTime, s("2024-03-01T10:30:00+01:00")).unwrap(), same);
    assert_eq!(stored!(time::Date, date!(-0001 - 01 - 01)).unwrap_err().kind(), ErrorKind::Encode);
    assert_eq!(read!(uuid::Uuid, s("no uuid")).unwrap_err().kind(), ErrorKind::Decode);
}

/// The forms of one time that other tools write: Python, JavaScript, Java, Go, .NET, Ruby.
#[test]
fn dates_of_other_tools_are_read() {
    use time::macros::{datetime, time};
    let at = datetime!(2025-12-17 21:47:08.305464 UTC);
    let (naive, clock) = (datetime!(2025-12-17 21:47:08.305464), time!(21:47:08.305464));
    let chrono_at = chrono::DateTime::from_timestamp_nanos(1_766_008_028_305_464_000);
    for offset in ["+00:00", "Z", "+0000", "-00:00"] {
        for fraction in [".305464", ".3054640", ".305464000", ".305464000999"] {
            let text = format!("2025-12-17T21:47:08{fraction}{offset}");
            assert_eq!(read!(time::OffsetDateTime, s(&text)).unwrap(), at, "{text}");
            assert_eq!(read!(time::UtcDateTime, s(&text)).unwrap(), at, "{text}");
            assert_eq!(read!(chrono::DateTime<chrono::Utc>, s(&text)).unwrap(), chrono_at, "{text}");
        }
    }
    for end in ["", "Z", "+00:00", "+0000"] {
        let text = format!("2025-12-17T21:47:08.305464{end}");
        assert_eq!(read!(time::PrimitiveDateTime, s(&text)).unwrap(), naive, "{text}");
        assert_eq!(read!(chrono::NaiveDateTime, s(&text)).unwrap(), chrono_at.naive_utc(), "{text}");
        assert_eq!(read!(time::Time, s(&text[11..])).unwrap(), clock, "{text}");
        assert_eq!(read!(chrono::NaiveTime, s(&text[11..])).unwrap(), chrono_at.time(), "{text}");
    }
    assert_eq!(read!(time::OffsetDateTime, s("2025-12-17T22:47:08+0100")).unwrap(), datetime!(2025-12-17 21:47:08 UTC));
    assert_eq!(read!(time::PrimitiveDateTime, s("2025-12-17T21:47:08")).unwrap(), datetime!(2025-12-17 21:47:08));
}

#[test]
fn other_texts_are_no_dates() {
    for text in [
        "",
        "now",
        "1766008028",
        "2025-12-17",
        "2025-12-17 21:47:08Z",
        "2025-12-17T21Z",
        "2025-02-29T00:00:00Z",
        "2025-12-17T24:00:00Z",
        "2025-12-17T21:47:60Z",
        "2025-12-17T21:47:08.Z",
        "2025-12-17T21:47:08,5Z",
        "9999-12-31T23:59:59-00:01:00",
        "2025-12-17T21:47:08Z ",
        "20251217T214708Z",
        "2025-12-17T21:47:08[UTC]",
        "Wed, 17 Dec 2025 21:47:08 GMT",
    ] {
        let kinds = [
            read!(time::OffsetDateTime, s(text)).map(drop),
            read!(time::UtcDateTime, s(text)).map(drop),
            read!(time::PrimitiveDateTime, s(text)).map(drop),
            read!(time::Time, s(text)).map(drop),
            read!(chrono::DateTime<chrono::Utc>, s(text)).map(drop),
            read!(chrono::NaiveDateTime, s(text)).map(drop),
            read!(chrono::NaiveTime, s(text)).map(drop),
        ]
        .map(|outcome| outcome.unwrap_err().kind());
        assert_eq!(kinds, [ErrorKind::Decode; 7], "{text}");
        if text != "2025-12-17" {
            assert_eq!(read!(time::Date, s(text)).unwrap_err().kind(), ErrorKind::Decode, "{text}");
            assert_eq!(read!(chrono::NaiveDate, s(text)).unwrap_err().kind(), ErrorKind::Decode, "{text}");
        }
    }
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Money {
    cents: i64,
    #[attribute(rename = "cur-rency")]
    currency: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Attribute)]
struct Tag(String);

#[derive(Debug, Clone, PartialEq, Eq, Attribute)]
#[attribute(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    InTransit,
    #[attribute(rename = "done")]
    Delivered,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
enum Payment {
    Cash,
    Card { last4: String, expires: Option<u16> },
    Voucher(Money),
}

#[derive(Debug, Clone, PartialEq, Attribute)]
#[attribute(tag = "kind")]
enum Shape {
    Unit,
    Circle { radius: u32 },
    Priced(Money),
}

#[test]
fn nested_structs_newtypes_and_enums() {
    let money = || Money { cents: -5, currency: Some("€".into()) };
    let stored_money = || map([("cents", n(-5)), ("cur-rency", s("€"))]);
    round_trips! {
        Money: money() => stored_money(), Money { cents: 0, currency: None } => map([("cents", n(0))]);
        Tag: Tag("a".into()) => s("a");
        BTreeSet<Tag>: BTreeSet::from([Tag("a".into())]) => AttributeValue::Ss(vec!["a".into()]);
        BTreeMap<Tag, u8>: BTreeMap::from([(Tag("a".into()), 1)]) => map([("a", n(1))]);
        Status: Status::InTransit => s("IN_TRANSIT"), Status::Delivered => s("done");
        Payment: Payment::Cash => map([("Cash", NULL)]),
            Payment::Card { last4: "0042".into(), expires: None } => map([("Card", map([("last4", s("0042"))]))]),
            Payment::Voucher(money()) => map([("Voucher", stored_money())]);
        Shape: Shape::Unit => map([("kind", s("Unit"))]), Shape::Circle { radius: 2 } => map([("kind", s("Circle")), ("radius", n(2))]),
            Shape::Priced(money()) => map([("kind", s("Priced")), ("cents", n(-5)), ("cur-rency", s("€"))]);
    }
}

#[test]
fn an_unknown_variant_is_an_error_without_its_name() {
    for error in [
        read!(Status, s("s3cret")).unwrap_err(),
        read!(Payment, map([("s3cret", NULL)])).unwrap_err(),
        read!(Shape, map([("kind", s("s3cret"))])).unwrap_err(),
        read!(Shape, map([("radius", n(1))])).unwrap_err(),
        read!(Payment, map([])).unwrap_err(),
        read!(Payment, map([("Cash", NULL), ("Card", NULL)])).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[test]
fn a_tag_may_stand_behind_the_attributes() {
    // The order of a stored map is the service's.
    for _ in 0..20 {
        let value = map([("radius", n(2)), ("zz", s("unknown")), ("kind", s("Circle")), ("aa", s("unknown"))]);
        assert_eq!(read!(Shape, value).unwrap(), Shape::Circle { radius: 2 });
    }
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Tree {
    value: u8,
    left: Option<Box<Tree>>,
    others: Vec<Tree>,
}

fn nested(depth: usize) -> Tree {
    (1..depth).fold(Tree { value: 1, left: None, others: vec![] }, |tree, _| Tree {
        value: 1,
        left: Some(Box::new(tree)),
        others: vec![],
    })
}

#[test]
fn recursive_types_nest_31_maps_and_a_list_deep() {
    let deepest = nested(31);
    let item = stored!(Tree, deepest.clone()).unwrap();
    assert_eq!(read!(Tree, item).unwrap(), deepest);
    assert_eq!(stored!(Tree, nested(32)).unwrap_err().kind(), ErrorKind::Encode);
    assert_eq!(stored!(Tree, nested(5_000)).unwrap_err().kind(), ErrorKind::Encode);
}

#[test]
fn what_is_nested_deeper_than_dynamodb_stores_is_not_read() {
    let deep = |levels| (0..levels).fold(n(1), |value, _| list([value]));
    assert_eq!(read!(serde_json::Value, deep(31)).unwrap().to_string().len(), 63);
    for levels in [32, 33, 40] {
        assert_eq!(read!(serde_json::Value, deep(levels)).unwrap_err().kind(), ErrorKind::Encode);
    }
}
