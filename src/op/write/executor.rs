//! Runs writes of single items. Every write is prepared in the same way, whether it is sent alone or in a
//! transaction.

#![warn(clippy::large_futures)]

use aws_sdk_dynamodb::types::AttributeValue;

use crate::expr::Tree;
use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::BoxFuture;
use crate::op::engine::outcome::Outcome;
use crate::op::engine::unknown_outcome;
use crate::op::engine::vtable::ModelVTable;
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::expired_blocker;
use crate::op::write::expiry::Expiry;
use crate::op::write::guard::{self, Replaceable};
use crate::op::write::optional::OptionalRequests;
use crate::schema::ModelSchema;
use crate::splice::{ApiOperation, ReadSink};
use crate::ttl::ExpiryCheck;
use crate::{Error, ErrorKind, HookContext, Item, Operation, Result};

/// One write, without its model's type.
pub(crate) trait Write: Send {
    fn operation(&self) -> Operation;
    fn model(&self) -> &'static ModelVTable;

    fn before<'s>(&'s mut self, _: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn after<'s>(&'s mut self, _: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }

    /// Whether the write must know the stored item before it can be prepared.
    fn reads_first(&self) -> bool {
        false
    }

    /// Reads the stored item, if [`reads_first`](Self::reads_first) says so.
    fn read_first<'s>(&'s mut self, call: &'s Context) -> BoxFuture<'s, Result<()>> {
        let _ = call;
        Box::pin(std::future::ready(Ok(())))
    }

    /// Computes and checks what will be sent.
    fn prepare(&mut self, call: &Context) -> Result<Prepared>;

    /// Sends the write alone. What was prepared is boxed, because the futures that pass it on would contain it.
    fn send<'s>(&'s mut self, call: &'s Context, prepared: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>>;

    /// Refreshes the TTL of the item after a write that could not do so itself. A failure here never fails the write.
    fn refresh(&mut self) -> BoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    /// States the requests that the write may send after its own: those of [`adapt`](Self::adapt), [`refresh`](Self::refresh)
    /// and, if it is `in_transaction`, [`read_back`](Self::read_back).
    fn follow_ups(&self, call: &Context, in_transaction: bool) {
        let _ = (call, in_transaction);
    }

    /// Updates the local value to match what has been stored.
    fn written(&mut self) {}

    /// Fails if the write has stored what the model does not allow, and nothing could tell before it was applied.
    fn check_written(&self) -> Result<()> {
        Ok(())
    }

    /// Returns the sink for the item that the write replaces, if the caller wants that item.
    fn take_old_sink(&mut self) -> Option<Box<dyn ReadSink>> {
        None
    }

    /// Returns the reason why the write cannot be part of a transaction, if there is one.
    fn transaction_blocker(&self) -> Option<&'static str> {
        None
    }

    /// Reads the item after a transaction, because the service returns no items from `TransactWriteItems`. If `alone`
    /// is true, the caller waits for the item; otherwise it only updates the local value.
    fn read_back<'s>(&'s mut self, call: &'s Context, alone: bool) -> BoxFuture<'s, Result<Option<Outcome>>> {
        let _ = (call, alone);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Returns the unique values and the expiry that the stored item has if nobody else has changed them. They become
    /// conditions of the transaction, which then needs no read.
    fn expected(&self) -> Result<Option<Item>> {
        Ok(None)
    }

    /// Returns the expiry check of the item, if the model hides expired items.
    fn hiding(&self, call: &Context) -> Option<ExpiryCheck> {
        call.hiding(self.model().schema)
    }

    /// Whether the write leaves the same if it is applied twice, whatever is stored in between.
    fn is_repeatable(&self) -> bool {
        false
    }

    /// Prepares to write over this expired item in one request that removes what is stored, or to do so no longer. Returns
    /// `false` if the item must be removed first.
    fn write_over(&mut self, expired: Option<&Item>) -> bool {
        let _ = expired;
        false
    }

    /// Prepares for another attempt after the service has refused the write with an error of this kind, perhaps with the
    /// stored item; `false` if the refusal stands. An error replaces the service's.
    fn adapt<'s>(
        &'s mut self,
        call: &'s Context,
        kind: ErrorKind,
        stored: Option<&'s Item>,
    ) -> BoxFuture<'s, Result<bool>> {
        let _ = (call, kind, stored);
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Rewords the error of a failed condition for this operation.
    fn refused(&self, error: Error) -> Error {
        error
    }
}

/// The [`Write::transaction_blocker`] of an operation that customizes the SDK's request.
pub(crate) const CUSTOMIZED: &str =
    "`customize` changes a request, and in a transaction an operation has none of its own";

/// A write that is ready to be sent.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) schema: &'static ModelSchema,
    pub(crate) key: RawKey,
    pub(crate) action: WriteAction,
    pub(crate) expressions: WriteExpressions,
    /// The version that the stored item is expected to have.
    pub(crate) version: Option<u64>,
    /// Which stored items the write may replace, change or delete.
    pub(crate) stored: Replaceable,
    /// The changes to unique attributes.
    pub(crate) unique: Vec<(&'static str, AttributeChange)>,
    /// The change to the TTL attribute.
    pub(crate) expires_at: AttributeChange,
    /// The expiry of an item that is written as a whole.
    pub(crate) expiry: Expiry,
    pub(crate) claiming: Claiming,
    /// Whether the condition certainly fails if there is no item.
    pub(crate) needs_item: bool,
}

/// Which of its unique values a write claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claiming {
    /// Those of a new item. The write's own condition demands that there is none under the key.
    New,
    /// Those that differ from the stored ones, on the condition that these are the ones that were read.
    Changed,
    /// All, also those that the item has already: it may have had them before they were unique, and others may own them.
    /// The write's own condition holds for the [expected](Write::expected) item only.
    All,
}

/// The change that a write makes to one attribute.
#[derive(Debug, Clone)]
pub(crate) enum AttributeChange {
    Keep,
    Set(AttributeValue),
    Clear,
}

impl AttributeChange {
    /// Returns the value after the change.
    pub(crate) fn after(&self, old: Option<&AttributeValue>) -> Option<AttributeValue> {
        match self {
            AttributeChange::Keep => old.cloned(),
            AttributeChange::Set(value) => Some(value.clone()),
            AttributeChange::Clear => None,
        }
    }
}

impl From<Option<AttributeValue>> for AttributeChange {
    fn from(value: Option<AttributeValue>) -> Self {
        value.map_or(AttributeChange::Clear, AttributeChange::Set)
    }
}

impl Prepared {
    pub(crate) fn new(
        schema: &'static ModelSchema,
        key: RawKey,
        action: WriteAction,
        expressions: WriteExpressions,
    ) -> Self {
        let (unique, expires_at, expiry) = (Vec::new(), AttributeChange::Keep, Expiry::FromValue);
        Prepared {
            schema,
            key,
            action,
            expressions,
            version: None,
            stored: Replaceable::Own,
            unique,
            expires_at,
            expiry,
            claiming: Claiming::Changed,
            needs_item: false,
        }
    }

    /// Records whether the write fails without an item. An expired item that counts as absent then need not be removed.
    pub(crate) fn set_condition(&mut self, condition: Option<&Tree>) {
        self.needs_item = condition.and_then(Tree::holds_without_item) == Some(false);
    }

    /// The error of the write if there is no item, after it was refused because of an expired one.
    pub(crate) fn absent(error: Error, write: &dyn Write, (version, stored): (Option<u64>, Replaceable)) -> Error {
        let maybe_written = error.may_have_been_written();
        let error = error.with_kind(ErrorKind::ConditionFailed).with_message("the condition did not hold");
        let error = guard::refused(error.with_old_item(None), write.model().schema, version, stored);
        unknown_outcome::settle(write.refused(error), maybe_written)
    }

    /// Records the changes to the unique attributes and to the TTL attribute of a model with unique attributes.
    pub(crate) fn set_changes(&mut self, mut changes: Vec<(&'static str, AttributeChange)>) {
        if let Some(ttl) = self.schema.expiry()
            && let Some(at) = changes.iter().position(|(attribute, _)| *attribute == ttl)
        {
            self.expires_at = changes.swap_remove(at).1;
        }
        self.unique = changes;
    }
}

impl Prepared {
    /// Fails if the write takes more than one request, because a transaction cannot contain that.
    pub(crate) fn check_together(&self) -> Result<()> {
        if let Expiry::Stored(_) = self.expiry {
            let message = "this save keeps the stored expiry, which it must read first, so it cannot be part of a \
                           transaction; give the model a field of type `TTLAttribute`, or call `.ttl(..)`";
            return Err(Error::new(ErrorKind::Validation, message));
        }
        Ok(())
    }

    /// Whether the write changes sentinels of unique values and therefore needs a transaction.
    fn moves_unique_values(&self) -> bool {
        let is_changed = |change: &AttributeChange| !matches!(change, AttributeChange::Keep);
        let is_any_changed = self.unique.iter().any(|(_, change)| is_changed(change));
        is_any_changed || !self.schema.unique.is_empty() && is_changed(&self.expires_at)
    }
}

#[derive(Debug)]
pub(crate) enum WriteAction {
    /// The whole item, preceded by [`put::HEAD`](crate::op::write::put::HEAD).
    Put(Vec<u8>),
    Update,
    Delete,
    Check,
}

impl WriteAction {
    /// The request of the write, if it is sent alone.
    fn api_operation(&self) -> ApiOperation {
        match self {
            WriteAction::Put(_) => ApiOperation::PutItem,
            WriteAction::Update | WriteAction::Check => ApiOperation::UpdateItem,
            WriteAction::Delete => ApiOperation::DeleteItem,
        }
    }
}

/// Runs one write alone: hooks, request, and the update of the local value.
pub(crate) fn run<'a>(
    write: Result<Box<dyn Write + 'a>>,
    options: CallOptions,
    optional: &'static OptionalRequests,
) -> BoxFuture<'a, Result<Outcome>> {
    Box::pin(async move {
        let mut write = write?;
        let call = Context::of_model(write.operation(), write.model(), options)?;
        let hooks = call.runs_hooks && write.model().has_hooks();
        if hooks {
            write.before(&call.hook_context()).await.map_err(|error| call.contextualize(error))?;
        }
        if write.reads_first() {
            write.read_first(&call).await?;
        }
        let mut prepared = prepare(&mut *write, &call)?;
        if call.know_time(prepared.schema, &prepared.key).await? {
            prepared = prepare(&mut *write, &call)?;
        }
        if prepared.moves_unique_values() {
            return optional.move_unique_values(write, call, *prepared).await;
        }
        let (schema, needs_item) = (prepared.schema, prepared.needs_item);
        let expected = (prepared.version, prepared.stored);
        // A customized request is sent once.
        let hiding = write.hiding(&call).filter(|_| write.transaction_blocker().is_none());
        let key = hiding.map(|_| prepared.key.clone());
        expired_may_block(&*write, &call, Some(&prepared));
        let mut sent = write.send(&call, prepared).await;
        if let (Err(error), Some(check)) = (&sent, hiding)
            && expired_blocker::blocked_by_expired(error, schema, check)
        {
            let maybe_written = error.may_have_been_written();
            if needs_item {
                return sent.map_err(|error| Prepared::absent(error, &*write, expected));
            }
            let mut is_refused = true;
            if write.write_over(error.old_item()) {
                prepared = prepare(&mut *write, &call)?;
                sent = write.send(&call, prepared).await;
                // Another client has removed or renewed the item.
                is_refused = sent.as_ref().is_err_and(Error::is_condition_failed);
                write.write_over(None);
            }
            if let Some(key) = key.filter(|_| is_refused) {
                let removed = optional.remove_expired(&call, schema, &key, check).await;
                removed.map_err(|error| error.with_maybe_written(maybe_written))?;
                prepared = prepare(&mut *write, &call)?;
                sent = write.send(&call, prepared).await;
            }
            sent = sent.map_err(|error| unknown_outcome::settle(error, maybe_written));
        }
        let done = sent?;
        finish(&mut *write, &call).await?;
        Ok(done)
    })
}

fn prepare(write: &mut dyn Write, call: &Context) -> Result<Box<Prepared>> {
    write.prepare(call).map(Box::new).map_err(|error| call.contextualize(error))
}

/// States what [`run`] sends if an expired item blocks the write, which may not be prepared yet.
pub(crate) fn expired_may_block(write: &dyn Write, call: &Context, prepared: Option<&Prepared>) {
    let hides = call.is_explained() && write.hiding(call).is_some() && write.transaction_blocker().is_none();
    let is_refusable = |prepared: &Prepared| {
        let is_conditional = prepared.expressions.condition().is_some() || matches!(prepared.expiry, Expiry::Stored(_));
        is_conditional && !prepared.needs_item
    };
    if hides && prepared.is_none_or(is_refusable) {
        let operation = prepared.map_or(ApiOperation::UpdateItem, |prepared| prepared.action.api_operation());
        call.may_send(Followed::new(
            operation,
            "if an expired item makes the condition fail, in its place or after its removal",
        ));
        call.may_send(expired_blocker::REMOVAL);
    }
}

/// Updates the local value after a write that was applied, and runs the hook.
pub(crate) async fn finish(write: &mut dyn Write, call: &Context) -> Result<()> {
    write.written();
    after(write, call).await
}

/// Runs the hook after a write that was applied.
pub(crate) async fn after(write: &mut dyn Write, call: &Context) -> Result<()> {
    if call.runs_hooks && write.model().has_hooks() {
        let after = write.after(&call.hook_context()).await;
        after.map_err(|error| call.contextualize(error).maybe_written())?;
    }
    write.check_written().map_err(|error| call.contextualize(error).maybe_written())
}
