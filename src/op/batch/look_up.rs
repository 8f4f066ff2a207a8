//! Checks in the table whether items are live, for reads of an index that does not contain their expiry.
//!
//! `read` must not depend on batches, so it calls [`live`] through the [`LookUpFn`] that
//! [`Model::index`](crate::Model::index) passes.

use aws_sdk_dynamodb::operation::batch_get_item::builders::BatchGetItemFluentBuilder;

use crate::expr::Placeholders;
use crate::op::batch::get;
use crate::op::engine::context::{CallOptions, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::key_requests::KeyRequest;
use crate::op::engine::sdk_key::raw_key;
use crate::op::read::engine::expired::LookUp;
use crate::{Item, Result};

/// Returns whether each item exists and has not expired. This takes one additional read per item.
pub(crate) fn live(request: LookUp<'_>) -> BoxFuture<'_, Result<(Vec<bool>, RequestFacts)>> {
    Box::pin(look_up(request))
}

async fn look_up(request: LookUp<'_>) -> Result<(Vec<bool>, RequestFacts)> {
    let LookUp { call, model, consistent, detailed, keys } = request;
    let schema = model.schema;
    let request = |item: &Item| {
        let key = raw_key(schema, &mut item.clone()).map_err(|fault| crate::error::fault_error(fault, schema.model));
        KeyRequest { model, presence_only: true, key, call: CallOptions::default(), consistent: Some(consistent) }
    };
    let options = CallOptions {
        client: Some(call.client.clone()),
        table: Some(call.table.clone().into_owned()),
        skip_hooks: Some(true),
        refresh_ttl: Some(false),
        skips_undecodable: false,
        explained: call.explained.clone(),
    };
    let keys_of_table = [Some(schema.table.hash_key), schema.table.range_key].into_iter().flatten();
    let entity = schema.entity.map(|entity| entity.attribute.name);
    let silent = [entity, call.lifecycle.attribute(schema)].into_iter().flatten();
    let names: Vec<_> = keys_of_table.map(|key| key.attribute.name).chain(silent).collect();
    let requests = keys.iter().map(request).collect();
    let answered =
        get::read_some(requests, options, detailed, Box::new(move |builder| projected(builder, &names))).await?;
    Ok((answered.found.into_presence(), answered.sent))
}

/// Restricts the response to these attributes.
fn projected(builder: BatchGetItemFluentBuilder, names: &[&'static str]) -> BatchGetItemFluentBuilder {
    let mut placeholders = Placeholders::default();
    let projection = placeholders.projection(names.iter().copied());
    let mut tables = builder.get_request_items().clone().unwrap_or_default();
    for keys in tables.values_mut() {
        keys.projection_expression = Some(projection.clone());
        keys.expression_attribute_names = placeholders.sdk_names();
    }
    builder.set_request_items(Some(tables))
}
