//! Guides: each starts from a task and shows the parts of singlet that solve it together.
//!
//! | to … | read |
//! |---|---|
//! | learn singlet | [`first_hour`], then [`modelling`] |
//! | find a short answer | [`recipes`] |
//! | translate what you know from another library | [`coming_from`] |
//! | write and read | [`ways_to_write`], [`races`], [`reading`], [`batches_and_transactions`] |
//! | expire data, cache it, find services | [`expiring_data`], and the modules `cache`, `registry` and `kv` with their features |
//! | build a web service | [`errors_in_a_web_service`], [`pages_over_http`] |
//! | test | [`testing`] |
//! | show the keys and access patterns of a table | [`documents`] |
//! | join a table that exists | [`existing_tables`] |
//! | change models whose items are stored | [`changing_models`] |
//! | deploy and operate | [`deployment`], [`observability`], [`costs`], [`performance`] |

pub mod coming_from;
pub mod recipes;

#[doc = include_str!("docs/first_hour.md")]
pub mod first_hour {}

#[doc = include_str!("docs/modelling.md")]
pub mod modelling {}

#[doc = include_str!("docs/races.md")]
pub mod races {}

#[doc = include_str!("docs/reading.md")]
pub mod reading {}

#[doc = include_str!("docs/batches_and_transactions.md")]
pub mod batches_and_transactions {}

#[doc = include_str!("docs/documents.md")]
pub mod documents {}

#[doc = include_str!("docs/shop_chart.md")]
pub mod shop_chart {}

#[doc = include_str!("docs/existing_tables.md")]
pub mod existing_tables {}

#[doc = include_str!("docs/changing_models.md")]
pub mod changing_models {}

#[doc = include_str!("docs/expiring_data.md")]
pub mod expiring_data {}

#[doc = include_str!("docs/errors_in_a_web_service.md")]
pub mod errors_in_a_web_service {}

#[doc = include_str!("docs/pages_over_http.md")]
pub mod pages_over_http {}

#[cfg(feature = "registry")]
#[doc = include_str!("docs/registry.md")]
pub mod service_registry {}

#[doc = include_str!("docs/testing.md")]
pub mod testing {}

#[doc = include_str!("docs/ways_to_write.md")]
pub mod ways_to_write {}

#[doc = include_str!("docs/deployment.md")]
pub mod deployment {}

#[doc = include_str!("docs/costs.md")]
pub mod costs {}

#[doc = include_str!("docs/performance.md")]
pub mod performance {}

#[doc = include_str!("docs/observability.md")]
pub mod observability {}
