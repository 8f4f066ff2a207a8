//! The Enhanced Client of the AWS SDK for Java: no entity attribute, a version, a counter, the dates of `java.time`.

use std::collections::{BTreeMap, BTreeSet};

use singlet::{Attribute, Binary, Model, Number, TTLAttribute, Table};
use time::macros::{date, datetime, utc_datetime};
use time::{Date, PrimitiveDateTime, UtcDateTime};

use super::{load, saved, scanned};
use crate::stand;

const LINES: &str = include_str!("../../data/foreign/enhanced.jsonl");

#[derive(Table)]
#[table(name = "enhanced", hash_key = "pk", range_key = "sk", ttl = "expires")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "USER#{user_id}", range_key = "PROFILE", rename_all = "camelCase")]
#[model(index(gsi1, hash_key = gsi1pk, range_key = "USER#{user_id}"))]
struct User {
    user_id: String,
    gsi1pk: String,
    name: String,
    nickname: Option<String>,
    age: Option<u8>,
    active: bool,
    score: Option<Number>,
    role: Option<Role>,
    #[model(default)]
    tags: BTreeSet<String>,
    logins: Option<Vec<String>>,
    counts: Option<BTreeMap<String, u32>>,
    address: Option<Address>,
    avatar: Option<Binary>,
    joined: UtcDateTime,
    day: Option<Date>,
    /// Java leaves out seconds that are 0.
    seen: Option<PrimitiveDateTime>,
    expires: Option<TTLAttribute>,
    #[model(version)]
    version: u64,
    visits: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
#[attribute(rename_all = "UPPERCASE")]
enum Role {
    Admin,
    Member,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: Option<String>,
}

#[tokio::test]
async fn items_are_read_and_written_back() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("enhanced", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!((ada.role, ada.score), (Some(Role::Admin), Some("99.5".parse().unwrap())));
        assert_eq!((ada.joined, ada.day), (utc_datetime!(2024-03-01 12:30:15.123456789), Some(date!(2024 - 03 - 01))));
        assert_eq!((ada.seen, ada.version), (Some(datetime!(2024-03-01 12:30)), 1));
        assert_eq!(User::index(Application::GSI1).query("CITY#London").one().await.unwrap(), Some(ada.clone()));
        assert_eq!(scanned::<User>().await.len(), 2);

        // The city, which is NULL, becomes absent, and the date without seconds gets the text that sorts.
        assert_eq!(saved(stand, &mut ada, "USER#ada", "PROFILE").await, ["address", "seen", "version"]);
        ada.modify().add(|u| u.visits, 1).await.unwrap();
        assert_eq!((ada.version, ada.visits), (3, 1));
        ada.delete().await.unwrap();
        assert_eq!(stand.stored("enhanced").await.len(), 1);
    })
    .await;
}
