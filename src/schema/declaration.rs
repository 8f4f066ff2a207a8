//! How `#[derive(Model)]` states the schema of a model: a constant that calls these functions.

use super::{
    EntitySchema, FieldSchema, IndexKeys, IndexOnlyField, ManagedAttributes, ModelSchema, SchemaNumber, TableSchema,
    UniqueSchema,
};
use crate::key::KeySource;

impl ModelSchema {
    /// A model in this table.
    #[doc(hidden)]
    pub const fn new(model: &'static str, table: &'static TableSchema) -> Self {
        let hash_key = KeySource::Field(table.hash_key.attribute);
        ModelSchema {
            model,
            table,
            entity: None,
            ttl: None,
            sensitive: &[],
            keys: (hash_key, None),
            index_keys: &[],
            required: &[],
            fields: &[],
            index_only: &[],
            managed: ManagedAttributes::NONE,
            unique: &[],
            write_mark: None,
            number: None,
        }
    }

    /// Sets the sources of the keys.
    #[doc(hidden)]
    pub const fn keys(mut self, hash: KeySource, range: Option<KeySource>) -> Self {
        self.keys = (hash, range);
        self
    }

    /// Sets the keys in the indexes.
    #[doc(hidden)]
    pub const fn index_keys(mut self, indexes: &'static [IndexKeys]) -> Self {
        self.index_keys = indexes;
        self
    }

    /// Sets the attributes that items must have.
    #[doc(hidden)]
    pub const fn required(mut self, attributes: &'static [&'static str]) -> Self {
        self.required = attributes;
        self
    }

    /// Sets the fields.
    #[doc(hidden)]
    pub const fn fields(mut self, fields: &'static [FieldSchema]) -> Self {
        self.fields = fields;
        self
    }

    /// Sets the fields that exist only in keys of indexes.
    #[doc(hidden)]
    pub const fn index_only(mut self, fields: &'static [IndexOnlyField]) -> Self {
        self.index_only = fields;
        self
    }

    /// Sets the managed attributes.
    #[doc(hidden)]
    pub const fn managed(mut self, managed: ManagedAttributes) -> Self {
        self.managed = managed;
        self
    }

    /// Sets the attributes whose values are unique.
    #[doc(hidden)]
    pub const fn unique(mut self, unique: &'static [UniqueSchema]) -> Self {
        self.unique = unique;
        self
    }

    /// Sets the attribute of the write mark.
    #[doc(hidden)]
    pub const fn write_mark(mut self, attribute: &'static str) -> Self {
        self.write_mark = Some(attribute);
        self
    }

    /// Sets the schema number.
    #[doc(hidden)]
    pub const fn number(mut self, number: SchemaNumber) -> Self {
        self.number = Some(number);
        self
    }

    /// Sets the entity name. Has no effect if the table has no entity attribute.
    #[doc(hidden)]
    pub const fn entity(mut self, name: &'static str, aliases: &'static [&'static str], optional: bool) -> Self {
        if let Some(attribute) = self.table.entity {
            self.entity = Some(EntitySchema { attribute, name, aliases, optional });
        }
        self
    }

    /// Sets the TTL attribute.
    #[doc(hidden)]
    pub const fn ttl(mut self, attribute: &'static str) -> Self {
        self.ttl = Some(attribute);
        self
    }

    /// Sets the attributes that are never shown.
    #[doc(hidden)]
    pub const fn sensitive(mut self, attributes: &'static [&'static str]) -> Self {
        self.sensitive = attributes;
        self
    }
}
