use std::collections::HashMap;

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, WriteRequest};
use bytes::Bytes;
use tracing::Instrument as _;

use super::chunk::Chunk;
use super::write::{Kind, Write};
use crate::model::fault_error;
use crate::op::batch::Round;
use crate::op::call::{Call, Sent};
use crate::op::future::BoxFuture;
use crate::op::{failure, retried};
use crate::splice::{SdkCodec, Splice};
use crate::{Error, ErrorKind, Item, Result, item};

/// Sends a chunk once.
pub(crate) fn send(call: &Call, chunk: Chunk, detailed: bool) -> BoxFuture<'static, Round<Chunk>> {
    let call = call.about(chunk.tables());
    Box::pin(async move {
        let watch = call.watch();
        let (_, interceptor) = Splice::new(SdkCodec::BatchWriteItem).head(chunk.head()).interceptor(watch.attempts());
        let mut builder = call.client.sdk().batch_write_item();
        if detailed || call.is_observed() {
            builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
        }
        let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
        let mut sent = watch.sent();
        let output = match failure::outcome(&call, &watch, &sent, outcome, failure::from_sdk) {
            Ok(output) => output,
            Err(error) => return Round { left: chunk, failed: Some(error), sent },
        };
        sent.note_all(output.consumed_capacity(), output.request_id());
        let before = chunk.writes.len();
        match left_over(&chunk, output.unprocessed_items()) {
            Ok(writes) => {
                sent.items = before.saturating_sub(writes.len());
                call.observe(&watch, &sent, None);
                Round { left: Chunk { writes, ..chunk }, failed: None, sent }
            }
            Err(error) => failed(&call, &watch, chunk, call.fail(error), sent),
        }
    })
}

fn failed(call: &Call, watch: &crate::op::call::Watch, left: Chunk, error: Error, sent: Sent) -> Round<Chunk> {
    call.observe(watch, &sent, Some(error.kind()));
    Round { left, failed: Some(error), sent }
}

/// What is left of a chunk, byte for byte as it was sent: the service's answer says which requests.
fn left_over(chunk: &Chunk, unprocessed: Option<&HashMap<String, Vec<WriteRequest>>>) -> Result<Vec<Write>> {
    let mut left = Vec::new();
    for (table, requests) in unprocessed.into_iter().flatten() {
        let mut sent: Vec<&Write> = chunk.writes.iter().filter(|write| write.table == *table).collect();
        if requests.len() == sent.len() {
            left.extend(sent.into_iter().cloned());
            continue;
        }
        for request in requests {
            let (kind, map) = known(request)?;
            let place = sent.iter().position(|write| write.kind == kind && is_same(write, map));
            left.push(match place {
                Some(place) => sent.swap_remove(place).clone(),
                None => rewritten(table, kind, map)?,
            });
        }
    }
    Ok(left)
}

/// A request in the SDK's form. One of a kind that this version does not know must not be lost.
fn known(request: &WriteRequest) -> Result<(Kind, &Item)> {
    match (request.put_request(), request.delete_request()) {
        (Some(put), _) => Ok((Kind::Put, put.item())),
        (None, Some(delete)) => Ok((Kind::Delete, delete.key())),
        (None, None) => Err(Error::new(ErrorKind::Service, "DynamoDB left over a request of a kind that was not sent")),
    }
}

fn is_same(write: &Write, map: &Item) -> bool {
    item::from_bytes(write.map()).is_ok_and(|sent| retried::same_item(&sent, map))
}

/// A request that is none of those sent, as far as can be seen.
fn rewritten(table: &str, kind: Kind, map: &Item) -> Result<Write> {
    let map = item::to_bytes(map).map_err(|fault| fault_error(fault, "an item"))?;
    let (before, behind) = kind.around();
    let body = Bytes::from([before, &map, behind].concat());
    Ok(Write { kind, table: table.to_owned().into(), body, key: None, owner: None })
}
