//! Hints at a live table that fits a model, but makes it pay more than it must.

use crate::CostHint;
use crate::op::table::describe::{IndexDescription, TableDescription};
use crate::schema::ModelSchema;
use crate::size::IndexShape;

/// The indexes of the model that lack the expiry by which its items are hidden.
pub(super) fn of(schema: &ModelSchema, live: &TableDescription) -> Vec<CostHint> {
    let Some(attribute) = schema.expiry() else { return Vec::new() };
    let is_of_model = |index: &&IndexDescription| schema.index_keys.iter().any(|keys| keys.index == index.name);
    let lacks_expiry = |index: &&IndexDescription| {
        let table_keys = [&live.hash_key[..], &live.range_key];
        !IndexShape::described([&index.hash_key, &index.range_key], table_keys, &index.projection).contains(attribute)
    };
    let hint = |index: &IndexDescription| CostHint::ExpiryNotInIndex {
        model: schema.model.to_owned(),
        index: index.name.clone(),
        attribute: attribute.to_owned(),
    };
    live.indexes.iter().filter(is_of_model).filter(lacks_expiry).map(hint).collect()
}
