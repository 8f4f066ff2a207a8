//! The public types of a described table.

use std::fmt;

use aws_sdk_dynamodb::types::{IndexStatus, TableStatus, TimeToLiveStatus};

use crate::key::KeyType;
use crate::op::table::stream_view::StreamView;

/// A live table as DynamoDB describes it; what [`DescribeTable`](crate::DescribeTable) gives.
///
/// The enums of states are the SDK's, which know states of the future by their name.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TableDescription {
    /// The table's name.
    pub name: String,
    /// The table's ARN.
    pub arn: Option<String>,
    /// Whether it is being created, active, ….
    pub status: TableStatus,
    /// How many items it has; DynamoDB counts about every six hours.
    pub items: u64,
    /// How large its items are together, in bytes; DynamoDB counts about every six hours.
    pub bytes: u64,
    /// The hash key: one attribute.
    pub hash_key: Vec<KeyDescription>,
    /// The range key: one attribute, or none.
    pub range_key: Vec<KeyDescription>,
    /// The secondary indexes, global and local, by their names.
    pub indexes: Vec<IndexDescription>,
    /// How requests are paid for.
    pub billing: Billing,
    /// Whether DynamoDB deletes expired items.
    pub ttl: TtlDescription,
    /// The stream of changes, where one is enabled.
    pub stream: Option<StreamDescription>,
    /// Whether DynamoDB refuses to delete the table.
    pub deletion_protection: bool,
}

impl TableDescription {
    /// The index of this name.
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
    /// Whether it is a local index, with the table's own hash key.
    pub local: bool,
    /// Whether it is being created, active, …; a local index is what its table is.
    pub status: Option<IndexStatus>,
    /// The attributes of the hash key, in their order: up to four in a global index.
    pub hash_key: Vec<KeyDescription>,
    /// The attributes of the range key, in their order.
    pub range_key: Vec<KeyDescription>,
    /// Which attributes it holds.
    pub projection: ProjectionDescription,
    /// How many items it has; DynamoDB counts about every six hours.
    pub items: u64,
    /// How large its items are together, in bytes; DynamoDB counts about every six hours.
    pub bytes: u64,
    /// Its own read and write units per second, where the table is provisioned.
    pub provisioned: Option<(u64, u64)>,
}

/// A key attribute of a live table or index. `Display` shows its name and type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyDescription {
    /// The attribute.
    pub attribute: String,
    /// Its type; `None` where DynamoDB has one that is unknown here.
    pub key_type: Option<KeyType>,
}

impl fmt::Display for KeyDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key_type {
            Some(key_type) => write!(f, "`{}` ({key_type:?})", self.attribute),
            None => write!(f, "`{}`", self.attribute),
        }
    }
}

/// Which attributes a live index holds. `Display` shows DynamoDB's words, such as `KEYS_ONLY`.
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

/// How requests to a table are paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Billing {
    /// For each request.
    OnDemand,
    /// For so many capacity units per second.
    #[non_exhaustive]
    Provisioned {
        /// The units for reads.
        read: u64,
        /// The units for writes.
        write: u64,
    },
}

/// Whether DynamoDB deletes expired items of a table, and by which attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TtlDescription {
    /// Enabled, disabled, or on the way there, which can take an hour.
    pub status: TimeToLiveStatus,
    /// The attribute that holds the expiry; `None` where TTL is disabled.
    pub attribute: Option<String>,
}

/// The stream of a table's changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamDescription {
    /// The stream's ARN, which event sources and the SDK's streams client ask for.
    pub arn: Option<String>,
    /// What its records hold; `None` where DynamoDB has a view that is unknown here.
    pub view: Option<StreamView>,
}
