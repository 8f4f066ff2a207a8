//! The assumptions of an update about the stored item. Index keys are made from them, so each of them is also a condition.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Comparator, Segment, Term, Tree};
use crate::item::same_value;
use crate::key::FieldPath;
use crate::schema::ModelSchema;
use crate::{Error, ErrorKind, Item};

/// The value that a field of the stored item is assumed to have.
#[derive(Debug)]
pub(crate) struct Assumption {
    pub(super) field: FieldPath,
    /// `None` if the attribute is assumed to be absent.
    pub(super) value: Option<AttributeValue>,
    /// Whether the value is the default of the field, so that an item without the attribute has it too.
    pub(super) is_default: bool,
    /// The key attribute of an index, and the key that it is assumed to have, by which a field is compared that only such keys hold.
    pub(super) key: Option<(&'static str, Option<AttributeValue>)>,
}

impl Assumption {
    pub(super) fn new(schema: &ModelSchema, field: FieldPath, value: Option<AttributeValue>) -> Self {
        let default = value.as_ref().and_then(|_| schema.default_at(field));
        let is_default = default.zip(value.as_ref()).is_some_and(|(default, value)| same_value(&default, value));
        Assumption { field, value, is_default, key: None }
    }

    /// An assumption about a field that only keys of indexes hold, which the condition compares as a whole.
    pub(super) fn of_key(
        field: FieldPath,
        value: Option<AttributeValue>,
        key: (&'static str, Option<AttributeValue>),
    ) -> Self {
        Assumption { field, value, is_default: false, key: Some(key) }
    }

    pub(super) fn condition(&self) -> Tree {
        if let Some((attribute, key)) = &self.key {
            return match key {
                None => Tree::lacks(vec![Segment::Name(attribute)]),
                Some(key) => Tree::compare(attribute, Comparator::Eq, key.clone()),
            };
        }
        match &self.value {
            None => Tree::lacks(self.field.segments()),
            Some(value) => {
                let value = Term::Value(Ok(value.clone()));
                let same = Tree::Compare(Term::Path(self.field.segments()), Comparator::Eq, value);
                // The default is one of the whole attribute.
                let lacks = || Tree::lacks(vec![Segment::Name(self.field.attribute)]);
                if self.is_default { same.or(lacks()) } else { same }
            }
        }
    }

    /// Whether it is about this field, or about the struct around it.
    pub(super) fn is_about(&self, field: FieldPath) -> bool {
        let is_around = !self.field.is_inside() && self.field.attribute == field.attribute;
        self.field == field || is_around && !self.field.is_index_only() && !field.is_index_only()
    }

    /// What is assumed of a field that the assumption is about; `None` if it is assumed to be absent.
    pub(super) fn value_of(&self, field: FieldPath) -> Option<AttributeValue> {
        let value = self.value.as_ref()?;
        if self.field == field { Some(value.clone()) } else { field.value_of(value).cloned() }
    }

    /// Whether the assumption is true of the stored item. NULL counts as absent.
    pub(super) fn holds_for(&self, stored: &Item) -> bool {
        if let Some((attribute, key)) = &self.key {
            let stored = stored.get(*attribute).filter(|stored| !stored.is_null());
            return stored == key.as_ref();
        }
        let lacks = || FieldPath::attribute(self.field.attribute).value_in(stored).is_none();
        match (self.field.value_in(stored), &self.value) {
            (Some(stored), Some(value)) => same_value(stored, value),
            (None, value) => value.is_none() || self.is_default && lacks(),
            (Some(_), None) => false,
        }
    }

    /// Returns the error of an update that was refused because the assumption is wrong.
    pub(super) fn refusal(&self, error: Error) -> Error {
        let message =
            "the stored item has another value of this attribute than the update assumes; read the item again";
        error.with_kind(ErrorKind::ConditionFailed).with_message(message).with_attribute(self.field.to_string())
    }
}
