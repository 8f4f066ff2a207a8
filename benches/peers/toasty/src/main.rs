//! toasty, with its driver for DynamoDB, as a contender in a process of its own.
//!
//! toasty has one table per model, so the key attributes are `customer` and `number`, and there are neither key templates nor an
//! entity attribute. It stores the fields of the address as attributes of the order.

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};
use serde::{Deserialize, Serialize};
use toasty::Db;
use toasty_driver_dynamodb::DynamoDb;
use tokio::runtime::{Builder, Runtime};

use contender::{CUSTOMER, Contender, NUMBER, converted};

#[path = "../../contender.rs"]
mod contender;

#[derive(Debug, Clone, Serialize, Deserialize, toasty::Model)]
#[key(partition = customer, local = number)]
struct Order {
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

#[derive(Debug, Clone, Serialize, Deserialize, toasty::Embed)]
struct Address {
    street: String,
    city: String,
    zip: String,
    country: String,
}

const STORED: &str = "the service stores it";
const IS_ORDER: &str = "the items are orders";

struct Toasty {
    db: Db,
    runtime: Runtime,
}

impl Contender for Toasty {
    type Order = Order;

    fn own(order: contender::Order) -> Order {
        converted(order)
    }

    fn order(own: Order) -> contender::Order {
        converted(own)
    }

    fn put(&mut self, order: &Order) {
        let order = order.clone();
        let create = toasty::create!(Order {
            customer: order.customer,
            number: order.number,
            reference: order.reference,
            status: order.status,
            amount: order.amount,
            quantity: order.quantity,
            version: order.version,
            created_at: order.created_at,
            paid: order.paid,
            tags: order.tags,
            address: order.address,
            note: order.note,
            description: order.description,
        });
        self.runtime.block_on(create.exec(&mut self.db)).expect(STORED);
    }

    fn get(&mut self) -> Order {
        let get = Order::get_by_customer_and_number(&mut self.db, CUSTOMER, NUMBER);
        self.runtime.block_on(get).expect(IS_ORDER)
    }

    fn query(&mut self) -> Vec<Order> {
        self.runtime.block_on(Order::filter_by_customer(CUSTOMER).exec(&mut self.db)).expect(IS_ORDER)
    }
}

fn main() {
    let endpoint = std::env::args().nth(1).expect("the URL of the server");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(Credentials::new("bench", "bench", None, None, "bench"))
        .endpoint_url(endpoint)
        .build();
    let driver = DynamoDb::new("dynamodb://localhost".to_owned(), Client::from_conf(config));
    let connect = async { Db::builder().models(toasty::models!(Order)).build(driver).await };
    let db = runtime.block_on(connect).expect("the schema of the model");
    contender::serve(Toasty { db, runtime });
}
