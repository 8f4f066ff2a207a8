//! Reads by key without the type of their model: what `batch_get` and `transact_get` have in common.

use std::fmt;

use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, RequestFacts};
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::{Model, Result};

/// Reads that are about to be sent, in their order.
#[derive(Debug, Default)]
pub struct KeyRequests(pub(crate) Vec<KeyRequest>);

/// One of several reads by key, without the type of its model.
pub(crate) struct KeyRequest {
    pub(crate) model: &'static ModelVTable,
    /// Whether the value is of no interest, only that there is an item.
    pub(crate) presence_only: bool,
    pub(crate) key: Result<RawKey>,
    pub(crate) call: CallOptions,
    pub(crate) consistent: Option<bool>,
}

/// Shows no key.
impl fmt::Debug for KeyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRequest").field("model", &self.model).finish_non_exhaustive()
    }
}

/// The values that were read, one place for each ask.
pub struct Responses(std::vec::IntoIter<Option<Box<AnyModel>>>);

impl Responses {
    pub(crate) fn new(found: Vec<Option<Box<AnyModel>>>) -> Self {
        Responses(found.into_iter())
    }

    pub(crate) fn next_of<M: Model>(&mut self) -> Option<M> {
        match self.0.next().flatten()?.downcast() {
            Ok(model) => Some(*model),
            // Values are taken in the order of the asks, each by the `Get` that asked.
            Err(_) => unreachable!("a value of another model"),
        }
    }

    /// Whether there is a value in each place.
    pub(crate) fn into_presence(self) -> Vec<bool> {
        self.0.map(|value| value.is_some()).collect()
    }
}

/// Shows no value.
impl fmt::Debug for Responses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Responses").field("places", &self.0.len()).finish()
    }
}

/// What several reads gave.
pub(crate) struct BatchResponse {
    pub(crate) found: Responses,
    /// How many items of a batch counted as gone, since they had expired.
    pub(crate) hidden: usize,
    pub(crate) sent: RequestFacts,
}
