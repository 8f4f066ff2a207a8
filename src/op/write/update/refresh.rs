//! Refreshes the TTL of an item in the same request as an update.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::has_passed;
use crate::expr::{Action, Segment, Term, Tree};
use crate::op::write::guard::{self, Expressions, Replaceable};
use crate::op::write::refresh::Refresh;
use crate::op::write::update::write::{Mode, UpdateWrite};
use crate::ttl::expiry_of;
use crate::{Error, Number, Result};

impl UpdateWrite<'_> {
    /// Returns the expressions of the update including its refresh, if both fit into one request.
    pub(crate) fn refreshing(&self) -> Result<Option<Expressions>> {
        let Some(refresh) = self.refresh.as_deref().filter(|_| self.refreshes_itself()) else { return Ok(None) };
        let mut extends = refresh.extends();
        let mut actions = self.actions().clone();
        if self.options.mode == Mode::Upsert {
            extends = Tree::Or(vec![guard::absent(self.schema, None, Replaceable::Own), extends]);
        }
        let expiry = Action::Set(Term::Value(Ok(AttributeValue::N(refresh.to.to_string()))));
        match actions.of_mut(refresh.life.attribute) {
            Some(default) => *default = expiry,
            None => actions.push(vec![Segment::Name(refresh.life.attribute)], expiry),
        }
        let mut expressions = Expressions::of(Some(&extends.and_maybe(self.condition.clone())))?;
        expressions.update = Some(actions.render(&mut expressions.placeholders)?);
        Ok(Some(expressions))
    }

    /// Whether the refresh can be part of the request. The sentinels of unique values expire with their owner, which
    /// takes a transaction, and a customized request is sent as the user wants it.
    pub(super) fn refreshes_itself(&self) -> bool {
        self.schema.unique.is_empty() && self.options.customize.is_none()
    }

    /// Whether the refresh was rejected rather than the update. The update is then sent without it.
    pub(super) fn is_refresh_refused(&self, refresh: &Refresh, error: &Error) -> bool {
        let Some(stored) = error.old_item() else { return false };
        match expiry_of(stored, refresh.life.attribute) {
            // The update of a hidden item fails in any case.
            Some(expires_at) if has_passed(expires_at, refresh.life.now) => self.hiding.is_none(),
            Some(_) => is_above(stored.get(refresh.life.attribute), refresh.to.epoch_seconds()),
            None => true,
        }
    }
}

/// Whether a stored number is above this, as the service compares it: with its fraction.
fn is_above(stored: Option<&AttributeValue>, seconds: i64) -> bool {
    let Some(AttributeValue::N(digits)) = stored else { return false };
    digits.parse::<Number>().is_ok_and(|number| number > Number::from(seconds))
}
