//! A table's definition that is built at run time, for tables without a derive.

use crate::key::KeyType;
use crate::op::table::describe::{KeyDescription, ProjectionDescription};
use crate::schema::{IndexProjection, IndexSchema, KeySchema, TableSchema};

/// The definition of a table, built at run time. Pass it to [`tables::create`](crate::tables::create) or
/// [`tables::verify`](crate::tables::verify).
///
/// ```
/// use singlet::key::KeyType;
/// use singlet::tables::{IndexDefinition, ProjectionDescription, TableDefinition};
///
/// let shop = TableDefinition::new("pk", KeyType::S)
///     .range_key("sk", KeyType::S)
///     .index(IndexDefinition::global("gsi1").hash_key("email", KeyType::S).projection(ProjectionDescription::KeysOnly))
///     .ttl("expires_at");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableDefinition {
    /// The hash key, which has one attribute.
    pub hash_key: Vec<KeyDescription>,
    /// The range key, which has one attribute or none.
    pub range_key: Vec<KeyDescription>,
    /// The secondary indexes.
    pub indexes: Vec<IndexDefinition>,
    /// The TTL attribute, or `None` if TTL is disabled.
    pub ttl: Option<String>,
    /// Whether the definition describes the whole table or only what one user of the table needs.
    pub(super) is_whole: bool,
}

impl TableDefinition {
    /// Creates the definition of a table with only a hash key.
    pub fn new(hash_key: impl Into<String>, key_type: KeyType) -> Self {
        let hash_key = vec![key(hash_key, key_type)];
        TableDefinition { hash_key, range_key: Vec::new(), indexes: Vec::new(), ttl: None, is_whole: true }
    }

    /// The hash key of an index: a local one shares that of the table.
    pub(super) fn hash_key_of<'a>(&'a self, index: &'a IndexDefinition) -> &'a [KeyDescription] {
        if index.is_local { &self.hash_key } else { &index.hash_key }
    }

    /// The key attributes of the table and of its indexes.
    pub(super) fn keys(&self) -> impl Iterator<Item = &KeyDescription> {
        let of_indexes = self.indexes.iter().flat_map(|index| self.hash_key_of(index).iter().chain(&index.range_key));
        self.hash_key.iter().chain(&self.range_key).chain(of_indexes)
    }

    /// Adds a range key.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// use singlet::tables::TableDefinition;
    /// let shop = TableDefinition::new("pk", KeyType::S).range_key("sk", KeyType::S);
    /// ```
    pub fn range_key(mut self, attribute: impl Into<String>, key_type: KeyType) -> Self {
        self.range_key = vec![key(attribute, key_type)];
        self
    }

    /// Adds an index.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// use singlet::tables::{IndexDefinition, TableDefinition};
    /// let by_email = IndexDefinition::global("by_email").hash_key("email", KeyType::S);
    /// let shop = TableDefinition::new("pk", KeyType::S).index(by_email);
    /// ```
    pub fn index(mut self, index: IndexDefinition) -> Self {
        self.indexes.push(index);
        self
    }

    /// Requires TTL to be enabled on the attribute.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// use singlet::tables::TableDefinition;
    /// let sessions = TableDefinition::new("token", KeyType::S).ttl("expires_at");
    /// ```
    pub fn ttl(mut self, attribute: impl Into<String>) -> Self {
        self.ttl = Some(attribute.into());
        self
    }

    /// Makes the definition partial. Additional indexes are then not a difference, and neither is a TTL attribute if
    /// the definition names none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::key::KeyType;
    /// use singlet::tables::{self, TableDefinition};
    /// let needed = TableDefinition::new("pk", KeyType::S).range_key("sk", KeyType::S).at_least();
    /// assert!(tables::verify("shop", needed).await?.is_match());
    /// # Ok(()) }) }
    /// ```
    pub fn at_least(mut self) -> Self {
        self.is_whole = false;
        self
    }

    pub(crate) fn of(schema: &TableSchema) -> Self {
        TableDefinition {
            hash_key: described([&schema.hash_key]),
            range_key: described(&schema.range_key),
            indexes: schema.indexes.iter().map(IndexDefinition::of).collect(),
            ttl: schema.ttl.map(str::to_owned),
            is_whole: true,
        }
    }
}

/// A secondary index of a [`TableDefinition`]. It contains all attributes, unless [`projection`](Self::projection) is
/// set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexDefinition {
    /// The index's name.
    pub name: String,
    /// Whether the index is local.
    pub is_local: bool,
    /// The attributes of the hash key in order; none for a local index, whose hash key is that of its table.
    pub hash_key: Vec<KeyDescription>,
    /// The attributes of the range key in order.
    pub range_key: Vec<KeyDescription>,
    /// Which attributes the index contains.
    pub projection: ProjectionDescription,
}

impl IndexDefinition {
    /// Creates a global index without keys.
    pub fn global(name: impl Into<String>) -> Self {
        IndexDefinition {
            name: name.into(),
            is_local: false,
            hash_key: Vec::new(),
            range_key: Vec::new(),
            projection: ProjectionDescription::All,
        }
    }

    /// Creates a local index without a range key. Its hash key is that of its table.
    pub fn local(name: impl Into<String>) -> Self {
        IndexDefinition { is_local: true, ..Self::global(name) }
    }

    /// Adds an attribute to the hash key. A global index has up to four.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// use singlet::tables::IndexDefinition;
    /// let by_email = IndexDefinition::global("by_email").hash_key("email", KeyType::S);
    /// ```
    pub fn hash_key(mut self, attribute: impl Into<String>, key_type: KeyType) -> Self {
        self.hash_key.push(key(attribute, key_type));
        self
    }

    /// Adds an attribute to the range key. A global index has up to four.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// use singlet::tables::IndexDefinition;
    /// let by_date = IndexDefinition::local("by_date").range_key("date", KeyType::S);
    /// ```
    pub fn range_key(mut self, attribute: impl Into<String>, key_type: KeyType) -> Self {
        self.range_key.push(key(attribute, key_type));
        self
    }

    /// Sets which attributes the index contains.
    ///
    /// ```
    /// use singlet::key::KeyType;
    /// use singlet::tables::{IndexDefinition, ProjectionDescription};
    /// let by_email = IndexDefinition::global("by_email").hash_key("email", KeyType::S);
    /// let by_email = by_email.projection(ProjectionDescription::Include(vec!["name".into()]));
    /// ```
    pub fn projection(mut self, projection: ProjectionDescription) -> Self {
        self.projection = projection;
        self
    }

    fn of(schema: &IndexSchema) -> Self {
        IndexDefinition {
            name: schema.name.to_owned(),
            is_local: schema.local,
            hash_key: if schema.local { Vec::new() } else { described(schema.hash_keys()) },
            range_key: described(schema.range_keys()),
            projection: match schema.projection {
                IndexProjection::All => ProjectionDescription::All,
                IndexProjection::KeysOnly => ProjectionDescription::KeysOnly,
                IndexProjection::Include(names) => {
                    ProjectionDescription::Include(names.iter().map(|&name| name.to_owned()).collect())
                }
            },
        }
    }
}

fn key(attribute: impl Into<String>, key_type: KeyType) -> KeyDescription {
    KeyDescription { attribute: attribute.into(), key_type: Some(key_type) }
}

fn described<'a>(keys: impl IntoIterator<Item = &'a KeySchema>) -> Vec<KeyDescription> {
    keys.into_iter().map(|schema| key(schema.attribute.name, schema.key_type)).collect()
}
