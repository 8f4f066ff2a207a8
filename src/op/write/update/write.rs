//! Completes an update and sends it alone.

use std::sync::Arc;

use crate::expr::{Actions, Tree};
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::get_item;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::unknown_outcome::{self, WriteMark};
use crate::op::engine::vtable::{ErasedTarget, ModelVTable};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::{self, Prepared, Write};
use crate::op::write::guard::{self, Replaceable};
use crate::op::write::refresh::{self, Refresh, SendRefresh, sender_of};
use crate::op::write::transaction::unique;
use crate::op::write::update::mode::Mode;
use crate::op::write::update::plan::Plan;
use crate::op::write::update::sums::{self, Basis};
use crate::op::write::update::{Returns, UpdateOptions};
use crate::schema::ModelSchema;
use crate::splice::{ApiOperation, ReadSink};
use crate::ttl::{ExpiryCheck, HiddenItems};
use crate::{Error, ErrorKind, HookContext, Item, Model, Operation, Result};

/// An update that is sent without the refresh that was refused.
const UNREFRESHED: Followed =
    Followed::new(ApiOperation::UpdateItem, "if the stored TTL must not be changed, without the refresh");

/// How often an update is sent if other writers change what it depends on.
const TRIES: u32 = 4;

/// An update, without its model's type.
// The booleans are independent of each other.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct UpdateWrite<'a> {
    pub(super) schema: &'static ModelSchema,
    pub(super) target: ErasedTarget<'a>,
    pub(super) options: UpdateOptions,
    /// The new item, for the local value.
    pub(super) new: Option<Box<dyn ReadSink>>,
    /// The size of the new item, if it is above the model's `max_size`.
    pub(super) excessive_size: Option<usize>,
    /// Whether an earlier request of this update was refused and may have been applied.
    pub(super) maybe_written: bool,
    /// Whether the actions already contain the managed attributes. They are added once, although an update may be sent again.
    is_complete: bool,
    /// Whether the action on the TTL attribute was added by singlet.
    pub(super) sets_expiry: bool,
    /// Whether `customize` changes the request. It can be called only once, so the request is not sent again.
    pub(super) is_customized: bool,
    /// The actions for the stored item, if it is known and the original actions cannot be carried out on it.
    pub(super) plan: Option<Plan>,
    /// The stored item from which the update computes numbers of index keys.
    pub(super) basis: Option<Box<Basis>>,
    pub(super) mark: Option<WriteMark>,
    /// The condition of the update.
    pub(super) condition: Option<Tree>,
    pub(super) refresh: Option<Arc<Refresh>>,
    pub(super) send_refresh: Option<SendRefresh>,
    /// The expiry check of the item, if the model hides expired items.
    pub(super) hiding: Option<ExpiryCheck>,
    /// Whether an upsert takes the place of an expired item.
    pub(super) writes_over: bool,
    /// Whether the item that the update has returned needs no refresh.
    pub(super) is_fresh: bool,
}

impl<'a> UpdateWrite<'a> {
    pub(crate) fn of<M: Model>(target: ErasedTarget<'a>, options: UpdateOptions) -> Self {
        UpdateWrite {
            schema: target.model.schema,
            mark: WriteMark::of(target.model.schema),
            target,
            is_customized: options.customize.is_some(),
            options,
            new: None,
            excessive_size: None,
            maybe_written: false,
            is_complete: false,
            sets_expiry: false,
            plan: None,
            basis: None,
            condition: None,
            refresh: None,
            send_refresh: const { sender_of::<M>() },
            hiding: None,
            writes_over: false,
            is_fresh: false,
        }
    }

    /// The actions to send: those of the plan for the stored item if there is one.
    pub(super) fn actions(&self) -> &Actions {
        self.plan.as_ref().map_or(&self.options.actions, |plan| &plan.actions)
    }

    /// Lets the next attempt add the managed attributes to the actions again.
    pub(super) fn forget_completion(&mut self) {
        (self.is_complete, self.sets_expiry) = (false, false);
    }

    async fn send_update(&mut self, call: &Context, mut prepared: Box<Prepared>) -> Result<Outcome> {
        if prepared.expressions.update().is_none() {
            return Ok(Outcome { sink: None, sent: RequestFacts::default() });
        }
        self.follow_ups(call, false);
        let mut tries = 1;
        let most = if self.basis.is_some() { sums::TRIES } else { TRIES };
        loop {
            let outcome = self.send_refreshing(call, &prepared).await;
            match outcome.map_err(|error| unknown_outcome::settle(error, self.maybe_written)) {
                Err(error) if tries < most && self.adapt(call, error.kind(), error.old_item()).await? => {
                    tries += 1;
                    self.maybe_written |= error.may_have_been_written();
                    *prepared = self.prepare(call).map_err(|error| call.contextualize(error))?;
                }
                outcome => return outcome,
            }
        }
    }

    async fn send_refreshing(&mut self, call: &Context, prepared: &Prepared) -> Result<Outcome> {
        let refreshing = self.refreshing().map_err(|error| call.contextualize(error))?;
        if let Some((refresh, refreshing)) = self.refresh.clone().zip(refreshing) {
            call.may_send(UNREFRESHED);
            match self.send_once(call, prepared, &refreshing).await {
                Err(error) if self.is_refresh_refused(&refresh, &error) => {
                    self.maybe_written |= error.may_have_been_written();
                }
                outcome => return outcome,
            }
        }
        let refreshes_later = !self.refreshes_itself();
        let done = self.send_once(call, prepared, &prepared.expressions).await;
        let done = done.map_err(|error| unknown_outcome::settle(error, self.maybe_written))?;
        if refreshes_later {
            self.refresh().await;
        }
        Ok(done)
    }

    /// Returns the error of a refused update: there is no item of this model, or a condition failed.
    pub(super) fn refusal(&self, error: Error, prepared: &Prepared) -> Error {
        let error = guard::refused(error, prepared.schema, prepared.version, prepared.stored);
        if error.is_condition_failed() { self.refused(error) } else { error }
    }
}

impl Write for UpdateWrite<'_> {
    fn operation(&self) -> Operation {
        self.options.mode.operation()
    }

    fn model(&self) -> &'static ModelVTable {
        self.target.model
    }

    fn before<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.target.before_update(cx)
    }

    fn after<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.target.after_update(cx)
    }

    fn reads_first(&self) -> bool {
        self.needs_basis()
    }

    fn read_first<'s>(&'s mut self, call: &'s Context) -> BoxFuture<'s, Result<()>> {
        Box::pin(self.compute_sums(call))
    }

    fn prepare(&mut self, call: &Context) -> Result<Prepared> {
        let is_empty = self.options.is_empty();
        if is_empty && self.options.mode == Mode::Update {
            let message = "the update changes nothing; set at least one attribute, or call `.skip_if_empty()`";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        if self.options.create_parents && self.is_customized {
            let message =
                "`create_parents` may send a second request, and `customize` changes only one; use one of them";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let is_expiry = matches!(self.options.mode, Mode::Expiry { .. });
        let version = if is_expiry { None } else { self.options.version.or(self.target.version()) };
        let changes_nothing = is_empty && self.options.mode == Mode::Difference;
        if !changes_nothing && !is_expiry {
            self.expire(call)?;
            if !self.is_complete {
                self.complete(call.client.clock().now_millis(), version)?;
                self.validate()?;
                self.is_complete = true;
            }
        }
        let own = match self.options.mode {
            Mode::Upsert => guard::own_or_none(self.schema),
            Mode::Update | Mode::Difference | Mode::Expiry { .. } => Some(guard::present(self.schema)),
        };
        let check = match self.options.mode {
            Mode::Expiry { if_live: true, .. } => call.expiry_check(self.schema),
            Mode::Expiry { if_live: false, .. } => None,
            _ => self.hiding(call),
        };
        self.hiding = check;
        let known = self.schema.managed.version.zip(version);
        let unchanged = known.map(|(attribute, version)| guard::same_version(attribute, version));
        let schema = self.schema.number.filter(|_| !is_expiry).map(|number| {
            let same = guard::same_schema(number);
            let is_new = || Tree::not_exists(self.schema.table.hash_key.attribute.name);
            if self.options.mode == Mode::Upsert { is_new().or(same) } else { same }
        });
        self.condition = if self.writes_over {
            // The conditions on the stored item were decided without it.
            own.into_iter().chain(check.map(|check| guard::expired(check.attribute, check.now))).reduce(Tree::and)
        } else {
            let own = [own, check.map(guard::live), schema, unchanged].into_iter().flatten();
            own.chain(self.conditions()).reduce(Tree::and)
        };
        let mut expressions = WriteExpressions::of(self.condition.as_ref())?;
        if !changes_nothing {
            expressions.set_update(self.actions())?;
        }
        if let (Some(check), Some(old), Returns::Old) = (check, &mut self.options.sink, self.options.returns) {
            old.hide(HiddenItems::Expired(check));
        }
        let max_size = self.target.model.config().max_size;
        if let (Some(max_size), Some(new), Returns::New) = (max_size, &mut self.options.sink, self.options.returns) {
            new.measure(max_size);
        }
        let action = if changes_nothing { executor::WriteAction::Check } else { executor::WriteAction::Update };
        let mut prepared = Prepared::new(self.schema, self.target.key.clone(), action, expressions);
        prepared.version = version;
        prepared.set_changes(unique::changes_by(self.schema, &self.options.actions)?);
        prepared.set_condition(self.condition.as_ref());
        Ok(prepared)
    }

    fn expected(&self) -> Result<Option<Item>> {
        if let Some(known) = &self.options.known {
            return Ok(Some(known.clone()));
        }
        let local = self.target.unique_item()?;
        Ok(local.or_else(|| self.assumed_item()))
    }

    fn take_old_sink(&mut self) -> Option<Box<dyn ReadSink>> {
        (self.options.returns == Returns::Old).then(|| self.options.sink.take()).flatten()
    }

    fn transaction_blocker(&self) -> Option<&'static str> {
        self.options.customize.as_ref().map(|_| executor::CUSTOMIZED)
    }

    fn write_over(&mut self, expired: Option<&Item>) -> bool {
        self.writes_over(expired)
    }

    fn adapt<'s>(
        &'s mut self,
        call: &'s Context,
        kind: ErrorKind,
        stored: Option<&'s Item>,
    ) -> BoxFuture<'s, Result<bool>> {
        Box::pin(self.adapts(call, kind, stored))
    }

    fn read_back<'s>(&'s mut self, call: &'s Context, alone: bool) -> BoxFuture<'s, Result<Option<Outcome>>> {
        let is_wanted = self.options.returns == Returns::New && (alone || self.target.is_modified());
        let sink = if is_wanted { self.options.sink.take() } else { None };
        Box::pin(async move {
            let Some(sink) = sink else { return Ok(None) };
            let request = get_item::request(&call.client, true);
            let request = request.by_key(self.schema, &self.target.key, Some(sink));
            let done = call.send(request).await.into_outcome();
            let mut done = done.map_err(unknown_outcome::not_read_back)?;
            if done.sink.as_ref().is_none_or(|sink| sink.count() == 0) {
                return Err(call.contextualize(unknown_outcome::deleted_before_read_back()));
            }
            self.keep_new(&mut done.sink);
            Ok(Some(done))
        })
    }

    fn send<'s>(&'s mut self, call: &'s Context, prepared: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>> {
        Box::pin(self.send_update(call, prepared))
    }

    fn refresh(&mut self) -> BoxFuture<'_, ()> {
        let due = self.refresh.take().filter(|_| !self.is_fresh);
        Box::pin(refresh::after_write(due, self.target.key.clone()))
    }

    fn follow_ups(&self, call: &Context, in_transaction: bool) {
        self.may_follow(call, in_transaction);
    }

    fn written(&mut self) {
        if let Mode::Expiry { expires_at, .. } = self.options.mode {
            self.target.set_ttl(expires_at);
        }
        self.target.replace(&mut self.new);
    }

    fn check_written(&self) -> Result<()> {
        let Some((size, most)) = self.excessive_size.zip(self.target.model.config().max_size) else { return Ok(()) };
        let message =
            format!("the write was done, and the item now has {size} bytes; the model's `max_size` is {most}");
        Err(Error::new(ErrorKind::TooLarge, message))
    }

    fn hiding(&self, call: &Context) -> Option<ExpiryCheck> {
        // A change of the expiry has its own check: `if_live`.
        call.hiding(self.schema).filter(|_| !matches!(self.options.mode, Mode::Expiry { .. }))
    }

    fn refused(&self, error: Error) -> Error {
        let error = guard::refused(error, self.schema, None, Replaceable::Own);
        if self.options.mode != Mode::Upsert && error.old_item().is_none() {
            return error.with_kind(ErrorKind::NotFound).with_message("there is no such item");
        }
        match self.options.mode {
            // The only other condition is that the item has not expired.
            Mode::Expiry { .. } if error.is_condition_failed() => {
                error.with_kind(ErrorKind::Expired).with_message("the item has expired")
            }
            _ if error.kind() == ErrorKind::ConditionFailed => {
                self.explain_refusal(guard::schema_refusal(error, self.schema, true))
            }
            _ => error,
        }
    }
}
