mod chunk;
mod conflicts;
mod send;
mod unprocessed;
mod write;

use std::borrow::Cow;
use std::fmt;

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use bytes::Bytes;

use super::batch::{self, BatchOptions, Chunk as _, Ended, Pace, Senders, Stopped, batch_options};
use super::call::{Call, CallOptions, Sent, call_options, offline};
use super::future::{BoxFuture, Detailed, Done, OperationFuture};
use super::request::Request;
use super::save::check_size;
use crate::key::{IntoKey, KeyValue, RawKey};
use crate::model::{fault_error, fault_of, raw_key};
use crate::schema::KeySchema;
use crate::splice::{self, SdkCodec};
use crate::wire::{Fault, Writer};
use crate::{Error, ErrorKind, Model, ModelConfig, Operation, Result, item};

pub(crate) use chunk::Chunk;
use chunk::{Chunks, MAX_WRITES};
pub(crate) use send::Sender;
use send::customized;
pub use unprocessed::Unprocessed;
use write::Owner;
pub(crate) use write::{Kind, Write};

/// The most room that is made for requests before they are known.
const GUESS: usize = 64 * 1024;

/// Puts whole items of any models and deletes others, in as few requests as DynamoDB allows. Await it.
///
/// It is no transaction: some of it may be done when it fails. What DynamoDB leaves over is sent
/// again, with growing pauses, as long as that gets on; see
/// [`ClientBuilder::batch_retries`](crate::ClientBuilder::batch_retries). Then it is an error of kind
/// `Throttled`. That and any other error after the first request carries what is not known to be done,
/// as [`Error::unprocessed`]. To drop the future stops it; what was sent by then is not told.
///
/// Refused before anything is sent: a key given twice, be it to put or to delete, and, since hooks and
/// conditions do not run in batches, a model with hooks unless [`skip_hooks`](Self::skip_hooks), and any
/// model with a version or unique values: write those one by one, or in a [`transaction`](crate::transaction).
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
/// singlet::batch_write()
///     .put(&User { pk: "USER#60".into() })
///     .deletes(&users[..2])
///     .delete_by_key::<User, _>("USER#2")
///     .client(&client)
///     .await?;
/// assert!(User::exists("USER#59").client(&client).await?);
/// assert!(!User::exists("USER#2").client(&client).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchWrite<'a> {
    /// The requests, each `{"PutRequest":…}` or `{"DeleteRequest":…}`, one after the other.
    requests: Vec<u8>,
    entries: Vec<Entry>,
    fault: Option<Error>,
    senders: Senders,
    call: CallOptions,
    customize: Option<Box<CustomizeRequest>>,
    options: BatchOptions<'a>,
}

/// A user's change to the SDK's builder of each request.
type CustomizeRequest = dyn Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync;

/// A put or delete whose bytes are among those of the others.
struct Entry {
    kind: Kind,
    /// As the model's config says; the batch may name another.
    table: Cow<'static, str>,
    key: Option<RawKey>,
    owner: Option<Owner>,
    /// Where its request ends among all of them.
    end: usize,
    /// Of a model with hooks: whether its config skips them.
    hooks: Option<bool>,
}

/// Shows no item.
impl fmt::Debug for BatchWrite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchWrite").field("writes", &self.entries.len()).finish_non_exhaustive()
    }
}

/// A batch without puts and deletes yet; see [`BatchWrite`].
pub fn batch_write<'a>() -> BatchWrite<'a> {
    BatchWrite::default()
}

impl<'a> BatchWrite<'a> {
    call_options!(hooks);
    batch_options!();

    /// Adds an item, which replaces what is stored under its key.
    pub fn put<M: Model>(mut self, model: &M) -> Self {
        self.add(model);
        self
    }

    /// Adds items, which replace what is stored under their keys.
    pub fn puts<'m, M: Model>(mut self, models: impl IntoIterator<Item = &'m M>) -> Self {
        let mut models = models.into_iter();
        let Some(first) = models.next() else { return self };
        let start = self.requests.len();
        self.add(first);
        // The others may be about as long as the first.
        let (length, rest) = (self.requests.len().saturating_sub(start), models.size_hint().0);
        self.entries.reserve(rest.min(GUESS));
        self.requests.reserve(length.saturating_mul(rest.saturating_add(rest / 8)).min(GUESS));
        models.for_each(|model| self.add(model));
        self
    }

    /// Deletes the item under this value's key, if there is one.
    pub fn delete<M: Model>(mut self, model: &M) -> Self {
        self.add_delete::<M>(model.__key().map_err(fault_of::<M>));
        self
    }

    /// Deletes the items under the keys of these values, as far as there are any.
    pub fn deletes<'m, M: Model>(mut self, models: impl IntoIterator<Item = &'m M>) -> Self {
        models.into_iter().for_each(|model| self.add_delete::<M>(model.__key().map_err(fault_of::<M>)));
        self
    }

    /// Deletes the item of `M` under `key`, if there is one: `.delete_by_key::<Order, _>(("c-1", 7))`.
    pub fn delete_by_key<M: Model, K>(mut self, key: impl IntoKey<M, M::KeyParts, K>) -> Self {
        self.add_delete::<M>(raw_key::<M>(key.into_key()));
        self
    }

    /// Deletes the items of `M` under these keys, as far as there are any: `.deletes_by_key::<Order, _>(keys)`.
    pub fn deletes_by_key<M: Model, K>(
        mut self,
        keys: impl IntoIterator<Item = impl IntoKey<M, M::KeyParts, K>>,
    ) -> Self {
        keys.into_iter().for_each(|key| self.add_delete::<M>(raw_key::<M>(key.into_key())));
        self
    }

    fn add<M: Model>(&mut self, model: &M) {
        if self.fault.is_some() {
            return;
        }
        let mut writer = Writer::appending(std::mem::take(&mut self.requests));
        writer.raw(Kind::Put.around().0);
        item::write(model, &mut writer);
        let key = model.__key().map_err(fault_of::<M>);
        self.finish(Kind::Put, writer.into_bytes(), key, Owner::of::<M>(), M::config(), M::ANY);
    }

    fn add_delete<M: Model>(&mut self, key: Result<RawKey>) {
        if self.fault.is_none() {
            let requests = key.as_ref().map(|key| self.delete_request(key, Owner::of::<M>()));
            let requests = requests.unwrap_or_else(|_| Ok(Vec::new()));
            self.finish(Kind::Delete, requests, key, Owner::of::<M>(), M::config(), M::ANY);
        }
    }

    /// The requests, and one more that has its key but not its end.
    fn delete_request(&mut self, key: &RawKey, owner: Owner) -> Result<Vec<u8>, Fault> {
        let table = owner.schema.table;
        let mut writer = Writer::appending(std::mem::take(&mut self.requests));
        writer.raw(Kind::Delete.around().0);
        writer.open_item();
        write_key_value(&mut writer, &table.hash_key, &key.hash);
        if let Some((schema, value)) = table.range_key.as_ref().zip(key.range.as_ref()) {
            write_key_value(&mut writer, schema, value);
        }
        writer.close_item();
        writer.into_bytes()
    }

    /// Takes over the requests with one more, which is complete but for its end.
    fn finish(
        &mut self,
        kind: Kind,
        requests: Result<Vec<u8>, Fault>,
        key: Result<RawKey>,
        owner: Owner,
        config: ModelConfig,
        has_hooks: bool,
    ) {
        let start = self.entries.last().map_or(0, |entry| entry.end) + kind.around().0.len();
        let checked = requests.map_err(|fault| fault_error(fault, owner.schema.model)).and_then(|requests| {
            let key = key?;
            owner.check_unconditional()?;
            if kind == Kind::Put {
                check_size(&requests[start..], config.max_size, owner.schema)?;
            }
            Ok((requests, key))
        });
        match checked {
            Ok((requests, key)) => {
                self.requests = requests;
                self.requests.extend_from_slice(kind.around().1);
                self.entries.push(Entry {
                    kind,
                    table: config.table.clone(),
                    key: Some(key.into_canonical()),
                    owner: Some(owner),
                    end: self.requests.len(),
                    hooks: has_hooks.then_some(config.skip_hooks),
                });
                self.senders.add(owner.schema.model, config);
            }
            Err(error) => self.fault = Some(error),
        }
    }

    /// The writes, once they may be sent.
    fn into_writes(mut self) -> Result<Vec<Write>> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        for entry in &self.entries {
            let runs_hooks = entry.hooks.is_some_and(|skips| !self.call.skip_hooks.unwrap_or(skips));
            if let Some(owner) = entry.owner.filter(|_| runs_hooks) {
                let message =
                    "hooks do not run in a batch; save or delete the items one by one, or say `.skip_hooks(true)`";
                return Err(owner.refused(message));
            }
        }
        let table = self.call.table.take();
        conflicts::check(&self.entries, |entry| table.as_deref().unwrap_or(&entry.table))?;
        let requests = Bytes::from(self.requests);
        let mut start = 0;
        let writes = self.entries.into_iter().map(|entry| {
            let body = requests.slice(start..entry.end);
            start = entry.end;
            let table = table.clone().map_or(entry.table, Cow::Owned);
            Write { kind: entry.kind, table, body, key: entry.key, owner: entry.owner }
        });
        Ok(writes.collect())
    }

    /// Changes the SDK's request, each of them: for what singlet does not know. The puts and deletes are not
    /// in it; they join it as bytes.
    pub fn customize(
        mut self,
        f: impl Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.customize = Some(Box::new(f));
        self
    }

    /// The first request that awaiting this would send, without items when there is none. Nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let owners = self.entries.iter().filter_map(|entry| entry.owner);
        let sensitive = owners.flat_map(|owner| owner.schema.sensitive).copied().collect();
        Request::of_body(SdkCodec::BatchWriteItem, self.body()?, sensitive)
    }

    /// The body of the first request.
    pub(crate) fn body(mut self) -> Result<Vec<u8>> {
        let customize = self.customize.take();
        let failed = || Error::new(ErrorKind::Configuration, "the SDK could not make the request");
        let chunk = Chunks::of(self.into_writes()?.into_iter().take(MAX_WRITES)).next().unwrap_or_default();
        let input = match customize {
            None => BatchWriteItemInput::builder().build(),
            Some(customize) => {
                let builder = offline().sdk().batch_write_item();
                customized(builder, Some(&*customize)).as_input().clone().build()
            }
        };
        let input = input.map_err(|error| failed().with_source(error))?;
        splice::serialize(SdkCodec::BatchWriteItem, Input::erase(input), Some(chunk.head()))
            .map_err(|error| failed().with_source(error))
    }

    /// Gives the facts of all the requests together too, and asks the service what they consumed.
    pub fn detailed(mut self) -> Detailed<'a, ()> {
        self.options.detailed = true;
        Detailed { executor: write(self), value: |_| () }
    }
}

impl<'a> IntoFuture for BatchWrite<'a> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(write(self), |_| ())
    }
}

fn write_key_value(writer: &mut Writer, schema: &KeySchema, value: &KeyValue) {
    writer.name(schema.attribute.name, schema.attribute.quoted);
    match value {
        KeyValue::S(text) => writer.string(text),
        KeyValue::N(digits) => writer.digits(digits),
        KeyValue::B(bytes) => writer.binary(bytes),
    }
}

fn write(mut batch: BatchWrite<'_>) -> BoxFuture<'_, Result<Done>> {
    Box::pin(async move {
        let mut options = std::mem::take(&mut batch.options);
        let senders = std::mem::take(&mut batch.senders);
        let customize = batch.customize.take();
        let call_options = batch.call.clone();
        let writes = batch.into_writes()?;
        let Some(call) = senders.call(Operation::BatchWrite, call_options)? else {
            return Ok(Done { sink: None, sent: Sent::default() });
        };
        let pace = Pace { retries: call.client.batch_retries(), concurrency: options.concurrency };
        let customize = customize.as_deref();
        let sender = Sender { call: &call, customize, detailed: options.detailed };
        let mut tell = options.teller(writes.len());
        let mut chunks = Chunks::of(writes);
        let send = |chunk| sender.send(chunk);
        let ended = batch::send_all(pace, || chunks.next().map(Ok), &send, |finished, _| tell(finished)).await;
        settle(&call, ended, chunks)
    })
}

/// The outcome of a batch; its error carries what is left, what was never sent included.
pub(crate) fn settle(call: &Call, ended: Ended<Chunk>, unsent: impl Iterator<Item = Chunk>) -> Result<Done> {
    let Some(stopped) = ended.stopped else { return Ok(Done { sink: None, sent: ended.sent }) };
    let left: Vec<Chunk> = ended.left.into_iter().chain(unsent).collect();
    let error = match stopped {
        Stopped::Failed(error) => error,
        Stopped::GaveUp => {
            let count: usize = left.iter().map(Chunk::len).sum();
            let message = format!("DynamoDB left {count} items of a batch unwritten");
            call.about(left.iter().flat_map(Chunk::tables)).fail(Error::new(ErrorKind::Throttled, message))
        }
    };
    let writes: Vec<_> = left.into_iter().flat_map(|chunk| chunk.writes).collect();
    Err(if writes.is_empty() { error } else { error.with_unprocessed(Unprocessed::new(writes, call.client.clone())) })
}
