//! The stored model: an order with twelve attributes, including a nested map and a list.

use serde::{Deserialize, Serialize};
use singlet::{Attribute, Model};

/// The table of the model. It does not exist; [`Canned`](super::canned::Canned) answers all requests.
pub(crate) const TABLE: &str = "shop";

/// `None` is absent on every side, because singlet writes it that way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Model)]
#[model(table = "shop")]
pub(crate) struct Order {
    #[model(hash_key)]
    pub(crate) pk: String,
    #[model(range_key)]
    pub(crate) sk: String,
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Attribute)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: String,
    pub(crate) zip: String,
    pub(crate) country: String,
}

impl Order {
    /// Twelve attributes, 700 bytes of JSON.
    pub(crate) fn small(number: u32) -> Self {
        Order {
            pk: "CUSTOMER#c-20931".into(),
            sk: format!("ORDER#2026-03-01T10:15:00Z#{number:08}"),
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

    /// Like [`small`](Self::small), with additional text up to 1 KB of JSON.
    pub(crate) fn large(number: u32) -> Self {
        let quoted = "Two boxes, each with \"fragile\" on every side; ";
        let plain = "the second one comes without its lid this time; ";
        let description = format!("{quoted}{}", plain.repeat(7));
        Order { description: Some(description), ..Order::small(number) }
    }
}
