//! Tests the stream consumer with batches in the format of Lambda events.

use singlet::{Client, ManualClock, Model, Table};
use singlet_lambda_example::sales;
use singlet_lambda_example::shop::{Sales, Seen, Shop};
use time::{Date, Month};

const BATCH: &str = include_str!("data/stream_batch.json");
const DAMAGED: &str = include_str!("data/stream_damaged.json");

const ALL_HANDLED: &str = r#"{"batchItemFailures":[]}"#;

/// Runs a test on its own empty DynamoDB, at the time of the events.
async fn on_a_table(test: impl AsyncFnOnce()) {
    let clock = ManualClock::at(1_750_489_600);
    singlet::with_client(Client::embedded_with_clock(clock), async {
        Shop::create_table().await.unwrap();
        test().await;
    })
    .await;
}

/// Returns the response to Lambda.
async fn handled(batch: &str) -> String {
    let failures = sales::handle(batch.as_bytes()).await.unwrap();
    serde_json::to_string(&failures).unwrap()
}

async fn sales_of(day: u8) -> Option<(u64, u64, u64)> {
    let day = Date::from_calendar_date(2025, Month::June, day).unwrap();
    let sales = Sales::get(day).await.unwrap();
    sales.map(|sales| (sales.orders, sales.cents, sales.cancelled))
}

#[tokio::test]
async fn orders_are_totalled_by_day_and_cancellations_are_counted() {
    on_a_table(async || {
        assert_eq!(handled(BATCH).await, ALL_HANDLED);
        assert_eq!(sales_of(21).await, Some((2, 3_400, 1)), "an expired order is not a cancelled one");
        assert_eq!(sales_of(22).await, Some((1, 100, 0)));
        assert_eq!(Sales::scan().count().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_batch_changes_nothing() {
    on_a_table(async || {
        handled(BATCH).await;
        assert_eq!(handled(BATCH).await, ALL_HANDLED);
        assert_eq!(sales_of(21).await, Some((2, 3_400, 1)));
        let seen = Seen::scan().await.unwrap();
        assert_eq!(seen.len(), 4, "three orders and a cancellation");
        assert!(seen.iter().all(|seen| seen.expires_at.epoch_seconds() == 1_750_489_600 + 2 * 86_400));
    })
    .await;
}

#[tokio::test]
async fn a_failed_record_is_reported_and_the_records_before_it_are_counted() {
    on_a_table(async || {
        let told = handled(DAMAGED).await;
        assert_eq!(told, r#"{"batchItemFailures":[{"itemIdentifier":"400000000000000499622"}]}"#);
        assert_eq!(sales_of(21).await, Some((1, 700, 0)), "later records wait for the retry");
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_reported_as_failed_if_the_table_cannot_be_written() {
    singlet::with_client(Client::embedded(), async {
        let told = handled(BATCH).await;
        assert_eq!(told, r#"{"batchItemFailures":[{"itemIdentifier":"400000000000000499603"}]}"#);
    })
    .await;
}

#[tokio::test]
async fn an_invalid_payload_is_an_error() {
    for payload in ["", "{}", "[]x", r#"{"Records":[{"eventName":"INSERT"}]}"#, "\u{0}"] {
        assert!(sales::handle(payload.as_bytes()).await.is_err(), "{payload:?}");
    }
    assert_eq!(handled(r#"{"Records":[]}"#).await, ALL_HANDLED);
}
