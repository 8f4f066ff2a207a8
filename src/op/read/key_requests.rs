//! Reads by key, without their models' types. Used by `batch_get` and `transact_get`.

use std::borrow::Cow;
use std::fmt;

use crate::Result;
use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, RequestFacts};
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::op::write::refresh::SendRefresh;
use crate::splice::ReadItem;

/// Reads to send, in their order.
#[derive(Debug, Default)]
pub struct KeyRequests(pub(crate) Vec<KeyRequest>);

/// Decodes an item without its type.
pub(crate) type ReadAny = ReadItem<Box<AnyModel>>;

/// One of several reads by key, without its model's type.
pub(crate) struct KeyRequest {
    pub(crate) model: &'static ModelVTable,
    /// The attributes that the value is made of, or `None` for the whole item.
    pub(crate) names: Option<Cow<'static, [&'static str]>>,
    pub(crate) read: ReadAny,
    pub(crate) key: Result<RawKey>,
    pub(crate) call: CallOptions,
    pub(crate) consistent: Option<bool>,
    pub(crate) send_refresh: Option<SendRefresh>,
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

    pub(crate) fn next_of<T: 'static>(&mut self) -> Option<T> {
        match self.0.next().flatten()?.downcast() {
            Ok(value) => Some(*value),
            // The values are taken in the order of the requests, each by the `Get` that requested it.
            Err(_) => unreachable!("a value of another type"),
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
