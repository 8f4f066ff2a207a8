//! The operations: values that are built, then awaited. The only place that sends requests.

mod batch;
mod batch_get;
mod batch_write;
mod call;
mod collection;
mod create_table;
mod delete;
mod delete_table;
mod describe_table;
mod enable_ttl;
mod exists;
mod expiry;
mod failure;
mod future;
mod get;
mod guard;
mod hydrated;
mod import;
mod indexed;
mod put;
mod query;
mod read;
mod read_together;
mod reads;
mod refresh;
mod request;
mod response;
mod retried;
mod save;
mod scan;
mod statement;
mod sweep;
mod target;
mod transaction;
mod unique;
mod update;
mod update_ttl;
mod verify_table;
mod waiting;
mod write;

pub use batch::BatchProgress;
pub use batch_get::{BatchGet, Unread, batch_get};
pub use batch_write::{BatchWrite, Unprocessed, batch_write};
pub use collection::{CollectionFuture, CollectionIndex, CollectionPageFuture, CollectionQuery};
pub use create_table::CreateTable;
pub use delete::{Delete, DeleteReturningOld};
pub use delete_table::DeleteTable;
pub use describe_table::{
    Billing, DescribeTable, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription,
    TableDescription, TtlDescription, describe_named,
};
pub use enable_ttl::{EnableTtl, TtlStatus, enable_ttl};
pub use exists::Exists;
pub(crate) use future::Done;
pub use future::{Detailed, OperationFuture};
pub use get::Get;
pub use hydrated::Hydrated;
pub use import::{Import, ImportProgress, ImportSummary, import};
pub use indexed::Indexed;
pub use query::Query;
#[doc(hidden)]
pub use read::{CoverOf, Covers, NeedsSelectKeysOrHydrate, Source, SourceOf};
pub use read::{ItemStream, PageFuture, PageStream};
pub(crate) use read::{Kind, Subject};
pub use read_together::{ReadTogether, read_together};
pub use reads::{Reads, ReadsFuture};
pub use request::Request;
pub use response::Response;
pub use save::{Save, SaveReturningOld};
pub use scan::Scan;
pub use statement::{Statement, statement};
pub use transaction::{CancelReason, CancelledOperation, Check, Transaction, WriteOperation, transaction};
pub use update::Update;
pub use update_ttl::UpdateTtl;
pub use verify_table::{Difference, IndexDefinition, Pending, TableDefinition, Verification, VerifyTable, verify};
