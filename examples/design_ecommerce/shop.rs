//! Customers, products, and orders with their lines.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Attribute, BackfillReport, Collection, ErrorKind, Item, Model, Result, Table};
use time::OffsetDateTime;

#[derive(Debug, Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
pub struct Shop;

// In `gsi1`, `PROFILE` sorts after every `ORDER#`. In descending order, the customer comes before the orders.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "CUSTOMER")]
#[model(index(gsi1, hash_key = "CUSTOMER#{id}", range_key = "PROFILE"))]
#[model(schema = 3, upgrade(to_addresses, to_one_name))]
pub struct Customer {
    pub id: String,
    #[model(unique)]
    pub email: String,
    pub name: String,
    /// The addresses by label. They are a map in the item because they are few and are read together with the customer.
    #[model(default)]
    pub addresses: HashMap<String, Address>,
}

/// From schema 1 to 2: the one address becomes the one at home.
pub fn to_addresses(customer: &mut Item) {
    if let Some(address) = customer.remove("address") {
        customer.insert("addresses".into(), AttributeValue::M([("home".into(), address)].into()));
    }
}

/// From schema 2 to 3: the two parts of the name become one text.
fn to_one_name(customer: &mut Item) -> std::result::Result<(), &'static str> {
    match (customer.remove("first_name"), customer.remove("last_name")) {
        (Some(AttributeValue::S(first)), Some(AttributeValue::S(last))) => {
            customer.insert("name".into(), AttributeValue::S(format!("{first} {last}")));
            Ok(())
        }
        _ => Err("a customer without a first and a last name"),
    }
}

#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Address {
    pub street: String,
    pub city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "PRODUCT#{sku}", range_key = "PRODUCT")]
pub struct Product {
    pub sku: String,
    pub cents: u64,
    pub stock: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "ORDER#{id}", range_key = "ORDER")]
#[model(index(gsi1, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{placed_at}#{id}"))]
#[model(index(gsi2, hash_key = "ORDERS#{status}", range_key = "{placed_at}#{id}"))]
pub struct Order {
    pub id: String,
    pub customer: String,
    pub placed_at: OffsetDateTime,
    pub status: Status,
    pub cents: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Attribute)]
pub enum Status {
    Placed,
    Shipped,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "ORDER#{order}", range_key = "LINE#{number:03}")]
pub struct Line {
    pub order: String,
    pub number: u16,
    pub sku: String,
    pub quantity: u32,
    pub cents: u64,
}

/// An order with its lines.
#[derive(Debug, PartialEq, Collection)]
pub struct OrderWithLines {
    pub order: Order,
    pub lines: Vec<Line>,
}

/// A customer with the latest orders.
#[derive(Debug, PartialEq, Collection)]
#[collection(index_only)]
pub struct CustomerPage {
    pub customer: Customer,
    pub orders: Vec<Order>,
}

/// The result of an order.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Placed(Order),
    /// The product does not exist or the stock is too low. Nothing was ordered.
    Unavailable {
        sku: String,
    },
}

/// Creates a customer. Fails with `NotUnique` if another customer has the e-mail address.
pub async fn register(id: &str, email: &str, name: &str) -> Result<Customer> {
    let mut customer = Customer::builder().id(id).email(email).name(name).build();
    customer.create().await?;
    Ok(customer)
}

/// Stores all customers in the schema of this program. Updates of older customers, such as [`set_address`], are refused
/// until then. Run it once, when every instance of the program is new.
pub async fn upgrade_customers() -> Result<BackfillReport> {
    Customer::backfill().await
}

pub async fn set_address(customer: &str, label: &str, address: Address) -> Result<Customer> {
    Customer::update(customer).set(|c| c.addresses.key(label), address).await
}

/// Orders the products and quantities of `basket`. The caller chooses the id and the time, so an order
/// that is sent again after a lost response is placed only once.
pub async fn place_order(
    id: &str,
    customer: &str,
    placed_at: OffsetDateTime,
    basket: &[(&str, u32)],
) -> Result<Outcome> {
    let products = Product::batch_get(basket.iter().map(|(sku, _)| *sku)).await?;
    let (mut lines, mut total) = (Vec::new(), 0);
    for ((&(sku, quantity), product), number) in basket.iter().zip(products).zip(1..) {
        let Some(product) = product else { return Ok(Outcome::Unavailable { sku: sku.into() }) };
        let line = Line::builder().order(id).number(number).sku(sku).quantity(quantity).cents(product.cents);
        lines.push(line.build());
        total += product.cents * u64::from(quantity);
    }
    let order = Order::builder().id(id).customer(customer).placed_at(placed_at).status(Status::Placed);
    let mut order = order.cents(total).build();
    let take = |&(sku, quantity): &(&str, u32)| {
        Product::update(sku).subtract(|p| p.stock, quantity).when(move |p| p.stock.ge(quantity))
    };
    // The stock updates come first, so the index of a failed operation is the index of its product in the basket.
    let outcome = singlet::transact_write()
        .write_all(basket.iter().map(take))
        .check(Customer::check(customer).exists())
        .write(order.create())
        .write_all(lines.iter_mut().map(Model::create))
        .token(id)
        .await;
    match outcome {
        Ok(()) => Ok(Outcome::Placed(order)),
        Err(error) if matches!(error.kind(), ErrorKind::ConditionFailed | ErrorKind::NotFound) => {
            match error.cancelled().first().and_then(|failed| basket.get(failed.index())) {
                Some((sku, _)) => Ok(Outcome::Unavailable { sku: (*sku).into() }),
                None => Err(error),
            }
        }
        Err(error) => Err(error),
    }
}

pub async fn order(id: &str) -> Result<OrderWithLines> {
    OrderWithLines::query(id).await
}

/// Returns the customer and the latest `orders` orders with one request.
pub async fn customer_page(customer: &str, orders: usize) -> Result<CustomerPage> {
    CustomerPage::index(Shop::GSI1).query(customer).descending().limit(1 + orders).await
}

/// Returns the orders that have waited longest.
pub async fn to_ship(limit: usize) -> Result<Vec<Order>> {
    Order::index(Shop::GSI2).query(Status::Placed).limit(limit).await
}

/// Marks the order as shipped, which moves it to another partition of the index.
///
/// Fails with `ConditionFailed` if it has already been shipped.
pub async fn ship(id: &str) -> Result<Order> {
    Order::update(id).set(|o| o.status, Status::Shipped).when(|o| o.status.eq(Status::Placed)).await
}
