//! A table that several models share; the tests of many features use it.

use singlet::{Attribute, Model, TTLAttribute, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub(crate) struct Shop;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Attribute)]
pub(crate) struct CustomerId(pub(crate) String);

#[derive(Debug, Clone, PartialEq, Attribute)]
pub(crate) struct Address {
    pub(crate) street: String,
    pub(crate) city: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
#[model(index(gsi1, hash_key = "EMAIL#{email}", range_key = "CUSTOMER"))]
pub(crate) struct Customer {
    pub(crate) id: CustomerId,
    pub(crate) email: Option<String>,
    #[model(default)]
    pub(crate) points: u64,
    pub(crate) nick: Option<String>,
    pub(crate) address: Address,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:06}")]
pub(crate) struct Order {
    pub(crate) customer: CustomerId,
    pub(crate) id: u32,
    pub(crate) cents: u64,
}

/// Its range keys begin as those of [`Order`] do.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{customer}", range_key = "ORDER#ITEM#{order:06}#{line}")]
pub(crate) struct OrderLine {
    pub(crate) customer: CustomerId,
    pub(crate) order: u32,
    pub(crate) line: u8,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "SESSION#{token}", range_key = "SESSION")]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) expires_at: Option<TTLAttribute>,
}

pub(crate) fn customer(id: &str) -> Customer {
    Customer {
        id: CustomerId(id.to_owned()),
        email: Some(format!("{id}@example.com")),
        points: 7,
        nick: None,
        address: Address { street: "Rue 1".into(), city: "Paris".into() },
    }
}

pub(crate) fn order(customer: &str, id: u32) -> Order {
    Order { customer: CustomerId(customer.to_owned()), id, cents: 1_990 }
}

pub(crate) fn session(token: &str, expires_at: impl Into<Option<TTLAttribute>>) -> Session {
    Session { token: token.to_owned(), expires_at: expires_at.into() }
}
