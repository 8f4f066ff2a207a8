//! The order as an item of `dynamodb-facade`, with the client passed explicitly.

use aws_sdk_dynamodb::Client;
use dynamodb_facade::explicit_client::{DynamoDBItemOp as _, dynamodb_batch_write};
use dynamodb_facade::{
    DynamoDBItemBatchOp as _, DynamoDBItemTransactOp as _, KeyId, StringAttribute, Update, attribute_definitions,
    dynamodb_item, table_definitions,
};
use futures_util::stream::Stream;

use crate::order::Order;

attribute_definitions! {
    Pk { "pk": StringAttribute }
    Sk { "sk": StringAttribute }
    ItemType { "_type": StringAttribute }
}

table_definitions! {
    ShopTable {
        type PartitionKey = Pk;
        type SortKey = Sk;
        fn table_name() -> String { crate::order::TABLE.to_owned() }
    }
}

dynamodb_item! {
    #[table = ShopTable]
    Order {
        #[partition_key]
        Pk {
            fn attribute_id(&self) -> &'id str { &self.customer }
            fn attribute_value(id) -> String { crate::order::hash(id) }
        }
        #[sort_key]
        Sk {
            fn attribute_id(&self) -> u32 { self.number }
            fn attribute_value(id) -> String { crate::order::range(id) }
        }
        ItemType { const VALUE: &'static str = "Order"; }
    }
}

pub(crate) async fn get(client: &Client, (customer, number): (&str, u32)) -> Option<Order> {
    Order::get(client.clone(), KeyId::pk(customer).sk(number)).await.expect("an item")
}

pub(crate) async fn query(client: &Client, customer: &str) -> Vec<Order> {
    Order::query(client.clone(), Order::key_condition(customer)).all().await.expect("a page")
}

pub(crate) fn pages(client: &Client, customer: &str) -> impl Stream<Item = dynamodb_facade::Result<Vec<Order>>> {
    Order::query(client.clone(), Order::key_condition(customer)).stream()
}

pub(crate) async fn scan(client: &Client) -> Vec<Order> {
    Order::scan(client.clone()).all().await.expect("a page")
}

pub(crate) async fn put(client: &Client, order: &Order) {
    order.put(client.clone()).await.expect("the service stores it");
}

pub(crate) async fn batch_write(client: &Client, orders: &[Order]) {
    let requests = orders.iter().map(Order::batch_put).collect();
    dynamodb_batch_write::<ShopTable>(client.clone(), requests).await.expect("the service stores them");
}

pub(crate) async fn transact_write(client: &Client, orders: &[Order]) {
    let puts = orders.iter().map(|order| order.transact_put().build()).collect();
    let write = client.transact_write_items().set_transact_items(Some(puts));
    write.send().await.expect("the service stores them");
}

pub(crate) async fn update(client: &Client, (customer, number): (&str, u32)) -> Order {
    let update = Update::combine([
        Update::set("status", "SHIPPED"),
        Update::set("amount", 12.5),
        Update::set("paid", true),
        Update::increment("quantity", 1),
        Update::remove("note"),
    ]);
    let update = Order::update_by_id(client.clone(), KeyId::pk(customer).sk(number), update);
    update.exists().await.expect("the updated item")
}
