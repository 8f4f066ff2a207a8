use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::{KeysAndAttributes, ReturnConsumedCapacity};
use tracing::Instrument as _;

use crate::client::observer::{self, SkippedItem};
use crate::error::fault_error;
use crate::op::batch::get::chunk::Chunk;
use crate::op::batch::get::plan::Plan;
use crate::op::batch::get::routed::BatchGetSink;
use crate::op::batch::get::stored_key::StoredKey;
use crate::op::batch::get::{Answers, CustomizeBatchGet};
use crate::op::batch::request_loop::AttemptOutcome;
use crate::op::engine::context::{Context, InFlight, RequestFacts};
use crate::op::engine::failure;
use crate::op::engine::future::BoxFuture;
use crate::splice::{ItemSink, Place, SdkCodec, Shape, Splice};
use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, Item, Result, item};

/// Sends the chunks of one batch.
#[derive(Clone, Copy)]
pub(super) struct Sender<'b> {
    pub(super) call: &'b Context,
    pub(super) answers: &'b Answers,
    pub(super) customize: Option<&'b CustomizeBatchGet>,
    pub(super) detailed: bool,
}

impl<'b> Sender<'b> {
    /// Sends a chunk once; what it found goes to the answers.
    pub(super) fn send(self, chunk: Chunk) -> BoxFuture<'b, AttemptOutcome<Chunk>> {
        Box::pin(async move {
            let call = self.call.for_tables(chunk.tables());
            let watch = call.watch();
            let mut sent = watch.sent();
            match self.request(&call, &watch, &chunk, &mut sent).await {
                Ok(answer) => {
                    for &(request, reason) in &answer.routed.passed_over {
                        let request = &chunk.plan.requests()[request];
                        let item = SkippedItem { model: request.model.schema.model, table: &request.table, reason };
                        observer::report_skipped(&call.client, &item);
                    }
                    let failed = answer.failed;
                    call.observe(&watch, &sent, failed.as_ref().map(Error::kind));
                    let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
                    answers.hidden += answer.routed.hidden();
                    answers.due.extend(&answer.routed.due);
                    for (request, loaded) in answer.routed.found {
                        answers.found[request] = Some(loaded);
                    }
                    AttemptOutcome { left: Chunk { reads: answer.left, ..chunk }, failed, sent }
                }
                Err(error) => AttemptOutcome { left: chunk, failed: Some(error), sent },
            }
        })
    }

    async fn request(self, call: &Context, watch: &InFlight, chunk: &Chunk, sent: &mut RequestFacts) -> Result<Answer> {
        let mut builder = chunk.request(call, self.customize)?;
        let requests = self.detailed || call.is_observed();
        if requests && builder.get_return_consumed_capacity().is_none() {
            builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
        }
        let sink = Box::new(BatchGetSink::new(Arc::clone(&chunk.plan)));
        let (splice, interceptor) = Splice::new(SdkCodec::BatchGetItem)
            .items_in(Shape::ByTable, "Responses", sink)
            .interceptor(watch.attempts());
        let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
        *sent = watch.sent();
        let output = failure::outcome(call, watch, sent, outcome, failure::from_sdk)?;
        sent.note_all(output.consumed_capacity(), output.request_id());
        let Some(Ok(routed)) = splice.take_sink().map(|sink| sink.into_any().downcast::<BatchGetSink>()) else {
            // The splice gives back the sink that it was made with.
            unreachable!("a sink of another operation");
        };
        let answer = answer(call, chunk, routed, &output);
        sent.items = answer.routed.count();
        Ok(answer)
    }
}

/// What the service said.
struct Answer {
    routed: Box<BatchGetSink>,
    /// The reads without an answer.
    left: Vec<usize>,
    failed: Option<Error>,
}

fn answer(call: &Context, chunk: &Chunk, mut routed: Box<BatchGetSink>, output: &BatchGetItemOutput) -> Answer {
    let filled = fill(&mut routed, output).map_err(|fault| fault_error(fault, "an item"));
    let failed = filled.err().or_else(|| routed.take_error());
    let (left, unknown) = left_over(&chunk.plan, output.unprocessed_keys());
    let failed = failed.or_else(|| unknown.then(foreign_key)).map(|error| call.contextualize(error));
    let left = if failed.is_some() { unanswered(chunk, &routed, &left, unknown) } else { left };
    Answer { routed, left, failed }
}

#[cold]
fn foreign_key() -> Error {
    Error::new(ErrorKind::Service, "DynamoDB left over a key that was not asked for")
}

/// Reads the items from the SDK's output where a mock left the sink empty.
fn fill(routed: &mut BatchGetSink, output: &BatchGetItemOutput) -> Result<(), Fault> {
    if routed.is_filled() {
        return Ok(());
    }
    for (table, items) in output.responses().into_iter().flatten() {
        routed.at(Place::Table(table));
        for item in items {
            routed.item(&mut Reader::new(&item::to_bytes(item)?)?)?;
        }
    }
    Ok(())
}

/// The reads that the service left over, and whether there was a key among them that is none of ours.
fn left_over(plan: &Plan, unprocessed: Option<&HashMap<String, KeysAndAttributes>>) -> (Vec<usize>, bool) {
    let mut left = Vec::new();
    let mut unknown = false;
    for (table, keys) in unprocessed.into_iter().flatten() {
        for key in keys.keys() {
            match find(plan, table, key) {
                Some(read) => left.push(read),
                None => unknown = true,
            }
        }
    }
    (left, unknown)
}

fn find(plan: &Plan, table: &str, key: &Item) -> Option<usize> {
    let bytes = item::to_bytes(key).ok()?;
    let key = StoredKey::read(&mut Reader::new(&bytes).ok()?, plan.schema(table)?).ok()??;
    plan.find(table, &key)
}

/// The reads of a failed chunk that have no answer, or one that could not be read. An absent item is an
/// answer, unless it is not known what was left over.
fn unanswered(chunk: &Chunk, routed: &BatchGetSink, left: &[usize], unknown: bool) -> Vec<usize> {
    let plan = &chunk.plan;
    let is_left = |read: usize| {
        let requests = plan.askers(read);
        let is_found = routed.found.iter().any(|(request, _)| requests.contains(request));
        left.contains(&read) || routed.faulty.iter().any(|request| requests.contains(request)) || (unknown && !is_found)
    };
    chunk.reads.iter().copied().filter(|&read| is_left(read)).collect()
}
