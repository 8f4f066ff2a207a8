//! `save` and `create`: write a whole item.

#![warn(clippy::large_futures)]

mod keep;
mod value;

use std::marker::PhantomData;
use std::time::Duration;

use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;

use crate::error::fault_error;
use crate::expr::Tree;
use crate::key::RawKey;
use crate::model::Unmanaged;
use crate::op::engine::context::{CallOptions, Context, opaque_debug};
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{
    call_options, condition_options, customize_option, detailed_option, entity_options, explain_option, order_example,
    refresh_options, returning_old,
};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::Customize;
use crate::op::engine::request_body;
use crate::op::engine::unknown_outcome::WriteMark;
use crate::op::engine::vtable::{ModelVTable, Stamps};
use crate::op::engine::write_expressions::WriteExpressions;
use crate::op::write::executor::{self, Claiming, Prepared, Write, WriteAction};
use crate::op::write::expiry::{Expiry, PutExpiryInput};
use crate::op::write::guard::{self, Replaceable};
use crate::op::write::optional::OptionalRequests;
use crate::op::write::put::{self, HEAD, PutRequest};
use crate::op::write::transaction::unique;
use crate::schema::ModelSchema;
use crate::size::MAX_ITEM_SIZE;
use crate::splice::ReadSink;
use crate::ttl::HiddenItems;
use crate::wire;
use crate::{Error, ErrorKind, HookContext, Model, Operation, Result};
use keep::{SendKeeping, send_keeping_of};
use value::SavedValue;

/// Writes a whole item. Returned by [`Model::save`], [`Model::create`] and [`Model::put`]; await it.
///
/// ```
/// # use singlet::{Client, Model, RawExpression};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, name: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// let mut user = User { pk: "USER#1".into(), name: "Ann".into() };
/// user.create().client(&client).await?;
/// assert!(user.create().client(&client).await.unwrap_err().is_condition_failed());
///
/// user.name = "Bob".into();
/// let unchanged = RawExpression::new("#n = :old").name("#n", "name").value(":old", "Ann");
/// let old = user.save().when_raw(unchanged).client(&client).return_old().await?;
/// assert_eq!(old.unwrap().name, "Ann");
/// # Ok(())
/// # }
/// ```
///
/// # Cost
///
/// One request for a write unit for each KB of the new or the replaced item, whichever is larger, rounded up, and for
/// those of the [index entries](crate::ItemSize::indexes) that change. A refused write costs the units of the item too. A
/// save that creates an item with unique values or changes one is a transaction, which costs twice the units of the
/// item and of each item that reserves a value. The guide
/// [`expiring_data`](crate::guide::expiring_data#what-it-costs) lists what an expiry adds.
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "PutItem")]
pub struct Save<'a, M> {
    value: SavedValue<'a>,
    call: CallOptions,
    write: WriteOptions,
    model: PhantomData<fn() -> M>,
}

/// A [`Save`] that returns the item it replaced.
#[must_use = "an operation does nothing until it is awaited"]
pub struct SaveReturningOld<'a, M> {
    operation: Save<'a, M>,
}

#[derive(Default)]
struct WriteOptions {
    if_absent: bool,
    condition: Option<Tree>,
    /// Whether the user has added a condition.
    is_conditional: bool,
    stored: Replaceable,
    /// The TTL that the call sets.
    ttl: Option<Duration>,
    old: Option<Box<dyn ReadSink>>,
    customize: Option<Customize<'static, PutItemFluentBuilder>>,
}

opaque_debug!(Save<'a, M>, SaveReturningOld<'a, M>);

impl<'a, M: Model> Save<'a, M> {
    pub(crate) fn new(value: &'a mut M) -> Self {
        Self::of(SavedValue::Exclusive(value))
    }

    /// Saves a value that the save does not change.
    pub(crate) fn shared(value: &'a M) -> Self
    where
        M: Unmanaged,
    {
        Self::of(SavedValue::Shared(value))
    }

    fn of(value: SavedValue<'a>) -> Self {
        Save { value, call: CallOptions::default(), write: WriteOptions::default(), model: PhantomData }
    }

    pub(crate) fn if_absent(mut self) -> Self {
        self.write.if_absent = true;
        self
    }

    call_options!(call, hooks);

    condition_options!("Writes");

    fn guarded(mut self, condition: Tree) -> Self {
        self.write.condition = Some(condition.and_maybe(self.write.condition.take()));
        self.write.is_conditional = true;
        self
    }

    entity_options!(write, "replaces");

    /// Sets the item to expire `ttl` from now, regardless of its value, its model and the client. The value's TTL
    /// field receives the same expiry. The expiry is rounded up to a whole second; a `ttl` of zero is an
    /// error of kind `Validation`.
    ///
    #[doc = order_example!(
        r#"let mut draft = Order::builder().customer("ann").id(7).total(40).build();"#
        "draft.save().ttl(std::time::Duration::from_hours(1)).await?;"
        "assert!(draft.expires_at.is_some());"
    )]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.write.ttl = Some(ttl);
        self
    }

    refresh_options!(call, "It costs nothing: the new expiry is part of the item that is written.");

    customize_option!(write.customize, PutItemFluentBuilder);

    detailed_option!('a, ());

    explain_option!(call, executor, M::SCHEMA.sensitive);

    /// Returns the write, to be sent alone or in a transaction.
    pub(crate) fn into_write(self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        (Ok(SaveWrite::of::<M>(self.value, self.write)), self.call)
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

returning_old!(SaveReturningOld, Save, write);

impl<'a, M: Model> IntoFuture for Save<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), |_| ())
    }
}

/// A save or create, without its model's type.
struct SaveWrite<'a> {
    model: &'static ModelVTable,
    value: SavedValue<'a>,
    /// The changes that the last encoding makes to the value after it is stored.
    stamps: Option<Stamps>,
    mark: Option<WriteMark>,
    options: WriteOptions,
    send_keeping: Option<SendKeeping>,
}

impl<'a> SaveWrite<'a> {
    fn of<M: Model>(value: SavedValue<'a>, options: WriteOptions) -> Box<dyn Write + 'a> {
        let (model, send_keeping) = (ModelVTable::of::<M>(), const { send_keeping_of::<M>() });
        Box::new(SaveWrite { model, value, stamps: None, mark: None, options, send_keeping })
    }
}

impl Write for SaveWrite<'_> {
    fn operation(&self) -> Operation {
        if self.options.if_absent { Operation::Create } else { Operation::Save }
    }

    fn model(&self) -> &'static ModelVTable {
        self.model
    }

    fn before<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.value.before_save(cx)
    }

    fn after<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.value.after_save(cx)
    }

    fn prepare(&mut self, call: &Context) -> Result<Prepared> {
        let schema = self.model.schema;
        let fail = |fault| fault_error(fault, schema.model);
        let millis = call.client.clock().now_millis();
        self.value.generate(millis);
        let key = self.value.key().map_err(fail)?;
        let whole = PutExpiryInput { carried: self.value.ttl(), ttl: self.options.ttl, is_new: self.options.if_absent };
        let expiry = whole.expiry(call, schema)?;
        // Most items fit into 1 KB, the unit in which writes are billed.
        let mut head = request_body::begin_head(HEAD, 1024);
        self.stamps = Some(put::encode(&*self.value, schema, &mut head, expiry, millis)?);
        self.mark = self.mark.take().or_else(|| WriteMark::of(schema));
        if let Some(mark) = &self.mark {
            head = mark.append(head).map_err(fail)?;
        }
        check_size(&head[HEAD.len()..], self.model.config().max_size, schema)?;
        let version = if self.options.if_absent { None } else { self.value.version() };
        let condition = self.condition(call, version);
        let is_own = self.options.stored == Replaceable::Own && !self.options.if_absent;
        let expressions = match &condition {
            condition if is_own => guard::own_expressions(schema, condition.as_ref())?,
            condition => WriteExpressions::of(condition.as_ref())?,
        };
        let changes = unique::changes_of(schema, &head[HEAD.len()..])?;
        let mut prepared = Prepared::new(schema, key, WriteAction::Put(head), expressions);
        prepared.version = version;
        prepared.set_changes(changes);
        prepared.set_condition(condition.as_ref());
        prepared.stored = self.options.stored;
        if self.options.if_absent {
            prepared.claiming = Claiming::New;
        }
        prepared.expiry = expiry;
        if let (Some(check), Some(old)) = (call.hiding(schema), &mut self.options.old) {
            old.hide(HiddenItems::Expired(check));
        }
        Ok(prepared)
    }

    fn transaction_blocker(&self) -> Option<&'static str> {
        self.options.customize.as_ref().map(|_| executor::CUSTOMIZED)
    }

    fn is_repeatable(&self) -> bool {
        let options = &self.options;
        let is_conditional = options.if_absent || options.condition.is_some() || self.value.version().is_some();
        // An old item that an attempt without an answer has replaced would be lost.
        !is_conditional && options.old.is_none()
    }

    fn take_old_sink(&mut self) -> Option<Box<dyn ReadSink>> {
        self.options.old.take()
    }

    fn send<'s>(&'s mut self, call: &'s Context, prepared: Box<Prepared>) -> BoxFuture<'s, Result<Outcome>> {
        Box::pin(async move {
            let sent = match prepared.expiry {
                Expiry::Stored(default) => {
                    let Some(send) = self.send_keeping else { unreachable!("the model has no TTL attribute") };
                    send(self, call, *prepared, default).await
                }
                _ => self.put(*prepared).send(call).await,
            };
            sent.map_err(|error| self.refused(error))
        })
    }

    fn written(&mut self) {
        if let Some(stamps) = self.stamps.take() {
            self.value.stored(stamps);
        }
    }

    fn refused(&self, error: Error) -> Error {
        let error = guard::schema_refusal(error, self.model.schema, false);
        match error.kind() {
            // If the user added a condition, either condition may have failed.
            ErrorKind::ConditionFailed if self.options.if_absent && !self.options.is_conditional => {
                error.with_message("there is an item under this key already")
            }
            _ => error,
        }
    }
}

impl SaveWrite<'_> {
    /// Combines the conditions of the operation, the version and the user, but not the one on the replaced item's
    /// entity.
    fn condition(&self, call: &Context, version: Option<u64>) -> Option<Tree> {
        let schema = self.model.schema;
        let expects_none = self.options.if_absent || version == Some(0);
        let check = if expects_none { call.expiry_check(schema) } else { None };
        let own = if self.options.if_absent {
            Some(guard::absent(schema, check, self.options.stored))
        } else {
            guard::unchanged(schema, version, check)
        };
        let needs_live = version.is_some_and(|version| version > 0) || self.options.condition.is_some();
        let is_live = call.hiding(schema).filter(|_| needs_live).map(guard::live);
        // A create replaces nothing that has a schema.
        let schema = schema.number.filter(|_| !self.options.if_absent).map(guard::not_newer);
        [own, is_live, schema, self.options.condition.clone()].into_iter().flatten().reduce(Tree::and)
    }

    fn put(&mut self, prepared: Prepared) -> Box<PutRequest> {
        let WriteAction::Put(head) = prepared.action else { unreachable!("`prepare` makes a put") };
        self.put_of(prepared.schema, prepared.key, head, prepared.expressions, prepared.version)
    }

    fn put_of(
        &mut self,
        schema: &'static ModelSchema,
        key: RawKey,
        head: Vec<u8>,
        expressions: WriteExpressions,
        version: Option<u64>,
    ) -> Box<PutRequest> {
        Box::new(PutRequest {
            schema,
            key,
            head,
            expressions,
            version,
            stored: self.options.stored,
            mark: self.mark.clone(),
            // The write may be retried, so the sink is kept.
            old: self.options.old.as_ref().map(|old| old.fresh()),
            customize: self.options.customize.take(),
        })
    }
}

pub(crate) fn check_size(item: &[u8], max_size: Option<usize>, schema: &ModelSchema) -> Result<()> {
    let most = max_size.map_or(MAX_ITEM_SIZE, |size| size.min(MAX_ITEM_SIZE));
    let size = wire::size_above(most, item).map_err(|fault| fault_error(fault, schema.model))?;
    let Some(size) = size else { return Ok(()) };
    let rule = if most < MAX_ITEM_SIZE { "the model's `max_size` is" } else { "DynamoDB allows at most" };
    Err(Error::new(ErrorKind::TooLarge, format!("the item has {size} bytes; {rule} {most}")).with_model(schema.model))
}
