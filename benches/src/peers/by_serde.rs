//! Conversions between the SDK's map and the struct with `serde_dynamo`.

use super::{Item, by_hand};
use crate::order::Order;

pub(crate) fn read_all(items: Vec<Item>) -> Vec<Order> {
    serde_dynamo::from_items(items).expect("the items are orders")
}

pub(crate) fn read(item: Item) -> Order {
    serde_dynamo::from_item(item).expect("the item is an order")
}

pub(crate) fn write(order: &Order) -> Item {
    let mut item: Item = serde_dynamo::to_item(order).expect("an order can be stored");
    item.extend(by_hand::keys(order));
    item
}
