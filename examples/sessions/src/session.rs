//! The table, and the one model in it.

use std::sync::LazyLock;
use std::time::Duration;

use singlet::{ErrorKind, ExpiresIn, Model, ModelConfig, Result, TTLAttribute, Table};
use time::OffsetDateTime;
use uuid::Uuid;

/// How long a session lives when nobody says otherwise, in seconds.
pub const DEFAULT_TTL: u64 = 300;

/// The most sessions that a list has.
pub const MOST_LISTED: usize = 500;

/// The table. Its name is that of the variable `SESSIONS_TABLE`, if there is one.
///
/// The index is sorted by expiry: what is live is the range behind now, so a list neither reads nor pays for what has
/// expired and is still stored.
#[derive(Debug, Table)]
#[table(name = "ephemera", hash_key = "pk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "by_expiry", hash_key = "list", range_key = "expires_at", range_key_type = "N"))]
pub struct Ephemera;

/// The config of every model in [`Ephemera`].
pub fn config() -> ModelConfig {
    static NAME: LazyLock<String> =
        LazyLock::new(|| std::env::var("SESSIONS_TABLE").unwrap_or_else(|_| "ephemera".to_owned()));
    ModelConfig::new(NAME.as_str())
}

/// A memory that EPHEMERA took, and holds until it expires.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ephemera, hash_key = "SESSION#{token}", config = config)]
#[model(index(by_expiry, hash_key = "SESSIONS", range_key = expires_at))]
pub struct Session {
    /// Made when the session is.
    #[model(generated = "uuid_v4", sensitive)]
    pub token: Uuid,
    /// Whose memory it is.
    #[model(sensitive)]
    pub user_name: String,
    /// What was remembered.
    #[model(sensitive)]
    pub memory_fragment: String,
    /// When it was taken.
    #[model(created_at)]
    pub created_at: OffsetDateTime,
    /// How long it was to live when it was made.
    pub ttl_seconds: u64,
    /// From when on it counts as gone, whether DynamoDB has deleted it or not.
    pub expires_at: TTLAttribute,
}

impl Session {
    /// Stores a new session that lives for `ttl`, or for [`DEFAULT_TTL`].
    pub async fn open(user_name: String, memory_fragment: String, ttl: Option<u64>) -> Result<Session> {
        let ttl = ttl.unwrap_or(DEFAULT_TTL);
        let mut session = Session::builder()
            .user_name(user_name)
            .memory_fragment(memory_fragment)
            .ttl_seconds(ttl)
            .expires_at(ExpiresIn::seconds(ttl))
            .build();
        session.create().await?;
        Ok(session)
    }

    /// The session, if it is live.
    pub async fn find(token: Uuid) -> Result<Option<Session>> {
        Ok(Session::get(token).consistent().await?.filter(|session| !session.is_expired()))
    }

    /// The live sessions, [`MOST_LISTED`] at most: those that expire first.
    pub async fn live() -> Result<Vec<Session>> {
        let now = TTLAttribute::after(Duration::ZERO);
        Session::index(Ephemera::BY_EXPIRY).query(()).after(now).limit(MOST_LISTED).await
    }

    /// Starts the countdown again, at `ttl` seconds or what it was made with; `None` when it is gone.
    pub async fn extend(token: Uuid, ttl: Option<u64>) -> Result<Option<Session>> {
        let Some(mut session) = Session::find(token).await? else { return Ok(None) };
        let ttl = ttl.unwrap_or(session.ttl_seconds);
        // The write says again that the session lives: it may have ended since it was read.
        match session.extend_ttl(ExpiresIn::seconds(ttl)).await {
            Ok(()) => Ok(Some(session)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Expired) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends a session before its time; says whether there was one.
    pub async fn end(token: Uuid) -> Result<bool> {
        let ended = Session::delete_by_key(token).return_old().await?;
        Ok(ended.is_some_and(|session| !session.is_expired()))
    }
}
