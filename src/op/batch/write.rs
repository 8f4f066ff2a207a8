//! `batch_write`: puts and deletes of any models, in as few requests as possible. No hooks, no conditions.

mod chunk;
mod conflicts;
mod entries;
mod send;
mod single;
mod unprocessed;

use std::fmt;

use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;

use crate::key::IntoKey;
use crate::model::{fault_of, raw_key};
use crate::op::batch::options::{BatchOptions, batch_options};
use crate::op::batch::request_loop::{self, BatchChunk as _, BatchOutcome, Concurrency, StopReason};
use crate::op::engine::context::{CallOptions, Context, RequestFacts};
use crate::op::engine::explain;
use crate::op::engine::explain::Request;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::call_options;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::response::Response;
use crate::{Error, ErrorKind, Model, Operation, Result};

pub(crate) use chunk::WriteChunk;
use chunk::WriteChunks;
use entries::{Entries, Entry};
pub(crate) use send::WriteSender;
pub(crate) use single::{BatchedWrite, Kind};
pub use unprocessed::Unprocessed;

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
/// model with a version or unique values: write those one by one, or in a [`transaction`](crate::transact_write).
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
/// singlet::batch_write().put_all(&users).client(&client).await?;
/// singlet::batch_write()
///     .put(&User { pk: "USER#60".into() })
///     .delete_all(&users[..2])
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
    entries: Entries,
    call: CallOptions,
    customize: Option<Box<CustomizeBatchWrite>>,
    options: BatchOptions<'a>,
}

/// A user's change to the SDK's builder of each request.
type CustomizeBatchWrite = dyn Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync;

/// Shows no item.
impl fmt::Debug for BatchWrite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchWrite").field("writes", &self.entries.list.len()).finish_non_exhaustive()
    }
}

/// A batch without puts and deletes yet; see [`BatchWrite`].
pub fn batch_write<'a>() -> BatchWrite<'a> {
    BatchWrite::default()
}

impl<'a> BatchWrite<'a> {
    call_options!(call, hooks);
    batch_options!();

    /// Adds an item, which replaces what is stored under its key.
    pub fn put<M: Model>(mut self, model: &M) -> Self {
        self.entries.put(model);
        self
    }

    /// Adds items, which replace what is stored under their keys.
    pub fn put_all<'m, M: Model>(mut self, models: impl IntoIterator<Item = &'m M>) -> Self {
        let mut models = models.into_iter();
        let Some(first) = models.next() else { return self };
        self.entries.put(first);
        self.entries.reserve_as_last(models.size_hint().0);
        models.for_each(|model| self.entries.put(model));
        self
    }

    /// Deletes the item under this value's key, if there is one.
    pub fn delete<M: Model>(mut self, model: &M) -> Self {
        self.entries.delete::<M>(model.__key().map_err(fault_of::<M>));
        self
    }

    /// Deletes the items under the keys of these values, as far as there are any.
    pub fn delete_all<'m, M: Model>(self, models: impl IntoIterator<Item = &'m M>) -> Self {
        models.into_iter().fold(self, Self::delete)
    }

    /// Deletes the item of `M` under `key`, if there is one: `.delete_by_key::<Order, _>(("c-1", 7))`.
    pub fn delete_by_key<M: Model, K>(mut self, key: impl IntoKey<M, M::KeyParts, K>) -> Self {
        self.entries.delete::<M>(raw_key::<M>(key.into_key()));
        self
    }

    /// Deletes the items of `M` under these keys, as far as there are any: `.delete_all_by_key::<Order, _>(keys)`.
    pub fn delete_all_by_key<M: Model, K>(
        self,
        keys: impl IntoIterator<Item = impl IntoKey<M, M::KeyParts, K>>,
    ) -> Self {
        keys.into_iter().fold(self, Self::delete_by_key::<M, K>)
    }

    /// Changes the SDK's request, each of them, for options that singlet does not expose. The puts and deletes are not
    /// in it; they join it as bytes.
    pub fn customize(
        mut self,
        f: impl Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.customize = Some(Box::new(f));
        self
    }

    /// The first request that awaiting this would send. Nothing is sent.
    pub fn explain(mut self) -> Result<Request> {
        explain::first_request(&self.entries.sensitive(), |explained| {
            self.call.explained = Some(explained);
            write(self)
        })
    }

    /// The body of the first request, as far as singlet writes it itself.
    pub(crate) fn head(self) -> Result<Vec<u8>> {
        let writes = self.entries.into_writes(&self.call, None)?;
        Ok(WriteChunks::of(writes).next().unwrap_or_default().head())
    }

    /// Also returns the metadata of all requests together: consumed capacity, attempts, request id.
    pub fn detailed(mut self) -> OperationFuture<'a, Response<()>> {
        self.options.detailed = true;
        OperationFuture::detailed(write(self), |_| ())
    }
}

impl<'a> IntoFuture for BatchWrite<'a> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(write(self), |_| ())
    }
}

fn write(batch: BatchWrite<'_>) -> BoxFuture<'_, Result<Outcome>> {
    Box::pin(async move {
        let BatchWrite { mut entries, call, customize, mut options } = batch;
        let sender = entries.take_senders().call(Operation::BatchWrite, call.clone());
        // What cannot be written is said before who cannot write it.
        let client = sender.as_ref().ok().and_then(|call| Some(&call.as_ref()?.client));
        let writes = entries.into_writes(&call, client)?;
        let Some(call) = sender? else { return Ok(Outcome { sink: None, sent: RequestFacts::default() }) };
        let pace = Concurrency { retries: call.client.batch_retries(), concurrency: options.concurrency };
        let customize = customize.as_deref();
        let sender = WriteSender { call: &call, customize, detailed: options.detailed };
        let mut tell = options.progress_reporter(writes.len());
        let mut chunks = WriteChunks::of(writes);
        let send = |chunk| sender.send(chunk);
        let ended = request_loop::send_all(pace, || chunks.next().map(Ok), &send, |finished, _| tell(finished)).await;
        settle(&call, ended, chunks)
    })
}

/// The outcome of a batch; its error carries what is left, what was never sent included.
pub(crate) fn settle(
    call: &Context,
    ended: BatchOutcome<WriteChunk>,
    unsent: impl Iterator<Item = WriteChunk>,
) -> Result<Outcome> {
    let Some(stopped) = ended.stopped else { return Ok(Outcome { sink: None, sent: ended.sent }) };
    let left: Vec<WriteChunk> = ended.left.into_iter().chain(unsent).collect();
    let error = match stopped {
        StopReason::Failed(error) => error,
        StopReason::GaveUp => {
            let count: usize = left.iter().map(WriteChunk::len).sum();
            let message = format!("DynamoDB left {count} items of a batch unwritten");
            call.for_tables(left.iter().flat_map(WriteChunk::tables))
                .contextualize(Error::new(ErrorKind::Throttled, message))
        }
    };
    let writes: Vec<_> = left.into_iter().flat_map(|chunk| chunk.writes).collect();
    Err(if writes.is_empty() { error } else { error.with_payload(Unprocessed::new(writes, call.client.clone())) })
}
