//! singlet and code by hand as contenders in processes of their own.

use std::future::IntoFuture as _;

use aws_sdk_dynamodb::Client as Sdk;
use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Client, Model as _};
use tokio::runtime::{Builder, Runtime};

use super::contender::{self, CUSTOMER, NUMBER, converted};
use crate::canned::config;
use crate::order::{Order, TABLE, hash};
use crate::peers::by_hand;

const STORED: &str = "the service stores it";
const IS_ORDER: &str = "the items are orders";

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn sdk(endpoint: &str) -> Sdk {
    let http = aws_smithy_http_client::Builder::new().build_http();
    Sdk::from_conf(config().endpoint_url(endpoint).http_client(http).build())
}

pub(super) struct Singlet {
    client: Client,
    runtime: Runtime,
}

impl Singlet {
    pub(super) fn new(endpoint: &str) -> Self {
        Singlet { client: Client::from_sdk(sdk(endpoint)), runtime: runtime() }
    }
}

impl contender::Contender for Singlet {
    type Order = Order;

    fn own(order: contender::Order) -> Order {
        converted(order)
    }

    fn order(own: Order) -> contender::Order {
        converted(own)
    }

    fn put(&mut self, order: &Order) {
        self.runtime.block_on(order.put().client(&self.client).into_future()).expect(STORED);
    }

    fn get(&mut self) -> Order {
        let get = Order::get((CUSTOMER, NUMBER)).client(&self.client);
        self.runtime.block_on(get.into_future()).expect(IS_ORDER).expect(IS_ORDER)
    }

    fn query(&mut self) -> Vec<Order> {
        self.runtime.block_on(Order::query(CUSTOMER).client(&self.client).into_future()).expect(IS_ORDER)
    }
}

pub(super) struct ByHand {
    sdk: Sdk,
    runtime: Runtime,
}

impl ByHand {
    pub(super) fn new(endpoint: &str) -> Self {
        ByHand { sdk: sdk(endpoint), runtime: runtime() }
    }
}

impl contender::Contender for ByHand {
    type Order = Order;

    fn own(order: contender::Order) -> Order {
        converted(order)
    }

    fn order(own: Order) -> contender::Order {
        converted(own)
    }

    fn put(&mut self, order: &Order) {
        let put = self.sdk.put_item().table_name(TABLE).set_item(Some(by_hand::write(order)));
        self.runtime.block_on(put.send()).expect(STORED);
    }

    fn get(&mut self) -> Order {
        let get = self.sdk.get_item().table_name(TABLE).set_key(Some(by_hand::key(CUSTOMER, NUMBER)));
        let item = self.runtime.block_on(get.send()).expect(IS_ORDER).item.expect(IS_ORDER);
        by_hand::read(item).expect(IS_ORDER)
    }

    fn query(&mut self) -> Vec<Order> {
        let query = self.sdk.query().table_name(TABLE).key_condition_expression("#h = :h");
        let query = query.expression_attribute_names("#h", "pk");
        let query = query.expression_attribute_values(":h", AttributeValue::S(hash(CUSTOMER)));
        let items = self.runtime.block_on(query.send()).expect(IS_ORDER).items.unwrap_or_default();
        items.into_iter().map(|item| by_hand::read(item).expect(IS_ORDER)).collect()
    }
}
