//! The frozen form on disk of every type that may stand in a key: golden texts, and that they sort and read back.

use proptest::prelude::*;
use singlet::{Attribute, KeyAttribute, Model, Number};
use time::macros::{date, datetime};

/// A model whose key is one placeholder, for any type.
macro_rules! key_of {
    ($type:ty, $value:expr) => {{
        #[derive(Debug, Model)]
        #[model(table = "keys", hash_key = "{value}")]
        struct Keyed {
            #[model(key_only)]
            value: $type,
        }
        let keyed = Keyed { value: $value };
        let key = keyed.key().unwrap();
        assert_eq!(key.parts().unwrap(), (keyed.value,));
        key.hash().as_str().unwrap().to_owned()
    }};
}

macro_rules! golden {
    ($($type:ty: $($value:expr => $text:expr),+;)+) => {$($(
        assert_eq!(key_of!($type, $value), $text, "{}: {}", stringify!($type), stringify!($value));
    )+)+};
}

#[test]
fn unsigned_integers_are_padded_to_their_type() {
    golden! {
        u8: 0 => "000", 7 => "007", u8::MAX => "255";
        u16: 0 => "00000", u16::MAX => "65535";
        u32: 42 => "0000000042", u32::MAX => "4294967295";
        u64: 42 => "00000000000000000042", u64::MAX => "18446744073709551615";
        usize: 42 => "00000000000000000042";
        u128: 1 => "000000000000000000000000000000000000001", u128::MAX => "340282366920938463463374607431768211455";
    }
}

#[test]
fn signed_integers_say_their_sign_first() {
    golden! {
        i8: 0 => "p000", 5 => "p005", -5 => "n994", i8::MIN => "n871", i8::MAX => "p127";
        i16: -1 => "n99998", i16::MIN => "n67231", i16::MAX => "p32767";
        i32: 42 => "p0000000042", -42 => "n9999999957", i32::MIN => "n7852516351";
        i64: -1 => "n9999999999999999998", i64::MIN => "n0776627963145224191", i64::MAX => "p9223372036854775807";
        isize: -1 => "n9999999999999999998";
        i128: -1 => "n999999999999999999999999999999999999998",
            i128::MIN => "n829858816539530768268312696284115894271";
    }
}

#[test]
fn decimals_are_exponent_and_digits() {
    golden! {
        Number: Number::ZERO => "o", "42.5".parse().unwrap() => "p131.425", "-42.5".parse().unwrap() => "n124.574~";
        rust_decimal::Decimal: rust_decimal::Decimal::new(425, 1) => "p131.425";
    }
}

#[test]
fn times_are_utc_with_nine_digits() {
    golden! {
        time::OffsetDateTime: datetime!(2024-03-01 10:30:00.5 +01:00) => "2024-03-01T09:30:00.500000000Z",
            datetime!(0009-01-01 0:00 UTC) => "0009-01-01T00:00:00.000000000Z";
        time::UtcDateTime: time::UtcDateTime::UNIX_EPOCH => "1970-01-01T00:00:00.000000000Z";
        time::PrimitiveDateTime: datetime!(2024-03-01 9:30) => "2024-03-01T09:30:00.000000000";
        time::Date: date!(2024-03-01) => "2024-03-01";
        time::Time: time::Time::MIDNIGHT => "00:00:00.000000000";
        chrono::DateTime<chrono::Utc>: chrono::DateTime::from_timestamp(1_709_285_400, 1).unwrap()
            => "2024-03-01T09:30:00.000000001Z";
        chrono::NaiveDate: chrono::NaiveDate::from_ymd_opt(2024, 3, 1).unwrap() => "2024-03-01";
        chrono::NaiveDateTime: chrono::NaiveDateTime::default() => "1970-01-01T00:00:00.000000000";
        chrono::NaiveTime: chrono::NaiveTime::MIN => "00:00:00.000000000";
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Attribute)]
enum Status {
    Open,
    #[attribute(rename = "on#hold")]
    Hold,
}

#[derive(Debug, Clone, PartialEq, Eq, Attribute)]
struct Slug(String);

#[test]
fn texts_escape_what_would_sort_before_the_separator() {
    golden! {
        String: "a#b".to_owned() => "a%23b", "100%".to_owned() => "100%25", "%23".to_owned() => "%2523",
            "é😀/".to_owned() => "é😀/", "Mary Ann".to_owned() => "Mary%20Ann",
            "\0\t\n\u{f}\u{1f} !\"#$%&'".to_owned() => "%00%09%0A%0F%1F%20%21%22%23%24%25&'",
            "c-1_x@y.z:(*)+,-~\u{7f}".to_owned() => "c-1_x@y.z:(*)+,-~\u{7f}",
            "\u{10fffd}\u{10fffe}\u{10ffff}".to_owned() => "\u{10fffd}\u{10fffe}E\u{10fffe}F";
        char: '#' => "%23", 'é' => "é";
        bool: true => "true", false => "false";
        Status: Status::Open => "Open", Status::Hold => "on%23hold";
        Slug: Slug("#".to_owned()) => "%23";
        uuid::Uuid: uuid::Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_00ff)
            => "018f0000-0000-7000-8000-0000000000ff";
    }
}

#[test]
fn a_format_is_part_of_the_form() {
    #[derive(Debug, PartialEq, Model)]
    #[model(table = "keys", hash_key = "{plain:plain}#{padded:06}#{signed:plain}")]
    struct Formats {
        plain: u64,
        padded: u32,
        signed: i64,
    }
    let key = Formats { plain: 42, padded: 42, signed: -7 }.key().unwrap();
    assert_eq!(key.hash().as_str(), Some("42#000042#-7"));
    assert_eq!(key.parts().unwrap(), (42, 42, -7));
}

#[test]
fn a_key_field_is_stored_as_its_attribute() {
    fn stored<K: KeyAttribute>(value: &K) -> String {
        let key = value.to_key();
        assert!(K::from_key(&key).is_ok() && key.key_type() == K::KEY_TYPE);
        match key {
            singlet::key::KeyValue::S(text) | singlet::key::KeyValue::N(text) => text,
            singlet::key::KeyValue::B(bytes) => format!("{bytes:?}"),
        }
    }
    assert_eq!(stored(&-5_i8), "-5");
    assert_eq!(stored(&"a#b".to_owned()), "a#b");
    assert_eq!(stored(&Slug("a#b".into())), "a#b");
    assert_eq!(stored(&Status::Hold), "on#hold");
    assert_eq!(stored(&singlet::Binary::from([1, 2])), "[1, 2]");
    assert_eq!(stored(&date!(2024 - 03 - 01)), "2024-03-01");
    assert_eq!(stored(&uuid::Uuid::nil()), "00000000-0000-0000-0000-000000000000");
}

proptest! {
    #[test]
    fn text_keys_read_back(value in any::<String>()) {
        #[derive(Debug, Model)]
        #[model(table = "keys", hash_key = "T#{value}", empty_key_parts)]
        struct Keyed {
            #[model(key_only)]
            value: String,
        }
        let keyed = Keyed { value };
        let key = keyed.key().unwrap();
        prop_assert!(!key.hash().as_str().unwrap()[2..].contains('#'));
        prop_assert_eq!(key.parts().unwrap(), (keyed.value,));
    }

    #[test]
    fn keys_of_two_texts_are_one_to_one(a in "[a#%2-5]{0,6}", b in "[a#%2-5]{0,6}", c in "[a#%2-5]{0,6}", d in "[a#%2-5]{0,6}") {
        #[derive(Debug, Model)]
        #[model(table = "keys", hash_key = "{a}#{b}", empty_key_parts)]
        struct Pair {
            #[model(key_only)]
            a: String,
            #[model(key_only)]
            b: String,
        }
        let (one, other) = (Pair { a, b }, Pair { a: c, b: d });
        let same = one.a == other.a && one.b == other.b;
        let key = one.key().unwrap();
        prop_assert_eq!(key == other.key().unwrap(), same);
        prop_assert_eq!(key.parts().unwrap(), (one.a, one.b));
    }
}
