use std::any::{Any, TypeId};
use std::fmt;

use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::schema::ModelSchema;
use crate::wire::{Fault, Reader};
use crate::{HookContext, Model, ModelConfig, Result, TTLAttribute};

/// Reads that are about to be sent, in their order.
#[derive(Debug, Default)]
pub struct KeyRequests(pub(crate) Vec<KeyRequest>);

/// One of several reads by key, without the type of its model.
pub(crate) struct KeyRequest {
    pub(crate) model: ReadModel,
    pub(crate) key: Result<RawKey>,
    pub(crate) call: CallOptions,
    pub(crate) consistent: Option<bool>,
}

/// What there is to know of a model whose item is read.
#[derive(Clone, Copy)]
pub(crate) struct ReadModel {
    pub(crate) id: TypeId,
    pub(crate) schema: &'static ModelSchema,
    pub(crate) config: fn() -> ModelConfig,
    pub(crate) has_hooks: bool,
    pub(crate) read: fn(&mut Reader<'_>) -> Result<Box<dyn ErasedModel>, Fault>,
}

impl ReadModel {
    pub(crate) fn of<M: Model>() -> Self {
        ReadModel {
            id: TypeId::of::<M>(),
            schema: M::SCHEMA,
            config: M::config,
            has_hooks: M::ANY,
            read: |reader| Ok(Box::new(crate::model::read_at::<M>(reader)?)),
        }
    }
}

/// Shows no key.
impl fmt::Debug for KeyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask").field("model", &self.model).finish_non_exhaustive()
    }
}

impl fmt::Debug for ReadModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.schema.model)
    }
}

/// A value that was read, without its type.
pub(crate) trait ErasedModel: Any + Send + Sync {
    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>>;

    /// Takes the new expiry over.
    fn set_ttl(&mut self, expires_at: TTLAttribute);
}

impl<M: Model> ErasedModel for M {
    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        if M::ANY { Box::pin(crate::Hooks::after_load(self, cx)) } else { Box::pin(std::future::ready(Ok(()))) }
    }

    fn set_ttl(&mut self, expires_at: TTLAttribute) {
        self.__set_ttl(expires_at);
    }
}

/// The values that were read, one place for each ask.
pub struct Responses(std::vec::IntoIter<Option<Box<dyn ErasedModel>>>);

impl Responses {
    pub(crate) fn new(found: Vec<Option<Box<dyn ErasedModel>>>) -> Self {
        Responses(found.into_iter())
    }

    pub(crate) fn next_of<M: Model>(&mut self) -> Option<M> {
        let loaded: Box<dyn Any> = self.0.next().flatten()?;
        match loaded.downcast() {
            Ok(model) => Some(*model),
            // Values are taken in the order of the asks, each by the `Get` that asked.
            Err(_) => unreachable!("a value of another model"),
        }
    }

    /// Whether there is a value in each place.
    pub(crate) fn into_presence(self) -> Vec<bool> {
        self.0.map(|value| value.is_some()).collect()
    }
}

/// Shows no value.
impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found").field("places", &self.0.len()).finish()
    }
}

/// What several reads gave.
pub(crate) struct BatchResponse {
    pub(crate) found: Responses,
    /// How many items of a batch counted as gone, since they had expired.
    pub(crate) hidden: usize,
    pub(crate) sent: RequestFacts,
}
