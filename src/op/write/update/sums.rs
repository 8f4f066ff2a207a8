//! Additions to numbers that index keys are made from, and upserts of items whose index keys contain the time of creation.
//!
//! DynamoDB adds to a number without telling the result in advance, and a key that a template makes contains the result.
//! singlet therefore reads the item, computes the number, and sets both on the condition that the stored one is still the
//! same. If it is not, the refusal contains the stored item, and the update is sent again with it. An upsert keeps a stored
//! time of creation and sets one if there is none, so its keys depend on the stored item in the same way.

use aws_sdk_dynamodb::types::AttributeValue;

use super::assumption::Assumption;
use super::fit::Fit;
use crate::expr::{Action, Actions, Term};
use crate::key::{FieldPath, KeySource, KeyTemplate, RawKey};
use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::context::Context;
use crate::op::engine::get_item;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::write::executor::Write as _;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::write::UpdateWrite;
use crate::schema::{IndexKeys, Membership, ModelSchema};
use crate::{Error, ErrorKind, Item, Number, Result};

/// How often an update that adds to a number is sent if other writers change the number.
pub(super) const TRIES: u32 = 16;

/// The stored item that the keys were computed from, and the update without them.
#[derive(Debug)]
pub(super) struct Basis {
    actions: Actions,
    /// The number of assumptions that the caller gave.
    given: usize,
    item: Item,
    /// The pauses between the attempts, without which a writer could lose to the same others each time.
    backoff: Backoff,
}

impl Basis {
    /// The value of a field that index keys are made from. An absent field has its default.
    pub(super) fn value_of(&self, field: FieldPath, schema: &ModelSchema) -> Option<AttributeValue> {
        let attribute = FieldPath::attribute(field.attribute);
        let default = || self.stored(attribute).is_none().then(|| schema.default_at(field)).flatten();
        self.stored(field).or_else(default)
    }

    /// What is stored of the item.
    pub(super) fn item(&self) -> &Item {
        &self.item
    }

    /// The stored value of a field. NULL counts as absent.
    pub(super) fn stored(&self, field: FieldPath) -> Option<AttributeValue> {
        field.value_in(&self.item).cloned()
    }
}

impl UpdateWrite<'_> {
    /// Whether the update must know the stored item: it adds to a number on which an index depends, or is an upsert
    /// and an index key contains the time of creation, which the caller has not stated.
    pub(super) fn needs_basis(&self) -> bool {
        let needs = |index| self.adds_to(index) || self.keeps_creation_in(index);
        self.basis.is_none() && self.schema.index_keys.iter().any(needs)
    }

    fn keeps_creation_in(&self, index: &IndexKeys) -> bool {
        let Some(created_at) = self.schema.managed.created_at else { return false };
        let mut parts = index.keys.iter().filter_map(KeySource::template).flat_map(KeyTemplate::parts);
        self.options.mode == Mode::Upsert
            && parts.any(|part| part.place == FieldPath::attribute(created_at.attribute))
            && self.options.assumptions.iter().all(|known| known.field != FieldPath::attribute(created_at.attribute))
    }

    fn adds_to(&self, index: &IndexKeys) -> bool {
        let is_sum = |field: &str| {
            matches!(self.options.actions.of(field), Some(Action::Plus(Term::Value(_)) | Action::Minus(Term::Value(_))))
        };
        let templates = || index.keys.iter().filter_map(KeySource::template);
        let makes_key = templates()
            .flat_map(KeyTemplate::parts)
            .any(|part| !part.place.is_inside() && !part.place.is_index_only() && is_sum(part.place.attribute));
        let decides = index.membership.fields().iter().any(|field| is_sum(field));
        // An item enters a sparse index with its number, and all templates must then be filled in.
        let enters = index.keys.iter().any(|key| matches!(key, KeySource::Field(field) if is_sum(field.name)))
            && templates().next().is_some()
            && (matches!(index.membership, Membership::OfFields { .. })
                || index.required_fields().any(|field| !field.is_required(self.schema)));
        makes_key || decides || enters
    }

    /// Reads what the index keys depend on, or takes it from the local value, and computes the sums.
    pub(super) async fn compute_sums(&mut self, call: &Context) -> Result<()> {
        let local = self.target.item().map_err(|error| call.contextualize(error))?;
        let fits = |item: &Item| self.options.fits.iter().all(|fit| fit.holds_for(item));
        let item = match local.filter(fits) {
            Some(local) => local,
            None => {
                self.may_follow_read(call);
                let stored = read_basis(call, self.schema, self.target.key.clone()).await?;
                self.stored_or_nothing(call, stored)?
            }
        };
        self.sum_over(item).map_err(|error| call.contextualize(error))
    }

    /// An upsert adds to nothing if there is no item. An item of another model, which it cannot write over, refuses it later.
    fn stored_or_nothing(&self, call: &Context, stored: Option<Item>) -> Result<Item> {
        let check = call.hiding(self.schema);
        let (own, foreign) = match stored {
            Some(item) if !self.schema.owns(&item) => (None, Some(item)),
            Some(item) if check.is_some_and(|check| check.is_expired(&item)) => (None, None),
            own => (own, None),
        };
        match own {
            None if self.options.mode != Mode::Upsert => {
                let refused = Error::new(ErrorKind::ConditionFailed, "the condition did not hold");
                // What was read is not the whole item.
                let refused = self.refused(refused.with_old_item(foreign)).with_old_item(None);
                Err(call.contextualize(refused))
            }
            own => Ok(own.unwrap_or_default()),
        }
    }

    /// Computes the sums anew if the update was refused because the stored numbers are not those that it was made from.
    /// Returns after a pause if so.
    pub(super) async fn recompute_sums(&mut self, kind: ErrorKind, stored: Option<&Item>) -> Result<bool> {
        let Some(basis) = self.basis.as_ref().filter(|_| kind == ErrorKind::ConditionFailed && !self.is_customized)
        else {
            return Ok(false);
        };
        let Some(stored) = stored.filter(|stored| self.schema.owns(stored)) else { return Ok(false) };
        if self.hiding.is_some_and(|check| check.is_expired(stored)) {
            return Ok(false);
        }
        // An assumption of the caller that is wrong stays wrong.
        let (given, own) = self.options.assumptions.split_at(basis.given);
        let is_open = given.iter().all(|assumption| assumption.holds_for(stored));
        if !is_open || own.iter().all(|assumption| assumption.holds_for(stored)) {
            return Ok(false);
        }
        self.sum_over(stored.clone())?;
        if let Some(basis) = &mut self.basis {
            basis.backoff.pause_after_loss().await;
        }
        Ok(true)
    }

    /// Replaces the additions by the numbers that they give for this item, which become assumptions.
    fn sum_over(&mut self, item: Item) -> Result<()> {
        // The request's condition decides about the others, of which the item may lack what it needs.
        let is_sum = |fit: &&Fit| fit.root().is_some_and(|name| index_field(self.schema, name).is_some());
        if let Some(fit) = self.options.fits.iter().filter(is_sum).find(|fit| !fit.holds_for(&item)) {
            return Err(fit.refusal(Error::new(ErrorKind::ConditionFailed, "")));
        }
        let basis = match self.basis.take() {
            Some(basis) => {
                self.options.actions = basis.actions.clone();
                self.options.assumptions.truncate(basis.given);
                self.forget_completion();
                Basis { item, ..*basis }
            }
            None => Basis {
                actions: self.options.actions.clone(),
                given: self.options.assumptions.len(),
                item,
                backoff: Backoff::new(Policy::CONTENTION),
            },
        };
        let (schema, assumptions) = (self.schema, &mut self.options.assumptions);
        for (path, action) in &mut self.options.actions.list {
            let ([segment], Action::Plus(Term::Value(Ok(number))) | Action::Minus(Term::Value(Ok(number)))) =
                (&**path, &*action)
            else {
                continue;
            };
            let Some(field) = segment.name().and_then(|name| index_field(schema, name)) else { continue };
            if let Some(former) = segment.former().iter().find(|former| basis.item.contains_key(**former)) {
                let message = "the stored item has this number under a former name, so no index key can be made from a sum; save the item first";
                return Err(Error::new(ErrorKind::Validation, message).with_attribute(*former));
            }
            // NULL counts as absent, and what is absent counts as 0.
            let stored = basis.stored(FieldPath::attribute(field));
            let negative = matches!(action, Action::Minus(_));
            let sum = sum(stored.as_ref(), number, negative).ok_or_else(|| {
                let message = "the sum of the stored value and the number has more than 38 digits or is out of range";
                Error::new(ErrorKind::Validation, message).with_attribute(field)
            })?;
            *action = Action::Set(Term::Value(Ok(AttributeValue::N(sum.to_string()))));
            if assumptions.iter().all(|assumption| assumption.field != FieldPath::attribute(field)) {
                assumptions.push(Assumption::new(schema, FieldPath::attribute(field), stored));
            }
        }
        self.basis = Some(Box::new(basis));
        Ok(())
    }
}

/// Returns what is stored of the fields on which indexes depend.
async fn read_basis(call: &Context, schema: &'static ModelSchema, key: RawKey) -> Result<Option<Item>> {
    let mut names: Vec<&'static str> = Vec::new();
    for field in schema.index_keys.iter().flat_map(IndexKeys::dependencies) {
        // A `key_only` field is in a key of an index, or in the primary key.
        let is_stored = |name: &str| schema.fields.iter().any(|stored| stored.attribute == name);
        let name = match schema.index_only_field(field) {
            Some(own) => Some(own.attribute),
            None => Some(field.attribute).filter(|name| field.is_nested() || is_stored(name)),
        };
        names.extend(name.filter(|name| !names.contains(name)));
    }
    let projection = ReadExpressions::of_attributes(get_item::with_identity(schema, &names));
    let request = get_item::request(&call.client, true);
    let request = request.expressions(&projection).by_key(schema, &key, None).reads_first();
    Ok(call.send(request).await.into_output()?.item)
}

/// The name as that of a field on which an index depends.
fn index_field(schema: &ModelSchema, name: &str) -> Option<&'static str> {
    let mut depends = schema.index_keys.iter().flat_map(IndexKeys::dependencies);
    depends
        .find(|field| !field.is_inside() && !field.is_index_only() && field.attribute == name)
        .map(|field| field.attribute)
}

fn sum(stored: Option<&AttributeValue>, number: &AttributeValue, negative: bool) -> Option<Number> {
    let number_of = |value: &AttributeValue| value.as_n().ok()?.parse::<Number>().ok();
    let (stored, number) = (stored.map_or(Some(Number::ZERO), number_of)?, number_of(number)?);
    stored.plus(if negative { -number } else { number })
}
