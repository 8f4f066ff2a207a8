use std::borrow::Cow;
use std::collections::HashMap;
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
use super::request::Request;
use super::save::check_size;
use crate::key::RawKey;
use crate::model::{fault_error, fault_of};
use crate::splice::{self, SdkCodec, Splice};
use crate::wire::Writer;
use crate::{Error, ErrorKind, Model, ModelConfig, Operation, Result, item};

/// [Limits of one request](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
pub(crate) const MAX_REQUESTS: usize = 25;
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The most room that is made for requests before they are known.
const GUESS: usize = 64 * 1024;

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
    /// The requests, each `{"PutRequest":…}`, one after the other.
    requests: Vec<u8>,
    puts: Vec<Put>,
    fault: Option<Error>,
    call: CallOptions,
    config: Option<ModelConfig>,
}

struct Put {
    model: &'static str,
    sensitive: &'static [&'static str],
    /// As the model's config says; the batch may name another.
    table: Cow<'static, str>,
    key: RawKey,
    /// Where its request ends among all of them.
    end: usize,
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
    pub fn puts<'m, M: Model>(mut self, models: impl IntoIterator<Item = &'m M>) -> Self {
        let mut models = models.into_iter();
        let Some(first) = models.next() else { return self };
        let start = self.requests.len();
        self = self.put(first);
        // The others may be about as long as the first.
        let (length, rest) = (self.requests.len().saturating_sub(start), models.size_hint().0);
        self.puts.reserve(rest);
        self.requests.reserve(length.saturating_mul(rest + rest / 8).min(GUESS));
        for model in models {
            if self.fault.is_none() {
                self.fault = self.add(model).err();
            }
        }
        self
    }

    fn add<M: Model>(&mut self, model: &M) -> Result<()> {
        let config = M::config();
        let start = self.requests.len() + PUT.0.len();
        let mut writer = Writer::appending(std::mem::take(&mut self.requests));
        writer.raw(PUT.0);
        item::write(model, &mut writer);
        self.requests = writer.into_bytes().map_err(fault_of::<M>)?;
        check_size(&self.requests[start..], config.max_size, M::SCHEMA)?;
        self.requests.extend_from_slice(PUT.1);
        self.puts.push(Put {
            model: M::SCHEMA.model,
            sensitive: M::SCHEMA.sensitive,
            table: config.table.clone(),
            key: model.__key().map_err(fault_of::<M>)?,
            end: self.requests.len(),
            has_hooks: M::ANY,
            skips_hooks: config.skip_hooks,
        });
        self.config.get_or_insert(config);
        Ok(())
    }

    /// The tables and requests of the items, once they may be sent.
    fn checked(&self) -> Result<impl Iterator<Item = (&str, &[u8])>> {
        for put in &self.puts {
            if put.has_hooks && !self.call.skip_hooks.unwrap_or(put.skips_hooks) {
                let message = "hooks do not run in a batch; save the items one by one, or say `.skip_hooks(true)`";
                return Err(put.refused(message));
            }
        }
        // Items mostly come in the order of their keys, and then this is faster than a hash set.
        let mut puts: Vec<_> = self.puts.iter().collect();
        puts.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| self.table_of(a).cmp(self.table_of(b))));
        let same = |pair: &[&Put]| pair[0].key == pair[1].key && self.table_of(pair[0]) == self.table_of(pair[1]);
        if let Some(pair) = puts.windows(2).find(|pair| same(pair)) {
            return Err(pair[1].refused("two items of the batch have the same key"));
        }
        let mut start = 0;
        Ok(self.puts.iter().map(move |put| {
            let request = &self.requests[start..put.end];
            start = put.end;
            (self.table_of(put), request)
        }))
    }

    /// The table of the call, or else of the model.
    fn table_of<'b>(&'b self, put: &'b Put) -> &'b str {
        self.call.table.as_deref().unwrap_or(&put.table)
    }

    /// The first request that awaiting this would send, without items when there is none. Nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let sensitive: Vec<_> = self.puts.iter().flat_map(|put| put.sensitive).copied().collect();
        Request::of_body(SdkCodec::BatchWriteItem, self.body()?, sensitive)
    }

    /// The body of the first request.
    pub(crate) fn body(mut self) -> Result<Vec<u8>> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let failed = || Error::new(ErrorKind::Configuration, "the SDK could not make the request");
        let mut chunk = Chunk::default();
        for (table, request) in self.checked()?.take(MAX_REQUESTS) {
            chunk.push(table, request);
        }
        let input = BatchWriteItemInput::builder().build().map_err(|error| failed().with_source(error))?;
        splice::serialize(SdkCodec::BatchWriteItem, Input::erase(input), Some(chunk.head()))
            .map_err(|error| failed().with_source(error))
    }
}

impl IntoFuture for BatchWrite {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(write(self))
    }
}

async fn write(mut batch: BatchWrite) -> Result<()> {
    if let Some(fault) = batch.fault.take() {
        return Err(fault);
    }
    let Some(config) = batch.config.take() else { return Ok(()) };
    let requests = batch.checked()?;
    let call = Call::new(Operation::BatchWrite, None, batch.call.clone(), config)?;
    let mut chunk = Chunk::default();
    for (table, request) in requests {
        if !chunk.has_room(request.len()) {
            send(&call, std::mem::take(&mut chunk)).await?;
        }
        chunk.push(table, request);
    }
    send(&call, chunk).await
}

/// The bytes of one request.
type Bytes<'a> = Cow<'a, [u8]>;

/// The requests of one `BatchWriteItem`, as the bytes of its body, by table.
#[derive(Default)]
pub(crate) struct Chunk<'a> {
    tables: Vec<(Cow<'a, str>, Vec<Bytes<'a>>)>,
    count: usize,
    bytes: usize,
}

impl<'a> Chunk<'a> {
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        self.count < MAX_REQUESTS && self.bytes + bytes <= MAX_BYTES
    }

    /// Adds a request for `table`, as `{"PutRequest":…}`.
    pub(crate) fn push(&mut self, table: impl Into<Cow<'a, str>>, request: impl Into<Bytes<'a>>) {
        let (table, request) = (table.into(), request.into());
        self.count += 1;
        self.bytes += request.len();
        if let Some((_, requests)) = self.tables.iter_mut().find(|(name, _)| *name == table) {
            requests.push(request);
        } else {
            let mut requests = Vec::with_capacity(MAX_REQUESTS);
            requests.push(request);
            self.tables.push((table, requests));
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// `{"RequestItems":{…}`: what goes in front of the SDK's own part of the body.
    fn head(&self) -> Vec<u8> {
        let mut writer = Writer::appending(Vec::with_capacity(self.bytes + 64 * (1 + self.tables.len())));
        writer.raw(b"{\"RequestItems\":{");
        for (table, requests) in &self.tables {
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
pub(crate) async fn send(call: &Call, mut chunk: Chunk<'_>) -> Result<()> {
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
async fn send_once(call: &Call, chunk: &Chunk<'_>) -> Result<Chunk<'static>> {
    let watch = call.watch();
    let (_, interceptor) = Splice::new(SdkCodec::BatchWriteItem).head(chunk.head()).interceptor(watch.attempts());
    let mut builder = call.client.sdk().batch_write_item();
    if call.is_observed() {
        builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
    }
    let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
    let mut sent = Sent { items: chunk.count, ..watch.sent() };
    let output = failure::outcome(call, &watch, &sent, outcome, failure::from_sdk)?;
    let consumed = output.consumed_capacity().iter().filter_map(ConsumedCapacity::capacity_units).sum();
    sent.consumed_capacity = (!output.consumed_capacity().is_empty()).then_some(consumed);
    sent.request_id = output.request_id().map(str::to_owned);
    call.observe(&watch, &sent, None);
    left_over(call, output.unprocessed_items())
}

fn left_over(call: &Call, unprocessed: Option<&HashMap<String, Vec<WriteRequest>>>) -> Result<Chunk<'static>> {
    let mut chunk = Chunk::default();
    for (table, requests) in unprocessed.into_iter().flatten() {
        for put in requests.iter().filter_map(WriteRequest::put_request) {
            let item = item::to_bytes(put.item()).map_err(|fault| call.fail(fault_error(fault, "an item")))?;
            chunk.push(table.clone(), [PUT.0, &item, PUT.1].concat());
        }
    }
    Ok(chunk)
}
