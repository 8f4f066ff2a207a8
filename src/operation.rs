//! The operations by name, for hooks, observers and errors. Depends on nothing.

/// Which operation a hook runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// A count of what a query or scan would return.
    Count,
    /// [`Model::scan`](crate::Model::scan).
    Scan,
    /// A PartiQL statement.
    Statement,
    /// [`Model::update`](crate::Model::update) and the update of an instance.
    Update,
    /// [`Model::upsert`](crate::Model::upsert).
    Upsert,
    /// A condition inside a transaction.
    Check,
    /// [`batch_get`](crate::batch_get).
    BatchGet,
    /// [`transaction`](crate::transact_write).
    TransactWrite,
    /// [`transact_get`](crate::transact_get).
    TransactGet,
    /// [`Model::extend_ttl`](crate::Model::extend_ttl).
    ExtendTtl,
    /// [`Model::set_ttl`](crate::Model::set_ttl).
    SetTtl,
    /// The refresh of an item's life after a read, where it is a request of its own.
    RefreshTtl,
    /// [`import`](crate::import) and other batches of writes.
    BatchWrite,
    /// [`Model::create_table`](crate::Model::create_table).
    CreateTable,
    /// [`Model::enable_ttl`](crate::Model::enable_ttl).
    EnableTtl,
    /// [`Table::describe_table`](crate::Table::describe_table) and `verify_table`.
    DescribeTable,
    /// [`Table::delete_table`](crate::Table::delete_table).
    DeleteTable,
}
