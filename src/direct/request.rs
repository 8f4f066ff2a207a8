//! Builds, signs and sends one request with the parts of an SDK client.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::retry::TokenBucket;
use aws_smithy_async::rt::sleep::{AsyncSleep as _, SharedAsyncSleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::{
    Identity, ResolveCachedIdentity as _, SharedIdentityCache, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http::{HeaderName, header};
use sha2::{Digest as _, Sha256};

use crate::direct::replay::{FailedBody, Received, ReplayClient};
use crate::direct::sign::{DATE, Signable, Signer, push_hex};

pub(super) const TARGET: &str = "x-amz-target";
/// What the value of `x-amz-target` has before the name of the operation.
pub(crate) const TARGET_PREFIX: &str = "DynamoDB_20120810.";
pub(super) const INVOCATION_ID: &str = "amz-sdk-invocation-id";
pub(super) const SDK_REQUEST: &str = "amz-sdk-request";
pub(super) const TRACE_ID: &str = "x-amzn-trace-id";

/// The value of `confirmed_at` until the cache returns the credentials, and for a time before the epoch.
pub(super) const UNCONFIRMED: u64 = u64::MAX;

/// How long before their expiry the credentials are resolved for every request. By default, the SDK's cache renews them in the
/// last 10 seconds.
const RENEWAL: Duration = Duration::from_mins(1);

/// The parts of an SDK client that a request is sent with. They are bound to the credentials of a request that the SDK
/// has sent with them.
pub(crate) struct DirectSender {
    pub(super) client: SharedHttpClient,
    pub(super) connector: SharedHttpConnector,
    pub(super) cache: SharedIdentityCache,
    pub(super) resolver: SharedIdentityResolver,
    pub(super) components: RuntimeComponents,
    pub(super) bag: ConfigBag,
    pub(super) sleep: Option<SharedAsyncSleep>,
    pub(super) time: SharedTimeSource,
    pub(super) identity: Identity,
    /// Whether the cache returns the same credentials until shortly before they expire.
    pub(super) caches_until_expiry: bool,
    /// When the cache last returned these credentials, in seconds since the epoch by the client's clock.
    pub(super) confirmed_at: AtomicU64,
    pub(super) signer: Signer,
    pub(super) quota: TokenBucket,
    pub(super) idle: Option<Duration>,
    /// A request without a body, with the headers that all requests have in common and empty ones that each request
    /// sets. A copy of it is cheaper than another one, whose URI and headers would be formatted.
    pub(super) template: HttpRequest,
    pub(super) has_invocation_id: bool,
    /// Whether a Lambda function sends the requests, which then carry the trace of its invocation.
    pub(super) is_traced: bool,
}

// Not derived: it holds keys.
impl fmt::Debug for DirectSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectSender")
    }
}

impl DirectSender {
    /// Whether no request of the client has taken from the quota of retries what it has not returned.
    pub(super) fn has_full_quota(&self) -> bool {
        self.quota.is_full()
    }

    /// Returns the time of the client's clock.
    pub(super) fn now(&self) -> SystemTime {
        self.time.now()
    }

    /// Whether the SDK's cache has returned the credentials in the second of `now`, and would return them again.
    ///
    /// The cache returns the same credentials until shortly before they expire, but each call starts a timer and takes locks,
    /// which costs 8 % of a small request.
    pub(super) fn is_recently_confirmed(&self, now: SystemTime) -> bool {
        let is_valid = |expiry: SystemTime| expiry.duration_since(now).is_ok_and(|left| left > RENEWAL);
        self.caches_until_expiry
            && seconds(now) == Some(self.confirmed_at.load(Ordering::Relaxed))
            && self.identity.expiration().is_none_or(is_valid)
    }

    /// Whether the SDK's cache still has the credentials that requests are signed with.
    pub(crate) async fn is_current(&self) -> bool {
        let now = self.now();
        let resolved = self.cache.resolve_cached_identity(self.resolver.clone(), &self.components, &self.bag).await;
        let Ok(identity) = resolved else { return false };
        let is_current = match (identity.data::<Credentials>(), self.identity.data::<Credentials>()) {
            // The cache returns the same allocation as long as it has the same credentials.
            (Some(one), Some(other)) => std::ptr::eq(one, other) || one == other,
            _ => false,
        };
        if is_current {
            self.confirmed_at.store(seconds(now).unwrap_or(UNCONFIRMED), Ordering::Relaxed);
        }
        is_current
    }

    /// Builds and signs a request.
    pub(crate) fn request(&self, target: &'static str, body: Bytes, now: SystemTime) -> Result<HttpRequest, BoxError> {
        let mut request = self.template.try_clone().ok_or("the template has a body")?;
        let headers = request.headers_mut();
        if self.is_traced
            && let Ok(trace) = std::env::var("_X_AMZN_TRACE_ID")
        {
            if !trace.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                // The SDK escapes it.
                return Err("the trace needs escapes".into());
            }
            headers.try_insert(TRACE_ID, trace)?;
        }
        if self.has_invocation_id {
            headers.try_insert(const { HeaderName::from_static(INVOCATION_ID) }, invocation_id())?;
        }
        let length = body.len().to_string();
        let signable = Signable { target, body_hash: Sha256::digest(&body).into(), body_length: &length };
        let (date, authorization) = self.signer.sign(&signable, now)?;
        headers.try_insert(const { HeaderName::from_static(DATE) }, date)?;
        headers.try_insert(header::AUTHORIZATION, authorization)?;
        // `insert`, unlike `try_insert`, does not copy a static value. It panics on an invalid value, but every target is valid.
        headers.insert(const { HeaderName::from_static(TARGET) }, target);
        headers.try_insert(header::CONTENT_LENGTH, length)?;
        *request.body_mut() = SdkBody::from(body);
        Ok(request)
    }

    /// Sends a request, and reads the whole response.
    // Not `async`: the future would contain the request, although the HTTP client has it already.
    pub(crate) fn send(&self, mut request: HttpRequest) -> impl Future<Output = Received> + Send {
        // The SDK closes the connection of an attempt that fails.
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let answer = self.connector.call(request);
        async move {
            let mut received = Received { outcome: answer.await, connection };
            if let Ok(response) = &mut received.outcome
                && response.body().bytes().is_none()
            {
                // Boxed, because the future of every operation contains this one.
                let body = Box::pin(self.collect(ByteStream::new(response.take_body()))).await;
                *response.body_mut() = body.map_or_else(FailedBody::of, SdkBody::from);
            }
            received
        }
    }

    /// The client that answers a request of the SDK with what was received, and its retries from the network.
    pub(crate) fn replay(&self, received: Received) -> ReplayClient {
        ReplayClient::new(received, self.client.clone())
    }

    async fn collect(&self, mut stream: ByteStream) -> Result<Bytes, BoxError> {
        let Some(first) = self.next(&mut stream).await? else { return Ok(Bytes::new()) };
        let Some(second) = self.next(&mut stream).await? else { return Ok(first) };
        let mut all = BytesMut::with_capacity((first.len() + second.len()) * 2);
        all.extend_from_slice(&first);
        all.extend_from_slice(&second);
        while let Some(part) = self.next(&mut stream).await? {
            all.extend_from_slice(&part);
        }
        Ok(all.freeze())
    }

    /// Waits for the next part of a body, as long as the SDK tolerates a stalled one.
    async fn next(&self, stream: &mut ByteStream) -> Result<Option<Bytes>, BoxError> {
        let (Some(idle), Some(sleep)) = (self.idle, &self.sleep) else { return Ok(stream.next().await.transpose()?) };
        match select(pin!(stream.next()), sleep.sleep(idle)).await {
            Either::Left((part, _)) => Ok(part.transpose()?),
            Either::Right(_) => Err("the body of the response stalled".into()),
        }
    }
}

/// Returns the seconds since the epoch. `None` for an earlier time.
fn seconds(time: SystemTime) -> Option<u64> {
    time.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

/// A random UUID, as the SDK sends one per operation.
fn invocation_id() -> String {
    let mut bytes = fastrand::u128(..).to_be_bytes();
    // The version and the variant.
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (place, group) in [&bytes[..4], &bytes[4..6], &bytes[6..8], &bytes[8..10], &bytes[10..]].into_iter().enumerate()
    {
        if place > 0 {
            text.push('-');
        }
        push_hex(&mut text, group);
    }
    text
}
