//! A read by key that lengthens the life of the item in the same request.

use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};

use crate::Result;
use crate::key::RawKey;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::send::Outgoing;
use crate::op::write::refresh::Refresh;
use crate::splice::ItemSink;

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
        let request = Outgoing::new(builder).sink(Some(sink)).detailed(self.detailed).fails_as(self.call.operation);
        let mut is_refused = false;
        // A refresh that is refused reads the item all the same: it has expired, needs no refresh, or is not there.
        let exchange = call.send_or(request, |error, _| {
            is_refused = error.is_condition_failed();
            if is_refused { Ok(error.into_old_item()) } else { Err(error) }
        });
        let exchange = exchange.await;
        if exchange.output.is_none() && !is_refused {
            return Ok(RefreshGetOutcome::Failed(exchange.sink, exchange.sent));
        }
        exchange.into_outcome().map(RefreshGetOutcome::Read)
    }
}
