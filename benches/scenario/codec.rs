//! The codec scenarios: they convert bytes to structs and back, without a request.

use serde_json::Value;
use singlet::offline;

use super::order::Order;
use super::{BY_HAND, CLONE, MAP, SERDE, SINGLET, Scenario};
use super::{by_hand, by_serde, canned, json, sdk_codec};

pub(crate) fn small_page() -> Scenario {
    page((0..100).map(Order::small).collect())
}

pub(crate) fn large_page() -> Scenario {
    page((0..1_000).map(Order::large).collect())
}

fn page(orders: Vec<Order>) -> Scenario {
    let body = bytes::Bytes::from(json::page(&orders));
    let response = || canned::response(body.clone());
    let (map, hand, serde, singlet) = (response(), response(), response(), response());
    let items = |response: &_| sdk_codec::query(response).items.unwrap_or_default();
    Scenario::of(orders.len())
        .side(MAP, move || items(&map))
        .checked(BY_HAND, &orders, move || items(&hand).into_iter().filter_map(by_hand::read).collect())
        .checked(SERDE, &orders, move || by_serde::read_all(items(&serde)))
        .checked(SINGLET, &orders, move || offline::decode_page(&singlet).expect("the items are orders"))
        .side(CLONE, move || orders.clone())
}

pub(crate) fn batch() -> Scenario {
    let orders: Vec<Order> = (0..25).map(Order::small).collect();
    let expected = json::items(&orders);
    let maps: Vec<_> = orders.iter().map(by_hand::write).collect();
    let (hand, serde, singlet) = (orders.clone(), orders.clone(), orders);
    Scenario::of(25)
        .encoded(MAP, &expected, move || sdk_codec::batch(json::batch(maps.iter().cloned())))
        .encoded(BY_HAND, &expected, move || sdk_codec::batch(json::batch(hand.iter().map(by_hand::write))))
        .encoded(SERDE, &expected, move || sdk_codec::batch(json::batch(serde.iter().map(by_serde::write))))
        .encoded(SINGLET, &expected, move || offline::encode_batch(&singlet).expect("an order can be stored"))
}

impl Scenario {
    fn encoded(self, name: &'static str, expected: &[Value], mut run: impl FnMut() -> Vec<u8> + 'static) -> Self {
        assert_eq!(json::batch_items(&run()), expected, "{name}");
        self.side(name, run)
    }
}
