//! Hints at a live table that fits a model, but makes it pay more than it must.

use crate::CostHint;
use crate::op::table::describe::{IndexDescription, ProjectionDescription, TableDescription};
use crate::schema::ModelSchema;

/// The indexes of the model that lack the expiry by which its items are hidden.
pub(super) fn of(schema: &ModelSchema, live: &TableDescription) -> Vec<CostHint> {
    let Some(attribute) = schema.expiry() else { return Vec::new() };
    let is_of_model = |index: &&IndexDescription| schema.index_keys.iter().any(|keys| keys.index == index.name);
    let lacks_expiry = |index: &&IndexDescription| {
        let mut keys = index.hash_key.iter().chain(&index.range_key).chain(&live.hash_key).chain(&live.range_key);
        let is_projected = match &index.projection {
            ProjectionDescription::All => true,
            ProjectionDescription::KeysOnly => false,
            ProjectionDescription::Include(names) => names.iter().any(|name| name == attribute),
        };
        !is_projected && !keys.any(|key| key.attribute == attribute)
    };
    let hint = |index: &IndexDescription| CostHint::ExpiryNotInIndex {
        model: schema.model.to_owned(),
        index: index.name.clone(),
        attribute: attribute.to_owned(),
    };
    live.indexes.iter().filter(is_of_model).filter(lacks_expiry).map(hint).collect()
}
