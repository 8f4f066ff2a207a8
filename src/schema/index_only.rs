//! Fields that exist only in keys of indexes: `key_only` fields outside of the primary key.

use aws_sdk_dynamodb::types::AttributeValue;

use super::ModelSchema;
use crate::Item;
use crate::key::{FieldPath, KeyValue};
use crate::wire::Fault;

/// A field whose value only keys of indexes hold.
#[derive(Debug, Clone, Copy)]
pub struct IndexOnlyField {
    /// The name of the field in Rust.
    pub field: &'static str,
    /// The key attribute that it is read from.
    pub attribute: &'static str,
    /// Whether items may lack the key.
    pub is_optional: bool,
    /// Takes the value out of the key, in the form that an attribute would have.
    pub value: fn(&KeyValue) -> Result<AttributeValue, Fault>,
}

impl IndexOnlyField {
    /// The value in an item; `None` if the item lacks the key.
    pub(crate) fn value_in(&self, item: &Item) -> Result<Option<AttributeValue>, Fault> {
        match item.get(self.attribute) {
            None | Some(AttributeValue::Null(_)) => Ok(None),
            Some(AttributeValue::S(key)) => {
                let value = (self.value)(&KeyValue::S(key.clone()));
                value.map(Some).map_err(|_| crate::key::unlike_template(self.attribute))
            }
            Some(_) => Err(crate::key::unlike_template(self.attribute)),
        }
    }
}

impl ModelSchema {
    /// The field at this path, if it exists only in keys of indexes.
    pub(crate) fn index_only_field(&self, field: FieldPath) -> Option<&'static IndexOnlyField> {
        let is_own = |own: &&IndexOnlyField| field.is_index_only() && own.field == field.attribute;
        self.index_only.iter().find(is_own)
    }
}
