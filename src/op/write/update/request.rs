//! Sends the `UpdateItem` request, and reads the new or old item from its response.

use aws_sdk_dynamodb::types::ReturnValue;

use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::unknown_outcome;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::Prepared;
use crate::op::write::update::Returns;
use crate::op::write::update::write::UpdateWrite;
use crate::splice::ReadSink;
use crate::ttl::expiry_of;
use crate::{Error, ErrorKind, Result};

impl UpdateWrite<'_> {
    /// Sends the request once.
    pub(super) async fn send_once(
        &mut self,
        call: &Context,
        prepared: &Prepared,
        expressions: &WriteExpressions,
    ) -> Result<Outcome> {
        let returned = match self.options.returns {
            Returns::New => Some(ReturnValue::AllNew),
            Returns::Old => Some(ReturnValue::AllOld),
            Returns::Nothing => None,
        };
        let returning = returned.map(|value| call.client.sdk().update_item().return_values(value));
        // A fresh sink for each request, because the update may be sent again.
        let mut sink = self.options.sink.as_ref().map(|sink| sink.fresh());
        if let (Some(refresh), Some(sink), Returns::New) = (&self.refresh, &mut sink, self.options.returns) {
            sink.trace(vec![refresh.check.attribute]);
        }
        let request = Outgoing::with_members(returning).expressions(expressions);
        let request = request.by_key(prepared.schema, &prepared.key, sink).writes(1);
        let request = request.customize(self.options.customize.take());
        let this = &mut *self;
        let exchange = call.send_or(request, move |error, sent| {
            if unknown_outcome::is_own_write(this.mark.as_ref(), &error, sent) {
                return Ok(error.into_old_item());
            }
            Err(this.refusal(error, prepared))
        });
        let Outcome { sink, sent } = exchange.await.into_outcome()?;
        // If an earlier attempt may have been applied, the old item of this one may already be the new item.
        if self.options.returns == Returns::Old && (sent.maybe_applied || self.maybe_written) {
            return Err(call.contextualize(unknown_outcome::old_is_unknown()));
        }
        self.finish_response(call, sink, sent).await.map_err(Error::maybe_written)
    }

    async fn finish_response(
        &mut self,
        call: &Context,
        mut sink: Option<Box<dyn ReadSink>>,
        sent: RequestFacts,
    ) -> Result<Outcome> {
        if let Some(sink) = sink.as_mut().filter(|_| self.target.model.has_hooks() && call.runs_hooks) {
            sink.after_load(&call.hook_context()).await.map_err(|error| call.contextualize(error))?;
        }
        if self.options.returns == Returns::New && sink.as_ref().is_none_or(|sink| sink.count() == 0) {
            return Err(call.error(ErrorKind::Service, "DynamoDB did not return the updated item"));
        }
        if self.options.returns == Returns::New {
            let returned = sink.as_deref().and_then(|sink| sink.traces().first());
            self.is_fresh = self
                .refresh
                .as_ref()
                .zip(returned)
                .is_some_and(|(refresh, item)| !refresh.is_due(expiry_of(item, refresh.check.attribute)));
            self.keep_new(&mut sink);
        }
        Ok(Outcome { sink, sent })
    }

    /// Records the size of the new item, and keeps the item if there is a local value to replace.
    pub(super) fn keep_new(&mut self, sink: &mut Option<Box<dyn ReadSink>>) {
        self.excessive_size = sink.as_ref().and_then(|sink| sink.excessive_size());
        if self.target.is_modified() {
            self.new = sink.take();
        }
    }
}
