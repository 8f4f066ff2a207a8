//! Tests the key-value store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use singlet::kv::KeyValueStore;
use singlet::{ErrorKind, Observer, Operation, RequestEvent};

use crate::emulator::{Feature, supports};
use crate::stand::{self, START, Stand, n, s};
use crate::transport::{Fate, Transport};

async fn store(stand: &Stand) -> KeyValueStore {
    let store = KeyValueStore::new(stand.client.clone());
    store.create_table().await.unwrap();
    store
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Job {
    name: String,
    tries: u8,
    tags: Vec<String>,
    limits: BTreeMap<String, f64>,
    state: State,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum State {
    Waiting,
    Running { since: i64 },
}

fn job() -> Job {
    let limits = BTreeMap::from([("cpu".to_owned(), 0.5)]);
    Job { name: "nightly".into(), tries: 3, tags: vec![String::new()], limits, state: State::Running { since: -1 } }
}

const FIVE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_value_is_there_at_once_and_absent_after_its_time_to_live() {
    stand::run(async |stand| {
        let store = store(stand).await;
        store.put("test-key", &job()).ttl(FIVE).await.unwrap();
        assert_eq!(store.get("test-key").await.unwrap(), Some(job()));
        stand.clock.advance(Duration::from_millis(4_999));
        assert_eq!(store.get("test-key").await.unwrap(), Some(job()));
        stand.clock.advance(Duration::from_millis(1_001));
        assert_eq!(store.get::<Job>("test-key").await.unwrap(), None);
        assert_eq!(stand.only_item("key-values").await["expires_at"], n(START + 5), "it is not deleted yet");
    })
    .await;
}

#[tokio::test]
async fn a_value_without_time_to_live_stays() {
    stand::run(async |stand| {
        let store = store(stand).await;
        store.put("a", &1).ttl(FIVE).await.unwrap();
        store.put("a", &2).await.unwrap();
        stand.advance(1_000_000_000);
        assert_eq!(store.get("a").await.unwrap(), Some(2));
        assert!(!stand.only_item("key-values").await.contains_key("expires_at"));
    })
    .await;
}

#[tokio::test]
async fn a_second_put_begins_a_new_life() {
    stand::run(async |stand| {
        let store = store(stand).await;
        for value in [1, 2, 3] {
            store.put("a", &value).ttl(FIVE).await.unwrap();
            stand.advance(4);
            assert_eq!(store.get("a").await.unwrap(), Some(value));
        }
        stand.advance(1);
        assert_eq!(store.get::<i32>("a").await.unwrap(), None);
        store.put("a", &4).ttl(FIVE).await.unwrap();
        assert_eq!(store.get("a").await.unwrap(), Some(4));
        store.delete("a").await.unwrap();
        store.delete("a").await.unwrap();
        assert_eq!(store.get::<i32>("a").await.unwrap(), None);
        assert!(stand.stored("key-values").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_expired_value_counts_as_absent() {
    stand::run(async |stand| {
        let store = store(stand).await;
        let claim = |who: &'static str| store.put("lock", who).ttl(FIVE).if_absent().into_future();
        claim("a").await.unwrap();
        stand.advance(4);
        assert_eq!(claim("b").await.unwrap_err().kind(), ErrorKind::ConditionFailed);
        assert_eq!(store.get("lock").await.unwrap(), Some("a".to_owned()));
        stand.advance(1);
        claim("b").await.unwrap();
        assert_eq!(store.get("lock").await.unwrap(), Some("b".to_owned()));
        store.put("lock", "c").await.unwrap();
        stand.advance(1_000);
        assert!(claim("d").await.unwrap_err().is_condition_failed(), "what never expires is never absent");
    })
    .await;
}

#[tokio::test]
async fn a_claim_whose_response_is_lost_holds() {
    stand::run(async |stand| {
        store(stand).await;
        let transport = Transport::new(|number, _| if number == 0 { Fate::LoseResponse } else { Fate::Pass });
        let store = KeyValueStore::new(stand.through(&transport));
        store.put("lock", "a").ttl(FIVE).if_absent().await.unwrap();
        let sent: Vec<_> = transport.sent().into_iter().map(|request| request.operation).collect();
        assert_eq!(sent, ["PutItem", "PutItem"]);
    })
    .await;
}

#[tokio::test]
async fn any_value_of_serdes_reads_back() {
    stand::run(async |stand| {
        let store = store(stand).await;
        macro_rules! reads_back {
            ($($type:ty: $value:expr),* $(,)?) => {$(
                let value: $type = $value;
                store.put("k", &value).await.unwrap();
                assert_eq!(store.get::<$type>("k").await.unwrap(), Some(value));
            )*};
        }
        reads_back! {
            (): (),
            Option<u8>: None,
            bool: false,
            u64: u64::MAX,
            i64: i64::MIN,
            f64: -0.1,
            String: String::new(),
            (u8, String): (1, "ZSTD:".into()),
            Vec<Option<u8>>: vec![None, Some(1)],
            BTreeMap<String, Vec<State>>: BTreeMap::from([("k".into(), vec![State::Waiting])]),
            Job: job(),
        }
        store.put("k", &job()).await.unwrap();
        assert_eq!(stand.only_item("key-values").await["value"].as_m().unwrap()["name"], s("nightly"));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused() {
    stand::run(async |stand| {
        let store = store(stand).await;
        for value in [f64::NAN, f64::INFINITY, 1e300] {
            let error = store.put("a", &[value]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Encode);
        }
        let kind = async |put: singlet::kv::PutValue<'_>| put.await.unwrap_err().kind();
        assert_eq!(kind(store.put("a", &1).ttl(Duration::ZERO)).await, ErrorKind::Validation);
        assert_eq!(kind(store.put("x".repeat(2_050), &1)).await, ErrorKind::InvalidKey);
        assert_eq!(kind(store.put("a", &"x".repeat(410_000))).await, ErrorKind::TooLarge);
        assert_eq!(kind(store.clone().with_table("absent").put("a", &1)).await, ErrorKind::TableNotFound);
        assert!(stand.stored("key-values").await.is_empty());
        store.put("a", "secret").await.unwrap();
        let error = store.get::<u8>("a").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!format!("{error} {error:?}").contains("secret"));
    })
    .await;
}

/// The cost that the module documents.
#[derive(Clone, Default)]
struct Spent(Arc<Mutex<Vec<(Operation, f64)>>>);

impl Observer for Spent {
    fn request(&self, event: &RequestEvent<'_>) {
        self.0.lock().unwrap().push((event.operation, event.cost.read + event.cost.write));
    }
}

#[tokio::test]
async fn an_entry_costs_one_write_unit_per_kilobyte() {
    if !supports(Feature::ReadCapacity) {
        return;
    }
    stand::run(async |stand| {
        store(stand).await;
        let spent = Spent::default();
        let store = KeyValueStore::new(stand.observed(spent.clone()));
        for (length, write, read) in [(900, 1.0, 1.0), (1_010, 2.0, 1.0), (5_000, 5.0, 2.0)] {
            store.put("key", &"x".repeat(length)).await.unwrap();
            store.get::<String>("key").await.unwrap();
            store.delete("key").await.unwrap();
            let spent = std::mem::take(&mut *spent.0.lock().unwrap());
            assert_eq!(spent, [(Operation::Save, write), (Operation::Get, read), (Operation::Delete, write)]);
        }
    })
    .await;
}

#[tokio::test]
async fn machines_whose_clocks_differ_agree_on_what_has_expired() {
    stand::run(async |stand| {
        let plain = store(stand).await;
        plain.put("a", &1).ttl(FIVE).await.unwrap();
        for ahead in [-3_600, -300, 300, 3_600] {
            let skewed = KeyValueStore::new(stand.machine(ahead).0);
            let claim = skewed.put("a", &3).ttl(FIVE).if_absent().await;
            assert!(claim.unwrap_err().is_condition_failed(), "by no clock it has expired");
            assert_eq!(skewed.get("a").await.unwrap(), Some(1));
            skewed.put("b", &2).ttl(FIVE).await.unwrap();
            assert_eq!(plain.get("b").await.unwrap(), Some(2));
            stand.advance(7);
            assert_eq!(plain.get::<u8>("b").await.unwrap(), None);
            plain.put("a", &1).ttl(FIVE).await.unwrap();
        }
    })
    .await;
}
