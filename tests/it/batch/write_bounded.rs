//! The memory of a batch does not depend on its size: it takes keys from an iterator as it sends them, and remembers the last
//! 10,000 keys.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use singlet::{BatchWrite, Client, ErrorKind, Model as _, Table as _};
use tokio::sync::Semaphore;

use crate::batch::get::{Log, log};
use crate::shop::{CustomerId, Order, Shop, order};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport};

/// How many writes a batch remembers.
const WINDOW: u32 = 10_000;

/// The response of a request whose writes were all done.
const DONE: &str = r#"{"UnprocessedItems":{}}"#;

/// Answers every request but the first at once, and counts them. The first waits for a permit.
struct Held {
    transport: Transport,
    sent: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
}

impl Held {
    fn new() -> Self {
        let (sent, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let transport = Transport::new({
            let (sent, gate) = (Arc::clone(&sent), Arc::clone(&gate));
            move |number, _| {
                sent.store(number + 1, Ordering::SeqCst);
                if number > 0 {
                    return Fate::Answer(200, DONE.to_owned());
                }
                let gate = Arc::clone(&gate);
                Fate::PassAfter(Box::pin(async move { drop(gate.acquire().await) }))
            }
        });
        Held { transport, sent, gate }
    }

    fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }

    /// Runs a batch until it sends nothing more, then answers the first request. Returns how many requests were sent before.
    async fn run(&self, batch: BatchWrite<'_>) -> usize {
        let mut future = batch.into_future();
        let (mut before, mut quiet) = (0, 0);
        while quiet < 8 {
            tokio::select! {
                biased;
                _ = &mut future => panic!("the first request is not answered"),
                () = tokio::task::yield_now() => {}
            }
            quiet = if self.sent() == before { quiet + 1 } else { 0 };
            before = self.sent();
        }
        self.gate.add_permits(1);
        future.await.unwrap();
        before
    }
}

fn orders(ids: Range<u32>) -> impl Iterator<Item = Order> {
    ids.map(|id| order("c-1", id))
}

#[tokio::test]
async fn a_later_write_of_a_key_never_overtakes_the_earlier_one() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let held = Held::new();
        let client = stand.through(&held.transport);
        let again = orders(0..WINDOW + 1).chain(orders(0..1));
        let before = held.run(singlet::batch_write().put_all(again).concurrency(3).client(&client)).await;
        assert_eq!((before, held.sent()), (400, 401), "the last request waits for the first");
        let sent = held.transport.sent();
        for request in [&sent[0], &sent[400]] {
            assert!(request.body.contains("ORDER#000000"), "{}", request.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_returns_within_ten_thousand_writes_is_refused() {
    stand::run(async |stand| {
        let transport = Transport::new(|_, _| Fate::Answer(200, DONE.to_owned()));
        let again = orders(0..WINDOW).chain(orders(0..1));
        let batch = singlet::batch_write().put_all(again).concurrency(1);
        let error = batch.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(error.to_string().contains("same key"), "{error}");
        assert_eq!(transport.sent().len(), 400, "everything before it was written");
    })
    .await;
}

/// The keys are not collected, like the items of puts.
#[tokio::test]
async fn keys_to_delete_are_taken_as_they_are_sent() {
    let (made, sent) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let furthest = AtomicUsize::new(0);
    let keys = (0..3_000).map(|id| {
        let made = made.fetch_add(1, Ordering::SeqCst) + 1;
        furthest.fetch_max(made - sent.load(Ordering::SeqCst), Ordering::SeqCst);
        Order::key_of((CustomerId("c-1".into()), id))
    });
    let client = Client::embedded();
    Shop::create_table().client(&client).await.unwrap();
    let batch = singlet::batch_write().delete_all_by_key(keys);
    assert!(made.load(Ordering::SeqCst) <= 1);
    batch.progress(|progress| sent.store(progress.done, Ordering::SeqCst)).client(&client).await.unwrap();
    assert_eq!((made.load(Ordering::SeqCst), sent.load(Ordering::SeqCst)), (3_000, 3_000));
    let furthest = furthest.load(Ordering::SeqCst);
    assert!(furthest <= 1_000 + 25 * 5, "{furthest}");
}

/// Quotes take two bytes each in JSON, so an item is longer in the request than in the table.
#[tokio::test]
async fn a_request_has_at_most_16_mb() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::new(|_, _| Fate::Answer(200, DONE.to_owned()));
        let long = |n: u32| Log { text: "\"".repeat(390_000), ..log(&format!("l-{n:02}")) };
        let batch = singlet::batch_write().put_all((0..45).map(long)).concurrency(1);
        batch.client(&stand.through(&transport)).await.unwrap();
        let sent = transport.sent();
        assert_eq!(sent.len(), 3, "two would be enough for 45 short items");
        let keys = |request: &SentRequest| {
            assert!(request.body.len() <= 16 << 20);
            let writes = request.json()["RequestItems"]["logs"].as_array().unwrap().clone();
            writes.into_iter().map(|write| write["PutRequest"]["Item"]["pk"]["S"].as_str().unwrap().to_owned())
        };
        let keys: Vec<_> = sent.iter().flat_map(keys).collect();
        assert_eq!(keys, (0..45).map(|n| log(&format!("l-{n:02}")).pk).collect::<Vec<_>>());
    })
    .await;
}
