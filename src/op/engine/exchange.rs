//! The result of one request, which [`Context::send`](crate::op::engine::context::Context::send) returns.

use crate::op::engine::context::RequestFacts;
use crate::op::engine::outcome::Outcome;
use crate::splice::{ItemSink, ReadSink};
use crate::{Error, Result};

/// The output, the sink and the metadata of a request that succeeded.
pub(crate) type Parts<O> = (Box<O>, Option<Box<dyn ReadSink>>, RequestFacts);

/// The result of one request.
pub(crate) struct Exchange<O> {
    /// The SDK's output, if the request succeeded. Boxed because an output takes up to half a kilobyte, and each future that
    /// it passes through would move it.
    pub(crate) output: Option<Box<O>>,
    /// The reason why the request failed, or why its response cannot be used.
    pub(crate) error: Option<Error>,
    /// The sink that the request was sent with.
    pub(crate) sink: Option<Box<dyn ItemSink>>,
    pub(crate) sent: RequestFacts,
}

impl<O> Exchange<O> {
    pub(super) fn unsent(error: Error, sink: Option<Box<dyn ItemSink>>) -> Self {
        Exchange { output: None, error: Some(error), sink, sent: RequestFacts::default() }
    }

    /// Returns the output, the sink and the metadata of a request that succeeded.
    pub(crate) fn into_parts(self) -> Result<Parts<O>> {
        match (self.error, self.output) {
            (Some(error), _) => Err(error),
            (None, Some(output)) => Ok((output, self.sink.and_then(ItemSink::into_read), self.sent)),
            // `send` succeeds only with an output.
            (None, None) => unreachable!("a request that succeeded without an output"),
        }
    }

    /// Returns the output of a request that succeeded.
    pub(crate) fn into_output(self) -> Result<O> {
        self.into_parts().map(|(output, ..)| *output)
    }

    /// Returns the items and the metadata, without the output.
    pub(crate) fn into_outcome(self) -> Result<Outcome> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(Outcome { sink: self.sink.and_then(ItemSink::into_read), sent: self.sent }),
        }
    }
}
