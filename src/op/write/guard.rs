//! The conditions that singlet itself adds to writes.

use std::borrow::Cow;
use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Comparator, Segment, Term, Tree};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::schema::{EntitySchema, ModelSchema, SchemaNumber};
use crate::ttl::ExpiryCheck;
use crate::{Error, ErrorKind, Result};

/// Which stored items a write may replace, change or delete.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaceable {
    /// Only items of the same model.
    #[default]
    Own,
    /// Any item.
    Any,
}

impl Replaceable {
    /// The entity that the stored item must have.
    fn entity(self, schema: &ModelSchema) -> Option<EntitySchema> {
        schema.entity.filter(|_| self == Replaceable::Own)
    }
}

/// The expressions of a write that must not change an item of another model.
pub(crate) fn own_expressions(schema: &'static ModelSchema, condition: Option<&Tree>) -> Result<WriteExpressions> {
    if condition.is_none()
        && let Some(expressions) = WriteExpressions::of_entity(schema)
    {
        return Ok(expressions);
    }
    let condition = own_or_none(schema).into_iter().chain(condition.cloned()).reduce(Tree::and);
    WriteExpressions::of(condition.as_ref())
}

/// A user's change to a put or a delete. A condition that it sets replaces singlet's, with its placeholders.
macro_rules! customized {
    ($customize:expr, $expressions:expr) => {
        $customize.map(|customize| {
            let own = $expressions.clone();
            let customize: Customize<'static, _> = Box::new(move |builder| {
                let builder = customize(builder);
                match builder.get_condition_expression() {
                    Some(condition) if Some(condition.as_str()) != own.condition() => {
                        let (condition, placeholders) = (condition.clone(), own.placeholders());
                        let names = builder.get_expression_attribute_names().clone();
                        let names = $crate::op::write::guard::without(names, &placeholders.names, &condition);
                        let values = builder.get_expression_attribute_values().clone();
                        let values = $crate::op::write::guard::without(values, &placeholders.values, &condition);
                        builder.set_expression_attribute_names(names).set_expression_attribute_values(values)
                    }
                    _ => builder,
                }
            });
            customize
        })
    };
}
pub(crate) use customized;

/// The placeholders without singlet's own that the condition does not use: DynamoDB refuses unused ones.
pub(crate) fn without<T, U>(
    map: Option<HashMap<String, T>>,
    own: &[(Cow<'static, str>, U)],
    condition: &str,
) -> Option<HashMap<String, T>> {
    let mut map = map?;
    // `#1` is also the beginning of `#10`.
    let is_in = |placeholder: &str| {
        let mut rests = condition.match_indices(placeholder).map(|(at, found)| &condition[at + found.len()..]);
        rests.any(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_'))
    };
    map.retain(|placeholder, _| is_in(placeholder) || !own.iter().any(|(name, _)| name == placeholder));
    (!map.is_empty()).then_some(map)
}

/// Holds if there is no item, or only an expired one of this model that DynamoDB has not deleted yet.
pub(crate) fn absent(schema: &ModelSchema, check: Option<ExpiryCheck>, stored: Replaceable) -> Tree {
    let none = Tree::not_exists(schema.table.hash_key.attribute.name);
    match check {
        None => none,
        Some(check) => {
            let expired = expired(check.attribute, check.now);
            Tree::Or(vec![none, expired.and_maybe(stored.entity(schema).map(is_entity))])
        }
    }
}

/// Holds if there is no item, or one that has not expired.
pub(crate) fn live(check: ExpiryCheck) -> Tree {
    Tree::Not(Box::new(expired(check.attribute, check.now)))
}

/// Holds if the item has a TTL attribute and has expired. Fractions of an expiry are truncated, as they are when it is read.
pub(crate) fn expired(ttl: &'static str, now: i64) -> Tree {
    Tree::compare(ttl, Comparator::Lt, AttributeValue::N(now.saturating_add(1).to_string()))
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

/// Holds if the stored item has the schema number of the model. Without a number, an item has schema 1.
pub(crate) fn same_schema(number: SchemaNumber) -> Tree {
    let same = Tree::compare(number.attribute.name, Comparator::Eq, AttributeValue::N(number.number.to_string()));
    if number.number == 1 { Tree::not_exists(number.attribute.name).or(same) } else { same }
}

/// Holds unless a newer program has written the stored item.
pub(crate) fn not_newer(number: SchemaNumber) -> Tree {
    let name = number.attribute.name;
    let at_most = Tree::compare(name, Comparator::Le, AttributeValue::N(number.number.to_string()));
    Tree::not_exists(name).or(at_most)
}

/// Rewords the error of a write whose condition on the schema number failed. An update refuses older items too.
pub(crate) fn schema_refusal(error: Error, schema: &ModelSchema, is_update: bool) -> Error {
    let (Some(number), Some(item)) = (schema.number, error.old_item()) else { return error };
    let Ok(stored) = number.of(item) else { return error };
    if error.kind() != ErrorKind::ConditionFailed || stored == number.number || !is_update && stored < number.number {
        return error;
    }
    let message = if stored > number.number {
        format!("the stored item has schema {stored}, and this program knows {} only", number.number)
    } else {
        let current = number.number;
        format!(
            "the stored item has schema {stored}, and an update changes schema {current} only; save the item, or backfill"
        )
    };
    error.with_kind(ErrorKind::SchemaMismatch).with_text(message).with_attribute(number.attribute.name)
}

pub(crate) fn is_entity(entity: EntitySchema) -> Tree {
    let name = entity.attribute.name;
    let value = |name: &str| AttributeValue::S(name.to_owned());
    let same = if entity.aliases.is_empty() {
        Tree::compare(name, Comparator::Eq, value(entity.name))
    } else {
        let names = std::iter::once(&entity.name).chain(entity.aliases);
        Tree::In(Term::Path(vec![Segment::Name(name)]), names.map(|name| Term::Value(Ok(value(name)))).collect())
    };
    if entity.optional { Tree::Or(vec![Tree::not_exists(name), same]) } else { same }
}

/// Holds if the stored item has the version that the local value was read or written with.
///
/// Version 0 is also that of an item without a version: one that was stored before the model had the field, or none.
pub(crate) fn same_version(attribute: &'static str, version: u64) -> Tree {
    let compare = |comparator| Tree::compare(attribute, comparator, AttributeValue::N(version.to_string()));
    if version > 0 { compare(Comparator::Eq) } else { Tree::Not(Box::new(compare(Comparator::Gt))) }
}

/// The condition of a save of a value with this version: no other writer has changed the item. A value that was never
/// stored also replaces an expired item.
pub(crate) fn unchanged(schema: &ModelSchema, version: Option<u64>, check: Option<ExpiryCheck>) -> Option<Tree> {
    let version = version?;
    let same = same_version(schema.managed.version?, version);
    Some(match check.filter(|_| version == 0) {
        Some(check) => Tree::Or(vec![same, expired(check.attribute, check.now)]),
        None => same,
    })
}

/// Rewords the error of a write whose condition failed. The error may contain the stored item.
pub(crate) fn refused(error: Error, schema: &ModelSchema, version: Option<u64>, stored: Replaceable) -> Error {
    if error.kind() != ErrorKind::ConditionFailed {
        return error;
    }
    if stored == Replaceable::Own && error.old_item().is_some_and(|item| !schema.owns(item)) {
        return error
            .with_kind(ErrorKind::WrongEntity)
            .with_message("the item under this key belongs to another model");
    }
    let expected = schema.managed.version.zip(version);
    let is_other =
        expected.is_some_and(|(attribute, version)| match error.old_item().map(|item| item.get(attribute)) {
            Some(Some(AttributeValue::N(digits))) => digits.parse() != Ok(version),
            // An item without a version, or with NULL as its version, has version 0. A missing item has no version.
            Some(_) | None => version > 0,
        });
    if !is_other {
        return error;
    }
    let error = error.with_kind(ErrorKind::VersionConflict);
    if version == Some(0) {
        return error.with_message("there is an item under this key already; read it before writing over it");
    }
    error.with_message("the item was changed or deleted by another writer")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Name;

    #[test]
    fn the_text_for_an_entity_is_the_one_of_its_tree() {
        use crate::key::KeyType;
        use crate::schema::{KeySchema, TableSchema};
        const TABLE: TableSchema = TableSchema::new("shop", KeySchema::new(Name::new("pk", "\"pk\":"), KeyType::S))
            .entity(Name::new("_type", "\"_type\":"));
        const REQUIRED: &ModelSchema = &ModelSchema::new("Order", &TABLE).entity("Order", &[], false);
        const OPTIONAL: &ModelSchema = &ModelSchema::new("Order", &TABLE).entity("Order", &[], true);
        for schema in [REQUIRED, OPTIONAL] {
            let (fixed, tree) = (own_expressions(schema, None).unwrap(), own_or_none(schema));
            let rendered = WriteExpressions::of(tree.as_ref()).unwrap();
            assert!(fixed.entity().is_some() && rendered.entity().is_none());
            assert_eq!(fixed.condition(), rendered.condition());
            assert_eq!(fixed.placeholders().names, rendered.placeholders().names);
            assert_eq!(fixed.placeholders().values, rendered.placeholders().values);
        }
    }
}
