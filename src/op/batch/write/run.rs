//! Sends a batch write, and adds the unprocessed writes to its error.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::task;

use crate::op::batch::request_loop::{self, BatchChunk as _, BatchOutcome, Concurrency, StopReason};
use crate::op::batch::write::chunk::WriteChunk;
use crate::op::batch::write::chunks::Chunks;
use crate::op::batch::write::send::WriteSender;
use crate::op::batch::write::unprocessed::Unprocessed;
use crate::op::batch::write::{BatchWrite, conflicts};
use crate::op::engine::client_resolver::ClientResolver;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::{Error, ErrorKind, Operation, Result};

/// Sends the puts and deletes of a batch.
pub(super) fn write(batch: BatchWrite<'_>) -> BoxFuture<'_, Result<Outcome>> {
    Box::pin(async move {
        let BatchWrite { sources, call: call_options, customize, mut options } = batch;
        let mut resolver = ClientResolver::default();
        for source in &sources {
            resolver.add(source.model.map_or("an item", |model| model.schema.model), source.config.clone());
        }
        let Some(call) = resolver.call(Operation::BatchWrite, call_options.clone())? else {
            return Ok(Outcome { sink: None, sent: RequestFacts::default() });
        };
        let mut chunks = Chunks::new(sources, &call_options, &call)?;
        if let Err(error) = chunks.know_time().await {
            // The program can usually not make the items of a stream again.
            let left = if chunks.has_stream() { chunks.unsent().collect() } else { Vec::new() };
            return Err(with_unprocessed(error, left, &call));
        }
        chunks.look_ahead()?;
        let (retries, max_requests) = (call.client.batch_retries(), options.concurrency);
        let concurrency = Concurrency { retries, max_requests, max_lead: conflicts::MAX_LEAD };
        let customize = customize.as_deref();
        let sender = WriteSender { call: &call, customize };
        let mut report = options.progress_reporter();
        let total = AtomicUsize::new(chunks.total());
        let next = |cx: &mut task::Context<'_>| {
            let next = chunks.poll_next(cx);
            total.store(chunks.total(), Ordering::Relaxed);
            next
        };
        let send = |chunk| sender.send(chunk);
        let done = |finished, _: &WriteChunk| report(finished, total.load(Ordering::Relaxed));
        let ended = request_loop::send_all(concurrency, next, &send, done).await;
        settle(&call, ended, chunks.unsent())
    })
}

/// Returns the outcome of a batch. Its error carries all writes that are left, including those never sent.
pub(crate) fn settle(
    call: &Context,
    ended: BatchOutcome<WriteChunk>,
    unsent: impl Iterator<Item = WriteChunk>,
) -> Result<Outcome> {
    let Some(stopped) = ended.stopped else { return Ok(Outcome { sink: None, sent: ended.sent }) };
    let left: Vec<WriteChunk> = ended.left.into_iter().chain(unsent).collect();
    let error = match stopped {
        StopReason::Failed(error) => error,
        StopReason::GaveUp => {
            let count: usize = left.iter().map(WriteChunk::len).sum();
            let message =
                format!("DynamoDB leaves items of the batch unprocessed after all attempts; {count} are not written");
            call.for_tables(left.iter().flat_map(WriteChunk::tables))
                .contextualize(Error::new(ErrorKind::Throttled, message))
        }
    };
    // Unprocessed writes may have been applied too; all others have been.
    let error = if ended.has_sent { error.maybe_written() } else { error };
    Err(with_unprocessed(error, left, call))
}

fn with_unprocessed(error: Error, left: Vec<WriteChunk>, call: &Context) -> Error {
    let writes: Vec<_> = left.into_iter().flat_map(WriteChunk::into_writes).collect();
    if writes.is_empty() { error } else { error.with_payload(Unprocessed::new(writes, call.client.clone())) }
}
