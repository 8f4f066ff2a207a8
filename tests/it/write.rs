//! Writes of single items, and transactions of them.

mod adopted_versions;
mod entities;
mod index_keys;
mod retries_of_writes;
mod transaction_hooks;
mod transactions;
mod unique;
mod update_from;
mod updates;
mod upserts;
mod versions;
