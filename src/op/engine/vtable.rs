//! Models without their type: what the executors, which are compiled once, know of them.

use crate::key::RawKey;
use crate::op::engine::future::BoxFuture;
use crate::schema::ModelSchema;
use crate::splice::{AfterLoad, Decoder, ItemSink, VecSink};
use crate::wire::{Fault, Writer};
use crate::{HookContext, Item, Key, Model, ModelConfig, Result, TTLAttribute, Target, item, model};

/// A value that is being saved.
pub(crate) trait Saved: Send {
    fn schema(&self) -> &'static ModelSchema;
    fn config(&self) -> ModelConfig;
    fn has_hooks(&self) -> bool;
    /// Gives fields that are generated a value.
    fn generate(&mut self, epoch_millis: i64);
    fn version(&self) -> Option<u64>;
    /// The expiry that the value carries.
    fn ttl(&self) -> Option<TTLAttribute>;
    fn key(&self) -> Result<RawKey, Fault>;
    /// Writes the item as it will be stored; the value itself changes in [`written`](Self::written).
    ///
    /// A new expiry replaces the one that the value carries; where it carries none, it is not written.
    fn write(&mut self, writer: &mut Writer, epoch_millis: i64, expires_at: Option<TTLAttribute>);
    /// Takes over what was stored: version, timestamps and expiry.
    fn written(&mut self);
    fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
}

/// A value that is being saved, and the fields of it that change once it is.
pub(crate) struct SavedOf<'a, M: Model> {
    value: &'a mut M,
    stamps: Option<M::__Stamps>,
    expires_at: Option<TTLAttribute>,
}

impl<'a, M: Model> SavedOf<'a, M> {
    pub(crate) fn new(value: &'a mut M) -> Self {
        SavedOf { value, stamps: None, expires_at: None }
    }
}

impl<M: Model> Saved for SavedOf<'_, M> {
    fn schema(&self) -> &'static ModelSchema {
        M::SCHEMA
    }

    fn config(&self) -> ModelConfig {
        M::config()
    }

    fn has_hooks(&self) -> bool {
        M::ANY
    }

    fn generate(&mut self, epoch_millis: i64) {
        self.value.__generate(epoch_millis);
    }

    fn version(&self) -> Option<u64> {
        self.value.__version()
    }

    fn ttl(&self) -> Option<TTLAttribute> {
        self.value.__ttl()
    }

    fn key(&self) -> Result<RawKey, Fault> {
        self.value.__key()
    }

    fn write(&mut self, writer: &mut Writer, epoch_millis: i64, expires_at: Option<TTLAttribute>) {
        let mut stamps = self.value.__stamps(epoch_millis);
        let carried = self.value.__ttl();
        self.value.__swap_stamps(&mut stamps);
        if let (Some(_), Some(expires_at)) = (carried, expires_at) {
            self.value.__set_ttl(expires_at);
        }
        item::write(self.value, writer);
        // Until the service has accepted them they are not the value's.
        self.value.__swap_stamps(&mut stamps);
        if let Some(carried) = carried {
            self.value.__set_ttl(carried);
        }
        self.stamps = Some(stamps);
        self.expires_at = expires_at;
    }

    fn written(&mut self) {
        if let Some(expires_at) = self.expires_at.take() {
            self.value.__set_ttl(expires_at);
        }
        if let Some(mut stamps) = self.stamps.take() {
            self.value.__swap_stamps(&mut stamps);
        }
    }

    fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(crate::Hooks::before_save(self.value, cx)))
    }

    fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(crate::Hooks::after_save(self.value, cx)))
    }
}

/// What a delete or update of one item is about.
pub(crate) trait Targeted: Send {
    fn before_delete<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn after_delete<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn before_update<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn after_update<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    /// Takes the new expiry over into the local value.
    fn set_ttl(&mut self, expires_at: TTLAttribute);
    /// Takes the new item over into the local value.
    fn replace(&mut self, sink: &mut Option<Box<dyn ItemSink>>);
    /// The version of the local value, where there is one.
    fn version(&self) -> Option<u64>;
    /// The local value as an item, where there is one.
    fn item(&self) -> Result<Option<Item>>;
}

/// A key, and the value where the call had one.
pub(crate) struct TargetOf<'a, M> {
    pub(crate) key: Key<M>,
    pub(crate) value: Value<'a, M>,
}

pub(crate) enum Value<'a, M> {
    None,
    Shared(&'a M),
    /// A value that takes the new expiry over.
    Expiring(&'a mut M),
    /// A value that is replaced by what was stored.
    Updated(&'a mut M),
}

impl<M: Model> TargetOf<'_, M> {
    /// Whether the local value becomes what is stored.
    pub(crate) fn is_replaced(&self) -> bool {
        matches!(self.value, Value::Updated(_))
    }

    fn target(&self) -> Target<'_, M> {
        let value = match &self.value {
            Value::None => None,
            Value::Shared(value) => Some(*value),
            Value::Expiring(value) | Value::Updated(value) => Some(&**value),
        };
        Target { key: &self.key, value }
    }
}

impl<M: Model> Targeted for TargetOf<'_, M> {
    fn before_delete<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(M::before_delete(self.target(), cx)))
    }

    fn after_delete<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(M::after_delete(self.target(), cx)))
    }

    fn before_update<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(M::before_update(self.target(), cx)))
    }

    fn after_update<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(M::after_update(self.target(), cx)))
    }

    fn set_ttl(&mut self, expires_at: TTLAttribute) {
        if let Value::Expiring(value) = &mut self.value {
            value.__set_ttl(expires_at);
        }
    }

    fn replace(&mut self, sink: &mut Option<Box<dyn ItemSink>>) {
        if let Value::Updated(value) = &mut self.value
            && let Some(new) = sink.take().and_then(|sink| VecSink::<M>::items_of(sink).pop())
        {
            **value = new;
        }
    }

    fn version(&self) -> Option<u64> {
        self.target().value.and_then(M::__version)
    }

    fn item(&self) -> Result<Option<Item>> {
        self.target().value.map(M::to_item).transpose()
    }
}

/// The hook's future, which a model without hooks does not even compile.
#[inline]
fn unless_empty<'s>(any: bool, hook: impl FnOnce() -> BoxFuture<'s, Result<()>>) -> BoxFuture<'s, Result<()>> {
    if any { hook() } else { Box::pin(std::future::ready(Ok(()))) }
}

impl<M: Model> Decoder<M> {
    /// For whole items of a model.
    pub(crate) fn model() -> Self {
        let after_load: AfterLoad<M> = |item, cx| Box::pin(item.after_load(cx));
        Decoder {
            read: model::read_at::<M>,
            after_load: M::ANY.then_some(after_load),
            set_ttl: Some(M::__set_ttl),
            refuses_foreign: false,
        }
    }
}

impl<M: Model> VecSink<M> {
    /// For one item: an item of another entity is a fault.
    pub(crate) fn one() -> Box<dyn ItemSink> {
        VecSink::one_of(Decoder::<M>::model())
    }

    /// For the items of a query: those of other entities are skipped.
    pub(crate) fn many() -> Box<dyn ItemSink> {
        VecSink::of(Decoder::<M>::model())
    }
}
