//! A transport that keeps what is sent, and where a test says so, fails in the way networks and services do.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use aws_smithy_types::date_time::Format;
use serde_json::Value;
use singlet::Client;

/// What becomes of one request.
pub(crate) enum Fate {
    /// The service answers it.
    Pass,
    /// The service answers it, and the answer is lost on the way: the connection breaks.
    LoseResponse,
    /// The connection breaks on the way to the service.
    LoseRequest,
    /// It never reaches the service, which answers this instead.
    Answer(u16, String),
    /// The service does what it says, and answers this instead.
    PassThenAnswer(u16, String),
    /// The service answers it, at this time in epoch seconds.
    Dated(i64),
    /// It never reaches the service, and nothing answers.
    Hang,
    /// The service answers it once this is done.
    PassAfter(Pin<Box<dyn Future<Output = ()> + Send>>),
    /// The service answers it, and this is done to the answer, whose body is in memory.
    Alter(Box<dyn FnOnce(&mut HttpResponse) + Send>),
    /// The service answers it, and this is made of the answer.
    Rewrite(Box<dyn FnOnce(Value) -> Value + Send>),
}

/// One request that was sent.
#[derive(Debug, Clone)]
pub(crate) struct SentRequest {
    pub(crate) operation: String,
    pub(crate) body: String,
    /// The method and the URL.
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// The number of the connector that it was given to. The SDK asks for a connector for each attempt; direct requests
    /// share one.
    pub(crate) connector: usize,
}

impl SentRequest {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type Script = dyn Fn(usize, &SentRequest) -> Fate + Send + Sync;

/// Stands between a client and its service. Clones are the same transport.
#[derive(Clone)]
pub(crate) struct Transport {
    script: Arc<Script>,
    sent: Arc<Mutex<Vec<SentRequest>>>,
    connectors: Arc<AtomicUsize>,
}

impl Transport {
    /// Decides each request's fate by its number, from 0, and what it says.
    pub(crate) fn new(script: impl Fn(usize, &SentRequest) -> Fate + Send + Sync + 'static) -> Self {
        Transport { script: Arc::new(script), sent: Arc::default(), connectors: Arc::default() }
    }

    /// Lets everything pass.
    pub(crate) fn recording() -> Self {
        Transport::new(|_, _| Fate::Pass)
    }

    /// Answers everything with an error of the service.
    pub(crate) fn failing(status: u16, code: &str) -> Self {
        let body = error_body(code);
        Transport::new(move |_, _| Fate::Answer(status, body.clone()))
    }

    /// A client as `client`, with this transport in between.
    pub(crate) fn between(&self, client: &Client) -> Client {
        let config = client.sdk().config();
        let inner = config.http_client().unwrap();
        let retries = RetryConfig::standard().with_max_attempts(4).with_initial_backoff(Duration::from_millis(1));
        let between = Between { transport: self.clone(), inner };
        // Otherwise all clients of the process share the quota of retries.
        let quota = TokenBucket::builder().capacity(1_000_000).build();
        let own = RetryPartition::custom("transport").token_bucket(quota).build();
        let config = config.to_builder().http_client(between).retry_config(retries).retry_partition(own).build();
        client.clone().with_sdk(aws_sdk_dynamodb::Client::from_conf(config))
    }

    /// How many requests were sent directly. A first one is known as such when a second one follows.
    pub(crate) fn direct(&self) -> usize {
        let sent = self.sent.lock().unwrap();
        let of = |connector| sent.iter().filter(|other| other.connector == connector).count();
        sent.iter().map(|one| of(one.connector)).filter(|count| *count > 1).max().unwrap_or_default()
    }

    /// What was sent, retries included.
    pub(crate) fn sent(&self) -> Vec<SentRequest> {
        self.sent.lock().unwrap().clone()
    }
}

/// The body of an error of the service.
pub(crate) fn error_body(code: &str) -> String {
    format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"a canned error"}}"#)
}

struct Between {
    transport: Transport,
    inner: SharedHttpClient,
}

impl fmt::Debug for Between {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Between")
    }
}

impl HttpClient for Between {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        let number = self.transport.connectors.fetch_add(1, Ordering::Relaxed);
        SharedHttpConnector::new(Connector { transport: self.transport.clone(), inner, number })
    }
}

struct Connector {
    transport: Transport,
    inner: SharedHttpConnector,
    number: usize,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap();
        let line = format!("{} {}", request.method(), request.uri());
        let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let sent = SentRequest { operation, body, line, headers, connector: self.number };
        let fate = {
            let mut all = self.transport.sent.lock().unwrap();
            let fate = (self.transport.script)(all.len(), &sent);
            all.push(sent);
            fate
        };
        match fate {
            Fate::Pass => self.inner.call(request),
            Fate::LoseResponse => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    answer.await?;
                    Err(ConnectorError::io("the connection broke".into()))
                })
            }
            Fate::LoseRequest => HttpConnectorFuture::ready(Err(ConnectorError::io("the connection broke".into()))),
            Fate::PassAfter(first) => {
                let inner = self.inner.clone();
                HttpConnectorFuture::new(async move {
                    first.await;
                    inner.call(request).await
                })
            }
            Fate::Rewrite(rewrite) => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let mut response = answer.await?;
                    let body = ByteStream::new(response.take_body()).collect().await.unwrap().into_bytes();
                    let body = rewrite(serde_json::from_slice(&body).unwrap()).to_string();
                    response.headers_mut().remove("content-length");
                    response.headers_mut().remove("x-amz-crc32");
                    *response.body_mut() = SdkBody::from(body);
                    Ok(response)
                })
            }
            Fate::Alter(alter) => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let mut response = answer.await?;
                    let body = ByteStream::new(response.take_body()).collect().await.unwrap().into_bytes();
                    *response.body_mut() = SdkBody::from(body);
                    alter(&mut response);
                    Ok(response)
                })
            }
            Fate::Dated(epoch_seconds) => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move {
                    let mut response = answer.await?;
                    let date = DateTime::from_secs(epoch_seconds).fmt(Format::HttpDate).unwrap();
                    response.headers_mut().insert("date", date);
                    Ok(response)
                })
            }
            Fate::Hang => HttpConnectorFuture::new(std::future::pending()),
            Fate::Answer(status, body) => HttpConnectorFuture::ready(Ok(canned(status, body))),
            Fate::PassThenAnswer(status, body) => {
                let answer = self.inner.call(request);
                HttpConnectorFuture::new(async move { answer.await.map(|_| canned(status, body)) })
            }
        }
    }
}

fn canned(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
