//! `PutItem`: sends a save or create alone.

use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;

use crate::Result;
use crate::error::fault_error;
use crate::key::RawKey;
use crate::op::engine::context::Context;
use crate::op::engine::follow_up::RequestUnits;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::{Customize, Outgoing};
use crate::op::engine::refused;
use crate::op::engine::unknown_outcome::{self, WriteMark};
use crate::op::engine::vtable::{ErasedModel, Stamps};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::expiry::{self, Expiry};
use crate::op::write::guard::{self, Replaceable, customized};
use crate::schema::ModelSchema;
use crate::splice::ReadSink;
use crate::wire::Writer;

/// One `PutItem` request.
pub(crate) struct PutRequest {
    /// `{"Item":{…}`, which precedes the SDK's own part of the body.
    pub(crate) head: Vec<u8>,
    pub(crate) schema: &'static ModelSchema,
    pub(crate) key: RawKey,
    pub(crate) expressions: WriteExpressions,
    pub(crate) version: Option<u64>,
    pub(crate) stored: Replaceable,
    pub(crate) mark: Option<WriteMark>,
    pub(crate) old: Option<Box<dyn ReadSink>>,
    pub(crate) customize: Option<Customize<'static, PutItemFluentBuilder>>,
}

/// The bytes before the item in [`PutRequest::head`].
pub(crate) const HEAD: &[u8] = b"{\"Item\":";

/// Validates a value, appends its item to `bytes` as it will be stored with this expiry, and returns what the write changes
/// in the value. If it fails, `bytes` is unchanged.
pub(crate) fn encode(
    value: &dyn ErasedModel,
    schema: &'static ModelSchema,
    bytes: &mut Vec<u8>,
    expiry: Expiry,
    epoch_millis: i64,
) -> Result<Stamps> {
    value.validate().map_err(|error| error.with_model(schema.model))?;
    let expires_at = match expiry {
        Expiry::Set(expires_at) => Some(expires_at),
        Expiry::FromValue | Expiry::Stored(_) => None,
    };
    let written = Writer::append(bytes, |writer| {
        let stamps = value.write(writer, epoch_millis, expires_at);
        if let (Some(expires_at), Some(attribute)) = (expires_at, schema.expiry())
            && value.ttl().is_none()
        {
            expiry::append(writer, attribute, expires_at);
        }
        stamps
    });
    written.map_err(|fault| fault_error(fault, schema.model))
}

impl PutRequest {
    pub(crate) async fn send(self: Box<Self>, call: &Context) -> Result<Outcome> {
        let wants_old = self.old.is_some();
        let returning = wants_old.then(|| call.client.sdk().put_item().return_values(ReturnValue::AllOld));
        let customize = customized!(self.customize, self.expressions);
        call.known_units(|| RequestUnits::written([(&self.head[HEAD.len()..], self.schema.table)]));
        let refusal = call.is_metered().then(|| refused::units_of(&self.head[HEAD.len()..], 1));
        let request = Outgoing::with_members(returning).head(self.head).expressions(&self.expressions);
        let request = request.of_key(self.schema, &self.key, self.old).refusal(refusal).writes(1);
        let exchange = call.send_or(request.customize(customize), |error, sent| {
            if unknown_outcome::is_own_write(self.mark.as_ref(), &error, sent) {
                return Ok(None);
            }
            Err(guard::refused(error, self.schema, self.version, self.stored))
        });
        let done = exchange.await.into_outcome()?;
        // A retry replaces what an earlier attempt has stored.
        if wants_old && done.sent.maybe_applied {
            return Err(call.contextualize(unknown_outcome::old_is_unknown()));
        }
        Ok(done)
    }
}
