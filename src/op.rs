//! The operations: values that are built, then awaited. The only place that sends requests.

mod batch;
mod batch_write;
mod call;
mod condition;
mod create_table;
mod delete;
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

pub use batch::BatchProgress;
pub use batch_write::{BatchWrite, Unprocessed, batch_write};
pub use condition::{IntoAttribute, RawCondition};
pub use create_table::CreateTable;
pub use delete::{Delete, DeleteReturningOld};
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
