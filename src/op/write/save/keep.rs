//! A save that preserves the stored expiry, because its value has no expiry.

use crate::error::fault_error;
use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::context::Context;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::write::executor::{Prepared, WriteAction};
use crate::op::write::expiry;
use crate::op::write::put::HEAD;
use crate::op::write::save::{SaveWrite, check_size};
use crate::splice::ApiOperation;
use crate::ttl::epoch_seconds_of;
use crate::wire::Writer;
use crate::{ErrorKind, Model, Result, TTLAttribute};

/// How often a save reads the expiry that it preserves, if other writers change it repeatedly.
const READS: u32 = 4;

/// Sends a save that preserves the stored expiry.
pub(super) type SendKeeping =
    for<'s, 'v> fn(&'s mut SaveWrite<'v>, &'s Context, Prepared, TTLAttribute) -> BoxFuture<'s, Result<Outcome>>;

/// Returns `None` for a model without a TTL attribute, so that a program in which no model has one does not link [`send`].
pub(super) const fn send_keeping_of<M: Model>() -> Option<SendKeeping> {
    if M::SCHEMA.expiry().is_none() {
        None
    } else {
        Some(|save, call, prepared, default| Box::pin(send(save, call, prepared, default)))
    }
}

/// Reads the expiry, and writes the item on the condition that the expiry has not changed.
async fn send(save: &mut SaveWrite<'_>, call: &Context, prepared: Prepared, default: TTLAttribute) -> Result<Outcome> {
    let Prepared { schema, key, action: WriteAction::Put(head), expressions, version, .. } = prepared else {
        unreachable!("`prepare` makes a put")
    };
    let Some(attribute) = schema.expiry() else { unreachable!("the model has no TTL attribute") };
    // A customized request is sent once.
    let tries = if save.options.customize.is_some() { 1 } else { READS };
    call.may_send(Followed::new(ApiOperation::PutItem, "after the stored expiry is read"));
    if tries > 1 {
        call.may_send(Followed::new(ApiOperation::GetItem, "if another writer changes the expiry in between"));
    }
    let mut backoff = Backoff::new(Policy::CONTENTION);
    for left in (0..tries).rev() {
        let stored = expiry::stored(call, schema, &key, attribute).await?;
        let mut expressions = expressions.clone();
        expressions.guard(&expiry::same(attribute, stored.as_ref())).map_err(|error| call.contextualize(error))?;
        let seconds = stored.as_ref().and_then(epoch_seconds_of);
        let seconds = seconds.filter(|seconds| call.hiding(schema).is_none_or(|check| *seconds > check.now));
        let expires_at = seconds.map_or(default, TTLAttribute::from_epoch_seconds);
        let mut head = head.clone();
        let appended = Writer::append(&mut head, |writer| expiry::append(writer, attribute, expires_at));
        appended.map_err(|fault| call.contextualize(fault_error(fault, schema.model)))?;
        // The item was measured without its expiry.
        let checked = check_size(&head[HEAD.len()..], save.model.config().max_size, schema);
        checked.map_err(|error| call.contextualize(error))?;
        match save.put_of(schema, key.clone(), head, expressions, version).send(call).await {
            Err(error) if left > 0 && expiry::has_moved(&error, attribute, stored.as_ref()) => {
                backoff.pause_after_loss().await;
            }
            outcome => return outcome,
        }
    }
    Err(call.error(ErrorKind::ConditionFailed, "the expiry of the item changed each time it was read"))
}
