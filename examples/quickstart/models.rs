//! The models of the table.

use rust_decimal::Decimal;
use singlet::{Attribute, Binary, CompressedAttribute, Model, TTLAttribute, Table};

/// One table with four models. pydynox writes no entity attribute, so the models declare it optional: they read
/// items without the attribute, and write it themselves.
#[derive(Table)]
#[table(name = "app", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
pub struct App;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = App, hash_key = "USER#{id}", range_key = "PROFILE", entity = "optional")]
pub struct User {
    #[model(rename = "user_id")]
    pub id: String,
    pub name: String,
    pub email: String,
    pub age: u8,
    #[model(default = true)]
    pub active: bool,
    pub avatar: Option<Binary>,
    #[model(default)]
    pub tags: Vec<String>,
    pub settings: Settings,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Settings {
    pub theme: Theme,
    pub limits: Limits,
    pub last: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
#[attribute(rename_all = "lowercase")]
pub enum Theme {
    Light,
    Dark,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Limits {
    pub daily: u32,
    pub ratio: f64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = App, hash_key = "USER#{user_id}", range_key = "ORDER#{id}", entity = "optional")]
pub struct Order {
    pub user_id: String,
    #[model(rename = "order_id")]
    pub id: String,
    pub placed_at: i64,
    pub status: Status,
    pub lines: Vec<Line>,
    pub total: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Attribute)]
#[attribute(rename_all = "UPPERCASE")]
pub enum Status {
    Placed,
    Shipped,
    Delivered,
}

#[derive(Debug, Clone, PartialEq, Attribute)]
pub struct Line {
    pub sku: String,
    pub qty: u32,
    pub price: Decimal,
}

/// `id` and `version` are stored only in the key.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = App, hash_key = "DOC#{id:03}", range_key = "V#{version:04}", entity = "optional")]
pub struct Document {
    #[model(key_only)]
    pub id: u32,
    #[model(key_only)]
    pub version: u32,
    pub title: String,
    pub sha256: String,
    #[model(compressed(algorithm = "zstd"))]
    pub body_zstd: CompressedAttribute,
    #[model(compressed(algorithm = "lz4"))]
    pub body_lz4: CompressedAttribute,
    #[model(compressed(algorithm = "gzip"))]
    pub body_gzip: CompressedAttribute,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = App, hash_key = "SESSION#{id:06}", range_key = "SESSION", entity = "optional")]
pub struct Session {
    #[model(key_only)]
    pub id: u32,
    pub user_id: String,
    pub expires_at: TTLAttribute,
}
