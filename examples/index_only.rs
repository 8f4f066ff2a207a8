//! A table of another program, whose users have their email address in the key of an index and in no attribute:
//! `cargo run --example index_only`.

use singlet::{Client, ErrorKind, Model, Result, Table};

#[derive(Table)]
#[table(name = "app", hash_key = "pk", range_key = "sk")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
struct App;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = App, hash_key = "USER#{id}", range_key = "PROFILE", key_escape = false)]
#[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "NAME#{name}"))]
struct User {
    id: String,
    #[model(key_only)]
    email: Option<String>,
    name: String,
}

const STORED: &str = r#"
    {"pk":{"S":"USER#1"},"sk":{"S":"PROFILE"},"id":{"S":"1"},"name":{"S":"Ann"},
     "gsi1pk":{"S":"EMAIL#a@x.com"},"gsi1sk":{"S":"NAME#Ann"}}
    {"pk":{"S":"USER#2"},"sk":{"S":"PROFILE"},"id":{"S":"2"},"name":{"S":"Bob"}}
"#;

#[tokio::main]
async fn main() -> Result<()> {
    singlet::set_default_client(Client::embedded());
    App::create_table().await?;
    singlet::import("app", STORED.as_bytes()).await?;

    let mut users = User::scan().await?;
    users.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(users[0].email.as_deref(), Some("a@x.com"));
    assert_eq!(users[1].email, None);
    println!("{} is in the index, {} is not", users[0].name, users[1].name);

    // A new address is a new key.
    users[1].modify().set(|u| u.email, "b@x.com").await?;
    let found = User::index(App::GSI1).query("b@x.com").await?;
    assert_eq!(found, [users[1].clone()]);
    println!("{} has an address now", found[0].name);

    // The name is in the keys of the same index. An update by key alone cannot see whether the item is in it.
    let error = User::update("1").set(|u| u.name, "Anna").await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("email")));
    println!("refused: {error}");
    users[0].modify().set(|u| u.name, "Anna").await?;
    assert_eq!(User::index(App::GSI1).query("a@x.com").begins_with("Anna").await?.len(), 1);

    // Without an address, the item leaves the index.
    User::update("1").remove(|u| u.email).await?;
    assert_eq!(User::get("1").await?.unwrap().email, None);
    assert!(User::index(App::GSI1).query("a@x.com").await?.is_empty());
    println!("the address is removed");
    Ok(())
}
