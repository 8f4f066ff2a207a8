//! Values that mappers get wrong.

#![allow(clippy::option_option, reason = "what such a field becomes is the question")]

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Binary, ErrorKind, Model, Number};

use crate::stand;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "values", hash_key = "VALUE#{id}")]
struct Value {
    id: String,
    text: String,
    bytes: Binary,
    nested: Option<Option<u8>>,
    number: Number,
    numbers: BTreeSet<i64>,
}

fn value(id: &str) -> Value {
    Value {
        id: id.to_owned(),
        text: "text".to_owned(),
        bytes: Binary::from(vec![1, 2]),
        nested: None,
        number: Number::from(1),
        numbers: BTreeSet::from([1]),
    }
}

#[tokio::test]
async fn empty_texts_and_binaries_are_values_but_no_keys() {
    #[derive(Debug, Model)]
    #[model(table = "plain")]
    struct Plain {
        #[model(hash_key)]
        pk: String,
    }
    stand::run(async |_| {
        Value::create_table().await.unwrap();
        let mut empty = Value { text: String::new(), bytes: Binary::from(Vec::new()), ..value("a") };
        empty.save().await.unwrap();
        let update = Value::update("a").set(|v| v.text, "").when(|v| v.text.eq("")).await.unwrap();
        assert_eq!((Value::get("a").await.unwrap(), update), (Some(empty.clone()), empty));
        let refused = Plain { pk: String::new() }.save().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidKey);
    })
    .await;
}

#[tokio::test]
async fn an_option_in_an_option_is_one_option() {
    stand::run(async |_| {
        Value::create_table().await.unwrap();
        for (id, nested, stored) in [("a", None, None), ("b", Some(None), None), ("c", Some(Some(7)), Some(Some(7)))] {
            Value { nested, ..value(id) }.save().await.unwrap();
            assert_eq!(Value::get(id).await.unwrap().unwrap().nested, stored);
        }
    })
    .await;
}

#[tokio::test]
async fn numbers_keep_38_digits_and_every_exponent() {
    stand::run(async |_| {
        Value::create_table().await.unwrap();
        let digits =
            ["99999999999999999999999999999999999999", "1E-130", "9.9999999999999999999999999999999999999E+125"];
        for text in digits.iter().chain(&["-1E-130", "-9.9999999999999999999999999999999999999E+125"]) {
            let number: Number = text.parse().unwrap();
            Value { number, ..value("a") }.save().await.unwrap();
            assert_eq!(Value::get("a").await.unwrap().unwrap().number, number, "{text}");
        }
        for text in ["1E+126", "1E-131", "999999999999999999999999999999999999999"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn forms_of_a_number_are_one_number() {
    stand::run(async |stand| {
        Value::create_table().await.unwrap();
        value("a").save().await.unwrap();
        for (form, number) in [("-0", 0), ("0.0", 0), ("1e2", 100), ("100.00", 100), ("0012", 12)] {
            let mut item = value("a").to_item().unwrap();
            item.insert("number".to_owned(), AttributeValue::N(form.to_owned()));
            stand.client.sdk().put_item().table_name("values").set_item(Some(item)).send().await.unwrap();
            let number = Number::from(number);
            assert_eq!(Value::get("a").await.unwrap().unwrap().number, number, "{form}");
            Value::update("a").set(|v| v.text, form).when(|v| v.number.eq(number)).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn number_sets_are_equal_by_value() {
    stand::run(async |stand| {
        Value::create_table().await.unwrap();
        let mut item = value("a").to_item().unwrap();
        let forms = ["1e1", "2.0", "-0"].map(str::to_owned).to_vec();
        item.insert("numbers".to_owned(), AttributeValue::Ns(forms));
        stand.client.sdk().put_item().table_name("values").set_item(Some(item)).send().await.unwrap();
        let same = BTreeSet::from([0, 2, 10]);
        assert_eq!(Value::get("a").await.unwrap().unwrap().numbers, same);
        Value::update("a").set(|v| v.text, "same").when(|v| v.numbers.eq(&same)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn bytes_are_encoded_once() {
    stand::run(async |stand| {
        Value::create_table().await.unwrap();
        let bytes: Vec<u8> = (0..=255).collect();
        let mut all = Value { bytes: Binary::from(bytes.clone()), ..value("a") };
        all.save().await.unwrap();
        let key = AttributeValue::S("VALUE#a".to_owned());
        let stored = stand.client.sdk().get_item().table_name("values").key("pk", key).send().await.unwrap();
        assert_eq!(stored.item().unwrap()["bytes"].as_b().unwrap().as_ref(), bytes);
        assert_eq!(Value::get("a").await.unwrap(), Some(all));
    })
    .await;
}

#[tokio::test]
async fn keys_differ_by_case_and_by_code_points() {
    stand::run(async |_| {
        Value::create_table().await.unwrap();
        // The last two look alike: one code point, and a letter with a combining accent.
        let ids = ["ann", "Ann", "\u{e9}", "e\u{301}"];
        for id in ids {
            Value { text: id.to_owned(), ..value(id) }.create().await.unwrap();
        }
        for id in ids {
            assert_eq!(Value::get(id).await.unwrap().unwrap().text, id);
        }
    })
    .await;
}

#[tokio::test]
async fn years_under_1000_sort_and_others_are_refused() {
    use time::{Date, Month};

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "days", hash_key = "DAYS", range_key = "DAY#{day}")]
    struct Day {
        day: Date,
    }
    let day = |year| Day { day: Date::from_calendar_date(year, Month::March, 1).unwrap() };
    stand::run(async |_| {
        Day::create_table().await.unwrap();
        let days = [day(7), day(476), day(1999), day(9999)];
        for at in [2, 0, 3, 1] {
            days[at].clone().save().await.unwrap();
        }
        assert_eq!(Day::query(()).await.unwrap(), days);
        assert_eq!(day(-44).save().await.unwrap_err().kind(), ErrorKind::InvalidKey);
    })
    .await;
}

#[tokio::test]
async fn milliseconds_are_no_seconds() {
    use singlet::{ExpiresIn, TTLAttribute};

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "sessions")]
    struct Session {
        #[model(hash_key)]
        pk: String,
        expires_at: TTLAttribute,
    }
    stand::run(async |stand| {
        Session::create_table().await.unwrap();
        let millis = ExpiresIn::hours(1).epoch_seconds() * 1000;
        assert_eq!(TTLAttribute::from_epoch_seconds(millis), TTLAttribute::MAX);
        // What another tool has written by mistake is read, lives for ever, and can be set right.
        let item = [("pk", AttributeValue::S("a".into())), ("expires_at", AttributeValue::N(millis.to_string()))];
        let item = item.map(|(name, value)| (name.to_owned(), value)).into();
        stand.client.sdk().put_item().table_name("sessions").set_item(Some(item)).send().await.unwrap();
        let mut read = Session::get("a").await.unwrap().unwrap();
        assert!(!read.is_expired());
        read.set_ttl(ExpiresIn::hours(1)).await.unwrap();
        assert_eq!(Session::get("a").await.unwrap().unwrap().expires_in().unwrap().as_secs(), 3600);
    })
    .await;
}

#[tokio::test]
async fn an_expiry_of_long_ago_has_passed() {
    use singlet::TTLAttribute;

    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "sessions")]
    struct Session {
        #[model(hash_key)]
        pk: String,
        expires_at: TTLAttribute,
    }
    stand::run(async |stand| {
        Session::create_table().await.unwrap();
        // DynamoDB never deletes what expired more than five years ago: it must be taken for a mistake, not for live.
        let long_ago = TTLAttribute::from_epoch_seconds(stand.client.now() - 6 * 366 * 86_400);
        let mut old = Session { pk: "a".into(), expires_at: long_ago };
        old.save().await.unwrap();
        assert!(Session::get("a").await.unwrap().unwrap().is_expired());
        old.create().await.unwrap();
        assert_eq!(old.extend_ttl(long_ago).await.unwrap_err().kind(), ErrorKind::Expired);
    })
    .await;
}
