//! DynamoDB-Toolbox: the entity attribute `_et`, timestamps in RFC 3339, keys of the application's choice.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use singlet::{Attribute, Binary, Model, Table};
use time::UtcDateTime;
use time::macros::utc_datetime;

use super::{load, saved, scanned};
use crate::stand;

const LINES: &str = include_str!("../../data/foreign/toolbox.jsonl");

#[derive(Table)]
#[table(name = "toolbox", hash_key = "pk", range_key = "sk", entity = "_et")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "USER#{user_id}", range_key = "PROFILE", rename_all = "camelCase")]
#[model(index(gsi1, hash_key = "CITY#{city}", range_key = "USER#{user_id}"))]
struct User {
    user_id: String,
    name: String,
    age: Option<u8>,
    active: bool,
    #[model(default)]
    tags: BTreeSet<String>,
    address: Option<Address>,
    logins: Option<Vec<String>>,
    avatar: Option<Binary>,
    extra: Option<Value>,
    city: String,
    joined: UtcDateTime,
    #[model(rename = "_ct")]
    created: String,
    #[model(rename = "_md")]
    modified: String,
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
        load("toolbox", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!(
            (ada.joined, ada.extra.clone()),
            (utc_datetime!(2024-03-01 12:30:15.123), Some(json!({ "a": [1, "x"] })))
        );
        assert_eq!(User::index(Application::GSI1).query("London").one().await.unwrap(), Some(ada.clone()));
        let [first, bob] = scanned::<User>().await.try_into().unwrap();
        assert_eq!((first, bob.age), (ada.clone(), None));

        // The date gets the text that sorts, and the city, which is NULL, becomes absent.
        assert_eq!(saved(stand, &mut ada, "USER#ada", "PROFILE").await, ["address", "joined"]);
        ada.modify().set(|u| u.address.city, "London").set(|u| u.city, "Paris").await.unwrap();
        assert_eq!(User::index(Application::GSI1).query("Paris").count().await.unwrap(), 2);
        ada.delete().await.unwrap();
        assert_eq!(stand.stored("toolbox").await.len(), 1);
    })
    .await;
}
