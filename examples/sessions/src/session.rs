//! The table, and the one model in it.

use std::sync::LazyLock;
use std::time::Duration;

use singlet::{ErrorKind, ExpiredItems, Model, ModelConfig, Result, TTLAttribute, Table};
use time::OffsetDateTime;
use uuid::Uuid;

/// How long a session lives when nobody says otherwise.
pub const DEFAULT_TTL: Duration = Duration::from_mins(5);

/// The most sessions that a list has.
pub const MOST_LISTED: usize = 500;

/// The table. Its name is that of the variable `SESSIONS_TABLE`, if there is one.
///
/// The index has all sessions in one partition, which takes a thousand writes per second: enough for a page that shows
/// them all.
#[derive(Debug, Table)]
#[table(name = "ephemera", hash_key = "pk", ttl = "expires_at", entity = "_type")]
#[table(index(name = "newest", hash_key = "list", range_key = "created_at"))]
pub struct Ephemera;

/// The config of [`Session`]: a life of [`DEFAULT_TTL`], which a read does not lengthen; what has expired is gone.
pub fn config() -> ModelConfig {
    static NAME: LazyLock<String> = LazyLock::new(|| match std::env::var("SESSIONS_TABLE") {
        Ok(name) if !name.is_empty() => name,
        _ => "ephemera".to_owned(),
    });
    ModelConfig::new(NAME.as_str()).ttl(DEFAULT_TTL).refresh_ttl(false).expired(ExpiredItems::Hide)
}

/// A memory that EPHEMERA took, and holds until it expires.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Ephemera, hash_key = "SESSION#{token}", config = config)]
#[model(index(newest, hash_key = "SESSIONS", range_key = created_at))]
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
    pub expires_at: Option<TTLAttribute>,
}

impl Session {
    /// Stores a new session that lives for `ttl`, or for [`DEFAULT_TTL`].
    pub async fn open(user_name: String, memory_fragment: String, ttl: Option<Duration>) -> Result<Session> {
        let ttl_seconds = ttl.unwrap_or(DEFAULT_TTL).as_secs();
        let builder = Session::builder().user_name(user_name).memory_fragment(memory_fragment);
        let mut session = builder.ttl_seconds(ttl_seconds).build();
        match ttl {
            // The model's own.
            None => session.create().await?,
            Some(ttl) => session.create().ttl(ttl).await?,
        }
        Ok(session)
    }

    /// The session, if it is live.
    pub async fn find(token: Uuid) -> Result<Option<Session>> {
        Session::get(token).consistent().await
    }

    /// The live sessions, the newest first, and [`MOST_LISTED`] at most.
    pub async fn live() -> Result<Vec<Session>> {
        Session::index(Ephemera::NEWEST).query(()).descending().limit(MOST_LISTED).await
    }

    /// Starts the countdown again, at `ttl` or what it was made with; `None` when it is gone.
    pub async fn extend(token: Uuid, ttl: Option<Duration>) -> Result<Option<Session>> {
        let Some(mut session) = Session::find(token).await? else { return Ok(None) };
        let ttl = ttl.unwrap_or(Duration::from_secs(session.ttl_seconds));
        // The write says again that the session lives: it may have ended since it was read.
        match session.extend_ttl(TTLAttribute::after(ttl)).await {
            Ok(()) => Ok(Some(session)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Expired) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Ends a session before its time; says whether there was one.
    pub async fn end(token: Uuid) -> Result<bool> {
        Ok(Session::delete_by_key(token).return_old().await?.is_some())
    }
}
