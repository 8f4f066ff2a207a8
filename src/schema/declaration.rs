//! The base of the struct expression by which `#[derive(Model)]` states the schema of a model.

use super::{EntitySchema, ManagedAttributes, ModelSchema, SchemaNumber, TableSchema};
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
            fields: &[],
            index_only: &[],
            managed: ManagedAttributes::NONE,
            unique: &[],
            write_mark: None,
            number: None,
        }
    }

    /// Sets the managed attributes.
    #[doc(hidden)]
    pub const fn managed(mut self, managed: ManagedAttributes) -> Self {
        self.managed = managed;
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
}
