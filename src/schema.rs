//! What the derives know about tables and models, as constants.
//!
//! `#[derive(Table)]` and `#[derive(Model)]` write these constants; operations read them. Programs can read them too, for
//! example to list the indexes of a table.

mod declaration;
mod fields;
pub(crate) mod generated;
mod identity;
pub(crate) mod index_only;
mod key_literal;
pub(crate) mod numbered;

pub(crate) use generated::{FieldSchema, IndexKeys, ManagedAttributes, ManagedTime, Membership, UniqueSchema};
pub(crate) use index_only::IndexOnlyField;
pub(crate) use numbered::SchemaNumber;

use crate::key::{KeySource, KeyType};
pub use crate::wire::name::Name;

/// The schema of a table: its keys, indexes, TTL attribute and entity attribute. Written by `#[derive(Table)]`.
///
/// ```
/// use singlet::Table;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", index(name = "by_email", hash_key = "email"))]
/// struct Shop;
///
/// let schema = Shop::SCHEMA;
/// assert_eq!((schema.name, schema.hash_key.attribute.name, schema.ttl), ("shop", "pk", Some("expires_at")));
/// assert_eq!(schema.indexes[0].name, "by_email");
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TableSchema {
    /// The table's declared name. A client can have [another](crate::ClientBuilder::table_name) for it, and a
    /// [`ModelConfig`](crate::ModelConfig) can set one for a model.
    pub name: &'static str,
    /// The hash key (partition key).
    pub hash_key: KeySchema,
    /// The range key (sort key).
    pub range_key: Option<KeySchema>,
    /// The secondary indexes.
    pub indexes: &'static [IndexSchema],
    /// The TTL attribute, which holds the expiry in epoch seconds.
    pub ttl: Option<&'static str>,
    /// The attribute that names an item's entity.
    pub entity: Option<Name>,
    /// The attribute that holds the schema number of an item: `_schema`, unless the table names another.
    pub schema_attribute: Name,
}

impl TableSchema {
    /// A table with a hash key, and without indexes, TTL attribute and entity attribute.
    // Builder methods instead of a struct literal: the struct can gain fields without breaking generated code.
    #[doc(hidden)]
    pub const fn new(name: &'static str, hash_key: KeySchema) -> Self {
        TableSchema {
            name,
            hash_key,
            range_key: None,
            indexes: &[],
            ttl: None,
            entity: None,
            schema_attribute: numbered::DEFAULT_ATTRIBUTE,
        }
    }

    /// Adds a range key.
    #[doc(hidden)]
    pub const fn range_key(mut self, key: KeySchema) -> Self {
        self.range_key = Some(key);
        self
    }

    /// Sets the secondary indexes.
    #[doc(hidden)]
    pub const fn indexes(mut self, indexes: &'static [IndexSchema]) -> Self {
        self.indexes = indexes;
        self
    }

    /// Sets the TTL attribute.
    #[doc(hidden)]
    pub const fn ttl(mut self, attribute: &'static str) -> Self {
        self.ttl = Some(attribute);
        self
    }

    /// Sets the entity attribute.
    #[doc(hidden)]
    pub const fn entity(mut self, attribute: Name) -> Self {
        self.entity = Some(attribute);
        self
    }

    /// Sets the attribute of the schema number.
    #[doc(hidden)]
    pub const fn schema_attribute(mut self, attribute: Name) -> Self {
        self.schema_attribute = attribute;
        self
    }
}

/// A key attribute of a table or an index.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct KeySchema {
    /// The name of the attribute.
    pub attribute: Name,
    /// The type of the attribute.
    pub key_type: KeyType,
}

impl KeySchema {
    /// A key attribute.
    #[doc(hidden)]
    pub const fn new(attribute: Name, key_type: KeyType) -> Self {
        KeySchema { attribute, key_type }
    }
}

/// The schema of a secondary index.
#[doc(alias("GlobalSecondaryIndex", "LocalSecondaryIndex"))]
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct IndexSchema {
    /// The index's name.
    pub name: &'static str,
    /// Whether the index is a local one, which shares the hash key of the table.
    pub local: bool,
    /// The hash key (partition key).
    pub hash_key: KeySchema,
    /// The range key (sort key).
    pub range_key: Option<KeySchema>,
    /// The further attributes of a multi-attribute hash key.
    pub more_hash_keys: &'static [KeySchema],
    /// The further attributes of a multi-attribute range key.
    pub more_range_keys: &'static [KeySchema],
    /// Which attributes the index contains.
    pub projection: IndexProjection,
    /// The constant of the table's struct that names the index, such as `GSI1`.
    #[doc(hidden)]
    pub constant: &'static str,
}

impl IndexSchema {
    /// An index with at most one attribute per key.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        local: bool,
        hash_key: KeySchema,
        range_key: Option<KeySchema>,
        projection: IndexProjection,
    ) -> Self {
        let (more_hash_keys, more_range_keys) = (&[], &[]);
        IndexSchema { name, local, hash_key, range_key, more_hash_keys, more_range_keys, projection, constant: "" }
    }

    /// Sets the name of the constant.
    #[doc(hidden)]
    pub const fn constant(mut self, constant: &'static str) -> Self {
        self.constant = constant;
        self
    }

    /// Adds further key attributes. A global index has at most four for each key.
    #[doc(hidden)]
    pub const fn more_keys(mut self, hash: &'static [KeySchema], range: &'static [KeySchema]) -> Self {
        self.more_hash_keys = hash;
        self.more_range_keys = range;
        self
    }

    /// The attributes of the hash key, in order.
    ///
    /// ```
    /// # use singlet::Table;
    /// # #[derive(Table)]
    /// # #[table(name = "shop", hash_key = "pk", index(name = "by_email", hash_key = "email"))]
    /// # struct Shop;
    /// let names: Vec<&str> = Shop::SCHEMA.indexes[0].hash_keys().map(|key| key.attribute.name).collect();
    /// assert_eq!(names, ["email"]);
    /// ```
    pub fn hash_keys(&self) -> impl Iterator<Item = &KeySchema> {
        std::iter::once(&self.hash_key).chain(self.more_hash_keys)
    }

    /// The attributes of the range key, in order; none if the index has no range key.
    ///
    /// ```
    /// # use singlet::Table;
    /// # #[derive(Table)]
    /// # #[table(name = "shop", hash_key = "pk", index(name = "by_email", hash_key = "email"))]
    /// # struct Shop;
    /// assert_eq!(Shop::SCHEMA.indexes[0].range_keys().count(), 0);
    /// ```
    pub fn range_keys(&self) -> impl Iterator<Item = &KeySchema> {
        self.range_key.iter().chain(self.more_range_keys)
    }
}

/// Which attributes a secondary index contains.
#[doc(alias = "ProjectionType")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IndexProjection {
    /// All attributes of the item.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys of the table and of the index, and these attributes.
    Include(&'static [&'static str]),
}

/// The schema of a model: its names and its table. Written by `#[derive(Model)]`.
// Not `#[non_exhaustive]`: the derive writes a struct expression. Other code does not name the hidden fields.
#[derive(Debug, Clone, Copy)]
pub struct ModelSchema {
    /// The name of the struct in Rust.
    pub model: &'static str,
    /// The table.
    pub table: &'static TableSchema,
    /// The value of the entity attribute for this model; `None` if the table has no entity attribute.
    pub entity: Option<EntitySchema>,
    /// The TTL attribute, if the model has one.
    pub ttl: Option<&'static str>,
    /// The attributes whose values are never shown, including the keys that are made from them.
    pub sensitive: &'static [&'static str],
    /// The sources of the hash key and of the range key, if there is one.
    #[doc(hidden)]
    pub keys: (KeySource, Option<KeySource>),
    /// The sources of the model's index keys.
    #[doc(hidden)]
    pub index_keys: &'static [IndexKeys],
    /// The fields that are stored as attributes.
    #[doc(hidden)]
    pub fields: &'static [FieldSchema],
    /// The fields whose values only keys of indexes hold.
    #[doc(hidden)]
    pub index_only: &'static [IndexOnlyField],
    /// The attributes that writes maintain.
    #[doc(hidden)]
    pub managed: ManagedAttributes,
    /// The attributes whose values are unique among the items of the model.
    #[doc(hidden)]
    pub unique: &'static [UniqueSchema],
    /// The attribute by which a write recognizes what it stored itself.
    #[doc(hidden)]
    pub write_mark: Option<&'static str>,
    /// The schema number of the model's items.
    #[doc(hidden)]
    pub number: Option<SchemaNumber>,
}

impl ModelSchema {
    /// The attributes without which an item cannot be read as this model, in the order of the fields.
    #[doc(hidden)]
    pub fn required(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.fields.iter().filter(|field| field.required).map(|field| field.attribute)
    }

    /// Whether singlet writes the attribute although it is not a field: the keys, the entity, the TTL, the write mark and the
    /// schema number.
    pub(crate) fn writes(&self, attribute: &str) -> bool {
        let keys =
            [Some(self.table.hash_key), self.table.range_key].into_iter().flatten().map(|key| key.attribute.name);
        let index_keys = self.index_keys.iter().flat_map(|index| index.keys).map(|key| match key {
            KeySource::Field(name) => name.name,
            KeySource::Template(template) => template.attribute.name,
        });
        let entity = self.table.entity.map(|entity| entity.name);
        let number = self.number.map(|number| number.attribute.name);
        let own = [entity, self.table.ttl, self.ttl, self.write_mark, number].into_iter().flatten();
        keys.chain(index_keys).chain(own).any(|name| name == attribute)
    }
}

/// How an item names its model.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct EntitySchema {
    /// The table's entity attribute.
    pub attribute: Name,
    /// The value of the attribute for this model.
    pub name: &'static str,
    /// Further values that items of this model have, from before the entity was renamed. No write stores them.
    pub aliases: &'static [&'static str],
    /// Whether an item without the attribute belongs to this model.
    pub optional: bool,
}

impl EntitySchema {
    /// Whether an item with this value of the attribute belongs to the model.
    pub(crate) fn is_named(&self, value: &str) -> bool {
        self.name == value || self.aliases.contains(&value)
    }
}
