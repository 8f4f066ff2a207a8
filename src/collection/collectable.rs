//! What generated code calls for the models in a collection.

use super::{Loading, nothing_to_load};
use crate::key::{KeySource, KeyValue};
use crate::op::ModelVTable;
use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, HookContext, Hooks, IndexOf, Model, Result};

/// A model, or a projection of one, in a field or variant of a collection. The derive of `Projection` implements it.
///
/// It is one trait instead of several functions, so that a type that is neither is reported once. The message names the model
/// only: what most members are, and what a projection needs too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "not a model",
    note = "add `#[derive(Model)]` and `#[model(table = ..)]` to `{Self}`"
)]
pub trait Collectable: Sized {
    /// The model whose items these are: the type itself, or the model that it projects.
    type Model: Model<HashParts = Self::HashParts>;

    /// The values of the placeholders in the hash key's template, as a tuple.
    type HashParts: Send + 'static;

    /// The model, as the collection's schema holds it.
    const MODEL: &'static ModelVTable = ModelVTable::of::<Self::Model>();

    /// The attributes that a projection reads; `None` for a whole model.
    const NAMES: Option<&'static [&'static str]>;

    /// The hash key with these parts.
    fn hash_of(parts: Self::HashParts) -> Result<KeyValue, Fault> {
        Self::Model::__hash_of(parts)
    }

    /// Reads the item at the reader's position.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Runs the `after_load` hook.
    fn loading<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Loading<'s>;

    /// Fills the slot of the only item of the model. Fails if the slot is full.
    fn put(self, slot: &mut Option<Self>) -> Result<()> {
        match slot.replace(self) {
            None => Ok(()),
            Some(_) => Err(too_many(Self::Model::SCHEMA.model)),
        }
    }

    /// The item of a field that requires one.
    fn the_one(slot: Option<Self>) -> Result<Self> {
        slot.ok_or_else(|| missing(Self::Model::SCHEMA.model))
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model> Collectable for M {
    type Model = M;
    type HashParts = <M as Model>::HashParts;

    const NAMES: Option<&'static [&'static str]> = None;

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        crate::model::read_at(reader)
    }

    fn loading<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Loading<'s> {
        if <M as Hooks>::ANY { Box::pin(self.after_load(cx)) } else { nothing_to_load() }
    }
}

/// A member whose model has keys in the index `I`.
///
/// It is not part of [`Collectable`], because only a query names an index.
pub trait CollectableIn<I> {
    /// The values of the placeholders in the hash key's template, as a tuple.
    type HashParts: Send + 'static;

    /// The sources of the attributes of the hash key.
    const HASH: &'static [KeySource];

    /// The sources of the attributes of the range key.
    const RANGE: &'static [KeySource];
}

impl<T: Collectable, I: IndexOf<T::Model>> CollectableIn<I> for T {
    type HashParts = <I as IndexOf<T::Model>>::HashParts;
    const HASH: &'static [KeySource] = <I as IndexOf<T::Model>>::HASH;
    const RANGE: &'static [KeySource] = <I as IndexOf<T::Model>>::RANGE;
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
