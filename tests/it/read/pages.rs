//! Pages of queries: their size, their cursors, and streams of them.

use std::collections::BTreeSet;

use proptest::prelude::*;
use singlet::{Cursor, Model, Page, Table};

use crate::shop::{Customer, CustomerId, Order, OrderLine, Shop, customer, order};
use crate::stand::{self, Stand};
use crate::transport::Transport;

async fn orders(ids: impl IntoIterator<Item = u32>) {
    Shop::create_table().await.unwrap();
    let orders: Vec<_> = ids.into_iter().map(|id| Order { cents: u64::from(id), ..order("c-1", id) }).collect();
    singlet::batch_write().put_all(&orders).await.unwrap();
}

fn ids(orders: &[Order]) -> Vec<u32> {
    orders.iter().map(|order| order.id).collect()
}

#[tokio::test]
async fn pages_follow_each_other_and_none_is_empty() {
    stand::run(async |stand| {
        orders(0..10).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        for limit in [1, 3, 5, 9, 10, 11] {
            let before = transport.sent().len();
            let mut seen = Vec::new();
            let mut cursor: Option<Cursor> = None;
            loop {
                let page = Order::query("c-1").limit(limit).cursor(cursor).client(&client).page().await.unwrap();
                assert!(!page.items.is_empty() && page.items.len() <= limit);
                seen.extend(ids(&page.items));
                cursor = page.cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen, (0..10).collect::<Vec<_>>(), "limit {limit}");
            assert_eq!(transport.sent().len() - before, 10_usize.div_ceil(limit), "limit {limit}: a request per page");
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_exactly_at_the_limit_is_the_last_one() {
    stand::run(async |_| {
        orders(0..4).await;
        let page = Order::query("c-1").limit(4).page().await.unwrap();
        assert_eq!((page.items.len(), page.cursor, page.previous), (4, None, None));
        let page = Order::query("c-1").limit(0).page().await.unwrap();
        assert_eq!((page.items.len(), page.cursor), (0, None));
    })
    .await;
}

#[tokio::test]
async fn a_page_with_a_filter_is_full_although_requests_gave_nothing() {
    stand::run(async |stand| {
        orders(0..40).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let query = || Order::query("c-1").filter(|o| o.cents.is_in([17, 18, 39])).page_size(5).client(&client);
        let page = query().limit(2).page().await.unwrap();
        assert_eq!(ids(&page.items), [17, 18]);
        assert_eq!(transport.sent().len(), 4, "three empty pages lie before");
        let page = query().limit(2).cursor(page.cursor).page().await.unwrap();
        assert_eq!(ids(&page.items), [39]);
        let page = query().page().await.unwrap();
        assert_eq!(
            ids(&page.items),
            [17, 18],
            "without a limit a page is what one request gives, if it gives anything"
        );
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_of_the_last_returned_item() {
    stand::run(async |_| {
        orders(0..9).await;
        // Five are read and two returned: the cursor must not skip the other three.
        let query = || Order::query("c-1").limit(2).page_size(5);
        let first = query().page().await.unwrap();
        let second = query().cursor(&first.cursor).page().await.unwrap();
        assert_eq!((ids(&first.items), ids(&second.items)), (vec![0, 1], vec![2, 3]));
    })
    .await;
}

#[tokio::test]
async fn items_of_others_do_not_make_pages_short() {
    stand::run(async |_| {
        orders(0..5).await;
        for order in 0..30 {
            OrderLine { customer: CustomerId("c-1".into()), order, line: 1 }.save().await.unwrap();
        }
        let query = || Order::query("c-1").descending();
        let first = query().limit(3).page().await.unwrap();
        assert_eq!(ids(&first.items), [4, 3, 2]);
        let second = query().limit(3).cursor(first.cursor).page().await.unwrap();
        assert_eq!((ids(&second.items), second.cursor), (vec![1, 0], None));
    })
    .await;
}

#[tokio::test]
async fn pages_go_back_the_way_they_came() {
    stand::run(async |_| {
        orders(0..8).await;
        for descending in [false, true] {
            let read = async |cursor: Option<Cursor>| {
                let query = Order::query("c-1").limit(3).cursor(cursor);
                if descending { query.descending() } else { query }.page().await.unwrap()
            };
            let first = read(None).await;
            let second = read(first.cursor.clone()).await;
            let third = read(second.cursor.clone()).await;
            assert_eq!([first.items.len(), second.items.len(), third.items.len()], [3, 3, 2]);
            assert!(first.previous.is_none() && third.cursor.is_none());
            let back = read(third.previous).await;
            assert_eq!(back.items, second.items);
            assert_eq!(read(back.cursor).await.items, third.items);
            let back = read(back.previous).await;
            assert_eq!((&back.items, &back.previous), (&first.items, &None));
            assert_eq!(read(back.cursor).await.items, second.items);
        }
    })
    .await;
}

#[tokio::test]
async fn an_empty_page_leads_back_too() {
    stand::run(async |_| {
        orders(0..4).await;
        let query = || Order::query("c-1").limit(2);
        let first = query().page().await.unwrap();
        for id in [2, 3] {
            order("c-1", id).delete().await.unwrap();
        }
        let second = query().cursor(first.cursor).page().await.unwrap();
        assert_eq!((second.items.len(), &second.cursor), (0, &None));
        let back = query().cursor(second.previous).page().await.unwrap();
        assert_eq!((ids(&back.items), back.previous), (vec![0, 1], None));
        assert!(back.cursor.is_none(), "nothing follows the item that was read last");
    })
    .await;
}

#[tokio::test]
async fn a_cursor_works_without_pages_too() {
    stand::run(async |_| {
        orders(0..9).await;
        let page = Order::query("c-1").limit(4).page().await.unwrap();
        let rest = || Order::query("c-1").cursor(&page.cursor);
        assert_eq!(ids(&rest().await.unwrap()), [4, 5, 6, 7, 8]);
        assert_eq!(rest().count().await.unwrap(), 5);
        assert_eq!(rest().first().await.unwrap().map(|order| order.id), Some(4));
        let mut stream = rest().limit(2).stream();
        assert_eq!(stream.next().await.unwrap().unwrap().id, 4);
    })
    .await;
}

#[tokio::test]
async fn a_stream_reads_a_page_when_its_first_item_is_asked_for() {
    stand::run(async |stand| {
        orders(0..10).await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let mut stream = Order::query("c-1").page_size(4).client(&client).stream();
        assert_eq!(transport.sent().len(), 0);
        let mut seen = Vec::new();
        for (items, requests) in [(1, 1), (3, 1), (1, 2)] {
            for _ in 0..items {
                seen.push(stream.next().await.unwrap().unwrap());
            }
            assert_eq!(transport.sent().len(), requests);
        }
        while let Some(item) = stream.next().await {
            seen.push(item.unwrap());
        }
        assert_eq!(ids(&seen), (0..10).collect::<Vec<_>>());
        assert!(stream.next().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_stream_ends_at_the_limit_and_after_an_error() {
    stand::run(async |stand| {
        orders(0..10).await;
        let mut stream = Order::query("c-1").limit(5).page_size(3).stream();
        let mut count = 0;
        while let Some(item) = stream.next().await {
            item.unwrap();
            count += 1;
        }
        assert_eq!(count, 5);

        let failing = stand.through(&Transport::failing(400, "ResourceNotFoundException"));
        let mut stream = Order::query("c-1").client(&failing).stream();
        let error = stream.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), singlet::ErrorKind::TableNotFound);
        assert!(stream.next().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn pages_as_a_stream_have_cursors_of_their_own() {
    stand::run(async |_| {
        orders(0..7).await;
        let mut pages = Order::query("c-1").limit(3).pages();
        let mut all: Vec<Page<Order>> = Vec::new();
        while let Some(page) = pages.next().await {
            all.push(page.unwrap());
        }
        assert_eq!(all.iter().map(|page| page.items.len()).collect::<Vec<_>>(), [3, 3, 1]);
        let again = Order::query("c-1").limit(3).cursor(&all[0].cursor).page().await.unwrap();
        assert_eq!(again, all[1]);
        assert!(
            Order::query("c-2").pages().next().await.unwrap().unwrap().items.is_empty(),
            "one page, and it is empty"
        );
    })
    .await;
}

#[tokio::test]
async fn first_one_and_count() {
    stand::run(async |stand| {
        orders(0..5).await;
        customer("c-1").save().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        assert_eq!(Order::query("c-1").descending().client(&client).first().await.unwrap().unwrap().id, 4);
        assert_eq!(Order::query("c-9").first().await.unwrap(), None);
        assert_eq!(Customer::query("c-1").one().await.unwrap(), Some(customer("c-1")));
        assert_eq!(Customer::query("c-9").one().await.unwrap(), None);
        let error = Order::query("c-1").one().await.unwrap_err();
        assert_eq!((error.kind(), error.model()), (singlet::ErrorKind::TooMany, Some("Order")));
        OrderLine { customer: CustomerId("c-1".into()), order: 1, line: 1 }.save().await.unwrap();
        assert_eq!(Order::query("c-1").count().await.unwrap(), 5, "the line begins as an order and is none");
        assert_eq!(Order::query("c-1").page_size(2).filter(|o| o.cents.ge(2)).count().await.unwrap(), 3);
        assert_eq!(Order::query("c-1").limit(3).count().await.unwrap(), 3);
    })
    .await;
}

/// What a query of orders is asked for, beside a naive model of it.
#[derive(Debug, Clone)]
struct Asked {
    stored: BTreeSet<u32>,
    lines: BTreeSet<u32>,
    least_cents: u64,
    range: (u32, u32),
    descending: bool,
    limit: Option<usize>,
    page_size: Option<u32>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let ids = || proptest::collection::btree_set(0_u32..40, 0..25);
    let range = (0_u32..40, 0_u32..40).prop_map(|(a, b)| (a.min(b), a.max(b)));
    let limit = proptest::option::of(1_usize..12);
    let page_size = proptest::option::of(1_u32..9);
    (ids(), ids(), 0_u64..30, range, any::<bool>(), limit, page_size).prop_map(
        |(stored, lines, least_cents, range, descending, limit, page_size)| Asked {
            stored,
            lines,
            least_cents,
            range,
            descending,
            limit,
            page_size,
        },
    )
}

async fn agrees(_: &Stand, asked: Asked) {
    orders(asked.stored.clone()).await;
    for order in &asked.lines {
        OrderLine { customer: CustomerId("c-1".into()), order: *order, line: 1 }.save().await.unwrap();
    }
    let mut expected: Vec<u32> = asked.stored.range(asked.range.0..=asked.range.1).copied().collect();
    expected.retain(|id| u64::from(*id) >= asked.least_cents);
    if asked.descending {
        expected.reverse();
    }
    let query = || {
        let mut query =
            Order::query("c-1").between(asked.range.0, asked.range.1).filter(|o| o.cents.ge(asked.least_cents));
        if asked.descending {
            query = query.descending();
        }
        if let Some(items) = asked.page_size {
            query = query.page_size(items);
        }
        match asked.limit {
            Some(items) => query.limit(items),
            None => query,
        }
    };
    let some = &expected[..asked.limit.unwrap_or(usize::MAX).min(expected.len())];
    assert_eq!(ids(&query().await.unwrap()), some);
    assert_eq!(query().count().await.unwrap(), some.len() as u64);
    let (mut seen, mut cursor) = (Vec::new(), None);
    let mut back = loop {
        let page = query().cursor(cursor).page().await.unwrap();
        assert!(asked.limit.is_none_or(|limit| page.items.len() == limit || page.cursor.is_none()));
        seen.extend(ids(&page.items));
        cursor = page.cursor;
        if cursor.is_none() {
            break page.previous.map(|cursor| (cursor, page.items.len()));
        }
    };
    assert_eq!(seen, expected);
    while let Some((cursor, behind)) = back {
        seen.truncate(seen.len() - behind);
        let page = query().cursor(cursor).page().await.unwrap();
        assert!(seen.ends_with(&ids(&page.items)), "{:?} before {seen:?}", ids(&page.items));
        back = page.previous.map(|cursor| (cursor, page.items.len()));
        if back.is_none() {
            assert_eq!(seen, ids(&page.items));
        }
    }
}

#[test]
fn pages_agree_with_a_naive_model() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(asked in asked())| {
        runtime.block_on(stand::run(async |stand| agrees(stand, asked.clone()).await));
    });
}
