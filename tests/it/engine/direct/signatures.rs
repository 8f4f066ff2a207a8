//! The signatures of direct requests are those of `aws-sigv4`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::Region;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::{Rotating, SECRET, SESSION, Service, canned, four_gets, get, of};
use crate::transport::error_body;

/// The time that a request is signed with: `20261127T113000Z`.
pub(super) fn signed_at(request: &HttpRequest) -> SystemTime {
    let date = request.headers().get("x-amz-date").unwrap();
    let (day, time) = date.split_once('T').unwrap();
    let date = format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..6]);
    DateTime::from_str(&date, Format::DateTime).unwrap().try_into().unwrap()
}

/// Signs a received request again with `aws-sigv4`, and compares.
fn check_signature(request: &HttpRequest, credentials: &Credentials, region: &str) {
    let header = |name: &str| request.headers().get(name).unwrap();
    let then = signed_at(request);
    let identity = credentials.clone().into();
    let params = v4::SigningParams::builder().identity(&identity).region(region).name("dynamodb").time(then);
    let params = SigningParams::V4(params.settings(SigningSettings::default()).build().unwrap());
    // What is added later is not signed.
    let own = ["authorization", "x-amz-date", "x-amz-security-token", "amz-sdk-invocation-id", "amz-sdk-request"];
    let headers = request.headers().iter().filter(|(name, _)| !own.contains(name));
    let body = SignableBody::Bytes(request.body().bytes().unwrap());
    let signable = SignableRequest::new("POST", request.uri(), headers, body).unwrap();
    let (instructions, signature) = sign(signable, &params).unwrap().into_parts();
    assert!(header("authorization").ends_with(&format!("Signature={signature}")), "{}", request.uri());
    for (name, value) in instructions.headers() {
        assert_eq!(header(name), value, "{name}");
    }
}

#[tokio::test]
async fn the_signature_is_that_of_aws() {
    let lasting = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test");
    let session = Credentials::new("ASIA/EXAMPLE", SECRET, Some(SESSION.into()), None, "test");
    let endpoints = [
        None,
        Some("http://service.invalid"),
        Some("http://service.invalid:80"),
        Some("http://service.invalid:8000"),
        Some("http://127.0.0.1:8000/base/path"),
        Some("https://service.invalid:443"),
        Some("https://[::1]:8443"),
    ];
    for credentials in [lasting, session] {
        for (region, endpoint) in ["eu-west-1", "us-gov-west-1"].iter().flat_map(|r| endpoints.map(|e| (*r, e))) {
            for (fips, dual_stack) in [(false, false), (true, false), (false, true), (true, true)] {
                if endpoint.is_some() && (fips || dual_stack) {
                    continue;
                }
                let service = Service::accepting();
                let mut config = service.config().region(Region::new(region)).credentials_provider(credentials.clone());
                config.set_endpoint_url(endpoint.map(str::to_owned));
                let client = of(config.use_fips(fips).use_dual_stack(dual_stack));
                let direct = four_gets(&service, &client).await;
                assert_eq!(direct, [false, true, true, true], "{endpoint:?}");
                for (_, request) in &*service.received.lock().unwrap() {
                    check_signature(request, &credentials, region);
                }
            }
        }
    }
}

#[tokio::test]
async fn renewed_credentials_sign_what_follows() {
    let service = Service::accepting();
    let client = of(service.config().credentials_provider(Rotating(AtomicUsize::new(0))));
    for _ in 0..2 {
        four_gets(&service, &client).await;
    }
    assert_eq!(service.direct().last(), Some(&true));
    let mut keys = Vec::new();
    for (_, request) in &*service.received.lock().unwrap() {
        let authorization = request.headers().get("authorization").unwrap();
        let (_, key) = authorization.split_once("Credential=").unwrap();
        let key = key.split('/').next().unwrap();
        check_signature(request, &Credentials::new(key, SECRET, None, None, "test"), "eu-west-1");
        keys.push(key.to_owned());
    }
    keys.dedup();
    assert!(keys.len() > 1, "{keys:?}");
}

/// A clock that a test sets, in seconds of the epoch.
#[derive(Debug, Clone)]
struct Clock(Arc<AtomicU64>);

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn a_new_day_has_a_new_signing_key() {
    let service = Service::accepting();
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test");
    let midnight = 20_000 * 86_400;
    let clock = Clock(Arc::new(AtomicU64::new(midnight - 2)));
    let client = of(service.config().credentials_provider(credentials.clone()).time_source(clock.clone()));
    for _ in 0..5 {
        get(&client).await.unwrap();
        clock.0.fetch_add(1, Ordering::SeqCst);
    }
    assert_eq!(service.direct(), [false, true, true, true, true]);
    let received = service.received.lock().unwrap();
    let days: Vec<_> =
        received.iter().map(|(_, request)| request.headers().get("x-amz-date").unwrap()[..8].to_owned()).collect();
    assert_eq!(days, ["20241003", "20241003", "20241004", "20241004", "20241004"]);
    for (_, request) in &*received {
        check_signature(request, &credentials, "eu-west-1");
    }
}

#[tokio::test]
async fn a_corrected_clock_signs_with_the_time_of_the_service() {
    let ahead = Duration::from_hours(1);
    let service = Service::answering(move |_, request| {
        let now = SystemTime::now() + ahead;
        let is_late = now.duration_since(signed_at(request)).unwrap() > Duration::from_mins(5);
        let (status, body) = if is_late { (400, error_body("RequestTimeTooSkewed")) } else { (200, "{}".to_owned()) };
        let mut response = canned(status, body);
        response.headers_mut().insert("date", DateTime::from(now).fmt(Format::HttpDate).unwrap());
        HttpConnectorFuture::ready(Ok(response))
    });
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "test");
    let client = of(service.config().credentials_provider(credentials.clone()));
    for _ in 0..4 {
        get(&client).await.unwrap();
    }
    let received = service.received.lock().unwrap();
    for (_, request) in &*received {
        check_signature(request, &credentials, "eu-west-1");
    }
    let last = signed_at(&received.last().unwrap().1);
    assert!(last.duration_since(SystemTime::now()).unwrap() > Duration::from_mins(55));
}
