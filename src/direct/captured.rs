//! A request that the SDK has built and signed, and the proof that singlet builds and signs it alike.

use std::fmt::{self, Write as _};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::config::retry::TokenBucket;
use aws_smithy_runtime_api::client::auth::{AuthScheme as _, AuthSchemeId, SharedAuthSchemeOptionResolver};
use aws_smithy_runtime_api::client::http::{HttpClient as _, HttpConnectorSettings, SharedHttpClient};
use aws_smithy_runtime_api::client::identity::{ResolveCachedIdentity as _, SharedIdentityCache};
use aws_smithy_runtime_api::client::interceptors::Intercept as _;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;
use aws_smithy_types::retry::{RetryConfig, RetryMode};
use aws_smithy_types::telemetry::RequestedTelemetryAttributes;
use aws_smithy_types::timeout::TimeoutConfig;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use sha2::{Digest as _, Sha256};

use crate::direct::request::{DirectSender, INVOCATION_ID, SDK_REQUEST, TARGET, TARGET_PREFIX, TRACE_ID, UNCONFIRMED};
use crate::direct::sign::{DATE, Signable, Signer, TOKEN, USER_AGENT};

/// The SDK's interceptors: a direct request repeats what they change. That of the splice counts attempts, as the sender
/// does for a direct one.
const KNOWN: [&str; 17] = [
    "AccountIdEndpointFeatureTrackerInterceptor",
    "ConnectionPoisoningInterceptor",
    "EndpointOverrideFeatureTrackerInterceptor",
    // At work for GET only.
    "EnforceContentLength",
    "IdempotencyTokenInterceptor",
    "InvocationIdInterceptor",
    "MetricsInterceptor",
    "ObservabilityFeatureTrackerInterceptor",
    "RecursionDetectionInterceptor",
    "RequestInfoInterceptor",
    "RetryModeFeatureTrackerInterceptor",
    "ServiceClockSkewInterceptor",
    "StalledStreamProtectionInterceptor",
    "TelemetryBytesInterceptor",
    "TokenBucketProvider",
    "UserAgentInterceptor",
    "singlet::Splice",
];

/// What the names of an operation's own interceptors have after that of the operation.
const KNOWN_OF_OPERATION: [&str; 2] = ["EndpointParamsInterceptor", "TelemetryInputCaptureInterceptor"];

/// A clock that is further from the time of a signature has been corrected by the SDK, which knows the service's time.
const SKEW: Duration = Duration::from_mins(1);

/// A request of the SDK, and the parts that it was sent with.
pub(super) struct Captured {
    components: RuntimeComponents,
    settings: HttpConnectorSettings,
    quota: TokenBucket,
    /// How long the body of a response may pause.
    idle: Option<Duration>,
    uri: Uri,
    headers: HeaderMap,
    operation: String,
    body_hash: [u8; 32],
    body_length: usize,
    signed: SystemTime,
    authorization: String,
}

// Not derived: it holds a session token.
impl fmt::Debug for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Captured")
    }
}

impl Captured {
    /// Keeps a request that the SDK is about to transmit. Returns the reason if the client's requests must be left to the
    /// SDK.
    pub(super) fn new(
        request: &HttpRequest,
        components: &RuntimeComponents,
        config: &ConfigBag,
    ) -> Result<Self, &'static str> {
        let (headers, changing) = split_headers(request)?;
        check_config(config)?;
        check_components(components, &changing.operation)?;
        let quota = config.load::<TokenBucket>().ok_or("there is no quota of retries")?.clone();
        let timeouts = config.load::<TimeoutConfig>().ok_or("there are no settings of timeouts")?;
        let mut settings = HttpConnectorSettings::builder();
        settings.set_connect_timeout(timeouts.connect_timeout());
        settings.set_read_timeout(timeouts.read_timeout());
        let stalls = config.load::<StalledStreamProtectionConfig>();
        let idle = stalls.filter(|stalls| stalls.download_enabled()).map(StalledStreamProtectionConfig::grace_period);
        let body = request.body().bytes().ok_or("the request has a streaming body")?;
        let uri: Uri = request.uri().parse().map_err(|_| "the endpoint is not a URL")?;
        if request.method() != "POST" || uri.query().is_some() {
            return Err("the request has another form");
        }
        let signed = signed_at(&changing.date).ok_or("the request has no date")?;
        let now = components.time_source().ok_or("there is no clock")?.now();
        if now.duration_since(signed).unwrap_or_else(|early| early.duration()) > SKEW {
            return Err("the SDK corrects the clock");
        }
        // The interceptors hold the state of this request, and through it what is captured here.
        let mut parts = components.to_builder();
        parts.set_interceptors(std::iter::empty());
        Ok(Captured {
            components: parts.build().map_err(|_| "a component is missing")?,
            settings: settings.build(),
            quota,
            idle,
            uri,
            headers,
            operation: changing.operation,
            body_hash: Sha256::digest(body).into(),
            body_length: body.len(),
            signed,
            authorization: changing.authorization,
        })
    }

    /// Signs the request again, and compares the signatures. `None` if other credentials have replaced those of the
    /// request, or none can be loaded.
    pub(super) async fn prove(&self) -> Result<Option<DirectSender>, &'static str> {
        let scheme = self.components.auth_scheme(AuthSchemeId::from("sigv4")).ok_or("there is no SigV4")?;
        let resolver = scheme.identity_resolver(&self.components).ok_or("there are no credentials")?;
        let cache = self.components.identity_cache();
        let bag = ConfigBag::base();
        let found = cache.resolve_cached_identity(resolver.clone(), &self.components, &bag).await;
        let Ok(identity) = found else { return Ok(None) };
        let time = self.components.time_source().ok_or("there is no clock")?;
        let scope = Scope::of(&self.authorization).ok_or("the request has another signature")?;
        let text = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        let content_type = text(header::CONTENT_TYPE.as_str()).ok_or("the request has no content type")?;
        let user_agent = text(USER_AGENT).ok_or("the request has no user agent")?;
        let signer = Signer::new(&identity, &self.uri, scope.region, scope.service, content_type, user_agent)?;
        if signer.access_key() != scope.access_key {
            return Ok(None);
        }
        let target = format!("{TARGET_PREFIX}{}", self.operation);
        let signable =
            Signable { target: &target, body_hash: self.body_hash, body_length: &self.body_length.to_string() };
        let (_, authorization) = signer.sign(&signable, self.signed)?;
        if authorization != self.authorization {
            return Err("the request has another signature");
        }
        let client = self.components.http_client().ok_or("there is no HTTP client")?;
        Ok(Some(DirectSender {
            connector: client.http_connector(&self.settings, &self.components),
            client,
            resolver,
            sleep: self.components.sleep_impl(),
            time,
            components: self.components.clone(),
            bag,
            identity,
            caches_until_expiry: caches_until_expiry(&cache),
            confirmed_at: AtomicU64::new(UNCONFIRMED),
            signer,
            quota: self.quota.clone(),
            idle: self.idle,
            cache,
            template: template(&self.uri, &self.headers).ok_or("the endpoint is not a URL")?,
            has_invocation_id: self.headers.contains_key(INVOCATION_ID),
            is_traced: std::env::var_os("AWS_LAMBDA_FUNCTION_NAME").is_some(),
        }))
    }
}

fn check_config(config: &ConfigBag) -> Result<(), &'static str> {
    let timeouts = config.load::<TimeoutConfig>();
    if timeouts.is_some_and(|set| set.operation_timeout().or(set.operation_attempt_timeout()).is_some()) {
        return Err("a timeout limits the whole request or an attempt");
    }
    if config.load::<RetryConfig>().is_some_and(|retries| retries.mode() == RetryMode::Adaptive) {
        return Err("the retries are adaptive");
    }
    if records_inputs(config) {
        return Err("the SDK records members of inputs");
    }
    Ok(())
}

/// Whether something other than the SDK's serializer may read the members of inputs.
pub(super) fn reads_inputs(request: &HttpRequest, components: &RuntimeComponents, config: &ConfigBag) -> bool {
    let operation = request.headers().get(TARGET).and_then(|target| target.strip_prefix(TARGET_PREFIX));
    records_inputs(config) || check_components(components, operation.unwrap_or_default()).is_err()
}

/// Whether the user has named members of inputs that the SDK records for its metrics or for interceptors.
fn records_inputs(config: &ConfigBag) -> bool {
    config.load::<RequestedTelemetryAttributes>().is_some_and(|requested| !requested.is_empty())
}

fn check_components(components: &RuntimeComponents, operation: &str) -> Result<(), &'static str> {
    let is_known = |name: &str| {
        KNOWN.contains(&name) || name.strip_prefix(operation).is_some_and(|kind| KNOWN_OF_OPERATION.contains(&kind))
    };
    if !components.interceptors().all(|interceptor| is_known(interceptor.name())) {
        return Err("the client has an interceptor");
    }
    if !has_default_resolver(components) {
        return Err("the client has an endpoint resolver");
    }
    // The SDK's config cannot set another one. This guards against versions of the SDK with another default.
    if !start_of(&components.retry_strategy()).starts_with("SharedRetryStrategy(StandardRetryStrategy {") {
        return Err("the client has a retry strategy");
    }
    Ok(())
}

/// Whether the endpoint resolver is the SDK's own.
///
/// The SDK records where a component comes from, and shows it in `Debug` only. The recorded text precedes that of the
/// component, and the components before it are removed, so no type of a user can imitate it.
fn has_default_resolver(components: &RuntimeComponents) -> bool {
    let mut resolver = components.to_builder();
    resolver.set_auth_scheme_option_resolver(None::<SharedAuthSchemeOptionResolver>);
    resolver.set_http_client(None::<SharedHttpClient>);
    let text = start_of(&resolver);
    let origin = text.split_once("endpoint_resolver: Some(Tracked { _origin: ").map(|(_, origin)| origin);
    origin.is_some_and(|origin| origin.starts_with("\"ServiceRuntimePlugin\""))
}

/// Whether this is the SDK's cache or the one that singlet configures. Both return the same credentials until shortly before
/// they expire. Other caches, such as `IdentityCache::no_cache()`, may return new credentials at any time.
fn caches_until_expiry(cache: &SharedIdentityCache) -> bool {
    let text = start_of(cache);
    ["SharedIdentityCache(LazyCache {", "SharedIdentityCache(RenewedCredentials"]
        .iter()
        .any(|known| text.starts_with(known))
}

/// The beginning of the `Debug` text of a component. The whole text can be long.
fn start_of(component: &dyn fmt::Debug) -> String {
    let mut start = Start(String::new());
    // It fails once there is enough of the text.
    let _ = write!(start, "{component:?}");
    start.0
}

/// The first characters of a text.
struct Start(String);

impl fmt::Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        if self.0.len() > 300 { Err(fmt::Error) } else { Ok(()) }
    }
}

/// The headers that each request has for itself.
struct Changing {
    operation: String,
    date: String,
    authorization: String,
}

/// Splits the headers of a request into those that are the same for every request, and the others.
fn split_headers(request: &HttpRequest) -> Result<(HeaderMap, Changing), &'static str> {
    let (mut operation, mut date, mut authorization) = (None, None, None);
    let mut headers = HeaderMap::with_capacity(12);
    for (name, value) in request.headers() {
        match name {
            "x-amz-target" => operation = value.strip_prefix(TARGET_PREFIX),
            DATE => date = Some(value),
            "authorization" => authorization = Some(value),
            "content-length" | TRACE_ID => {}
            // Present, and renewed by each request.
            INVOCATION_ID => drop(headers.insert(HeaderName::from_static(INVOCATION_ID), HeaderValue::from_static(""))),
            SDK_REQUEST => {
                let max = value.split("; ").find(|pair| pair.starts_with("max="));
                let first = max.map_or("attempt=1".to_owned(), |max| format!("attempt=1; {max}"));
                headers.insert(HeaderName::from_static(SDK_REQUEST), header_value(&first)?);
            }
            "content-type" | "user-agent" | USER_AGENT | TOKEN => {
                let mut value = header_value(value)?;
                value.set_sensitive(name == TOKEN);
                let name = HeaderName::try_from(name).map_err(|_| "a header has no name")?;
                if headers.insert(name, value).is_some() {
                    return Err("a header is repeated");
                }
            }
            _ => return Err("the request has a header of its own"),
        }
    }
    if !headers.contains_key(header::CONTENT_TYPE) {
        return Err("the request has another form");
    }
    let owned = |value: Option<&str>| value.map(str::to_owned).ok_or("the request has another form");
    let changing = Changing { operation: owned(operation)?, date: owned(date)?, authorization: owned(authorization)? };
    debug_assert!(!headers.contains_key(TARGET));
    Ok((headers, changing))
}

/// Frequent values of the headers that all requests share.
const FREQUENT_VALUES: [&str; 2] = ["application/x-amz-json-1.0", "attempt=1; max=3"];

/// Returns a header value. A clone of the template contains a static value without atomic operations.
fn header_value(text: &str) -> Result<HeaderValue, &'static str> {
    match FREQUENT_VALUES.into_iter().find(|value| *value == text) {
        Some(value) => Ok(HeaderValue::from_static(value)),
        None => HeaderValue::from_str(text).map_err(|_| "a header is not text"),
    }
}

/// A request to the endpoint, without a body, and with the headers that all requests have in common. Each request sets
/// the others; they are empty here, so that a copy does not have to grow.
fn template(uri: &Uri, common: &HeaderMap) -> Option<HttpRequest> {
    let mut request = http::Request::new(SdkBody::empty());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri.clone();
    *request.headers_mut() = common.clone();
    let target = HeaderName::from_static(TARGET);
    for name in [HeaderName::from_static(DATE), header::AUTHORIZATION, target, header::CONTENT_LENGTH] {
        request.headers_mut().insert(name, HeaderValue::from_static(""));
    }
    HttpRequest::try_from(request).ok()
}

/// What a signature is for.
struct Scope<'a> {
    access_key: &'a str,
    region: &'a str,
    service: &'a str,
}

impl<'a> Scope<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=KEY/20261127/eu-west-1/dynamodb/aws4_request, ..`.
    fn of(authorization: &'a str) -> Option<Self> {
        let credential = authorization.strip_prefix("AWS4-HMAC-SHA256 Credential=")?.split(',').next()?;
        // An access key may contain slashes; the others cannot.
        let mut parts = credential.rsplitn(5, '/').skip(1);
        let (service, region) = (parts.next()?, parts.next()?);
        let access_key = parts.nth(1)?;
        Some(Scope { access_key, region, service })
    }
}

/// Reads `20261127T113000Z`.
fn signed_at(date: &str) -> Option<SystemTime> {
    let part = |range| date.get(range);
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(9..11)?,
        part(11..13)?,
        part(13..15)?
    );
    DateTime::from_str(&text, Format::DateTime).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::config_bag::Layer;

    use super::*;

    #[test]
    fn requested_attributes_show_that_inputs_are_recorded() {
        let config = |requested: RequestedTelemetryAttributes| {
            let mut layer = Layer::new("settings");
            layer.store_put(requested);
            ConfigBag::of_layers(vec![layer])
        };
        assert!(!records_inputs(&ConfigBag::base()));
        assert!(!records_inputs(&config(RequestedTelemetryAttributes::default())));
        assert!(records_inputs(&config(RequestedTelemetryAttributes::new(["TableName"]))));
        let mut captured = RequestedTelemetryAttributes::default();
        captured.capture_only(["ConditionExpression"]);
        assert!(records_inputs(&config(captured)));
    }
}
