//! DynamoDB inside this process, behind the SDK's real client: everything but the network.
//!
//! Another database is one more implementation of [`EmbeddedDatabase`], in a file beside `dynoxide`.

mod connector;
mod dynoxide;
mod worker;

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region, StalledStreamProtectionConfig};

use crate::clock::ServiceClock;
use crate::{Client, Clock, Error, ErrorKind, ManualClock, Result};
use connector::{Service, ServiceRequest, ServiceResponse};

/// A host name that never resolves: a request that left the process would fail at once.
const ENDPOINT: &str = "http://embedded.invalid";

/// An implementation of DynamoDB inside this process.
pub(super) trait EmbeddedDatabase: fmt::Debug + Send + Sync + 'static {
    /// Answers a request. As with a remote service, the request has its effect even if the future is dropped.
    fn answer(&self, request: ServiceRequest) -> Pin<Box<dyn Future<Output = ServiceResponse> + Send>>;

    /// Deletes the expired items of all tables, and returns how many there were.
    fn sweep_expired(&self) -> Pin<Box<dyn Future<Output = Result<usize>> + Send>>;
}

impl Client {
    /// A client with its own empty DynamoDB, in the memory of this process.
    ///
    /// Use it for tests, examples and tools. Nothing listens on a port, and the database is dropped with the last
    /// clone of the client. It is [`dynoxide`](https://docs.rs/dynoxide-rs), which supports tables, indexes,
    /// expressions, transactions, TTL and PartiQL. It never throttles and needs no credentials. Expired items remain
    /// until [`sweep_expired`](Self::sweep_expired) is called.
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no memory or no thread for the database.
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
        let clock = Clock::system();
        Self::of_backend(dynoxide::in_memory(clock.clone()), clock)
    }

    /// An embedded client whose time comes from `clock`, so that a test decides when items expire.
    ///
    /// # Panics
    ///
    /// Panics if the operating system has no memory or no thread for the database.
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
        let clock = Clock::manual(clock);
        Self::of_backend(dynoxide::in_memory(clock.clone()), clock)
    }

    /// An embedded client whose tables are stored in the file at `path`, which is created if it does not exist.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Configuration`] if the path is not UTF-8, if the file cannot be opened or is not such a
    /// database, or if the operating system has no thread for it.
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
        Ok(Self::of_backend(dynoxide::in_file(path.as_ref())?, Clock::system()))
    }

    /// Deletes all expired items of the embedded tables, and returns how many there were. DynamoDB does the same in the
    /// background.
    ///
    /// Expiry is decided by the database's clock. As in DynamoDB, only tables with TTL enabled are swept, and only
    /// items that expired within the last five years are deleted.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Configuration`] if the client is not embedded.
    ///
    /// ```
    /// use singlet::Client;
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// assert_eq!(Client::embedded().sweep_expired().await?, 0);
    /// # Ok(()) }
    /// ```
    pub async fn sweep_expired(&self) -> Result<usize> {
        let Some(backend) = &self.0.embedded else {
            return Err(Error::new(ErrorKind::Configuration, "`sweep_expired` needs an embedded client"));
        };
        backend.sweep_expired().await
    }

    /// A client whose requests `backend` answers.
    fn of_backend(backend: Arc<dyn EmbeddedDatabase>, clock: Clock) -> Self {
        let service = Service { backend: Arc::clone(&backend), clock: clock.clone() };
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(credentials())
            .endpoint_url(ENDPOINT)
            .http_client(service.clone())
            // The database never throttles, so a retry would fail in the same way. A request in the queue of the database
            // would look to the SDK like a stalled upload, and fail after 6 s although it is carried out.
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        let mut client = Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config));
        let inner = client.inner_mut();
        inner.time = ServiceClock::shared(clock);
        inner.endpoint = Some(ENDPOINT.to_owned());
        #[cfg(feature = "streams")]
        {
            inner.streams = Some(streams(service));
        }
        inner.embedded = Some(backend);
        client
    }
}

/// The SDK signs every request. Nothing checks these signatures.
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
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    aws_sdk_dynamodbstreams::Client::from_conf(config)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A database that is busy for longer than the SDK waits for a stalled stream.
    #[derive(Debug)]
    struct Busy;

    impl EmbeddedDatabase for Busy {
        fn answer(&self, _: ServiceRequest) -> Pin<Box<dyn Future<Output = ServiceResponse> + Send>> {
            Box::pin(async {
                tokio::time::sleep(Duration::from_secs(8)).await;
                ServiceResponse { status: 200, body: br#"{"TableNames":[],"Streams":[]}"#.to_vec() }
            })
        }

        fn sweep_expired(&self) -> Pin<Box<dyn Future<Output = Result<usize>> + Send>> {
            Box::pin(std::future::ready(Ok(0)))
        }
    }

    #[tokio::test]
    async fn a_request_that_waits_long_is_answered() {
        let client = Client::of_backend(Arc::new(Busy), Clock::system());
        let tables = client.sdk().list_tables().send();
        let put = client.sdk().put_item().table_name("t").send();
        #[cfg(feature = "streams")]
        let streams = async { client.streams_sdk().unwrap().list_streams().send().await.is_ok() };
        #[cfg(not(feature = "streams"))]
        let streams = std::future::ready(true);
        let (tables, put, streams) = tokio::join!(tables, put, streams);
        assert!(tables.is_ok() && put.is_ok() && streams, "{tables:?} {put:?}");
    }
}
