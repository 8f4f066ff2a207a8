//! The sources of the writes of a batch. A write is encoded only when its request is made.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::task::{Context, Poll, ready};

use futures_util::stream::Stream;

use crate::key::RawKey;
use crate::op::batch::write::incoming::Incoming;
use crate::op::batch::write::single::BatchedWrite;
use crate::op::engine::sdk_key::raw_key;
use crate::op::engine::vtable::{ErasedModel, ModelVTable};
use crate::op::write::expiry::Expiry;
use crate::op::write::put;
use crate::schema::ModelSchema;
use crate::{Key, Model, ModelConfig, Result, item};

/// An item that a [`BatchWrite`](crate::BatchWrite) can put: a model, or a reference to one.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # User::create_table().await?;
/// let users = [User { pk: "a".into() }, User { pk: "b".into() }];
/// let more = (0..60).map(|n| User { pk: format!("USER#{n}") });
/// singlet::batch_write().put_all(&users).put_all(more).await?;
/// assert_eq!(User::scan().count().await?, 62);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be put by a batch",
    label = "expected a model or a reference to one"
)]
pub trait BatchItem<M>: Send {
    #[doc(hidden)]
    fn model(&self) -> &M;
}

impl<M: Model> BatchItem<M> for M {
    fn model(&self) -> &M {
        self
    }
}

impl<M: Model> BatchItem<M> for &M {
    fn model(&self) -> &M {
        self
    }
}

/// A key of an item that a [`BatchWrite`](crate::BatchWrite) can delete: a [`Key`], a reference to one, or the result of
/// [`Model::key_of`]. The error of such a result is the error of the batch.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// let stored = Order::query("ann").le(2).keys().await?;
/// let others = (3..6).map(|id| Order::key_of(("ann", id)));
/// singlet::batch_write().delete_all_by_key(&stored).delete_all_by_key(others).await?;
/// assert_eq!(Order::query("ann").count().await?, 0);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the key of an item to delete",
    label = "expected a `Key`, which names its model",
    note = "make one with `Order::key_of(..)`"
)]
pub trait BatchKey<M> {
    #[doc(hidden)]
    fn into_raw_key(self) -> Result<RawKey>;
}

impl<M: Model> BatchKey<M> for Key<M> {
    fn into_raw_key(self) -> Result<RawKey> {
        Ok(self.into_raw())
    }
}

impl<M: Model> BatchKey<M> for &Key<M> {
    fn into_raw_key(self) -> Result<RawKey> {
        Ok(self.raw().clone())
    }
}

impl<M: Model> BatchKey<M> for Result<Key<M>> {
    fn into_raw_key(self) -> Result<RawKey> {
        self.map(Key::into_raw)
    }
}

/// Writes of one model that were added to a batch together.
pub(super) struct WriteSource<'a> {
    /// Unknown for writes of an import that are sent again.
    pub(super) model: Option<&'static ModelVTable>,
    pub(super) config: ModelConfig,
    /// Whether the writes come from a stream, which may be pending. The program can use what the batch does not take from it.
    pub(super) is_stream: bool,
    pub(super) writes: Writes<'a>,
}

pub(super) enum Writes<'a> {
    Puts(Box<dyn PutValues + 'a>),
    Deletes(Incoming<'a, RawKey>),
    /// Writes of an earlier batch, as they were sent.
    Again(VecDeque<BatchedWrite>),
}

impl<'a> WriteSource<'a> {
    pub(super) fn puts<M: Model, T: BatchItem<M> + 'a>(first: T, others: impl Iterator<Item = T> + Send + 'a) -> Self {
        WriteSource { is_stream: false, ..Self::of_values::<M, T>(Incoming::values(first, others)) }
    }

    pub(super) fn put_stream<M: Model, T: BatchItem<M> + 'a>(
        values: impl Stream<Item = Result<T>> + Send + 'a,
    ) -> Self {
        Self::of_values::<M, T>(Incoming::stream(values))
    }

    fn of_values<M: Model, T: BatchItem<M> + 'a>(values: Incoming<'a, T>) -> Self {
        Self::of::<M>(Writes::Puts(Box::new(Puts { values, model: PhantomData::<fn() -> M> })))
    }

    pub(super) fn deletes<M: Model>(
        first: Result<RawKey>,
        others: impl Iterator<Item = Result<RawKey>> + Send + 'a,
    ) -> Self {
        let keys = Incoming::results(first, others);
        WriteSource { is_stream: false, ..Self::of::<M>(Writes::Deletes(keys)) }
    }

    pub(super) fn delete_stream<M: Model>(keys: impl Stream<Item = Result<RawKey>> + Send + 'a) -> Self {
        Self::of::<M>(Writes::Deletes(Incoming::stream(keys)))
    }

    fn of<M: Model>(writes: Writes<'a>) -> Self {
        WriteSource { model: Some(ModelVTable::of::<M>()), config: M::config(), is_stream: true, writes }
    }

    pub(super) fn again(writes: VecDeque<BatchedWrite>) -> Self {
        let (config, writes) = (ModelConfig::new(""), Writes::Again(writes));
        WriteSource { model: None, config, is_stream: false, writes }
    }

    /// Whether puts of the source may get the default expiry of their model.
    pub(super) fn may_expire(&self) -> bool {
        matches!(self.writes, Writes::Puts(_)) && self.config.lifecycle.ttl.is_some()
    }

    /// Waits for the first write. Returns whether there is none.
    pub(super) fn poll_is_empty(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        match &mut self.writes {
            Writes::Puts(values) => values.poll_is_empty(cx),
            Writes::Deletes(keys) => keys.poll_is_empty(cx),
            Writes::Again(writes) => Poll::Ready(writes.is_empty()),
        }
    }

    /// Returns the key of the first write, unless it is invalid.
    pub(super) fn first_key(&self) -> Option<RawKey> {
        match &self.writes {
            Writes::Puts(values) => values.first_key(),
            Writes::Deletes(keys) => keys.first().cloned(),
            Writes::Again(writes) => writes.front()?.key.clone(),
        }
    }

    /// Takes no further writes from a stream, or from an iterator without an end.
    pub(super) fn end_stream(&mut self) {
        let is_endless = self.remaining() == usize::MAX;
        match &mut self.writes {
            Writes::Puts(values) if self.is_stream || is_endless => values.end(),
            Writes::Deletes(keys) if self.is_stream || is_endless => keys.end(),
            Writes::Puts(_) | Writes::Deletes(_) | Writes::Again(_) => {}
        }
    }

    /// The minimum number of writes that are left.
    pub(super) fn remaining(&self) -> usize {
        match &self.writes {
            Writes::Puts(values) => values.remaining(),
            Writes::Deletes(keys) => keys.remaining(),
            Writes::Again(writes) => writes.len(),
        }
    }
}

/// The key of a value; if its id is to be generated, one of an id like it.
fn key_of(value: &dyn ErasedModel, schema: &'static ModelSchema) -> Option<RawKey> {
    let stored = || {
        let mut item = Vec::new();
        put::encode(value, schema, &mut item, Expiry::FromValue, 0).ok()?;
        raw_key(schema, &mut item::from_bytes(&item).ok()?).ok()
    };
    value.key().ok().or_else(stored)
}

/// Values to put, without their type.
pub(super) trait PutValues: Send {
    fn poll_is_empty(&mut self, cx: &mut Context<'_>) -> Poll<bool>;

    fn first_key(&self) -> Option<RawKey>;

    /// Encodes the next value; `None` after the last.
    fn poll_encode_next(
        &mut self,
        cx: &mut Context<'_>,
        encode: &mut dyn FnMut(&dyn ErasedModel) -> Result<()>,
    ) -> Poll<Option<Result<()>>>;

    fn remaining(&self) -> usize;

    fn end(&mut self);
}

struct Puts<'a, T, M> {
    values: Incoming<'a, T>,
    model: PhantomData<M>,
}

impl<'a, M: Model, T: BatchItem<M> + 'a> PutValues for Puts<'a, T, fn() -> M> {
    fn poll_is_empty(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        self.values.poll_is_empty(cx)
    }

    fn first_key(&self) -> Option<RawKey> {
        key_of(self.values.first()?.model(), M::SCHEMA)
    }

    fn poll_encode_next(
        &mut self,
        cx: &mut Context<'_>,
        encode: &mut dyn FnMut(&dyn ErasedModel) -> Result<()>,
    ) -> Poll<Option<Result<()>>> {
        let next = ready!(self.values.poll_next(cx));
        Poll::Ready(next.map(|value| encode(value?.model())))
    }

    fn remaining(&self) -> usize {
        self.values.remaining()
    }

    fn end(&mut self) {
        self.values.end();
    }
}
