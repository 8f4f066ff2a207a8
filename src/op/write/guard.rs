//! The conditions that singlet itself adds to writes.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Comparator, Placeholders, Tree};
use crate::schema::{EntitySchema, ModelSchema};
use crate::ttl::ExpiryCheck;
use crate::{Error, ErrorKind, Result};

/// The expressions of one write, as text.
#[derive(Debug, Default, Clone)]
pub(crate) struct Expressions {
    pub(crate) condition: Option<String>,
    pub(crate) update: Option<String>,
    pub(crate) placeholders: Placeholders,
}

impl Expressions {
    /// Returns expressions with only a condition.
    pub(crate) fn of(condition: Option<&Tree>) -> Result<Self> {
        let mut expressions = Expressions::default();
        expressions.condition = condition.map(|tree| expressions.placeholders.condition(tree)).transpose()?;
        Ok(expressions)
    }

    /// Adds `guard` to the condition.
    pub(crate) fn guard(&mut self, guard: &Tree) -> Result<()> {
        let guard = self.placeholders.condition(guard)?;
        self.condition = Some(match self.condition.take() {
            Some(condition) => format!("({condition}) AND {guard}"),
            None => guard,
        });
        Ok(())
    }
}

/// Sets the expressions on an SDK builder and requests the item that makes the condition fail.
macro_rules! with_expressions {
    ($builder:expr, $expressions:expr) => {{
        let expressions = $expressions;
        let mut builder = $builder
            .set_condition_expression(expressions.condition.clone())
            .set_expression_attribute_names(expressions.placeholders.sdk_names())
            .set_expression_attribute_values(expressions.placeholders.sdk_values());
        if expressions.condition.is_some() {
            builder = builder.return_values_on_condition_check_failure(
                aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure::AllOld,
            );
        }
        builder
    }};
}
pub(crate) use with_expressions;

/// Holds if there is no item, or only an expired one that DynamoDB has not deleted yet.
pub(crate) fn absent(schema: &ModelSchema, life: Option<ExpiryCheck>) -> Tree {
    let none = Tree::not_exists(schema.table.hash_key.attribute.name);
    match life {
        None => none,
        Some(life) => Tree::Or(vec![none, expired(life.attribute, life.now)]),
    }
}

/// Holds if there is no item, or one that has not expired.
pub(crate) fn live(life: ExpiryCheck) -> Tree {
    Tree::Not(Box::new(expired(life.attribute, life.now)))
}

/// Holds if the item has a TTL attribute and has expired.
pub(crate) fn expired(ttl: &'static str, now: i64) -> Tree {
    Tree::compare(ttl, Comparator::Le, AttributeValue::N(now.to_string()))
}

/// Holds if there is an item of this model.
pub(crate) fn present(schema: &ModelSchema) -> Tree {
    let exists = Tree::exists(schema.table.hash_key.attribute.name);
    exists.and_maybe(schema.entity.map(is_entity))
}

/// Holds if there is no item, or one of this model.
pub(crate) fn own_or_none(schema: &ModelSchema) -> Option<Tree> {
    let entity = schema.entity?;
    Some(Tree::Or(vec![Tree::not_exists(schema.table.hash_key.attribute.name), is_entity(entity)]))
}

fn is_entity(entity: EntitySchema) -> Tree {
    let name = entity.attribute.name;
    let same = Tree::compare(name, Comparator::Eq, AttributeValue::S(entity.name.to_owned()));
    if entity.optional { Tree::Or(vec![Tree::not_exists(name), same]) } else { same }
}

/// Holds if the stored item has the version that the local value was read or written with.
pub(crate) fn same_version(attribute: &'static str, version: u64) -> Tree {
    Tree::compare(attribute, Comparator::Eq, AttributeValue::N(version.to_string()))
}

/// The condition of a save of a value with this version: the item is new, or no other writer has changed it.
pub(crate) fn unchanged(schema: &ModelSchema, version: Option<u64>, life: Option<ExpiryCheck>) -> Option<Tree> {
    let attribute = schema.managed.version?;
    Some(match version? {
        0 => absent(schema, life),
        version => same_version(attribute, version),
    })
}

/// Rewords the error of a write whose condition failed. The error may contain the stored item.
pub(crate) fn refused(error: Error, schema: &ModelSchema, version: Option<u64>) -> Error {
    if error.kind() != ErrorKind::ConditionFailed {
        return error;
    }
    // A value of version 0 was never stored, so it cannot conflict with anything.
    let expected = schema.managed.version.zip(version.filter(|version| *version > 0));
    let is_other = expected.is_some_and(|(attribute, version)| {
        let same = AttributeValue::N(version.to_string());
        error.old_item().and_then(|item| item.get(attribute)) != Some(&same)
    });
    if is_other {
        return error
            .with_kind(ErrorKind::VersionConflict)
            .with_message("the item was changed or deleted by another writer");
    }
    error
}
