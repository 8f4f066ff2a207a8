//! An update that lengthens the life of its item in the same request.

use aws_sdk_dynamodb::types::AttributeValue;

use super::update_write::{Mode, UpdateWrite};
use crate::expr::{Action, Comparator, Term, Tree};
use crate::op::guard::{self, Expressions};
use crate::splice::{Life, expiry_of};
use crate::{Error, Result, TTLAttribute};

/// The life that an update gives its item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refresh {
    pub(super) life: Life,
    pub(super) to: TTLAttribute,
    /// Whether an item that has expired counts as gone.
    pub(super) hides: bool,
}

impl Refresh {
    /// Holds when the item is live, and not for so long.
    fn lengthens(&self) -> Tree {
        let compare = |comparator, seconds: i64| {
            Tree::compare(self.life.attribute, comparator, AttributeValue::N(seconds.to_string()))
        };
        compare(Comparator::Gt, self.life.now).and(compare(Comparator::Lt, self.to.epoch_seconds()))
    }

    /// Whether it is the refresh that was refused, and not the update: then it is sent without.
    pub(super) fn is_refused(&self, error: &Error) -> bool {
        let Some(stored) = error.old_item() else { return false };
        match expiry_of(stored, self.life.attribute) {
            Some(expires_at) if expires_at <= self.life.now => !self.hides,
            Some(expires_at) => expires_at >= self.to.epoch_seconds(),
            None => true,
        }
    }
}

impl UpdateWrite<'_> {
    /// The expressions of the update with its refresh, where it can be one request.
    pub(crate) fn refreshing(&self) -> Result<Option<Expressions>> {
        // The sentinels of unique values expire with their owner.
        let is_alone = self.schema.unique.is_empty() && self.options.customize.is_none();
        let Some(refresh) = self.refresh.filter(|_| is_alone) else { return Ok(None) };
        let mut lengthens = refresh.lengthens();
        let mut actions = self.options.actions.clone();
        if self.options.mode == Mode::Upsert {
            lengthens = Tree::Or(vec![guard::absent(self.schema, None), lengthens]);
        }
        let expiry = Action::Set(Term::Value(Ok(AttributeValue::N(refresh.to.to_string()))));
        match actions.of_mut(refresh.life.attribute) {
            Some(default) => *default = expiry,
            None => actions.push(vec![crate::expr::Segment::Name(refresh.life.attribute)], expiry),
        }
        let mut expressions = Expressions::of(Some(&lengthens.and_maybe(self.condition.clone())))?;
        expressions.update = Some(actions.render(&mut expressions.placeholders)?);
        Ok(Some(expressions))
    }
}
