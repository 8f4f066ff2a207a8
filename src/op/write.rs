//! Writes of single items, and transactions of them.
//!
//! ```text
//! save, delete, update, update_ttl, transaction::check     the builders that users see
//!   → Write::prepare        bytes, expressions and conditions of one item (`executor`, `guard`, `expiry`)
//!   → sent alone            `executor`, after removing an expired item that blocks it (`expired_blocker`)
//!   → or in a transaction   `transaction`, which also keeps unique values
//!   → the local value takes over version, timestamps and expiry
//! ```

pub(crate) mod delete;
pub(crate) mod executor;
pub(crate) mod expired_blocker;
pub(crate) mod expiry;
pub(crate) mod guard;
pub(crate) mod put;
pub(crate) mod refresh;
pub(crate) mod save;
pub(crate) mod transaction;
pub(crate) mod update;
pub(crate) mod update_ttl;
