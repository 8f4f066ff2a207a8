//! What generated code calls for the models in a collection.

use super::{Loading, nothing_to_load};
use crate::key::KeyValue;
use crate::op::ModelVTable;
use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, HookContext, Hooks, Model, Result};

/// A model in a field or variant of a collection.
///
/// It is one trait instead of several functions, so that a type that is not a model is reported once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` and `#[model(table = ..)]` to `{Self}`"
)]
pub trait Collectable: Sized {
    /// The values of the placeholders in the hash key's template, as a tuple.
    type HashParts: Send + 'static;

    /// The model, as the collection's schema holds it.
    const MODEL: &'static ModelVTable;

    /// The hash key with these parts.
    fn hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault>;

    /// Reads the item at the reader's position.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Runs the `after_load` hook.
    fn loading<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Loading<'s>;

    /// Fills the slot of the only item of the model. Fails if the slot is full.
    fn put(self, slot: &mut Option<Self>) -> Result<()>;

    /// The item of a field that requires one.
    fn the_one(slot: Option<Self>) -> Result<Self>;
}

#[diagnostic::do_not_recommend]
impl<M: Model> Collectable for M {
    type HashParts = <M as Model>::HashParts;

    const MODEL: &'static ModelVTable = ModelVTable::of::<M>();

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
    let message = "the partition has more than one item of a model that the collection holds once; use a `Vec`";
    Error::new(ErrorKind::TooMany, message).with_model(model)
}

#[cold]
fn missing(model: &'static str) -> Error {
    let message = "the partition has no item of a model that the collection requires; use an `Option`";
    Error::new(ErrorKind::NotFound, message).with_model(model)
}
