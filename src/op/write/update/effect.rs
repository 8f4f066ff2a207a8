//! The visible effects of an update, which show in the stored item whether the update took effect.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::expr::{Action, Actions, Segment, Term};
use crate::op::engine::unknown_outcome::same_value;

/// Whether the item has the version that follows this one.
pub(super) fn is_next_version(stored: &Item, attribute: &str, version: u64) -> bool {
    matches!(stored.get(attribute), Some(AttributeValue::N(digits)) if digits.parse() == Ok(version + 1))
}

/// Whether the item shows every effect of the update except that on its version.
///
/// A value that is computed from the previous item proves nothing, because another writer may have produced the same
/// one.
pub(super) fn shows(stored: &Item, actions: &Actions, version: &str) -> bool {
    let is_version = |path: &[Segment]| matches!(path, [segment] if segment.name() == Some(version));
    actions.list.iter().filter(|(path, _)| !is_version(path)).all(|(path, action)| match action {
        Action::Set(Term::Value(Ok(value))) => at(stored, path).is_some_and(|stored| same_value(stored, value)),
        Action::SetIfAbsent(_) => at(stored, path).is_some(),
        // The elements after a removed one have moved up.
        Action::Remove => !matches!(path.last(), Some(Segment::Index(_))) && at(stored, path).is_none(),
        _ => false,
    })
}

fn at<'a>(item: &'a Item, path: &[Segment]) -> Option<&'a AttributeValue> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(item.get(first.name()?)?, |value, segment| match (value, segment) {
        (AttributeValue::L(list), Segment::Index(index)) => list.get(usize::try_from(*index).ok()?),
        (AttributeValue::M(map), segment) => map.get(segment.name()?),
        _ => None,
    })
}
