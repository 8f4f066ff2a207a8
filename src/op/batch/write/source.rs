//! The sources of the writes of a batch. A write is encoded only when its request is made.

use std::collections::VecDeque;
use std::marker::PhantomData;

use crate::key::RawKey;
use crate::op::batch::write::single::BatchedWrite;
use crate::op::engine::sdk_key::raw_key;
use crate::op::engine::vtable::{ErasedModel, ModelVTable};
use crate::op::write::expiry::Expiry;
use crate::op::write::put;
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
    /// The key of the first item, if the items may get the default expiry of their model.
    pub(super) first_to_expire: Option<RawKey>,
    pub(super) writes: Writes<'a>,
}

pub(super) enum Writes<'a> {
    Puts(Box<dyn PutValues + 'a>),
    Deletes(Box<dyn Iterator<Item = Result<RawKey>> + Send + 'a>),
    /// Writes of an earlier batch, as they were sent.
    Again(VecDeque<BatchedWrite>),
}

impl<'a> WriteSource<'a> {
    pub(super) fn puts<M: Model, T: BatchItem<M> + 'a>(first: T, values: impl Iterator<Item = T> + Send + 'a) -> Self {
        let config = M::config();
        let first_to_expire = if config.lifecycle.ttl.is_some() { key_of(first.model()) } else { None };
        let values = std::iter::once(first).chain(values);
        let values = Box::new(Puts { values, model: PhantomData::<fn() -> M> });
        WriteSource { model: Some(ModelVTable::of::<M>()), config, first_to_expire, writes: Writes::Puts(values) }
    }

    pub(super) fn deletes<M: Model>(keys: impl Iterator<Item = Result<RawKey>> + Send + 'a) -> Self {
        let (model, writes) = (Some(ModelVTable::of::<M>()), Writes::Deletes(Box::new(keys)));
        WriteSource { model, config: M::config(), first_to_expire: None, writes }
    }

    pub(super) fn again(writes: VecDeque<BatchedWrite>) -> Self {
        WriteSource { model: None, config: ModelConfig::new(""), first_to_expire: None, writes: Writes::Again(writes) }
    }

    /// The minimum number of writes that are left.
    pub(super) fn remaining(&self) -> usize {
        match &self.writes {
            Writes::Puts(values) => values.remaining(),
            Writes::Deletes(keys) => keys.size_hint().0,
            Writes::Again(writes) => writes.len(),
        }
    }
}

/// The key of a value; if its id is to be generated, one of an id like it.
fn key_of<M: Model>(value: &M) -> Option<RawKey> {
    let stored = || {
        let (item, _) = put::encode(value, M::SCHEMA, Vec::new(), Expiry::FromValue, 0).ok()?;
        raw_key(M::SCHEMA, &mut item::from_bytes(&item).ok()?).ok()
    };
    value.__key().ok().or_else(stored)
}

/// Values to put, without their type.
pub(super) trait PutValues: Send {
    /// Encodes the next value; `None` after the last.
    fn encode_next(&mut self, encode: &mut dyn FnMut(&dyn ErasedModel) -> Result<()>) -> Option<Result<()>>;

    fn remaining(&self) -> usize;
}

struct Puts<I, M> {
    values: I,
    model: PhantomData<M>,
}

impl<M: Model, T: BatchItem<M>, I: Iterator<Item = T> + Send> PutValues for Puts<I, fn() -> M> {
    fn encode_next(&mut self, encode: &mut dyn FnMut(&dyn ErasedModel) -> Result<()>) -> Option<Result<()>> {
        self.values.next().map(|value| encode(value.model()))
    }

    fn remaining(&self) -> usize {
        self.values.size_hint().0
    }
}
