//! Reads hide expired items if the model says so. Writes are in `policy/hidden_writes`.

mod by_key;
mod indexes;
mod pages;
mod several;

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{
    Client, ExpiredItems, Model, ModelConfig, Observer, Operation, Projection, RequestEvent, SkipReason, SkippedItem,
    TTLAttribute, Table,
};

use crate::stand::{START, Stand};

#[derive(Table)]
#[table(name = "trail", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "all", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "newest", local, range_key = "opened"))]
#[table(index(name = "dated", hash_key = "gsi2pk", range_key = "gsi2sk", include("title", "expires_at", "_type")))]
#[table(index(name = "titled", hash_key = "gsi2pk", range_key = "gsi2sk", include("title", "_type")))]
#[table(index(name = "keys", hash_key = "gsi2pk", range_key = "gsi2sk", projection = "keys_only"))]
pub(crate) struct Trail;

#[derive(Table)]
#[table(name = "leases", hash_key = "pk", ttl = "expires_at")]
#[table(index(name = "by_expiry", hash_key = "team", range_key = "expires_at", range_key_type = "N"))]
pub(crate) struct Leases;

fn hiding() -> ModelConfig {
    ModelConfig::new("trail").expired(ExpiredItems::Hide)
}

fn hiding_leases() -> ModelConfig {
    ModelConfig::new("leases").expired(ExpiredItems::Hide)
}

/// Hidden after it has expired.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Trail, hash_key = "TEAM#{team}", range_key = "TRACE#{id:04}", config = hiding)]
#[model(index(all, hash_key = "STATE#{state}", range_key = "TRACE#{id:04}"))]
#[model(index(newest, range_key = opened))]
#[model(index(dated, hash_key = "OWNER#{team}", range_key = "TRACE#{id:04}"))]
#[model(index(titled, hash_key = "OWNER#{team}", range_key = "TRACE#{id:04}"))]
#[model(index(keys, hash_key = "OWNER#{team}", range_key = "TRACE#{id:04}"))]
pub(crate) struct Trace {
    pub(crate) team: String,
    pub(crate) id: u32,
    pub(crate) state: String,
    pub(crate) opened: String,
    pub(crate) title: String,
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// The same, and stays until it is deleted.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Trail, hash_key = "TEAM#{team}", range_key = "MARK#{id:04}")]
#[model(index(all, hash_key = "STATE#{state}", range_key = "MARK#{id:04}"))]
pub(crate) struct Mark {
    pub(crate) team: String,
    pub(crate) id: u32,
    pub(crate) state: String,
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// Finds its items by when they expire.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Leases, hash_key = "LEASE#{id}", config = hiding_leases)]
#[model(index(by_expiry, hash_key = team, range_key = expires_at))]
pub(crate) struct Lease {
    pub(crate) team: String,
    pub(crate) id: u32,
    pub(crate) expires_at: i64,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Trace)]
pub(crate) struct Title {
    pub(crate) title: String,
}

/// What the observer was told.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    skipped: Arc<Mutex<Vec<(String, SkipReason)>>>,
    sent: Arc<Mutex<Vec<Operation>>>,
}

impl Observer for Recorder {
    fn request(&self, event: &RequestEvent<'_>) {
        self.sent.lock().unwrap().push(event.operation);
    }

    fn skipped_item(&self, event: &SkippedItem<'_>) {
        assert_eq!(event.table, "trail");
        self.skipped.lock().unwrap().push((event.model.to_owned(), event.reason));
    }
}

impl Recorder {
    /// How many items were passed over as expired since the last call; there were no others.
    pub(crate) fn expired(&self) -> usize {
        let skipped = std::mem::take(&mut *self.skipped.lock().unwrap());
        assert!(skipped.iter().all(|(model, reason)| model != "Mark" && *reason == SkipReason::Expired), "{skipped:?}");
        skipped.len()
    }

    /// What was sent since the last call.
    pub(crate) fn sent(&self) -> Vec<Operation> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

pub(crate) fn trace(id: u32) -> Trace {
    Trace {
        team: "t".into(),
        id,
        state: "open".into(),
        opened: format!("2024-{id:02}"),
        title: format!("trace {id}"),
        expires_at: Some(at(if lives(id) { 100 } else { 10 })),
    }
}

/// Every fourth trace outlives the others: 3, 7, 11, …
pub(crate) fn lives(id: u32) -> bool {
    id % 4 == 3
}

pub(crate) fn at(seconds: i64) -> TTLAttribute {
    TTLAttribute::from_epoch_seconds(START + seconds)
}

/// Traces 0 to 19; at 10 seconds only the fourths of them live: 3, 7, 11, 15 and 19.
pub(crate) async fn trail(stand: &Stand) -> (Client, Recorder) {
    Trail::create_table().await.unwrap();
    let traces: Vec<Trace> = (0..20).map(trace).collect();
    singlet::batch_write().put_all(&traces).await.unwrap();
    stand.advance(10);
    let recorder = Recorder::default();
    (stand.observed(recorder.clone()), recorder)
}

pub(crate) const LIVE: [u32; 5] = [3, 7, 11, 15, 19];

pub(crate) fn ids(traces: &[Trace]) -> Vec<u32> {
    traces.iter().map(|trace| trace.id).collect()
}

/// A trace with another value as its expiry, or none.
pub(crate) fn raw(id: u32, expires_at: Option<AttributeValue>) -> singlet::Item {
    let mut item = trace(id).to_item().unwrap();
    item.remove("expires_at");
    item.extend(expires_at.map(|value| ("expires_at".to_owned(), value)));
    item
}
