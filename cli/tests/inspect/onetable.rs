//! The models of the table "onetable", found by `singlet inspect` in 3 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show
//! are lost. Add them, or use a `BTreeMap` if the entries can have any name.
//!
//! `onetable.sample.jsonl` contains stored values; check it before you commit it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Model, Table};

/// The table "onetable".
#[derive(Debug, Table)]
#[table(name = "onetable", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Onetable;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Onetable, hash_key = "user#{user_id}", range_key = "profile", key_escape = false)]
#[model(index("gsi1", hash_key = gsi1pk, range_key = "user#{user_id}"))]
#[model(entity_name = "User")]
pub struct User {
    /// The attribute "active".
    pub active: bool,
    /// The attribute "address".
    pub address: UserAddress,
    /// The attribute "age".
    pub age: Option<i64>,
    /// The attribute "avatar".
    pub avatar: Option<String>,
    /// The attribute "created".
    pub created: String,
    /// The attribute "expires".
    pub expires: Option<i64>,
    /// The attribute "gsi1pk".
    pub gsi1pk: String,
    /// The attribute "joined".
    pub joined: String,
    /// The attribute "logins".
    pub logins: Option<Vec<String>>,
    /// The attribute "name".
    pub name: String,
    /// The attribute "role".
    pub role: Option<String>,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "updated".
    pub updated: String,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 1 sampled item.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Onetable, hash_key = "user#{user_id}", range_key = "visit#{number:06}", key_escape = false)]
#[model(entity_name = "Visit")]
pub struct Visit {
    /// The attribute "created".
    pub created: i64,
    /// The attribute "joined".
    pub joined: i64,
    /// The attribute "number".
    pub number: u64,
    /// The attribute "updated".
    pub updated: i64,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
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
    pub street: Option<String>,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("onetable.sample.jsonl");

    #[test]
    fn every_user_is_read_and_written_back_unchanged() {
        assert_round_trip::<User>(read_items(ITEMS).skip(0).take(2));
    }

    #[test]
    fn every_visit_is_read_and_written_back_unchanged() {
        assert_round_trip::<Visit>(read_items(ITEMS).skip(2).take(1));
    }
}
