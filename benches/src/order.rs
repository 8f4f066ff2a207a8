//! The stored model: an order in a table that several models share, with an entity attribute and key templates.

use dynamodel::Dynamodel;
use modyne::EntityDef;
use serde::{Deserialize, Serialize};
use singlet::{Attribute, Model, Table};

/// The name of the table. It does not exist; [`Canned`](super::canned::Canned) answers all requests.
pub(crate) const TABLE: &str = "shop";
/// The entity attribute and its value.
pub(crate) const ENTITY: (&str, &str) = ("_type", "Order");

#[derive(Debug, Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", entity = "_type")]
pub(crate) struct Shop;

/// `None` is absent on every side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model, EntityDef, Dynamodel)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{number:08}")]
// `modyne` stores this name as the entity; it would be `order` otherwise.
#[serde(rename = "Order")]
#[dynamodel(extra = "crate::peers::by_hand::keys")]
pub(crate) struct Order {
    pub(crate) customer: String,
    pub(crate) number: u32,
    pub(crate) reference: String,
    pub(crate) status: String,
    pub(crate) amount: f64,
    pub(crate) quantity: u32,
    pub(crate) version: u64,
    pub(crate) created_at: i64,
    pub(crate) paid: bool,
    pub(crate) tags: Vec<String>,
    pub(crate) address: Address,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Attribute, Dynamodel)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    pub(crate) country: String,
}

/// The value of the hash key.
pub(crate) fn hash(customer: &str) -> String {
    format!("CUSTOMER#{customer}")
}

/// The value of the range key.
pub(crate) fn range(number: u32) -> String {
    format!("ORDER#{number:08}")
}

impl Order {
    /// Fifteen attributes, 800 bytes of JSON.
    pub(crate) fn small(number: u32) -> Self {
        Order {
            customer: "c-20931".into(),
            number,
            reference: format!("o-{number:08}"),
            status: if number.is_multiple_of(3) { "SHIPPED" } else { "PENDING" }.into(),
            amount: f64::from(number) * 1.25 + 9.99,
            quantity: number % 7 + 1,
            version: u64::from(number) * 3,
            created_at: 1_772_359_200 + i64::from(number),
            paid: number.is_multiple_of(2),
            tags: vec!["gift".into(), "express".into(), "eu".into()],
            address: Address {
                street: format!("{} Rue de l'Église", number % 200 + 1),
                city: "Paris".into(),
                zip: "75011".into(),
                country: "FR".into(),
            },
            note: Some("leave it with the neighbour, please".into()),
            description: None,
        }
    }

    /// Like [`small`](Self::small), with additional text up to 1.1 KB of JSON.
    pub(crate) fn large(number: u32) -> Self {
        let quoted = "Two boxes, each with \"fragile\" on every side; ";
        let plain = "the second one comes without its lid this time; ";
        let description = format!("{quoted}{}", plain.repeat(7));
        Order { description: Some(description), ..Order::small(number) }
    }

    /// Like [`small`](Self::small), with 2.6 KB of text of which every line has escapes and characters that are not ASCII.
    pub(crate) fn escaped(number: u32) -> Self {
        let line = "Er sagte: \"Zwei Kisten\"\n\tnach C:\\Lager\\Süd — 東京の倉庫へ, bitte.\r\n";
        Order { description: Some(line.repeat(34)), ..Order::small(number) }
    }
}
