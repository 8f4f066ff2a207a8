//! Dynamoose: no entity attribute, dates in milliseconds, seconds or RFC 3339, timestamps in milliseconds, NULL.

use std::collections::BTreeSet;

use singlet::{Attribute, Binary, Model, Table};
use time::UtcDateTime;
use time::macros::utc_datetime;

use super::{load, saved, scanned};
use crate::stand::{self, START};

const LINES: &str = include_str!("../../data/foreign/dynamoose.jsonl");

#[derive(Table)]
#[table(name = "dynamoose", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "USER#{user_id}", range_key = "PROFILE", rename_all = "camelCase")]
#[model(index(gsi1, hash_key = gsi1pk, range_key = "USER#{user_id}"))]
struct User {
    user_id: String,
    gsi1pk: String,
    name: String,
    age: Option<u8>,
    active: bool,
    #[model(default)]
    tags: BTreeSet<String>,
    address: Option<Address>,
    logins: Option<Vec<String>>,
    avatar: Option<Binary>,
    joined: i64,
    day: Option<UtcDateTime>,
    seconds: Option<i64>,
    nickname: Option<String>,
    #[model(created_at)]
    created_at: i64,
    #[model(updated_at)]
    updated_at: i64,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: String,
}

#[tokio::test]
async fn items_are_read_and_written_back() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("dynamoose", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!((ada.joined, ada.seconds), (1_709_296_215_123, Some(1_709_296_215)));
        assert_eq!((ada.day, ada.nickname.as_deref()), (Some(utc_datetime!(2024-03-01 12:30:15.123)), None));
        assert_eq!(User::index(Application::GSI1).query("CITY#London").one().await.unwrap(), Some(ada.clone()));
        let created = ada.created_at;
        assert_eq!(scanned::<User>().await.len(), 2);

        assert_eq!(saved(stand, &mut ada, "USER#ada", "PROFILE").await, ["day", "nickname", "updatedAt"]);
        assert_eq!((ada.created_at, ada.updated_at), (created, START * 1_000));
        ada.delete().await.unwrap();
        assert_eq!(stand.stored("dynamoose").await.len(), 1);
    })
    .await;
}
