//! How a builder becomes a client: the environment is read, the settings are checked, the SDK's clients are created.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::{ClientBuilder, endpoint};
use crate::client::credentials::{self, RenewedCredentials};
use crate::client::{Background, BatchRetries};
use crate::clock::ServiceClock;
use crate::direct::Direct;
use crate::{Client, Error, ErrorKind, Result};

/// The default attempts and base backoff: those that AWS's other SDKs use for DynamoDB, whose requests take single-digit
/// milliseconds. The Rust SDK's general default starts at one second.
const ATTEMPTS: u32 = 4;
const BACKOFF: Duration = Duration::from_millis(25);

const NO_REGION: &str = "no region is set; call `region`, or set `AWS_REGION` or the region of the profile";
const ZERO_ATTEMPTS: &str = "`retries` needs at least 1 attempt";
const ZERO_TRIES: &str = "`batch_retries` needs at least 1 try";

impl ClientBuilder {
    /// Reads everything that is not set from the environment, and creates the client.
    ///
    /// This sends nothing to DynamoDB. If no region is set anywhere, it asks the instance's metadata service. The
    /// credentials of a [`profile`](Self::profile) are loaded at once; those of the environment are loaded by the first
    /// request. If DynamoDB refuses credentials before they expire, the client loads them again, once.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Configuration`], and names the setting, if there is no region, if `retries` or
    /// `batch_retries` is zero, if a timeout is zero, if the endpoint is not an `http` or `https` URL, or if it is an
    /// `https` URL and the cargo feature `tls` is disabled. It fails with the same kind if the profile does not exist, has
    /// no credentials, or needs a cargo feature that is disabled, and with [`ErrorKind::Credentials`] if its credentials
    /// cannot be loaded. It also fails with [`ErrorKind::Configuration`] if a [table name](Self::table_name) is illegal, or
    /// if two tables have the same name.
    ///
    /// ```
    /// use singlet::{Client, ErrorKind};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let error = Client::builder().endpoint_url("localhost:8000").build().await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Configuration);
    /// # }
    /// ```
    pub async fn build(mut self) -> Result<Client> {
        if let Some(fault) = self.own_fault() {
            return Err(Error::new(ErrorKind::Configuration, fault));
        }
        self.table_names.check()?;
        if let Some(profile) = &self.profile {
            // Both from the profile, so that the keys are not used in a region that they were not meant for.
            self.region = match self.region {
                Some(region) => Some(region),
                None => credentials::region_of(profile).await.map(|region| region.to_string()),
            };
            if self.credentials.is_none() {
                let region = self.region.clone().map(Region::new);
                let provider = credentials::of_profile(profile, region, self.connector()).await?;
                self.credentials = Some(SharedCredentialsProvider::new(provider));
            }
        }
        let client = self.build_lenient().await;
        client.ready()?;
        Ok(client)
    }

    /// Creates the client whatever its settings are. `Client::ready` reports those that cannot work.
    pub(in crate::client) async fn build_lenient(self) -> Client {
        let shared = self.load().await;
        let endpoint = endpoint::of(self.endpoint_url.as_deref(), &shared);
        let fault = self.own_fault().or_else(|| self.loaded_fault(&shared, endpoint.as_deref()));
        let retries = retry_config(self.retries, &shared);
        let renewed = RenewedCredentials::new();
        #[cfg(feature = "streams")]
        let streams = streams(&shared, self.endpoint_url.as_deref(), retries.clone(), renewed.clone());
        let mut config = aws_sdk_dynamodb::config::Builder::from(&shared);
        // Set on the service's own builder, because `AWS_ENDPOINT_URL_DYNAMODB` overrides the shared setting.
        if self.endpoint_url.is_some() {
            config.set_endpoint_url(self.endpoint_url);
        }
        let config = config.retry_config(retries).identity_cache(renewed.clone()).retry_classifier(renewed).build();
        let mut client = Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config));
        let inner = client.inner_mut();
        // `Debug` shows the endpoint, and a URL that was rejected may contain a password.
        inner.endpoint = endpoint.filter(|_| fault.is_none());
        inner.time = ServiceClock::new(self.clock);
        inner.observer = self.observer;
        inner.rate_limiter = self.rate_limiter;
        inner.batch_retries =
            self.batch_retries.map_or_else(BatchRetries::default, |(tries, base)| BatchRetries::new(tries, base));
        inner.cursor_key = self.cursor_key;
        inner.default_ttl = self.default_ttl;
        inner.refresh_ttl = self.refresh_ttl;
        inner.table_names = Arc::new(self.table_names);
        inner.background = self.background_refresh.then(Background::new);
        inner.direct = Arc::new(Direct::new(!self.no_direct_requests));
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
        if let Some(client) = self.connector() {
            loader = loader.http_client(client);
        }
        loader.load().await
    }

    /// `None` for the SDK's default.
    fn connector(&self) -> Option<SharedHttpClient> {
        let http_client = self.http_client.clone();
        #[cfg(not(feature = "tls"))]
        let http_client = http_client.or_else(|| Some(endpoint::plain_http_client()));
        http_client
    }

    /// The first setting of this builder that cannot work.
    fn own_fault(&self) -> Option<&'static str> {
        self.timeouts
            .fault()
            .or_else(|| self.retries.is_some_and(|(attempts, _)| attempts == 0).then_some(ZERO_ATTEMPTS))
            .or_else(|| self.batch_retries.is_some_and(|(tries, _)| tries == 0).then_some(ZERO_TRIES))
            .or_else(|| endpoint::fault(self.endpoint_url.as_deref()?))
    }

    /// The first setting that cannot work, once the environment is known.
    fn loaded_fault(&self, shared: &SdkConfig, endpoint: Option<&str>) -> Option<&'static str> {
        if let Some(fault) = endpoint.and_then(endpoint::fault) {
            return Some(fault);
        }
        if shared.region().is_none() {
            return Some(NO_REGION);
        }
        // Only the user knows whether their own HTTP client supports TLS.
        if self.http_client.is_none() { endpoint::tls_fault(endpoint) } else { None }
    }
}

/// DynamoDB Local serves streams at the endpoint of its tables. On AWS they have an endpoint of their own.
#[cfg(feature = "streams")]
fn streams(
    shared: &SdkConfig,
    endpoint: Option<&str>,
    retries: RetryConfig,
    renewed: RenewedCredentials,
) -> aws_sdk_dynamodbstreams::Client {
    let mut config = aws_sdk_dynamodbstreams::config::Builder::from(shared);
    if let Some(url) = endpoint {
        config.set_endpoint_url(Some(url.to_owned()));
    }
    let config = config.retry_config(retries).identity_cache(renewed.clone()).retry_classifier(renewed);
    aws_sdk_dynamodbstreams::Client::from_conf(config.build())
}

fn retry_config(set: Option<(u32, Duration)>, shared: &SdkConfig) -> RetryConfig {
    let loaded = shared.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    if let Some((attempts, backoff)) = set {
        return loaded.with_max_attempts(attempts).with_initial_backoff(backoff);
    }
    // The loaded value does not reveal whether its number is the SDK's default or was set to the same number.
    let is_default = loaded.max_attempts() == RetryConfig::standard().max_attempts()
        && std::env::var_os("AWS_MAX_ATTEMPTS").is_none();
    let attempts = if is_default { ATTEMPTS } else { loaded.max_attempts() };
    loaded.with_max_attempts(attempts).with_initial_backoff(BACKOFF)
}

/// The time limits that are set.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Timeouts {
    pub(super) connect: Option<Duration>,
    pub(super) read: Option<Duration>,
    pub(super) operation: Option<Duration>,
    pub(super) attempt: Option<Duration>,
}

impl Timeouts {
    fn named(&self) -> [(Option<Duration>, &'static str); 4] {
        [
            (self.connect, "`connect_timeout` is zero"),
            (self.read, "`read_timeout` is zero"),
            (self.operation, "`operation_timeout` is zero"),
            (self.attempt, "`attempt_timeout` is zero"),
        ]
    }

    /// The message for the first limit that is zero. Every request would time out.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.named().into_iter().find(|(timeout, _)| *timeout == Some(Duration::ZERO)).map(|(_, fault)| fault)
    }

    /// `None` if nothing is set, so that the SDK's defaults and the environment apply.
    pub(super) fn config(&self) -> Option<TimeoutConfig> {
        self.named().iter().any(|(timeout, _)| timeout.is_some()).then(|| {
            let mut config = TimeoutConfig::builder();
            config.set_connect_timeout(self.connect);
            config.set_read_timeout(self.read);
            config.set_operation_timeout(self.operation);
            config.set_operation_attempt_timeout(self.attempt);
            config.build()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope;

    #[tokio::test]
    async fn a_wrong_setting_of_a_lenient_client_fails_its_operations() {
        let client = Client::builder().region("eu-west-1").retries(0, Duration::ZERO).build_lenient().await;
        let error = scope::resolve(Some(&client), None, Some("Order")).unwrap_err();
        assert_eq!((error.kind(), error.model()), (ErrorKind::Configuration, Some("Order")));
        assert!(error.to_string().contains("`retries`"), "{error}");
    }
}
