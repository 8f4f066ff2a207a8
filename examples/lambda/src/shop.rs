//! The models.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use singlet::{Attribute, Collection, Item, Model, ModelConfig, TTLAttribute, Table};
use time::Date;

/// The one table. Its name on AWS is in the variable `TABLE`.
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
    /// Given on creation.
    #[model(generated = "uuid_v7")]
    pub id: String,
    /// No two customers share one.
    #[model(unique, sensitive)]
    pub email: String,
    /// As the customer wants to be called.
    pub name: String,
    /// How many orders there are.
    #[model(default)]
    pub orders: u64,
}

/// An order of a customer's. Nothing in it depends on when it is written, so that a second try writes the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}", config = config)]
pub struct Order {
    /// The customer's id.
    #[serde(skip)]
    pub customer: String,
    /// The idempotency key of the request. Orders are listed by it: a UUID of version 7 makes that their time.
    pub id: String,
    /// What was ordered.
    pub lines: Vec<Line>,
    /// The sum of the lines.
    pub cents: u64,
    /// Set when the order has been archived elsewhere.
    #[serde(skip)]
    pub expires_at: Option<TTLAttribute>,
}

/// Some of one product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Attribute)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The product.
    pub sku: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub cents: u64,
}

/// What was sold on a day.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "SALES#{day}", range_key = "SALES", config = config)]
pub struct Sales {
    /// The day, in UTC.
    pub day: Date,
    /// How many orders were placed.
    #[model(default)]
    pub orders: u64,
    /// For how much.
    #[model(default)]
    pub cents: u64,
    /// How many orders were deleted by somebody.
    #[model(default)]
    pub cancelled: u64,
}

/// A change of the stream that was counted.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "SEEN#{event}", range_key = "SEEN", config = config)]
pub struct Seen {
    /// The event's id.
    pub event: String,
    /// After the stream has forgotten the event.
    pub expires_at: TTLAttribute,
}

/// What the stream tells of.
#[derive(Debug, PartialEq, Collection)]
pub enum Changed {
    /// A customer.
    Customer(Customer),
    /// An order.
    Order(Order),
    /// Anything else in the table: what the stream's own function writes, and sentinels of unique values.
    #[collection(other)]
    Other(Item),
}
