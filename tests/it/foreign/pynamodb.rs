//! PynamoDB: a discriminator as the entity attribute, its version attribute, dates with `+0000`, JSON in strings.

use serde_json::{Value, json};
use singlet::{Attribute, Binary, Model, Number, TTLAttribute, Table};
use std::collections::BTreeSet;
use time::UtcDateTime;
use time::macros::utc_datetime;

use super::{load, saved, scanned, stored};
use crate::stand;

const LINES: &str = include_str!("../../data/foreign/pynamodb.jsonl");

#[derive(Table)]
#[table(name = "pynamodb", hash_key = "pk", range_key = "sk", ttl = "expires", entity = "cls")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct Application;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Application, hash_key = "USER#{user_id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "CITY#{city}", range_key = "USER#{user_id}"))]
struct User {
    user_id: String,
    /// PynamoDB wrote the index's key without a field of its own.
    #[model(default = "London")]
    city: String,
    name: String,
    age: Option<u8>,
    score: f64,
    active: bool,
    #[model(default)]
    tags: BTreeSet<String>,
    #[model(default)]
    numbers: BTreeSet<Number>,
    address: Option<Address>,
    #[model(default)]
    logins: Vec<Value>,
    settings: Option<String>,
    avatar: Option<Binary>,
    joined: UtcDateTime,
    expires: Option<TTLAttribute>,
    #[model(version)]
    version: u64,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: Option<String>,
}

fn ada() -> User {
    User {
        user_id: "ada".into(),
        city: "London".into(),
        name: "Ada Lovelace".into(),
        age: Some(36),
        score: 99.5,
        active: true,
        tags: ["admin".into(), "math".into()].into(),
        numbers: ["-3", "1", "2.5"].map(|digits| digits.parse().unwrap()).into(),
        address: Some(Address { street: "St James's Square".into(), city: Some("London".into()) }),
        logins: vec![json!("web"), json!(3), json!({ "ip": "::1" })],
        settings: Some(r#"{"theme": "dark", "size": 12}"#.into()),
        avatar: Some(vec![0, 1, 254, 255].into()),
        joined: utc_datetime!(2024-03-01 12:30:15.123456),
        expires: Some(TTLAttribute::from_epoch_seconds(4_102_444_800)),
        version: 1,
    }
}

#[tokio::test]
async fn items_are_read_and_written_back() {
    stand::run(async |stand| {
        Application::create_table().await.unwrap();
        load("pynamodb", LINES).await;
        assert_eq!(User::get("ada").await.unwrap(), Some(ada()));
        assert_eq!(User::query("ada").one().await.unwrap(), Some(ada()));
        assert_eq!(User::index(Application::GSI1).query("London").one().await.unwrap(), Some(ada()));
        let [mut read, bob] = scanned::<User>().await.try_into().unwrap();
        assert_eq!((read.clone(), bob.version, bob.name.as_str()), (ada(), 2, "Bob B."));

        // The field that builds the index's key and the version are new, and the date has the text that sorts.
        assert_eq!(saved(stand, &mut read, "USER#ada", "PROFILE").await, ["city", "joined", "version"]);
        assert_eq!((read.version, User::get("ada").await.unwrap()), (2, Some(read.clone())));

        read.modify().set(|u| u.name, "Ada").add(|u| u.score, 0.5).await.unwrap();
        let item = stored(stand, "pynamodb", "USER#ada", "PROFILE").await.unwrap();
        assert_eq!((read.score, read.version, item["cls"].as_s().unwrap().as_str()), (100.0, 3, "User"));
        read.delete().await.unwrap();
        assert_eq!(stand.stored("pynamodb").await.len(), 1);
    })
    .await;
}
