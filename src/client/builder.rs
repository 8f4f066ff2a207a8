//! The settings of a [`Client`], checked before anything is sent.

mod endpoint;
mod timeouts;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_smithy_runtime_api::shared::IntoShared as _;

use crate::{Client, Clock, Error, ErrorKind, Observer, Result};

use super::BatchRetries;
use timeouts::Timeouts;

/// Attempts and base backoff where nothing else is said: the sizes AWS's SDKs give DynamoDB, whose
/// requests take single milliseconds. The Rust SDK starts at a second.
const ATTEMPTS: u32 = 4;
const BACKOFF: Duration = Duration::from_millis(25);

const NO_REGION: &str = "no region is set; say which one, or set `AWS_REGION` or the region of the profile";
const ZERO_ATTEMPTS: &str = "`retries` needs at least 1 attempt";
const ZERO_TRIES: &str = "`batch_retries` needs at least 1 try";

/// The settings of a [`Client`]; what is not set comes from the environment, as in
/// [`Client::from_env`].
///
/// ```
/// use std::time::Duration;
/// use singlet::Client;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
/// let client = Client::builder()
///     .region("eu-west-1")
///     .endpoint_url("http://localhost:8000")
///     .credentials("local", "local", None)
///     .operation_timeout(Duration::from_secs(5))
///     .retries(3, Duration::from_millis(50))
///     .build()
///     .await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder makes no client until `.build().await`"]
pub struct ClientBuilder {
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
    timeouts: Timeouts,
    retries: Option<(u32, Duration)>,
    batch_retries: Option<(u32, Duration)>,
    http_client: Option<SharedHttpClient>,
    clock: Clock,
    observer: Option<Arc<dyn Observer>>,
    cursor_key: Option<Arc<[u8]>>,
    default_ttl: Option<Duration>,
    refresh_ttl: Option<bool>,
    background_refresh: bool,
}

impl ClientBuilder {
    /// The region, such as `eu-west-1`.
    ///
    /// ```
    /// let builder = singlet::Client::builder().region("eu-west-1");
    /// ```
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The profile of `~/.aws/config` and `~/.aws/credentials` to read.
    ///
    /// ```
    /// let builder = singlet::Client::builder().profile("staging");
    /// ```
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// The URL that requests go to instead of the region's, such as `http://localhost:8000` for
    /// DynamoDB Local.
    ///
    /// `https` URLs need the cargo feature `tls`. User names and passwords in it are refused.
    ///
    /// ```
    /// let builder = singlet::Client::builder().endpoint_url("http://localhost:8000");
    /// ```
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// A fixed pair of keys, with the token of a temporary session where there is one.
    ///
    /// ```
    /// let builder = singlet::Client::builder().credentials("AKIA…", "secret", None);
    /// ```
    pub fn credentials(
        self,
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        session_token: Option<String>,
    ) -> Self {
        self.credentials_provider(Credentials::new(access_key, secret_key, session_token, None, "singlet"))
    }

    /// Where the keys come from, such as a provider of `aws-config` or a type of your own.
    ///
    /// ```
    /// use aws_config::environment::EnvironmentVariableCredentialsProvider;
    ///
    /// let keys = EnvironmentVariableCredentialsProvider::new();
    /// let builder = singlet::Client::builder().credentials_provider(keys);
    /// ```
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(SharedCredentialsProvider::new(provider));
        self
    }

    /// How long opening a connection may take; by default the SDK's 3.1 seconds.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().connect_timeout(Duration::from_millis(500));
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = Some(timeout);
        self
    }

    /// How long the first byte of an answer may take; unlimited by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().read_timeout(Duration::from_secs(2));
    /// ```
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.read = Some(timeout);
        self
    }

    /// How long one request may take with all its retries; unlimited by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().operation_timeout(Duration::from_secs(5));
    /// ```
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.operation = Some(timeout);
        self
    }

    /// How long one attempt of a request may take; unlimited by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().attempt_timeout(Duration::from_secs(1));
    /// ```
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.attempt = Some(timeout);
        self
    }

    /// How often a request is sent at most, the first time included, and the base of the jittered
    /// backoff, which doubles with each retry.
    ///
    /// Without it: 4 attempts, unless `AWS_MAX_ATTEMPTS` or the profile say otherwise, from 25 ms.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().retries(3, Duration::from_millis(50));
    /// ```
    pub fn retries(mut self, max_attempts: u32, initial_backoff: Duration) -> Self {
        self.retries = Some((max_attempts, initial_backoff));
        self
    }

    /// How often a batch sends again what DynamoDB leaves over of it, and the base of the jittered pause
    /// before each, which doubles up to 64 times the base.
    ///
    /// Only answers in a row that bring nothing further count as `tries`; any progress starts over. By
    /// default 8, from 50 ms: 3 to 6 seconds without progress. These are apart from
    /// [`retries`](Self::retries), which are those of requests that fail.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().batch_retries(12, Duration::from_millis(20));
    /// ```
    pub fn batch_retries(mut self, tries: u32, initial_pause: Duration) -> Self {
        self.batch_retries = Some((tries, initial_pause));
        self
    }

    /// The HTTP client of the SDK to send with, such as one with a proxy or its own TLS.
    ///
    /// ```
    /// let plain = aws_smithy_http_client::Builder::new().build_http();
    /// let builder = singlet::Client::builder().http_client(plain);
    /// ```
    pub fn http_client(mut self, client: impl HttpClient + 'static) -> Self {
        self.http_client = Some(client.into_shared());
        self
    }

    /// The clock that times to live and timestamps are reckoned from; by default the system's.
    ///
    /// ```
    /// use singlet::ManualClock;
    ///
    /// let builder = singlet::Client::builder().clock(ManualClock::at(0));
    /// ```
    pub fn clock(mut self, clock: impl Into<Clock>) -> Self {
        self.clock = clock.into();
        self
    }

    /// What hears of every request.
    ///
    /// ```
    /// # use singlet::{Observer, RequestEvent};
    /// struct Failures;
    ///
    /// impl Observer for Failures {
    ///     fn request(&self, event: &RequestEvent<'_>) {
    ///         if let Some(kind) = event.error {
    ///             eprintln!("{}: {kind:?}", event.table);
    ///         }
    ///     }
    /// }
    ///
    /// let builder = singlet::Client::builder().observer(Failures);
    /// ```
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The key that the cursors of pages are signed with. See [`Client::with_cursor_key`].
    pub fn cursor_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.cursor_key = Some(key.as_ref().into());
        self
    }

    /// How long items live whose model takes its ttl from the client. See [`Client::with_default_ttl`].
    pub fn default_ttl(mut self, ttl: Duration) -> Self {
        self.default_ttl = Some(ttl);
        self
    }

    /// Whether access lengthens the lives of items, unless their model says it. See [`Client::with_refresh_ttl`].
    pub fn refresh_ttl(mut self, refresh: bool) -> Self {
        self.refresh_ttl = Some(refresh);
        self
    }

    /// Reads do not wait for the refresh of lives that they cause; see [`Client::with_background_refresh`].
    pub fn background_refresh(mut self) -> Self {
        self.background_refresh = true;
        self
    }

    /// Reads the environment for what is not set, and makes the client. Nothing is sent to DynamoDB; where no
    /// region is set anywhere, the instance's metadata service is asked for one.
    ///
    /// Fails with [`ErrorKind::Configuration`], naming the setting: no region, no attempts or
    /// tries, a timeout of zero, an endpoint that is no `http` or `https` URL, an `https` endpoint without
    /// the cargo feature `tls`.
    ///
    /// ```
    /// use singlet::{Client, ErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let error = Client::builder().endpoint_url("localhost:8000").build().await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// # }
    /// ```
    pub async fn build(self) -> Result<Client> {
        if let Some(fault) = self.own_fault() {
            return Err(Error::new(ErrorKind::Configuration, fault));
        }
        let client = self.build_lenient().await;
        client.ready()?;
        Ok(client)
    }

    /// Makes the client whatever its settings are; `Client::ready` tells of those that cannot work.
    pub(super) async fn build_lenient(self) -> Client {
        let shared = self.load().await;
        let endpoint = endpoint::of(self.endpoint_url.as_deref(), &shared);
        let fault = self.own_fault().or_else(|| self.loaded_fault(&shared, endpoint.as_deref()));
        let retries = retry_config(self.retries, &shared);
        #[cfg(feature = "streams")]
        let streams = streams(&shared, self.endpoint_url.as_deref(), retries.clone());
        let mut config = aws_sdk_dynamodb::config::Builder::from(&shared);
        // On the service's own builder, since `AWS_ENDPOINT_URL_DYNAMODB` wins over the shared setting.
        if self.endpoint_url.is_some() {
            config.set_endpoint_url(self.endpoint_url);
        }
        let config = config.retry_config(retries).build();
        let mut client = Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config));
        let inner = client.inner_mut();
        inner.endpoint = endpoint.filter(|_| fault.is_none());
        inner.clock = self.clock;
        inner.observer = self.observer;
        inner.batch_retries =
            self.batch_retries.map_or_else(BatchRetries::default, |(tries, base)| BatchRetries::new(tries, base));
        inner.cursor_key = self.cursor_key;
        inner.default_ttl = self.default_ttl;
        inner.refresh_ttl = self.refresh_ttl;
        inner.background = self.background_refresh.then(super::Background::new);
        inner.fault = fault;
        #[cfg(feature = "streams")]
        {
            inner.streams = Some(streams);
        }
        client
    }

    async fn load(&self) -> SdkConfig {
        let mut loader = aws_config::defaults(BehaviorVersion::latest());
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(credentials) = &self.credentials {
            loader = loader.credentials_provider(credentials.clone());
        }
        if let Some(timeouts) = self.timeouts.config() {
            loader = loader.timeout_config(timeouts);
        }
        let http_client = self.http_client.clone();
        #[cfg(not(feature = "tls"))]
        let http_client = http_client.or_else(|| Some(endpoint::plain_http_client()));
        if let Some(client) = http_client {
            loader = loader.http_client(client);
        }
        loader.load().await
    }

    fn own_fault(&self) -> Option<&'static str> {
        self.timeouts
            .fault()
            .or_else(|| self.retries.is_some_and(|(attempts, _)| attempts == 0).then_some(ZERO_ATTEMPTS))
            .or_else(|| self.batch_retries.is_some_and(|(tries, _)| tries == 0).then_some(ZERO_TRIES))
            .or_else(|| endpoint::fault(self.endpoint_url.as_deref()?))
    }

    fn loaded_fault(&self, shared: &SdkConfig, endpoint: Option<&str>) -> Option<&'static str> {
        if let Some(fault) = endpoint.and_then(endpoint::fault) {
            return Some(fault);
        }
        if shared.region().is_none() {
            return Some(NO_REGION);
        }
        if self.http_client.is_none() { endpoint::tls_fault(endpoint) } else { None }
    }
}

/// DynamoDB Local serves streams at the endpoint of its tables; AWS has another for them.
#[cfg(feature = "streams")]
fn streams(shared: &SdkConfig, endpoint: Option<&str>, retries: RetryConfig) -> aws_sdk_dynamodbstreams::Client {
    let mut config = aws_sdk_dynamodbstreams::config::Builder::from(shared);
    if let Some(url) = endpoint {
        config.set_endpoint_url(Some(url.to_owned()));
    }
    aws_sdk_dynamodbstreams::Client::from_conf(config.retry_config(retries).build())
}

fn retry_config(set: Option<(u32, Duration)>, shared: &SdkConfig) -> RetryConfig {
    let loaded = shared.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    if let Some((attempts, backoff)) = set {
        return loaded.with_max_attempts(attempts).with_initial_backoff(backoff);
    }
    // The loaded value does not tell the SDK's default from the same number set by hand.
    let is_default = loaded.max_attempts() == RetryConfig::standard().max_attempts()
        && std::env::var_os("AWS_MAX_ATTEMPTS").is_none();
    let attempts = if is_default { ATTEMPTS } else { loaded.max_attempts() };
    loaded.with_max_attempts(attempts).with_initial_backoff(BACKOFF)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("profile", &self.profile)
            .field("timeouts", &self.timeouts)
            .field("retries", &self.retries)
            .field("batch_retries", &self.batch_retries)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope;

    #[tokio::test]
    async fn what_is_wrong_with_a_lenient_client_fails_its_operations() {
        let client = Client::builder().region("eu-west-1").retries(0, Duration::ZERO).build_lenient().await;
        let error = scope::resolve(Some(&client), None, Some("Order")).unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Configuration, Some("Order")));
        assert!(error.to_string().contains("`retries`"), "{error}");
    }
}
