//! The look-up in the table of items whose expiry an index does not hold.
//!
//! This module defines only its signature: the batch read behind it depends on this engine.

use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::vtable::ModelVTable;
use crate::{Item, Result};

/// A request to look up items by their key attributes.
pub(crate) struct LookUp<'a> {
    pub(crate) call: &'a Context,
    pub(crate) model: &'static ModelVTable,
    pub(crate) consistent: bool,
    /// Whether the service reports the consumed capacity.
    pub(crate) detailed: bool,
    pub(crate) keys: &'a [Item],
}

/// Sends the look-up, a batch of reads. Returns whether each item is live, and the metadata of the requests.
pub(crate) type LookUpFn = for<'a> fn(LookUp<'a>) -> BoxFuture<'a, Result<(Vec<bool>, RequestFacts)>>;
