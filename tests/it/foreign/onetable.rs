//! OneTable: the entity attribute `_type`, padded numbers in keys, dates as RFC 3339 or in milliseconds.

use std::collections::BTreeSet;

use singlet::{Attribute, Model, TTLAttribute, Table};
use time::UtcDateTime;
use time::macros::utc_datetime;

use super::{load, saved, scanned};
use crate::stand::{self, START};

const LINES: &str = include_str!("../../data/foreign/onetable.jsonl");

#[derive(Table)]
#[table(name = "onetable", hash_key = "pk", range_key = "sk", ttl = "expires", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "user#{user_id}", range_key = "profile", rename_all = "camelCase")]
#[model(index(gsi1, hash_key = gsi1pk, range_key = "user#{user_id}"))]
struct User {
    user_id: String,
    #[model(rename = "gsi1pk")]
    gsi1pk: String,
    name: String,
    age: Option<u8>,
    active: bool,
    role: Option<Role>,
    #[model(default)]
    tags: BTreeSet<String>,
    address: Address,
    logins: Option<Vec<String>>,
    /// OneTable stores buffers as Base64.
    avatar: Option<String>,
    joined: UtcDateTime,
    expires: Option<TTLAttribute>,
    created: String,
    updated: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
#[attribute(rename_all = "lowercase")]
enum Role {
    Admin,
    Member,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: Option<String>,
    city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "user#{user_id}", range_key = "visit#{number:06}", rename_all = "camelCase")]
struct Visit {
    user_id: String,
    number: u32,
    joined: i64,
    #[model(created_at)]
    created: i64,
    #[model(updated_at)]
    updated: i64,
}

#[tokio::test]
async fn items_are_read_and_written_back() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("onetable", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!((ada.role, ada.avatar.as_deref()), (Some(Role::Admin), Some("AAH+/w==")));
        assert_eq!(ada.joined, utc_datetime!(2024-03-01 12:30:15.123));
        assert_eq!(User::index(Application::GSI1).query("city#London").one().await.unwrap(), Some(ada.clone()));
        assert_eq!((scanned::<User>().await.len(), scanned::<Visit>().await.len()), (2, 1));
        let mut visit = Visit::query("ada").ge(12).one().await.unwrap().unwrap();

        assert_eq!(saved(stand, &mut ada, "user#ada", "profile").await, ["joined"]);
        assert_eq!(saved(stand, &mut visit, "user#ada", "visit#000012").await, ["updated"]);
        assert_eq!(visit.updated, START * 1_000);
        visit.delete().await.unwrap();
        assert_eq!(stand.stored("onetable").await.len(), 2);
    })
    .await;
}
