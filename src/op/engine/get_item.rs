//! The `GetItem` request: sent by `get` and `exists`, and by writes that have to read first.

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use tracing::Instrument as _;

use crate::key::RawKey;
use crate::op::engine::context::Context;
use crate::op::engine::failure;
use crate::op::engine::future::fill;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::sdk_key::sdk_key;
use crate::schema::ModelSchema;
use crate::splice::{ItemSink, SdkCodec, Splice};
use crate::{Client, Result};

/// The SDK's builder of a read by key.
pub(crate) fn builder(
    client: &Client,
    table: &str,
    schema: &ModelSchema,
    key: &RawKey,
    consistent: bool,
) -> GetItemFluentBuilder {
    let builder = client.sdk().get_item().table_name(table).set_key(Some(sdk_key(schema, key)));
    if consistent { builder.consistent_read(true) } else { builder }
}

pub(crate) async fn send(call: &Context, builder: GetItemFluentBuilder, sink: Box<dyn ItemSink>) -> Result<Outcome> {
    let watch = call.watch();
    let (splice, interceptor) = Splice::new(SdkCodec::GetItem).items("Item", sink).interceptor(watch.attempts());
    let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
    let mut sent = watch.sent();
    let output = failure::outcome(call, &watch, &sent, outcome, failure::from_sdk)?;
    sent.note(output.consumed_capacity(), output.request_id());
    let mut sink = splice.take_sink();
    let read = sink.as_deref_mut().map_or(Ok(()), |sink| fill(call, sink, output.item().into_iter()));
    sent.items = sink.as_ref().map_or(0, |sink| sink.count());
    let error = read.as_ref().err().map(crate::Error::kind);
    call.observe_skipped(sink.as_ref().map_or(&[], |sink| sink.skipped()));
    call.observe(&watch, &sent, error);
    read.map(|()| Outcome { sink, sent })
}
