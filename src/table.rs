//! The trait of tables that many models share.

use crate::ModelConfig;
use crate::key::{KeyParts, KeySource};
use crate::op::{CreateTable, DeleteTable, DescribeTable, VerifyTable};
use crate::schema::{IndexSchema, TableSchema};

/// A physical table: key names, indexes, TTL attribute, entity attribute. Derive it on a unit struct;
/// see [`derive@crate::Table`] for the attributes.
///
/// ```
/// use singlet::Table;
///
/// #[derive(Table)]
/// #[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
/// struct Shop;
///
/// assert_eq!(Shop::SCHEMA.name, "shop");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "add `#[derive(Table)]` and `#[table(name = \"..\", hash_key = \"..\")]` to it"
)]
pub trait Table: 'static {
    /// The keys, indexes and named attributes of the table.
    const SCHEMA: &'static TableSchema;

    /// Creates the table, with its indexes and TTL, and waits until it can be used. See [`CreateTable`].
    fn create_table() -> CreateTable {
        CreateTable::new(ModelConfig::new(Self::SCHEMA.name), Self::SCHEMA, None)
    }

    /// Describes the live table: keys, indexes, size, billing, TTL and stream. See [`DescribeTable`].
    fn describe_table() -> DescribeTable {
        DescribeTable::new(ModelConfig::new(Self::SCHEMA.name), None)
    }

    /// Compares the live table with this definition: keys, indexes and TTL. See [`VerifyTable`].
    fn verify_table() -> VerifyTable {
        VerifyTable::new(ModelConfig::new(Self::SCHEMA.name), Self::SCHEMA)
    }

    /// Deletes the table and all its items, once confirmed, and waits until it is gone. See [`DeleteTable`].
    fn delete_table() -> DeleteTable {
        DeleteTable::new(ModelConfig::new(Self::SCHEMA.name), None)
    }
}

/// An index of a table, found by the hash of its name: a model knows the name and no more.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "table `{Self}` has no index of this name",
    label = "no such index in `{Self}`",
    note = "the indexes of a table are listed in its `#[table(index(name = \"..\", hash_key = \"..\"))]`"
)]
pub trait NamedIndex<const HASH: u64> {
    /// The index.
    const INDEX: IndexSchema;
    /// The type that stands for it.
    type Index: Index;
}

/// A secondary index of a table: the type of a constant such as `Shop::GSI1`, which the derive makes.
#[diagnostic::on_unimplemented(message = "`{Self}` is not an index", label = "expected an index, such as `Shop::GSI1`")]
pub trait Index: Copy + Send + 'static {
    /// The keys of the index and what it holds.
    const SCHEMA: IndexSchema;

    /// `All`, or `Partial` where the index does not hold every attribute.
    #[doc(hidden)]
    type Coverage;
}

/// An index that the model `M` has keys in.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an index of `{M}`",
    label = "`{M}` has no keys in this index",
    note = "add `#[model(index(<name>, hash_key = \"..\"))]` to `{M}`"
)]
pub trait IndexOf<M>: Index {
    /// The values of the placeholders of the hash key's template: a tuple. Where the key is several attributes,
    /// the placeholders and fields of all.
    type HashParts: KeyParts + Send + 'static;

    /// The values of the placeholders of the range key's template: a tuple.
    type RangeParts: KeyParts + Send + 'static;

    #[doc(hidden)]
    const HASH: &'static [KeySource];
    #[doc(hidden)]
    const RANGE: &'static [KeySource];
}

/// What can be read consistently: the table, and local indexes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a global secondary index cannot be read consistently",
    label = "`{Self}` is a global index",
    note = "read it without `.consistent()`, or query the table itself"
)]
pub trait ConsistentRead {}

/// The table itself, where an index could stand.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Primary;

impl ConsistentRead for Primary {}

/// An index that holds every attribute.
#[doc(hidden)]
#[derive(Debug)]
pub enum All {}

/// An index that holds some attributes.
#[doc(hidden)]
#[derive(Debug)]
pub enum Partial {}

/// The hash of an index name (FNV-1a).
#[doc(hidden)]
pub const fn name_hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}
