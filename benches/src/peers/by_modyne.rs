//! The order as an entity of `modyne`.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use modyne::model::{BatchGet, BatchWrite, TransactWrite};
use modyne::{
    Aggregate as _, Entity, EntityExt as _, ProjectionExt as _, QueryInput, QueryInputExt as _, ScanInput,
    ScanInputExt as _, expr, keys,
};
use serde::Serialize;

use super::Item;
use crate::order::{self, Order, TABLE};

/// The table with its client.
pub(crate) struct Shop(pub(crate) Client);

#[derive(Debug, Serialize)]
pub(crate) struct Primary {
    pk: String,
    sk: String,
}

impl keys::PrimaryKey for Primary {
    const PRIMARY_KEY_DEFINITION: keys::PrimaryKeyDefinition =
        keys::PrimaryKeyDefinition { hash_key: "pk", range_key: Some("sk") };
}

impl keys::Key for Primary {
    const DEFINITION: keys::KeyDefinition =
        keys::KeyDefinition::Primary(<Self as keys::PrimaryKey>::PRIMARY_KEY_DEFINITION);
}

impl modyne::Table for Shop {
    const ENTITY_TYPE_ATTRIBUTE: &'static str = order::ENTITY.0;
    type PrimaryKey = Primary;
    type IndexKeys = ();

    fn table_name(&self) -> &str {
        TABLE
    }

    fn client(&self) -> &Client {
        &self.0
    }
}

impl Entity for Order {
    type KeyInput<'a> = (&'a str, u32);
    type Table = Shop;
    type IndexKeys = ();

    fn primary_key((customer, number): (&str, u32)) -> Primary {
        Primary { pk: order::hash(customer), sk: order::range(number) }
    }

    fn full_key(&self) -> keys::FullKey<Primary, ()> {
        keys::FullKey { primary: Self::primary_key((&self.customer, self.number)), indexes: () }
    }
}

struct OrdersOf<'a>(&'a str);

impl QueryInput for OrdersOf<'_> {
    type Index = Primary;
    type Aggregate = Vec<Order>;

    fn key_condition(&self) -> expr::KeyCondition<Primary> {
        expr::KeyCondition::in_partition(order::hash(self.0))
    }
}

struct All;

impl ScanInput for All {
    type Index = Primary;
}

impl Shop {
    pub(crate) async fn get(&self, key: (&str, u32)) -> Option<Order> {
        let output = Order::get(key).execute(self).await.expect("an item");
        output.item.map(|item| Order::from_item(item).expect("the item is an order"))
    }

    pub(crate) async fn query(&self, customer: &str) -> Vec<Order> {
        let output = OrdersOf(customer).query().execute(self).await.expect("a page");
        let mut orders = Vec::new();
        orders.reduce(output.items.unwrap_or_default()).expect("the items are orders");
        orders
    }

    /// Reads the orders of a page, and returns the key after which the next one starts.
    pub(crate) async fn page(&self, customer: &str, start: Option<Item>, orders: &mut Vec<Order>) -> Option<Item> {
        let query = OrdersOf(customer).query().set_exclusive_start_key(start);
        let output = query.execute(self).await.expect("a page");
        orders.reduce(output.items.unwrap_or_default()).expect("the items are orders");
        output.last_evaluated_key
    }

    pub(crate) async fn scan(&self) -> Vec<Order> {
        let (mut orders, mut start) = (Vec::new(), None);
        loop {
            let output = All.scan().set_exclusive_start_key(start).execute(self).await.expect("a page");
            orders.reduce(output.items.unwrap_or_default()).expect("the items are orders");
            start = output.last_evaluated_key;
            if start.is_none() {
                return orders;
            }
        }
    }

    /// The orders in the order of the keys, because the benches' service returns them so.
    pub(crate) async fn batch_get(&self, keys: impl Iterator<Item = (&str, u32)>) -> Vec<Order> {
        let batch = keys.fold(BatchGet::new(), |batch, key| batch.operation(Order::get(key)));
        let output = batch.execute(self).await.expect("the items");
        let items = output.responses.unwrap_or_default().into_values().flatten();
        items.map(|item| Order::from_item(item).expect("the item is an order")).collect()
    }

    /// `modyne` consumes the struct, so a program that keeps it has to clone it.
    pub(crate) async fn put(&self, order: &Order) {
        order.clone().put().execute(self).await.expect("the service stores it");
    }

    pub(crate) async fn batch_write(&self, orders: &[Order]) {
        let batch = orders.iter().fold(BatchWrite::new(), |batch, order| batch.operation(order.clone().put()));
        batch.execute(self).await.expect("the service stores them");
    }

    pub(crate) async fn transact_write(&self, orders: &[Order]) {
        let write =
            orders.iter().fold(TransactWrite::new(), |write, order| write.operation(order.clone().put().transact()));
        write.execute(self).await.expect("the service stores them");
    }

    pub(crate) async fn update(&self, key: (&str, u32)) -> Order {
        let update = expr::Update::new(super::by_hand::UPDATE)
            .name("#s", "status")
            .name("#a", "amount")
            .name("#p", "paid")
            .name("#q", "quantity")
            .name("#n", "note")
            .value(":s", "SHIPPED")
            .value(":a", 12.5)
            .value(":p", true)
            .value(":q", 1);
        let condition = expr::Condition::new("attribute_exists(#k)").name("#k", "pk");
        let update = Order::update(key).expression(update).condition(condition);
        let output = update.execute_with_return(self, ReturnValue::AllNew).await.expect("the updated item");
        Order::from_item(output.attributes.unwrap_or_default()).expect("the item is an order")
    }
}
