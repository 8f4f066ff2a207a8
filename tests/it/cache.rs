//! The cache, on the clock of the stand.

mod records;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use singlet::Client;
use singlet::cache::Cache;

use crate::stand::Stand;

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

/// A cache with its table, that consumes what the stand's client does.
async fn cache(stand: &Stand) -> Cache {
    let cache = cache_of(&stand.client);
    cache.create_table().await.unwrap();
    cache
}

fn cache_of(client: &Client) -> Cache {
    Cache::builder().client(client).build().unwrap()
}

/// Text of so many bytes that no compression makes shorter by a tenth.
fn noise(bytes: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from_u32(0x4e00 + u32::try_from(state % 20_000).unwrap()).unwrap()
    };
    let mut text: String = (0..bytes / 3).map(|_| next()).collect();
    text.extend(std::iter::repeat_n('x', bytes % 3));
    text
}
