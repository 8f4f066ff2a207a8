//! When items expire.
//!
//! `policy` combines what the model's config, the client and the call say. `check` decides whether a stored item is
//! expired. Both are pure: operations pass the time in, and nothing here sends a request.

mod check;
mod policy;

pub(crate) use check::{ExpiryCheck, HiddenItems, epoch_seconds_of, expiry_of, read_expiry};
pub use policy::ExpiredItems;
pub(crate) use policy::{DefaultTtl, Lifecycle, TtlSettings};
#[cfg(feature = "cache")]
pub(crate) use policy::{check_refresh_after, refresh_pause};
