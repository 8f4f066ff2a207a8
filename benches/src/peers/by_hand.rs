//! Hand-written conversions between the SDK's map and the struct, which move values instead of cloning them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Item;
use crate::order::{self, Address, Order};

/// An update with five clauses, with the names and values that [`update_names`] and [`update_values`] list.
pub(crate) const UPDATE: &str = "SET #s = :s, #a = :a, #p = :p ADD #q :q REMOVE #n";

pub(crate) fn update_names() -> HashMap<String, String> {
    let names = [("#s", "status"), ("#a", "amount"), ("#p", "paid"), ("#q", "quantity"), ("#n", "note"), ("#k", "pk")];
    HashMap::from(names.map(|(placeholder, name)| (placeholder.to_owned(), name.to_owned())))
}

pub(crate) fn update_values() -> Item {
    HashMap::from([
        (":s".to_owned(), AttributeValue::S("SHIPPED".to_owned())),
        (":a".to_owned(), AttributeValue::N(12.5.to_string())),
        (":p".to_owned(), AttributeValue::Bool(true)),
        (":q".to_owned(), AttributeValue::N(1.to_string())),
    ])
}

/// The primary key in the SDK's types.
pub(crate) fn key(customer: &str, number: u32) -> Item {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(order::hash(customer))),
        ("sk".to_owned(), AttributeValue::S(order::range(number))),
    ])
}

/// The attributes that the struct does not have: the primary key and the entity.
pub(crate) fn keys(order: &Order) -> Item {
    let mut keys = key(&order.customer, order.number);
    let (name, entity) = order::ENTITY;
    keys.insert(name.to_owned(), AttributeValue::S(entity.to_owned()));
    keys
}

pub(crate) fn read(mut item: Item) -> Option<Order> {
    Some(Order {
        customer: text(&mut item, "customer")?,
        number: item.get("number")?.as_n().ok()?.parse().ok()?,
        reference: text(&mut item, "reference")?,
        status: text(&mut item, "status")?,
        amount: item.get("amount")?.as_n().ok()?.parse().ok()?,
        quantity: item.get("quantity")?.as_n().ok()?.parse().ok()?,
        version: item.get("version")?.as_n().ok()?.parse().ok()?,
        created_at: item.get("created_at")?.as_n().ok()?.parse().ok()?,
        paid: *item.get("paid")?.as_bool().ok()?,
        tags: match item.remove("tags")? {
            AttributeValue::L(tags) => tags.into_iter().map(string).collect::<Option<_>>()?,
            _ => return None,
        },
        address: match item.remove("address")? {
            AttributeValue::M(mut map) => Address {
                street: text(&mut map, "street")?,
                city: text(&mut map, "city")?,
                zip: text(&mut map, "zip")?,
                country: text(&mut map, "country")?,
            },
            _ => return None,
        },
        note: text(&mut item, "note"),
        description: text(&mut item, "description"),
    })
}

pub(crate) fn write(order: &Order) -> Item {
    let address = &order.address;
    let mut item = HashMap::with_capacity(16);
    item.insert("pk".to_owned(), AttributeValue::S(order::hash(&order.customer)));
    item.insert("sk".to_owned(), AttributeValue::S(order::range(order.number)));
    item.insert(order::ENTITY.0.to_owned(), AttributeValue::S(order::ENTITY.1.to_owned()));
    item.insert("customer".to_owned(), AttributeValue::S(order.customer.clone()));
    item.insert("number".to_owned(), AttributeValue::N(order.number.to_string()));
    item.insert("reference".to_owned(), AttributeValue::S(order.reference.clone()));
    item.insert("status".to_owned(), AttributeValue::S(order.status.clone()));
    item.insert("amount".to_owned(), AttributeValue::N(order.amount.to_string()));
    item.insert("quantity".to_owned(), AttributeValue::N(order.quantity.to_string()));
    item.insert("version".to_owned(), AttributeValue::N(order.version.to_string()));
    item.insert("created_at".to_owned(), AttributeValue::N(order.created_at.to_string()));
    item.insert("paid".to_owned(), AttributeValue::Bool(order.paid));
    let tags = order.tags.iter().map(|tag| AttributeValue::S(tag.clone())).collect();
    item.insert("tags".to_owned(), AttributeValue::L(tags));
    let address =
        [("street", &address.street), ("city", &address.city), ("zip", &address.zip), ("country", &address.country)];
    let address = address.map(|(name, value)| (name.to_owned(), AttributeValue::S(value.clone())));
    item.insert("address".to_owned(), AttributeValue::M(HashMap::from(address)));
    if let Some(note) = &order.note {
        item.insert("note".to_owned(), AttributeValue::S(note.clone()));
    }
    if let Some(description) = &order.description {
        item.insert("description".to_owned(), AttributeValue::S(description.clone()));
    }
    item
}

fn text(item: &mut Item, name: &str) -> Option<String> {
    item.remove(name).and_then(string)
}

fn string(value: AttributeValue) -> Option<String> {
    match value {
        AttributeValue::S(text) => Some(text),
        _ => None,
    }
}
