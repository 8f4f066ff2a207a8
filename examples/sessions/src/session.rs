//! The table and its only model, with everything that is sent to DynamoDB.

use std::sync::LazyLock;
use std::time::Duration;

use singlet::{ErrorKind, ExpiredItems, Model, ModelConfig, Result, TTLAttribute, Table};
use time::OffsetDateTime;
use uuid::Uuid;

/// The default TTL of a session.
pub const DEFAULT_TTL: Duration = Duration::from_mins(5);

/// The maximum number of sessions in a list.
pub const MOST_LISTED: usize = 500;

/// The table. The environment variable `SESSIONS_TABLE` overrides its name.
///
/// All sessions are in one partition of the index, which supports a thousand writes per second. That is enough for a
/// page that shows them all.
#[derive(Debug, Table)]
#[table(name = "ephemera", hash_key = "pk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "newest", hash_key = "list", range_key = "created_at"))]
pub struct Ephemera;

/// The config of [`Session`]: a TTL of [`DEFAULT_TTL`], which reads do not extend, and expired sessions are hidden.
pub fn config() -> ModelConfig {
    static NAME: LazyLock<String> = LazyLock::new(|| match std::env::var("SESSIONS_TABLE") {
        Ok(name) if !name.is_empty() => name,
        _ => "ephemera".to_owned(),
    });
    ModelConfig::new(NAME.as_str()).ttl(DEFAULT_TTL).refresh_ttl(false).expired(ExpiredItems::Hide)
}

/// A memory that EPHEMERA has stolen, and keeps until it expires.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ephemera, hash_key = "SESSION#{token}", config = config)]
#[model(index(newest, hash_key = "SESSIONS", range_key = created_at))]
pub struct Session {
    /// Generated when the session is created.
    #[model(generated = "uuid_v4", sensitive)]
    pub token: Uuid,
    /// The user whose memory it is.
    #[model(sensitive)]
    pub user_name: String,
    /// The memory.
    #[model(sensitive)]
    pub memory_fragment: String,
    /// When the session was created.
    #[model(created_at)]
    pub created_at: OffsetDateTime,
    /// The TTL with which the session was created.
    pub ttl_seconds: u64,
    /// When the session expires, no matter when DynamoDB deletes it.
    pub expires_at: Option<TTLAttribute>,
}

impl Session {
    /// Stores a new session with the given TTL, or [`DEFAULT_TTL`].
    pub async fn open(user_name: String, memory_fragment: String, ttl: Option<Duration>) -> Result<Session> {
        let ttl_seconds = ttl.unwrap_or(DEFAULT_TTL).as_secs();
        let builder = Session::builder().user_name(user_name).memory_fragment(memory_fragment);
        let mut session = builder.ttl_seconds(ttl_seconds).build();
        match ttl {
            // The default of the model.
            None => session.create().await?,
            Some(ttl) => session.create().ttl(ttl).await?,
        }
        Ok(session)
    }

    /// Reads a session, if it is live.
    pub async fn find(token: Uuid) -> Result<Option<Session>> {
        // Consistent, so that a new session is found at once.
        Session::get(token).consistent().await
    }

    /// Lists the live sessions, newest first, up to [`MOST_LISTED`].
    pub async fn live() -> Result<Vec<Session>> {
        Session::index(Ephemera::NEWEST).query(()).descending().limit(MOST_LISTED).await
    }

    /// Restarts the countdown with `ttl` or the TTL of the session. Returns `None` if the session is not live.
    pub async fn extend(token: Uuid, ttl: Option<Duration>) -> Result<Option<Session>> {
        let Some(mut session) = Session::find(token).await? else { return Ok(None) };
        let ttl = ttl.unwrap_or(Duration::from_secs(session.ttl_seconds));
        // The write also requires that the session is live, because it may have expired since it was read.
        match session.extend_ttl(TTLAttribute::after(ttl)).await {
            Ok(()) => Ok(Some(session)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Expired) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Deletes a session before it expires. Returns whether a live one existed.
    pub async fn end(token: Uuid) -> Result<bool> {
        Ok(Session::delete_by_key(token).return_old().await?.is_some())
    }
}
