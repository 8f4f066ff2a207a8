//! Keys from templates: they sort as their values do, are unambiguous, and can be parsed back.

use singlet::{Attribute, Client, ErrorKind, Key, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Shop;

/// A newtype prevents customer ids from being confused with other ids.
#[derive(Debug, Clone, PartialEq, Attribute)]
struct CustomerId(String);

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
struct Customer {
    id: CustomerId,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{year}#{number:05}")]
struct Order {
    #[model(key_only)]
    customer: CustomerId,
    #[model(key_only)]
    year: i16,
    #[model(key_only)]
    number: u32,
    cents: u64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    singlet::set_default_client(Client::embedded());
    Shop::create_table().await?;

    Customer::builder().id("c-1").name("Ann").build().create().await?;
    for (year, number) in [(2025, 2), (2024, 11), (2024, 9)] {
        Order::builder().customer("c-1").year(year).number(number).cents(1_000).build().create().await?;
    }

    // The customer and the orders share a partition. A query returns only its own model, in key order.
    let orders = Order::query("c-1").await?;
    let numbers: Vec<_> = orders.iter().map(|order| (order.year, order.number)).collect();
    assert_eq!(numbers, [(2024, 9), (2024, 11), (2025, 2)]);
    for order in &orders {
        let key = order.key()?;
        println!("{} / {}", text(Some(key.hash())), text(key.range()));
    }
    assert!(Order::exists(("c-1", 2024, 9)).await?);

    // A separator inside a value is escaped, so different values never build the same key.
    let key = Order::key_of(("a#b", 2024, 1))?;
    println!("{} / {}", text(Some(key.hash())), text(key.range()));
    let stored = Key::<Order>::parse("CUSTOMER#a%23b", Some("ORDER#p02024#00001".into()))?;
    assert_eq!(stored.parts()?, (CustomerId("a#b".into()), 2024, 1));
    assert_eq!(Order::get(&stored).await?, None);

    // An invalid key is an error before a request is sent.
    let error = Order::key_of(("c-1", 2024, 100_000)).err().ok_or("five digits are not enough")?;
    assert_eq!(error.kind(), ErrorKind::InvalidKey);
    println!("refused: {error}");
    Ok(())
}

fn text(value: Option<&singlet::key::KeyValue>) -> &str {
    value.and_then(|value| value.as_str()).unwrap_or_default()
}
