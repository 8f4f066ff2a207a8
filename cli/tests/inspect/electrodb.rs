//! The models of the table "electrodb", found by `singlet inspect` in 3 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show
//! are lost. Add them, or use a `BTreeMap` if the entries can have any name.
//!
//! `electrodb.sample.jsonl` contains stored values; check it before you commit it.
//!
//! Not expressed:
//!
//! * User: "extra"."a", elements has values of several types, so it is an `AttributeValue`

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Model, Number, Table};

/// The table "electrodb".
#[derive(Debug, Table)]
#[table(name = "electrodb", hash_key = "pk", range_key = "sk", entity = "__edb_e__")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Electrodb;

/// 1 sampled item.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Electrodb, hash_key = "$app#userid_{user_id}", range_key = "$order_1#orderid_{order_id:08}", key_escape = false)]
#[model(entity_name = "order")]
pub struct Order {
    /// The attribute "__edb_v__".
    #[model(rename = "__edb_v__")]
    pub edb_v: String,
    /// The attribute "orderId".
    #[model(rename = "orderId")]
    pub order_id: u64,
    /// The attribute "total".
    pub total: Number,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Electrodb, hash_key = "$app#userid_{user_id}", range_key = "$user_1", key_escape = false)]
#[model(index("gsi1", hash_key = "$app#city_{city}", range_key = "$user_1#joined_{joined}"))]
#[model(entity_name = "user")]
pub struct User {
    /// The attribute "__edb_v__".
    #[model(rename = "__edb_v__")]
    pub edb_v: String,
    /// The attribute "active".
    pub active: bool,
    /// The attribute "address".
    pub address: Option<UserAddress>,
    /// The attribute "age".
    pub age: Option<i64>,
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
    /// The attribute "role".
    pub role: Option<String>,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra_2: BTreeMap<String, AttributeValue>,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct UserAddress {
    /// The entry "city".
    pub city: String,
    /// The entry "street".
    pub street: String,
}

/// A map. Saving it removes the entries that have no field.
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
    const ITEMS: &[u8] = include_bytes!("electrodb.sample.jsonl");

    #[test]
    fn every_order_is_read_and_written_back_unchanged() {
        assert_round_trip::<Order>(read_items(ITEMS).skip(0).take(1));
    }

    #[test]
    fn every_user_is_read_and_written_back_unchanged() {
        assert_round_trip::<User>(read_items(ITEMS).skip(1).take(2));
    }
}
