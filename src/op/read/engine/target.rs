use crate::collection::CollectionSchema;
use crate::expr::{Comparator, Tree};
use crate::schema::{EntitySchema, ModelSchema, TableSchema};
use crate::{Model, ModelConfig};

/// Whose items are read: a model's, or those of several in a collection.
#[derive(Clone, Copy)]
pub(crate) struct ReadTarget {
    /// The name of the Rust type, for errors and the observer.
    pub(crate) name: &'static str,
    pub(crate) table: &'static TableSchema,
    /// The one entity whose items are wanted.
    pub(crate) entity: Option<EntitySchema>,
    /// The attributes whose values are never shown.
    pub(crate) sensitive: &'static [&'static str],
    pub(crate) config: fn() -> ModelConfig,
    pub(crate) has_hooks: bool,
    pub(crate) kind: Kind,
}

/// Whether a subject is one model.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Model(&'static ModelSchema),
    Collection(&'static CollectionSchema),
}

impl ReadTarget {
    pub(crate) fn of<M: Model>() -> Self {
        let ModelSchema { model, table, entity, sensitive, .. } = *M::SCHEMA;
        let kind = Kind::Model(M::SCHEMA);
        ReadTarget { name: model, table, entity, sensitive, config: M::config, has_hooks: M::ANY, kind }
    }

    /// What the items of the entity fulfil, for where the service counts or sorts out.
    pub(crate) fn is_own(&self) -> Option<Tree> {
        let EntitySchema { attribute, name, optional } = self.entity?;
        let value = aws_sdk_dynamodb::types::AttributeValue::S(name.to_owned());
        let is_own = Tree::compare(attribute.name, Comparator::Eq, value);
        Some(if optional { Tree::Or(vec![Tree::not_exists(attribute.name), is_own]) } else { is_own })
    }
}
