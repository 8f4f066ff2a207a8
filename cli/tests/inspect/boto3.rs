//! The models of the table "boto3", found by `singlet inspect` in 2 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! Not expressed:
//!
//! * UserProfile: "address" has entries that are NULL, which a field reads as absent, so it is a `BTreeMap` of `AttributeValue`
//! * UserProfile: "logins", elements has values of several types, so it is an `AttributeValue`
//! * UserProfile: "nickname" stays in the field for all other attributes, because it is NULL in some items, which a field reads as absent

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Binary, Model, Number, Table};

/// The table "boto3".
#[derive(Debug, Table)]
#[table(name = "boto3", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Boto3;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Boto3, hash_key = "USER#{user_id}", range_key = "PROFILE", key_escape = false)]
#[model(index("gsi1", hash_key = gsi1pk, range_key = "USER#{user_id}"))]
pub struct UserProfile {
    /// The attribute "active".
    pub active: bool,
    /// The attribute "address".
    pub address: Option<BTreeMap<String, AttributeValue>>,
    /// The attribute "age".
    pub age: Option<i64>,
    /// The attribute "avatar".
    pub avatar: Option<Binary>,
    /// The attribute "day".
    pub day: String,
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
    /// The attribute "seen".
    pub seen: String,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "user_id".
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("boto3.jsonl");

    #[test]
    fn every_user_profile_is_read_and_written_back_unchanged() {
        assert_round_trip::<UserProfile>(read_items(ITEMS).skip(0).take(2));
    }
}
