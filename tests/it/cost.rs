//! Holds what operations cost: the units and the requests of each row, as the service bills them.

mod expired;
mod filters;
mod guides;
mod ledger;
mod reported;
mod sessions;
mod sizes;
mod table;
mod unique;

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::http::HttpResponse;
use serde_json::Value;
use singlet::{Client, Observer, RequestEvent};

use crate::emulator::{Feature, supports};
use crate::stand::{self, Stand};
use crate::transport::{Fate, SentRequest, Transport};

/// What some requests cost.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Bill {
    read: f64,
    write: f64,
    /// How many requests the service refused, which it bills without reporting units.
    refused: usize,
    requests: usize,
}

/// The bill of requests that the service answered without refusing them.
fn bill(read: f64, write: f64, requests: usize) -> Bill {
    Bill { read, write, refused: 0, requests }
}

impl Bill {
    fn add(&mut self, request: &SentRequest, response: &HttpResponse) {
        let body: Value = serde_json::from_slice(response.body().bytes().unwrap()).unwrap();
        let units = match &body["ConsumedCapacity"] {
            Value::Array(tables) => tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum(),
            table => table["CapacityUnits"].as_f64().unwrap_or_default(),
        };
        self.requests += 1;
        self.refused += usize::from(response.status().as_u16() == 400);
        match request.operation.as_str() {
            "GetItem" | "BatchGetItem" | "TransactGetItems" | "Query" | "Scan" => self.read += units,
            _ => self.write += units,
        }
    }
}

/// Runs a test with a billed client, where the service reports what a request consumes.
async fn run(test: impl AsyncFnOnce(&Stand, Billed)) {
    if supports(Feature::ReadCapacity) {
        stand::run(async |stand| test(stand, Billed::on(stand)).await).await;
    }
}

/// A client whose requests are billed.
struct Billed {
    client: Client,
    bill: Arc<Mutex<Bill>>,
}

/// An observer, so that every request asks for its units.
struct Listens;

impl Observer for Listens {
    fn request(&self, _: &RequestEvent<'_>) {}
}

impl Billed {
    fn on(stand: &Stand) -> Self {
        let bill: Arc<Mutex<Bill>> = Arc::default();
        let shared = Arc::clone(&bill);
        let transport = Transport::new(move |_, sent| {
            let (bill, sent) = (Arc::clone(&shared), sent.clone());
            Fate::Alter(Box::new(move |response| bill.lock().unwrap().add(&sent, response)))
        });
        Billed { client: stand.through(&transport).with_observer(Listens), bill }
    }

    /// What the requests since the last call cost.
    fn take(&self) -> Bill {
        std::mem::take(&mut *self.bill.lock().unwrap())
    }

    /// Checks what the requests since the last call cost.
    #[track_caller]
    fn costs(&self, row: &str, expected: Bill) {
        assert_eq!(self.take(), expected, "{row}");
    }
}
