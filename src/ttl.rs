//! When items expire: what config, client and call say together, and whether a stored item has expired. Sends nothing.

mod check;
mod policy;

pub(crate) use check::{ExpiryCheck, ExpiryCheckFn, epoch_seconds_of, expiry_of, read_expiry};
pub use policy::ExpiredItems;
pub(crate) use policy::{DefaultTtl, Lifecycle, Settings};
