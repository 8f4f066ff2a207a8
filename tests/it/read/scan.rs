//! Scans: one model's items wherever they are, in pages and in segments.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use singlet::{Client, ErrorKind, Model, Table};

use crate::shop::{Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand;
use crate::transport::Transport;

/// 20 customers with 3 orders each.
async fn shop() {
    Shop::create_table().await.unwrap();
    for n in 0..20 {
        let id = format!("c-{n:02}");
        customer(&id).save().await.unwrap();
        let orders: Vec<_> = (1..4).map(|id_of| Order { cents: u64::from(id_of), ..order(&id, id_of) }).collect();
        singlet::batch_write().put_all(&orders).await.unwrap();
    }
}

fn key(order: &Order) -> (String, u32) {
    (order.customer.0.clone(), order.id)
}

#[tokio::test]
async fn a_scan_gives_all_of_its_model_and_nothing_else() {
    stand::run(async |_| {
        shop().await;
        assert_eq!(Customer::scan().await.unwrap().len(), 20);
        assert_eq!(Order::scan().await.unwrap().len(), 60);
        assert!(OrderLine::scan().await.unwrap().is_empty());
        assert_eq!(Order::scan().consistent().filter(|o| o.cents.eq(2)).await.unwrap().len(), 20);
        assert_eq!(Order::scan().filter(|o| o.cents.ge(2)).count().await.unwrap(), 40);
        assert_eq!(Order::scan().limit(7).page_size(3).await.unwrap().len(), 7);
        assert!(Order::scan().first().await.unwrap().is_some());
        assert!(OrderLine::scan().first().await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_scan_visit_each_item_once() {
    stand::run(async |_| {
        shop().await;
        for (limit, page_size) in [(Some(7), None), (Some(7), Some(11)), (None, Some(9))] {
            let (mut seen, mut count, mut cursor) = (BTreeSet::new(), 0, None);
            loop {
                let mut scan = Order::scan().cursor(cursor);
                if let Some(items) = limit {
                    scan = scan.limit(items);
                }
                if let Some(items) = page_size {
                    scan = scan.page_size(items);
                }
                let page = scan.page().await.unwrap();
                assert!(limit.is_none_or(|limit| page.items.len() <= limit));
                count += page.items.len();
                seen.extend(page.items.iter().map(key));
                assert!(page.previous.is_none());
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!((seen.len(), count), (60, 60));
        }
    })
    .await;
}

#[tokio::test]
async fn segments_visit_each_item_once() {
    stand::run(async |stand| {
        shop().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let orders = Order::scan().segments(4).concurrency(2).page_size(5).client(&client).await.unwrap();
        assert_eq!(orders.len(), 60);
        assert_eq!(orders.iter().map(key).collect::<BTreeSet<_>>().len(), 60);
        let segments: BTreeSet<_> =
            transport.sent().iter().map(|sent| sent.json()["Segment"].as_u64().unwrap()).collect();
        assert_eq!(segments, BTreeSet::from([0, 1, 2, 3]));
        assert!(transport.sent().iter().all(|sent| sent.json()["TotalSegments"] == 4));

        assert_eq!(Order::scan().segments(3).count().await.unwrap(), 60);
        assert_eq!(Order::scan().segments(3).limit(10).await.unwrap().len(), 10);
        let mut stream = Order::scan().segments(3).page_size(4).stream();
        let mut seen = BTreeSet::new();
        while let Some(order) = stream.next().await {
            assert!(seen.insert(key(&order.unwrap())));
        }
        assert_eq!(seen.len(), 60);
    })
    .await;
}

#[tokio::test]
async fn a_scan_in_segments_can_be_resumed() {
    stand::run(async |_| {
        shop().await;
        let scan = || Order::scan().segments(3).page_size(6);
        let (mut seen, mut pages, mut cursor) = (BTreeSet::new(), 0, None);
        loop {
            // The token goes through text, as when another process goes on.
            let page = scan().cursor(cursor.map(|cursor: singlet::Cursor| cursor.to_string())).page().await.unwrap();
            for order in &page.items {
                assert!(seen.insert(key(order)), "an item came twice");
            }
            pages += 1;
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 60);
        assert!(pages > 2);

        let cursor = scan().page().await.unwrap().cursor;
        let error = Order::scan().segments(2).cursor(&cursor).page().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCursor);
        let error = Order::scan().cursor(&cursor).page().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCursor);
        assert_eq!(scan().limit(3).page().await.unwrap_err().kind(), ErrorKind::Validation);
        assert_eq!(Order::scan().segments(0).await.unwrap_err().kind(), ErrorKind::Validation);
    })
    .await;
}

#[tokio::test]
async fn an_error_in_one_segment_is_the_scans() {
    stand::run(async |stand| {
        shop().await;
        let failing = stand.through(&Transport::failing(400, "ResourceNotFoundException"));
        let error = Order::scan().segments(3).client(&failing).await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::TableNotFound, Some("Order")));
    })
    .await;
}

#[tokio::test]
async fn a_scan_keeps_to_its_capacity() {
    stand::run(async |stand| {
        shop().await;
        let scan = |client: &Client| Order::scan().page_size(20).client(client);
        let free = scan(&stand.client).detailed().await.unwrap();
        let units = free.cost.read;
        assert!(units >= 2.0, "{units}");
        let started = Instant::now();
        // The last request is not waited for.
        let orders = scan(&stand.client).max_capacity_per_second(units * 20.0).await.unwrap();
        assert_eq!(orders.len(), 60);
        assert!(started.elapsed() >= Duration::from_millis(25), "{:?}", started.elapsed());
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "plain")]
struct Plain {
    #[model(hash_key)]
    pk: String,
}

#[tokio::test]
async fn a_table_without_an_entity_attribute_is_all_one_models() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        for n in 0..3 {
            stand.put_raw("plain", stand::item([("pk", stand::s(&format!("p{n}"))), ("other", stand::n(n))])).await;
        }
        assert_eq!(Plain::scan().await.unwrap().len(), 3);
        assert_eq!(Plain::scan().count().await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn keys_are_read_alone() {
    stand::run(async |stand| {
        shop().await;
        OrderLine { customer: CustomerId("c-00".into()), order: 1, line: 1 }.save().await.unwrap();
        let transport = Transport::recording();
        let keys = Order::query("c-00").keys().client(&stand.through(&transport)).await.unwrap();
        assert_eq!(keys.len(), 3);
        assert_eq!(keys[0].parts().unwrap(), (CustomerId("c-00".into()), 1));
        let sent = transport.sent()[0].json();
        assert_eq!(sent["ProjectionExpression"].as_str().unwrap().split(", ").count(), 3, "keys and entity");
        assert_eq!(Order::scan().keys().count().await.unwrap(), 60);
        let page = Order::scan().keys().limit(10).page().await.unwrap();
        assert!(page.items.len() == 10 && page.cursor.is_some());
    })
    .await;
}
