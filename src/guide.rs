//! Guides: each starts from a task and shows the parts of singlet that solve it together.

#[doc = include_str!("docs/expiring_data.md")]
pub mod expiring_data {}

#[cfg(feature = "registry")]
#[doc = include_str!("docs/registry.md")]
pub mod service_registry {}

#[doc = include_str!("docs/ways_to_write.md")]
pub mod ways_to_write {}
