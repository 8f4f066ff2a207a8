//! The operations: values that are built, then awaited. The only place that sends requests.

mod batch_write;
mod call;
mod condition;
mod create_table;
mod delete;
mod delete_table;
mod describe_table;
mod enable_ttl;
mod exists;
mod failure;
mod future;
mod get;
mod import;
mod put;
mod query;
mod request;
mod response;
mod retried;
mod save;
mod target;
mod update_ttl;
mod verify_table;
mod waiting;

pub use batch_write::{BatchWrite, batch_write};
pub use condition::{IntoAttribute, RawCondition};
pub use create_table::CreateTable;
pub use delete::{Delete, DeleteReturningOld};
pub use delete_table::DeleteTable;
pub use describe_table::{
    Billing, DescribeTable, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription,
    TableDescription, TtlDescription,
};
pub use enable_ttl::{EnableTtl, TtlStatus};
pub use exists::Exists;
pub(crate) use future::Done;
pub use future::{Detailed, OperationFuture};
pub use get::Get;
pub use import::{Import, ImportProgress, ImportSummary, import};
pub use query::Query;
pub use request::Request;
pub use response::Response;
pub use save::{Save, SaveReturningOld};
pub use update_ttl::UpdateTtl;
pub use verify_table::{Difference, Pending, Verification, VerifyTable};
