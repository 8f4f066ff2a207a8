//! Checks in the table whether items are live, for reads of an index that does not contain their expiry.
//!
//! `read` must not depend on batches, so it calls [`live`] through the [`LookUpFn`] that
//! [`Model::index`](crate::Model::index) passes.

use crate::op::batch::get;
use crate::op::engine::context::{CallOptions, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::sdk_key::raw_key;
use crate::op::engine::vtable::AnyModel;
use crate::op::read::engine::expired::LookUp;
use crate::op::read::key_requests::KeyRequest;
use crate::splice::ReadItem;
use crate::wire::{Fault, Reader};
use crate::{Item, Result};

/// Returns whether each item exists and has not expired. This takes one additional read per item.
pub(crate) fn live(request: LookUp<'_>) -> BoxFuture<'_, Result<(Vec<bool>, RequestFacts)>> {
    Box::pin(look_up(request))
}

async fn look_up(request: LookUp<'_>) -> Result<(Vec<bool>, RequestFacts)> {
    let LookUp { call, model, consistent, keys } = request;
    let schema = model.schema;
    let request = |item: &Item| {
        let key = raw_key(schema, &mut item.clone()).map_err(|fault| crate::error::fault_error(fault, schema.model));
        let (call, consistent) = (CallOptions::default(), Some(consistent));
        let (names, read) = (Some((&[]).into()), ReadItem::Fixed(read_presence));
        // The names exclude a refresh.
        KeyRequest { model, names, read, key, call, consistent, send_refresh: None }
    };
    let options = CallOptions {
        client: Some(call.client.clone()),
        table: Some(call.table.clone().into_owned()),
        skip_hooks: Some(true),
        refresh_ttl: Some(false),
        skips_undecodable: false,
        limits: call.limits.clone(),
        explained: call.explained.clone(),
        begun: call.begun.clone(),
    };
    let requests = keys.iter().map(request).collect();
    let answered = get::read_some(requests, options).await?;
    Ok((answered.found.into_presence(), answered.sent))
}

/// Stands for an item that exists.
fn read_presence(reader: &mut Reader<'_>) -> Result<Box<AnyModel>, Fault> {
    reader.skip().map(|()| Box::new(()) as Box<AnyModel>)
}
