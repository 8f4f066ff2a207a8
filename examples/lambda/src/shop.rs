//! The models of the shop.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use singlet::{Attribute, Collection, Item, Model, ModelConfig, TTLAttribute, Table};
use time::Date;

/// The table. On AWS, the environment variable `TABLE` contains its name.
#[derive(Debug, Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
pub struct Shop;

fn config() -> ModelConfig {
    static NAME: LazyLock<String> = LazyLock::new(|| std::env::var("TABLE").unwrap_or_else(|_| "shop".to_owned()));
    ModelConfig::new(NAME.as_str())
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "CUSTOMER", config = config)]
pub struct Customer {
    /// Generated when the customer is created.
    #[model(generated = "uuid_v7")]
    pub id: String,
    /// Unique among all customers.
    #[model(unique, sensitive)]
    pub email: String,
    /// The customer's name.
    pub name: String,
    /// The number of orders.
    #[model(default)]
    pub orders: u64,
}

/// An order. Its content does not depend on the time of the write, so a retry writes the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}", config = config)]
pub struct Order {
    /// The customer's id.
    #[serde(skip)]
    pub customer: String,
    /// The idempotency key of the request. Orders sort by it; with UUIDs of version 7, they sort by time.
    pub id: String,
    /// The ordered products.
    pub lines: Vec<Line>,
    /// The total of the lines.
    pub cents: u64,
    /// Set after the order has been archived elsewhere.
    #[serde(skip)]
    pub expires_at: Option<TTLAttribute>,
}

/// A quantity of one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Attribute)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The product code.
    pub sku: String,
    /// The number of pieces.
    pub quantity: u32,
    /// The price of one piece.
    pub cents: u64,
}

/// The sales of one day.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "SALES#{day}", range_key = "SALES", config = config)]
pub struct Sales {
    /// The day, in UTC.
    pub day: Date,
    /// The number of orders that were placed.
    #[model(default)]
    pub orders: u64,
    /// The total of these orders.
    #[model(default)]
    pub cents: u64,
    /// The number of orders that were deleted by a user.
    #[model(default)]
    pub cancelled: u64,
}

/// A change from the stream that has been counted.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "SEEN#{event}", range_key = "SEEN", config = config)]
pub struct Seen {
    /// The id of the event.
    pub event: String,
    /// A time after the stream has discarded the event.
    pub expires_at: TTLAttribute,
}

/// The items in the stream.
#[derive(Debug, PartialEq, Collection)]
pub enum Changed {
    /// A customer.
    Customer(Customer),
    /// An order.
    Order(Order),
    /// All other items of the table: those that the stream consumer writes, and the sentinels of unique values.
    #[collection(other)]
    Other(Item),
}
