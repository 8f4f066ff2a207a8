//! The life that a model's config gives its items, in everything that writes. Reads are in `hidden` and `refresh`.

mod batches;
mod costs;
mod hidden_writes;
mod kept;
mod saves;
mod simulation;
mod transactions;
mod updates;

use std::time::Duration;

use singlet::{ExpiredItems, Model, ModelConfig, TTLAttribute, Table};

use crate::stand::START;

/// The model's ttl.
pub(crate) const TTL: u64 = 600;

#[derive(Table)]
#[table(name = "lives", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
pub(crate) struct Lives;

fn half_an_hour() -> ModelConfig {
    ModelConfig::new("lives").ttl(Duration::from_secs(TTL)).refresh_after(0.0)
}

fn fixed() -> ModelConfig {
    half_an_hour().refresh_ttl(false)
}

pub(crate) fn hidden() -> ModelConfig {
    half_an_hour().expired(ExpiredItems::Hide)
}

fn of_client() -> ModelConfig {
    ModelConfig::new("lives").client_ttl()
}

/// Carries its expiry, and is refreshed on access.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "VISIT#{id}", range_key = "VISIT", config = half_an_hour)]
pub(crate) struct Visit {
    pub(crate) id: u32,
    pub(crate) page: String,
    #[model(default)]
    pub(crate) clicks: u64,
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// Carries its expiry, which stays.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "TOKEN#{id}", range_key = "TOKEN", config = fixed)]
pub(crate) struct Token {
    pub(crate) id: u32,
    pub(crate) user: String,
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// Does not carry its expiry.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "CART#{id}", range_key = "CART", config = half_an_hour)]
pub(crate) struct Cart {
    pub(crate) id: u32,
    pub(crate) lines: u64,
}

/// Does not carry its expiry, which stays.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "CODE#{id}", range_key = "CODE", config = fixed)]
pub(crate) struct Code {
    pub(crate) id: u32,
    pub(crate) tries: u64,
}

/// Hidden after it has expired.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "GHOST#{id}", range_key = "GHOST", config = hidden)]
pub(crate) struct Ghost {
    pub(crate) id: u32,
    pub(crate) note: String,
    pub(crate) nick: Option<String>,
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// Hidden after it has expired, and has a version.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "DRAFT#{id}", range_key = "DRAFT", config = hidden)]
pub(crate) struct Draft {
    pub(crate) id: u32,
    pub(crate) text: String,
    #[model(version)]
    pub(crate) version: u64,
    pub(crate) expires_at: Option<TTLAttribute>,
}

/// Lives as long as the client says.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "LOOK#{id}", range_key = "LOOK", config = of_client)]
pub(crate) struct Look {
    pub(crate) id: u32,
    pub(crate) expires_at: Option<TTLAttribute>,
}

pub(crate) fn visit(id: u32) -> Visit {
    Visit { id, page: "/".into(), clicks: 0, expires_at: None }
}

pub(crate) fn ghost(id: u32) -> Ghost {
    Ghost { id, note: "boo".into(), nick: None, expires_at: None }
}

pub(crate) fn draft(id: u32) -> Draft {
    Draft { id, text: "dear".into(), version: 0, expires_at: None }
}

/// The expiry so many seconds after the start.
#[allow(clippy::unnecessary_wraps, reason = "as the fields have it")]
pub(crate) fn at(seconds: u64) -> Option<TTLAttribute> {
    Some(TTLAttribute::from_epoch_seconds(START.saturating_add_unsigned(seconds)))
}
