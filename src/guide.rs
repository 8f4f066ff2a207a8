//! Longer texts: what the parts are for together.

#[doc = include_str!("docs/expiring_data.md")]
pub mod expiring_data {}
