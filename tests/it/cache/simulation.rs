//! Compares thousands of random accesses over simulated days with a naive model of a cache.

use std::collections::{BTreeMap, HashMap};

use singlet::ErrorKind;
use singlet::cache::Cache;

use super::{cache, ends, holder, noise, seconds};
use crate::stand::{self, Stand, n};

type Value = BTreeMap<String, String>;

struct Known {
    value: Value,
    ttl: u64,
    ends: i64,
    accessed: i64,
    /// How long after a stored access the next one is stored.
    pause: i64,
}

/// The naive model of a cache.
#[derive(Default)]
struct Model {
    records: HashMap<String, Known>,
    active: bool,
    refresh_after: f64,
}

impl Model {
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "of small numbers")]
    fn pause(&self, ttl: u64) -> i64 {
        if self.active { (ttl as f64 * self.refresh_after).ceil() as i64 } else { 0 }
    }

    fn live(&mut self, key: &str, now: i64) -> Option<&mut Known> {
        self.records.get_mut(key).filter(|known| known.ends > now)
    }

    fn access(active: bool, known: &mut Known, now: i64) {
        known.accessed = now;
        if active {
            known.ends = known.ends.max(now.saturating_add_unsigned(known.ttl));
        }
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % n
    }

    /// A small, large, or large and compressible value.
    fn text(&mut self) -> String {
        match self.below(4) {
            0 => "z".repeat(6_000),
            1 => noise(1_500),
            _ => noise(usize::try_from(self.below(300)).unwrap()),
        }
    }
}

async fn step(stand: &Stand, cache: &Cache, model: &mut Model, random: &mut Random) {
    let (key, now, active) = (format!("k{}", random.below(12)), stand.clock.now(), model.active);
    match random.below(20) {
        0..4 => {
            let (value, ttl) = (Value::from([("text".into(), random.text())]), 1 + random.below(20_000));
            cache.set_record(&key, &value).ttl(seconds(ttl)).await.unwrap();
            let (ends, pause) = (now.saturating_add_unsigned(ttl), model.pause(ttl));
            model.records.insert(key, Known { value, ttl, ends, accessed: now, pause });
        }
        4..10 => {
            let read: Option<Value> = cache.get_record(&key).await.unwrap();
            let known = model.live(&key, now);
            assert_eq!(read.as_ref(), known.as_ref().map(|known| &known.value));
            let is_due = |known: &Known| known.ends + known.pause.max(1) <= now.saturating_add_unsigned(known.ttl);
            if let Some(known) = known.filter(|known| active && is_due(known)) {
                Model::access(active, known, now);
            }
        }
        10..12 => {
            let value = Value::from([("text".into(), random.text())]);
            let outcome = cache.update_record(&key, &value).await;
            match model.live(&key, now) {
                Some(known) => {
                    outcome.unwrap();
                    known.value = value;
                    Model::access(active, known, now);
                }
                None => assert_eq!(outcome.unwrap_err().kind(), ErrorKind::NotFound),
            }
        }
        12..15 => {
            let (field, text) = (format!("f{}", random.below(5)), random.text());
            let outcome = cache.update_record_field(&key, &field, &text).await;
            match model.live(&key, now) {
                Some(known) => {
                    outcome.unwrap();
                    known.value.insert(field, text);
                    // The form decides, which is not the business of a naive model: without a tracker, or if the form
                    // changes, an access within the pause is stored too.
                    let is_due = known.accessed + known.pause.max(1) <= now;
                    let holder = holder(stand, &key).await;
                    if is_due || holder["accessed_at"] == n(now) {
                        Model::access(active, known, now);
                    }
                    assert_eq!(holder["accessed_at"], n(known.accessed));
                    assert_eq!(ends(stand, &key).await, n(known.ends));
                }
                None => assert_eq!(outcome.unwrap_err().kind(), ErrorKind::NotFound),
            }
        }
        15 => {
            let was_live = model.live(&key, now).is_some();
            assert_eq!(cache.delete_record(&key).await.unwrap(), was_live);
            model.records.remove(&key);
        }
        16 => {
            let past = random.below(200);
            cache.cleanup_inactive_records(past).max_removals_per_second(100_000).await.unwrap();
            let cutoff = now - i64::try_from(past).unwrap() * 60;
            model.records.retain(|_, known| known.ends > now && known.accessed + known.pause > cutoff);
        }
        17 => {
            let all: HashMap<String, Value> = cache.get_all_records().await.unwrap();
            let live = model.records.iter().filter(|(_, known)| known.ends > now);
            let expected: HashMap<_, _> = live.map(|(key, known)| (key.clone(), known.value.clone())).collect();
            assert_eq!(all, expected);
        }
        _ => stand.advance(random.below(9_000)),
    }
}

async fn simulate(active: bool, refresh_after: f64, seed: u64, steps: usize) {
    stand::run(async |stand| {
        cache(stand).await;
        let cache = Cache::builder().active_ttl(active).refresh_after(refresh_after).build().unwrap();
        let mut model = Model { active, refresh_after, ..Model::default() };
        let mut random = Random(seed);
        for _ in 0..steps {
            step(stand, &cache, &mut model, &mut random).await;
        }
    })
    .await;
}

#[tokio::test]
async fn an_active_cache_is_what_the_model_says() {
    simulate(true, 0.0, 0x5eed_0001, 1_000).await;
}

#[tokio::test]
async fn a_cache_with_pauses_is_what_the_model_says() {
    simulate(true, 0.3, 0x5eed_0003, 1_000).await;
}

#[tokio::test]
async fn a_cache_without_active_ttl_is_what_the_model_says() {
    simulate(false, 0.0, 0x5eed_0002, 1_000).await;
}
