//! An update that refreshes the TTL of its item in the same request.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Action, Segment, Term, Tree};
use crate::op::write::guard::{self, Expressions};
use crate::op::write::refresh::Refresh;
use crate::op::write::update::write::{Mode, UpdateWrite};
use crate::ttl::expiry_of;
use crate::{Error, Result};

impl UpdateWrite<'_> {
    /// The expressions of the update with its refresh, where it can be one request.
    pub(crate) fn refreshing(&self) -> Result<Option<Expressions>> {
        let Some(refresh) = self.refresh.as_deref().filter(|_| self.refreshes_itself()) else { return Ok(None) };
        let mut lengthens = refresh.lengthens();
        let mut actions = self.options.actions.clone();
        if self.options.mode == Mode::Upsert {
            lengthens = Tree::Or(vec![guard::absent(self.schema, None), lengthens]);
        }
        let expiry = Action::Set(Term::Value(Ok(AttributeValue::N(refresh.to.to_string()))));
        match actions.of_mut(refresh.life.attribute) {
            Some(default) => *default = expiry,
            None => actions.push(vec![Segment::Name(refresh.life.attribute)], expiry),
        }
        let mut expressions = Expressions::of(Some(&lengthens.and_maybe(self.condition.clone())))?;
        expressions.update = Some(actions.render(&mut expressions.placeholders)?);
        Ok(Some(expressions))
    }

    /// Whether the refresh can be part of the request: the sentinels of unique values expire with their owner, which
    /// takes a transaction, and what a user has changed of a request goes into one.
    pub(super) fn refreshes_itself(&self) -> bool {
        self.schema.unique.is_empty() && self.options.customize.is_none()
    }

    /// Whether it is the refresh that was refused, and not the update: then it is sent without.
    pub(super) fn is_refresh_refused(&self, refresh: &Refresh, error: &Error) -> bool {
        let Some(stored) = error.old_item() else { return false };
        match expiry_of(stored, refresh.life.attribute) {
            // What is hidden is refused in any case.
            Some(expires_at) if expires_at <= refresh.life.now => self.hiding.is_none(),
            Some(expires_at) => expires_at >= refresh.to.epoch_seconds(),
            None => true,
        }
    }
}
