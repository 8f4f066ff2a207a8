//! The request scenarios: they send whole requests of the SDK to a transport that responds immediately, and some of them also
//! to a server on the loopback interface.

use std::collections::HashMap;
use std::fmt::Debug;
use std::rc::Rc;

use aws_sdk_dynamodb::Client as Sdk;
use aws_sdk_dynamodb::types::{
    AttributeValue, Get, KeysAndAttributes, Put, ReturnValue, TransactGetItem, TransactWriteItem,
};
use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::Value;
use singlet::{Client, Model as _};
use tokio::runtime::{Builder, Runtime};

use crate::canned::Canned;
use crate::json;
use crate::loopback::{self, Protocol};
use crate::order::{Order, TABLE};
use crate::peers::by_modyne::Shop;
use crate::peers::{Item, by_facade, by_hand, by_serde};
use crate::{BY_HAND, BY_SDK, FACADE, HTTP_CLIENT, MAP, MODYNE, SERDE, SINGLET, Scenario};

/// The key of every single item.
const KEY: (&str, u32) = ("c-20931", 7);
const STORED: &str = "the service stores it";
const IS_ORDER: &str = "the items are orders";

/// Finds the items or keys in the body of a request.
type Find = fn(&[u8]) -> Vec<Value>;

/// A service that always gives one answer, and what it is sent.
struct Service<'a> {
    items: usize,
    answer: String,
    /// The items or keys that each request must have, and how to find them.
    sent: Option<(&'a [Value], Find)>,
    /// How the measured requests reach it. `None` is a transport that responds immediately.
    network: Option<Protocol>,
    runtime: Rc<Runtime>,
}

impl<'a> Service<'a> {
    fn new(items: usize, answer: impl Into<String>) -> Self {
        let runtime = Rc::new(Builder::new_current_thread().enable_all().build().expect("a runtime"));
        Service { items, answer: answer.into(), sent: None, network: None, runtime }
    }

    fn expecting(self, expected: &'a [Value], find: Find) -> Self {
        Service { sent: Some((expected, find)), ..self }
    }

    fn over(self, network: Option<Protocol>) -> Self {
        Service { network, ..self }
    }

    /// Returns a client whose requests are not recorded.
    fn client(&self) -> Sdk {
        match self.network {
            None => Canned::client(self.answer.clone()),
            Some(protocol) => loopback::Service::start(protocol, &self.answer).sdk(),
        }
    }

    fn scenario(&self) -> Scenario {
        Scenario::of(self.items)
    }
}

impl Scenario {
    /// Adds a side whose every value must be `expected`.
    fn asking<T: PartialEq + Debug>(
        self,
        name: &'static str,
        service: &Service<'_>,
        expected: &T,
        run: impl AsyncFnMut(&Client) -> T + 'static,
    ) -> Self {
        self.through(name, Client::from_sdk, service, expected, run)
    }

    /// Adds the sides of singlet: with direct requests, and with requests that the SDK sends.
    fn by_singlet<T: PartialEq + Debug>(
        self,
        service: &Service<'_>,
        expected: &T,
        run: impl AsyncFnMut(&Client) -> T + Clone + 'static,
    ) -> Self {
        let by_sdk = |sdk| Client::from_sdk(sdk).with_direct_requests(false);
        self.http_client_alone(service, run.clone())
            .asking(SINGLET, service, expected, run.clone())
            .through(BY_SDK, by_sdk, service, expected, run)
    }

    /// Adds the lower bound of requests that use the SDK's HTTP client, if the requests use a network: a request that is ready is
    /// sent, and the bytes of the response are received.
    fn http_client_alone<T>(self, service: &Service<'_>, mut run: impl AsyncFnMut(&Client) -> T + 'static) -> Self {
        let Some(protocol) = service.network else { return self };
        let (sdk, recorded) = Canned::recording(service.answer.clone());
        service.runtime.block_on(run(&Client::from_sdk(sdk)));
        let (connector, request) = loopback::Service::start(protocol, &service.answer).connector(recorded.request());
        let (runtime, answer) = (Rc::clone(&service.runtime), service.answer.clone());
        self.side(HTTP_CLIENT, move || {
            let request = request.try_clone().expect("its body is in memory");
            let body = runtime.block_on(async {
                let response = connector.call(request).await.expect(STORED);
                ByteStream::new(response.into_body()).collect().await.expect(STORED).into_bytes()
            });
            assert_eq!(body.len(), answer.len());
        })
    }

    fn through<T: PartialEq + Debug>(
        self,
        name: &'static str,
        client: fn(Sdk) -> Client,
        service: &Service<'_>,
        expected: &T,
        mut run: impl AsyncFnMut(&Client) -> T + 'static,
    ) -> Self {
        let (sdk, recorded) = Canned::recording(service.answer.clone());
        assert_eq!(&service.runtime.block_on(run(&client(sdk))), expected, "{name}");
        if let Some((items, find)) = service.sent {
            assert_eq!(find(&recorded.body()), items, "{name}");
        }
        let client = client(service.client());
        assert_eq!(&service.runtime.block_on(run(&client)), expected, "{name}");
        let runtime = Rc::clone(&service.runtime);
        self.side(name, move || runtime.block_on(run(&client)))
    }
}

fn orders(count: u32) -> Vec<Order> {
    (0..count).map(Order::small).collect()
}

fn items(orders: &[Order]) -> Vec<Item> {
    orders.iter().map(by_hand::write).collect()
}

fn by_hand_all(items: Vec<Item>) -> Vec<Order> {
    items.into_iter().map(|item| by_hand::read(item).expect(IS_ORDER)).collect()
}

pub(crate) fn get(network: Option<Protocol>) -> Scenario {
    let order = Order::large(KEY.1);
    let service = Service::new(1, json::one("Item", by_hand::write(&order))).over(network);
    let expected = Some(order);
    service
        .scenario()
        .asking(MAP, &service, &true, async |client| get_item(client.sdk()).await.is_some())
        .asking(BY_HAND, &service, &expected, async |client| by_hand::read(get_item(client.sdk()).await?))
        .asking(SERDE, &service, &expected, async |client| get_item(client.sdk()).await.map(by_serde::read))
        .asking(MODYNE, &service, &expected, async |client| Shop(client.sdk().clone()).get(KEY).await)
        .asking(FACADE, &service, &expected, async |client| by_facade::get(client.sdk(), KEY).await)
        .by_singlet(&service, &expected, async |client| Order::get(KEY).client(client).await.expect(IS_ORDER))
}

async fn get_item(sdk: &Sdk) -> Option<Item> {
    let get = sdk.get_item().table_name(TABLE).set_key(Some(by_hand::key(KEY.0, KEY.1)));
    get.send().await.expect("an item").item
}

pub(crate) fn put(network: Option<Protocol>) -> Scenario {
    let order = Order::large(KEY.1);
    let map = by_hand::write(&order);
    let sent = json::values(vec![map.clone()]);
    let service = Service::new(1, "{}").expecting(&sent, json::put_items).over(network);
    let put = |client: &Client, item| client.sdk().put_item().table_name(TABLE).set_item(Some(item)).send();
    let [hand, serde, modyne, facade, mut singlet] = [0; 5].map(|_| order.clone());
    service
        .scenario()
        .asking(MAP, &service, &(), async move |client| _ = put(client, map.clone()).await.expect(STORED))
        .asking(BY_HAND, &service, &(), async move |client| _ = put(client, by_hand::write(&hand)).await.expect(STORED))
        .asking(SERDE, &service, &(), async move |client| _ = put(client, by_serde::write(&serde)).await.expect(STORED))
        .asking(MODYNE, &service, &(), async move |client| Shop(client.sdk().clone()).put(&modyne).await)
        .asking(FACADE, &service, &(), async move |client| by_facade::put(client.sdk(), &facade).await)
        .by_singlet(&service, &(), async move |client| singlet.save().client(client).await.expect(STORED))
}

pub(crate) fn delete(network: Option<Protocol>) -> Scenario {
    let sent = json::values(vec![by_hand::key(KEY.0, KEY.1)]);
    let service = Service::new(1, "{}").expecting(&sent, json::keys).over(network);
    service
        .scenario()
        .asking(BY_HAND, &service, &(), async |client| {
            let delete = client.sdk().delete_item().table_name(TABLE).set_key(Some(by_hand::key(KEY.0, KEY.1)));
            delete.send().await.expect(STORED);
        })
        .by_singlet(&service, &(), async |client| {
            Order::delete_by_key(KEY).client(client).await.expect(STORED);
        })
}

pub(crate) fn update() -> Scenario {
    let order = Order::large(KEY.1);
    let sent = json::values(vec![by_hand::key(KEY.0, KEY.1)]);
    let service = Service::new(1, json::one("Attributes", by_hand::write(&order))).expecting(&sent, json::keys);
    service
        .scenario()
        .asking(BY_HAND, &service, &order, async |client| {
            by_hand::read(update_item(client.sdk()).await).expect(IS_ORDER)
        })
        .asking(SERDE, &service, &order, async |client| by_serde::read(update_item(client.sdk()).await))
        .asking(MODYNE, &service, &order, async |client| Shop(client.sdk().clone()).update(KEY).await)
        .asking(FACADE, &service, &order, async |client| by_facade::update(client.sdk(), KEY).await)
        .by_singlet(&service, &order, async |client| {
            let update = Order::update(KEY).set(|order| order.status, "SHIPPED").set(|order| order.amount, 12.5);
            let update = update.set(|order| order.paid, true).add(|order| order.quantity, 1).remove(|order| order.note);
            update.client(client).await.expect(IS_ORDER)
        })
}

async fn update_item(sdk: &Sdk) -> Item {
    let update = sdk.update_item().table_name(TABLE).set_key(Some(by_hand::key(KEY.0, KEY.1)));
    let update = update.update_expression(by_hand::UPDATE).condition_expression("attribute_exists(#k)");
    let update = update.set_expression_attribute_names(Some(by_hand::update_names()));
    let update = update.set_expression_attribute_values(Some(by_hand::update_values()));
    let output = update.return_values(ReturnValue::AllNew).send().await.expect("the updated item");
    output.attributes.unwrap_or_default()
}

pub(crate) fn query_of_one(network: Option<Protocol>) -> Scenario {
    page(&orders(1), network)
}

pub(crate) fn small_page() -> Scenario {
    page(&orders(100), None)
}

pub(crate) fn large_page() -> Scenario {
    page(&(0..1_000).map(Order::large).collect(), None)
}

fn page(orders: &Vec<Order>, network: Option<Protocol>) -> Scenario {
    let service = Service::new(orders.len(), json::page(items(orders))).over(network);
    let count = orders.len();
    service
        .scenario()
        .asking(MAP, &service, &count, async |client| query(client.sdk()).await.len())
        .asking(BY_HAND, &service, orders, async |client| by_hand_all(query(client.sdk()).await))
        .asking(SERDE, &service, orders, async |client| by_serde::read_all(query(client.sdk()).await))
        .asking(MODYNE, &service, orders, async |client| Shop(client.sdk().clone()).query(KEY.0).await)
        .asking(FACADE, &service, orders, async |client| by_facade::query(client.sdk(), KEY.0).await)
        .by_singlet(&service, orders, async |client| Order::query(KEY.0).client(client).await.expect(IS_ORDER))
}

async fn query(sdk: &Sdk) -> Vec<Item> {
    let query = sdk.query().table_name(TABLE).key_condition_expression("#h = :h");
    let query = query.expression_attribute_names("#h", "pk");
    let query = query.expression_attribute_values(":h", AttributeValue::S(crate::order::hash(KEY.0)));
    query.send().await.expect("a page").items.unwrap_or_default()
}

/// Builds the expressions of a query.
pub(crate) fn filtered_query() -> Scenario {
    let orders = orders(1);
    let service = Service::new(1, json::page(items(&orders)));
    service
        .scenario()
        .asking(BY_HAND, &service, &orders, async |client| {
            let query = client.sdk().query().table_name(TABLE);
            let query = query.key_condition_expression("#h = :h AND begins_with(#r, :r)");
            let query = query.filter_expression("#s = :s AND #a >= :a AND #p = :p");
            let names = [("#h", "pk"), ("#r", "sk"), ("#s", "status"), ("#a", "amount"), ("#p", "paid")];
            let names = names.map(|(placeholder, name)| (placeholder.to_owned(), name.to_owned()));
            let values = [
                (":h", AttributeValue::S(crate::order::hash(KEY.0))),
                (":r", AttributeValue::S("ORDER#".to_owned())),
                (":s", AttributeValue::S("SHIPPED".to_owned())),
                (":a", AttributeValue::N(5.5.to_string())),
                (":p", AttributeValue::Bool(true)),
            ];
            let values = values.map(|(placeholder, value)| (placeholder.to_owned(), value));
            let query = query.set_expression_attribute_names(Some(HashMap::from(names)));
            let query = query.set_expression_attribute_values(Some(HashMap::from(values)));
            by_hand_all(query.send().await.expect("a page").items.unwrap_or_default())
        })
        .by_singlet(&service, &orders, async |client| {
            let query = Order::query(KEY.0)
                .filter(|order| order.status.eq("SHIPPED") & order.amount.ge(5.5) & order.paid.eq(true));
            query.client(client).await.expect(IS_ORDER)
        })
}

/// Reads a page from a cursor and returns the next cursor, as a service does for each page that its user sees.
pub(crate) fn page_with_cursors() -> Scenario {
    let orders = orders(25);
    let answer = |last: u32| {
        let mut page: Value = serde_json::from_str(&json::page(items(&orders))).expect("JSON");
        page["LastEvaluatedKey"] = json::values(vec![by_hand::key(KEY.0, last)]).remove(0);
        page.to_string()
    };
    let page = async |client: &Client, cursor: Option<&str>| {
        Order::query(KEY.0).limit(25).cursor(cursor.map(str::to_owned)).client(client).page().await.expect(IS_ORDER)
    };
    let service = Service::new(25, answer(49));
    // Of the page before, whose last item was another one.
    let before = Client::from_sdk(Canned::client(answer(24)));
    let cursor = service.runtime.block_on(page(&before, None)).cursor.expect("another page follows").to_string();
    let by_hand_cursor = json::cursor_of_key(&by_hand::key(KEY.0, 24));
    service
        .scenario()
        .asking(BY_HAND, &service, &orders, async move |client| {
            let start = json::key_of_cursor(&by_hand_cursor);
            let query = client.sdk().query().table_name(TABLE).key_condition_expression("#h = :h").limit(25);
            let query = query.expression_attribute_names("#h", "pk").set_exclusive_start_key(Some(start));
            let query = query.expression_attribute_values(":h", AttributeValue::S(crate::order::hash(KEY.0)));
            let output = query.send().await.expect("a page");
            let next = output.last_evaluated_key.map(|key| json::cursor_of_key(&key));
            assert!(next.is_some());
            by_hand_all(output.items.unwrap_or_default())
        })
        .by_singlet(&service, &orders, async move |client| {
            let page = page(client, Some(&cursor)).await;
            assert!(page.cursor.is_some());
            page.items
        })
}

pub(crate) fn scan() -> Scenario {
    let orders = orders(100);
    let service = Service::new(orders.len(), json::page(items(&orders)));
    let scan = async |client: &Client| {
        let scan = client.sdk().scan().table_name(TABLE).filter_expression("#t = :t");
        let scan = scan.expression_attribute_names("#t", crate::order::ENTITY.0);
        let entity = AttributeValue::S(crate::order::ENTITY.1.to_owned());
        scan.expression_attribute_values(":t", entity).send().await.expect("a page").items.unwrap_or_default()
    };
    service
        .scenario()
        .asking(BY_HAND, &service, &orders, async move |client| by_hand_all(scan(client).await))
        .asking(SERDE, &service, &orders, async move |client| by_serde::read_all(scan(client).await))
        .by_singlet(&service, &orders, async |client| Order::scan().client(client).await.expect(IS_ORDER))
}

pub(crate) fn batch_get() -> Scenario {
    let orders = orders(100);
    let service = Service::new(orders.len(), json::responses(items(&orders)));
    let get = async |client: &Client| {
        let keys = (0..100).map(|number| by_hand::key(KEY.0, number)).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).build().expect("the keys");
        let get = client.sdk().batch_get_item().request_items(TABLE, keys);
        let responses = get.send().await.expect("the items").responses.unwrap_or_default();
        responses.into_values().next().unwrap_or_default()
    };
    // A response is in no order, so the items have to be brought into that of the keys.
    let in_order = |mut orders: Vec<Order>| {
        let mut by_number: HashMap<u32, Order> = orders.drain(..).map(|order| (order.number, order)).collect();
        (0..100).filter_map(|number| by_number.remove(&number)).collect::<Vec<_>>()
    };
    service
        .scenario()
        .asking(BY_HAND, &service, &orders, async move |client| in_order(by_hand_all(get(client).await)))
        .asking(SERDE, &service, &orders, async move |client| in_order(by_serde::read_all(get(client).await)))
        .by_singlet(&service, &orders, async |client| {
            let get = Order::batch_get((0..100).map(|number| (KEY.0, number))).client(client);
            get.await.expect(IS_ORDER).into_iter().flatten().collect()
        })
}

pub(crate) fn transact_get() -> Scenario {
    let orders = orders(25);
    let service = Service::new(orders.len(), json::snapshot(items(&orders)));
    let get = async |client: &Client| {
        let get = |number| Get::builder().table_name(TABLE).set_key(Some(by_hand::key(KEY.0, number))).build();
        let gets = (0..25).map(|number| get(number).expect("a get has its key"));
        let gets = gets.map(|get| TransactGetItem::builder().get(get).build()).collect();
        let get = client.sdk().transact_get_items().set_transact_items(Some(gets)).send();
        let responses = get.await.expect("the items").responses.unwrap_or_default();
        responses.into_iter().filter_map(|response| response.item).collect::<Vec<_>>()
    };
    service
        .scenario()
        .asking(BY_HAND, &service, &orders, async move |client| by_hand_all(get(client).await))
        .asking(SERDE, &service, &orders, async move |client| by_serde::read_all(get(client).await))
        .by_singlet(&service, &orders, async |client| {
            let gets: Vec<_> = (0..25).map(|number| Order::get((KEY.0, number))).collect();
            let get = singlet::transact_get(gets).client(client);
            get.await.expect(IS_ORDER).into_iter().flatten().collect()
        })
}

pub(crate) fn batch_write() -> Scenario {
    let orders = orders(25);
    let maps = items(&orders);
    let sent = json::values(maps.clone());
    let service = Service::new(25, r#"{"UnprocessedItems":{}}"#).expecting(&sent, json::batch_items);
    let put = |client: &Client, requests| client.sdk().batch_write_item().request_items(TABLE, requests).send();
    let [hand, serde, modyne, facade, singlet] = [0; 5].map(|_| orders.clone());
    service
        .scenario()
        .asking(MAP, &service, &(), async move |client| {
            put(client, json::write_requests(maps.iter().cloned())).await.expect(STORED);
        })
        .asking(BY_HAND, &service, &(), async move |client| {
            put(client, json::write_requests(hand.iter().map(by_hand::write))).await.expect(STORED);
        })
        .asking(SERDE, &service, &(), async move |client| {
            put(client, json::write_requests(serde.iter().map(by_serde::write))).await.expect(STORED);
        })
        .asking(MODYNE, &service, &(), async move |client| Shop(client.sdk().clone()).batch_write(&modyne).await)
        .asking(FACADE, &service, &(), async move |client| by_facade::batch_write(client.sdk(), &facade).await)
        .by_singlet(&service, &(), async move |client| {
            singlet::batch_write().put_all(&singlet).client(client).await.expect(STORED);
        })
}

pub(crate) fn transact_write() -> Scenario {
    let orders = orders(25);
    let sent = json::values(items(&orders));
    let service = Service::new(25, "{}").expecting(&sent, json::transaction_items);
    let [hand, serde, modyne, facade, mut singlet] = [0; 5].map(|_| orders.clone());
    service
        .scenario()
        .asking(BY_HAND, &service, &(), async move |client| {
            transact(client, hand.iter().map(by_hand::write)).await;
        })
        .asking(SERDE, &service, &(), async move |client| {
            transact(client, serde.iter().map(by_serde::write)).await;
        })
        .asking(MODYNE, &service, &(), async move |client| Shop(client.sdk().clone()).transact_write(&modyne).await)
        .asking(FACADE, &service, &(), async move |client| by_facade::transact_write(client.sdk(), &facade).await)
        .by_singlet(&service, &(), async move |client| {
            let saves = singlet.iter_mut().map(Order::save);
            singlet::transact_write().write_all(saves).client(client).await.expect(STORED);
        })
}

async fn transact(client: &Client, items: impl Iterator<Item = Item>) {
    let put = |item| Put::builder().table_name(TABLE).set_item(Some(item)).build().expect("a put has its item");
    let items = items.map(|item| TransactWriteItem::builder().put(put(item)).build()).collect();
    client.sdk().transact_write_items().set_transact_items(Some(items)).send().await.expect(STORED);
}
