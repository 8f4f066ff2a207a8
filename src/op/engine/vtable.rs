//! Models without their types.
//!
//! Executors are compiled once, not once per model. They take a [`ModelVTable`], and an [`ErasedModel`] for a value
//! that is written as a whole. Only the typed builders and futures name `M`.

use std::any::{Any, TypeId};
use std::fmt;

use crate::key::RawKey;
use crate::model::{ManagedValues, Validator};
use crate::op::engine::future::BoxFuture;
use crate::schema::ModelSchema;
use crate::splice::{AfterLoad, Decoder, ReadItem, ReadSink, items_of};
use crate::wire::{Fault, Reader, Writer};
use crate::{HookContext, Hooks, Item, Key, Model, ModelConfig, Result, TTLAttribute, Target, model};

/// A value of a model, without its type.
pub(crate) type AnyModel = dyn Any + Send + Sync;

/// The constants and functions of one model, as a `&'static`.
///
/// It contains no function that writes, except for `unique` values, so a program that only reads a model does not compile its encoder.
#[doc(hidden)]
pub struct ModelVTable {
    pub(crate) schema: &'static ModelSchema,
    pub(crate) id: TypeId,
    pub(crate) config: fn() -> ModelConfig,
    /// Decodes the item at the reader's position.
    pub(crate) read: fn(&mut Reader<'_>) -> Result<Box<AnyModel>, Fault>,
    /// Writes the fields of a key as attributes of an open map.
    pub(crate) key_fields: fn(&RawKey, &mut Writer) -> Result<(), Fault>,
    pub(crate) validator: fn(&str) -> Option<Validator>,
    pub(crate) validate_key: fn(&RawKey) -> Result<Result<()>, Fault>,
    key: fn(&AnyModel) -> Option<RawKey>,
    version: fn(&AnyModel) -> Option<u64>,
    set_ttl: fn(&mut AnyModel, TTLAttribute),
    /// `None` for a model without unique values, so that a program that only deletes a model does not compile its encoder.
    item: Option<fn(&AnyModel) -> Result<Item>>,
    /// `None` for a model without hooks, so that its default hooks are never compiled.
    hooks: Option<HookFns>,
}

/// The hooks that do not take a `&mut M` of a value that is saved.
struct HookFns {
    after_load: for<'s, 'c> fn(&'s mut AnyModel, &'s HookContext<'c>) -> BoxFuture<'s, Result<()>>,
    before_delete: TargetHook,
    after_delete: TargetHook,
    before_update: TargetHook,
    after_update: TargetHook,
}

type TargetHook = for<'s, 'c> fn(&'s RawKey, Option<&'s AnyModel>, &'s HookContext<'c>) -> BoxFuture<'s, Result<()>>;

/// A [`TargetHook`] that restores the types of the key and the value.
macro_rules! target_hook {
    ($model:ident, $hook:ident) => {
        |key, value, cx| {
            let key = Key::<$model>::from_raw(key.clone());
            let value = value.and_then(<dyn Any + Send + Sync>::downcast_ref::<$model>);
            Box::pin(async move { $model::$hook(Target { key: &key, value }, cx).await })
        }
    };
}

impl HookFns {
    const fn of<M: Model>() -> Self {
        HookFns {
            after_load: |value, cx| match value.downcast_mut::<M>() {
                Some(value) => Box::pin(Hooks::after_load(value, cx)),
                None => nothing(),
            },
            before_delete: target_hook!(M, before_delete),
            after_delete: target_hook!(M, after_delete),
            before_update: target_hook!(M, before_update),
            after_update: target_hook!(M, after_update),
        }
    }
}

impl ModelVTable {
    pub(crate) const fn of<M: Model>() -> &'static Self {
        const {
            // A constant, so that it costs no allocation and a model has one address.
            &ModelVTable {
                schema: M::SCHEMA,
                id: TypeId::of::<M>(),
                config: M::config,
                read: |reader| Ok(Box::new(model::read_at::<M>(reader)?)),
                key_fields: M::__key_fields,
                validator: M::__validator,
                validate_key: M::__validate_key,
                key: |value| value.downcast_ref::<M>().and_then(|value| value.__key().ok()),
                version: |value| value.downcast_ref::<M>().and_then(M::__version),
                set_ttl: |value, expires_at| {
                    if let Some(value) = value.downcast_mut::<M>() {
                        value.__set_ttl(expires_at);
                    }
                },
                item: if M::SCHEMA.unique.is_empty() { None } else { Some(item_of::<M>) },
                // Without hooks, their code is not instantiated.
                hooks: if M::ANY { Some(HookFns::of::<M>()) } else { None },
            }
        }
    }

    pub const fn schema(&self) -> &'static ModelSchema {
        self.schema
    }

    pub(crate) fn config(&self) -> ModelConfig {
        (self.config)()
    }

    pub(crate) const fn has_hooks(&self) -> bool {
        self.hooks.is_some()
    }

    /// Forms the primary key of a value, if it is a value of this model.
    pub(crate) fn key(&self, value: &AnyModel) -> Option<RawKey> {
        (self.key)(value)
    }

    /// Sets the new expiry in a value.
    pub(crate) fn set_ttl(&self, value: &mut AnyModel, expires_at: TTLAttribute) {
        (self.set_ttl)(value, expires_at);
    }

    pub(crate) fn after_load<'s>(&self, value: &'s mut AnyModel, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        match &self.hooks {
            Some(hooks) => (hooks.after_load)(value, cx),
            None => nothing(),
        }
    }
}

fn item_of<M: Model>(value: &AnyModel) -> Result<Item> {
    value.downcast_ref::<M>().map_or_else(|| Ok(Item::new()), M::to_item)
}

/// Shows only the name.
impl fmt::Debug for ModelVTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.schema.model)
    }
}

/// A value that is written as a whole: it is saved, or replaced by the item that an update has stored.
pub(crate) trait ErasedModel: Any + Send + Sync {
    /// Generates values for generated fields.
    fn generate(&mut self, epoch_millis: i64);
    fn version(&self) -> Option<u64>;
    /// Returns the expiry in the value.
    fn ttl(&self) -> Option<TTLAttribute>;
    fn key(&self) -> Result<RawKey, Fault>;
    fn item(&self) -> Result<Item>;
    /// Runs the validators of the model.
    fn validate(&self) -> Result<()>;
    /// Writes the item as it will be stored. The value itself changes only in [`stored`](Self::stored), which takes
    /// the returned stamps.
    ///
    /// A generated field that is not set gets an id. A new expiry replaces the one in the value. A value without an
    /// expiry does not write it.
    fn write(&self, writer: &mut Writer, epoch_millis: i64, expires_at: Option<TTLAttribute>) -> Stamps;
    /// Updates the value with what was stored: version, timestamps and expiry.
    fn stored(&mut self, stamps: Stamps);
    /// Replaces the value with the item in the sink, if there is one.
    fn replace(&mut self, sink: Box<dyn ReadSink>);
    fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
}

/// The changes that a write makes to its value after the service has accepted it.
pub(crate) struct Stamps {
    managed: ManagedValues,
    expires_at: Option<TTLAttribute>,
}

impl<M: Model> ErasedModel for M {
    fn generate(&mut self, epoch_millis: i64) {
        self.__generate(epoch_millis);
    }

    fn version(&self) -> Option<u64> {
        self.__version()
    }

    fn ttl(&self) -> Option<TTLAttribute> {
        self.__ttl()
    }

    fn key(&self) -> Result<RawKey, Fault> {
        self.__key()
    }

    fn item(&self) -> Result<Item> {
        self.to_item()
    }

    fn validate(&self) -> Result<()> {
        self.__validate()
    }

    fn write(&self, writer: &mut Writer, epoch_millis: i64, expires_at: Option<TTLAttribute>) -> Stamps {
        let managed = self.__stamps(epoch_millis);
        writer.open_item();
        self.__write_stamped(writer, epoch_millis, &managed, expires_at);
        writer.close_item();
        Stamps { managed, expires_at }
    }

    fn stored(&mut self, stamps: Stamps) {
        if let Some(expires_at) = stamps.expires_at {
            self.__set_ttl(expires_at);
        }
        self.__set_stamps(stamps.managed);
    }

    fn replace(&mut self, sink: Box<dyn ReadSink>) {
        if let Some(new) = items_of::<M>(sink).pop() {
            *self = new;
        }
    }

    fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        if M::ANY { Box::pin(Hooks::before_save(self, cx)) } else { nothing() }
    }

    fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        if M::ANY { Box::pin(Hooks::after_save(self, cx)) } else { nothing() }
    }
}

/// The item of a delete or an update: its key, and the value if the call has one.
pub(crate) struct ErasedTarget<'a> {
    pub(crate) model: &'static ModelVTable,
    pub(crate) key: RawKey,
    value: LocalValue<'a>,
}

enum LocalValue<'a> {
    None,
    Shared(&'a AnyModel),
    /// The value receives the new expiry.
    Expiring(&'a mut AnyModel),
    /// The value is replaced by the stored item.
    Modified(&'a mut dyn ErasedModel),
}

impl<'a> ErasedTarget<'a> {
    /// Creates the target of a key.
    pub(crate) fn by_key(model: &'static ModelVTable, key: Result<RawKey>) -> Result<Self> {
        Ok(ErasedTarget { model, key: key?, value: LocalValue::None })
    }

    /// Creates the target of a value that does not change.
    pub(crate) fn of<M: Model>(value: &'a M) -> Result<Self> {
        Self::new(ModelVTable::of::<M>(), value.__key(), LocalValue::Shared(value))
    }

    /// Creates the target of a value that receives a new expiry.
    pub(crate) fn expiring<M: Model>(value: &'a mut M) -> Result<Self> {
        Self::new(ModelVTable::of::<M>(), value.__key(), LocalValue::Expiring(value))
    }

    /// Creates the target of a value that is replaced by the stored item.
    pub(crate) fn modified<M: Model>(value: &'a mut M) -> Result<Self> {
        Self::new(ModelVTable::of::<M>(), value.__key(), LocalValue::Modified(value))
    }

    fn new(model: &'static ModelVTable, key: Result<RawKey, Fault>, value: LocalValue<'a>) -> Result<Self> {
        Ok(ErasedTarget { model, key: model::with_model(key, model.schema)?, value })
    }

    /// Whether the local value is replaced by the stored item.
    pub(crate) fn is_modified(&self) -> bool {
        matches!(self.value, LocalValue::Modified(_))
    }

    fn value(&self) -> Option<&AnyModel> {
        match &self.value {
            LocalValue::None => None,
            LocalValue::Shared(value) => Some(*value),
            LocalValue::Expiring(value) => Some(&**value),
            LocalValue::Modified(value) => Some(&**value),
        }
    }

    /// Returns the version of the local value.
    pub(crate) fn version(&self) -> Option<u64> {
        self.value().and_then(self.model.version)
    }

    /// Returns the local value as an item, if the update belongs to a value.
    pub(crate) fn item(&self) -> Result<Option<Item>> {
        match &self.value {
            LocalValue::Modified(value) => value.item().map(Some),
            _ => Ok(None),
        }
    }

    /// Runs the validators of the model on the local value, if it is what the update writes.
    pub(crate) fn validate(&self) -> Result<()> {
        match &self.value {
            LocalValue::Modified(value) => value.validate(),
            _ => Ok(()),
        }
    }

    /// Returns the local value of a model with unique values as an item, if the call has one.
    pub(crate) fn unique_item(&self) -> Result<Option<Item>> {
        self.model.item.zip(self.value()).map(|(item, value)| item(value)).transpose()
    }

    /// Returns the local value that an update changes, if it contains its expiry.
    pub(crate) fn expiring_value(&self) -> Option<&dyn ErasedModel> {
        match &self.value {
            LocalValue::Modified(value) if self.model.schema.has_expiry_field() => Some(&**value),
            _ => None,
        }
    }

    /// Sets the new expiry in the local value.
    pub(crate) fn set_ttl(&mut self, expires_at: TTLAttribute) {
        if let LocalValue::Expiring(value) = &mut self.value {
            self.model.set_ttl(*value, expires_at);
        }
    }

    /// Replaces the local value with the new item.
    pub(crate) fn replace(&mut self, sink: &mut Option<Box<dyn ReadSink>>) {
        if let LocalValue::Modified(value) = &mut self.value
            && let Some(sink) = sink.take()
        {
            value.replace(sink);
        }
    }

    pub(crate) fn before_delete<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.hook(|hooks| hooks.before_delete, cx)
    }

    pub(crate) fn after_delete<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.hook(|hooks| hooks.after_delete, cx)
    }

    pub(crate) fn before_update<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.hook(|hooks| hooks.before_update, cx)
    }

    pub(crate) fn after_update<'s>(&'s self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.hook(|hooks| hooks.after_update, cx)
    }

    fn hook<'s>(
        &'s self,
        which: fn(&'static HookFns) -> TargetHook,
        cx: &'s HookContext<'_>,
    ) -> BoxFuture<'s, Result<()>> {
        match &self.model.hooks {
            Some(hooks) => which(hooks)(&self.key, self.value(), cx),
            None => nothing(),
        }
    }
}

fn nothing<'s>() -> BoxFuture<'s, Result<()>> {
    Box::pin(std::future::ready(Ok(())))
}

impl<M: Model> Decoder<M> {
    /// Decodes whole items of a model.
    pub(crate) fn model() -> Self {
        let after_load: AfterLoad<M> = |item, cx| Box::pin(item.after_load(cx));
        Decoder {
            read: ReadItem::Fixed(model::read_at::<M>),
            key: Some(M::__key),
            after_load: M::ANY.then_some(after_load),
            set_ttl: Some(M::__set_ttl),
            refuses_foreign: false,
        }
    }
}
