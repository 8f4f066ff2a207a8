//! The stands that the same test bodies run on: the embedded DynamoDB, and the server that `SINGLET_TEST_ENDPOINT`
//! names.

use std::fmt::Display;
use std::pin::Pin;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{Client, Item, ManualClock, Observer};

use crate::emulator;
use crate::transport::{Fate, Transport};

/// Far ahead of the system clock, by which emulators delete expired items within seconds: on every stand only the
/// test's clock decides.
pub(crate) const START: i64 = 4_000_000_000;

/// See [`Stand::hasty`].
pub(crate) const BATCH_TRIES: usize = 4;

/// A DynamoDB that belongs to one test, and the clock that its client carries.
pub(crate) struct Stand {
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
}

/// Runs a test on an empty DynamoDB. Operations in it need not name a client.
pub(crate) async fn run(test: impl AsyncFnOnce(&Stand)) {
    let stand = empty().await;
    // Boxed, or else the compiler would generate the code of `with_client` once for each test.
    within(&stand, Box::pin(test(&stand))).await;
}

async fn within(stand: &Stand, body: Pin<Box<dyn Future<Output = ()> + '_>>) {
    singlet::with_client(stand.client.clone(), body).await;
}

async fn empty() -> Stand {
    let clock = ManualClock::at(START);
    let client = match emulator::endpoint() {
        Some(endpoint) => on_server(&endpoint, clock.clone()).await,
        None => Client::embedded_with_clock(clock.clone()),
    };
    Stand { client, clock }
}

async fn on_server(endpoint: &str, clock: ManualClock) -> Client {
    Client::builder()
        .region("eu-west-1")
        .endpoint_url(endpoint)
        .credentials(emulator::access_key(), "secret", None)
        .retries(4, Duration::from_millis(1))
        .clock(clock)
        // Named, so that a `Transport` can stand in front of it.
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
        .await
        .unwrap()
}

impl Stand {
    /// The stand's client, with its requests going through `transport`.
    pub(crate) fn through(&self, transport: &Transport) -> Client {
        transport.between(&self.client)
    }

    /// The client of another machine, whose clock is this many seconds ahead, and the clock. The stand's clock is the
    /// service's: responses carry its time.
    pub(crate) fn machine(&self, ahead: i64) -> (Client, ManualClock) {
        let clock = ManualClock::at(self.clock.now() + ahead);
        let service = self.clock.clone();
        let transport = Transport::new(move |_, _| Fate::Dated(service.now()));
        (self.through(&transport).with_clock(clock.clone()), clock)
    }

    /// As `through`; a batch gives up after [`BATCH_TRIES`] answers in a row without progress, and pauses for none.
    pub(crate) fn hasty(&self, transport: &Transport) -> Client {
        self.through(transport).with_batch_retries(u32::try_from(BATCH_TRIES).unwrap(), Duration::ZERO)
    }

    pub(crate) fn observed(&self, observer: impl Observer) -> Client {
        self.client.clone().with_observer(observer)
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Puts an item past singlet.
    pub(crate) async fn put_raw(&self, table: &str, item: Item) {
        self.client.sdk().put_item().table_name(table).set_item(Some(item)).send().await.unwrap();
    }

    /// All items of a table, past singlet.
    pub(crate) async fn stored(&self, table: &str) -> Vec<Item> {
        let mut items = Vec::new();
        let mut start = None;
        loop {
            let scan = self.client.sdk().scan().table_name(table).consistent_read(true);
            let page = scan.set_exclusive_start_key(start).send().await.unwrap();
            items.extend(page.items.unwrap_or_default());
            start = page.last_evaluated_key;
            if start.is_none() {
                return items;
            }
        }
    }

    /// The one item of a table, past singlet.
    pub(crate) async fn only_item(&self, table: &str) -> Item {
        let mut items = self.stored(table).await;
        assert_eq!(items.len(), 1, "the table should hold one item");
        items.remove(0)
    }
}

pub(crate) fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

pub(crate) fn n(digits: impl Display) -> AttributeValue {
    AttributeValue::N(format!("{digits}"))
}

/// An item from names and values.
pub(crate) fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
