//! What the derives know about tables and models, as constants.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::key::{KeySource, KeyType};
use crate::wire::Fault;

/// A table: its keys, indexes, TTL attribute and entity attribute. Written by `#[derive(Table)]`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TableSchema {
    /// The table's name, unless a [`ModelConfig`](crate::ModelConfig) names another.
    pub name: &'static str,
    /// The hash key (partition key).
    pub hash_key: KeySchema,
    /// The range key (sort key).
    pub range_key: Option<KeySchema>,
    /// The secondary indexes.
    pub indexes: &'static [IndexSchema],
    /// The attribute that holds the expiry, in epoch seconds.
    pub ttl: Option<&'static str>,
    /// The attribute that names an item's entity.
    pub entity: Option<Name>,
}

impl TableSchema {
    /// A table with a hash key and nothing else.
    pub const fn new(name: &'static str, hash_key: KeySchema) -> Self {
        TableSchema { name, hash_key, range_key: None, indexes: &[], ttl: None, entity: None }
    }

    /// This table with a range key.
    pub const fn range_key(mut self, key: KeySchema) -> Self {
        self.range_key = Some(key);
        self
    }

    /// This table with secondary indexes.
    pub const fn indexes(mut self, indexes: &'static [IndexSchema]) -> Self {
        self.indexes = indexes;
        self
    }

    /// This table with a TTL attribute.
    pub const fn ttl(mut self, attribute: &'static str) -> Self {
        self.ttl = Some(attribute);
        self
    }

    /// This table with an entity attribute.
    pub const fn entity(mut self, attribute: Name) -> Self {
        self.entity = Some(attribute);
        self
    }
}

/// The name of an attribute, and the same as JSON with its colon.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Name {
    /// The name.
    pub name: &'static str,
    /// The name as the key of a JSON object: `"\"pk\":"`.
    pub quoted: &'static str,
}

impl Name {
    /// A name, and the same as JSON with its colon.
    #[doc(hidden)]
    pub const fn new(name: &'static str, quoted: &'static str) -> Self {
        Name { name, quoted }
    }
}

/// A key attribute of a table or an index.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct KeySchema {
    /// The attribute.
    pub attribute: Name,
    /// Its type.
    pub key_type: KeyType,
}

impl KeySchema {
    /// A key attribute.
    #[doc(hidden)]
    pub const fn new(attribute: Name, key_type: KeyType) -> Self {
        KeySchema { attribute, key_type }
    }
}

/// A secondary index of a table.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct IndexSchema {
    /// The index's name.
    pub name: &'static str,
    /// Whether it is a local index, with the table's own hash key.
    pub local: bool,
    /// The hash key.
    pub hash_key: KeySchema,
    /// The range key.
    pub range_key: Option<KeySchema>,
    /// The further attributes of a hash key that is made of several.
    pub more_hash_keys: &'static [KeySchema],
    /// The further attributes of a range key that is made of several.
    pub more_range_keys: &'static [KeySchema],
    /// Which attributes it holds.
    pub projection: Projection,
}

impl IndexSchema {
    /// An index with at most one attribute per key.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        local: bool,
        hash_key: KeySchema,
        range_key: Option<KeySchema>,
        projection: Projection,
    ) -> Self {
        IndexSchema { name, local, hash_key, range_key, more_hash_keys: &[], more_range_keys: &[], projection }
    }

    /// This index with further key attributes: a global index has at most four per key.
    #[doc(hidden)]
    pub const fn more_keys(mut self, hash: &'static [KeySchema], range: &'static [KeySchema]) -> Self {
        self.more_hash_keys = hash;
        self.more_range_keys = range;
        self
    }

    /// The attributes of the hash key, in their order.
    pub fn hash_keys(&self) -> impl Iterator<Item = &KeySchema> {
        std::iter::once(&self.hash_key).chain(self.more_hash_keys)
    }

    /// The attributes of the range key, in their order; none where the index has no range key.
    pub fn range_keys(&self) -> impl Iterator<Item = &KeySchema> {
        self.range_key.iter().chain(self.more_range_keys)
    }
}

/// Which attributes a secondary index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Projection {
    /// All attributes of the item.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys and these attributes.
    Include(&'static [&'static str]),
}

/// A model: its names and the table it lives in. Written by `#[derive(Model)]`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ModelSchema {
    /// The name of the struct.
    pub model: &'static str,
    /// The table.
    pub table: &'static TableSchema,
    /// What the entity attribute holds for this model; `None` where the table has no such attribute.
    pub entity: Option<EntitySchema>,
    /// The attribute that holds the expiry, where the model has one.
    pub ttl: Option<&'static str>,
    /// The attributes whose values are never shown, the keys made from them included.
    pub sensitive: &'static [&'static str],
    /// Where the primary key comes from: the hash key, and the range key where there is one.
    #[doc(hidden)]
    pub keys: (KeySource, Option<KeySource>),
    /// Where the model's keys in indexes come from.
    #[doc(hidden)]
    pub index_keys: &'static [IndexKeys],
    /// The attributes that an item must have to be read as this model.
    #[doc(hidden)]
    pub required: &'static [&'static str],
    /// The fields that are attributes.
    #[doc(hidden)]
    pub fields: &'static [FieldSchema],
    /// The attributes that operations keep up themselves.
    #[doc(hidden)]
    pub managed: ManagedAttributes,
    /// The attributes whose values no two items of the model may share.
    #[doc(hidden)]
    pub unique: &'static [&'static str],
}

/// The keys of a model in one index of its table.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct IndexKeys {
    pub index: &'static str,
    /// The index's own keys that the model writes; what it shares with the table is not among them.
    pub keys: &'static [KeySource],
}

/// A field of a model that is an attribute.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct FieldSchema {
    /// Its name in Rust.
    pub field: &'static str,
    /// Its stored name.
    pub attribute: &'static str,
    /// Whether it has a default, so that items may lack it.
    pub defaulted: bool,
}

/// The attributes of a model that operations keep up themselves.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct ManagedAttributes {
    /// The version.
    pub version: Option<&'static str>,
    /// When the item was made.
    pub created_at: Option<KeptTime>,
    /// When the item was last written.
    pub updated_at: Option<KeptTime>,
}

/// An attribute that holds a time.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct KeptTime {
    pub attribute: &'static str,
    /// The time at these epoch milliseconds, as it is stored.
    pub value: fn(i64) -> Result<AttributeValue, Fault>,
}

impl ManagedAttributes {
    /// None.
    pub const NONE: ManagedAttributes = ManagedAttributes { version: None, created_at: None, updated_at: None };
}

impl ModelSchema {
    /// A model in a table.
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
            managed: ManagedAttributes::NONE,
            unique: &[],
        }
    }

    /// This model with the sources of its keys.
    #[doc(hidden)]
    pub const fn keys(mut self, hash: KeySource, range: Option<KeySource>, indexes: &'static [IndexKeys]) -> Self {
        self.keys = (hash, range);
        self.index_keys = indexes;
        self
    }

    /// This model with attributes that its items must have.
    #[doc(hidden)]
    pub const fn required(mut self, attributes: &'static [&'static str]) -> Self {
        self.required = attributes;
        self
    }

    /// This model with its fields.
    #[doc(hidden)]
    pub const fn fields(mut self, fields: &'static [FieldSchema]) -> Self {
        self.fields = fields;
        self
    }

    /// This model with attributes that operations keep up themselves.
    #[doc(hidden)]
    pub const fn managed(mut self, managed: ManagedAttributes) -> Self {
        self.managed = managed;
        self
    }

    /// This model with attributes whose values are used once.
    #[doc(hidden)]
    pub const fn unique(mut self, attributes: &'static [&'static str]) -> Self {
        self.unique = attributes;
        self
    }

    /// This model with an entity name, where its table has an entity attribute.
    #[doc(hidden)]
    pub const fn entity(mut self, name: &'static str, optional: bool) -> Self {
        if let Some(attribute) = self.table.entity {
            self.entity = Some(EntitySchema { attribute, name, optional });
        }
        self
    }

    /// This model with a TTL attribute.
    #[doc(hidden)]
    pub const fn ttl(mut self, attribute: &'static str) -> Self {
        self.ttl = Some(attribute);
        self
    }

    /// This model with attributes that are never shown.
    #[doc(hidden)]
    pub const fn sensitive(mut self, attributes: &'static [&'static str]) -> Self {
        self.sensitive = attributes;
        self
    }
}

impl ModelSchema {
    /// Whether the item says that it is of this model.
    pub(crate) fn owns(&self, item: &Item) -> bool {
        let Some(entity) = self.entity else { return true };
        match item.get(entity.attribute.name) {
            Some(AttributeValue::S(name)) => name == entity.name,
            Some(_) => false,
            None => entity.optional,
        }
    }
}

/// How an item says which model it is.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EntitySchema {
    /// The table's entity attribute.
    pub attribute: Name,
    /// What it holds for this model.
    pub name: &'static str,
    /// Whether an item without the attribute is taken for this model.
    pub optional: bool,
}
