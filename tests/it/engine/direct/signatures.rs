//! The signatures of direct requests are those of `aws-sigv4`.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::Region;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::{SECRET, SESSION, Service, four_gets, of};

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
            for (fips, dual_stack) in [(false, false), (true, false), (false, true)] {
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
