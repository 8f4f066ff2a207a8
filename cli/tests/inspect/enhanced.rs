//! The models of the table "enhanced", found by `singlet inspect` in 2 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! Not expressed:
//!
//! * UserProfile: "address" has entries that are NULL, which a field reads as absent, so it is a `BTreeMap` of `AttributeValue`

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, Model, Number, Table};

/// The table "enhanced".
#[derive(Debug, Table)]
#[table(name = "enhanced", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Enhanced;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Enhanced, hash_key = "USER#{user_id}", range_key = "PROFILE", key_escape = false)]
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
    /// The attribute "counts".
    pub counts: Option<UserProfileCounts>,
    /// The attribute "day".
    pub day: Option<String>,
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
    /// The attribute "score".
    pub score: Option<Number>,
    /// The attribute "seen".
    pub seen: Option<String>,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
    /// The attribute "version".
    pub version: i64,
    /// The attribute "visits".
    pub visits: i64,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// A map.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct UserProfileCounts {
    /// The entry "web".
    pub web: i64,
}

#[cfg(test)]
mod tests {
    use singlet::{assert_round_trip, read_items};

    use super::*;

    /// The sampled items, one per line.
    const ITEMS: &[u8] = include_bytes!("enhanced.jsonl");

    #[test]
    fn every_user_profile_is_read_and_written_back_unchanged() {
        assert_round_trip::<UserProfile>(read_items(ITEMS).skip(0).take(2));
    }
}
