//! pydynox: no entity attribute, compressed text, a version, string sets in lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use singlet::{Binary, Model, TTLAttribute, Table};
use time::UtcDateTime;
use time::macros::utc_datetime;

use super::{load, saved, scanned};
use crate::stand;

const LINES: &str = include_str!("../../data/foreign/pydynox.jsonl");

#[derive(Table)]
#[table(name = "pydynox", hash_key = "pk", range_key = "sk", ttl = "expires")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "USER#{user_id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = gsi1pk, range_key = "USER#{user_id}"))]
struct User {
    user_id: String,
    gsi1pk: String,
    name: String,
    age: u8,
    active: bool,
    #[model(default)]
    tags: Vec<String>,
    address: Option<BTreeMap<String, String>>,
    logins: Option<Vec<Value>>,
    settings: Option<String>,
    avatar: Option<Binary>,
    #[model(compressed)]
    notes: Option<String>,
    joined: UtcDateTime,
    expires: Option<TTLAttribute>,
    #[model(version)]
    version: u64,
}

#[tokio::test]
async fn items_are_read_and_written_back() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("pydynox", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!(ada.notes.as_deref(), Some("note ".repeat(40).as_str()));
        assert_eq!((ada.joined, ada.version), (utc_datetime!(2024-03-01 12:30:15.123456), 1));
        assert_eq!((ada.logins.clone(), ada.tags.len()), (Some(vec![json!("web"), json!(3)]), 2));
        assert_eq!(ada.address.as_ref().unwrap()["city"], "London");
        assert_eq!(User::index(Application::GSI1).query("CITY#London").one().await.unwrap(), Some(ada.clone()));
        let [first, bob] = scanned::<User>().await.try_into().unwrap();
        assert_eq!((first, bob.notes, bob.tags.len()), (ada.clone(), None, 0));

        // The text is compressed anew, and the date has the text that sorts.
        assert_eq!(saved(stand, &mut ada, "USER#ada", "PROFILE").await, ["joined", "notes", "version"]);
        ada.modify().set(|u| u.notes, "short").await.unwrap();
        assert_eq!((ada.version, ada.notes.as_deref()), (3, Some("short")));
        ada.delete().await.unwrap();
        assert_eq!(stand.stored("pydynox").await.len(), 1);
    })
    .await;
}
