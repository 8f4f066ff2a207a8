//! Values of fields that only keys of indexes hold, for the keys that an update rewrites.
//!
//! No attribute holds such a value, so a condition compares the whole key: the one of the item that the update starts from, or one
//! that the assumptions of the caller form.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::error::fault_error;
use crate::key::{FieldPath, KeyTemplate, TemplatePart};
use crate::op::engine::sdk_key::sdk_value;
use crate::op::write::update::assumption::Assumption;
use crate::op::write::update::index_keys::{Rewriting, made, templates};
use crate::schema::IndexKeys;
use crate::wire::Fault;
use crate::{Error, ErrorKind, Result};

impl Rewriting<'_, '_> {
    /// Lets the caller's assumptions about fields that only keys of indexes hold compare such a key.
    pub(super) fn compare_old_keys(&mut self) -> Result<()> {
        for given in 0..self.given {
            let Assumption { field, key, .. } = &self.update.options.assumptions[given];
            if field.is_index_only() && key.is_none() {
                let (attribute, key) = self.old_key_with(*field)?;
                self.update.options.assumptions[given].key = Some((attribute, Some(key)));
            }
        }
        Ok(())
    }

    /// The first key of an index with this field that the caller's assumptions and the primary key make.
    fn old_key_with(&self, field: FieldPath) -> Result<(&'static str, AttributeValue)> {
        let fail = |fault: Fault| fault_error(fault, self.update.schema.model);
        let given = &self.update.options.assumptions[..self.given];
        let old = |part: &TemplatePart| {
            let place = part.place;
            let value = if self.is_in_key(place) {
                self.key_fields.get(place.attribute).cloned()
            } else {
                given.iter().find(|known| known.is_about(place))?.value_of(place)
            };
            // Without its optional last part, the key ends early.
            if value.is_none() && !part.is_optional { None } else { Some(value.map(|value| (place, value))) }
        };
        let is_of_field = |template: &&KeyTemplate| template.parts().any(|part| part.place == field);
        for template in self.update.schema.index_keys.iter().flat_map(templates).filter(is_of_field) {
            if let Some(values) = template.parts().map(old).collect::<Option<Vec<_>>>() {
                let values: Vec<_> = values.into_iter().flatten().collect();
                let key = made(template, &values).and_then(|key| key.checked(template.role)).map_err(fail)?;
                return Ok((template.attribute.name, sdk_value(&key)));
            }
        }
        Err(unknown_old_key(field))
    }

    /// The item from which a field is known that only keys of indexes hold, and its value there. The condition compares the key.
    pub(super) fn old_value_of(&mut self, field: FieldPath, index: &IndexKeys) -> Result<Option<AttributeValue>> {
        let schema = self.update.schema;
        let Some(own) = schema.index_only_field(field) else { return Err(unknown_index_only(field, index)) };
        let item = match (&self.update.basis, &self.update.options.known) {
            (Some(basis), _) => Some(basis.item()),
            // The local value of `update_from` is the new one.
            (None, Some(old)) => Some(old),
            (None, None) => self.local_item()?,
        };
        let Some(item) = item else { return Err(unknown_index_only(field, index)) };
        let value = own.value_in(item).map_err(|fault| fault_error(fault, schema.model))?;
        let key = item.get(own.attribute).filter(|_| value.is_some()).cloned();
        let assumption = Assumption::of_key(field, value.clone(), (own.attribute, key));
        self.update.options.assumptions.push(assumption);
        Ok(value)
    }
}

/// The error of an update that needs the value and does not have it.
pub(super) fn unknown_index_only(field: FieldPath, index: &IndexKeys) -> Error {
    let message = format!(
        "the keys of index `{}` contain this `key_only` field, and no attribute holds its value; save the item, or set the field in \
         the same update, or say what it is with `.assume(..)`",
        index.index
    );
    Error::new(ErrorKind::Validation, message).with_attribute(field.to_string())
}

fn unknown_old_key(field: FieldPath) -> Error {
    let message = "no attribute holds this `key_only` field, so the update compares the key of an index, which contains other fields \
                   too; save the item, or set the field in the same update, or say with `.assume(..)` what the others are";
    Error::new(ErrorKind::Validation, message).with_attribute(field.to_string())
}
