//! Items that expire: TTL fields, policies, hiding and refreshing.

mod clocks;
mod field;
mod hidden;
mod options;
mod policy;
mod refresh;
