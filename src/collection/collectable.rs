use super::{CollectedModel, Loading, nothing_to_load};
use crate::key::KeyValue;
use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, HookContext, Hooks, Model, Result};

/// What generated code does with the type in a field or variant.
///
/// It is one trait and not several functions, so that a type that is no model is one error.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` and `#[model(table = ..)]` to `{Self}`"
)]
pub trait Collectable: Sized {
    /// The values of the placeholders of the hash key's template: a tuple.
    type HashParts: Send + 'static;

    /// What the collection keeps of the model.
    const MODEL: CollectedModel;

    /// The hash key with these parts.
    fn hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault>;

    /// Reads the item the reader stands at.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Runs the `after_load` hook.
    fn loading<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Loading<'s>;

    /// Becomes the one item of the model; an error when there is one already.
    fn put(self, slot: &mut Option<Self>) -> Result<()>;

    /// The item that a field must have.
    fn the_one(slot: Option<Self>) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Collectable for M {
    type HashParts = <M as Model>::HashParts;

    const MODEL: CollectedModel = CollectedModel::of::<M>();

    fn hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault> {
        M::__hash_of(parts)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        crate::model::read_at(reader)
    }

    fn loading<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Loading<'s> {
        if <M as Hooks>::ANY { Box::pin(self.after_load(cx)) } else { nothing_to_load() }
    }

    fn put(self, slot: &mut Option<Self>) -> Result<()> {
        match slot.replace(self) {
            None => Ok(()),
            Some(_) => Err(too_many(M::SCHEMA.model)),
        }
    }

    fn the_one(slot: Option<Self>) -> Result<Self> {
        slot.ok_or_else(|| missing(M::SCHEMA.model))
    }
}

#[cold]
fn too_many(model: &'static str) -> Error {
    let message = "the partition has a second item of a model that the collection holds one of";
    Error::new(ErrorKind::TooMany, message).with_model(model)
}

#[cold]
fn missing(model: &'static str) -> Error {
    let message = "the partition has no item of a model that the collection needs";
    Error::new(ErrorKind::NotFound, message).with_model(model)
}
