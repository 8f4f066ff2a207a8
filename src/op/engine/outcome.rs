//! The result of every executor: the items and the metadata of the requests, without the model's type.
//!
//! A typed future turns an [`Outcome`] into its value with one function pointer, such as `Outcome::first::<M>`.

use crate::op::engine::context::RequestFacts;
use crate::splice::{ReadSink, VecSink};

/// The result of an operation, before its conversion to the model's type.
pub(crate) struct Outcome {
    /// The items, if the operation reads any.
    pub(crate) sink: Option<Box<dyn ReadSink>>,
    pub(crate) sent: RequestFacts,
}

impl Outcome {
    /// Returns the number of items that were read.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(0, |sink| sink.count())
    }

    /// Returns the items, as the type that the sink was created for.
    pub(crate) fn all<T: Send + 'static>(self) -> Vec<T> {
        self.sink.map(VecSink::<T>::items_of).unwrap_or_default()
    }

    /// Returns the first item, for operations that read at most one.
    pub(crate) fn first<T: Send + 'static>(self) -> Option<T> {
        self.all().into_iter().next()
    }
}
