//! The thin handle on the SDK's client: with the time, an observer, and an embedded DynamoDB for tests.
//!
//! Every operation resolves one (see `scope`) and sends its requests through it. It holds settings and sends nothing
//! by itself.

mod background;
mod builder;
pub(crate) mod cost;
mod credentials;
#[cfg(feature = "embedded")]
mod embedded;
pub(crate) mod ledger;
#[cfg(not(feature = "embedded"))]
mod not_embedded;
pub(crate) mod observer;
#[cfg(feature = "opentelemetry")]
pub(crate) mod open_telemetry;
pub(crate) mod rate_limit;
mod service_clock;
mod settings;
mod table_names;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::ServiceClock;
use crate::direct::Direct;
use crate::{Clock, Error, ErrorKind, Observer, RateLimiter, Result};

pub(crate) use background::Background;
pub use builder::ClientBuilder;
pub(crate) use credentials::with_sent_key;
pub(crate) use settings::BatchRetries;
use table_names::TableNames;

/// The sender of all requests: the SDK's DynamoDB client with a [`Clock`] and an [`Observer`].
///
/// A clone increments one counter and shares everything. `Debug` shows the region and the endpoint, never credentials.
///
/// ```
/// use singlet::Client;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let client = Client::embedded();
/// let tables = client.sdk().list_tables().send().await?;
/// assert!(tables.table_names().is_empty());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Client(Arc<ClientInner>);

#[derive(Clone)]
struct ClientInner {
    sdk: aws_sdk_dynamodb::Client,
    /// For `Debug` only.
    endpoint: Option<String>,
    time: ServiceClock,
    observer: Option<Arc<dyn Observer>>,
    batch_retries: BatchRetries,
    rate_limiter: Option<RateLimiter>,
    cursor_key: Option<Arc<[u8]>>,
    default_ttl: Option<Duration>,
    refresh_ttl: Option<bool>,
    table_names: Arc<TableNames>,
    background: Option<Background>,
    direct: Arc<Direct>,
    /// The setting that keeps the client from working. Constructors that cannot fail set it, and operations report it.
    fault: Option<&'static str>,
    #[cfg(feature = "streams")]
    streams: Option<aws_sdk_dynamodbstreams::Client>,
    #[cfg(feature = "embedded")]
    embedded: Option<Arc<dyn embedded::EmbeddedDatabase>>,
}

impl Client {
    /// A client with the settings of the environment: the AWS variables, `~/.aws`, and the role of the Lambda function,
    /// container or instance.
    ///
    /// `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL` name another endpoint, such as that of DynamoDB Local. See
    /// AWS's [list of variables][1]. The default retries are those of [`ClientBuilder::retries`].
    ///
    /// It never fails. If a setting cannot work, for instance because no region is set, the first operation fails with
    /// an error of kind [`Configuration`](ErrorKind::Configuration). [`ClientBuilder::build`] reports the error at
    /// once instead.
    ///
    /// [1]: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
    ///
    /// ```no_run
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// singlet::set_default_client(singlet::Client::from_env().await);
    /// # }
    /// ```
    pub async fn from_env() -> Self {
        ClientBuilder::default().build_lenient().await
    }

    /// Starts a client with your own settings. Everything that you do not set comes from the environment.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// let client = singlet::Client::builder()
    ///     .region("eu-west-1")
    ///     .endpoint_url("http://localhost:8000")
    ///     .credentials("local", "local", None)
    ///     .build()
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client that sends through an SDK client as it is configured.
    ///
    /// Use it for settings that [`ClientBuilder`] does not expose, and for `aws-smithy-mocks`.
    ///
    /// ```
    /// use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
    ///
    /// let config = aws_sdk_dynamodb::Config::builder()
    ///     .behavior_version(BehaviorVersion::latest())
    ///     .region(Region::new("eu-west-1"))
    ///     .build();
    /// let client = singlet::Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config));
    /// ```
    ///
    /// The settings of singlet are the defaults. [`with_sdk`](Self::with_sdk) keeps those of another client.
    pub fn from_sdk(sdk: aws_sdk_dynamodb::Client) -> Self {
        Client(Arc::new(ClientInner {
            sdk,
            endpoint: None,
            time: ServiceClock::new(Clock::system()),
            observer: None,
            batch_retries: BatchRetries::default(),
            rate_limiter: None,
            cursor_key: None,
            default_ttl: None,
            refresh_ttl: None,
            table_names: Arc::default(),
            background: None,
            direct: Arc::new(Direct::new(true)),
            fault: None,
            #[cfg(feature = "streams")]
            streams: None,
            #[cfg(feature = "embedded")]
            embedded: None,
        }))
    }

    /// The SDK's client, for everything that singlet does not do.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = singlet::Client::embedded();
    /// let page = client.sdk().list_tables().limit(10).send().await?;
    /// # Ok(()) }
    /// ```
    pub fn sdk(&self) -> &aws_sdk_dynamodb::Client {
        &self.0.sdk
    }

    /// The SDK's client of DynamoDB Streams, with the same settings. That of an embedded client reads the streams of
    /// the embedded tables.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Configuration`] on a client of [`from_sdk`](Self::from_sdk), because the SDK does not
    /// reveal the credentials of the client it was given.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = singlet::Client::embedded();
    /// let streams = client.streams_sdk()?.list_streams().send().await?;
    /// assert!(streams.streams().is_empty());
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "streams")]
    pub fn streams_sdk(&self) -> Result<&aws_sdk_dynamodbstreams::Client> {
        self.ready()?;
        let message =
            "a client of `from_sdk` has no streams client; create the SDK's streams client with the same settings";
        self.0.streams.as_ref().ok_or_else(|| Error::new(ErrorKind::Configuration, message))
    }

    /// The clock of the machine. Timestamps of models are read from it; [`service_now`](Self::service_now) decides what
    /// is expired.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// let client = Client::embedded_with_clock(ManualClock::at(60));
    /// assert_eq!(client.clock().now_millis(), 60_000);
    /// ```
    pub fn clock(&self) -> &Clock {
        self.time().local()
    }

    /// The time by this client's clock, in whole seconds since 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).now(), 60);
    /// ```
    pub fn now(&self) -> i64 {
        self.clock().now()
    }

    pub(crate) fn default_ttl(&self) -> Option<Duration> {
        self.0.default_ttl
    }

    pub(crate) fn refresh_ttl(&self) -> Option<bool> {
        self.0.refresh_ttl
    }

    pub(crate) fn background(&self) -> Option<&Background> {
        self.0.background.as_ref()
    }

    pub(crate) fn direct(&self) -> &Arc<Direct> {
        &self.0.direct
    }

    pub(crate) fn cursor_key(&self) -> Option<&[u8]> {
        self.0.cursor_key.as_deref()
    }

    pub(crate) fn observer(&self) -> Option<&dyn Observer> {
        self.0.observer.as_deref()
    }

    pub(crate) fn batch_retries(&self) -> BatchRetries {
        self.0.batch_retries
    }

    pub(crate) fn rate_limiter(&self) -> Option<&RateLimiter> {
        self.0.rate_limiter.as_ref()
    }

    /// Whether this is `other` itself or a clone of it.
    pub(crate) fn ptr_eq(&self, other: &Client) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Fails if the client has settings that cannot work.
    pub(crate) fn ready(&self) -> Result<()> {
        self.0.fault.map_or(Ok(()), |fault| Err(Error::new(ErrorKind::Configuration, fault)))
    }

    /// The settings of this clone only: other clones keep theirs.
    fn inner_mut(&mut self) -> &mut ClientInner {
        Arc::make_mut(&mut self.0)
    }
}

// Not derived: the SDK's config and the cursor key must not be printed.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let region = self.0.sdk.config().region().map(ToString::to_string);
        f.debug_struct("Client").field("region", &region).field("endpoint", &self.0.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_one_pointer_wide_and_crosses_threads() {
        fn crosses<T: Send + Sync + Clone + 'static>() {}
        crosses::<Client>();
        assert_eq!(size_of::<Client>(), size_of::<usize>());
    }
}
