//! What the schema of a model tells about its fields and items.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{ModelSchema, UniqueSchema};
use crate::Item;
use crate::key::FieldPath;

impl ModelSchema {
    /// The stored form of the default of a field that index keys are made from; `None` if it has no default.
    pub(crate) fn default_of(&self, attribute: &str) -> Option<AttributeValue> {
        let default = self.fields.iter().find(|field| field.attribute == attribute)?.default?;
        default().ok().filter(|default| !default.is_null())
    }

    /// The value of a field in an item without its attribute: that of the default.
    pub(crate) fn default_at(&self, field: FieldPath) -> Option<AttributeValue> {
        self.default_of(field.attribute).and_then(|default| field.value_of(&default).cloned())
    }

    /// The attributes that unique values are made of, each once.
    pub(crate) fn unique_attributes(&self) -> Vec<&'static str> {
        let mut attributes: Vec<&'static str> = Vec::new();
        for attribute in self.unique.iter().flat_map(UniqueSchema::attributes) {
            if !attributes.contains(&attribute) {
                attributes.push(attribute);
            }
        }
        attributes
    }

    /// The names under which items may have the attribute instead.
    pub(crate) fn former_of(&self, attribute: &str) -> &'static [&'static str] {
        self.fields.iter().find(|field| field.attribute == attribute).map_or(&[], |field| field.former)
    }

    /// What a read of these attributes requests: they may be stored under former names.
    pub(crate) fn requested(&self, names: &[&'static str]) -> Vec<&'static str> {
        let attributes = names.iter().flat_map(|name| std::iter::once(name).chain(self.former_of(name))).copied();
        // A part of an item is refused if the item has another schema. Keys are the same in every schema.
        let number = self.number.filter(|_| !names.is_empty()).map(|number| number.attribute.name);
        attributes.chain(number).collect()
    }

    /// Whether the item belongs to this model, by its entity attribute or, if the table has none, by its keys.
    pub(crate) fn owns(&self, item: &Item) -> bool {
        let Some(entity) = self.entity else { return self.owns_key(item) };
        match item.get(entity.attribute.name) {
            Some(AttributeValue::S(name)) => entity.is_named(name),
            Some(_) => false,
            None => entity.optional,
        }
    }
}
