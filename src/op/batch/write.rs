//! `batch_write`: puts and deletes items of any models in as few requests as possible, without hooks and conditions.

mod chunk;
mod chunks;
mod conflicts;
mod incoming;
mod next_chunk;
mod run;
mod send;
mod single;
mod source;
mod unprocessed;

use std::fmt;

use aws_sdk_dynamodb::operation::batch_write_item::builders::BatchWriteItemFluentBuilder;
use futures_util::stream::{Stream, StreamExt as _};

use crate::key::RawKey;
use crate::model::fault_of;
use crate::op::batch::options::{BatchOptions, batch_options};
use crate::op::engine::context::{CallOptions, Context, offline};
use crate::op::engine::explain;
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::options::call_options;
use crate::op::engine::outcome::Response;
use crate::op::engine::rate_limit::rate_options;
use crate::splice::Head;
use crate::{Model, ModelConfig, Operation, Result};

pub(crate) use chunk::WriteChunk;
use chunks::Chunks;
pub(crate) use run::settle;
use run::write;
pub(crate) use send::WriteSender;
pub(crate) use single::{BatchedWrite, Kind};
use source::WriteSource;
pub use source::{BatchItem, BatchKey};
pub use unprocessed::Unprocessed;

/// Puts whole items of any models and deletes others, in as few requests as DynamoDB allows. Await it.
///
/// A batch is not a transaction: if it fails, some of its writes may have taken effect. Writes that DynamoDB leaves
/// unprocessed are sent again with increasing pauses for as long as that makes progress; see
/// [`ClientBuilder::batch_retries`](crate::ClientBuilder::batch_retries). If retries do not help, the error is of
/// kind `Throttled`. This error, like any other after the first request, carries the writes that are not confirmed,
/// as [`Error::unprocessed`](crate::Error::unprocessed). Dropping the future stops the batch without reporting what has
/// been written.
///
/// It costs as much as single writes: a write unit for each KB of each item and of its index entries, rounded up. A
/// request contains up to 25 writes.
///
/// A put does what a save does as far as a batch can: it generates ids for `generated` fields that are empty, writes
/// `created_at` and `updated_at`, and sets the expiry. The values themselves do not change. If they are to have the ids,
/// use the builder or `generate_id`; see [`Model`](derive@crate::Model#managed-fields). `BatchWriteItem` has no
/// conditions, so a put replaces and a delete deletes whatever is stored under the key, also an item of another model.
/// For the same reason a batch rejects models with a version or unique values. Hooks do not run in batches, so it
/// rejects models with hooks, unless [`skip_hooks`](Self::skip_hooks) is set. Write those individually or in a
/// [`transaction`](crate::transact_write). [`guide::ways_to_write`](crate::guide::ways_to_write) compares all ways to write.
///
/// Items are encoded as they are sent. If none come from a stream, the first 1,000 are encoded before anything is sent. A
/// batch that contains the same key twice within 10,000 writes, in puts or deletes, or an item that cannot be stored, is
/// rejected: before anything is sent if it is among those first 1,000 writes, and otherwise before its request is sent. If
/// two writes of one key are further apart, the later one is sent after the earlier one, and wins. If any writes come from a
/// stream, nothing is encoded in advance.
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
///     .delete_by_key(User::key_of("USER#2"))
///     .client(&client)
///     .await?;
/// assert!(User::exists("USER#59").client(&client).await?);
/// assert!(!User::exists("USER#2").client(&client).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "BatchWriteItem")]
pub struct BatchWrite<'a> {
    sources: Vec<WriteSource<'a>>,
    call: CallOptions,
    customize: Option<Box<CustomizeBatchWrite>>,
    options: BatchOptions<'a>,
}

/// Changes the SDK's builder of each request.
type CustomizeBatchWrite = dyn Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync;

/// Shows no items.
impl fmt::Debug for BatchWrite<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let writes = self.sources.iter().map(WriteSource::remaining).fold(0, usize::saturating_add);
        f.debug_struct("BatchWrite").field("writes", &writes).finish_non_exhaustive()
    }
}

/// Starts a batch without puts and deletes; see [`BatchWrite`].
#[doc(alias = "BatchWriteItem")]
pub fn batch_write<'a>() -> BatchWrite<'a> {
    BatchWrite::default()
}

impl<'a> BatchWrite<'a> {
    call_options!(call, hooks);
    rate_options!(call);
    batch_options!();

    /// Adds an item. It replaces the item stored under its key, even one of another model.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::builder().customer("bob").id(1).total(60).build();
    /// singlet::batch_write().put(&order).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn put<M: Model>(self, item: impl BatchItem<M> + 'a) -> Self {
        self.put_all(std::iter::once(item))
    }

    /// Adds items. They replace the items stored under their keys, even those of other models.
    ///
    /// The iterator is advanced as the batch is sent, at most about 1,000 items ahead, so that a batch of any size needs
    /// little memory. If the batch fails, the items that are left become part of the error, unless the iterator states that it has no
    /// end.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders: Vec<_> = (1..=60).map(|id| Order::builder().customer("bob").id(id).total(5).build()).collect();
    /// singlet::batch_write().put_all(&orders).await?;
    /// assert_eq!(Order::query("bob").count().await?, 60);
    /// # Ok(()) }) }
    /// ```
    pub fn put_all<M: Model, T: BatchItem<M> + 'a>(
        mut self,
        items: impl IntoIterator<Item = T, IntoIter: Send + 'a>,
    ) -> Self {
        let mut items = items.into_iter();
        // The requirements of a model are checked only if one of its items is written.
        if let Some(first) = items.next() {
            self.sources.push(WriteSource::puts::<M, T>(first, items));
        }
        self
    }

    /// Adds the items of a stream, for example of [`Query::stream`](crate::Query::stream) or from another service. They replace the
    /// items stored under their keys, even those of other models.
    ///
    /// Items are taken from the stream only as they are sent. A request is sent once it has 25 items or the writes have ended, so
    /// up to 24 writes, also those added before the stream, wait while the stream is pending. Requests that were sent before make
    /// progress meanwhile. The writes that were added after the stream are sent after its items.
    ///
    /// An error of the stream ends the batch and is the error of the batch. After any error, the items that were taken from
    /// the stream and are not confirmed are in [`Error::unprocessed`](crate::Error::unprocessed), except for an item that was refused
    /// because of its value or its key. The batch takes no further items. To use them afterwards, pass `&mut stream`; a stream that is
    /// not `Unpin` needs [`std::pin::pin!`] before. If the future is dropped, the items that were taken are lost.
    ///
    /// If the stream cannot fail, map its items with `Ok`. The requirements of the model are checked even if the stream is empty.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let archive = singlet::Client::embedded();
    /// Order::create_table().client(&archive).await?;
    /// singlet::batch_write().put_stream(Order::scan().stream()).client(&archive).await?;
    /// assert_eq!(Order::scan().client(&archive).await?, Order::scan().await?);
    /// # Ok(()) }) }
    /// ```
    pub fn put_stream<M: Model, T: BatchItem<M> + 'a>(
        mut self,
        items: impl Stream<Item = Result<T>> + Send + 'a,
    ) -> Self {
        self.sources.push(WriteSource::put_stream::<M, T>(items));
        self
    }

    /// Deletes the item with this value's key, if it exists.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let order = Order::get(("ann", 1)).await?.unwrap();
    /// singlet::batch_write().delete(&order).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn delete<M: Model>(self, model: &M) -> Self {
        self.delete_all(std::iter::once(model))
    }

    /// Deletes the items with the keys of these values. Items that do not exist are ignored.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = Order::query("ann").await?;
    /// singlet::batch_write().delete_all(&orders).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn delete_all<'m, M: Model>(self, models: impl IntoIterator<Item = &'m M>) -> Self {
        let keys: Vec<_> = models.into_iter().map(|model| model.__key().map_err(fault_of::<M>)).collect();
        self.delete_keys::<M>(keys)
    }

    /// Deletes the item under a [`Key`], if it exists.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// singlet::batch_write().delete_by_key(Order::key_of(("ann", 1))).await?;
    /// assert!(!Order::exists(("ann", 1)).await?);
    /// # Ok(()) }) }
    /// ```
    ///
    /// [`Key`]: crate::Key
    pub fn delete_by_key<M: Model>(self, key: impl BatchKey<M>) -> Self {
        self.delete_keys::<M>([key.into_raw_key()])
    }

    /// Deletes the items under these [`Key`]s. Items that do not exist are ignored. See [`BatchKey`] for what counts as a
    /// key. Like [`put_all`](Self::put_all), it advances the iterator only as the keys are sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let keys = Order::query("ann").keys().await?;
    /// singlet::batch_write().delete_all_by_key(keys).await?;
    /// # Ok(()) }) }
    /// ```
    ///
    /// [`Key`]: crate::Key
    pub fn delete_all_by_key<M: Model, K: BatchKey<M> + 'a>(
        self,
        keys: impl IntoIterator<Item = K, IntoIter: Send + 'a>,
    ) -> Self {
        self.delete_keys::<M>(keys.into_iter().map(K::into_raw_key))
    }

    /// Deletes the items under the [`Key`]s of a stream. Items that do not exist are ignored. It treats the stream as
    /// [`put_stream`](Self::put_stream) does.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// singlet::batch_write().delete_stream_by_key(Order::query("ann").keys().stream()).await?;
    /// assert_eq!(Order::query("ann").count().await?, 0);
    /// # Ok(()) }) }
    /// ```
    ///
    /// [`Key`]: crate::Key
    pub fn delete_stream_by_key<M: Model, K: BatchKey<M> + 'a>(
        mut self,
        keys: impl Stream<Item = Result<K>> + Send + 'a,
    ) -> Self {
        let keys = keys.map(|key| key.and_then(K::into_raw_key));
        self.sources.push(WriteSource::delete_stream::<M>(keys));
        self
    }

    fn delete_keys<M: Model>(mut self, keys: impl IntoIterator<Item = Result<RawKey>, IntoIter: Send + 'a>) -> Self {
        let mut keys = keys.into_iter();
        // The requirements of a model are checked only if one of its items is written.
        if let Some(first) = keys.next() {
            self.sources.push(WriteSource::deletes::<M>(first, keys));
        }
        self
    }

    /// Changes each SDK request, for options that singlet does not expose. The request does not contain the puts and
    /// deletes, which are added as bytes later.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// use aws_sdk_dynamodb::types::ReturnItemCollectionMetrics;
    /// singlet::batch_write()
    ///     .delete_by_key(Order::key_of(("ann", 1)))
    ///     .customize(|request| request.return_item_collection_metrics(ReturnItemCollectionMetrics::Size))
    ///     .await?;
    /// # Ok(()) }) }
    /// ```
    pub fn customize(
        mut self,
        f: impl Fn(BatchWriteItemFluentBuilder) -> BatchWriteItemFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.customize = Some(Box::new(f));
        self
    }

    /// Returns the requests that awaiting this operation would send. Nothing is sent. The items of the first request are taken
    /// from their streams, and an error among them is the error. If a stream is pending, the error is of kind `Validation`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let request = singlet::batch_write().delete_by_key(Order::key_of(("ann", 1))).explain()?;
    /// assert_eq!(request.operation(), "BatchWriteItem");
    /// # Ok(()) }) }
    /// ```
    pub fn explain(mut self) -> Result<RequestPlan> {
        let models = self.sources.iter().filter_map(|source| source.model);
        let sensitive: Vec<_> = models.flat_map(|model| model.schema.sensitive).copied().collect();
        explain::first_request(&sensitive, |explained| {
            self.call.explained = Some(explained);
            write(self)
        })
    }

    /// Returns the part of the first request's body that singlet writes itself.
    pub(crate) fn head(self) -> Result<Head> {
        let options = CallOptions { client: Some(offline()), ..self.call };
        let call = Context::new(Operation::BatchWrite, None, options.clone(), &ModelConfig::new(""))?;
        let first = Chunks::new(self.sources, &options, &call)?.next_now().transpose()?;
        Ok(first.unwrap_or_default().head())
    }

    /// Also returns the combined metadata of all requests: consumed capacity, attempts and request id.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let response = singlet::batch_write().delete_by_key(Order::key_of(("ann", 1))).detailed().await?;
    /// assert_eq!(response.cost.write, 1.0);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'a, Response<()>> {
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
