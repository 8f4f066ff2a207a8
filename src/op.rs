//! Operations: values that are built, then awaited. Only this module sends requests.
//!
//! ```text
//! engine   what every request shares: context, sender, outcome, futures, errors
//! table    create, describe, verify and delete tables; enable TTL
//! write    writes of single items, and transactions of them
//! read     reads by key, queries, scans, statements, transactional reads
//! batch    many items: batch_get, batch_write, import, backfill
//! ```
//!
//! Arrows point one way: `table`, `write` → `engine`; `read` → `write`; `batch` → `read`.

pub(crate) mod batch;
pub(crate) mod engine;
pub(crate) mod read;
pub(crate) mod table;
pub(crate) mod write;

pub use batch::backfill::{
    AttributeDifference, Backfill, BackfillControl, BackfillFailure, BackfillProgress, BackfillReport, BackfillSample,
};
pub use batch::get::{BatchGet, Unread, batch_get};
pub use batch::import::{Import, ImportProgress, ImportSummary, ReadItems, import, read_items};
pub(crate) use batch::look_up::live as look_up;
pub use batch::options::BatchProgress;
pub use batch::write::{BatchItem, BatchKey, BatchWrite, Unprocessed, batch_write};
pub use engine::explain::RequestPlan;
pub use engine::follow_up::{FollowUp, RequestUnits};
pub use engine::future::OperationFuture;
pub use engine::meter::measure_cost;
pub use engine::outcome::Response;
pub use engine::vtable::ModelVTable;
pub use read::collection::{CollectionIndex, CollectionQuery, CollectionScan};
pub use read::count::Count;
pub use read::exists::Exists;
pub use read::get::Get;
pub use read::hydrated::Hydrated;
pub use read::indexed::Indexed;
pub use read::query::Query;
pub use read::reads::Reads;
pub use read::scan::Scan;
#[doc(hidden)]
pub use read::source::{DefaultQuery, Source, SourceOf};
pub use read::statement::{Statement, statement};
pub use read::stream::{ItemStream, PageStream};
pub use read::transact_get::{TransactGet, transact_get};
pub use read::undecided::{CanRead, HoldsEveryAttribute, NeedsSelectKeysOrHydrate, SelectKeysOrHydrateFirst};
pub use table::create::{CreateTable, create};
pub use table::definition::{IndexDefinition, TableDefinition};
pub use table::delete::DeleteTable;
pub use table::describe::{
    Billing, DescribeTable, IndexDescription, KeyDescription, ProjectionDescription, StreamDescription,
    TableDescription, TtlDescription, describe_named,
};
pub use table::enable_ttl::{EnableTtl, TtlStatus, enable_ttl};
pub use table::stream_view::StreamView;
pub use table::verify::{Difference, Pending, Verification, VerifyTable, verify};
pub use write::delete::{Delete, DeleteReturningOld};
pub use write::save::{Save, SaveReturningOld};
pub use write::transaction::{CancelReason, CancelledOperation, Check, Transaction, WriteOperation, transact_write};
pub use write::update::{SkipIfEmpty, Update};
pub use write::update_ttl::UpdateTtl;
