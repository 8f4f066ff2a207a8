//! What every executor returns: the items it read and the facts of its requests, without the model's type.
//!
//! A typed future turns an [`Outcome`] into its value with one function pointer, such as `Outcome::first::<M>`.

use crate::op::engine::context::RequestFacts;
use crate::splice::{ReadSink, VecSink};

/// The result of an operation, before the model's type comes back in.
pub(crate) struct Outcome {
    /// The items, if the operation reads any.
    pub(crate) sink: Option<Box<dyn ReadSink>>,
    pub(crate) sent: RequestFacts,
}

impl Outcome {
    /// The number of items that were read.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(0, |sink| sink.count())
    }

    /// The items, as the type that the sink was made for.
    pub(crate) fn all<T: Send + 'static>(self) -> Vec<T> {
        self.sink.map(VecSink::<T>::items_of).unwrap_or_default()
    }

    /// The first item, for operations that read at most one.
    pub(crate) fn first<T: Send + 'static>(self) -> Option<T> {
        self.all().into_iter().next()
    }
}
