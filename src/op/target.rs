//! Models without their type: what the executors, which are compiled once, know of them.

use super::future::BoxFuture;
use crate::schema::ModelSchema;
use crate::wire::Writer;
use crate::{HookContext, Key, Model, ModelConfig, Result, TTLAttribute, Target, item};

/// A value that is being saved.
pub(crate) trait Saved: Send {
    fn schema(&self) -> &'static ModelSchema;
    fn config(&self) -> ModelConfig;
    fn write(&self, writer: &mut Writer);
    fn has_hooks(&self) -> bool;
    fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
    fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;
}

impl<M: Model> Saved for M {
    fn schema(&self) -> &'static ModelSchema {
        M::SCHEMA
    }

    fn config(&self) -> ModelConfig {
        M::config()
    }

    fn write(&self, writer: &mut Writer) {
        item::write(self, writer);
    }

    fn has_hooks(&self) -> bool {
        M::ANY
    }

    fn before_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(crate::Hooks::before_save(self, cx)))
    }

    fn after_save<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        unless_empty(M::ANY, || Box::pin(crate::Hooks::after_save(self, cx)))
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
    Expiring(&'a mut M, fn(&mut M, TTLAttribute)),
}

impl<M: Model> TargetOf<'_, M> {
    fn target(&self) -> Target<'_, M> {
        let value = match &self.value {
            Value::None => None,
            Value::Shared(value) => Some(*value),
            Value::Expiring(value, _) => Some(&**value),
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
        if let Value::Expiring(value, set) = &mut self.value {
            set(value, expires_at);
        }
    }
}

/// The hook's future, which a model without hooks does not even compile.
#[inline]
fn unless_empty<'s>(any: bool, hook: impl FnOnce() -> BoxFuture<'s, Result<()>>) -> BoxFuture<'s, Result<()>> {
    if any { hook() } else { Box::pin(std::future::ready(Ok(()))) }
}
