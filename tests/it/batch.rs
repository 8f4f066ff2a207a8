//! Batches of writes: chunks, what the service leaves over, and what is refused.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use singlet::{ErrorKind, Model, Table};

use crate::shop::{CustomerId, Order, Shop, customer, order};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport};

fn orders(count: u32) -> Vec<Order> {
    (0..count).map(|id| order("c-1", id)).collect()
}

fn size(request: &SentRequest) -> usize {
    request.json()["RequestItems"].as_object().unwrap().values().map(|list| list.as_array().unwrap().len()).sum()
}

#[tokio::test]
async fn items_are_sent_in_chunks_of_25() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for (count, chunks) in [(0, vec![]), (1, vec![1]), (25, vec![25]), (26, vec![25, 1]), (60, vec![25, 25, 10])] {
            let transport = Transport::recording();
            let orders = orders(count);
            singlet::batch_write().puts(&orders).client(&stand.through(&transport)).await.unwrap();
            assert_eq!(transport.sent().iter().map(size).collect::<Vec<_>>(), chunks);
            assert_eq!(Order::query("c-1").await.unwrap(), orders);
        }
    })
    .await;
}

#[tokio::test]
async fn models_and_tables_may_be_mixed() {
    #[derive(Debug, Clone, PartialEq, Model)]
    #[model(table = "logs")]
    struct Log {
        #[model(hash_key)]
        pk: String,
    }
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        Log::create_table().await.unwrap();
        let log = Log { pk: "l".into() };
        singlet::batch_write().put(&customer("c-1")).put(&log).puts(&orders(3)).await.unwrap();
        assert_eq!(stand.stored("shop").await.len(), 4);
        assert_eq!(stand.stored("logs").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_key_given_twice_is_refused_across_chunks() {
    stand::run(async |stand| {
        let transport = Transport::recording();
        let twice = [orders(30), vec![Order { cents: 1, ..order("c-1", 0) }]].concat();
        let error = singlet::batch_write().puts(&twice).client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Validation, Some("Order")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_value_that_cannot_be_stored_keeps_the_batch_from_being_sent() {
    #[derive(Debug, Model)]
    #[model(table = "floats")]
    struct Float {
        #[model(hash_key)]
        pk: String,
        value: f64,
    }
    stand::run(async |stand| {
        let transport = Transport::recording();
        let float = |value| Float { pk: format!("{value}"), value };
        let batch = singlet::batch_write().put(&float(1.0)).put(&float(f64::NAN));
        let error = batch.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Encode, Some("value")));
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

/// Leaves all but the first item of each of the first requests over.
fn leaving_over(requests: usize) -> Transport {
    let left = AtomicUsize::new(requests);
    Transport::new(move |_, request| {
        let json = request.json();
        let items = json["RequestItems"]["shop"].as_array().unwrap();
        if left.load(Ordering::Relaxed) == 0 {
            return Fate::Pass;
        }
        left.fetch_sub(1, Ordering::Relaxed);
        let rest: Vec<&Value> = items.iter().skip(1).collect();
        let unprocessed = if rest.is_empty() { json!({}) } else { json!({ "shop": rest }) };
        Fate::Answer(200, json!({ "UnprocessedItems": unprocessed }).to_string())
    })
}

#[tokio::test]
async fn what_is_left_over_is_sent_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = leaving_over(2);
        singlet::batch_write().puts(&orders(5)).client(&stand.through(&transport)).await.unwrap();
        let sizes: Vec<_> = transport.sent().iter().map(size).collect();
        assert_eq!(sizes, [5, 4, 3]);
        // The stand saw the last three only.
        let stored: Vec<_> = Order::query("c-1").await.unwrap().iter().map(|order| order.id).collect();
        assert_eq!(stored, [2, 3, 4]);
        let [first, last] = [0, 2].map(|n| transport.sent()[n].json()["RequestItems"]["shop"].clone());
        assert_eq!(first.as_array().unwrap()[2..], last.as_array().unwrap()[..]);
    })
    .await;
}

#[tokio::test]
async fn what_is_never_written_is_an_error() {
    stand::run(async |stand| {
        let transport = Transport::new(|_, request| {
            Fate::Answer(200, json!({ "UnprocessedItems": request.json()["RequestItems"] }).to_string())
        });
        let batch = singlet::batch_write().put(&order("c-1", 1)).put(&order("c-1", 2));
        let error = batch.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.table()), (ErrorKind::Throttled, Some("shop")));
        assert!(error.to_string().contains('2'), "{error}");
        assert_eq!(transport.sent().len(), 8);
    })
    .await;
}

#[tokio::test]
async fn a_batch_may_go_to_another_table() {
    stand::run(async |stand| {
        Shop::create_table().table("tenant-7").await.unwrap();
        singlet::batch_write().table("tenant-7").puts(&orders(2)).await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 2);
        // In whatever order it is said.
        let other = Order { customer: CustomerId("c-2".into()), ..order("", 1) };
        singlet::batch_write().put(&other).table("tenant-7").await.unwrap();
        assert_eq!(stand.stored("tenant-7").await.len(), 3);
    })
    .await;
}
