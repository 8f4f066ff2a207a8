//! A model with key fields: save, get, replace and delete an item, and convert it to JSON.

use std::collections::BTreeSet;

use singlet::{Attribute, Binary, Client, Model};

/// A model whose hash key and range key are fields.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    #[model(range_key)]
    sk: String,
    name: String,            // S
    age: u8,                 // N
    active: bool,            // BOOL
    avatar: Binary,          // B
    logins: Vec<u64>,        // L
    address: Address,        // M
    roles: BTreeSet<String>, // SS, absent when empty
    nick: Option<String>,    // absent when `None`
}

#[derive(Debug, Clone, PartialEq, Attribute)]
struct Address {
    street: String,
    city: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    singlet::set_default_client(Client::embedded());
    User::create_table().await?;

    let mut user = User {
        pk: "USER#123".into(),
        sk: "PROFILE".into(),
        name: "John".into(),
        age: 30,
        active: true,
        avatar: Binary::from(vec![0x89, 0x50, 0x4e, 0x47]),
        logins: vec![1_700_000_000, 1_700_086_400],
        address: Address { street: "1 Main Street".into(), city: "Paris".into() },
        roles: BTreeSet::from(["admin".into()]),
        nick: None,
    };
    user.save().await?;
    assert_eq!(User::get(("USER#123", "PROFILE")).await?.as_ref(), Some(&user));

    // `save` replaces the whole item.
    user.address.city = "Lyon".into();
    user.save().await?;
    let stored = User::get(("USER#123", "PROFILE")).await?.ok_or("the user is missing")?;
    println!("{} lives in {}", stored.name, stored.address.city);

    // `create` fails if the item exists.
    let error = user.create().await.err().ok_or("the user exists")?;
    assert!(error.is_condition_failed());
    println!("a second create: {error}");

    let dict = user.to_dict()?;
    assert_eq!(User::from_dict(&dict)?, user);
    println!("as JSON: {}", serde_json::to_string(&dict)?);

    user.delete().await?;
    assert!(!User::exists(("USER#123", "PROFILE")).await?);
    println!("deleted");
    Ok(())
}
