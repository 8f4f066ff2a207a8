//! Reads by key, without their models' types. Used by `batch_get` and `transact_get`.

use std::fmt;

use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, RequestFacts};
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::{Model, Result};

/// Reads to send, in their order.
#[derive(Debug, Default)]
pub struct KeyRequests(pub(crate) Vec<KeyRequest>);

/// One of several reads by key, without its model's type.
pub(crate) struct KeyRequest {
    pub(crate) model: &'static ModelVTable,
    /// Whether only the existence of the item is of interest, not its value.
    pub(crate) presence_only: bool,
    pub(crate) key: Result<RawKey>,
    pub(crate) call: CallOptions,
    pub(crate) consistent: Option<bool>,
}

/// Shows no keys.
impl fmt::Debug for KeyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRequest").field("model", &self.model).finish_non_exhaustive()
    }
}

/// The values that were read, one slot per request.
pub struct Responses(std::vec::IntoIter<Option<Box<AnyModel>>>);

impl Responses {
    pub(crate) fn new(found: Vec<Option<Box<AnyModel>>>) -> Self {
        Responses(found.into_iter())
    }

    pub(crate) fn next_of<M: Model>(&mut self) -> Option<M> {
        match self.0.next().flatten()?.downcast() {
            Ok(model) => Some(*model),
            // The values are taken in the order of the requests, each by the `Get` that requested it.
            Err(_) => unreachable!("a value of another model"),
        }
    }

    /// Returns whether each slot contains a value.
    pub(crate) fn into_presence(self) -> Vec<bool> {
        self.0.map(|value| value.is_some()).collect()
    }
}

/// Shows no values.
impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses").field("places", &self.0.len()).finish()
    }
}

/// The result of several reads.
pub(crate) struct BatchResponse {
    pub(crate) found: Responses,
    /// The number of items of a batch that were hidden because they had expired.
    pub(crate) hidden: usize,
    pub(crate) sent: RequestFacts,
}
