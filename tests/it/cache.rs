//! Tests the cache, with a clock that the test advances.

mod batches;
mod border;
mod cleanup;
mod config;
mod cost;
mod crash;
mod fields;
mod meanwhile;
mod race;
mod records;
mod simulation;
mod ttl;

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use singlet::cache::Cache;
use singlet::{Client, Item};

use crate::stand::{Stand, s};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct User {
    name: String,
    age: u32,
    nick: Option<String>,
}

fn john() -> User {
    User { name: "John Doe".into(), age: 30, nick: None }
}

const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}

/// A cache with its table, which uses the client of the stand.
async fn cache(stand: &Stand) -> Cache {
    let cache = cache_of(&stand.client);
    cache.create_table().await.unwrap();
    cache
}

fn cache_of(client: &Client) -> Cache {
    Cache::builder().client(client).build().unwrap()
}

/// A cache whose accesses refresh a record after this part of its TTL.
fn with_pause(client: &Client, part: f64) -> Cache {
    Cache::builder().client(client).refresh_after(part).build().unwrap()
}

/// The hash key of a record, in which spaces are escaped.
fn pk_of(key: &str) -> AttributeValue {
    s(&format!("CACHE#{}", key.replace(' ', "%20")))
}

/// The stored item of a record or tracker, read without the cache.
async fn part(stand: &Stand, key: &str, part: &str) -> Option<Item> {
    let (pk, sk) = (pk_of(key), s(part));
    stand.stored("singlet_cache").await.into_iter().find(|item| item["pk"] == pk && item["sk"] == sk)
}

/// The stored item that holds expiry and last access: the tracker of a large record as soon as there is one.
async fn holder(stand: &Stand, key: &str) -> Item {
    let record = part(stand, key, "VALUE").await.unwrap();
    let tracker = part(stand, key, "TRACKER").await;
    let is_own = |tracker: &Item| record.contains_key("ends") && tracker["generation"] == record["generation"];
    tracker.filter(is_own).unwrap_or(record)
}

/// When a record expires, as it is stored.
async fn ends(stand: &Stand, key: &str) -> AttributeValue {
    let mut holder = holder(stand, key).await;
    holder.remove("ends").unwrap_or_else(|| holder["expires_at"].clone())
}

/// Text of this many bytes that compression cannot make a tenth shorter.
fn noise(bytes: usize) -> String {
    const LETTERS: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(LETTERS[usize::try_from(state >> 58).unwrap()])
    };
    (0..bytes).map(|_| next()).collect()
}
