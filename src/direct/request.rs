//! Builds, signs and sends one request with the parts of an SDK client.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

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
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};

use crate::direct::replay::{FailedBody, Received, ReplayClient};
use crate::direct::sign::{DATE, Signable, Signer};

pub(super) const TARGET: &str = "x-amz-target";
pub(super) const TARGET_PREFIX: &str = "DynamoDB_20120810.";
pub(super) const INVOCATION_ID: &str = "amz-sdk-invocation-id";
pub(super) const SDK_REQUEST: &str = "amz-sdk-request";
pub(super) const TRACE_ID: &str = "x-amzn-trace-id";

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
    pub(super) signer: Signer,
    pub(super) quota: TokenBucket,
    pub(super) idle: Option<Duration>,
    /// A request without headers and body. A copy of it is cheaper than another one, whose URI would be formatted.
    pub(super) template: HttpRequest,
    /// The headers that all requests have in common, and empty ones that each request sets.
    pub(super) headers: HeaderMap,
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

    /// Whether the SDK's cache still has the credentials that requests are signed with.
    pub(crate) async fn is_current(&self) -> bool {
        let resolved = self.cache.resolve_cached_identity(self.resolver.clone(), &self.components, &self.bag).await;
        let Ok(identity) = resolved else { return false };
        match (identity.data::<Credentials>(), self.identity.data::<Credentials>()) {
            // The cache returns the same allocation as long as it has the same credentials.
            (Some(one), Some(other)) => std::ptr::eq(one, other) || one == other,
            _ => false,
        }
    }

    /// Builds and signs a request.
    pub(crate) fn request(&self, operation: &str, body: Vec<u8>) -> Result<HttpRequest, BoxError> {
        let mut headers = self.headers.clone();
        if let Some(id) = headers.get_mut(INVOCATION_ID) {
            *id = invocation_id()?;
        }
        if self.is_traced
            && let Ok(trace) = std::env::var("_X_AMZN_TRACE_ID")
        {
            if !trace.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
                // The SDK escapes it.
                return Err("the trace needs escapes".into());
            }
            headers.insert(HeaderName::from_static(TRACE_ID), HeaderValue::try_from(trace)?);
        }
        let target = [TARGET_PREFIX, operation].concat();
        let length = body.len().to_string();
        let signable = Signable {
            headers: &headers,
            target: &target,
            body_hash: Sha256::digest(&body).into(),
            body_length: &length,
        };
        let (date, authorization) = self.signer.sign(&signable, self.time.now())?;
        headers.insert(HeaderName::from_static(DATE), HeaderValue::try_from(date)?);
        let mut authorization = HeaderValue::try_from(authorization)?;
        authorization.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, authorization);
        headers.insert(HeaderName::from_static(TARGET), HeaderValue::try_from(target)?);
        headers.insert(header::CONTENT_LENGTH, HeaderValue::try_from(length)?);
        let mut request = self.template.try_clone().ok_or("the template has a body")?;
        *request.body_mut() = SdkBody::from(body);
        // Converted from the type of `http`, so that the signature stays marked as sensitive.
        *request.headers_mut() = Headers::try_from(headers)?;
        Ok(request)
    }

    /// Sends a request, and reads the whole response.
    pub(crate) async fn send(&self, mut request: HttpRequest) -> Received {
        // The SDK closes the connection of an attempt that fails.
        let connection = CaptureSmithyConnection::new();
        request.add_extension(connection.clone());
        let outcome = match self.connector.call(request).await {
            Ok(response) => Ok(self.read(response).await),
            Err(error) => Err(error),
        };
        Received { outcome, connection }
    }

    /// The client that answers a request of the SDK with what was received, and its retries from the network.
    pub(crate) fn replay(&self, received: Received) -> ReplayClient {
        ReplayClient::new(received, self.client.clone())
    }

    async fn read(&self, mut response: HttpResponse) -> HttpResponse {
        if response.body().bytes().is_none() {
            let body = self.collect(ByteStream::new(response.take_body())).await;
            *response.body_mut() = body.map_or_else(FailedBody::of, SdkBody::from);
        }
        response
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

/// A random UUID, as the SDK sends one per operation.
fn invocation_id() -> Result<HeaderValue, BoxError> {
    let mut id = uuid_text(fastrand::u128(..));
    // The version and the variant.
    id[14] = b'4';
    id[19] = match id[19] {
        b'0' | b'4' | b'8' | b'c' => b'8',
        b'1' | b'5' | b'9' | b'd' => b'9',
        b'2' | b'6' | b'a' | b'e' => b'a',
        _ => b'b',
    };
    Ok(HeaderValue::from_bytes(&id)?)
}

fn uuid_text(mut bits: u128) -> [u8; 36] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    for (place, digit) in text.iter_mut().enumerate() {
        if ![8, 13, 18, 23].contains(&place) {
            *digit = DIGITS[(bits & 15) as usize];
            bits >>= 4;
        }
    }
    text
}
