//! Who a client acts as: profiles, and credentials that are missing or refused.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use singlet::{Client, ClientBuilder, ErrorKind, Model};

use crate::shop::Customer;
use crate::transport::error_body;

/// A service that refuses the access keys that are not `good`, and keeps what is signed with.
#[derive(Clone)]
struct Service {
    good: &'static str,
    code: &'static str,
    signed: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn accepting(good: &'static str, code: &'static str) -> Self {
        Service { good, code, signed: Arc::default() }
    }

    /// The `Credential=` parts of the signatures: key, date, region and service.
    fn signed(&self) -> Vec<String> {
        self.signed.lock().unwrap().clone()
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder().endpoint_url("http://service.invalid").http_client(self.clone())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let authorization = request.headers().get("authorization").unwrap_or_default();
        let (_, signed) = authorization.split_once("Credential=").unwrap();
        let signed = signed.split(',').next().unwrap().to_owned();
        let is_good = signed.starts_with(&format!("{}/", self.good));
        self.signed.lock().unwrap().push(signed);
        let (status, body) = if is_good { (200, "{}".to_owned()) } else { (400, error_body(self.code)) };
        let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        HttpConnectorFuture::ready(Ok(response))
    }
}

/// Gives a key after the other, and the last one again and again.
#[derive(Debug, Clone)]
struct Keys(&'static [&'static str], Arc<AtomicUsize>);

impl Keys {
    fn new(keys: &'static [&'static str]) -> Self {
        Keys(keys, Arc::default())
    }

    fn loaded(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

impl ProvideCredentials for Keys {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
        let expiry = std::time::SystemTime::now() + Duration::from_hours(1);
        let credentials = Credentials::new(self.0[number], "secret", Some("token".into()), Some(expiry), "test");
        future::ProvideCredentials::ready(Ok(credentials))
    }
}

async fn get(client: &Client) -> Result<(), ErrorKind> {
    Customer::get("c-1").client(client).await.map(|found| assert!(found.is_none())).map_err(|error| error.kind())
}

#[tokio::test]
async fn credentials_that_are_refused_early_are_loaded_anew_once() {
    for code in ["ExpiredTokenException", "UnrecognizedClientException"] {
        let (service, keys) = (Service::accepting("NEW", code), Keys::new(&["OLD", "NEW"]));
        let client = service.builder().region("eu-west-1").credentials_provider(keys.clone()).build().await.unwrap();
        let together = futures_util::future::join_all((0..5).map(|_| get(&client))).await;
        assert_eq!(together, [Ok(()); 5], "{code}: requests that were under way too");
        assert_eq!((get(&client).await, keys.loaded()), (Ok(()), 2), "{code}");
    }
}

#[tokio::test]
async fn credentials_that_stay_refused_are_an_error_of_their_own() {
    let codes = [
        "ExpiredTokenException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "IncompleteSignatureException",
    ];
    for code in codes {
        let (service, keys) = (Service::accepting("OTHER", code), Keys::new(&["WRONG"]));
        let client = service.builder().region("eu-west-1").credentials_provider(keys.clone()).build().await.unwrap();
        for _ in 0..3 {
            assert_eq!(get(&client).await, Err(ErrorKind::Credentials), "{code}");
        }
        assert!(keys.loaded() <= 2 && service.signed().len() <= 4, "{code}: {} {:?}", keys.loaded(), service.signed());
    }
}

#[derive(Debug)]
struct Missing(Arc<AtomicUsize>);

impl ProvideCredentials for Missing {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let error = match self.0.fetch_add(1, Ordering::SeqCst) {
            0 => CredentialsError::not_loaded_no_source(),
            1 => CredentialsError::invalid_configuration("sso"),
            _ => CredentialsError::provider_error("the token has expired"),
        };
        future::ProvideCredentials::ready(provider::Result::Err(error))
    }
}

#[tokio::test]
async fn missing_credentials_are_an_error_of_their_own_that_is_not_retried() {
    let (service, asked) = (Service::accepting("K", ""), Arc::new(AtomicUsize::new(0)));
    let provider = Missing(asked.clone());
    let client = service.builder().region("eu-west-1").credentials_provider(provider).build().await.unwrap();
    for (number, hint) in ["AWS_ACCESS_KEY_ID", "`sso`", "aws sso login"].into_iter().enumerate() {
        let error = Customer::get("c-1").client(&client).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
        assert!(error.to_string().contains(hint), "{error}");
        assert_eq!(asked.load(Ordering::SeqCst), number + 1, "one attempt each");
    }
    assert!(service.signed().is_empty());
}

const CHILD: &str = "SINGLET_TEST_PROFILE";

/// Environment variables belong to the process, so the test runs itself again in one of its own.
#[tokio::test]
async fn a_profile_wins_over_the_environment_with_keys_and_region() {
    if std::env::var_os(CHILD).is_some() {
        return act_as_profiles().await;
    }
    let directory: PathBuf = std::env::temp_dir().join(format!("singlet-profiles-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let config = "[profile staging]\nregion = eu-north-1\n[profile bare]\nregion = eu-north-1\n\
                  [profile elsewhere]\n[profile portal]\nsso_start_url = https://portal.invalid\nsso_region = eu-west-1\n\
                  sso_account_id = 123456789012\nsso_role_name = reader\n[profile command]\ncredential_process = false\n";
    let keys =
        |profile: &str, key: &str| format!("[{profile}]\naws_access_key_id = {key}\naws_secret_access_key = secret\n");
    let credentials = keys("staging", "STAGING") + &keys("elsewhere", "ELSEWHERE");
    std::fs::write(directory.join("config"), config).unwrap();
    std::fs::write(directory.join("credentials"), credentials).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["engine::credentials::a_profile_wins_over_the_environment_with_keys_and_region", "--exact"])
        .env(CHILD, "1")
        .env("AWS_ACCESS_KEY_ID", "ENVIRONMENT")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_CONFIG_FILE", directory.join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", directory.join("credentials"))
        .output()
        .unwrap();
    std::fs::remove_dir_all(&directory).unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

async fn act_as_profiles() {
    let acts_as = async |builder: fn(ClientBuilder) -> ClientBuilder| {
        let service = Service::accepting("", "AccessDeniedException");
        let client = builder(service.builder()).build().await.unwrap();
        assert_eq!(get(&client).await, Err(ErrorKind::Service));
        let signed = service.signed();
        let mut parts = signed[0].split('/');
        (parts.next().unwrap().to_owned(), parts.nth(1).unwrap().to_owned())
    };
    let is = |key: &str, region: &str| (key.to_owned(), region.to_owned());
    assert_eq!(acts_as(|builder| builder).await, is("ENVIRONMENT", "us-east-1"));
    assert_eq!(acts_as(|builder| builder.profile("staging")).await, is("STAGING", "eu-north-1"));
    assert_eq!(acts_as(|builder| builder.profile("elsewhere")).await, is("ELSEWHERE", "us-east-1"));
    assert_eq!(acts_as(|builder| builder.profile("staging").region("eu-west-1")).await, is("STAGING", "eu-west-1"));
    let own = acts_as(|builder| builder.profile("staging").credentials("OWN", "secret", None));
    assert_eq!(own.await, is("OWN", "eu-north-1"));
    for profile in ["stagin", "bare", "portal", "command"] {
        let built = Service::accepting("", "").builder().profile(profile).build().await;
        let error = built.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Configuration | ErrorKind::Credentials), "{profile}: {error}");
        let is_plain = matches!(profile, "stagin" | "bare");
        assert!(!is_plain || error.kind() == ErrorKind::Configuration, "{profile}: {error}");
    }
}
