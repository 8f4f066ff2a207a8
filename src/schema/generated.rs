//! The parts of a model's schema that only generated code and the operations name.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::key::{FieldPath, KeySource};
use crate::wire::Fault;

/// The keys of a model in one index of its table.
#[derive(Debug, Clone, Copy)]
pub struct IndexKeys {
    /// The name of the index.
    pub index: &'static str,
    /// The index's own key attributes that the model writes, without those that it shares with the table.
    pub keys: &'static [KeySource],
    /// What decides whether an item is in the index.
    pub membership: Membership,
}

impl IndexKeys {
    /// The fields that are keys of the index, and those that its templates contain.
    pub(crate) fn fields(&self) -> impl Iterator<Item = FieldPath> + use<> {
        self.keys.iter().flat_map(|key| match key {
            KeySource::Field(field) => vec![FieldPath::attribute(field.name)],
            KeySource::Template(template) => template.parts().map(|part| part.place).collect(),
        })
    }

    /// Those of them without which an item is not in the index: all but the optional last parts of its templates.
    pub(crate) fn required_fields(&self) -> impl Iterator<Item = FieldPath> + use<> {
        self.keys.iter().flat_map(|key| match key {
            KeySource::Field(field) => vec![FieldPath::attribute(field.name)],
            KeySource::Template(template) => template.required().collect(),
        })
    }

    /// The fields on which the keys, and whether the item is in the index, depend.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = FieldPath> + use<> {
        self.fields().chain(self.membership.fields().iter().copied().map(FieldPath::attribute))
    }
}

/// What decides whether an item is in an index.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Membership {
    /// Its keys: it has all of them, or none.
    OfKeys,
    /// A function of the whole value.
    OfValue,
    /// A function of these attributes.
    OfFields {
        /// The attributes.
        fields: &'static [&'static str],
        /// The function. The item has those of the attributes that are not absent.
        holds: fn(&Item) -> Result<bool, Fault>,
    },
}

impl Membership {
    /// The attributes that a function takes.
    pub(crate) fn fields(&self) -> &'static [&'static str] {
        match self {
            Membership::OfFields { fields, .. } => fields,
            Membership::OfKeys | Membership::OfValue => &[],
        }
    }
}

/// A field of a model that is stored as an attribute.
#[derive(Debug, Clone, Copy)]
pub struct FieldSchema {
    /// The name of the field in Rust.
    pub field: &'static str,
    /// The name of the attribute.
    pub attribute: &'static str,
    /// DynamoDB's name for the stored type; empty if it is not known, such as that of a serde type.
    pub stored: &'static str,
    /// The names under which items may have the attribute instead.
    pub former: &'static [&'static str],
    /// Whether items without the attribute cannot be read as the model. A key attribute is not marked: every item has it.
    pub required: bool,
    /// Whether the field has a default, so that stored items may lack the attribute.
    pub defaulted: bool,
    /// The default in its stored form, if index keys depend on the field.
    pub default: Option<fn() -> Result<AttributeValue, Fault>>,
}

impl FieldSchema {
    /// Makes the schema of a field of this stored type, without names and without a default.
    pub const fn of(stored: &'static str) -> Self {
        FieldSchema { field: "", attribute: "", stored, former: &[], required: false, defaulted: false, default: None }
    }

    /// Sets the name of the field, which is also that of its attribute.
    pub const fn named(mut self, field: &'static str) -> Self {
        self.field = field;
        self.attribute = field;
        self
    }

    /// Sets the name, and states that items without the attribute cannot be read as the model.
    pub const fn required(mut self, field: &'static str) -> Self {
        self.required = true;
        self.named(field)
    }

    /// Sets the name of the attribute.
    pub const fn attribute(mut self, attribute: &'static str) -> Self {
        self.attribute = attribute;
        self
    }

    /// Sets the former names of the attribute.
    pub const fn former(mut self, names: &'static [&'static str]) -> Self {
        self.former = names;
        self
    }

    /// States that the field has a default, and how its stored form is made if index keys depend on the field.
    pub const fn defaulted(mut self, default: Option<fn() -> Result<AttributeValue, Fault>>) -> Self {
        self.defaulted = true;
        self.default = default;
        self
    }
}

/// An attribute whose values are unique among the items of the model.
#[derive(Debug, Clone, Copy)]
pub struct UniqueSchema {
    /// The attribute.
    pub attribute: &'static str,
    /// The attributes within whose values it is unique.
    pub scope: &'static [&'static str],
    /// Whether texts that differ in case only are one value.
    pub ignores_case: bool,
}

impl UniqueSchema {
    /// The attributes that the unique value is made of.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.attribute).chain(self.scope.iter().copied())
    }
}

/// The attributes of a model that writes maintain.
#[derive(Debug, Clone, Copy)]
pub struct ManagedAttributes {
    /// The version, which counts writes.
    pub version: Option<&'static str>,
    /// The time at which the item was created.
    pub created_at: Option<ManagedTime>,
    /// The time at which the item was last written.
    pub updated_at: Option<ManagedTime>,
}

/// An attribute that holds a time and that writes maintain.
#[derive(Debug, Clone, Copy)]
pub struct ManagedTime {
    /// The name of the attribute.
    pub attribute: &'static str,
    /// Converts epoch milliseconds to the stored value.
    pub value: fn(i64) -> Result<AttributeValue, Fault>,
}

impl ManagedAttributes {
    /// No managed attributes.
    pub const NONE: ManagedAttributes = ManagedAttributes { version: None, created_at: None, updated_at: None };

    /// Whether the attribute is one of them.
    pub(crate) fn contains(&self, attribute: &str) -> bool {
        let times = [self.created_at, self.updated_at].into_iter().flatten().map(|time| time.attribute);
        times.chain(self.version).any(|managed| managed == attribute)
    }
}
