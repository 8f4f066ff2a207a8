//! The assumptions of an update about the stored item. Index keys are made from them, so each of them is also a condition.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Comparator, Segment, Tree};
use crate::item::same_value;
use crate::schema::ModelSchema;
use crate::{Error, ErrorKind, Item};

/// The value that a field of the stored item is assumed to have.
#[derive(Debug)]
pub(crate) struct Assumption {
    pub(super) field: &'static str,
    /// `None` if the attribute is assumed to be absent.
    pub(super) value: Option<AttributeValue>,
    /// Whether the value is the default of the field, so that an item without the attribute has it too.
    pub(super) is_default: bool,
}

impl Assumption {
    pub(super) fn new(schema: &ModelSchema, field: &'static str, value: Option<AttributeValue>) -> Self {
        let default = value.as_ref().and_then(|_| schema.default_of(field));
        let is_default = default.zip(value.as_ref()).is_some_and(|(default, value)| same_value(&default, value));
        Assumption { field, value, is_default }
    }

    pub(super) fn condition(&self) -> Tree {
        let lacks = || Tree::lacks(vec![Segment::Name(self.field)]);
        match &self.value {
            None => lacks(),
            Some(value) => {
                let same = Tree::compare(self.field, Comparator::Eq, value.clone());
                if self.is_default { same.or(lacks()) } else { same }
            }
        }
    }

    /// Whether the assumption is true of the stored item. NULL counts as absent.
    pub(super) fn holds_for(&self, stored: &Item) -> bool {
        let stored = stored.get(self.field).filter(|stored| !stored.is_null());
        match (stored, &self.value) {
            (Some(stored), Some(value)) => same_value(stored, value),
            (None, value) => value.is_none() || self.is_default,
            (Some(_), None) => false,
        }
    }

    /// Returns the error of an update that was refused because the assumption is wrong.
    pub(super) fn refusal(&self, error: Error) -> Error {
        let message =
            "the stored item has another value of this attribute than the update assumes; read the item again";
        error.with_kind(ErrorKind::ConditionFailed).with_message(message).with_attribute(self.field)
    }
}
