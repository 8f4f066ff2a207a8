//! Sends one request of a batch read.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::KeysAndAttributes;

use crate::op::batch::get::chunk::GetChunk;
use crate::op::batch::get::plan::BatchGetPlan;
use crate::op::batch::get::routed::BatchGetSink;
use crate::op::batch::get::{Answers, CustomizeBatchGet};
use crate::op::batch::request_loop::{AttemptOutcome, UNPROCESSED};
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::exchange::Exchange;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outgoing::Outgoing;
use crate::splice::{ApiOperation, KeyOfItem};
use crate::wire::Reader;
use crate::{Error, ErrorKind, Item, item};

/// A response also leaves keys unprocessed because of its size, but not before it has read 1 MB of one partition. That costs at least
/// this many units. Below, the reason is that there is too little capacity.
const LEAST_CUT: f64 = 128.0;

/// Sends the chunks of one batch.
#[derive(Clone, Copy)]
pub(super) struct GetSender<'b> {
    pub(super) call: &'b Context,
    pub(super) answers: &'b Answers,
    pub(super) customize: Option<&'b CustomizeBatchGet>,
}

impl<'b> GetSender<'b> {
    /// Sends a chunk once and adds its items to the results.
    pub(super) fn send(self, chunk: GetChunk) -> BoxFuture<'b, AttemptOutcome<GetChunk>> {
        Box::pin(async move {
            let call = self.call.for_tables(chunk.tables());
            call.may_send(Followed::new(ApiOperation::BatchGetItem, UNPROCESSED));
            let (plan, mut left, mut has_foreign) = (&chunk.plan, Vec::new(), false);
            let sink = Box::new(BatchGetSink::new(Arc::clone(plan)));
            let settle = |output: &BatchGetItemOutput, sent: &mut RequestFacts| {
                (left, has_foreign) = left_over(&chunk, output.unprocessed_keys());
                sent.throttled |= !left.is_empty() && sent.cost.read < LEAST_CUT;
                if has_foreign { Err(call.contextualize(foreign_key())) } else { Ok(()) }
            };
            let exchange = {
                let keys = chunk.keys();
                let request = Outgoing::new(call.client.sdk().batch_get_item()).batch_keys(&keys).router(sink);
                call.send_with(request.customize_each(self.customize), |error, _| Err(error), settle).await
            };
            let Exchange { output, error, sink, sent } = exchange;
            if output.is_none() {
                return AttemptOutcome { left: chunk, failed: error, sent };
            }
            let Some(Ok(routed)) = sink.map(|sink| sink.into_any().downcast::<BatchGetSink>()) else {
                // The sender returns the sink that it received.
                unreachable!("a sink of another operation");
            };
            let reads = if error.is_some() { unanswered(&chunk, &routed, &left, has_foreign) } else { left };
            let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.hidden += routed.hidden();
            answers.due.extend(&routed.due);
            for (request, loaded) in routed.found {
                answers.found[request] = Some(loaded);
            }
            AttemptOutcome { left: GetChunk { reads, ..chunk }, failed: error, sent }
        })
    }
}

#[cold]
fn foreign_key() -> Error {
    Error::new(ErrorKind::InvalidResponse, "DynamoDB left over a key that was not requested")
}

/// Returns the reads of the chunk that the service left unprocessed, each once, and whether it returned a key that matches
/// none of them. The unprocessed reads of a chunk therefore never grow, and a batch ends.
fn left_over(chunk: &GetChunk, unprocessed: Option<&HashMap<String, KeysAndAttributes>>) -> (Vec<usize>, bool) {
    let mut left = Vec::new();
    let mut unknown = false;
    for (table, keys) in unprocessed.into_iter().flatten() {
        for key in keys.keys() {
            match find(&chunk.plan, table, key).filter(|read| chunk.reads.contains(read)) {
                Some(read) if left.contains(&read) => {}
                Some(read) => left.push(read),
                None => unknown = true,
            }
        }
    }
    (left, unknown)
}

fn find(plan: &BatchGetPlan, table: &str, key: &Item) -> Option<usize> {
    let bytes = item::to_bytes(key).ok()?;
    let key = KeyOfItem::read(&mut Reader::new(&bytes).ok()?, plan.schema(table)?).ok()??;
    plan.find(table, &key)
}

/// Returns the reads of a failed chunk that have no answer or an undecodable one. An absent item counts as an answer,
/// unless the unprocessed keys are unknown.
fn unanswered(chunk: &GetChunk, routed: &BatchGetSink, left: &[usize], unknown: bool) -> Vec<usize> {
    let plan = &chunk.plan;
    let is_left = |read: usize| {
        let requests = plan.requesters(read);
        let is_found = routed.found.iter().any(|(request, _)| requests.contains(request));
        left.contains(&read) || routed.faulty.iter().any(|request| requests.contains(request)) || (unknown && !is_found)
    };
    chunk.reads.iter().copied().filter(|&read| is_left(read)).collect()
}
