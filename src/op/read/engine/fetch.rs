//! Sends one request for items; its response can be one of several pages. The caller decides whether to continue.

use crate::Result;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::send::{Outgoing, Transport};
use crate::splice::ReadSink;

/// The result of one request.
pub(crate) struct Fetched {
    pub(crate) sink: Option<Box<dyn ReadSink>>,
    /// How many items satisfied the filter (DynamoDB's `Count`), including those of other entities.
    pub(crate) matched: usize,
    /// How many items the request evaluated (DynamoDB's `ScannedCount`).
    pub(crate) evaluated: usize,
    /// How many items it added to those that count.
    pub(crate) returned: usize,
    pub(crate) sent: RequestFacts,
}

impl Fetched {
    /// How many items count: those in the sink, or those that DynamoDB counted.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(self.matched, |sink| sink.count())
    }
}

/// Sends one request for items. Returns its result and the SDK's output.
pub(crate) async fn fetch<R: Transport>(call: &Context, request: Outgoing<'_, R>) -> Result<(Fetched, R::Output)> {
    let (output, sink, sent) = call.send(request).await.into_parts()?;
    Ok((Fetched { sink, matched: R::count(&output), evaluated: 0, returned: 0, sent }, output))
}
