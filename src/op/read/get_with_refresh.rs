//! Reads an item by key and extends its TTL in the same `UpdateItem` request. Used by `Get`.

use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};

use crate::Result;
use crate::key::RawKey;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::send::Outgoing;
use crate::op::write::refresh::Refresh;
use crate::splice::{ItemSink, ReadSink};

/// The result of a read that refreshes.
pub(crate) enum RefreshGetOutcome {
    Read(Outcome),
    /// The response does not tell what is stored, so the item must be read.
    Unread(Option<Box<dyn ReadSink>>, RequestFacts),
}

impl Refresh {
    /// Whether one request can read the item and extend its TTL. An update is billed as a write even if no refresh is
    /// due, so it is used only if every access refreshes.
    pub(crate) fn serves_get(&self) -> bool {
        let is_always = self.call.lifecycle.refreshes_always();
        // The sentinels of unique values must expire with their owner, which takes a transaction.
        is_always && self.model.schema.unique.is_empty() && self.call.client.background().is_none()
    }

    /// The `UpdateItem` request.
    pub(crate) fn get_builder(&self, key: &RawKey) -> Result<UpdateItemFluentBuilder> {
        let builder = self.builder(key)?.return_values(ReturnValue::AllNew);
        Ok(builder.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld))
    }

    /// Sends the request and reads the item from its response.
    pub(crate) async fn get(&self, call: &Context, key: &RawKey, sink: Box<dyn ReadSink>) -> Result<RefreshGetOutcome> {
        let builder = self.get_builder(key).map_err(|error| call.contextualize(error))?;
        let request = Outgoing::new(builder).of_key(self.model.schema, key, Some(sink));
        let request = request.detailed(self.detailed).fails_as(self.call.operation);
        // If the condition fails, the item is expired, needs no refresh or does not exist. The error then holds the
        // item, so no second request is needed. Without an item, the server may not support
        // `ReturnValuesOnConditionCheckFailure`: only a read tells whether the item exists.
        let is_unread = AtomicBool::new(false);
        let exchange = call.send_with(
            request,
            |error, _| {
                let is_refused = error.is_condition_failed();
                is_unread.store(!is_refused || error.old_item().is_none(), Ordering::Relaxed);
                if is_refused { Ok(error.into_old_item()) } else { Err(error) }
            },
            |output, _| {
                is_unread.store(output.attributes().is_none(), Ordering::Relaxed);
                Ok(())
            },
        );
        let exchange = exchange.await;
        if is_unread.into_inner() {
            return Ok(RefreshGetOutcome::Unread(exchange.sink.and_then(ItemSink::into_read), exchange.sent));
        }
        exchange.into_outcome().map(RefreshGetOutcome::Read)
    }
}
