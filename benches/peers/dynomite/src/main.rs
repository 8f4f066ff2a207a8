//! dynomite, with rusoto, as a contender in a process of its own.

use std::collections::HashMap;

use dynomite::dynamodb::{DynamoDb as _, DynamoDbClient, GetItemInput, PutItemInput, QueryInput};
use dynomite::{Attributes, FromAttributes as _, Item, attr_map};
use rusoto_core::credential::StaticProvider;
use rusoto_core::{HttpClient, Region};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

use contender::{CUSTOMER, Contender, NUMBER, converted};

#[path = "../../contender.rs"]
mod contender;

#[derive(Debug, Clone, Serialize, Deserialize, Item)]
struct Order {
    #[dynomite(partition_key)]
    #[serde(skip)]
    pk: String,
    #[dynomite(sort_key)]
    #[serde(skip)]
    sk: String,
    #[dynomite(rename = "_type")]
    #[serde(skip)]
    entity: String,
    customer: String,
    number: u32,
    reference: String,
    status: String,
    amount: f64,
    quantity: u32,
    version: u64,
    created_at: i64,
    paid: bool,
    tags: Vec<String>,
    address: Address,
    note: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Attributes)]
struct Address {
    street: String,
    city: String,
    zip: String,
    country: String,
}

const STORED: &str = "the service stores it";
const IS_ORDER: &str = "the items are orders";

struct Dynomite {
    client: DynamoDbClient,
    runtime: Runtime,
}

fn hash(customer: &str) -> String {
    format!("CUSTOMER#{customer}")
}

fn range(number: u32) -> String {
    format!("ORDER#{number:08}")
}

impl Contender for Dynomite {
    type Order = Order;

    fn own(order: contender::Order) -> Order {
        let (pk, sk) = (hash(&order.customer), range(order.number));
        Order { pk, sk, entity: "Order".to_owned(), ..converted(order) }
    }

    fn order(own: Order) -> contender::Order {
        converted(own)
    }

    fn put(&mut self, order: &Order) {
        let input =
            PutItemInput { table_name: "shop".to_owned(), item: order.clone().into(), ..PutItemInput::default() };
        self.runtime.block_on(self.client.put_item(input)).expect(STORED);
    }

    fn get(&mut self) -> Order {
        let key: Attributes = attr_map!("pk" => hash(CUSTOMER), "sk" => range(NUMBER));
        let input = GetItemInput { table_name: "shop".to_owned(), key, ..GetItemInput::default() };
        let output = self.runtime.block_on(self.client.get_item(input)).expect(IS_ORDER);
        Order::from_attrs(output.item.expect(IS_ORDER)).expect(IS_ORDER)
    }

    fn query(&mut self) -> Vec<Order> {
        let input = QueryInput {
            table_name: "shop".to_owned(),
            key_condition_expression: Some("pk = :pk".to_owned()),
            expression_attribute_values: Some(attr_map!(":pk" => hash(CUSTOMER))),
            ..QueryInput::default()
        };
        let output = self.runtime.block_on(self.client.query(input)).expect(IS_ORDER);
        let items: Vec<HashMap<_, _>> = output.items.expect(IS_ORDER);
        items.into_iter().map(|item| Order::from_attrs(item).expect(IS_ORDER)).collect()
    }
}

fn main() {
    let endpoint = std::env::args().nth(1).expect("the URL of the server");
    // rusoto's connections need the runtime of the version of tokio that it has.
    let runtime = Builder::new().basic_scheduler().enable_all().build().expect("a runtime");
    let region = Region::Custom { name: "eu-west-1".to_owned(), endpoint };
    let credentials = StaticProvider::new_minimal("bench".to_owned(), "bench".to_owned());
    let client = DynamoDbClient::new_with(HttpClient::new().expect("an HTTP client"), credentials, region);
    contender::serve(Dynomite { client, runtime });
}
