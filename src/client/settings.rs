//! The `with_…` methods of a [`Client`]: a clone of it with one setting changed.
//!
//! [`ClientBuilder`](crate::ClientBuilder) offers the same settings for a client that is built from the environment.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::ServiceClock;
use crate::direct::Direct;
use crate::{Client, Clock, Observer, RateLimiter};

/// How a batch sends again what DynamoDB leaves unprocessed.
///
/// These are not the SDK's retries: to the SDK, a response with unprocessed items is a success.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchRetries {
    /// How many responses in a row may make no progress before a batch gives up; at least 1.
    pub(crate) tries: u32,
    /// The first pause.
    pub(crate) base: Duration,
}

impl BatchRetries {
    pub(super) fn new(tries: u32, base: Duration) -> Self {
        // `ClientBuilder::build` rejects 0. `with_batch_retries` cannot fail, so it treats 0 as 1.
        BatchRetries { tries: tries.max(1), base }
    }
}

impl Default for BatchRetries {
    fn default() -> Self {
        BatchRetries::new(8, Duration::from_millis(50))
    }
}

impl Client {
    /// Sends through another SDK client, with the settings of this one: clock, observer, cursor key, TTL, table
    /// names, batch retries, rate limiter and background refreshes.
    ///
    /// Use it to change what only the SDK's config can, such as an interceptor. The new client knows the service's time
    /// as this one does. As with [`from_sdk`](Self::from_sdk), there is no streams client, and
    /// an embedded database cannot be swept.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// let client = Client::embedded_with_clock(ManualClock::at(60));
    /// let config = client.sdk().config().to_builder().app_name(aws_config::AppName::new("reports")?).build();
    /// let named = client.clone().with_sdk(aws_sdk_dynamodb::Client::from_conf(config));
    /// assert_eq!(named.now(), 60);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_sdk(mut self, sdk: aws_sdk_dynamodb::Client) -> Self {
        let inner = self.inner_mut();
        inner.sdk = sdk;
        // What is known of one SDK client is not true of another.
        inner.direct = Arc::new(Direct::new(inner.direct.is_on()));
        inner.endpoint = None;
        inner.fault = None;
        #[cfg(feature = "streams")]
        {
            inner.streams = None;
        }
        #[cfg(feature = "embedded")]
        {
            inner.embedded = None;
        }
        self
    }

    /// Replaces the clock. Other clones of the client keep theirs.
    ///
    /// Only singlet reads this clock. The SDK signs requests with the system's clock, and the embedded DynamoDB keeps
    /// the clock it started with. The client forgets the service's time.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// let client = Client::embedded().with_clock(ManualClock::at(60));
    /// assert_eq!(client.now(), 60);
    /// ```
    pub fn with_clock(mut self, clock: impl Into<Clock>) -> Self {
        // The known time was counted on the old clock.
        self.inner_mut().time = ServiceClock::new(clock.into());
        self
    }

    /// Sets the observer of this client's requests. Other clones of the client keep theirs.
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

    /// Sets how a batch retries what DynamoDB leaves unprocessed: see
    /// [`ClientBuilder::batch_retries`](crate::ClientBuilder::batch_retries). Other clones of the client keep their
    /// setting.
    ///
    /// ```
    /// # use std::time::Duration;
    /// let client = singlet::Client::embedded().with_batch_retries(12, Duration::from_millis(20));
    /// ```
    #[doc(alias = "UnprocessedItems")]
    #[doc(alias = "UnprocessedKeys")]
    pub fn with_batch_retries(mut self, tries: u32, initial_pause: Duration) -> Self {
        self.inner_mut().batch_retries = BatchRetries::new(tries, initial_pause);
        self
    }

    /// Limits the capacity units that the bulk operations of this client consume per second, all together: see
    /// [`ClientBuilder::rate_limiter`](crate::ClientBuilder::rate_limiter). Other clones of the client keep their setting.
    ///
    /// Use it to run a job with a clone of the client whose requests must not slow down the others.
    ///
    /// ```
    /// use singlet::{Client, RateLimiter};
    ///
    /// let client = Client::embedded();
    /// let of_the_job = client.clone().with_rate_limiter(&RateLimiter::new(50.0));
    /// ```
    #[doc(alias = "rate_limit")]
    pub fn with_rate_limiter(mut self, limiter: &RateLimiter) -> Self {
        self.inner_mut().rate_limiter = Some(limiter.clone());
        self
    }

    /// Signs the [cursors](crate::Cursor) of pages with `key`. Other clones of the client keep their setting.
    ///
    /// Set a key if cursors leave your service, for instance in a URL: nobody else can then forge one. A cursor that
    /// was signed with another key is an error.
    ///
    /// ```
    /// # #[cfg(feature = "embedded")]
    /// let client = singlet::Client::embedded().with_cursor_key("32 random bytes from a secret store");
    /// ```
    pub fn with_cursor_key(mut self, key: impl AsRef<[u8]>) -> Self {
        self.inner_mut().cursor_key = Some(key.as_ref().into());
        self
    }

    /// Sets the TTL of the models that take theirs from the client, by `#[model(ttl)]` or
    /// [`ModelConfig::client_ttl`](crate::ModelConfig::client_ttl). Other clones of the client keep their setting.
    ///
    /// Use this to share one default across models; other models are unaffected.
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

    /// Sets whether access to an item extends its TTL, for the models whose config does not decide: see
    /// [`ModelConfig::refresh_ttl`](crate::ModelConfig::refresh_ttl). Other clones of the client keep their setting.
    ///
    /// ```
    /// # #[cfg(feature = "embedded")]
    /// let client = singlet::Client::embedded().with_refresh_ttl(false);
    /// ```
    pub fn with_refresh_ttl(mut self, refresh: bool) -> Self {
        self.inner_mut().refresh_ttl = Some(refresh);
        self
    }

    /// Sets whether the first attempt of a request bypasses the SDK's orchestrator: see
    /// [`ClientBuilder::direct_requests`](crate::ClientBuilder::direct_requests). Other clones of the client keep their
    /// setting.
    ///
    /// ```
    /// # #[cfg(feature = "embedded")]
    /// let client = singlet::Client::embedded().with_direct_requests(false);
    /// ```
    pub fn with_direct_requests(mut self, is_on: bool) -> Self {
        self.inner_mut().direct = Arc::new(Direct::new(is_on));
        self
    }
}
