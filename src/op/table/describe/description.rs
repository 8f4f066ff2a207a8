//! The public types of a described table.

use std::fmt;

use aws_sdk_dynamodb::types::{IndexStatus, TableStatus, TimeToLiveStatus};

use crate::key::KeyType;
use crate::op::table::stream_view::StreamView;

/// A live table as DynamoDB describes it. Returned by [`DescribeTable`](crate::DescribeTable).
///
/// The states are the SDK's enums, which represent states of future versions by name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TableDescription {
    /// The table's name.
    pub name: String,
    /// The table's ARN.
    pub arn: Option<String>,
    /// The state of the table: creating, active and so on.
    pub status: TableStatus,
    /// The number of items, which DynamoDB updates about every six hours.
    pub items: u64,
    /// The total size of the items in bytes, which DynamoDB updates about every six hours.
    pub bytes: u64,
    /// The hash key, which has one attribute.
    pub hash_key: Vec<KeyDescription>,
    /// The range key, which has one attribute or none.
    pub range_key: Vec<KeyDescription>,
    /// The secondary indexes, both global and local, sorted by name.
    pub indexes: Vec<IndexDescription>,
    /// How requests are billed.
    pub billing: Billing,
    /// Whether DynamoDB deletes expired items.
    pub ttl: TtlDescription,
    /// The stream of changes, if one is enabled.
    pub stream: Option<StreamDescription>,
    /// Whether deletion protection is enabled.
    pub deletion_protection: bool,
}

impl TableDescription {
    /// Returns the index with this name.
    ///
    /// ```
    /// # use singlet::{Client, Table};
    /// use singlet::tables::ProjectionDescription;
    ///
    /// #[derive(Table)]
    /// #[table(name = "shop", hash_key = "pk", index(name = "gsi1", hash_key = "email", projection = "keys_only"))]
    /// struct Shop;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # let client = Client::embedded();
    /// # Shop::create_table().client(&client).await?;
    /// let table = Shop::describe_table().client(&client).await?;
    /// let index = table.index("gsi1").unwrap();
    /// assert_eq!(index.hash_key[0].attribute, "email");
    /// assert_eq!(index.projection, ProjectionDescription::KeysOnly);
    /// # Ok(())
    /// # }
    /// ```
    pub fn index(&self, name: &str) -> Option<&IndexDescription> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

/// A secondary index of a live table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct IndexDescription {
    /// The index's name.
    pub name: String,
    /// Whether the index is local, with the table's own hash key.
    pub local: bool,
    /// The state of the index: creating, active and so on. A local index has the state of its table.
    pub status: Option<IndexStatus>,
    /// The attributes of the hash key in order. A global index has up to four.
    pub hash_key: Vec<KeyDescription>,
    /// The attributes of the range key in order.
    pub range_key: Vec<KeyDescription>,
    /// Which attributes the index contains.
    pub projection: ProjectionDescription,
    /// The number of items, which DynamoDB updates about every six hours.
    pub items: u64,
    /// The total size of the items in bytes, which DynamoDB updates about every six hours.
    pub bytes: u64,
    /// The index's own read and write units per second, if the table is provisioned.
    pub provisioned: Option<(u64, u64)>,
}

/// A key attribute of a live table or index. `Display` shows its name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDescription {
    /// The attribute's name.
    pub attribute: String,
    /// The attribute's type, or `None` if DynamoDB returns an unknown one.
    pub key_type: Option<KeyType>,
}

impl fmt::Display for KeyDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key_type {
            Some(key_type) => write!(f, "`{}` ({})", self.attribute, key_type.as_str()),
            None => write!(f, "`{}`", self.attribute),
        }
    }
}

/// Which attributes a live index contains. `Display` shows DynamoDB's terms, such as `KEYS_ONLY`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProjectionDescription {
    /// All attributes of the item.
    All,
    /// The keys of the table and of the index.
    KeysOnly,
    /// The keys and these attributes, sorted by name.
    Include(Vec<String>),
}

impl fmt::Display for ProjectionDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProjectionDescription::All => f.write_str("ALL"),
            ProjectionDescription::KeysOnly => f.write_str("KEYS_ONLY"),
            ProjectionDescription::Include(names) => write!(f, "INCLUDE ({})", names.join(", ")),
        }
    }
}

/// How requests to a table are billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Billing {
    /// Each request is billed.
    OnDemand,
    /// The given capacity units per second are billed.
    #[non_exhaustive]
    Provisioned {
        /// The read units.
        read: u64,
        /// The write units.
        write: u64,
    },
}

/// Whether DynamoDB deletes expired items of a table, and by which attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TtlDescription {
    /// Whether TTL is enabled, disabled or changing, which can take an hour.
    pub status: TimeToLiveStatus,
    /// The attribute that contains the expiry, or `None` if TTL is disabled.
    pub attribute: Option<String>,
}

/// The stream of a table's changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamDescription {
    /// The stream's ARN, which event sources and the SDK's streams client need.
    pub arn: Option<String>,
    /// What the records contain, or `None` if DynamoDB returns an unknown view.
    pub view: Option<StreamView>,
}
