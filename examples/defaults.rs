//! Required fields, optional fields and defaults, in builders and when an item is read.

use singlet::{Client, Item, Model};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "users")]
struct User {
    #[model(hash_key)]
    pk: String,
    /// Required by `build` and when an item is read.
    name: String,
    /// `0` if the builder is not given a value or an old item lacks the attribute.
    #[model(default)]
    points: u64,
    #[model(default = "member".to_owned())]
    role: String,
    /// Absent from the item when `None`.
    nick: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    singlet::set_default_client(Client::embedded());
    User::create_table().await?;

    // Without `.name(..)` this line does not compile: "required field `name` of `User` is not set".
    let mut ann = User::builder().pk("USER#1").name("Ann").build();
    assert_eq!((ann.points, ann.role.as_str(), ann.nick.as_deref()), (0, "member", None));
    ann.save().await?;

    let item = ann.to_item()?;
    assert!(item.contains_key("points") && !item.contains_key("nick"));
    println!("{}: {}, {} points", ann.name, ann.role, ann.points);

    // An item that was stored before the model had `points` and `role`.
    let mut old: Item = item;
    old.remove("points");
    old.remove("role");
    assert_eq!(User::from_item(&old)?, ann);
    println!("an old item gets the defaults");

    old.remove("name");
    let error = User::from_item(&old).err().ok_or("the name is required")?;
    println!("without a required attribute: {error}");

    let bob = User::builder().pk("USER#2").name("Bob").points(7).role("admin").nick("bobby").build();
    println!("{}: {}, {} points, called {}", bob.name, bob.role, bob.points, bob.nick.as_deref().unwrap_or("-"));
    Ok(())
}
