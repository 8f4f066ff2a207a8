//! A read by key that lengthens the life of the item in the same request.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use tracing::Instrument as _;

use crate::key::RawKey;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::failure;
use crate::op::engine::future::fill;
use crate::op::engine::outcome::Outcome;
use crate::op::write::refresh::Refresh;
use crate::splice::{ItemSink, SdkCodec, Splice};
use crate::{Error, Item, Result};

/// What a read with its refresh gave.
pub(crate) enum RefreshGetOutcome {
    Read(Outcome),
    /// The refresh failed, and nothing is known of the item.
    Failed(Option<Box<dyn ItemSink>>, RequestFacts),
}

impl Refresh {
    /// Whether one request reads the item and lengthens its life: an update gives the whole item back, whether it
    /// was due or not. It is billed as a write, so it serves where every access is to be one.
    pub(crate) fn serves_get(&self) -> bool {
        let is_always = self.call.lifecycle.refreshes_always();
        // The sentinels of unique values expire with their owner, which takes a transaction.
        is_always && self.model.schema.unique.is_empty() && self.call.client.background().is_none()
    }

    /// The request for it.
    pub(crate) fn get_builder(&self, key: &RawKey) -> Result<UpdateItemFluentBuilder> {
        let builder = self.builder(key)?.return_values(ReturnValue::AllNew);
        Ok(builder.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    /// Reads the item for `call`.
    pub(crate) async fn get(&self, call: &Context, key: &RawKey, sink: Box<dyn ItemSink>) -> Result<RefreshGetOutcome> {
        let builder = self.get_builder(key).map_err(|error| call.contextualize(error))?;
        let watch = call.watch();
        let (splice, interceptor) =
            Splice::new(SdkCodec::UpdateItem).items("Attributes", sink).interceptor(watch.attempts());
        let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
        let mut sent = watch.sent();
        let mut sink = splice.take_sink();
        let read = match outcome {
            Ok(output) => {
                sent.note(output.consumed_capacity(), output.request_id());
                take(call, sink.as_deref_mut(), output.attributes())
            }
            Err(SdkError::ServiceError(refused)) if is_condition_failed(refused.err()) => {
                sent.request_id = refused.err().meta().request_id().map(str::to_owned);
                if let Some(sink) = sink.as_deref_mut() {
                    sink.reset();
                }
                take(call, sink.as_deref_mut(), stored_item(refused.err()))
            }
            Err(error) => {
                let kind = failure::from_sdk(&self.call, error).kind();
                self.call.observe(&watch, &sent, Some(kind));
                return Ok(RefreshGetOutcome::Failed(sink, sent));
            }
        };
        sent.items = sink.as_ref().map_or(0, |sink| sink.count());
        call.observe_skipped(sink.as_ref().map_or(&[], |sink| sink.skipped()));
        call.observe(&watch, &sent, read.as_ref().err().map(Error::kind));
        read.map(|()| RefreshGetOutcome::Read(Outcome { sink, sent }))
    }
}

fn take(call: &Context, sink: Option<&mut (dyn ItemSink + 'static)>, item: Option<&Item>) -> Result<()> {
    sink.map_or(Ok(()), |sink| fill(call, sink, item.into_iter()))
}

fn is_condition_failed(error: &UpdateItemError) -> bool {
    matches!(error, UpdateItemError::ConditionalCheckFailedException(_))
}

/// The item as it is stored, which has expired, needs no refresh, or is not there.
fn stored_item(error: &UpdateItemError) -> Option<&Item> {
    match error {
        UpdateItemError::ConditionalCheckFailedException(refused) => refused.item(),
        _ => None,
    }
}
