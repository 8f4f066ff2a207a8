//! Tests when direct requests resolve credentials again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_dynamodb::config::{Builder, IdentityCache};
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use futures_util::future::join_all;
use singlet::Client;

use super::{SECRET, Service, canned, get};
use crate::transport::error_body;

/// How long credentials are valid, in milliseconds: ten minutes.
const VALIDITY: u64 = 600_000;

/// A clock that a test sets, in milliseconds, and a provider whose credentials expire by this clock. The access key contains
/// the number of the period of ten minutes.
#[derive(Debug, Clone, Default)]
struct TimedKeys {
    clock: Arc<AtomicU64>,
    loads: Arc<AtomicU64>,
}

impl TimeSource for TimedKeys {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.clock.load(Ordering::SeqCst))
    }
}

impl ProvideCredentials for TimedKeys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        self.loads.fetch_add(1, Ordering::SeqCst);
        let number = self.clock.load(Ordering::SeqCst) / VALIDITY;
        let expiry = SystemTime::UNIX_EPOCH + Duration::from_millis((number + 1) * VALIDITY);
        let key = format!("AKID{number}");
        future::ProvideCredentials::ready(Ok(Credentials::new(key, SECRET, None, Some(expiry), "test")))
    }
}

impl TimedKeys {
    fn client(&self, config: Builder) -> Client {
        super::of(config.credentials_provider(self.clone()).time_source(self.clone()))
    }
}

/// The access key of each request.
fn keys(service: &Service) -> Vec<String> {
    let key = |authorization: &str| {
        let (_, key) = authorization.split_once("Credential=").unwrap();
        key.split('/').next().unwrap().to_owned()
    };
    let received = service.received.lock().unwrap();
    received.iter().map(|(_, request)| key(request.headers().get("authorization").unwrap())).collect()
}

#[tokio::test]
async fn each_request_has_the_credentials_that_the_sdk_would_use() {
    let clock = TimedKeys::default();
    let services = [Service::accepting(), Service::accepting()];
    // By default, the cache loads new credentials some random seconds before the old ones expire.
    let config =
        |service: &Service| service.config().identity_cache(IdentityCache::lazy().buffer_time(Duration::ZERO).build());
    let direct = clock.client(config(&services[0]));
    let by_sdk = clock.client(config(&services[1])).with_direct_requests(false);
    // Long waits, and short ones around the time at which credentials expire.
    let waits = [0, 1, 300, 900, 2_000, VALIDITY - 4_000]
        .into_iter()
        .chain([100; 20])
        .chain([0, VALIDITY - 1_701])
        .chain([50; 20]);
    for wait in waits {
        clock.clock.fetch_add(wait, Ordering::SeqCst);
        for client in [&direct, &by_sdk] {
            get(client).await.unwrap();
        }
    }
    assert!(services[0].direct().iter().filter(|is_direct| **is_direct).count() > 40);
    let mut keys = services.map(|service| keys(&service));
    assert_eq!(keys[0], keys[1]);
    keys[0].dedup();
    assert_eq!(keys[0], ["AKID0", "AKID1", "AKID2"]);
}

#[tokio::test]
async fn other_caches_are_called_for_each_request() {
    let (clock, service) = (TimedKeys::default(), Service::accepting());
    let client = clock.client(service.config().identity_cache(IdentityCache::no_cache()));
    for _ in 0..20 {
        get(&client).await.unwrap();
    }
    assert!(service.direct().ends_with(&[true; 19]));
    assert!(clock.loads.load(Ordering::SeqCst) >= 20);
}

/// A provider that returns another access key each time.
#[derive(Debug, Default)]
struct Numbered(AtomicU64);

impl ProvideCredentials for Numbered {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let key = format!("AKID{}", self.0.fetch_add(1, Ordering::SeqCst));
        future::ProvideCredentials::ready(Ok(Credentials::new(key, SECRET, None, None, "test")))
    }
}

#[tokio::test]
async fn requests_that_overlap_a_refusal_succeed_with_the_new_credentials() {
    let is_revoked = Arc::new(AtomicBool::new(false));
    let service = {
        let is_revoked = Arc::clone(&is_revoked);
        Service::answering(move |_, request| {
            let is_old = request.headers().get("authorization").unwrap().contains("AKID0/");
            let is_refused = is_old && is_revoked.load(Ordering::SeqCst);
            let (status, body) =
                if is_refused { (400, error_body("UnrecognizedClientException")) } else { (200, "{}".to_owned()) };
            HttpConnectorFuture::new(async move {
                tokio::time::sleep(Duration::from_millis(3)).await;
                Ok(canned(status, body))
            })
        })
    };
    // No other test uses this region: clients of `Client::builder` share the quota of retries of their region.
    let builder = Client::builder().region("eu-central-2").endpoint_url("http://service.invalid");
    let builder = builder.credentials_provider(Numbered::default()).retries(3, Duration::from_millis(1));
    let client = builder.http_client(service.clone()).build().await.unwrap();
    assert_eq!(super::four_gets(&service, &client).await, [false, true, true, true]);
    is_revoked.store(true, Ordering::SeqCst);
    let delayed = |number: u64| {
        let client = client.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(number)).await;
            get(&client).await
        }
    };
    for outcome in join_all((0..20).map(delayed)).await {
        outcome.unwrap();
    }
    assert_eq!(keys(&service).last().unwrap(), "AKID1");
}
