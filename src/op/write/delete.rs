//! Deletes a single item.

#![warn(clippy::large_futures)]

use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;

use crate::expr::Tree;
use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, Context, opaque_debug};
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{
    call_options, condition_options, customize_option, detailed_option, entity_options, explain_option, order_example,
    returning_old,
};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::{Customize, Outgoing};
use crate::op::engine::unknown_outcome;
use crate::op::engine::vtable::{ErasedTarget, ModelVTable};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::{self, AttributeChange, Prepared, Write, WriteAction};
use crate::op::write::guard::{self, Replaceable, customized};
use crate::op::write::optional::OptionalRequests;
use crate::splice::ReadSink;
use crate::ttl::HiddenItems;
use crate::{Error, ErrorKind, HookContext, Item, Model, Operation, Result};

/// Deletes one item. Returned by [`Model::delete`] and [`Model::delete_by_key`]; await it.
///
/// Deleting an item that does not exist is not an error, unless [`exists`](Self::exists) or a condition requires the item.
///
/// If the response to a conditional delete is lost, the SDK retries it, and nothing shows which delete has removed the item.
/// The error is then of kind [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown). The same is true of
/// [`return_old`](Self::return_old) if the retry finds no item to return. If the call sets no condition, the retry also
/// deletes an item that another writer has created since the first attempt; the delete of a value with a version does so
/// only if the new item has the same version. Where that matters, delete the item in a
/// [`transaction`](crate::transact_write), which takes effect once.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, name: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// let mut user = User { pk: "USER#1".into(), name: "Ann".into() };
/// user.save().client(&client).await?;
/// assert_eq!(User::delete_by_key("USER#1").client(&client).return_old().await?, Some(user));
/// # Ok(())
/// # }
/// ```
///
/// # Cost
///
/// One request for a write unit for each KB of the stored item and of each of its index entries, rounded up, and for one
/// unit if there is no item. A refused delete is billed too. An item with unique values is deleted in a transaction, which
/// costs twice the units of the item and of each item that reserves a value; a delete by key reads the item first.
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "DeleteItem")]
pub struct Delete<'a, M> {
    target: Result<ErasedTarget<'a>>,
    call: CallOptions,
    options: DeleteOptions,
    model: PhantomData<fn() -> M>,
}

/// A [`Delete`] that returns the deleted item.
#[must_use = "an operation does nothing until it is awaited"]
pub struct DeleteReturningOld<'a, M> {
    operation: Delete<'a, M>,
}

#[derive(Default)]
struct DeleteOptions {
    condition: Option<Tree>,
    /// Whether it is an error if there is no item.
    exists: bool,
    stored: Replaceable,
    old: Option<Box<dyn ReadSink>>,
    customize: Option<Customize<'static, DeleteItemFluentBuilder>>,
}

opaque_debug!(Delete<'a, M>, DeleteReturningOld<'a, M>);

impl<'a, M: Model> Delete<'a, M> {
    pub(crate) fn new(value: &'a M) -> Self {
        Self::of(ErasedTarget::of(value))
    }

    pub(crate) fn by_key(key: Result<RawKey>) -> Self {
        Self::of(ErasedTarget::by_key(ModelVTable::of::<M>(), key))
    }

    fn of(target: Result<ErasedTarget<'a>>) -> Self {
        Delete { target, call: CallOptions::default(), options: DeleteOptions::default(), model: PhantomData }
    }

    call_options!(call, hooks);

    condition_options!("Deletes");

    fn guarded(mut self, condition: Tree) -> Self {
        self.options.condition = Some(condition.and_maybe(self.options.condition.take()));
        self
    }

    /// Requires the item to exist.
    ///
    /// Use it if the caller must know whether there was an item to delete. An expired item does not exist if the model
    /// [hides](crate::ExpiredItems::Hide) such items. The check is part of the request. If an
    /// expired item is in the way, it is removed first, which takes two more requests.
    ///
    /// # Errors
    ///
    /// `NotFound` if no item is stored under the key, also if the value has a version. If the request is customized and an
    /// expired item is in the way, the error is of kind `ConditionFailed`.
    ///
    #[doc = order_example!(
        "# create_orders().await?;"
        r#"Order::delete_by_key(("ann", 1)).exists().await?;"#
        r#"assert!(Order::delete_by_key(("ann", 1)).exists().await.unwrap_err().is_not_found());"#
    )]
    #[doc(alias = "attribute_exists")]
    pub fn exists(mut self) -> Self {
        self.options.exists = true;
        self
    }

    entity_options!(options, "deletes");

    customize_option!(options.customize, DeleteItemFluentBuilder);

    detailed_option!('a, ());

    explain_option!(call, executor, M::SCHEMA.sensitive);

    /// Returns the write, to be sent alone or in a transaction.
    pub(crate) fn into_write(self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        (DeleteWrite::of(self.target, self.options), self.call)
    }

    fn executor(self) -> BoxFuture<'a, Result<Outcome>> {
        let (write, call) = self.into_write();
        executor::run(write, call, OptionalRequests::of::<M>())
    }

    // The options call this for every operation, and an update needs `self`.
    #[allow(clippy::unused_self)]
    fn finish(&self) -> fn(Outcome) {
        |_| ()
    }
}

returning_old!(DeleteReturningOld, Delete, options);

impl<'a, M: Model> IntoFuture for Delete<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), |_| ())
    }
}

/// A delete, without its model's type.
struct DeleteWrite<'a> {
    target: ErasedTarget<'a>,
    options: DeleteOptions,
}

impl<'a> DeleteWrite<'a> {
    fn of(target: Result<ErasedTarget<'a>>, options: DeleteOptions) -> Result<Box<dyn Write + 'a>> {
        Ok(Box::new(DeleteWrite { target: target?, options }))
    }
}

impl DeleteWrite<'_> {
    async fn send_delete(&mut self, call: &Context, prepared: Box<Prepared>) -> Result<Outcome> {
        // The delete may be retried, so the sink is kept.
        let old = self.options.old.as_ref().map(|old| old.fresh());
        let wants_old = old.is_some();
        let returning = wants_old.then(|| call.client.sdk().delete_item().return_values(ReturnValue::AllOld));
        let request = Outgoing::with_members(returning).expressions(&prepared.expressions);
        let request = request.by_key(prepared.schema, &prepared.key, old).writes(1);
        let request = request.customize(customized!(self.options.customize.take(), prepared.expressions));
        let exists = self.options.exists;
        let exchange = call.send_or(request, |error, _| {
            Err(missing(guard::refused(error, prepared.schema, prepared.version, prepared.stored), exists))
        });
        let done = exchange.await.into_outcome()?;
        // An earlier attempt may have deleted the item, whose response was lost.
        if wants_old && done.sent.maybe_applied && done.count() == 0 {
            return Err(call.contextualize(unknown_outcome::old_is_unknown()));
        }
        Ok(done)
    }
}

impl Write for DeleteWrite<'_> {
    fn operation(&self) -> Operation {
        Operation::Delete
    }

    fn model(&self) -> &'static ModelVTable {
        self.target.model
    }

    fn before<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.target.before_delete(cx)
    }

    fn after<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.target.after_delete(cx)
    }

    fn prepare(&mut self, call: &Context) -> Result<Prepared> {
        let (schema, stored) = (self.target.model.schema, self.options.stored);
        let version = self.target.version();
        let (hiding, exists) = (call.hiding(schema), self.options.exists);
        let own = schema.managed.version.zip(version).map(|(attribute, version)| {
            let same = guard::same_version(attribute, version);
            // Deleting an item that has already been deleted is not an error.
            if exists { same } else { Tree::Or(vec![guard::absent(schema, hiding, Replaceable::Any), same]) }
        });
        let present = exists.then(|| Tree::exists(schema.table.hash_key.attribute.name));
        let live = hiding.filter(|_| exists || self.options.condition.is_some()).map(guard::live);
        let condition = [present, own, live, self.options.condition.clone()].into_iter().flatten().reduce(Tree::and);
        if let (Some(check), Some(old)) = (hiding, &mut self.options.old) {
            old.hide(HiddenItems::Expired(check));
        }
        let expressions = match stored {
            Replaceable::Own => guard::own_expressions(schema, condition.as_ref())?,
            Replaceable::Any => WriteExpressions::of(condition.as_ref())?,
        };
        let cleared =
            schema.unique_attributes().into_iter().map(|attribute| (attribute, AttributeChange::Clear)).collect();
        let mut prepared = Prepared::new(schema, self.target.key.clone(), WriteAction::Delete, expressions);
        prepared.stored = stored;
        prepared.version = version;
        prepared.set_changes(cleared);
        prepared.set_condition(condition.as_ref());
        Ok(prepared)
    }

    fn expected(&self) -> Result<Option<Item>> {
        self.target.unique_item()
    }

    fn transaction_blocker(&self) -> Option<&'static str> {
        self.options.customize.as_ref().map(|_| executor::CUSTOMIZED)
    }

    fn take_old_sink(&mut self) -> Option<Box<dyn ReadSink>> {
        self.options.old.take()
    }

    fn send<'s>(&'s mut self, call: &'s Context, prepared: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>> {
        Box::pin(self.send_delete(call, prepared))
    }

    fn refused(&self, error: Error) -> Error {
        missing(error, self.options.exists)
    }
}

/// The error of a refused delete. If there is no item, and the delete requires one, it is of kind `NotFound`.
fn missing(error: Error, exists: bool) -> Error {
    let is_refused = matches!(error.kind(), ErrorKind::ConditionFailed | ErrorKind::VersionConflict);
    if exists && is_refused && error.old_item().is_none() {
        return error.with_kind(ErrorKind::NotFound).with_message("there is no such item");
    }
    error
}
