//! Attributes of an item whose values its primary key holds too.

use super::{CostHint, ItemSize};
use crate::key::{KeySource, KeyTemplate};
use crate::schema::{IndexProjection, IndexSchema, ModelSchema};

/// The attributes of an item that its primary key holds too, if nothing but the derive needs them.
pub(super) fn hint(schema: &ModelSchema, size: &ItemSize) -> Option<CostHint> {
    let templates =
        [Some(&schema.keys.0), schema.keys.1.as_ref()].into_iter().flatten().filter_map(KeySource::template);
    let mut names: Vec<&str> = Vec::new();
    for part in templates.flat_map(KeyTemplate::parts) {
        // A format that cuts off digits or case holds a part of the value.
        let is_whole = !part.format.is_lossy();
        if is_whole && !names.contains(&part.place.attribute) && !is_needed(schema, part.place.attribute) {
            names.push(part.place.attribute);
        }
    }
    let bytes = |name: &&str| size.attributes().find(|(attribute, _)| attribute == name).map(|(_, bytes)| bytes);
    names.retain(|name| bytes(name).is_some());
    (!names.is_empty()).then(|| CostHint::StoredTwice {
        model: schema.model.to_owned(),
        bytes: names.iter().filter_map(bytes).sum(),
        attributes: names.into_iter().map(str::to_owned).collect(),
    })
}

/// Whether an index, a rule of the model or its TTL names the attribute, so that items must have it.
fn is_needed(schema: &ModelSchema, attribute: &str) -> bool {
    let includes = |index: &IndexSchema| match index.projection {
        IndexProjection::Include(names) => names.contains(&attribute),
        _ => false,
    };
    let of_unique =
        schema.unique.iter().any(|unique| unique.attribute == attribute || unique.scope.contains(&attribute));
    let of_membership = schema.index_keys.iter().any(|keys| keys.membership.fields().contains(&attribute));
    of_unique || of_membership || schema.writes(attribute) || schema.table.indexes.iter().any(includes)
}
