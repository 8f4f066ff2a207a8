//! Reads refresh the TTL of items. What writes do is in `policy`.

mod background;
mod failures;
mod gets;
mod queries;
mod untouched;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{
    ErrorKind, ExpiredItems, Model, ModelConfig, Observer, Operation, RequestEvent, SkippedItem, TTLAttribute, Table,
};

use crate::stand::{START, Stand, n, s};

/// The models' ttl.
const TTL: i64 = 600;

#[derive(Table)]
#[table(name = "site", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "by_page", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "keys", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
struct Site;

fn ten_minutes() -> ModelConfig {
    ModelConfig::new("site").ttl(Duration::from_secs(TTL.unsigned_abs())).refresh_after(0.0)
}

fn fixed() -> ModelConfig {
    ten_minutes().refresh_ttl(false)
}

fn lazy() -> ModelConfig {
    ten_minutes().refresh_after(0.1)
}

fn hidden() -> ModelConfig {
    ten_minutes().expired(ExpiredItems::Hide)
}

/// Is refreshed by every access.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Site, hash_key = "USER#{user}", range_key = "VISIT#{id:04}", config = ten_minutes)]
#[model(index(by_page, hash_key = "PAGE#{page}", range_key = "VISIT#{id:04}"))]
#[model(index(keys, hash_key = "PAGE#{page}", range_key = "VISIT#{id:04}"))]
struct Visit {
    user: String,
    id: u32,
    page: String,
    #[model(version)]
    version: u64,
    expires_at: Option<TTLAttribute>,
}

/// Says nothing of its expiry.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Site, hash_key = "USER#{user}", range_key = "CART#{id:04}", config = ten_minutes)]
struct Cart {
    user: String,
    id: u32,
}

/// Is refreshed where the call says so.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Site, hash_key = "USER#{user}", range_key = "TOKEN#{id:04}", config = fixed)]
struct Token {
    user: String,
    id: u32,
    expires_at: Option<TTLAttribute>,
}

/// Is refreshed once a tenth of its ttl has passed.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Site, hash_key = "USER#{user}", range_key = "LAZY#{id:04}", config = lazy)]
struct Lazy {
    user: String,
    id: u32,
    expires_at: Option<TTLAttribute>,
}

/// Hidden after it has expired.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Site, hash_key = "USER#{user}", range_key = "GHOST#{id:04}", config = hidden)]
struct Ghost {
    user: String,
    id: u32,
    expires_at: Option<TTLAttribute>,
}

/// Has a sentinel.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Site, hash_key = "USER#{user}", range_key = "LOGIN#{id:04}", config = ten_minutes)]
struct Login {
    user: String,
    id: u32,
    #[model(unique)]
    email: String,
    expires_at: Option<TTLAttribute>,
}

fn visit(id: u32) -> Visit {
    Visit { user: "u".into(), id, page: "home".into(), version: 0, expires_at: None }
}

/// The expiry that a save or refresh gives, so many seconds after the start.
#[allow(clippy::unnecessary_wraps, reason = "as the fields have it")]
fn from(seconds: i64) -> Option<TTLAttribute> {
    Some(TTLAttribute::from_epoch_seconds(START + seconds + TTL))
}

/// Visits 0 to 4.
async fn visits() {
    Site::create_table().await.unwrap();
    for id in 0..5 {
        visit(id).save().await.unwrap();
    }
}

/// The stored expiry of the item with this range key, as seconds from which the ttl was reckoned.
async fn stored(stand: &Stand, range_key: &str) -> i64 {
    match stand.stored("site").await.into_iter().find(|item| item["sk"] == s(range_key)).unwrap().get("expires_at") {
        Some(AttributeValue::N(digits)) => digits.parse::<i64>().unwrap() - START - TTL,
        other => panic!("{other:?}"),
    }
}

/// Sets the stored expiry past singlet.
async fn set_stored(stand: &Stand, visit: &Visit, expires_at: Option<i64>) {
    let mut item = visit.to_item().unwrap();
    item.remove("expires_at");
    item.extend(expires_at.map(|seconds| ("expires_at".to_owned(), n(START + seconds))));
    stand.put_raw("site", item).await;
}

/// What the observer was told of requests.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<Request>>>);

/// An operation, and why it failed.
type Request = (Operation, Option<ErrorKind>);

impl Observer for Recorder {
    fn request(&self, event: &RequestEvent<'_>) {
        assert!(event.model.is_none_or(|model| !model.is_empty()));
        self.0.lock().unwrap().push((event.operation, event.error));
    }

    fn skipped_item(&self, _: &SkippedItem<'_>) {}
}

impl Recorder {
    fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }

    /// The operations since the last call; none has failed.
    fn sent(&self) -> Vec<Operation> {
        self.take()
            .into_iter()
            .map(|(operation, error)| if error.is_none() { operation } else { panic!("{error:?}") })
            .collect()
    }
}
