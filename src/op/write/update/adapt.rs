//! The conditions of an update on the stored item, and the next attempt if the item does not satisfy them.

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::{Action, EnteredVariant, Segment, Shown, Term, Tree};
use crate::key::{FieldPath, RawKey};
use crate::op::engine::context::Context;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::get_item;
use crate::op::write::executor;
use crate::op::write::refresh::Refresh;
use crate::op::write::transaction::delivery;
use crate::op::write::update::Returns;
use crate::op::write::update::assumption::Assumption;
use crate::op::write::update::fit::Fit;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::plan::{MissingMaps, Plan, copied_null, keeps_null, value_at};
use crate::op::write::update::write::UpdateWrite;
use crate::schema::{EntitySchema, ModelSchema, UniqueSchema};
use crate::splice::ApiOperation;
use crate::{Error, ErrorKind, Item, Operation, Result};

/// The request of [`read_item`].
const STORED: Followed =
    Followed::new(ApiOperation::GetItem, "if DynamoDB rejects a path or an operand, to see what is stored");

/// An update that fits the stored item.
const ADAPTED: Followed =
    Followed::new(ApiOperation::UpdateItem, "if the update does not fit the stored item, with actions that do");

/// An update with the sums of the stored numbers.
const SUMS: Followed =
    Followed::new(ApiOperation::UpdateItem, "after the numbers that index keys are made from are read");

/// The request of [`Write::read_back`](crate::op::write::executor::Write::read_back).
const READ_BACK: Followed =
    Followed::new(ApiOperation::GetItem, "after a transaction, which returns no item, if the new item is wanted");

impl UpdateWrite<'_> {
    /// The conditions that follow from the actions, and that of the caller.
    pub(super) fn conditions(&self) -> Vec<Tree> {
        let holds_value = |path: &[Segment]| Tree::Not(Box::new(Tree::is_null(path.to_vec())));
        let mut conditions = Vec::new();
        // Otherwise the update would give a value of another variant a field of this one.
        conditions.extend(self.options.actions.variants().iter().map(EnteredVariant::condition));
        conditions.extend(self.options.assumptions.iter().map(Assumption::condition));
        conditions.extend(self.options.fits.iter().map(Fit::condition));
        for (path, action) in &self.actions().list {
            // For DynamoDB, NULL is not absent: `if_not_exists` would keep it, and `SET` would copy it.
            match action {
                Action::Set(Term::Path(from)) => conditions.push(holds_value(from)),
                Action::SetIfAbsent(value) => {
                    conditions.push(holds_value(path));
                    if let Term::Path(from) = value {
                        conditions.push(Tree::has(path.clone()).or(holds_value(from)));
                    }
                }
                _ => {}
            }
        }
        conditions.extend(self.plan.iter().map(|plan| plan.condition.clone()));
        conditions.extend(self.options.condition.clone());
        conditions
    }

    /// Returns the unique values that the update assumes, and no expiry if the model has none; `None` if it moves a value
    /// without assuming it.
    pub(super) fn assumed_item(&self) -> Option<Item> {
        let assumed = |name: &&'static str| {
            self.options.assumptions.iter().find(|assumed| assumed.field == FieldPath::attribute(name))
        };
        let ttl = self.schema.expiry();
        // A new expiry is one of all sentinels.
        let sets_expiry = ttl.is_some_and(|ttl| self.options.actions.of(ttl).is_some());
        let is_changed = |name| self.options.actions.of(name).is_some();
        let is_moved = |unique: &&UniqueSchema| sets_expiry || unique.attributes().any(is_changed);
        let ttl = ttl.filter(|_| self.schema.has_expiry_field());
        let entity =
            |entity: EntitySchema| (entity.attribute.name.to_owned(), AttributeValue::S(entity.name.to_owned()));
        let mut item: Item = self.schema.entity.map(entity).into_iter().collect();
        let moved = self.schema.unique.iter().filter(is_moved).flat_map(UniqueSchema::attributes);
        for name in moved.chain(ttl) {
            let value = assumed(&name)?.value.clone();
            item.extend(value.map(|value| (name.to_owned(), value)));
        }
        Some(item)
    }

    /// Names the assumption, the variant, the copied NULL or the bound that made the condition fail, if one did.
    pub(super) fn explain_refusal(&self, error: Error) -> Error {
        // An expired item that counts as absent holds nothing.
        let is_absent = |stored: &&Item| self.hiding.is_some_and(|check| check.is_expired(stored));
        // The error of another schema stays.
        let is_open = error.kind() == ErrorKind::ConditionFailed;
        let Some(stored) = error.old_item().filter(|stored| is_open && !is_absent(stored)) else { return error };
        if let Some(wrong) = self.options.assumptions.iter().find(|assumption| !assumption.holds_for(stored)) {
            return wrong.refusal(error);
        }
        let is_in =
            |variant: &&EnteredVariant| value_at(Some(stored), &variant.path).is_some_and(|value| variant.is_in(value));
        if let Some(other) = self.options.actions.variants().iter().find(|variant| !is_in(variant)) {
            let message = "the stored item has no value of the variant that the update changes or reads";
            return error.with_message(message).with_attribute(Shown(&other.path).to_string());
        }
        if let Some(from) = copied_null(self.actions(), stored) {
            let message = "the attribute that the update copies is stored as NULL, which counts as absent";
            return error
                .with_kind(ErrorKind::Validation)
                .with_message(message)
                .with_attribute(Shown(from).to_string());
        }
        match self.options.fits.iter().find(|fit| !fit.holds_for(stored)) {
            Some(wrong) => wrong.refusal(error),
            None => error,
        }
    }

    /// Makes a plan for the stored item after DynamoDB has refused the update. Returns `false` if the refusal stands.
    ///
    /// # Errors
    ///
    /// If a path of the update leads through a map that is not stored and must not be created, the error names the map.
    pub(super) async fn adapts(&mut self, call: &Context, kind: ErrorKind, stored: Option<&Item>) -> Result<bool> {
        if self.writes_over {
            return Ok(false);
        }
        if self.recompute_sums(kind, stored).await.map_err(|error| call.contextualize(error))? {
            return Ok(true);
        }
        let is_missing_path = kind == ErrorKind::Validation && self.depends_on_paths();
        let stored = match (kind, stored) {
            // DynamoDB does not say which path is missing, so the item is read to find out.
            _ if is_missing_path => match read_item(call, self.schema, self.target.key.clone()).await {
                Ok(stored) => stored,
                Err(_) => return Ok(false),
            },
            (ErrorKind::ConditionFailed, Some(stored)) if self.plan.is_some() || keeps_null(self.actions(), stored) => {
                Some(stored.clone())
            }
            _ => return Ok(false),
        };
        let missing = match self.options.mode {
            Mode::Difference => self.target.item()?.map_or(MissingMaps::Refuse, MissingMaps::TakeFrom),
            _ if self.options.create_parents => MissingMaps::Create,
            _ if is_missing_path => MissingMaps::Refuse,
            // A failed condition is reported before a missing map.
            _ => MissingMaps::Ignore,
        };
        let plan =
            Plan::of(&self.options.actions, stored.as_ref(), &missing).map_err(|error| call.contextualize(error))?;
        let differs = match &plan {
            Some(plan) => plan.differs_from(self.plan.as_ref()),
            None => self.plan.is_some(),
        };
        // The same plan would be refused again. A customized request is sent once, because `customize` is called once.
        if differs && !self.is_customized {
            self.plan = plan;
            return Ok(true);
        }
        Ok(false)
    }

    /// States the requests that may follow the update.
    pub(super) fn may_follow(&self, call: &Context, in_transaction: bool) {
        if !call.is_explained() {
            return;
        }
        let sets_if_absent =
            self.options.actions.list.iter().any(|(_, action)| matches!(action, Action::SetIfAbsent(_)));
        let is_read = self.depends_on_paths() && !matches!(self.options.mode, Mode::Expiry { .. });
        if is_read {
            call.may_send(STORED);
        }
        if (is_read || sets_if_absent || self.basis.is_some()) && !self.is_customized && !in_transaction {
            call.may_send(ADAPTED);
        }
        if let Some(refresh) = self.refresh.as_ref().filter(|_| in_transaction || !self.refreshes_itself()) {
            refresh.may_follow();
        }
        if in_transaction && self.options.returns == Returns::New {
            call.may_send(READ_BACK);
        }
    }

    /// States the requests that may follow the read of what the update adds to, before it is prepared.
    pub(super) fn may_follow_read(&self, call: &Context) {
        if !call.is_explained() {
            return;
        }
        call.may_send(SUMS);
        if !self.is_customized {
            call.may_send(ADAPTED);
        }
        executor::expired_may_block(self, call, None);
        if self.options.mode.operation() != Operation::SetTtl
            && let Some(refresh) = Refresh::of(call, self.target.model, self.send_refresh)
        {
            refresh.may_follow();
        }
        if !self.schema.unique.is_empty() {
            delivery::unique_may_follow(call);
        }
        self.may_follow(call, !self.schema.unique.is_empty());
    }

    /// Whether there are stored items on which DynamoDB cannot carry out the actions.
    fn depends_on_paths(&self) -> bool {
        self.options.actions.list.iter().any(|(path, action)| path.len() > 1 || action.computes())
    }
}

async fn read_item(call: &Context, schema: &'static ModelSchema, key: RawKey) -> Result<Option<Item>> {
    // Consistent, because a plan from an older state would be refused like the update.
    let output = call.send(get_item::request(&call.client, true).by_key(schema, &key, None)).await.into_output()?;
    Ok(output.item.filter(|item| schema.owns(item)))
}
