//! Runs a whole query or scan: all items, the only item, a count, or its explained requests.

use crate::op::engine::context::RequestFacts;
use crate::op::engine::explain::{self, RequestPlan};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::read::engine::ReadRequest;
use crate::op::read::engine::pager::{Pager, Shared};
use crate::op::read::engine::plan::skip;
use crate::op::read::engine::prepare::PreparedRead;
use crate::op::read::engine::segments::Segments;
use crate::splice::{Decoder, ReadSink};
use crate::{ErrorKind, Result};

/// Reads all items up to the limit.
pub(crate) fn all(reading: ReadRequest, sink: Box<dyn ReadSink>) -> BoxFuture<'static, Result<Outcome>> {
    let reading = Box::new(reading);
    Box::pin(async move {
        let limit = reading.limit;
        let parallel = reading.parallel;
        if parallel.segments.is_some() {
            // Boxed, so that other reads do not carry its state.
            let segments = Segments::new(PreparedRead::new(reading)?, parallel);
            return Box::pin(segments.all(limit, sink)).await;
        }
        let mut pager = Pager::open(reading)?;
        let mut done = Outcome { sink: Some(sink), sent: RequestFacts::default() };
        while !pager.over && limit.is_none_or(|limit| done.count() < limit) {
            let wanted = limit.map(|limit| limit - done.count());
            let fetched = pager.fetch(done.sink.take(), wanted).await?;
            done.sink = fetched.sink;
            done.sent.add(fetched.sent);
        }
        // Items beyond the limit are cut before the refresh, which must not extend items that are not returned.
        if let Some(sink) = done.sink.as_deref_mut() {
            if let Some(limit) = limit {
                sink.truncate(limit);
            }
            if pager.backward {
                sink.reverse();
            }
            let refreshed = pager.shared.finish(sink).await?;
            done.sent.consume(&refreshed);
        }
        Ok(done)
    })
}

/// Reads the only item. A second one is an error of kind `TooMany`.
pub(crate) fn one(mut reading: ReadRequest, sink: Box<dyn ReadSink>) -> BoxFuture<'static, Result<Outcome>> {
    Box::pin(async move {
        reading.limit = Some(2);
        let name = reading.target.name();
        let done = all(reading, sink).await?;
        if done.count() > 1 {
            let error = crate::Error::new(ErrorKind::TooMany, "there is more than one item; `one` expects at most one");
            return Err(error.with_model(name));
        }
        Ok(done)
    })
}

/// Counts the items. DynamoDB counts (`Select = COUNT`) unless expired items can be detected only in the items.
pub(crate) fn count(reading: ReadRequest) -> BoxFuture<'static, Result<(u64, RequestFacts)>> {
    let reading = Box::new(reading);
    Box::pin(async move {
        let limit = reading.limit;
        let (mut count, mut sent) = (0, RequestFacts::default());
        let parallel = reading.parallel;
        if parallel.segments.is_some() {
            let mut segments = Segments::new(PreparedRead::new(reading)?, parallel);
            while limit.is_none_or(|limit| count < limit)
                && let Some(counted) = segments.count().await
            {
                let counted = counted?;
                count += counted.count();
                sent.add(counted.sent);
            }
            return Ok((limit.map_or(count, |limit| count.min(limit)) as u64, sent));
        }
        let mut pager = Pager::open(reading)?;
        while !pager.over && limit.is_none_or(|limit| count < limit) {
            let sink = pager.shared.counting_sink();
            let wanted = limit.map(|limit| limit - count);
            let counted = pager.fetch(sink, wanted).await?;
            count += counted.count();
            sent.add(counted.sent);
        }
        Ok((limit.map_or(count, |limit| count.min(limit)) as u64, sent))
    })
}

impl Shared {
    /// The sink for the items of a count, if DynamoDB cannot count them.
    pub(crate) fn counting_sink(&self) -> Option<Box<dyn ReadSink>> {
        self.plan.counting().map(|read| Decoder::of(read).sink())
    }
}

/// Returns the requests that reading the items would send. Sends nothing.
pub(crate) fn explain(mut reading: ReadRequest) -> Result<RequestPlan> {
    explain::first_request(reading.target.sensitive(), |explained| {
        reading.call.explained = Some(explained);
        all(reading, Decoder::new(skip).sink())
    })
}

/// Returns the requests that counting the items would send. Sends nothing.
pub(crate) fn explain_count(mut reading: ReadRequest) -> Result<RequestPlan> {
    explain::first_request(reading.target.sensitive(), |explained| {
        reading.call.explained = Some(explained);
        count(reading)
    })
}
