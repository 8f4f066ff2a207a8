//! One request for items, whose response may be one of several pages.

use crate::Result;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::send::{Outgoing, Transport};
use crate::splice::ItemSink;

/// What one request gave.
pub(crate) struct Fetched {
    pub(crate) sink: Option<Box<dyn ItemSink>>,
    /// How many items fulfilled the filter, whatever they are.
    pub(crate) matched: usize,
    pub(crate) sent: RequestFacts,
}

impl Fetched {
    /// How many items it counts.
    pub(crate) fn count(&self) -> usize {
        self.sink.as_ref().map_or(self.matched, |sink| sink.count())
    }
}

/// Sends one request for items: what it gave, and the SDK's output.
pub(crate) async fn fetch<R: Transport>(call: &Context, request: Outgoing<'_, R>) -> Result<(Fetched, R::Output)> {
    let (output, sink, sent) = call.send(request).await.into_parts()?;
    Ok((Fetched { sink, matched: R::count(&output), sent }, output))
}
