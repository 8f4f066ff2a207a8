//! The thin handle on the SDK's client: with a clock, an observer, and an embedded DynamoDB for tests.

mod background;
mod batch_retries;
mod builder;
#[cfg(feature = "embedded")]
mod embedded;
pub(crate) mod observer;
mod service_clock;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::{Clock, Error, ErrorKind, Observer, Result};

pub(crate) use background::Background;
pub(crate) use batch_retries::BatchRetries;
pub use builder::ClientBuilder;
pub(crate) use service_clock::ServiceClock;

/// What sends requests: the SDK's own DynamoDB client, a [`Clock`] and an [`Observer`].
///
/// A clone is one counter increment and shares everything. `Debug` shows region and endpoint, never
/// credentials.
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
pub struct Client(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    sdk: aws_sdk_dynamodb::Client,
    endpoint: Option<String>,
    clock: Clock,
    service_clock: ServiceClock,
    observer: Option<Arc<dyn Observer>>,
    batch_retries: BatchRetries,
    cursor_key: Option<Arc<[u8]>>,
    default_ttl: Option<Duration>,
    refresh_ttl: Option<bool>,
    background: Option<Background>,
    /// The setting that keeps a client of `from_env` from working.
    fault: Option<&'static str>,
    #[cfg(feature = "streams")]
    streams: Option<aws_sdk_dynamodbstreams::Client>,
    #[cfg(feature = "embedded")]
    embedded: Option<embedded::Worker>,
}

impl Client {
    /// A client with the settings of the environment: the AWS variables, `~/.aws`, the role of the
    /// Lambda, container or instance.
    ///
    /// `AWS_ENDPOINT_URL_DYNAMODB` and `AWS_ENDPOINT_URL` name another endpoint, such as DynamoDB
    /// Local's; see the [list of AWS's variables][1]. Retries are sized as in
    /// [`ClientBuilder::retries`]. It never fails: settings that cannot work, such as a missing
    /// region, are the `Configuration` error of the first operation. [`ClientBuilder::build`] tells
    /// at once.
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

    /// A client with settings of your own; what is not set comes from the environment.
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

    /// A client around the SDK's, as it is configured: for settings that have no method here, and
    /// for `aws-smithy-mocks`.
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
    pub fn from_sdk(sdk: aws_sdk_dynamodb::Client) -> Self {
        Client(Arc::new(Inner {
            sdk,
            endpoint: None,
            clock: Clock::system(),
            service_clock: ServiceClock::new(),
            observer: None,
            batch_retries: BatchRetries::default(),
            cursor_key: None,
            default_ttl: None,
            refresh_ttl: None,
            background: None,
            fault: None,
            #[cfg(feature = "streams")]
            streams: None,
            #[cfg(feature = "embedded")]
            embedded: None,
        }))
    }

    /// This client with another clock. The clone it is made from keeps its own.
    ///
    /// Only singlet reads it: signatures are made by the system's clock, and the embedded
    /// DynamoDB keeps the clock it started with.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// let client = Client::embedded().with_clock(ManualClock::at(60));
    /// assert_eq!(client.now(), 60);
    /// ```
    pub fn with_clock(mut self, clock: impl Into<Clock>) -> Self {
        let inner = self.inner_mut();
        inner.clock = clock.into();
        inner.service_clock = ServiceClock::new();
        self
    }

    /// This client with an observer. The clone it is made from keeps its own.
    ///
    /// ```
    /// use singlet::{Client, Observer, RequestEvent};
    ///
    /// struct Slow;
    ///
    /// impl Observer for Slow {
    ///     fn request(&self, event: &RequestEvent<'_>) {
    ///         if event.duration.as_millis() > 100 {
    ///             eprintln!("{} is slow", event.table);
    ///         }
    ///     }
    /// }
    ///
    /// let client = Client::embedded().with_observer(Slow);
    /// ```
    pub fn with_observer(mut self, observer: impl Observer) -> Self {
        self.inner_mut().observer = Some(Arc::new(observer));
        self
    }

    /// This client with other retries for what DynamoDB leaves over of a batch; see
    /// [`ClientBuilder::batch_retries`]. The clone it is made from keeps its own.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let client = singlet::Client::embedded().with_batch_retries(12, Duration::from_millis(20));
    /// ```
    pub fn with_batch_retries(mut self, tries: u32, initial_pause: Duration) -> Self {
        self.inner_mut().batch_retries = BatchRetries::new(tries, initial_pause);
        self
    }

    /// This client, signing the [cursors](crate::Cursor) of pages with `key`: then nobody else can make one, and a
    /// cursor signed with another key is an error.
    ///
    /// ```
    /// # #[cfg(feature = "embedded")]
    /// let client = singlet::Client::embedded().with_cursor_key("32 random bytes from a secret store");
    /// ```
    pub fn with_cursor_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.inner_mut().cursor_key = Some(key.as_ref().into());
        self
    }

    /// This client with a ttl for the models that take theirs from it: `#[model(ttl)]` or
    /// [`ModelConfig::client_ttl`](crate::ModelConfig::client_ttl). The clone it is made from keeps its own.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # #[cfg(feature = "embedded")]
    /// let client = singlet::Client::embedded().with_default_ttl(Duration::from_secs(3_600));
    /// ```
    pub fn with_default_ttl(mut self, ttl: Duration) -> Self {
        self.inner_mut().default_ttl = Some(ttl);
        self
    }

    /// This client, with the refresh of lives on access on or off for all models whose config does not say it; see
    /// [`ModelConfig::refresh_ttl`](crate::ModelConfig::refresh_ttl). The clone it is made from keeps its own.
    ///
    /// ```
    /// # #[cfg(feature = "embedded")]
    /// let client = singlet::Client::embedded().with_refresh_ttl(false);
    /// ```
    pub fn with_refresh_ttl(mut self, refresh: bool) -> Self {
        self.inner_mut().refresh_ttl = Some(refresh);
        self
    }

    /// This client, not waiting for the refresh of lives that its reads cause. The clone it is made from keeps its own.
    ///
    /// By default a read waits for them: in a function of AWS Lambda, what is still under way when the handler has
    /// returned is frozen with it, and lost if no further call comes. Here reads give what they have read at once, with
    /// the expiry that was stored before, and a program calls [`flush`](Self::flush) before it ends or is frozen. A
    /// get is a `GetItem` then, and a write only where the refresh is due. At most 32 refreshes are under way; a read
    /// that has more waits for room.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let client = singlet::Client::embedded().with_background_refresh();
    /// // …
    /// client.flush().await;
    /// # }
    /// ```
    pub fn with_background_refresh(mut self) -> Self {
        self.inner_mut().background = Some(Background::new());
        self
    }

    /// Waits until everything is done that this client and its clones have begun in the background: see
    /// [`with_background_refresh`](Self::with_background_refresh). Without that there is nothing to wait for.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// singlet::Client::embedded().flush().await;
    /// # }
    /// ```
    pub async fn flush(&self) {
        if let Some(background) = &self.0.background {
            background.settled().await;
        }
    }

    /// The SDK's client, for whatever singlet does not do.
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

    /// The SDK's client of DynamoDB Streams, with the same settings; an embedded client's reads its own tables.
    ///
    /// An error of kind `Configuration` on a client of [`from_sdk`](Self::from_sdk): the SDK keeps its credentials to
    /// itself.
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
        let message = "a client of `from_sdk` has no streams client; make one of the SDK's with the same settings";
        self.0.streams.as_ref().ok_or_else(|| Error::new(ErrorKind::Configuration, message))
    }

    /// The clock that times to live and timestamps are reckoned from.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// let client = Client::embedded_with_clock(ManualClock::at(60));
    /// assert_eq!(client.clock().now_millis(), 60_000);
    /// ```
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The time by this client's clock, in whole seconds since 1970-01-01T00:00:00Z.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).now(), 60);
    /// ```
    pub fn now(&self) -> i64 {
        self.0.clock.now()
    }

    pub(crate) fn default_ttl(&self) -> Option<Duration> {
        self.0.default_ttl
    }

    pub(crate) fn refresh_ttl(&self) -> Option<bool> {
        self.0.refresh_ttl
    }

    /// The time by the service's clock, in whole seconds since 1970-01-01T00:00:00Z: what several machines agree on
    /// although their own clocks differ.
    ///
    /// It is this client's clock, corrected by [`clock_offset`](Self::clock_offset).
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).service_now(), 60);
    /// ```
    pub fn service_now(&self) -> i64 {
        self.service_now_millis().div_euclid(1000)
    }

    /// As [`service_now`](Self::service_now), in milliseconds.
    pub fn service_now_millis(&self) -> i64 {
        self.0.clock.now_millis().saturating_add(self.clock_offset().unwrap_or(0))
    }

    /// How many milliseconds the service's clock is ahead of this client's; negative when it is behind.
    ///
    /// It is learned from the `Date` of every answer, which is whole seconds: a clock that goes right to the second is
    /// not corrected. `None` before the first answer, where answers have no date, and when the two clocks are more than
    /// 15 minutes apart: AWS refuses requests that are signed so far off, hence it is a clock that a test has set.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::{Client, ManualClock, Model};
    ///
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "users")]
    /// # struct User { #[model(hash_key)] pk: String }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// let service = Client::embedded_with_clock(ManualClock::at(1_000));
    /// let late = service.clone().with_clock(ManualClock::at(940));
    /// assert_eq!(late.clock_offset(), None);
    ///
    /// User::create_table().client(&late).await?;
    /// assert_eq!(late.clock_offset(), Some(60_000));
    /// assert_eq!((late.now(), late.service_now()), (940, 1_000));
    /// # Ok(())
    /// # }
    /// ```
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.service_clock.offset()
    }

    pub(crate) fn service_clock(&self) -> &ServiceClock {
        &self.0.service_clock
    }

    pub(crate) fn background(&self) -> Option<&Background> {
        self.0.background.as_ref()
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

    /// Whether this is `other` itself, or a clone of it.
    pub(crate) fn ptr_eq(&self, other: &Client) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Fails where `from_env` found settings that cannot work.
    pub(crate) fn ready(&self) -> Result<()> {
        self.0.fault.map_or(Ok(()), |fault| Err(Error::new(ErrorKind::Configuration, fault)))
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }
}

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
