//! The items that singlet itself stores beside those of models: reservations of unique values, and checkpoints of backfills.
//!
//! In a table with an entity attribute, each kind has an entity of its own, so reads of models do not return them.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Comparator, Tree};

/// The entity of the items that reserve unique values.
pub(crate) const UNIQUE: &str = "singlet.unique";

/// The entity of the items that hold the checkpoints of backfills.
pub(crate) const CHECKPOINT: &str = "singlet.backfill";

/// The condition that an item is none of these, in a table with this entity attribute.
pub(crate) fn is_none(entity: &'static str) -> Tree {
    let is = |name: &str| Tree::compare(entity, Comparator::Eq, AttributeValue::S(name.to_owned()));
    Tree::Not(Box::new(is(UNIQUE).or(is(CHECKPOINT))))
}
