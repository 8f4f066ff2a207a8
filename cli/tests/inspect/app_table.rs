//! The models of the table "app_table", found by `singlet inspect` in 81 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! The structs of maps have no such field: when an item is saved, entries of its maps that the sample did not show
//! are lost. Add them, or use a `BTreeMap` if the entries can have any name.
//!
//! `app_table.sample.jsonl` contains stored values; check it before you commit it.
//!
//! Not expressed:
//!
//! * UserProfile: "settings" has entries that are NULL, which a field reads as absent, so it is a `BTreeMap` of `AttributeValue`

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, Model, Number, TTLAttribute, Table};

/// The table "app_table".
#[derive(Debug, Table)]
#[table(name = "app_table", hash_key = "pk", range_key = "sk", ttl = "expires_at")]
pub struct AppTable;

/// 5 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = AppTable, hash_key = "DOC#{doc}", range_key = "V#{v}", key_escape = false)]
pub struct DocV {
    /// The attribute "body_gzip".
    pub body_gzip: String,
    /// The attribute "body_lz4".
    pub body_lz4: String,
    /// The attribute "body_zstd".
    pub body_zstd: String,
    /// The attribute "sha256".
    pub sha256: String,
    /// The attribute "title".
    pub title: String,
    /// A part of the key.
    #[model(key_only)]
    pub doc: String,
    /// A part of the key.
    #[model(key_only)]
    pub v: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 12 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = AppTable, hash_key = "SESSION#{session}", range_key = "SESSION", key_escape = false)]
pub struct Session {
    /// The attribute "expires_at".
    pub expires_at: TTLAttribute,
    /// The attribute "user_id".
    pub user_id: String,
    /// A part of the key.
    #[model(key_only)]
    pub session: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 56 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = AppTable, hash_key = "USER#{user_id}", range_key = "ORDER#{order_id}", key_escape = false)]
pub struct UserOrder {
    /// The attribute "lines".
    pub lines: Vec<UserOrderLinesElement>,
    /// The attribute "order_id".
    pub order_id: String,
    /// The attribute "placed_at".
    pub placed_at: i64,
    /// The attribute "status".
    pub status: String,
    /// The attribute "total".
    pub total: Number,
    /// The attribute "user_id".
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// 8 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = AppTable, hash_key = "USER#{user_id}", range_key = "PROFILE", key_escape = false)]
pub struct UserProfile {
    /// The attribute "active".
    pub active: bool,
    /// The attribute "age".
    pub age: i64,
    /// The attribute "avatar".
    pub avatar: Binary,
    /// The attribute "email".
    pub email: String,
    /// The attribute "name".
    pub name: String,
    /// The attribute "settings".
    pub settings: BTreeMap<String, AttributeValue>,
    /// The attribute "tags".
    pub tags: Vec<String>,
    /// The attribute "user_id".
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// A map. Saving it removes the entries that have no field.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct UserOrderLinesElement {
    /// The entry "price".
    pub price: Number,
    /// The entry "qty".
    pub qty: i64,
    /// The entry "sku".
    pub sku: String,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("app_table.sample.jsonl");

    #[test]
    fn every_doc_v_is_read_and_written_back_unchanged() {
        assert_round_trip::<DocV>(read_items(ITEMS).skip(0).take(5));
    }

    #[test]
    fn every_session_is_read_and_written_back_unchanged() {
        assert_round_trip::<Session>(read_items(ITEMS).skip(5).take(12));
    }

    #[test]
    fn every_user_order_is_read_and_written_back_unchanged() {
        assert_round_trip::<UserOrder>(read_items(ITEMS).skip(17).take(56));
    }

    #[test]
    fn every_user_profile_is_read_and_written_back_unchanged() {
        assert_round_trip::<UserProfile>(read_items(ITEMS).skip(73).take(8));
    }
}
