//! DynamoDB inside this process, behind the SDK's real client: the whole pipeline, without a port.

mod connector;
mod dispatch;
mod identity;
mod worker;

use std::path::Path;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use dynoxide::Database;

use crate::{Client, Clock, Error, ErrorKind, ManualClock, Result};
use connector::Service;

pub(super) use worker::Worker;

/// A name that no resolver knows: a request that left the process would fail at once.
const ENDPOINT: &str = "http://embedded.invalid";

/// What cannot be answered for in-memory databases: SQLite without memory, or no thread left.
const NO_MEMORY_DATABASE: &str = "an in-memory database opens and gets a thread";

impl Client {
    /// A client with a DynamoDB of its own inside this process, empty and in memory.
    ///
    /// For tests, examples and tools: nothing listens on a port, and the database ends with the
    /// last clone of the client. It is [`dynoxide`](https://docs.rs/dynoxide-rs), which knows tables,
    /// indexes, expressions, transactions, TTL and PartiQL. It never throttles and needs no
    /// credentials. Items whose time to live has passed stay until [`sweep_expired`](Self::sweep_expired).
    ///
    /// # Panics
    ///
    /// Panics when the operating system has no memory or no thread for it.
    ///
    /// ```
    /// use singlet::Client;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (one, other) = (Client::embedded(), Client::embedded());
    /// # use aws_sdk_dynamodb::types::*;
    /// # let key = KeySchemaElement::builder().attribute_name("pk").key_type(KeyType::Hash).build()?;
    /// # let pk = AttributeDefinition::builder().attribute_name("pk").attribute_type(ScalarAttributeType::S).build()?;
    /// let table = one.sdk().create_table().table_name("users").billing_mode(BillingMode::PayPerRequest);
    /// table.key_schema(key).attribute_definitions(pk).send().await?;
    ///
    /// assert_eq!(one.sdk().list_tables().send().await?.table_names(), ["users"]);
    /// assert!(other.sdk().list_tables().send().await?.table_names().is_empty());
    /// # Ok(()) }
    /// ```
    pub fn embedded() -> Self {
        Self::in_memory(Clock::system())
    }

    /// An embedded client whose time is told by `clock`: times to live pass when you say so.
    ///
    /// # Panics
    ///
    /// Panics when the operating system has no memory or no thread for it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::{Client, ManualClock};
    ///
    /// let clock = ManualClock::at(1_700_000_000);
    /// let client = Client::embedded_with_clock(clock.clone());
    /// clock.advance(Duration::from_secs(3600));
    /// assert_eq!(client.now(), 1_700_003_600);
    /// ```
    pub fn embedded_with_clock(clock: ManualClock) -> Self {
        Self::in_memory(Clock::manual(clock))
    }

    /// An embedded client whose tables are kept in the file at `path`; the file is made if absent.
    ///
    /// Fails with [`ErrorKind::Configuration`] where the path is not UTF-8, the file cannot be
    /// opened or is no such database, or there is no thread for it.
    ///
    /// ```
    /// use singlet::Client;
    ///
    /// let path = std::env::temp_dir().join(format!("singlet-doc-{}.db", std::process::id()));
    /// let client = Client::embedded_at(&path)?;
    /// # drop(client);
    /// # std::fs::remove_file(&path).ok();
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn embedded_at(path: impl AsRef<Path>) -> Result<Self> {
        let fault = |message| Error::new(ErrorKind::Configuration, message);
        let path = path.as_ref().to_str().ok_or_else(|| fault("the path of the embedded database is not UTF-8"))?;
        let database =
            Database::new(path).map_err(|e| fault("the embedded database cannot be opened").with_source(e))?;
        Self::with_database(database, Clock::system())
            .map_err(|e| fault("the thread of the embedded database cannot be started").with_source(e))
    }

    /// Deletes every item of the embedded tables whose time to live has passed by the database's
    /// clock, as DynamoDB does in its own time, and returns how many there were.
    ///
    /// Only items of tables with TTL enabled count, and as in DynamoDB only those that expired
    /// within the last five years. Fails with [`ErrorKind::Configuration`] on a client that is not
    /// embedded.
    ///
    /// ```
    /// use singlet::Client;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// assert_eq!(Client::embedded().sweep_expired().await?, 0);
    /// # Ok(()) }
    /// ```
    pub async fn sweep_expired(&self) -> Result<usize> {
        let Some(worker) = &self.0.embedded else {
            return Err(Error::new(ErrorKind::Configuration, "`sweep_expired` needs an embedded client"));
        };
        worker
            .call(Database::sweep_ttl)
            .await
            .ok_or_else(|| Error::new(ErrorKind::Service, "the embedded database failed"))?
            .map_err(|e| Error::new(ErrorKind::Service, "the embedded database cannot sweep").with_source(e))
    }

    fn in_memory(clock: Clock) -> Self {
        let database = Database::memory_with_clock(Arc::new(DatabaseClock(clock.clone()))).expect(NO_MEMORY_DATABASE);
        Self::with_database(database, clock).expect(NO_MEMORY_DATABASE)
    }

    fn with_database(database: Database, clock: Clock) -> std::io::Result<Self> {
        let worker = Worker::start(database)?;
        let service = Service { worker: worker.clone(), clock: clock.clone() };
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials())
            .endpoint_url(ENDPOINT)
            .http_client(service.clone())
            // The same request would fail in the same way.
            .retry_config(RetryConfig::disabled())
            .build();
        let mut client = Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config)).with_clock(clock);
        let inner = client.inner_mut();
        inner.endpoint = Some(ENDPOINT.to_owned());
        #[cfg(feature = "streams")]
        {
            inner.streams = Some(streams(service));
        }
        inner.embedded = Some(worker);
        Ok(client)
    }
}

/// What the requests are signed with; nobody checks it.
fn credentials() -> Credentials {
    Credentials::new("embedded", "embedded", None, None, "singlet")
}

#[cfg(feature = "streams")]
fn streams(service: Service) -> aws_sdk_dynamodbstreams::Client {
    let config = aws_sdk_dynamodbstreams::Config::builder()
        .behavior_version(aws_sdk_dynamodbstreams::config::BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(credentials())
        .endpoint_url(ENDPOINT)
        .http_client(service)
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_dynamodbstreams::Client::from_conf(config)
}

/// The client's clock as the database reads it.
struct DatabaseClock(Clock);

impl dynoxide::storage_backend::Clock for DatabaseClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now()).unwrap_or(0)
    }

    // Milliseconds are exact in an f64 up to the year 287,396.
    #[allow(clippy::cast_precision_loss)]
    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now_millis().max(0) as f64 / 1000.0
    }
}
