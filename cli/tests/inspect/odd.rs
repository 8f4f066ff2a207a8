//! The models of the table "odd", found by `singlet inspect` in 13 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show
//! are lost. Add them, or use a `BTreeMap` if the entries can have any name.
//!
//! `odd.sample.jsonl` contains stored values; check it before you commit it.
//!
//! Not expressed:
//!
//! * the table: TTL on "when", because the attribute is a key, or has values that are not whole epoch seconds
//! * T: "map" has empty maps, so it is a `BTreeMap` of `AttributeValue`
//! * T: "mixed" has values of several types, so it is an `AttributeValue`
//! * T: "nested"."deep" has entries that are NULL, which a field reads as absent, so it is a `BTreeMap` of `AttributeValue`
//! * T: "null" stays in the field for all other attributes, because it is NULL in some items, which a field reads as absent
//! * T: "when" has values of several types, so it is an `AttributeValue`
//! * U: "id" has values of several types, so it is an `AttributeValue`
//! * V: "name" stays in the field for all other attributes, because it is NULL in some items, which a field reads as absent

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, Model, Number, Table};

/// The table "odd".
#[derive(Debug, Table)]
#[table(name = "odd", hash_key = "pk", range_key = "sk", range_key_type = "N")]
#[table(index(name = "both", hash_key = "key", range_key = "part"))]
pub struct Odd;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Odd, hash_key = "T#{t}", key_escape = false)]
#[model(index("both", hash_key = "x", range_key = "y"))]
pub struct T {
    /// The attribute "sk".
    #[model(range_key)]
    pub sk: Number,
    /// The attribute "1st".
    #[model(rename = "1st")]
    pub _1st: bool,
    /// The attribute "Type".
    #[model(rename = "Type")]
    pub r#type: Option<String>,
    /// The attribute "a`b|c".
    #[model(rename = "a`b|c")]
    pub a_b_c: Option<TABC>,
    /// The attribute "big".
    pub big: Number,
    /// The attribute "build".
    pub build: Option<String>,
    /// The attribute "by".
    pub by: BTreeMap<String, i64>,
    /// The attribute "bytes".
    pub bytes: BTreeSet<Binary>,
    /// The attribute "e-mail \"x\"".
    #[model(rename = "e-mail \"x\"")]
    pub e_mail_x: String,
    /// The attribute "extra".
    pub extra: Option<String>,
    /// The attribute "list".
    pub list: Vec<AttributeValue>,
    /// The attribute "lists".
    pub lists: Vec<Vec<Number>>,
    /// The attribute "map".
    pub map: BTreeMap<String, AttributeValue>,
    /// The attribute "maybe".
    pub maybe: Vec<Option<String>>,
    /// The attribute "mixed".
    pub mixed: AttributeValue,
    /// The attribute "nested".
    pub nested: TNested,
    /// The attribute "new\nline */ `".
    #[model(rename = "new\nline */ `")]
    pub new_line: Option<String>,
    /// The attribute "numbers".
    pub numbers: BTreeSet<Number>,
    /// The attribute "self".
    #[model(rename = "self")]
    pub self_: Number,
    /// The attribute "some".
    pub some: Option<i64>,
    /// The attribute "type".
    #[model(rename = "type")]
    pub type_2: Option<String>,
    /// The attribute "when".
    pub when: AttributeValue,
    /// The attribute "名前".
    #[model(rename = "名前")]
    pub field: Option<String>,
    /// A part of the key.
    #[model(key_only)]
    pub t: String,
    /// All other attributes.
    #[model(extra)]
    pub extra_2: BTreeMap<String, AttributeValue>,
}

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Odd, hash_key = "U#{u}", key_escape = false)]
pub struct U {
    /// The attribute "sk".
    #[model(range_key)]
    pub sk: i64,
    /// The attribute "id".
    pub id: AttributeValue,
    /// A part of the key.
    #[model(key_only)]
    pub u: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 3 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Odd, hash_key = "V#{v}", key_escape = false)]
#[model(index("both", hash_key = key, range_key = "Z"))]
pub struct V {
    /// The attribute "sk".
    #[model(range_key)]
    pub sk: i64,
    /// The attribute "key".
    pub key: Option<String>,
    /// A part of the key.
    #[model(key_only)]
    pub v: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 3 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Odd, hash_key = "W#{w}", key_escape = false)]
#[model(index("both", hash_key = "ALL", range_key = part))]
pub struct W {
    /// The attribute "sk".
    #[model(range_key)]
    pub sk: i64,
    /// The attribute "n".
    pub n: i64,
    /// The attribute "part".
    pub part: Option<String>,
    /// A part of the key.
    #[model(key_only)]
    pub w: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Odd, hash_key = "X#{n:plain}", key_escape = false)]
#[model(index("both", hash_key = "N#{n:04}", range_key = "Z"))]
pub struct X {
    /// The attribute "sk".
    #[model(range_key)]
    pub sk: i64,
    /// The attribute "builder".
    pub builder: XBuilderMap,
    /// The attribute "n".
    pub n: u64,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 1 sampled item.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Odd, hash_key = "both#{name:plain}", key_escape = false)]
pub struct Both {
    /// The attribute "sk".
    #[model(range_key)]
    pub sk: i64,
    /// The attribute "name".
    pub name: i64,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct TABC {
    /// The entry "x y".
    #[attribute(rename = "x y")]
    pub x_y: Vec<BTreeSet<String>>,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct TNested {
    /// The entry "Fn".
    #[attribute(rename = "Fn")]
    pub r#fn: Option<i64>,
    /// The entry "deep".
    pub deep: BTreeMap<String, AttributeValue>,
    /// The entry "fn".
    #[attribute(rename = "fn")]
    pub fn_2: i64,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct XBuilderMap {
    /// The entry "of".
    pub of: String,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("odd.sample.jsonl");

    #[test]
    fn every_t_is_read_and_written_back_unchanged() {
        assert_round_trip::<T>(read_items(ITEMS).skip(0).take(2));
    }

    #[test]
    fn every_u_is_read_and_written_back_unchanged() {
        assert_round_trip::<U>(read_items(ITEMS).skip(2).take(2));
    }

    #[test]
    fn every_v_is_read_and_written_back_unchanged() {
        assert_round_trip::<V>(read_items(ITEMS).skip(4).take(3));
    }

    #[test]
    fn every_w_is_read_and_written_back_unchanged() {
        assert_round_trip::<W>(read_items(ITEMS).skip(7).take(3));
    }

    #[test]
    fn every_x_is_read_and_written_back_unchanged() {
        assert_round_trip::<X>(read_items(ITEMS).skip(10).take(2));
    }

    #[test]
    fn every_both_is_read_and_written_back_unchanged() {
        assert_round_trip::<Both>(read_items(ITEMS).skip(12).take(1));
    }
}
