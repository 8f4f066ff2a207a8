//! The models of the table "pynamodb", found by `singlet inspect` in 2 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show
//! are lost. Add them, or use a `BTreeMap` if the entries can have any name.
//!
//! `pynamodb.sample.jsonl` contains stored values; check it before you commit it.
//!
//! Not expressed:
//!
//! * User: "logins", elements has values of several types, so it is an `AttributeValue`

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, Model, Number, Table};

/// The table "pynamodb".
#[derive(Debug, Table)]
#[table(name = "pynamodb", hash_key = "pk", range_key = "sk", entity = "cls")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Pynamodb;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Pynamodb, hash_key = "USER#{user_id}", range_key = "PROFILE", key_escape = false)]
#[model(index("gsi1", hash_key = gsi1pk, range_key = "USER#{user_id}"))]
#[model(entity_name = "User")]
pub struct User {
    /// The attribute "active".
    pub active: bool,
    /// The attribute "address".
    pub address: Option<UserAddress>,
    /// The attribute "age".
    pub age: Option<i64>,
    /// The attribute "avatar".
    pub avatar: Option<Binary>,
    /// The attribute "expires".
    pub expires: Option<i64>,
    /// The attribute "gsi1pk".
    pub gsi1pk: String,
    /// The attribute "joined".
    pub joined: String,
    /// The attribute "logins".
    pub logins: Option<Vec<AttributeValue>>,
    /// The attribute "name".
    pub name: String,
    /// The attribute "numbers".
    pub numbers: BTreeSet<Number>,
    /// The attribute "score".
    pub score: Number,
    /// The attribute "settings".
    pub settings: Option<String>,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "user_id".
    pub user_id: String,
    /// The attribute "version".
    pub version: i64,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct UserAddress {
    /// The entry "city".
    pub city: String,
    /// The entry "street".
    pub street: String,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("pynamodb.sample.jsonl");

    #[test]
    fn every_user_is_read_and_written_back_unchanged() {
        assert_round_trip::<User>(read_items(ITEMS).skip(0).take(2));
    }
}
