//! Plain boto3: no entity attribute, NULL for what is unknown, dates of `datetime.isoformat`.

use singlet::{Attribute, Binary, ErrorKind, Model, TTLAttribute, Table};
use time::macros::{date, datetime, utc_datetime};
use time::{Date, PrimitiveDateTime, UtcDateTime};

use super::{differences, load, saved, scanned, stored};
use crate::stand;

const LINES: &str = include_str!("../../data/foreign/boto3.jsonl");

#[derive(Table)]
#[table(name = "boto3", hash_key = "pk", range_key = "sk", ttl = "expires")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "USER#{user_id}", range_key = "PROFILE")]
struct User {
    user_id: String,
    name: String,
    active: bool,
    address: Option<Address>,
    avatar: Option<Binary>,
    joined: PrimitiveDateTime,
    seen: UtcDateTime,
    day: Date,
    nickname: Option<String>,
    expires: Option<TTLAttribute>,
}

/// Without the attribute `zip` of the stored map.
#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: Option<String>,
}

#[tokio::test]
async fn items_are_read_and_updates_change_nothing_else() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("boto3", LINES).await;
        let ada = User::get("ada").await.unwrap().unwrap();
        assert_eq!(ada.joined, datetime!(2024-03-01 12:30:15));
        assert_eq!((ada.seen, ada.day), (utc_datetime!(2024-03-01 12:30:15.12), date!(2024 - 03 - 01)));
        assert_eq!((ada.nickname.clone(), ada.address.clone().unwrap().city), (None, None), "NULL is read as absent");
        let [first, bob] = scanned::<User>().await.try_into().unwrap();
        assert_eq!((first, bob.joined), (ada.clone(), datetime!(1999-12-31 23:59:59)));

        let before = stored(stand, "boto3", "USER#ada", "PROFILE").await.unwrap();
        let mut changed = ada.clone();
        changed.address = Some(Address { city: Some("Paris".into()), ..ada.address.clone().unwrap() });
        changed.update_from(&ada).await.unwrap();
        User::update("ada").set(|u| u.name, "Ada").when(|u| u.nickname.not_exists()).await.unwrap();
        let after = stored(stand, "boto3", "USER#ada", "PROFILE").await.unwrap();
        assert_eq!(differences(&before, &after), ["address", "name"]);
        let address = after["address"].as_m().unwrap();
        assert_eq!(
            (address["city"].as_s().unwrap().as_str(), address["zip"].as_s().unwrap().as_str()),
            ("Paris", "SW1Y")
        );
    })
    .await;
}

#[tokio::test]
async fn a_save_writes_the_attributes_of_the_model() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("boto3", LINES).await;
        let mut ada = User::get("ada").await.unwrap().unwrap();
        // Dates get the text that sorts. NULL, attributes that the model does not name, and index keys that it does not
        // build are lost, as the documentation of `save` says.
        let lost =
            ["address", "age", "gsi1pk", "gsi1sk", "joined", "logins", "nickname", "numbers", "score", "seen", "tags"];
        assert_eq!(saved(stand, &mut ada, "USER#ada", "PROFILE").await, lost);
        assert_eq!(User::get("ada").await.unwrap(), Some(ada.clone()));
        assert_eq!(ada.create().await.unwrap_err().kind(), ErrorKind::ConditionFailed);
        ada.delete().await.unwrap();
        assert_eq!(stand.stored("boto3").await.len(), 1);
    })
    .await;
}
