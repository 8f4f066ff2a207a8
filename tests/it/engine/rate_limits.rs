//! Rates in capacity units per second: what waits for them, what they count, and what throttling does to them.

#![allow(clippy::float_cmp, reason = "units are multiples of a half, which floats hold exactly")]

use std::time::Duration;

use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use serde_json::json;
use singlet::{
    Client, Collection, ErrorKind, Model, ModelConfig, RateLimiter, Result, Table, measure_cost, with_client,
};
use tokio::time::Instant;

use crate::emulator::{Feature, supports};
use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand::{self, Stand};
use crate::transport::{Fate, Transport, error_body};

#[derive(Debug, PartialEq, Collection)]
enum Row {
    Customer(Customer),
    Order(Order),
}

/// A limiter that nothing waits for.
fn counting() -> RateLimiter {
    RateLimiter::new(1e9)
}

async fn fill() {
    Shop::create_table().await.unwrap();
    customer("c-1").save().await.unwrap();
    singlet::batch_write().put_all((0..30).map(|id| order("c-1", id))).await.unwrap();
}

fn lines(items: u32) -> String {
    let line = |id| json!({ "Item": { "pk": { "S": format!("IMPORTED#{id}") }, "sk": { "S": "A" } } }).to_string();
    (0..items).map(line).collect::<Vec<_>>().join("\n")
}

/// Runs an operation of each kind that reads or writes many items.
type Bulk = (&'static str, fn(Option<&RateLimiter>) -> BoxFuture<'static, Result<()>>);

/// Gives the limiter to the operation if there is one, and awaits it.
macro_rules! bulk {
    ($($name:literal: $operation:expr $(=> $run:ident())?;)+) => {
        [$(($name, |limiter: Option<&RateLimiter>| {
            let operation = $operation;
            let operation = match limiter {
                Some(limiter) => operation.rate_limiter(limiter),
                None => operation,
            };
            Box::pin(async move { bulk!(@run operation $($run)?).await.map(drop) })
        }),)+]
    };
    (@run $operation:ident stream) => { $operation.stream().try_collect::<Vec<_>>() };
    (@run $operation:ident) => { $operation };
    (@run $operation:ident $run:ident) => { $operation.$run() };
}

fn bulk() -> Vec<Bulk> {
    let all: [Bulk; 17] = bulk! {
        "query": Order::query("c-1").page_size(10);
        "page": Order::query("c-1").limit(5) => page();
        "stream": Order::query("c-1").page_size(10) => stream();
        "count": Order::query("c-1") => count();
        "first": Order::query("c-1") => first();
        "index": Customer::index(Shop::GSI1).query("c-1@example.com");
        "hydrate": Order::query("c-1") => hydrate();
        "scan": Order::scan().page_size(10);
        "segments": Order::scan().segments(3);
        "collection": Row::query("c-1").page_size(10);
        "collection stream": Row::query("c-1").page_size(10) => stream();
        "collection scan": Row::scan().segments(2);
        "statement": singlet::statement::<Order>(r#"SELECT * FROM "shop" WHERE pk = 'CUSTOMER#c-1' AND begins_with(sk, 'ORDER#')"#);
        "batch_get": Order::batch_get((0..30).map(|id| ("c-1", id)));
        "batch_write": singlet::batch_write().put_all((0..30).map(|id| order("c-2", id)));
        "import": singlet::import("shop", lines(30).leak().as_bytes());
        "backfill": Order::backfill().change(|order| order.cents = 1).segments(2);
    };
    all.into()
}

#[tokio::test]
async fn every_bulk_operation_counts_all_that_it_consumes() {
    stand::run(async |stand| {
        fill().await;
        let reports_all = supports(Feature::ReadCapacity);
        for (name, operation) in bulk() {
            let limiter = counting();
            let (done, cost) = measure_cost(operation(Some(&limiter))).await;
            done.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(cost.read + cost.write > 0.0 || !reports_all, "{name}");
            let counted = (limiter.read_units(), limiter.write_units());
            assert_eq!(counted, (cost.read, cost.write + cost.refused), "{name}");

            // The limiter of the client is the same rule, and both together count each request once for each.
            let (of_client, own) = (counting(), counting());
            let transport = Transport::recording();
            let client = stand.through(&transport).with_rate_limiter(&of_client);
            with_client(client, operation(Some(&own))).await.unwrap();
            assert_eq!(
                (of_client.read_units(), of_client.write_units()),
                (own.read_units(), own.write_units()),
                "{name}"
            );
            assert!(of_client.read_units() + of_client.write_units() > 0.0 || !reports_all, "{name}");
            assert!(transport.sent().iter().all(|sent| sent.body.contains("ReturnConsumedCapacity")), "{name}");

            let once = counting();
            with_client(stand.client.clone().with_rate_limiter(&once), operation(Some(&once))).await.unwrap();
            assert!(once.read_units() <= cost.read && once.write_units() <= cost.write + cost.refused, "{name}");

            // Without a limiter, nobody asks for the units.
            let transport = Transport::recording();
            with_client(stand.through(&transport), operation(None)).await.unwrap();
            assert!(transport.sent().iter().all(|sent| !sent.body.contains("ReturnConsumedCapacity")), "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn operations_on_single_items_and_transactions_are_not_limited() {
    stand::run(async |stand| {
        fill().await;
        let limiter = RateLimiter::new(f64::MIN_POSITIVE);
        let transport = Transport::recording();
        with_client(stand.through(&transport).with_rate_limiter(&limiter), async {
            Order::get(("c-1", 1)).await.unwrap();
            Order::exists(("c-1", 1)).await.unwrap();
            order("c-1", 1).save().await.unwrap();
            Order::update(("c-1", 1)).set(|o| o.cents, 5).await.unwrap();
            singlet::transact_write().write(Order::update(("c-1", 1)).set(|o| o.cents, 6)).await.unwrap();
            singlet::transact_get((Order::get(("c-1", 1)), Order::get(("c-1", 2)))).await.unwrap();
            order("c-1", 1).delete().await.unwrap();
        })
        .await;
        assert_eq!((limiter.read_units(), limiter.write_units()), (0.0, 0.0));
        assert!(transport.sent().iter().all(|sent| !sent.body.contains("ReturnConsumedCapacity")));
    })
    .await;
}

#[tokio::test]
async fn operations_that_share_a_limiter_keep_to_its_rate_together() {
    stand::run(async |stand| {
        fill().await;
        let free = counting();
        let reads = |limiter: &RateLimiter| Order::scan().page_size(5).rate_limiter(limiter);
        reads(&free).await.unwrap();
        let units = free.read_units();
        assert!(units >= 2.0, "{units}");

        let limiter = RateLimiter::new(units * 20.0);
        let writes = || singlet::batch_write().put_all((0..30).map(|id| order("c-3", id)));
        let client = stand.client.clone().with_rate_limiter(&limiter);
        let started = Instant::now();
        let (read, again, written) = futures_util::join!(
            reads(&limiter).into_future(),
            reads(&limiter).into_future(),
            writes().client(&client).into_future(),
        );
        assert!(read.is_ok() && again.is_ok() && written.is_ok());
        let elapsed = started.elapsed();
        let consumed = limiter.read_units() + limiter.write_units();
        // The scans may meet what the batch has written already.
        assert!(limiter.read_units() >= 2.0 * units && limiter.write_units() == 30.0, "{consumed}");
        // The last requests, of up to 25 writes, are not waited for.
        let least = Duration::from_secs_f64((consumed - 27.0 - units).max(0.0) / (units * 20.0));
        assert!(elapsed >= least && least > Duration::from_millis(10), "{elapsed:?} of {least:?}");
    })
    .await;
}

#[tokio::test]
async fn pages_share_a_limiter_and_a_rate_of_one_operation_counts_with_it() {
    stand::run(async |_| {
        fill().await;
        let limiter = counting();
        let mut cursor = None;
        let mut pages = 0;
        loop {
            let query = Order::query("c-1").limit(7).cursor(cursor).rate_limiter(&limiter);
            let page = query.max_capacity_per_second(1e6).page().await.unwrap();
            pages += 1;
            assert!(limiter.read_units() >= 0.5 * f64::from(pages));
            cursor = page.cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(pages, 5);
    })
    .await;
}

#[tokio::test]
async fn throttled_attempts_reduce_the_rate_though_the_sdk_repeats_them() {
    stand::run(async |stand| {
        fill().await;
        for code in ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"] {
            // The client's first request is sent by the SDK, the second one directly.
            for throttled in [0, 1] {
                let body = error_body(code);
                let transport =
                    Transport::new(
                        move |number, _| {
                            if number == throttled { Fate::Answer(400, body.clone()) } else { Fate::Pass }
                        },
                    );
                let client = stand.through(&transport);
                let limiter = RateLimiter::separate(1e6, 1e6);
                for _ in 0..=throttled {
                    let orders = Order::query("c-1").client(&client).rate_limiter(&limiter).await.unwrap();
                    assert_eq!(orders.len(), 30);
                }
                assert_eq!(transport.sent().len(), throttled + 2, "{code}");
                assert!((5e5..6e5).contains(&limiter.read_rate()), "{code} {throttled}: {limiter:?}");
                assert_eq!(limiter.write_rate(), 1e6, "{code}");
            }
        }
        // Other failures say nothing about the capacity.
        let limiter = RateLimiter::new(1e6);
        let client = stand.through(&Transport::failing(400, "ValidationException"));
        Order::scan().client(&client).rate_limiter(&limiter).await.unwrap_err();
        let client = stand.through(&Transport::failing(500, "InternalServerError"));
        Order::scan().client(&client).rate_limiter(&limiter).await.unwrap_err();
        assert_eq!(limiter.read_rate(), 1e6);
    })
    .await;
}

#[tokio::test]
async fn what_a_batch_leaves_unprocessed_reduces_the_rate() {
    stand::run(async |stand| {
        fill().await;
        let transport = Transport::new(|number, sent| match number {
            0 => Fate::Answer(200, json!({ "UnprocessedItems": sent.json()["RequestItems"] }).to_string()),
            _ => Fate::Pass,
        });
        let limiter = RateLimiter::separate(1e6, 1e6);
        let batch = singlet::batch_write().put_all((0..5).map(|id| order("c-4", id))).rate_limiter(&limiter);
        batch.client(&stand.hasty(&transport)).await.unwrap();
        assert!(limiter.write_rate() < 6e5 && limiter.read_rate() == 1e6, "{limiter:?}");
        assert_eq!(limiter.write_units(), 5.0);

        // A response that has read less than DynamoDB's limits was not cut because of its size.
        for (units, is_reduced) in [(0.5, true), (2_048.0, false)] {
            let transport = Transport::new(move |number, sent| match number {
                0 => Fate::Answer(
                    200,
                    json!({
                        "Responses": {}, "UnprocessedKeys": sent.json()["RequestItems"],
                        "ConsumedCapacity": [{ "TableName": "shop", "CapacityUnits": units }],
                    })
                    .to_string(),
                ),
                _ => Fate::Pass,
            });
            let limiter = RateLimiter::new(1e6);
            let batch = Order::batch_get((0..5).map(|id| ("c-1", id))).rate_limiter(&limiter);
            batch.client(&stand.hasty(&transport)).await.unwrap();
            assert_eq!(limiter.read_rate() < 6e5, is_reduced, "{units}");
        }
    })
    .await;
}

#[derive(Table)]
#[table(name = "visits", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
struct Visits;

fn visits() -> ModelConfig {
    ModelConfig::new("visits").ttl(Duration::from_mins(10)).refresh_after(0.0)
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Visits, hash_key = "USER#{user}", range_key = "VISIT#{id:04}", config = visits)]
struct Visit {
    user: String,
    id: u32,
}

#[tokio::test]
async fn refreshes_of_reads_count_as_writes() {
    stand::run(async |stand| {
        Visits::create_table().await.unwrap();
        for id in 0..3 {
            Visit { user: "u".into(), id }.save().await.unwrap();
        }
        stand.advance(60);
        let limiter = counting();
        assert_eq!(Visit::query("u").rate_limiter(&limiter).await.unwrap().len(), 3);
        assert_eq!((limiter.read_units(), limiter.write_units()), (0.5, 3.0));
        if !supports(Feature::ReadCapacity) {
            return;
        }
        stand.advance(60);
        Visit::batch_get([("u", 0), ("u", 1)]).rate_limiter(&limiter).await.unwrap();
        assert_eq!((limiter.read_units(), limiter.write_units()), (1.5, 5.0));
    })
    .await;
}

#[tokio::test]
async fn a_rate_that_allows_nothing_is_refused_before_anything_is_sent() {
    stand::run(async |stand: &Stand| {
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let refused = |error: singlet::Error| {
            assert_eq!(error.kind(), ErrorKind::Validation);
            assert!(error.to_string().contains("must be a positive number of capacity units"), "{error}");
        };
        for odd in [0.0, -5.0, f64::NAN] {
            let error = Order::scan().max_capacity_per_second(odd).client(&client).await.unwrap_err();
            assert_eq!((error.model(), error.table()), (Some("Order"), Some("shop")));
            refused(error);
            refused(
                singlet::import("shop", &b"{}"[..]).max_capacity_per_second(odd).client(&client).await.unwrap_err(),
            );
            for (name, operation) in bulk() {
                let limited: Client = client.clone().with_rate_limiter(&RateLimiter::separate(1.0, odd));
                let Err(error) = with_client(limited, operation(None)).await else { panic!("{name}") };
                refused(error);
            }
        }
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}
