//! Every type that parses stored text, with valid texts to mutate. The test `model::mutations` and the fuzz target
//! `attributes` share this list.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::wire::{Reader, Writer};
use singlet::{Attribute, Binary, CompressedAttribute, Key, Model, Number, TTLAttribute};

/// A type and some of what it reads.
pub(crate) struct Parser {
    pub(crate) name: &'static str,
    pub(crate) samples: &'static [&'static str],
    /// Reads these bytes. They may be invalid, but must not make it panic.
    pub(crate) read: fn(&[u8]),
}

macro_rules! attributes {
    ($($type:ty: [$($sample:literal),+];)*) => {
        &[$(Parser { name: stringify!($type), samples: &[$($sample),+], read: read_attribute::<$type> }),*]
    };
}

/// A value that is read and can be written has one form: it reads back as what was written.
fn read_attribute<T: Attribute>(bytes: &[u8]) {
    let Some(written) = read::<T>(bytes).and_then(|value| write(&value)) else { return };
    let again = read::<T>(&written).and_then(|value| write(&value));
    // The SDK's maps have no order.
    let json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).ok();
    assert!(json(&written).is_some(), "{}", String::from_utf8_lossy(&written));
    assert_eq!(again.and_then(|again| json(&again)), json(&written), "{}", String::from_utf8_lossy(&written));
}

fn read<T: Attribute>(bytes: &[u8]) -> Option<T> {
    T::read(&mut Reader::new(bytes).ok()?).ok()
}

fn write<T: Attribute>(value: &T) -> Option<Vec<u8>> {
    let mut writer = Writer::new();
    value.write(&mut writer);
    writer.into_bytes().ok()
}

#[derive(Debug, Attribute)]
struct Nested {
    at: Option<time::OffsetDateTime>,
    lines: Vec<Nested>,
    more: BTreeMap<String, i8>,
}

#[derive(Debug, Attribute)]
enum Shape {
    Point,
    Circle { radius: f32 },
}

/// As JSON of DynamoDB.
pub(crate) const ATTRIBUTES: &[Parser] = attributes! {
    String: [r#"{"S":"a\u00e9\n"}"#];
    char: [r#"{"S":"é"}"#];
    bool: [r#"{"BOOL":true}"#];
    u8: [r#"{"N":"255"}"#, r#"{"N":"1.5e1"}"#];
    i8: [r#"{"N":"-128"}"#];
    u64: [r#"{"N":"18446744073709551615"}"#, r#"{"N":"1E+3"}"#];
    i64: [r#"{"N":"-9223372036854775808"}"#];
    u128: [r#"{"N":"99999999999999999999999999999999999999"}"#];
    i128: [r#"{"N":"-99999999999999999999999999999999999999"}"#];
    f32: [r#"{"N":"3.4028235E38"}"#];
    f64: [r#"{"N":"1.7976931348623157E+125"}"#, r#"{"N":"-1e-130"}"#];
    Number: [r#"{"N":"-9.9999999999999999999999999999999999999E+125"}"#, r#"{"N":"1e-130"}"#];
    rust_decimal::Decimal: [r#"{"N":"79228162514264337593543950335"}"#, r#"{"N":"-0.0000000000000000000000000001"}"#];
    TTLAttribute: [r#"{"N":"1700000000"}"#, r#"{"N":"1.7e9"}"#, r#"{"N":"1700000000.999"}"#];
    Binary: [r#"{"B":"AQIDBA=="}"#];
    CompressedAttribute: [
        r#"{"S":"plain"}"#,
        r#"{"S":"ZSTD:KLUv/SQFKQAAaGVsbG/dwZHs"}"#,
        r#"{"S":"LZ4:sAQAAM9oZWxsbyB3b3JsZCAMAP////+PYHdvcmxkIA=="}"#,
        r#"{"S":"GZIP:H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA=="}"#,
        r#"{"B":"WlNURDootS/9JAUpAABoZWxsb93Bkew="}"#,
        r#"{"B":"TFo0OrAEAADPaGVsbG8gd29ybGQgDAD/////j2B3b3JsZCA="}"#,
        r#"{"B":"R1pJUDofiwgAAAAAAAADy0jNyckHAIamEDYFAAAA"}"#
    ];
    uuid::Uuid: [r#"{"S":"67e55044-10b1-426f-9247-bb680e5fe0c8"}"#, r#"{"S":"{67E5504410B1426F9247BB680E5FE0C8}"}"#];
    time::OffsetDateTime: [
        r#"{"S":"2025-12-17T21:47:08.305464+00:00"}"#,
        r#"{"S":"2024-02-29T23:59:59.999999999Z"}"#,
        r#"{"S":"0000-01-01T00:00:00-2359"}"#,
        r#"{"S":"9999-12-31T23:59:59-23:59"}"#
    ];
    time::UtcDateTime: [r#"{"S":"2025-12-17T21:47:08+0100"}"#];
    time::PrimitiveDateTime: [r#"{"S":"2025-12-17T21:47:08.305464"}"#, r#"{"S":"2025-12-17T21:47:08Z"}"#];
    time::Date: [r#"{"S":"2024-02-29"}"#];
    time::Time: [r#"{"S":"21:47:08.305464"}"#, r#"{"S":"00:00:00"}"#];
    chrono::DateTime<chrono::Utc>: [
        r#"{"S":"2025-12-17T21:47:08.305464+00:00"}"#,
        r#"{"S":"0000-01-01T00:00:00+2359"}"#,
        r#"{"S":"9999-12-31T23:59:59.9-23:59"}"#
    ];
    chrono::NaiveDateTime: [r#"{"S":"2025-12-17T21:47:08.305464"}"#];
    chrono::NaiveDate: [r#"{"S":"2024-02-29"}"#];
    chrono::NaiveTime: [r#"{"S":"21:47:08.305464Z"}"#];
    Option<Vec<Option<u16>>>: [r#"{"L":[{"N":"1"},{"NULL":true}]}"#, r#"{"NULL":true}"#];
    [i32; 2]: [r#"{"L":[{"N":"1"},{"N":"2"}]}"#];
    BTreeMap<u32, Binary>: [r#"{"M":{"7":{"B":"AQ=="}}}"#];
    BTreeMap<uuid::Uuid, bool>: [r#"{"M":{"67e55044-10b1-426f-9247-bb680e5fe0c8":{"BOOL":false}}}"#];
    BTreeSet<String>: [r#"{"SS":["a","b"]}"#];
    BTreeSet<Number>: [r#"{"NS":["1","2.50"]}"#];
    BTreeSet<Binary>: [r#"{"BS":["AQ==","Ag=="]}"#];
    AttributeValue: [r#"{"M":{"a":{"L":[{"SS":["x"]},{"NS":["1"]},{"BS":["AQ=="]},{"NULL":true}]}}}"#];
    serde_json::Value: [r#"{"M":{"a":{"L":[{"N":"1e3"},{"S":"x"},{"BOOL":true},{"NULL":true}]}}}"#];
    Nested: [
        r#"{"M":{"at":{"S":"2025-12-17T21:47:08Z"},"lines":{"L":[{"M":{"lines":{"L":[]},"more":{"M":{}}}}]},"more":{"M":{"k":{"N":"1"}}},"x":{"B":"AQ=="}}}"#
    ];
    Shape: [r#"{"S":"Point"}"#, r#"{"M":{"Circle":{"M":{"radius":{"N":"1.5"}}}}}"#];
};

macro_rules! keys {
    ($($model:ident($type:ty): [$($sample:literal),+];)*) => {
        $(
            #[derive(Debug, Model)]
            #[model(table = "keys", hash_key = "K#{part}#{rest}")]
            struct $model {
                part: $type,
                rest: String,
            }
        )*

        /// As the text of a key `K#{part}#{rest}`.
        pub(crate) const KEYS: &[Parser] =
            &[$(Parser { name: stringify!($type), samples: &[$($sample),+], read: read_key::<$model> }),*];
    };
}

/// A key that is read is the key of its parts.
fn read_key<M: Model>(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Ok(key) = Key::<M>::parse(text, None) {
        key.parts().map(drop).unwrap();
    }
}

keys! {
    Text(String): ["K#ann#x"];
    Letter(char): ["K#é#x"];
    Flag(bool): ["K#true#x"];
    Unsigned(u32): ["K#0000000007#x"];
    Signed(i64): ["K#07000000000000000007#x"];
    Exact(Number): ["K#1#x"];
    Id(uuid::Uuid): ["K#67e55044-10b1-426f-9247-bb680e5fe0c8#x"];
    At(time::OffsetDateTime): ["K#2024-03-01T09:30:00.500000000Z#x"];
    Local(time::PrimitiveDateTime): ["K#2024-03-01T09:30:00.500000000#x"];
    Day(time::Date): ["K#2024-03-01#x"];
    Clock(time::Time): ["K#09:30:00.500000000#x"];
    ChronoAt(chrono::DateTime<chrono::Utc>): ["K#2024-03-01T09:30:00.500000000Z#x"];
    ChronoLocal(chrono::NaiveDateTime): ["K#2024-03-01T09:30:00.500000000#x"];
}
