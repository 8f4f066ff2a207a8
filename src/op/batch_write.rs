use std::collections::{HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity, WriteRequest};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use tracing::Instrument as _;

use super::call::{Call, CallOptions, Sent, call_options};
use super::failure;
use super::future::BoxFuture;
use super::save::check_size;
use crate::key::RawKey;
use crate::model::{fault_error, fault_of};
use crate::splice::{self, SdkCodec, Splice};
use crate::wire::Writer;
use crate::{Error, ErrorKind, Model, ModelConfig, Operation, Result, item};

/// [Limits of one request](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
pub(crate) const MAX_REQUESTS: usize = 25;
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// What stands around an item in a request.
pub(crate) const PUT: (&[u8], &[u8]) = (b"{\"PutRequest\":{\"Item\":", b"}}");

/// Writes whole items of any models, in as few requests as DynamoDB allows. Await it.
///
/// It is no transaction: some items may be written when it fails. What DynamoDB leaves over is sent
/// again, with growing pauses, up to eight times; what is left then is an error of kind `Throttled`
/// that says how many. Hooks and conditions do not run in batches, so a model with hooks is refused
/// unless [`skip_hooks`](Self::skip_hooks); a key given twice is refused too. Nothing is sent then.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// let users: Vec<User> = (0..60).map(|n| User { pk: format!("USER#{n}") }).collect();
/// singlet::batch_write().puts(&users).client(&client).await?;
/// assert!(User::exists("USER#59").client(&client).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchWrite {
    puts: Vec<Put>,
    fault: Option<Error>,
    call: CallOptions,
    config: Option<ModelConfig>,
}

struct Put {
    model: &'static str,
    /// As the model's config says; the batch may name another.
    table: String,
    key: RawKey,
    item: Vec<u8>,
    has_hooks: bool,
    skips_hooks: bool,
}

impl Put {
    fn refused(&self, message: &'static str) -> Error {
        Error::new(ErrorKind::Validation, message).with_model(self.model)
    }
}

/// Shows no item.
impl fmt::Debug for BatchWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchWrite").field("items", &self.puts.len()).finish_non_exhaustive()
    }
}

/// A batch without items yet; see [`BatchWrite`].
pub fn batch_write() -> BatchWrite {
    BatchWrite::default()
}

impl BatchWrite {
    call_options!(hooks);

    /// Adds an item, which replaces what is stored under its key.
    pub fn put<M: Model>(mut self, model: &M) -> Self {
        if self.fault.is_none() {
            self.fault = self.add(model).err();
        }
        self
    }

    /// Adds items, which replace what is stored under their keys.
    pub fn puts<'m, M: Model>(self, models: impl IntoIterator<Item = &'m M>) -> Self {
        models.into_iter().fold(self, Self::put)
    }

    fn add<M: Model>(&mut self, model: &M) -> Result<()> {
        let config = M::config();
        let mut writer = Writer::after(PUT.0);
        item::write(model, &mut writer);
        let mut item = writer.into_bytes().map_err(fault_of::<M>)?;
        check_size(&item[PUT.0.len()..], config.max_size, M::SCHEMA)?;
        item.extend_from_slice(PUT.1);
        self.puts.push(Put {
            model: M::SCHEMA.model,
            table: config.table().to_owned(),
            key: model.__key().map_err(fault_of::<M>)?,
            item,
            has_hooks: M::ANY,
            skips_hooks: config.skip_hooks,
        });
        self.config.get_or_insert(config);
        Ok(())
    }
}

impl BatchWrite {
    /// The body of the first request.
    pub(crate) fn body(self) -> Result<Vec<u8>> {
        let failed = |message| Error::new(ErrorKind::Configuration, message);
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let mut chunk = Chunk::default();
        for put in self.puts.into_iter().take(MAX_REQUESTS) {
            chunk.push(put.table, put.item);
        }
        let input = BatchWriteItemInput::builder().build();
        let input = input.map_err(|error| failed("the SDK could not make the request").with_source(error))?;
        splice::serialize(SdkCodec::BatchWriteItem, Input::erase(input), Some(chunk.head()))
            .map_err(|error| failed("the SDK could not make the request").with_source(error))
    }
}

impl IntoFuture for BatchWrite {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(write(self))
    }
}

async fn write(batch: BatchWrite) -> Result<()> {
    if let Some(fault) = batch.fault {
        return Err(fault);
    }
    let Some(config) = batch.config else { return Ok(()) };
    let mut puts = batch.puts;
    if let Some(table) = &batch.call.table {
        for put in &mut puts {
            put.table.clone_from(table);
        }
    }
    check(&puts, batch.call.skip_hooks)?;
    let call = Call::new(Operation::BatchWrite, None, batch.call, config)?;
    let mut chunk = Chunk::default();
    for put in puts {
        if !chunk.has_room(put.item.len()) {
            send(&call, std::mem::take(&mut chunk)).await?;
        }
        chunk.push(put.table, put.item);
    }
    send(&call, chunk).await
}

/// Refuses what a batch cannot do, across its requests.
fn check(puts: &[Put], skip_hooks: Option<bool>) -> Result<()> {
    let mut keys = HashSet::with_capacity(puts.len());
    for put in puts {
        if put.has_hooks && !skip_hooks.unwrap_or(put.skips_hooks) {
            return Err(
                put.refused("hooks do not run in a batch; save the items one by one, or say `.skip_hooks(true)`")
            );
        }
        if !keys.insert((&put.table, &put.key)) {
            return Err(put.refused("two items of the batch have the same key"));
        }
    }
    Ok(())
}

/// The requests of one `BatchWriteItem`, as the bytes of its body, by table.
#[derive(Default)]
pub(crate) struct Chunk {
    requests: HashMap<String, Vec<Vec<u8>>>,
    count: usize,
    bytes: usize,
}

impl Chunk {
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.count < MAX_REQUESTS && self.bytes + bytes <= MAX_BYTES
    }

    /// Adds a request for `table`, as `{"PutRequest":…}`.
    pub(crate) fn push(&mut self, table: String, request: Vec<u8>) {
        self.count += 1;
        self.bytes += request.len();
        self.requests.entry(table).or_default().push(request);
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// `{"RequestItems":{…}`: what goes in front of the SDK's own part of the body.
    fn head(&self) -> Vec<u8> {
        let mut writer = Writer::appending(Vec::with_capacity(self.bytes + 64 * (1 + self.requests.len())));
        writer.raw(b"{\"RequestItems\":{");
        for (table, requests) in &self.requests {
            writer.key(table);
            writer.raw(b"[");
            for request in requests {
                writer.element();
                writer.raw(request);
            }
            writer.raw(b"]");
        }
        writer.raw(b"}");
        writer.into_bytes().unwrap_or_default()
    }
}

/// Sends a chunk, and again what the service leaves over.
pub(crate) async fn send(call: &Call, mut chunk: Chunk) -> Result<()> {
    const TRIES: u32 = 8;
    let mut tries = 0;
    while chunk.count > 0 {
        if tries == TRIES {
            let message = format!("DynamoDB left {} items of a batch unwritten", chunk.count);
            return Err(call.fail(Error::new(ErrorKind::Throttled, message)));
        }
        if tries > 0 {
            tokio::time::sleep(pause(tries)).await;
        }
        tries += 1;
        chunk = send_once(call, &chunk).await?;
    }
    Ok(())
}

/// Grows from 50 ms to 3.2 s; a random half of it is left out, so that clients do not meet again.
fn pause(tries: u32) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let whole = 50_u64 << (tries - 1).min(6);
    let random = RandomState::new().hash_one(tries);
    Duration::from_millis(whole - random % (whole / 2 + 1))
}

/// Sends a chunk; what the service left over.
async fn send_once(call: &Call, chunk: &Chunk) -> Result<Chunk> {
    let (_, interceptor) = Splice::new(SdkCodec::BatchWriteItem).head(chunk.head()).interceptor();
    let mut builder = call.client.sdk().batch_write_item();
    if call.is_observed() {
        builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
    }
    let watch = call.watch();
    let outcome = builder
        .customize()
        .interceptor(interceptor)
        .interceptor(watch.attempts())
        .send()
        .instrument(watch.span())
        .await;
    let mut sent = Sent { items: chunk.count, ..watch.sent() };
    let output = failure::outcome(call, &watch, &sent, outcome, failure::from_sdk)?;
    let consumed = output.consumed_capacity().iter().filter_map(ConsumedCapacity::capacity_units).sum();
    sent.consumed_capacity = (!output.consumed_capacity().is_empty()).then_some(consumed);
    sent.request_id = output.request_id().map(str::to_owned);
    call.observe(&watch, &sent, None);
    left_over(call, output.unprocessed_items())
}

fn left_over(call: &Call, unprocessed: Option<&HashMap<String, Vec<WriteRequest>>>) -> Result<Chunk> {
    let mut chunk = Chunk::default();
    for (table, requests) in unprocessed.into_iter().flatten() {
        for put in requests.iter().filter_map(WriteRequest::put_request) {
            let item = item::to_bytes(put.item()).map_err(|fault| call.fail(fault_error(fault, "an item")))?;
            chunk.push(table.clone(), [PUT.0, &item, PUT.1].concat());
        }
    }
    Ok(chunk)
}
