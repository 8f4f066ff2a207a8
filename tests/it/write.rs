//! Writes of single items, and transactions of them.

mod adopted_versions;
mod conditional_indexes;
mod entities;
mod expired_blockers;
mod fitting;
mod index_keys;
mod nested;
mod nulls;
mod older_than_index;
mod optional;
mod outcomes;
mod parents;
mod read_back;
mod reservations;
mod retries_of_writes;
mod stale;
mod transaction_hooks;
mod transactions;
mod unique;
mod unique_older;
mod unique_scopes;
mod update_from;
mod updates;
mod upserts;
mod versions;
mod ways;
