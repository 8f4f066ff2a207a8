//! Reads: by key, of a partition, of a whole table, by statement, and of several items in one transaction.
//!
//! ```text
//! query, scan, indexed, hydrated, collection    the public builders; each describes a `ReadRequest`
//!   → engine::prepare       determines client, key ranges, cursor and filter
//!   → engine::pager         one request at a time; `engine::page` refills pages, `engine::segments` runs in parallel
//!   → a sink                decodes items from the bytes of each response
//! get, exists, transact_get read by key and need none of these
//! ```

#![warn(clippy::large_futures)]

pub(crate) mod collection;
pub(crate) mod count;
pub(crate) mod engine;
pub(crate) mod exists;
pub(crate) mod get;
pub(crate) mod hydrated;
pub(crate) mod indexed;
pub(crate) mod key_requests;
pub(crate) mod query;
pub(crate) mod reads;
pub(crate) mod scan;
pub(crate) mod source;
pub(crate) mod statement;
pub(crate) mod stream;
pub(crate) mod transact_get;
pub(crate) mod undecided;
