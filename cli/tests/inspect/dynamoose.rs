//! The models of the table "dynamoose", found by `singlet inspect` in 2 items.
//!
//! A sample does not show everything. Review the names, the types, and which fields are optional. The field for all other
//! attributes keeps what the sample did not show; remove it when the models are complete.
//!
//! Not expressed:
//!
//! * UserProfile: "nickname" stays in the field for all other attributes, because it is NULL in some items, which a field reads as absent

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, Binary, Model, Table};

/// The table "dynamoose".
#[derive(Debug, Table)]
#[table(name = "dynamoose", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub struct Dynamoose;

/// 2 sampled items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Dynamoose, hash_key = "USER#{user_id}", range_key = "PROFILE", key_escape = false)]
#[model(index("gsi1", hash_key = gsi1pk, range_key = "USER#{user_id}"))]
pub struct UserProfile {
    /// The attribute "active".
    pub active: bool,
    /// The attribute "address".
    pub address: Option<UserProfileAddress>,
    /// The attribute "age".
    pub age: Option<i64>,
    /// The attribute "avatar".
    pub avatar: Option<Binary>,
    /// The attribute "createdAt".
    #[model(rename = "createdAt")]
    pub created_at: i64,
    /// The attribute "day".
    pub day: Option<String>,
    /// The attribute "gsi1pk".
    pub gsi1pk: String,
    /// The attribute "joined".
    pub joined: i64,
    /// The attribute "logins".
    pub logins: Option<Vec<String>>,
    /// The attribute "name".
    pub name: String,
    /// The attribute "seconds".
    pub seconds: Option<i64>,
    /// The attribute "tags".
    pub tags: BTreeSet<String>,
    /// The attribute "updatedAt".
    #[model(rename = "updatedAt")]
    pub updated_at: i64,
    /// The attribute "userId".
    #[model(rename = "userId")]
    pub user_id: String,
    /// All other attributes.
    #[model(extra)]
    pub extra: BTreeMap<String, AttributeValue>,
}

/// A map.
#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct UserProfileAddress {
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
    const ITEMS: &[u8] = include_bytes!("dynamoose.jsonl");

    #[test]
    fn every_user_profile_is_read_and_written_back_unchanged() {
        assert_round_trip::<UserProfile>(read_items(ITEMS).skip(0).take(2));
    }
}
