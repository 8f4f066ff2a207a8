//! Gives each test its own DynamoDB with the application on it.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use sessions_app::server;
use singlet::{Client, ManualClock};
use tokio::net::TcpListener;

use crate::emulator;

/// Far ahead of the system clock, by which emulators delete expired items within seconds: on every stand only the
/// test's clock decides.
pub(crate) const START: i64 = 4_000_000_000;

pub(crate) struct Stand {
    pub(crate) client: Client,
    pub(crate) clock: ManualClock,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
}

/// Runs a test with the application on an empty table.
pub(crate) async fn run(test: impl AsyncFnOnce(&Stand)) {
    on_no_table(async |stand| {
        server::prepare(&stand.client).await.unwrap();
        test(stand).await;
    })
    .await;
}

/// Runs a test with the application, and nothing in DynamoDB. Operations in it need not name a client.
pub(crate) async fn on_no_table(test: impl AsyncFnOnce(&Stand)) {
    let clock = ManualClock::at(START);
    let client = match emulator::endpoint() {
        Some(endpoint) => on_server(&endpoint, &emulator::access_key(), clock.clone()).await,
        None => Client::embedded_with_clock(clock.clone()),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(server::serve(listener, client.clone(), std::future::pending()));
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let stand = Stand { client, clock, address, http };
    singlet::with_client(stand.client.clone(), test(&stand)).await;
    server.abort();
}

pub(crate) async fn on_server(endpoint: &str, access_key: &str, clock: ManualClock) -> Client {
    let builder = Client::builder().region("eu-west-1").endpoint_url(endpoint).clock(clock);
    builder.credentials(access_key, "secret", None).retries(4, Duration::from_millis(1)).build().await.unwrap()
}

impl Stand {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.address))
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    pub(crate) fn delete(&self, path: &str) -> RequestBuilder {
        self.request(Method::DELETE, path)
    }

    /// A new session of these seconds, as the API shows it.
    pub(crate) async fn session(&self, ttl: u64) -> Value {
        let path = format!("/sessions?user_name=Ada&memory_fragment=rain&ttl={ttl}");
        let (status, session) = json(self.post(&path)).await;
        assert_eq!(status, StatusCode::CREATED, "{session}");
        session
    }

    pub(crate) async fn listed(&self) -> Vec<Value> {
        let (status, list) = json(self.get("/sessions")).await;
        assert_eq!(status, StatusCode::OK, "{list}");
        list.as_array().unwrap().clone()
    }

    /// How many items there are, expired ones included.
    pub(crate) async fn stored(&self) -> i32 {
        let scan = self.client.sdk().scan().table_name("ephemera").consistent_read(true);
        scan.send().await.unwrap().count()
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// The path of a session.
pub(crate) fn path(session: &Value) -> String {
    format!("/sessions/{}", session["token"].as_str().unwrap())
}

/// Sends, and gives the status and the body, which must be JSON.
pub(crate) async fn json(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    assert_eq!(answer.headers()["content-type"], "application/json");
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

/// Sends as a browser does, and gives the status and the body, which must be HTML.
pub(crate) async fn html(request: RequestBuilder) -> (StatusCode, String) {
    let answer = request.header("accept", "text/html,application/xml;q=0.9,*/*;q=0.8").send().await.unwrap();
    let status = answer.status();
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    (status, answer.text().await.unwrap())
}

/// A request of the page's own script.
pub(crate) fn htmx(request: RequestBuilder) -> RequestBuilder {
    request.header("accept", "text/html").header("hx-request", "true")
}

pub(crate) async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}
