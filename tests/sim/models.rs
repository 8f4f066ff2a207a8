//! The items of the simulated world.

use serde::{Deserialize, Serialize};
use singlet::{Item, Model, TTLAttribute, Table};

#[derive(Table)]
#[table(name = "sim", hash_key = "pk", entity = "_type", ttl = "expires_at")]
#[table(index(name = "by_tag", hash_key = "gsi1pk", range_key = "gsi1sk"))]
pub(crate) struct Sim;

/// A model with a version: a write fails if another client has changed the item since it was read.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sim, hash_key = "ACCOUNT#{id}", index(by_tag, hash_key = "TAG#{tag}", range_key = "ACCOUNT#{id}"))]
pub(crate) struct Account {
    pub(crate) id: u8,
    #[model(version)]
    pub(crate) version: u64,
    pub(crate) number: u64,
    pub(crate) tag: u32,
}

/// A model with a unique attribute, whose values are stored as sentinel items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sim, hash_key = "USER#{id}")]
pub(crate) struct User {
    pub(crate) id: u8,
    #[model(unique)]
    pub(crate) name: String,
}

/// A job that at most one client claims. By the write mark, a client recognizes its own write.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sim, hash_key = "JOB#{id}", write_mark = "mark")]
pub(crate) struct Job {
    pub(crate) id: u8,
    pub(crate) state: String,
    pub(crate) owner: Option<u64>,
}

/// A model that is written without conditions: notes 0 to 4 by single requests, notes 5 to 9 in batches.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sim, hash_key = "NOTE#{id}", index(by_tag, hash_key = "TAG#{tag}", range_key = "NOTE#{id}"))]
pub(crate) struct Note {
    pub(crate) id: u8,
    pub(crate) text: String,
    pub(crate) tag: u32,
}

impl Note {
    pub(crate) fn of(id: u8, step: u32) -> Self {
        Note { id, text: step.to_string(), tag: step }
    }
}

/// A model whose expired items are hidden, and whose TTL every access extends.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sim, hash_key = "SESSION#{id}", refresh_after = 0.0, expired = "hide")]
pub(crate) struct Session {
    pub(crate) id: u8,
    pub(crate) hits: u32,
    #[model(ttl = "5m")]
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// A record of the cache. Even steps write a large one, which is stored with a tracker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) step: u32,
    pub(crate) padding: String,
}

impl Record {
    pub(crate) fn of(step: u32) -> Self {
        Record { step, padding: "x".repeat(if step.is_multiple_of(2) { 2_000 } else { 10 }) }
    }
}

/// Describes how a stored item differs from what its model would write; `None` if it does not.
pub(crate) fn fault_of(item: &Item) -> Option<String> {
    let entity = item.get("_type").and_then(|name| name.as_s().ok())?;
    match entity.as_str() {
        "Account" => differs::<Account>(item),
        "User" => differs::<User>(item),
        "Job" => differs::<Job>(item),
        "Note" => differs::<Note>(item),
        "Session" => differs::<Session>(item),
        _ => None,
    }
}

/// Reads the item as the model and writes it again. Index keys are attributes, so they are compared with the fields too.
fn differs<M: Model>(stored: &Item) -> Option<String> {
    let mut stored = stored.clone();
    stored.remove("mark");
    match M::from_item(&stored).and_then(|model| model.to_item()) {
        Ok(item) if item == stored => None,
        Ok(item) => Some(format!("stored {stored:?}, written anew {item:?}")),
        Err(error) => Some(format!("stored {stored:?}: {error}")),
    }
}
