//! Conversions between the SDK's map and the struct with `dynamodel`.

use super::Item;
use crate::order::Order;

pub(crate) fn read(item: Item) -> Order {
    item.try_into().expect("the item is an order")
}

/// `dynamodel` consumes the struct, so a program that keeps it has to clone it.
pub(crate) fn write(order: &Order) -> Item {
    order.clone().into()
}
