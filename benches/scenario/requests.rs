//! The request scenarios: they send whole requests of the SDK to a transport that responds immediately.

use std::collections::HashMap;
use std::rc::Rc;

use aws_sdk_dynamodb::Client as Sdk;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use singlet::{Client, Model};
use tokio::runtime::{Builder, Runtime};

use super::canned::Canned;
use super::order::{Order, TABLE};
use super::{BY_HAND, BY_SDK, MAP, SERDE, SINGLET, Scenario};
use super::{by_hand, by_serde, json};

type Item = HashMap<String, AttributeValue>;

fn runtime() -> Rc<Runtime> {
    Rc::new(Builder::new_current_thread().enable_all().build().expect("a runtime"))
}

pub(crate) fn small_page() -> Scenario {
    page(&(0..100).map(Order::small).collect::<Vec<_>>())
}

pub(crate) fn large_page() -> Scenario {
    page(&(0..1_000).map(Order::large).collect::<Vec<_>>())
}

fn page(orders: &Vec<Order>) -> Scenario {
    let (sdk, runtime) = (Canned::client(json::page(orders)), runtime());
    let hash = orders[0].pk.clone();
    let query = {
        let (sdk, hash, runtime) = (sdk.clone(), hash.clone(), Rc::clone(&runtime));
        move || runtime.block_on(query(&sdk, &hash))
    };
    let (hand, serde) = (query.clone(), query.clone());
    let client = Client::from_sdk(sdk);
    let singlet = |client: &Client| {
        let (client, hash, runtime) = (client.clone(), hash.clone(), Rc::clone(&runtime));
        let query = async move || Order::query(&hash).client(&client).await;
        move || runtime.block_on(query()).expect("the items are orders")
    };
    Scenario::of(orders.len())
        .side(MAP, query)
        .checked(BY_HAND, orders, move || hand().into_iter().filter_map(by_hand::read).collect())
        .checked(SERDE, orders, move || by_serde::read_all(serde()))
        .checked(SINGLET, orders, singlet(&client))
        .checked(BY_SDK, orders, singlet(&client.clone().with_direct_requests(false)))
}

async fn query(sdk: &Sdk, hash: &str) -> Vec<Item> {
    let query = sdk.query().table_name(TABLE).key_condition_expression("#h = :h");
    let query = query.expression_attribute_names("#h", "pk");
    let query = query.expression_attribute_values(":h", AttributeValue::S(hash.to_owned()));
    query.send().await.expect("a page").items.unwrap_or_default()
}

pub(crate) fn get() -> Scenario {
    let order = Order::large(7);
    let (sdk, runtime) = (Canned::client(json::get(&order)), runtime());
    let (hash, range) = (order.pk.clone(), order.sk.clone());
    let get = {
        let (sdk, runtime) = (sdk.clone(), Rc::clone(&runtime));
        let key = [("pk", &hash), ("sk", &range)].map(|(name, value)| (name.to_owned(), value.clone()));
        move || {
            let key = key.clone().map(|(name, value)| (name, AttributeValue::S(value)));
            let get = sdk.get_item().table_name(TABLE).set_key(Some(HashMap::from(key)));
            runtime.block_on(get.send()).expect("an item").item
        }
    };
    let (hand, serde) = (get.clone(), get.clone());
    let (client, order) = (Client::from_sdk(sdk), Some(order));
    let singlet = |client: &Client| {
        let (client, hash, range, runtime) = (client.clone(), hash.clone(), range.clone(), Rc::clone(&runtime));
        let get = async move || Order::get((&hash, &range)).client(&client).await;
        move || runtime.block_on(get()).expect("the item is an order")
    };
    Scenario::of(1)
        .side(MAP, get)
        .checked(BY_HAND, &order, move || by_hand::read(hand()?))
        .checked(SERDE, &order, move || serde().map(by_serde::read))
        .checked(SINGLET, &order, singlet(&client))
        .checked(BY_SDK, &order, singlet(&client.clone().with_direct_requests(false)))
}

pub(crate) fn put() -> Scenario {
    let order = Order::large(7);
    let sent = Sent::new("{}", json::items(std::slice::from_ref(&order)), json::put_items);
    let (map, hand, serde, mut singlet) = (by_hand::write(&order), order.clone(), order.clone(), order);
    let mut by_sdk = singlet.clone();
    let put = |client: &Client, item| client.sdk().put_item().table_name(TABLE).set_item(Some(item)).send();
    Scenario::of(1)
        .sent(MAP, &sent, async move |client| _ = put(client, map.clone()).await.expect(STORED))
        .sent(BY_HAND, &sent, async move |client| _ = put(client, by_hand::write(&hand)).await.expect(STORED))
        .sent(SERDE, &sent, async move |client| _ = put(client, by_serde::write(&serde)).await.expect(STORED))
        .sent(SINGLET, &sent, async move |client| singlet.save().client(client).await.expect(STORED))
        .sent(BY_SDK, &sent, async move |client| {
            let client = client.clone().with_direct_requests(false);
            by_sdk.save().client(&client).await.expect(STORED);
        })
}

pub(crate) fn batch() -> Scenario {
    let orders: Vec<Order> = (0..25).map(Order::small).collect();
    let sent = Sent::new(r#"{"UnprocessedItems":{}}"#, json::items(&orders), json::batch_items);
    let maps: Vec<_> = orders.iter().map(by_hand::write).collect();
    let (hand, serde, singlet) = (orders.clone(), orders.clone(), orders);
    let put = |client: &Client, requests| client.sdk().batch_write_item().request_items(TABLE, requests).send();
    Scenario::of(25)
        .sent(MAP, &sent, async move |client| {
            put(client, json::write_requests(maps.iter().cloned())).await.expect(STORED);
        })
        .sent(BY_HAND, &sent, async move |client| {
            put(client, json::write_requests(hand.iter().map(by_hand::write))).await.expect(STORED);
        })
        .sent(SERDE, &sent, async move |client| {
            put(client, json::write_requests(serde.iter().map(by_serde::write))).await.expect(STORED);
        })
        .sent(SINGLET, &sent, async move |client| {
            singlet::batch_write().put_all(&singlet).client(client).await.expect(STORED);
        })
}

const STORED: &str = "the service stores it";

/// The body that every side must send, and the response to it.
struct Sent {
    answer: &'static str,
    items: Vec<Value>,
    items_of: fn(&[u8]) -> Vec<Value>,
    runtime: Rc<Runtime>,
}

impl Sent {
    fn new(answer: &'static str, items: Vec<Value>, items_of: fn(&[u8]) -> Vec<Value>) -> Self {
        Sent { answer, items, items_of, runtime: runtime() }
    }
}

impl Scenario {
    fn sent(self, name: &'static str, sent: &Sent, mut run: impl AsyncFnMut(&Client) + 'static) -> Self {
        let (sdk, recorded) = Canned::recording(sent.answer);
        sent.runtime.block_on(run(&Client::from_sdk(sdk)));
        assert_eq!((sent.items_of)(&recorded.body()), sent.items, "{name}");
        let (client, runtime) = (Client::from_sdk(Canned::client(sent.answer)), Rc::clone(&sent.runtime));
        self.side(name, move || runtime.block_on(run(&client)))
    }
}
