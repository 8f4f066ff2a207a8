//! Queries of one model's items in a partition.

use singlet::{Model, SkipReason, Table};

use crate::read::skipped::Skipped;
use crate::shop::{Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, Stand, item, n, s};
use crate::transport::Transport;

async fn orders(ids: impl IntoIterator<Item = u32>) {
    Shop::create_table().await.unwrap();
    let orders: Vec<_> = ids.into_iter().map(|id| order("c-1", id)).collect();
    singlet::batch_write().put_all(&orders).await.unwrap();
}

fn ids(orders: &[Order]) -> Vec<u32> {
    orders.iter().map(|order| order.id).collect()
}

#[tokio::test]
async fn items_come_in_the_order_of_their_range_keys() {
    stand::run(async |_| {
        orders([10, 2, 100, 1]).await;
        assert_eq!(ids(&Order::query("c-1").await.unwrap()), [1, 2, 10, 100]);
        assert_eq!(ids(&Order::query("c-1").descending().await.unwrap()), [100, 10, 2, 1]);
        assert_eq!(ids(&Order::query("c-1").consistent().await.unwrap()).len(), 4);
        assert!(Order::query("c-2").await.unwrap().is_empty());
        assert!(Order::query("c").await.unwrap().is_empty(), "a part of a key is another key");
    })
    .await;
}

#[tokio::test]
async fn all_pages_are_read() {
    stand::run(async |stand| {
        orders(0..30).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let all = Order::query("c-1").page_size(7).client(&client).await.unwrap();
        assert_eq!(ids(&all), (0..30).collect::<Vec<_>>());
        assert_eq!(transport.sent().len(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_limit_is_of_items_returned_across_pages() {
    stand::run(async |stand| {
        orders(0..30).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for (limit, page_size, requests) in [(10, 7, 2), (14, 7, 2), (1, 7, 1), (30, 10, 3), (99, 10, 4)] {
            let before = transport.sent().len();
            let some = Order::query("c-1").limit(limit).page_size(page_size).client(&client).await.unwrap();
            assert_eq!(ids(&some), (0..30.min(u32::try_from(limit).unwrap())).collect::<Vec<_>>());
            let sent = transport.sent().len() - before;
            assert!(sent <= requests, "limit {limit}: {sent} requests");
        }
        assert!(Order::query("c-1").limit(0).await.unwrap().is_empty());
    })
    .await;
}

/// Orders 1 to 9, their lines, which begin as orders do, and what else a partition may hold.
async fn mixed(stand: &Stand) {
    orders(1..10).await;
    let lines: Vec<_> = (1..10).map(|order| OrderLine { customer: CustomerId("c-1".into()), order, line: 1 }).collect();
    singlet::batch_write().put_all(&lines).put(customer("c-1")).await.unwrap();
    let untyped = item([("pk", s("CUSTOMER#c-1")), ("sk", s("ORDER#x")), ("cents", n(1))]);
    stand.put_raw("shop", untyped).await;
}

#[tokio::test]
async fn other_entities_are_skipped_and_reported_to_the_observer() {
    stand::run(async |stand| {
        mixed(stand).await;
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        assert_eq!(ids(&Order::query("c-1").client(&client).await.unwrap()), (1..10).collect::<Vec<_>>());
        let reported = skipped.take("shop");
        assert_eq!(reported.len(), 10);
        assert!(reported.iter().all(|(model, _)| *model == "Order"));
        let missing = reported.iter().filter(|(_, reason)| *reason == SkipReason::MissingEntity).count();
        assert_eq!(missing, 1);

        assert_eq!(OrderLine::query("c-1").client(&client).await.unwrap().len(), 9);
        assert_eq!(Customer::query("c-1").client(&client).await.unwrap(), [customer("c-1")]);
        assert_eq!(skipped.take("shop"), [], "their static prefix bounds these queries");
    })
    .await;
}

#[tokio::test]
async fn a_get_of_another_entity_is_reported_too() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        let mut foreign = order("c-1", 1).to_item().unwrap();
        for (entity, reason) in [(Some("Robot"), SkipReason::WrongEntity), (None, SkipReason::MissingEntity)] {
            foreign.remove("_type");
            foreign.extend(entity.map(|entity| ("_type".to_owned(), s(entity))));
            stand.put_raw("shop", foreign.clone()).await;
            Order::get(("c-1", 1)).client(&client).await.unwrap_err();
            assert_eq!(skipped.take("shop"), [("Order", reason)]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_limit_counts_no_skipped_items() {
    stand::run(async |stand| {
        mixed(stand).await;
        let latest = Order::query("c-1").descending().limit(3).page_size(2).await.unwrap();
        assert_eq!(ids(&latest), [9, 8, 7]);
    })
    .await;
}

#[tokio::test]
async fn an_item_that_does_not_fit_is_an_error_not_a_gap() {
    stand::run(async |stand| {
        orders(1..4).await;
        let mut damaged = order("c-1", 2).to_item().unwrap();
        damaged.insert("cents".into(), s("free"));
        stand.put_raw("shop", damaged).await;
        let error = Order::query("c-1").await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (singlet::ErrorKind::Decode, Some("cents")));
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "readings")]
struct Reading {
    #[model(hash_key)]
    sensor: u32,
    #[model(range_key)]
    second: i64,
}

#[tokio::test]
async fn number_keys_sort_as_numbers() {
    stand::run(async |_| {
        Reading::create_table().await.unwrap();
        for second in [5, -10, 100, 20] {
            Reading { sensor: 1, second }.save().await.unwrap();
        }
        let seconds: Vec<_> = Reading::query(1).await.unwrap().iter().map(|reading| reading.second).collect();
        assert_eq!(seconds, [-10, 5, 20, 100]);
    })
    .await;
}

/// A filter leaves pages empty; an empty page with a key behind it is not the end.
#[tokio::test]
async fn a_filter_of_the_sdk_goes_to_every_page() {
    stand::run(async |_| {
        orders(0..30).await;
        let dear = Order { cents: 9_000, ..order("c-1", 25) };
        dear.clone().save().await.unwrap();
        let found = Order::query("c-1")
            .page_size(5)
            .limit(3)
            .customize(|page| {
                page.filter_expression("#c > :least")
                    .expression_attribute_names("#c", "cents")
                    .expression_attribute_values(":least", n(8_000))
            })
            .await
            .unwrap();
        assert_eq!(found, [dear]);
    })
    .await;
}
