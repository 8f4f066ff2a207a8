//! The codec scenarios: they convert bytes to structs and back, without a request.

use serde_json::Value;
use singlet::{Model, offline};

use crate::blob::Blob;
use crate::order::Order;
use crate::peers::{Item, by_dynamodel, by_hand, by_serde};
use crate::{BY_HAND, CLONE, DYNAMODEL, MAP, SERDE, SINGLET, Scenario};
use crate::{canned, json, sdk_codec};

pub(crate) fn small_page() -> Scenario {
    orders((0..100).map(Order::small).collect())
}

pub(crate) fn large_page() -> Scenario {
    orders((0..1_000).map(Order::large).collect())
}

pub(crate) fn escaped_page() -> Scenario {
    orders((0..100).map(Order::escaped).collect())
}

pub(crate) fn binary_page() -> Scenario {
    blobs((0..100).map(Blob::binary).collect())
}

pub(crate) fn set_page() -> Scenario {
    blobs((0..100).map(Blob::labelled).collect())
}

fn orders(orders: Vec<Order>) -> Scenario {
    let body = bytes::Bytes::from(json::page(orders.iter().map(by_hand::write).collect()));
    let page = || page(body.clone());
    let (serde, dynamodel) = (page(), page());
    read(&orders, body.clone(), by_hand::read)
        .checked(SERDE, &orders, move || by_serde::read_all(serde()))
        .checked(DYNAMODEL, &orders, move || dynamodel().into_iter().map(by_dynamodel::read).collect())
        .side(CLONE, move || orders.clone())
}

fn blobs(blobs: Vec<Blob>) -> Scenario {
    let body = bytes::Bytes::from(json::page(blobs.iter().map(Blob::write).collect()));
    read(&blobs, body, Blob::read).side(CLONE, move || blobs.clone())
}

/// Returns what deserializes the page in `body` into the SDK's maps.
fn page(body: bytes::Bytes) -> impl Fn() -> Vec<Item> {
    let response = canned::response(body);
    move || sdk_codec::query(&response).items.unwrap_or_default()
}

/// The sides that read every model.
fn read<M: Model + PartialEq + std::fmt::Debug + 'static>(
    models: &Vec<M>,
    body: bytes::Bytes,
    by_hand: fn(Item) -> Option<M>,
) -> Scenario {
    let (map, hand, singlet) = (page(body.clone()), page(body.clone()), canned::response(body));
    Scenario::of(models.len())
        .side(MAP, map)
        .checked(BY_HAND, models, move || hand().into_iter().filter_map(by_hand).collect())
        .checked(SINGLET, models, move || offline::decode_page(&singlet).expect("the items are of the model"))
}

pub(crate) fn batch() -> Scenario {
    write_orders((0..25).map(Order::small).collect())
}

pub(crate) fn escaped_batch() -> Scenario {
    write_orders((0..25).map(Order::escaped).collect())
}

pub(crate) fn binary_batch() -> Scenario {
    write((0..25).map(Blob::binary).collect(), Blob::write)
}

fn write_orders(orders: Vec<Order>) -> Scenario {
    let expected = json::values(orders.iter().map(by_hand::write).collect());
    let (serde, dynamodel) = (orders.clone(), orders.clone());
    write(orders, by_hand::write)
        .encoded(SERDE, &expected, move || sdk_codec::batch(json::batch(serde.iter().map(by_serde::write))))
        .encoded(DYNAMODEL, &expected, move || sdk_codec::batch(json::batch(dynamodel.iter().map(by_dynamodel::write))))
}

/// The sides that write every model.
fn write<M: Model + Clone + 'static>(models: Vec<M>, by_hand: fn(&M) -> Item) -> Scenario {
    let maps: Vec<_> = models.iter().map(by_hand).collect();
    let expected = json::values(maps.clone());
    let hand = models.clone();
    Scenario::of(models.len())
        .encoded(MAP, &expected, move || sdk_codec::batch(json::batch(maps.iter().cloned())))
        .encoded(BY_HAND, &expected, move || sdk_codec::batch(json::batch(hand.iter().map(by_hand))))
        .encoded(SINGLET, &expected, move || offline::encode_batch(&models).expect("the models can be stored"))
}

impl Scenario {
    fn encoded<B: AsRef<[u8]>>(
        self,
        name: &'static str,
        expected: &[Value],
        mut run: impl FnMut() -> B + 'static,
    ) -> Self {
        assert_eq!(json::batch_items(run().as_ref()), expected, "{name}");
        self.side(name, run)
    }
}
