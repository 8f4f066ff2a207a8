//! The models of the table "odd", found by `singlet inspect` in 2 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! Not expressed:
//!
//! * the table: TTL on "when", because the attribute is a key, or has values that are not whole epoch seconds
//! * T: "map" has empty maps, so it is a `BTreeMap` of `AttributeValue`
//! * T: "mixed" has values of several types, so it is an `AttributeValue`
//! * T: "nested"."deep" has entries that are NULL, which a field reads as absent, so it is a `BTreeMap` of `AttributeValue`
//! * T: "null" stays in the field for all other attributes, because it is NULL in some items, which a field reads as absent
//! * T: "when" has values of several types, so it is an `AttributeValue`

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

/// A map.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct TABC {
    /// The entry "x y".
    #[attribute(rename = "x y")]
    pub x_y: Vec<BTreeSet<String>>,
}

/// A map.
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
}
