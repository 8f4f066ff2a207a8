//! `PutItem`: sends a save or create alone.

use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;

use crate::Result;
use crate::op::engine::context::Context;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::send::{Customize, Outgoing};
use crate::op::engine::unknown_outcome;
use crate::op::write::guard::{self, Expressions, Stored, customized, with_expressions};
use crate::schema::ModelSchema;
use crate::splice::ReadSink;

/// One `PutItem` request.
pub(crate) struct PutRequest {
    /// `{"Item":{…}`, which precedes the SDK's own part of the body.
    pub(crate) head: Vec<u8>,
    pub(crate) schema: &'static ModelSchema,
    pub(crate) expressions: Expressions,
    pub(crate) version: Option<u64>,
    pub(crate) stored: Stored,
    pub(crate) old: Option<Box<dyn ReadSink>>,
    pub(crate) customize: Option<Customize<'static, PutItemFluentBuilder>>,
    pub(crate) detailed: bool,
}

/// The bytes before the item in [`PutRequest::head`].
pub(crate) const HEAD: &[u8] = b"{\"Item\":";

impl PutRequest {
    pub(crate) async fn send(self, call: &Context) -> Result<Outcome> {
        let builder = call.client.sdk().put_item().table_name(&*call.table);
        let mut builder = with_expressions!(builder, &self.expressions);
        if self.old.is_some() {
            builder = builder.return_values(ReturnValue::AllOld);
        }
        // The item is needed again only to distinguish a lost response from a lost race.
        let is_conditional = self.expressions.condition.is_some() && !self.expressions.is_repeatable;
        let item = is_conditional.then(|| self.head[HEAD.len()..].to_vec());
        let customize = customized!(self.customize, self.expressions);
        let request = Outgoing::new(builder).head(self.head).sink(self.old).detailed(self.detailed).writes(1);
        let exchange = call.send_or(request.customize(customize), |error, sent| {
            if item.is_some_and(|item| unknown_outcome::is_own_write(sent.attempts, &item, error.old_item())) {
                return Ok(None);
            }
            Err(guard::refused(error, self.schema, self.version, self.stored))
        });
        exchange.await.into_outcome()
    }
}
