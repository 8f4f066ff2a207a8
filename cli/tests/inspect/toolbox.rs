//! The models of the table "toolbox", found by `singlet inspect` in 2 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! Not expressed:
//!
//! * User: "address" has entries that are NULL, which a field reads as absent, so it is a `BTreeMap` of `AttributeValue`
//! * User: "extra"."a", elements has values of several types, so it is an `AttributeValue`

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, Model, Table};

/// The table "toolbox".
#[derive(Debug, Table)]
#[table(name = "toolbox", hash_key = "pk", range_key = "sk", entity = "_et")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Toolbox;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Toolbox, hash_key = "USER#{user_id}", range_key = "PROFILE", key_escape = false)]
#[model(index("gsi1", hash_key = "CITY#{city}", range_key = "USER#{user_id}"))]
#[model(entity_name = "User")]
pub struct User {
    /// The attribute "_ct".
    #[model(rename = "_ct")]
    pub ct: String,
    /// The attribute "_md".
    #[model(rename = "_md")]
    pub md: String,
    /// The attribute "active".
    pub active: bool,
    /// The attribute "address".
    pub address: Option<BTreeMap<String, AttributeValue>>,
    /// The attribute "age".
    pub age: Option<i64>,
    /// The attribute "avatar".
    pub avatar: Option<Binary>,
    /// The attribute "city".
    pub city: String,
    /// The attribute "extra".
    pub extra: Option<UserExtra>,
    /// The attribute "joined".
    pub joined: String,
    /// The attribute "logins".
    pub logins: Option<Vec<String>>,
    /// The attribute "name".
    pub name: String,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra_2: BTreeMap<String, AttributeValue>,
}

/// A map.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct UserExtra {
    /// The entry "a".
    pub a: Vec<AttributeValue>,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("toolbox.jsonl");

    #[test]
    fn every_user_is_read_and_written_back_unchanged() {
        assert_round_trip::<User>(read_items(ITEMS).skip(0).take(2));
    }
}
