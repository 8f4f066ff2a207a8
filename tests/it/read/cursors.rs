//! Cursors that are not what they should be.

use singlet::{Client, Cursor, ErrorKind, Model, Query, Table};

use crate::shop::{Customer, Order, OrderLine, Shop, order};
use crate::stand;
use crate::transport::Transport;

async fn orders() -> Cursor {
    Shop::create_table().await.unwrap();
    for (customer, id) in [("c-1", 1), ("c-1", 2), ("c-1", 3), ("c-2", 1), ("c-2", 2)] {
        order(customer, id).save().await.unwrap();
    }
    Order::query("c-1").limit(1).page().await.unwrap().cursor.unwrap()
}

async fn is_refused<M: Model + std::fmt::Debug>(query: Query<M>) {
    let error = query.page().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidCursor, "{error}");
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused_before_anything_is_sent() {
    stand::run(async |stand| {
        let cursor = orders().await;
        let transport = Transport::recording();
        let client = stand.through(&transport);
        is_refused(Order::query("c-2").cursor(&cursor).client(&client)).await;
        is_refused(Order::query("c-1").ge(1).cursor(&cursor).client(&client)).await;
        is_refused(Order::query("c-1").descending().cursor(&cursor).client(&client)).await;
        is_refused(Order::query("c-1").table("shop2").cursor(&cursor).client(&client)).await;
        is_refused(OrderLine::query("c-1").cursor(&cursor).client(&client)).await;
        is_refused(Customer::query("c-1").cursor(&cursor).client(&client)).await;
        assert_eq!(transport.sent().len(), 0);
        let scan = Order::scan().cursor(&cursor).page().await;
        assert_eq!(scan.unwrap_err().kind(), ErrorKind::InvalidCursor);

        let filtered = Order::query("c-1").filter(|o| o.cents.gt(0)).cursor(&cursor).limit(2).page().await;
        assert_eq!(filtered.unwrap().items.len(), 2, "the filter and the size of a page are not bound");
    })
    .await;
}

#[tokio::test]
async fn a_damaged_cursor_is_refused() {
    stand::run(async |_| {
        let cursor = orders().await.to_string();
        for damaged in
            ["", "x", "?", "AAAA", &cursor[..cursor.len() - 2], &format!("{cursor}AA"), &cursor.to_uppercase()]
        {
            is_refused(Order::query("c-1").cursor(damaged)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_signed_cursor_needs_its_key() {
    stand::run(async |stand| {
        let unsigned = orders().await;
        let signing = |key: &str| -> Client { stand.client.clone().with_cursor_key(key) };
        let query = |client: &Client| Order::query("c-1").limit(1).client(client);
        let page = query(&signing("a")).page().await.unwrap();
        let second = query(&signing("a")).cursor(&page.cursor).page().await.unwrap();
        assert_eq!(second.items[0].id, 2);
        is_refused(query(&signing("b")).cursor(&page.cursor)).await;
        is_refused(query(&stand.client).cursor(&page.cursor)).await;
        is_refused(query(&signing("a")).cursor(&unsigned)).await;
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_text_for_urls_and_shows_nothing_in_logs() {
    stand::run(async |_| {
        let cursor = orders().await;
        let text = cursor.to_string();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
        assert_eq!("a/b".parse::<Cursor>().unwrap_err().kind(), ErrorKind::InvalidCursor);
        assert_eq!(format!("{cursor:?}"), "Cursor(..)");
        let json = serde_json::to_string(&cursor).unwrap();
        assert_eq!(serde_json::from_str::<Cursor>(&json).unwrap(), cursor);
        assert!(serde_json::from_str::<Cursor>("\"!\"").is_err());
    })
    .await;
}
