//! The model or collection whose items a query or scan reads, without its Rust type.

use crate::collection::CollectionSchema;
use crate::expr::Tree;
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::guard::is_entity;
use crate::schema::{EntitySchema, TableSchema};
use crate::{Model, ModelConfig};

/// The items of one model, or of the models of a collection.
#[derive(Clone, Copy)]
pub(crate) enum ReadTarget {
    Model(&'static ModelVTable),
    Collection(&'static CollectionSchema),
}

impl ReadTarget {
    pub(crate) fn of<M: Model>() -> Self {
        ReadTarget::Model(ModelVTable::of::<M>())
    }

    /// The model whose table and config apply: for a collection, its first model.
    pub(crate) fn model(&self) -> &'static ModelVTable {
        match self {
            ReadTarget::Model(model) => model,
            ReadTarget::Collection(collection) => collection.first(),
        }
    }

    /// The name of the Rust type, for errors and the observer.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            ReadTarget::Model(model) => model.schema.model,
            ReadTarget::Collection(collection) => collection.name,
        }
    }

    pub(crate) fn table(&self) -> &'static TableSchema {
        self.model().schema.table
    }

    /// The entity to read; `None` for a collection, which has several.
    pub(crate) fn entity(&self) -> Option<EntitySchema> {
        match self {
            ReadTarget::Model(model) => model.schema.entity,
            ReadTarget::Collection(_) => None,
        }
    }

    /// The attributes whose values must not appear in output.
    pub(crate) fn sensitive(&self) -> &'static [&'static str] {
        match self {
            ReadTarget::Model(model) => model.schema.sensitive,
            ReadTarget::Collection(collection) => collection.sensitive,
        }
    }

    pub(crate) fn config(&self) -> ModelConfig {
        self.model().config()
    }

    pub(crate) fn has_hooks(&self) -> bool {
        match self {
            ReadTarget::Model(model) => model.has_hooks(),
            ReadTarget::Collection(collection) => collection.models.iter().any(|model| model.has_hooks()),
        }
    }

    /// The filter that selects the items of the entity, for counts and scans.
    pub(crate) fn is_own(&self) -> Option<Tree> {
        self.entity().map(is_entity)
    }
}
