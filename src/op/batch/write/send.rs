//! Sends one request of a batch write.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemOutput;
use aws_sdk_dynamodb::types::WriteRequest;

use crate::op::batch::request_loop::{AttemptOutcome, UNPROCESSED, is_same_table};
use crate::op::batch::write::CustomizeBatchWrite;
use crate::op::batch::write::chunk::WriteChunk;
use crate::op::batch::write::single::{BatchedWrite, Kind};
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::exchange::Exchange;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outgoing::Outgoing;
use crate::splice::ApiOperation;
use crate::{Error, ErrorKind, Item, Result, item};

/// Sends the chunks of one batch.
#[derive(Clone, Copy)]
pub(crate) struct WriteSender<'b> {
    pub(crate) call: &'b Context,
    pub(crate) customize: Option<&'b CustomizeBatchWrite>,
}

impl<'b> WriteSender<'b> {
    /// Sends a chunk once.
    pub(crate) fn send(self, chunk: WriteChunk) -> BoxFuture<'b, AttemptOutcome<WriteChunk>> {
        Box::pin(async move {
            let call = self.call.for_tables(chunk.tables());
            call.may_send(Followed::new(ApiOperation::BatchWriteItem, UNPROCESSED));
            let request = Outgoing::new(call.client.sdk().batch_write_item()).head(chunk.head());
            let request = request.customize_each(self.customize);
            let mut left = Vec::new();
            let settle = |output: &BatchWriteItemOutput, sent: &mut RequestFacts| {
                left = left_over(&chunk, output.unprocessed_items()).map_err(|error| call.contextualize(error))?;
                sent.items = chunk.writes().len().saturating_sub(left.len());
                // The table or a partition has too little capacity for them.
                sent.throttled |= !left.is_empty();
                Ok(())
            };
            let Exchange { error, sent, .. } = call.send_with(request, |error, _| Err(error), settle).await;
            match error {
                None => AttemptOutcome { left: chunk.with_left(left), failed: None, sent },
                failed => AttemptOutcome { left: chunk, failed, sent },
            }
        })
    }
}

/// Returns the unprocessed part of a chunk with its original bytes. The response determines which requests it
/// contains.
fn left_over(
    chunk: &WriteChunk,
    unprocessed: Option<&HashMap<String, Vec<WriteRequest>>>,
) -> Result<Vec<BatchedWrite>> {
    let mut left = Vec::new();
    for (table, requests) in unprocessed.into_iter().flatten() {
        let named = |write: &&BatchedWrite| write.table == *table;
        let mut sent: Vec<&BatchedWrite> = chunk.writes().iter().filter(named).collect();
        if sent.is_empty() {
            sent.extend(chunk.writes().iter().filter(|write| is_same_table(&write.table, table)));
        }
        if sent.is_empty() && !requests.is_empty() {
            return Err(not_sent().with_table(table));
        }
        if requests.len() == sent.len() {
            left.extend(sent.into_iter().cloned());
            continue;
        }
        for request in requests {
            let (kind, map) = known(request)?;
            let place = sent.iter().position(|write| write.kind == kind && is_same(write, map));
            left.push(sent.swap_remove(place.ok_or_else(not_sent)?).clone());
        }
    }
    Ok(left)
}

/// Returns the item or key of an SDK request. A request of an unknown kind is an error, so that it is not lost.
fn known(request: &WriteRequest) -> Result<(Kind, &Item)> {
    match (request.put_request(), request.delete_request()) {
        (Some(put), _) => Ok((Kind::Put, put.item())),
        (None, Some(delete)) => Ok((Kind::Delete, delete.key())),
        (None, None) => {
            Err(Error::new(ErrorKind::InvalidResponse, "DynamoDB returned an unprocessed request of an unknown kind"))
        }
    }
}

fn is_same(write: &BatchedWrite, map: &Item) -> bool {
    item::from_bytes(write.map()).is_ok_and(|sent| item::same_item(&sent, map))
}

#[cold]
fn not_sent() -> Error {
    Error::new(ErrorKind::InvalidResponse, "DynamoDB left over a request that the batch did not contain")
}
