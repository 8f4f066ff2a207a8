//! Writes of single items, and transactions of several writes.
//!
//! ```text
//! save, delete, update, update_ttl, transaction::check     the public builders
//!   → Write::prepare        bytes, expressions and conditions of one item (`executor`, `guard`, `expiry`)
//!   → sent alone            `executor`, which removes an expired item that blocks the write (`optional`, `expired_blocker`)
//!   → or in a transaction   `transaction`, which also writes the sentinels of unique values
//!   → the local value receives version, timestamps and expiry
//! ```

pub(crate) mod delete;
pub(crate) mod executor;
pub(crate) mod expired_blocker;
pub(crate) mod expiry;
pub(crate) mod guard;
pub(crate) mod optional;
pub(crate) mod own_items;
pub(crate) mod put;
pub(crate) mod refresh;
pub(crate) mod save;
pub(crate) mod transaction;
pub(crate) mod update;
pub(crate) mod update_ttl;
