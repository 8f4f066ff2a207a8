//! The settings of a [`Client`]: one method each, checked by `build` before anything is sent.

mod endpoint;
mod load;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient};
use aws_smithy_runtime_api::shared::IntoShared as _;

use crate::{Clock, Observer, RateLimiter};

use super::TableNames;
use load::Timeouts;

/// The settings of a [`Client`](crate::Client). Everything that is not set comes from the environment, as in
/// [`Client::from_env`](crate::Client::from_env).
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
#[must_use = "a builder creates no client until `.build().await`"]
pub struct ClientBuilder {
    region: Option<String>,
    profile: Option<String>,
    endpoint_url: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
    timeouts: Timeouts,
    retries: Option<(u32, Duration)>,
    batch_retries: Option<(u32, Duration)>,
    pub(super) rate_limiter: Option<RateLimiter>,
    http_client: Option<SharedHttpClient>,
    clock: Clock,
    observer: Option<Arc<dyn Observer>>,
    cursor_key: Option<Arc<[u8]>>,
    default_ttl: Option<Duration>,
    refresh_ttl: Option<bool>,
    pub(super) table_names: TableNames,
    background_refresh: bool,
    no_direct_requests: bool,
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

    /// The profile to read from `~/.aws/config` and `~/.aws/credentials`.
    ///
    /// Its keys and its region take precedence over those of the environment, such as `AWS_ACCESS_KEY_ID` and
    /// `AWS_REGION`; [`region`](Self::region) and [`credentials`](Self::credentials) take precedence over it. Profiles
    /// of IAM Identity Center need the cargo feature `sso`, and those with a `credential_process` the cargo feature
    /// `credentials-process`.
    ///
    /// ```
    /// let builder = singlet::Client::builder().profile("staging");
    /// ```
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// The URL that requests go to instead of the region's endpoint, such as `http://localhost:8000` for DynamoDB Local.
    ///
    /// `https` URLs need the cargo feature `tls`. A URL with a user name or password is rejected.
    ///
    /// ```
    /// let builder = singlet::Client::builder().endpoint_url("http://localhost:8000");
    /// ```
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_url = Some(url.into());
        self
    }

    /// Fixed credentials: an access key, a secret key, and the token of a temporary session if there is one.
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

    /// A provider of credentials, such as one of `aws-config` or a type of your own.
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

    /// The time limit for opening a connection. The default is the SDK's 3.1 seconds.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().connect_timeout(Duration::from_millis(500));
    /// ```
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.connect = Some(timeout);
        self
    }

    /// The time limit for the first byte of a response. There is none by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().read_timeout(Duration::from_secs(2));
    /// ```
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.read = Some(timeout);
        self
    }

    /// The time limit for one request with all its retries. There is none by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().operation_timeout(Duration::from_secs(5));
    /// ```
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.operation = Some(timeout);
        self
    }

    /// The time limit for one attempt of a request. There is none by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().attempt_timeout(Duration::from_secs(1));
    /// ```
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.attempt = Some(timeout);
        self
    }

    /// How many times a request is sent at most, including the first attempt, and the base of the jittered backoff,
    /// which doubles with each retry.
    ///
    /// The default is 4 attempts, unless `AWS_MAX_ATTEMPTS` or the profile sets another number, and a base of 25 ms.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().retries(3, Duration::from_millis(50));
    /// ```
    pub fn retries(mut self, max_attempts: u32, initial_backoff: Duration) -> Self {
        self.retries = Some((max_attempts, initial_backoff));
        self
    }

    /// How many times a batch retries what DynamoDB leaves unprocessed, and the base of the jittered pause before each
    /// retry, which doubles up to 64 times the base.
    ///
    /// Only consecutive responses without progress count as `tries`; any progress resets the count. The default is 8
    /// tries and a base of 50 ms, which is 3 to 6 seconds without progress. [`retries`](Self::retries) is independent
    /// of this: it is about requests that fail.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().batch_retries(12, Duration::from_millis(20));
    /// ```
    #[doc(alias = "UnprocessedItems")]
    #[doc(alias = "UnprocessedKeys")]
    pub fn batch_retries(mut self, tries: u32, initial_pause: Duration) -> Self {
        self.batch_retries = Some((tries, initial_pause));
        self
    }

    /// Limits the capacity units that the bulk operations of the client consume per second, all together.
    ///
    /// [`RateLimiter`] lists these operations: they read or write many items. Other operations are not limited. A query
    /// that a user waits for is limited too, so use this for programs that run jobs. A service that also runs jobs gives these a clone of its
    /// client with [`with_rate_limiter`](crate::Client::with_rate_limiter). Clients with the same limiter share its rate.
    ///
    /// ```
    /// use singlet::{Client, RateLimiter};
    ///
    /// let builder = Client::builder().rate_limiter(&RateLimiter::separate(100.0, 50.0));
    /// ```
    #[doc(alias = "rate_limit")]
    pub fn rate_limiter(mut self, limiter: &RateLimiter) -> Self {
        self.rate_limiter = Some(limiter.clone());
        self
    }

    /// The HTTP client that the SDK sends with, such as one with a proxy or with its own TLS settings.
    ///
    /// ```
    /// let plain = aws_smithy_http_client::Builder::new().build_http();
    /// let builder = singlet::Client::builder().http_client(plain);
    /// ```
    pub fn http_client(mut self, client: impl HttpClient + 'static) -> Self {
        self.http_client = Some(client.into_shared());
        self
    }

    /// The clock of the machine. See [`Client::clock`](crate::Client::clock). The default is the system's clock.
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

    /// The observer that is called for every request.
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

    /// The key that signs the cursors of pages. See [`Client::with_cursor_key`](crate::Client::with_cursor_key).
    ///
    /// ```
    /// let builder = singlet::Client::builder().cursor_key("32 random bytes from a secret store");
    /// ```
    pub fn cursor_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.cursor_key = Some(key.as_ref().into());
        self
    }

    /// The TTL of the models that take theirs from the client. See
    /// [`Client::with_default_ttl`](crate::Client::with_default_ttl).
    ///
    /// ```
    /// # use std::time::Duration;
    /// let builder = singlet::Client::builder().default_ttl(Duration::from_secs(3_600));
    /// ```
    pub fn default_ttl(mut self, ttl: Duration) -> Self {
        self.default_ttl = Some(ttl);
        self
    }

    /// Whether access to an item extends its TTL, unless the model's config decides. See
    /// [`Client::with_refresh_ttl`](crate::Client::with_refresh_ttl).
    ///
    /// ```
    /// let builder = singlet::Client::builder().refresh_ttl(false);
    /// ```
    pub fn refresh_ttl(mut self, refresh: bool) -> Self {
        self.refresh_ttl = Some(refresh);
        self
    }

    /// Makes reads return without waiting for the TTL refreshes that they cause. See
    /// [`Client::with_background_refresh`](crate::Client::with_background_refresh).
    ///
    /// ```
    /// let builder = singlet::Client::builder().background_refresh();
    /// ```
    pub fn background_refresh(mut self) -> Self {
        self.background_refresh = true;
        self
    }

    /// Whether the first attempt of a request bypasses the SDK's orchestrator. It does by default, because that takes a
    /// fraction of the CPU time.
    ///
    /// A direct request uses the client's credentials, endpoint, HTTP client and connect and read timeouts, and has the
    /// same headers and the same kind of signature. Retries, backoff and errors remain the SDK's: it gets every answer
    /// that is not a success, as if it had sent the request. The SDK sends the first request of a client, and:
    ///
    /// - all requests of a client with an interceptor, an endpoint resolver or a retry strategy of its own, with adaptive
    ///   retries, with an operation or attempt timeout, with `emit_input_attributes` or `capture_input_attributes`, or
    ///   without signatures of version 4;
    /// - requests with `customize`, and those that name their table by an ARN;
    /// - the first request with new credentials, and requests while the quota of retries is not full.
    ///
    /// The SDK's own `tracing` spans and metrics show only what the SDK sends. Set this to `false` if you need them for
    /// every request.
    ///
    /// ```
    /// let builder = singlet::Client::builder().direct_requests(false);
    /// ```
    pub fn direct_requests(mut self, is_on: bool) -> Self {
        self.no_direct_requests = !is_on;
        self
    }
}

// Not derived: credentials and the cursor key must not be printed, and the URL may contain a password.
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
