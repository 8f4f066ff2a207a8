//! A save that changes no unique value is one `PutItem`, on the condition that the stored values are those of the
//! value. The condition shows a change, and the returned item says what to move.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::has_passed;
use crate::expr::Tree;
use crate::op::engine::context::Context;
use crate::op::engine::outcome::Outcome;
use crate::op::write::executor::{Claiming, Prepared, Write, WriteAction};
use crate::op::write::expired_blocker;
use crate::op::write::expiry::Expiry;
use crate::op::write::guard::{self, Replaceable};
use crate::op::write::transaction::unique::{is_equal, same};
use crate::schema::ModelSchema;
use crate::ttl::epoch_seconds_of;
use crate::{Error, ErrorKind, Result};

/// What the stored item must have for a save that moves nothing.
pub(super) struct Unchanged {
    schema: &'static ModelSchema,
    values: Vec<(&'static str, Option<AttributeValue>)>,
    condition: Tree,
}

/// What a save that expected no change has found.
pub(super) enum Sent {
    /// It was written.
    Done(Outcome),
    /// It was refused because values change or an expired item is in the way. The error contains the stored item.
    Changes(Error),
}

/// Returns the condition of a save that may change nothing. An expired item may have lost its values, and a new expiry
/// is one of the sentinels too, so these saves are transactions in any case.
pub(super) async fn of(call: &Context, prepared: &Prepared) -> Result<Option<Unchanged>> {
    let is_save = matches!(prepared.action, WriteAction::Put(_)) && prepared.claiming != Claiming::New;
    if !is_save || prepared.expiry != Expiry::FromValue {
        return Ok(None);
    }
    let schema = prepared.schema;
    let expires_at = prepared.expires_at.after(None);
    if let Some(expires_at) = expires_at.as_ref().and_then(epoch_seconds_of) {
        call.ask_time(schema, &prepared.key).await?;
        if has_passed(expires_at, call.now_millis().div_euclid(1000)) {
            return Ok(None);
        }
    }
    let unique = prepared.unique.iter().map(|(attribute, change)| (*attribute, change.after(None)));
    let values: Vec<_> = unique.chain(schema.expiry().map(|ttl| (ttl, expires_at))).collect();
    let conditions = values.iter().map(|(attribute, value)| same(attribute, value.as_ref()));
    // An item of another model has an equal attribute without a sentinel.
    let any_entity = schema.entity.filter(|_| prepared.stored == Replaceable::Any);
    let condition = conditions.chain(any_entity.map(guard::is_entity)).reduce(Tree::and);
    Ok(condition.map(|condition| Unchanged { schema, values, condition }))
}

impl Unchanged {
    /// Sends the save alone.
    pub(super) async fn send(self, write: &mut dyn Write, call: &Context, mut prepared: Prepared) -> Result<Sent> {
        prepared.expressions.guard(&self.condition).map_err(|error| call.contextualize(error))?;
        let (expected, needs_item) = ((prepared.version, prepared.stored), prepared.needs_item);
        match write.send(call, Box::new(prepared)).await {
            Ok(done) => Ok(Sent::Done(done)),
            Err(error) if needs_item && self.is_blocked(write, call, &error) => {
                Err(Prepared::absent(error, write, expected))
            }
            Err(error) if self.is_refusal(write, &error) || self.is_blocked(write, call, &error) => {
                Ok(Sent::Changes(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the save was refused because a value changes. If there is no item, it is created with its sentinels.
    fn is_refusal(&self, write: &dyn Write, error: &Error) -> bool {
        match error.kind() {
            ErrorKind::ConditionFailed => {}
            ErrorKind::VersionConflict if error.old_item().is_none() => {}
            ErrorKind::OutcomeUnknown if write.is_repeatable() => {}
            _ => return false,
        }
        error.old_item().is_none_or(|stored| {
            let kept = |attribute: &str| stored.get(attribute).filter(|value| !value.is_null());
            !self.schema.owns(stored) || self.values.iter().any(|(name, new)| !is_equal(kept(name), new.as_ref()))
        })
    }

    /// Whether an expired item, which counts as absent, is in the way.
    fn is_blocked(&self, write: &dyn Write, call: &Context, error: &Error) -> bool {
        let hiding = write.hiding(call).filter(|_| !error.may_have_been_written());
        hiding.is_some_and(|check| expired_blocker::blocked_by_expired(error, self.schema, check))
    }
}
