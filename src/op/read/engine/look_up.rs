//! What a read of an index asks of the table: whether items are live whose expiry the index does not hold.

use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::vtable::ModelVTable;
use crate::{Item, Result};

/// The items to look up, by their key attributes.
pub(crate) struct LookUp<'a> {
    pub(crate) call: &'a Context,
    pub(crate) model: &'static ModelVTable,
    pub(crate) consistent: bool,
    /// Whether the service reports the consumed capacity.
    pub(crate) detailed: bool,
    pub(crate) keys: &'a [Item],
}

/// Sends the look-up: a batch of reads, which lies in a wing above this one.
pub(crate) type LookUpFn = for<'a> fn(LookUp<'a>) -> BoxFuture<'a, Result<(Vec<bool>, RequestFacts)>>;
