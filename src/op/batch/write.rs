//! `batch_write`: puts and deletes items of any models in as few requests as possible, without hooks and conditions.

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
/// A batch is not a transaction: if it fails, some of its writes may have taken effect. Writes that DynamoDB leaves
/// unprocessed are sent again with increasing pauses for as long as that makes progress; see
/// [`ClientBuilder::batch_retries`](crate::ClientBuilder::batch_retries). If retries do not help, the error is of
/// kind `Throttled`. This error, like any other after the first request, carries the writes that are not confirmed,
/// as [`Error::unprocessed`]. Dropping the future stops the batch without reporting what has been written.
///
/// A batch that contains the same key twice, in puts or deletes, is rejected before anything is sent. Hooks and
/// conditions do not run in batches. A batch therefore also rejects models with hooks, unless
/// [`skip_hooks`](Self::skip_hooks) is set, and all models with a version or unique values. Write those individually
/// or in a [`transaction`](crate::transact_write).
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

/// Changes the SDK's builder of each request.
type CustomizeBatchWrite = dyn Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync;

/// Shows no items.
impl fmt::Debug for BatchWrite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchWrite").field("writes", &self.entries.list.len()).finish_non_exhaustive()
    }
}

/// Starts a batch without puts and deletes; see [`BatchWrite`].
pub fn batch_write<'a>() -> BatchWrite<'a> {
    BatchWrite::default()
}

impl<'a> BatchWrite<'a> {
    call_options!(call, hooks);
    batch_options!();

    /// Adds an item, which replaces the one stored under its key.
    pub fn put<M: Model>(mut self, model: &M) -> Self {
        self.entries.put(model);
        self
    }

    /// Adds items, which replace those stored under their keys.
    pub fn put_all<'m, M: Model>(mut self, models: impl IntoIterator<Item = &'m M>) -> Self {
        let mut models = models.into_iter();
        let Some(first) = models.next() else { return self };
        self.entries.put(first);
        self.entries.reserve_as_last(models.size_hint().0);
        models.for_each(|model| self.entries.put(model));
        self
    }

    /// Deletes the item with this value's key, if it exists.
    pub fn delete<M: Model>(mut self, model: &M) -> Self {
        self.entries.delete::<M>(model.__key().map_err(fault_of::<M>));
        self
    }

    /// Deletes the items with the keys of these values. Items that do not exist are ignored.
    pub fn delete_all<'m, M: Model>(self, models: impl IntoIterator<Item = &'m M>) -> Self {
        models.into_iter().fold(self, Self::delete)
    }

    /// Deletes the item of `M` under `key`, if it exists: `.delete_by_key::<Order, _>(("c-1", 7))`.
    pub fn delete_by_key<M: Model, K>(mut self, key: impl IntoKey<M, M::KeyParts, K>) -> Self {
        self.entries.delete::<M>(raw_key::<M>(key.into_key()));
        self
    }

    /// Deletes the items of `M` under these keys: `.delete_all_by_key::<Order, _>(keys)`. Items that do not exist are
    /// ignored.
    pub fn delete_all_by_key<M: Model, K>(
        self,
        keys: impl IntoIterator<Item = impl IntoKey<M, M::KeyParts, K>>,
    ) -> Self {
        keys.into_iter().fold(self, Self::delete_by_key::<M, K>)
    }

    /// Changes each SDK request, for options that singlet does not expose. The request does not contain the puts and
    /// deletes, which are added as bytes later.
    pub fn customize(
        mut self,
        f: impl Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.customize = Some(Box::new(f));
        self
    }

    /// Returns the first request that awaiting this operation would send. Nothing is sent.
    pub fn explain(mut self) -> Result<Request> {
        explain::first_request(&self.entries.sensitive(), |explained| {
            self.call.explained = Some(explained);
            write(self)
        })
    }

    /// Returns the part of the first request's body that singlet writes itself.
    pub(crate) fn head(self) -> Result<Vec<u8>> {
        let writes = self.entries.into_writes(&self.call, None)?;
        Ok(WriteChunks::of(writes).next().unwrap_or_default().head())
    }

    /// Also returns the combined metadata of all requests: consumed capacity, attempts and request id.
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
        if let Ok(Some(call)) = &sender
            && let Some((schema, key)) = entries.first_to_expire()
        {
            call.ask_time(schema, key).await?;
        }
        // An invalid write is reported before a missing client.
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

/// Returns the outcome of a batch. Its error carries all writes that are left, including those never sent.
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
    // What is left may be written too, and what is not left is.
    let error = error.maybe_written();
    let writes: Vec<_> = left.into_iter().flat_map(|chunk| chunk.writes).collect();
    Err(if writes.is_empty() { error } else { error.with_payload(Unprocessed::new(writes, call.client.clone())) })
}
