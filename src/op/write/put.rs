use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::operation::put_item::{PutItemError, PutItemOutput};
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tracing::Instrument as _;

use crate::op::engine::context::{Context, Customize};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::{failure, unknown_outcome};
use crate::op::write::guard::{self, Expressions, with_expressions};
use crate::schema::ModelSchema;
use crate::splice::{ItemSink, SdkCodec, Splice};
use crate::{Client, Result};

/// One `PutItem`.
pub(crate) struct Put {
    /// `{"Item":{…}`: what goes in front of the SDK's own part of the body.
    pub(crate) head: Vec<u8>,
    pub(crate) schema: &'static ModelSchema,
    pub(crate) expressions: Expressions,
    pub(crate) version: Option<u64>,
    pub(crate) old: Option<Box<dyn ItemSink>>,
    pub(crate) customize: Option<Customize<PutItemFluentBuilder>>,
    pub(crate) detailed: bool,
}

/// What stands before the item in [`Put::head`].
pub(crate) const HEAD: &[u8] = b"{\"Item\":";

impl Put {
    /// The SDK's builder, with all but the item.
    pub(crate) fn builder(&mut self, client: &Client, table: &str, observed: bool) -> PutItemFluentBuilder {
        let mut builder = with_expressions!(client.sdk().put_item().table_name(table), &self.expressions);
        if self.old.is_some() {
            builder = builder.return_values(ReturnValue::AllOld);
        }
        if observed || self.detailed {
            builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
        }
        match self.customize.take() {
            Some(customize) => customize(builder),
            None => builder,
        }
    }

    pub(crate) async fn send(mut self, call: &Context) -> Result<Outcome> {
        let builder = self.builder(&call.client, &call.table, call.is_observed());
        // The item is needed again only to tell a lost response from a lost race.
        let item = self.expressions.condition.as_ref().map(|_| self.head[HEAD.len()..].to_vec());
        let watch = call.watch();
        let splice = Splice::new(SdkCodec::PutItem).head(self.head);
        let (splice, interceptor) = match self.old {
            Some(sink) => splice.items("Attributes", sink),
            None => splice,
        }
        .interceptor(watch.attempts());
        let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
        let mut sent = watch.sent();
        let mut sink = splice.take_sink();
        match outcome {
            Ok(output) => {
                sent.note(output.consumed_capacity(), output.request_id());
                call.observe(&watch, &sent, None);
                read_old(call, sink.as_deref_mut(), &output)?;
                Ok(Outcome { sink, sent })
            }
            Err(error) => {
                let stored = stored_item(&error);
                if item.is_some_and(|item| unknown_outcome::is_own_write(sent.attempts, &item, stored)) {
                    call.observe(&watch, &sent, None);
                    return Ok(Outcome { sink, sent });
                }
                let stored = stored.cloned();
                let error = guard::refused(failure::from_sdk(call, error), self.schema, self.version, stored);
                call.observe(&watch, &sent, Some(error.kind()));
                Err(error)
            }
        }
    }
}

fn stored_item(error: &SdkError<PutItemError, HttpResponse>) -> Option<&crate::Item> {
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(failed)) => failed.item(),
        _ => None,
    }
}

/// Reads the replaced item where a mock skipped the deserializer, and gives its fault.
fn read_old(call: &Context, sink: Option<&mut (dyn ItemSink + 'static)>, output: &PutItemOutput) -> Result<()> {
    let Some(sink) = sink else { return Ok(()) };
    crate::op::engine::future::fill(call, sink, output.attributes().into_iter())
}
