//! When the first attempt passes by the SDK, and when the SDK takes over.

mod connections;
mod credentials;
mod refusals;
mod signatures;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_dynamodb::config::endpoint::{Endpoint, EndpointFuture, Params, ResolveEndpoint};
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, ConfigBag, Intercept, Region, RuntimeComponents};
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use singlet::{Client, Error, ErrorKind, Model};

use crate::shop::Customer;
use crate::transport::error_body;

const SECRET: &str = "wJalrXUtnFEMI-S3CRET";
const SESSION: &str = "IQoJb3JpZ2luX2VjE-T0KEN";

/// What the service does with a request, by its number from 0.
type Script = dyn Fn(usize, &HttpRequest) -> HttpConnectorFuture + Send + Sync;

/// A service with no items, and the requests that it received, with the number of the connector each came through. The SDK
/// asks for a connector for each attempt. Direct requests share one.
#[derive(Clone)]
struct Service {
    script: Arc<Script>,
    received: Arc<Mutex<Vec<(usize, HttpRequest)>>>,
    connectors: Arc<AtomicUsize>,
    number: usize,
}

impl Service {
    fn answering(script: impl Fn(usize, &HttpRequest) -> HttpConnectorFuture + Send + Sync + 'static) -> Self {
        Service { script: Arc::new(script), received: Arc::default(), connectors: Arc::default(), number: 0 }
    }

    fn new(script: impl Fn(usize) -> Result<(u16, String), ConnectorError> + Send + Sync + 'static) -> Self {
        Service::answering(move |number, _| {
            HttpConnectorFuture::ready(script(number).map(|(status, body)| canned(status, body)))
        })
    }

    fn accepting() -> Self {
        Service::new(|_| Ok((200, "{}".to_owned())))
    }

    /// Refuses the requests with these numbers.
    fn refusing(numbers: &'static [usize], code: &'static str) -> Self {
        Service::new(move |number| {
            Ok(if numbers.contains(&number) { (400, error_body(code)) } else { (200, "{}".to_owned()) })
        })
    }

    fn config(&self) -> Builder {
        aws_sdk_dynamodb::Config::builder()
            .behavior_version_latest()
            .region(Region::new("eu-west-1"))
            .endpoint_url("http://service.invalid")
            .credentials_provider(Credentials::new("AKIDEXAMPLE", SECRET, Some(SESSION.into()), None, "test"))
            .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
            // Otherwise all clients of the process share the quota of retries.
            .retry_partition(RetryPartition::custom("direct").token_bucket(TokenBucket::new(50)).build())
            .http_client(self.clone())
    }

    fn client(&self) -> Client {
        of(self.config())
    }

    fn sent(&self) -> usize {
        self.received.lock().unwrap().len()
    }

    /// For each request in order, whether it came through the same connector as another one.
    fn direct(&self) -> Vec<bool> {
        let received = self.received.lock().unwrap();
        let of = |number| received.iter().filter(|(other, _)| *other == number).count();
        received.iter().map(|(number, _)| of(*number) > 1).collect()
    }
}

fn canned(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response.headers_mut().insert("x-amzn-requestid", "REQUEST");
    response
}

fn of(config: Builder) -> Client {
    Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config.build()))
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let number = self.connectors.fetch_add(1, Ordering::SeqCst);
        SharedHttpConnector::new(Service { number, ..self.clone() })
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut received = self.received.lock().unwrap();
        let answer = (self.script)(received.len(), &request);
        received.push((self.number, request));
        answer
    }
}

async fn get(client: &Client) -> Result<(), Error> {
    Customer::get("c-1").client(client).await.map(|found| assert!(found.is_none()))
}

/// Gets four times; whether each request was direct.
async fn four_gets(service: &Service, client: &Client) -> Vec<bool> {
    for _ in 0..4 {
        get(client).await.unwrap();
    }
    service.direct()
}

#[tokio::test]
async fn all_requests_but_the_first_are_direct() {
    let service = Service::accepting();
    assert_eq!(four_gets(&service, &service.client()).await, [false, true, true, true]);

    let service = Service::accepting();
    // A region of its own: clients of `Client::builder` share the quota of retries of their region.
    let builder =
        Client::builder().region("eu-north-1").endpoint_url("http://service.invalid").credentials("k", "s", None);
    let built = builder.http_client(service.clone()).build().await.unwrap();
    assert_eq!(four_gets(&service, &built).await, [false, true, true, true]);
}

/// A user's interceptor with this name.
#[derive(Debug)]
struct Interceptor(&'static str);

impl Intercept for Interceptor {
    fn name(&self) -> &'static str {
        self.0
    }

    fn modify_before_signing(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Ok(())
    }
}

/// A user's endpoint resolver with this `Debug` text.
struct Resolver(&'static str);

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl ResolveEndpoint for Resolver {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(Endpoint::builder().url("http://resolved.invalid").build()))
    }
}

/// An endpoint resolver that records the tables of each request.
#[derive(Debug, Clone, Default)]
struct ByTable(Arc<Mutex<Vec<Vec<String>>>>);

impl ResolveEndpoint for ByTable {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        let one = params.resource_arn().map(str::to_owned);
        let tables = one.into_iter().chain(params.resource_arn_list().into_iter().flatten().cloned()).collect();
        self.0.lock().unwrap().push(tables);
        EndpointFuture::ready(Ok(Endpoint::builder().url("http://resolved.invalid").build()))
    }
}

#[tokio::test]
async fn a_custom_endpoint_resolver_always_gets_the_tables() {
    let (service, resolver) = (Service::accepting(), ByTable::default());
    let client = of(service.config().endpoint_resolver(resolver.clone()));
    for _ in 0..3 {
        get(&client).await.unwrap();
        // The canned answer lacks the members of a batch.
        let _ = singlet::batch_get([Customer::get("c-1")]).client(&client).await;
    }
    let tables = resolver.0.lock().unwrap();
    assert!(tables.len() >= 6, "{tables:?}");
    assert!(tables.iter().all(|tables| *tables == ["shop"]), "{tables:?}");
}

/// A change of a client's config.
type Change = fn(Builder) -> Builder;

#[tokio::test]
async fn a_config_that_needs_the_sdk_gets_it() {
    let changes: [(&str, Change); 11] = [
        ("an interceptor", |config| config.interceptor(Interceptor("Interceptor"))),
        ("an interceptor with a name of the SDK's", |config| config.interceptor(Interceptor("MetricsInterceptor"))),
        ("an endpoint resolver", |config| config.endpoint_resolver(Resolver("Resolver"))),
        ("an endpoint resolver that looks like the SDK's", |config| {
            config.endpoint_resolver(Resolver("DefaultResolver { partition_resolver: PartitionResolver {"))
        }),
        ("an endpoint resolver that looks like its origin", |config| {
            config.endpoint_resolver(Resolver("endpoint_resolver: Some(Tracked { _origin: \"ServiceRuntimePlugin\","))
        }),
        ("adaptive retries", |config| config.retry_config(RetryConfig::adaptive())),
        ("an operation timeout", |config| {
            config.timeout_config(TimeoutConfig::builder().operation_timeout(Duration::from_secs(9)).build())
        }),
        ("an attempt timeout", |config| {
            config.timeout_config(TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(9)).build())
        }),
        ("members of inputs in the SDK's metrics", |config| config.emit_input_attributes(["TableName"])),
        ("members of inputs for interceptors", |config| config.capture_input_attributes(["TableName"])),
        ("a path with escapes", |config| config.endpoint_url("http://service.invalid/a%20b")),
    ];
    for (name, change) in changes {
        let service = Service::accepting();
        let client = of(change(service.config()));
        assert_eq!(four_gets(&service, &client).await, [false; 4], "{name}");
    }
}

#[tokio::test]
async fn a_request_that_needs_the_sdk_gets_it() {
    let service = Service::accepting();
    let client = service.client();
    four_gets(&service, &client).await;
    let customized = Customer::get("c-1").customize(|get| get.return_consumed_capacity(ReturnConsumedCapacity::Total));
    customized.client(&client).await.unwrap();
    Customer::get("c-1").table("arn:aws:dynamodb:eu-west-1:123456789012:table/shop").client(&client).await.unwrap();
    get(&client.clone().with_direct_requests(false)).await.unwrap();
    get(&client).await.unwrap();
    assert_eq!(service.direct()[4..], [false, false, false, true]);
}

/// New credentials for each of the first few loads, that expire at once.
#[derive(Debug)]
struct Rotating(AtomicUsize);

impl ProvideCredentials for Rotating {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let lives = if number < 2 { Duration::ZERO } else { Duration::from_hours(1) };
        let (key, expiry) = (format!("AKID{number}"), SystemTime::now() + lives);
        future::ProvideCredentials::ready(Ok(Credentials::new(key, SECRET, None, Some(expiry), "test")))
    }
}

#[tokio::test]
async fn new_credentials_are_used_by_the_sdk_first() {
    let service = Service::accepting();
    let client = of(service.config().credentials_provider(Rotating(AtomicUsize::new(0))));
    let direct = four_gets(&service, &client).await;
    get(&client).await.unwrap();
    assert!(!direct[0] && !direct[1], "{direct:?}");
    assert_eq!(service.direct().last(), Some(&true));
    let received = service.received.lock().unwrap();
    let key = |request: &HttpRequest| request.headers().get("authorization").unwrap()[..40].to_owned();
    assert_ne!(key(&received[0].1), key(&received[4].1));
}

#[tokio::test]
async fn retries_are_the_sdks() {
    // After two requests, the third fails three times.
    let service = Service::new(|number| match number {
        2 | 4 => Err(ConnectorError::io("the connection broke".into())),
        3 => Ok((500, error_body("InternalServerError"))),
        _ => Ok((200, "{}".to_owned())),
    });
    let config = service
        .config()
        .retry_config(RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(1)));
    let client = of(config);
    for _ in 0..2 {
        get(&client).await.unwrap();
    }
    let response = Customer::get("c-1").client(&client).detailed().await.unwrap();
    assert_eq!((response.attempts, response.request_id.as_deref()), (4, Some("REQUEST")));
    assert_eq!(service.direct(), [false, true, true, false, false, false]);
    let received = service.received.lock().unwrap();
    let attempts: Vec<_> = received[2..].iter().map(|(_, request)| request.headers().get("amz-sdk-request")).collect();
    let expected = [1, 2, 3, 4].map(|number| Some(format!("attempt={number}; max=4")));
    assert_eq!(attempts, expected.each_ref().map(Option::as_deref));
    let bodies: Vec<_> = received[2..].iter().map(|(_, request)| request.body().bytes().unwrap()).collect();
    assert_eq!(bodies, [bodies[0]; 4]);
}

#[tokio::test]
async fn the_sdk_refills_the_quota_of_retries() {
    // Enough failures to take from the quota what only successes of the SDK return.
    let service = Service::new(|number| {
        Ok(if (2..5).contains(&number) { (500, error_body("InternalServerError")) } else { (200, "{}".to_owned()) })
    });
    let client = service.client();
    for _ in 0..2 {
        get(&client).await.unwrap();
    }
    assert_eq!(get(&client).await.unwrap_err().kind(), ErrorKind::Service);
    for _ in 0..60 {
        get(&client).await.unwrap();
    }
    let direct = service.direct();
    assert_eq!(direct[..6], [false, true, true, false, false, false]);
    assert_eq!(direct.last(), Some(&true), "the quota is full again");
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let service = Service::refusing(&[3, 5, 7], "ValidationException");
    let client = service.client();
    let mut shown = Vec::new();
    for _ in 0..8 {
        if let Err(error) = get(&client).await {
            let mut cause: Option<&dyn std::error::Error> = Some(&error);
            while let Some(error) = cause {
                shown.push(format!("{error} {error:?}"));
                cause = error.source();
            }
        }
        shown.push(format!("{client:?}"));
    }
    let shown = shown.concat();
    assert!(shown.contains("ValidationException"));
    let received = service.received.lock().unwrap();
    for (_, request) in &*received {
        let (_, signature) = request.headers().get("authorization").unwrap().rsplit_once('=').unwrap();
        assert!(!shown.contains(signature));
    }
    assert!(!shown.contains(SECRET) && !shown.contains(SESSION));
}

#[tokio::test]
async fn a_dropped_client_is_freed() {
    let service = Service::accepting();
    let client = service.client();
    four_gets(&service, &client).await;
    drop(client);
    assert_eq!(Arc::strong_count(&service.received), 1);
}
