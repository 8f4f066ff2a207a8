//! Refreshes the TTL of an item in the request of an update, instead of in a second write.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::attribute::has_passed;
use crate::expr::{Action, Segment, Term, Tree};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::guard::{self, Replaceable};
use crate::op::write::refresh::Refresh;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::write::UpdateWrite;
use crate::ttl::expiry_of;
use crate::{Error, Number, Result};

impl UpdateWrite<'_> {
    /// Returns the expressions of the update including its refresh, if both fit into one request.
    pub(crate) fn refreshing(&self) -> Result<Option<WriteExpressions>> {
        let Some(refresh) = self.refresh.as_deref().filter(|_| self.refreshes_itself()) else { return Ok(None) };
        let mut extends = refresh.extends();
        let mut actions = self.actions().clone();
        if self.options.mode == Mode::Upsert {
            extends = Tree::Or(vec![guard::absent(self.schema, None, Replaceable::Own), extends]);
        }
        let expiry = Action::Set(Term::Value(Ok(AttributeValue::N(refresh.to.to_string()))));
        match actions.of_mut(refresh.check.attribute) {
            Some(default) => *default = expiry,
            None => actions.push(vec![Segment::Name(refresh.check.attribute)], expiry),
        }
        let mut expressions = WriteExpressions::of(Some(&extends.and_maybe(self.condition.clone())))?;
        expressions.set_update(&actions)?;
        Ok(Some(expressions))
    }

    /// Whether the refresh can be part of the request. It cannot if the model has unique values, because their sentinels
    /// expire with the item, which takes a transaction. A customized request stays as the user has made it.
    pub(super) fn refreshes_itself(&self) -> bool {
        self.schema.unique.is_empty() && self.options.customize.is_none()
    }

    /// Whether DynamoDB refused the refresh and not the update. The update is then sent without the refresh.
    pub(super) fn is_refresh_refused(&self, refresh: &Refresh, error: &Error) -> bool {
        let Some(stored) = error.old_item() else { return false };
        match expiry_of(stored, refresh.check.attribute) {
            // If expired items are hidden, the update itself is refused too.
            Some(expires_at) if has_passed(expires_at, refresh.check.now) => self.hiding.is_none(),
            Some(_) => is_above(stored.get(refresh.check.attribute), refresh.to.epoch_seconds()),
            None => true,
        }
    }
}

/// Whether a stored number is greater than `seconds`. DynamoDB compares its fraction too.
fn is_above(stored: Option<&AttributeValue>, seconds: i64) -> bool {
    let Some(AttributeValue::N(digits)) = stored else { return false };
    digits.parse::<Number>().is_ok_and(|number| number > Number::from(seconds))
}
