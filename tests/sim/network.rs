//! The network between the simulated clients and the service: it delivers one request at a time, in an order and with
//! faults that depend only on the seed.
//!
//! Each request waits until every client is waiting for the network or has finished. Then the network chooses one request.
//! The clients therefore run concurrently, and a seed still always gives the same history.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Value, json};
use singlet::Client;
use tokio::sync::{Notify, oneshot};

use crate::plan::{Fault, Random};

/// What the network and the service did with the requests of one step.
#[derive(Debug, Default, Clone)]
pub(crate) struct Deliveries {
    /// The operations that the service executed successfully.
    pub(crate) applied: Vec<String>,
    pub(crate) faults: Vec<Fault>,
    sent: u32,
}

struct Waiting {
    client: usize,
    operation: String,
    release: oneshot::Sender<Fault>,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    /// The clients that are running instead of waiting for the network.
    busy: BTreeSet<usize>,
    /// The current step of each client.
    steps: BTreeMap<usize, u32>,
    deliveries: BTreeMap<u32, Deliveries>,
    /// The steps and operations that the service executed successfully, in order.
    executed: Vec<(u32, String)>,
}

pub(crate) struct Network {
    seed: u64,
    state: Mutex<State>,
    changed: Notify,
    drops: Vec<Notify>,
}

impl Network {
    pub(crate) fn new(seed: u64, clients: usize) -> Arc<Self> {
        let state = State { busy: (0..clients).collect(), ..State::default() };
        let drops = (0..clients).map(|_| Notify::new()).collect();
        Arc::new(Network { seed, state: Mutex::new(state), changed: Notify::new(), drops })
    }

    /// Returns a client whose requests pass through this network.
    pub(crate) fn between(self: &Arc<Self>, client: &Client, number: usize) -> Client {
        let config = client.sdk().config();
        let between = Between { network: Arc::clone(self), client: number, inner: config.http_client().unwrap() };
        let retries = RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::ZERO);
        // The SDK shares the retry quota between all clients of a partition. Without a limit, a history does not depend on
        // the histories before it.
        let bucket = RetryPartition::custom("sim").token_bucket(TokenBucket::unlimited()).build();
        let config = config.to_builder().http_client(between).retry_config(retries).retry_partition(bucket).build();
        Client::from_sdk(aws_sdk_dynamodb::Client::from_conf(config))
    }

    pub(crate) fn begin(&self, client: usize, step: u32) {
        self.lock().steps.insert(client, step);
    }

    /// Removes a client that has done all its steps.
    pub(crate) fn leave(&self, client: usize) {
        self.lock().busy.remove(&client);
        self.changed.notify_one();
    }

    /// Waits until a fault makes this client drop the future of its step.
    pub(crate) async fn dropped(&self, client: usize) {
        self.drops[client].notified().await;
    }

    pub(crate) fn deliveries(&self, step: u32) -> Deliveries {
        self.lock().deliveries.get(&step).cloned().unwrap_or_default()
    }

    /// The step and the operation of each request that the service executed successfully, in order.
    pub(crate) fn executions(&self) -> Vec<(u32, String)> {
        self.lock().executed.clone()
    }

    /// Delivers requests until every client has left.
    pub(crate) async fn deliver(&self) {
        let mut order = Random::new(self.seed);
        loop {
            let next = {
                let mut state = self.lock();
                match (state.busy.is_empty(), state.waiting.len()) {
                    (true, 0) => return,
                    (true, waiting) => {
                        state.waiting.sort_by_key(|waiting| waiting.client);
                        let chosen = usize::try_from(order.below(waiting as u64)).unwrap();
                        Some(self.choose(&mut state, chosen))
                    }
                    (false, _) => None,
                }
            };
            match next {
                None => self.changed.notified().await,
                // The client may have dropped its request and with it the receiver.
                Some((release, fault)) => drop(release.send(fault)),
            }
        }
    }

    fn choose(&self, state: &mut State, chosen: usize) -> (oneshot::Sender<Fault>, Fault) {
        let Waiting { client, operation, release } = state.waiting.remove(chosen);
        state.busy.insert(client);
        let step = state.steps[&client];
        let deliveries = state.deliveries.entry(step).or_default();
        let fault = Fault::of(self.seed, step, deliveries.sent, &operation);
        deliveries.sent += 1;
        deliveries.faults.extend(Some(fault).filter(|fault| *fault != Fault::None));
        (release, fault)
    }

    async fn arrive(&self, client: usize, operation: &str) -> Fault {
        let (release, released) = oneshot::channel();
        {
            let mut state = self.lock();
            state.waiting.push(Waiting { client, operation: operation.to_owned(), release });
            state.busy.remove(&client);
        }
        self.changed.notify_one();
        released.await.unwrap()
    }

    fn executed(&self, client: usize, operation: &str) {
        let mut state = self.lock();
        let step = state.steps[&client];
        state.deliveries.entry(step).or_default().applied.push(operation.to_owned());
        state.executed.push((step, operation.to_owned()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Between {
    network: Arc<Network>,
    client: usize,
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
        SharedHttpConnector::new(Connector { network: Arc::clone(&self.network), client: self.client, inner })
    }
}

#[derive(Clone)]
struct Connector {
    network: Arc<Network>,
    client: usize,
    inner: SharedHttpConnector,
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move { connector.carry(request).await })
    }
}

type Answer = Result<HttpResponse, ConnectorError>;

impl Connector {
    async fn carry(&self, mut request: HttpRequest) -> Answer {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let broken = || Err(ConnectorError::io("the connection broke".into()));
        match self.network.arrive(self.client, &operation).await {
            Fault::None => self.execute(&operation, request).await,
            Fault::ResetBefore => broken(),
            Fault::ResetAfter => {
                self.execute(&operation, request).await?;
                broken()
            }
            Fault::Throttled => Ok(error(400, "ThrottlingException")),
            Fault::Denied => Ok(error(400, "AccessDeniedException")),
            Fault::Conflict => Ok(error(400, "TransactionConflictException")),
            Fault::ServerError => Ok(error(500, "InternalServerError")),
            Fault::AppliedServerError => {
                self.execute(&operation, request).await?;
                Ok(error(500, "InternalServerError"))
            }
            Fault::Truncated => {
                let (status, mut body) = parts(self.execute(&operation, request).await?).await;
                body.truncate(body.len() / 2);
                Ok(response(status, body))
            }
            Fault::Duplicated => {
                let copy = request.try_clone().unwrap();
                let answer = self.execute(&operation, request).await?;
                self.inner.call(copy).await?;
                Ok(answer)
            }
            Fault::Unprocessed => {
                let held = hold_back(&mut request);
                let (status, body) = parts(self.execute(&operation, request).await?).await;
                let mut body: Value = serde_json::from_slice(&body).unwrap();
                let name = if operation == "BatchWriteItem" { "UnprocessedItems" } else { "UnprocessedKeys" };
                body[name] = held;
                Ok(response(status, body.to_string().into_bytes()))
            }
            Fault::DropBefore => self.drop_step().await,
            Fault::DropAfter => {
                self.execute(&operation, request).await?;
                self.drop_step().await
            }
        }
    }

    async fn execute(&self, operation: &str, request: HttpRequest) -> Answer {
        let answer = self.inner.call(request).await?;
        if answer.status().is_success() {
            self.network.executed(self.client, operation);
        }
        Ok(answer)
    }

    /// Makes the client drop the future of its step. This future is a part of it and never completes.
    async fn drop_step(&self) -> Answer {
        self.network.drops[self.client].notify_one();
        std::future::pending().await
    }
}

/// Removes the second half of a batch from the request, and returns it in the form in which a response lists unprocessed
/// entries.
fn hold_back(request: &mut HttpRequest) -> Value {
    let mut body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
    let mut held = json!({});
    for (table, entries) in body["RequestItems"].as_object_mut().unwrap() {
        let is_write = entries.is_array();
        let list = if is_write { entries.as_array_mut() } else { entries["Keys"].as_array_mut() };
        let list = list.unwrap();
        let kept = list.len().div_ceil(2);
        let rest = list.split_off(kept);
        if !rest.is_empty() {
            held[table] = if is_write { json!(rest) } else { json!({ "Keys": rest }) };
        }
    }
    let bytes = body.to_string().into_bytes();
    request.headers_mut().insert("content-length", bytes.len().to_string());
    *request.body_mut() = SdkBody::from(bytes);
    held
}

async fn parts(mut answer: HttpResponse) -> (u16, Vec<u8>) {
    let body = ByteStream::new(answer.take_body()).collect().await.unwrap().into_bytes();
    (answer.status().as_u16(), body.to_vec())
}

fn error(status: u16, code: &str) -> HttpResponse {
    let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"a simulated fault"}}"#);
    response(status, body.into_bytes())
}

fn response(status: u16, body: Vec<u8>) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
