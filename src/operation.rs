//! The operations by name, for hooks, observers and errors. Depends on nothing.

/// The kind of an operation, for hooks and observers.
///
/// ```
/// use singlet::{HookContext, Operation};
///
/// fn is_new(cx: &HookContext<'_>) -> bool {
///     cx.operation == Operation::Create
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// [`Model::save`](crate::Model::save).
    Save,
    /// [`Model::create`](crate::Model::create).
    Create,
    /// [`Model::delete`](crate::Model::delete).
    Delete,
    /// [`Model::get`](crate::Model::get).
    Get,
    /// [`Model::exists`](crate::Model::exists).
    Exists,
    /// [`Model::query`](crate::Model::query).
    Query,
    /// A count of the items that a query or scan would return.
    Count,
    /// [`Model::scan`](crate::Model::scan).
    Scan,
    /// A PartiQL statement.
    Statement,
    /// [`Model::update`](crate::Model::update), [`modify`](crate::Model::modify) and
    /// [`update_from`](crate::Model::update_from).
    Update,
    /// [`Model::upsert`](crate::Model::upsert).
    Upsert,
    /// [`Model::check`](crate::Model::check): a condition in a transaction.
    Check,
    /// [`batch_get`](crate::batch_get) and [`Model::batch_get`](crate::Model::batch_get).
    BatchGet,
    /// [`transact_write`](crate::transact_write).
    TransactWrite,
    /// [`transact_get`](crate::transact_get).
    TransactGet,
    /// [`Model::extend_ttl`](crate::Model::extend_ttl).
    ExtendTtl,
    /// [`Model::set_ttl`](crate::Model::set_ttl).
    SetTtl,
    /// The extension of an item's TTL after an access, if it is a separate request.
    RefreshTtl,
    /// [`batch_write`](crate::batch_write) and [`import`](crate::import).
    BatchWrite,
    /// [`Model::backfill`](crate::Model::backfill) and [`Table::backfill`](crate::Table::backfill).
    Backfill,
    /// [`Model::create_table`](crate::Model::create_table).
    CreateTable,
    /// [`Model::enable_ttl`](crate::Model::enable_ttl).
    EnableTtl,
    /// [`Table::describe_table`](crate::Table::describe_table) and `verify_table`.
    DescribeTable,
    /// [`Table::delete_table`](crate::Table::delete_table).
    DeleteTable,
}

impl Operation {
    /// Whether the operation is about a table and not about items, so that settings of items do not concern it.
    pub(crate) fn is_of_table(self) -> bool {
        use Operation::{CreateTable, DeleteTable, DescribeTable, EnableTtl};
        matches!(self, CreateTable | EnableTtl | DescribeTable | DeleteTable)
    }

    /// Whether it may read or write many items in several requests, so that the rate of a client limits it.
    pub(crate) fn is_bulk(self) -> bool {
        use Operation::{Backfill, BatchGet, BatchWrite, Count, Query, Scan, Statement};
        matches!(self, Query | Count | Scan | Statement | BatchGet | BatchWrite | Backfill)
    }
}
