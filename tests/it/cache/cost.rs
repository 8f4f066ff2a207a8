//! Tests the cost of operations, as in the tables of the documentation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use serde_json::json;
use singlet::cache::Cache;
use singlet::{Observer, RequestEvent};

use super::{cache, cache_of, noise, with_pause};
use crate::emulator::{Feature, supports};
use crate::stand::{self, Stand, n, s};

/// The read and write units of the requests since the last call.
#[derive(Clone, Default)]
struct Meter(Arc<Mutex<(f64, f64)>>);

impl Observer for Meter {
    fn request(&self, event: &RequestEvent<'_>) {
        let mut units = self.0.lock().unwrap();
        let consumed = event.cost.read + event.cost.write;
        match event.operation {
            singlet::Operation::Query | singlet::Operation::Scan => units.0 += consumed,
            _ => units.1 += consumed,
        }
    }
}

impl Meter {
    fn take(&self) -> (f64, f64) {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn metered(stand: &Stand) -> (Cache, Meter) {
    let meter = Meter::default();
    (cache_of(&stand.observed(meter.clone())), meter)
}

/// The cost of extending the expiry in the record itself.
async fn refresh_of_record(stand: &Stand, key: &str) -> f64 {
    let update = stand.client.sdk().update_item().table_name("singlet_cache");
    let update = update.key("pk", s(&format!("CACHE#{key}"))).key("sk", s("VALUE"));
    let update = update.update_expression("SET expires_at = :t").expression_attribute_values(":t", later());
    let output = update.return_consumed_capacity(ReturnConsumedCapacity::Total).send().await.unwrap();
    output.consumed_capacity.unwrap().capacity_units.unwrap()
}

fn later() -> AttributeValue {
    n(stand::START + 10_000_000)
}

/// A value whose item has almost this many bytes.
fn record(bytes: usize) -> serde_json::Value {
    json!({ "n": 0, "text": noise(bytes - 330) })
}

#[tokio::test]
async fn a_refresh_costs_one_unit_whatever_the_size() {
    if !supports(Feature::ReadCapacity) {
        return;
    }
    stand::run(async |stand| {
        cache(stand).await;
        let (cache, meter) = metered(stand);
        let mut table = Vec::new();
        for (name, bytes) in [("0.5", 512), ("1", 1024), ("4", 4096), ("40", 40_960)] {
            cache.set_record(name, &record(bytes)).ttl(Duration::from_hours(1)).await.unwrap();
            let (_, set) = meter.take();
            stand.advance(1);
            assert!(cache.get_record::<serde_json::Value>(name).await.unwrap().is_some());
            let (read, refresh) = meter.take();
            cache.update_record_field(name, "n", &1).await.unwrap();
            let (_, field) = meter.take();
            table.push((name, set, read, refresh, field, refresh_of_record(stand, name).await));
        }
        // Name, set, read, refresh with a tracker if there is one, field update, refresh without a tracker.
        assert_eq!(
            table,
            [
                ("0.5", 1.0, 1.0, 1.0, 1.0, 1.0),
                ("1", 1.0, 1.0, 1.0, 1.0, 1.0),
                ("4", 4.0, 1.0, 1.0, 4.0, 4.0),
                ("40", 40.0, 10.0, 1.0, 40.0, 40.0),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn reads_within_the_pause_write_nothing() {
    stand::run(async |stand| {
        cache(stand).await;
        let mut table = Vec::new();
        for (name, bytes) in [("1", 1024), ("4", 4096)] {
            for part in [0.0, 0.1, 0.5] {
                let meter = Meter::default();
                let cache = with_pause(&stand.observed(meter.clone()), part);
                cache.set_record(name, &record(bytes)).ttl(Duration::from_hours(1)).await.unwrap();
                meter.take();
                for _ in 0..360 {
                    stand.advance(10);
                    assert!(cache.get_record::<serde_json::Value>(name).await.unwrap().is_some());
                }
                let (read, written) = meter.take();
                table.push((name, part, written));
                assert!((read - 360.0).abs() < 1e-9 || !supports(Feature::ReadCapacity), "{name} {part}: {read}");
            }
        }
        // The write units of one read every ten seconds for an hour.
        assert_eq!(
            table,
            [
                ("1", 0.0, 360.0),
                ("1", 0.1, 10.0),
                ("1", 0.5, 2.0),
                ("4", 0.0, 360.0),
                ("4", 0.1, 10.0),
                ("4", 0.5, 2.0)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_field_update_within_the_pause_writes_the_record_alone() {
    stand::run(async |stand| {
        cache(stand).await;
        let mut table = Vec::new();
        for (name, bytes) in [("1", 1024), ("4", 4096)] {
            for advance in [359, 360] {
                let meter = Meter::default();
                let cache = with_pause(&stand.observed(meter.clone()), 0.1);
                cache.set_record(name, &record(bytes)).ttl(Duration::from_hours(1)).await.unwrap();
                stand.advance(advance);
                meter.take();
                cache.update_record_field(name, "n", &1).await.unwrap();
                table.push((name, advance, meter.take().1));
            }
        }
        assert_eq!(table, [("1", 359, 1.0), ("1", 360, 1.0), ("4", 359, 4.0), ("4", 360, 5.0)]);
    })
    .await;
}

#[tokio::test]
async fn updates_and_deletes_cost_what_they_write() {
    stand::run(async |stand| {
        cache(stand).await;
        let (cache, meter) = metered(stand);
        let mut table = Vec::new();
        for (name, bytes) in [("0.5", 512), ("1", 1024), ("4", 4096), ("40", 40_960)] {
            cache.set_record(name, &record(bytes)).await.unwrap();
            stand.advance(1);
            meter.take();
            cache.update_record(name, &record(bytes)).await.unwrap();
            let (_, update) = meter.take();
            stand.advance(1);
            cache.update_record_field(name, "n", &1).await.unwrap();
            let (_, field) = meter.take();
            cache.delete_record(name).await.unwrap();
            let (_, delete) = meter.take();
            table.push((name, update, field, delete));
        }
        assert_eq!(
            table,
            [("0.5", 1.0, 1.0, 1.0), ("1", 1.0, 1.0, 1.0), ("4", 5.0, 5.0, 5.0), ("40", 41.0, 41.0, 41.0)]
        );
    })
    .await;
}

#[tokio::test]
async fn compression_makes_everything_cheaper_but_fields() {
    stand::run(async |stand| {
        cache(stand).await;
        let (cache, meter) = metered(stand);
        let value = json!({ "n": 0, "text": noise(2_000).repeat(20) });
        cache.set_record("k", &value).await.unwrap();
        assert_eq!(meter.take(), (0.0, 2.0));
        stand.advance(1);
        cache.update_record_field("k", "n", &1).await.unwrap();
        assert_eq!(meter.take(), (1.0, 2.0 + 1.0), "the whole record, and its tracker");
    })
    .await;
}

#[tokio::test]
async fn a_small_value_over_a_large_one_costs_what_the_large_one_does() {
    stand::run(async |stand| {
        cache(stand).await;
        let (cache, _) = metered(stand);
        cache.set_record("k", &record(4096)).await.unwrap();
        stand.advance(1);
        assert!(cache.get_record::<serde_json::Value>("k").await.unwrap().is_some());
        let (result, cost) = singlet::measure_cost(cache.set_record("k", &record(900)).into_future()).await;
        result.unwrap();
        assert_eq!((cost.write, cost.refused, cost.requests), (4.0, 0.0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_cleanup_costs_one_unit_beside_the_record() {
    stand::run(async |stand| {
        cache(stand).await;
        let (cache, _) = metered(stand);
        for accessed in [false, true] {
            cache.set_record("k", &record(4096)).ttl(Duration::from_hours(2)).await.unwrap();
            if accessed {
                stand.advance(1);
                assert!(cache.get_record::<serde_json::Value>("k").await.unwrap().is_some());
            }
            stand.advance(3_600);
            let (report, cost) = singlet::measure_cost(cache.cleanup_inactive_records(60).into_future()).await;
            assert_eq!((report.unwrap().removed, cost.write, cost.refused), (1, 4.0 + 1.0, 0.0));
        }
    })
    .await;
}

#[tokio::test]
async fn all_records_cost_a_unit_per_4_kb_and_a_cleanup_half_of_that() {
    if !supports(Feature::ReadCapacity) {
        return;
    }
    stand::run(async |stand| {
        let cache = cache(stand).await;
        for number in 0..16 {
            cache.set_record(&format!("k-{number}"), &record(1_000)).ttl(Duration::from_hours(1)).await.unwrap();
        }
        let (all, cost) = singlet::measure_cost(cache.get_all_records::<serde_json::Value>().into_future()).await;
        assert_eq!(all.unwrap().len(), 16);
        assert_eq!((cost.read, cost.requests), (4.0, 1));
        let (report, cost) = singlet::measure_cost(cache.cleanup_inactive_records(60).into_future()).await;
        assert_eq!((report.unwrap().removed, cost.read, cost.write), (0, 2.0, 0.0));
    })
    .await;
}
