//! The model or collection whose items a query or scan reads, without its Rust type.

use crate::collection::CollectionSchema;
use crate::expr::Tree;
use crate::op::engine::vtable::ModelVTable;
use crate::op::write::guard::is_entity;
use crate::schema::{EntitySchema, TableSchema};
use crate::{Client, Error, ErrorKind, Model, ModelConfig, Result};

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

    /// Checks that all models of a collection are in `table`. Configs and the client's names are values at run time, so
    /// the macro cannot check it.
    pub(crate) fn check_table(&self, client: &Client, table: &str) -> Result<()> {
        let ReadTarget::Collection(collection) = self else { return Ok(()) };
        for model in collection.models {
            let name = model.schema.model;
            let own = model.config().table_for(client).map_err(|error| error.with_model(name))?;
            if own != table {
                let message = "the model's config names another table than that of the collection's first model";
                return Err(Error::new(ErrorKind::Configuration, message).with_model(name).with_table(&own));
            }
        }
        Ok(())
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
