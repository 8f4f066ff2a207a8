use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_smithy_runtime_api::client::interceptors::context::Input;

use super::call::{Call, CallOptions, call_options, opaque_debug};
use super::future::{BoxFuture, Detailed, Done, OperationFuture};
use super::guard::{self, Expressions, condition_options};
use super::put::{Customize, HEAD, Put};
use super::request::Request;
use super::target::{Saved, SavedOf};
use super::unique;
use super::write::{self, Action, Prepared, Write};
use crate::expr::Tree;
use crate::model::fault_error;
use crate::schema::ModelSchema;
use crate::size::MAX_ITEM_SIZE;
use crate::splice::{Collected, ItemSink, SdkCodec};
use crate::wire::{self, Writer};
use crate::{Error, ErrorKind, HookContext, Model, ModelConfig, Operation, Result};

/// Writes a whole item: [`Model::save`] or [`Model::create`]. Await it.
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
#[must_use = "an operation does nothing until it is awaited"]
pub struct Save<'a, M> {
    model: &'a mut M,
    call: CallOptions,
    write: WriteOptions,
}

/// A [`Save`] that gives the item it replaced.
#[must_use = "an operation does nothing until it is awaited"]
pub struct SaveReturningOld<'a, M>(Save<'a, M>);

#[derive(Default)]
struct WriteOptions {
    if_absent: bool,
    condition: Option<Tree>,
    /// Whether the user has put a condition on it.
    is_conditional: bool,
    old: Option<Box<dyn ItemSink>>,
    customize: Option<Customize<PutItemFluentBuilder>>,
    detailed: bool,
}

opaque_debug!(Save<'a, M>, SaveReturningOld<'a, M>);

impl<'a, M: Model> Save<'a, M> {
    pub(crate) fn new(model: &'a mut M) -> Self {
        Save { model, call: CallOptions::default(), write: WriteOptions::default() }
    }

    pub(crate) fn if_absent(mut self) -> Self {
        self.write.if_absent = true;
        self
    }

    call_options!(hooks);

    condition_options!("Writes");

    fn guarded(mut self, condition: Tree) -> Self {
        self.write.condition = Some(condition.and_maybe(self.write.condition.take()));
        self.write.is_conditional = true;
        self
    }

    /// Changes the SDK's request: for what singlet does not know. The item is not in it.
    pub fn customize(mut self, f: impl FnOnce(PutItemFluentBuilder) -> PutItemFluentBuilder + Send + 'static) -> Self {
        self.write.customize = Some(Box::new(f));
        self
    }

    /// Gives the item that was replaced: `None` if there was none, or one of another model.
    pub fn return_old(self) -> SaveReturningOld<'a, M> {
        SaveReturningOld(self)
    }

    /// Gives the facts of the request too, and asks the service what it consumed.
    pub fn detailed(mut self) -> Detailed<'a, ()> {
        self.write.detailed = true;
        Detailed { executor: self.executor(), value: |_| () }
    }

    /// The request that awaiting this would send. No hook runs, and nothing is sent.
    pub fn explain(self) -> Result<Request> {
        SaveWrite { model: Box::new(SavedOf::new(self.model)), options: self.write }.explain(self.call)
    }

    /// The write, for a transaction or to be sent alone.
    pub(crate) fn into_write(self) -> (Result<Box<dyn Write + 'a>>, CallOptions) {
        (Ok(SaveWrite::boxed(self.model, self.write)), self.call)
    }

    fn executor(self) -> BoxFuture<'a, Result<Done>> {
        let (write, call) = self.into_write();
        write::run(write, call)
    }
}

impl<'a, M: Model> IntoFuture for Save<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), |_| ())
    }
}

impl<'a, M: Model> IntoFuture for SaveReturningOld<'a, M> {
    type Output = Result<Option<M>>;
    type IntoFuture = OperationFuture<'a, Option<M>>;

    fn into_future(self) -> Self::IntoFuture {
        let mut save = self.0;
        save.write.old = Some(Collected::<M>::many());
        OperationFuture::new(save.executor(), Collected::<M>::first_of)
    }
}

/// A save or create, without the type of its model.
struct SaveWrite<'a> {
    model: Box<dyn Saved + 'a>,
    options: WriteOptions,
}

impl<'a> SaveWrite<'a> {
    fn boxed<M: Model>(model: &'a mut M, options: WriteOptions) -> Box<dyn Write + 'a> {
        Box::new(SaveWrite { model: Box::new(SavedOf::new(model)), options })
    }
}

impl Write for SaveWrite<'_> {
    fn operation(&self) -> Operation {
        if self.options.if_absent { Operation::Create } else { Operation::Save }
    }

    fn schema(&self) -> &'static ModelSchema {
        self.model.schema()
    }

    fn config(&self) -> ModelConfig {
        self.model.config()
    }

    fn has_hooks(&self) -> bool {
        self.model.has_hooks()
    }

    fn before<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.model.before_save(cx)
    }

    fn after<'s>(&'s mut self, cx: &'s HookContext<'_>) -> BoxFuture<'s, Result<()>> {
        self.model.after_save(cx)
    }

    fn prepare(&mut self, call: &Call) -> Result<Prepared> {
        let schema = self.model.schema();
        let fail = |fault| fault_error(fault, schema.model);
        let (now, millis) = (call.client.now(), call.client.clock().now_millis());
        self.model.generate(millis);
        let key = self.model.key().map_err(fail)?;
        let mut writer = Writer::after(HEAD);
        self.model.write(&mut writer, millis);
        let head = writer.into_bytes().map_err(fail)?;
        check_size(&head[HEAD.len()..], self.model.config().max_size, schema)?;
        let version = if self.options.if_absent { None } else { self.model.version() };
        let own = if self.options.if_absent {
            Some(guard::absent(schema, now))
        } else {
            guard::unchanged(schema, version, now)
        };
        let condition = match (own, self.options.condition.take()) {
            (Some(own), condition) => Some(own.and_maybe(condition)),
            (None, condition) => condition,
        };
        let expressions = Expressions::of(condition.as_ref())?;
        let changes = unique::changes_of(schema, &head[HEAD.len()..])?;
        let mut prepared = Prepared::new(schema, key, Action::Put(head), expressions).version(version).changes(changes);
        prepared.replaces = !self.options.if_absent;
        Ok(prepared)
    }

    fn only_alone(&self) -> Option<&'static str> {
        self.options.customize.as_ref().map(|_| write::CUSTOMIZED)
    }

    fn take_old_sink(&mut self) -> Option<Box<dyn ItemSink>> {
        self.options.old.take()
    }

    fn send<'s>(&'s mut self, call: &'s Call, prepared: Prepared) -> BoxFuture<'s, Result<Done>> {
        let put = self.put(prepared);
        Box::pin(async move { put.send(call).await.map_err(|error| self.refused(error)) })
    }

    fn written(&mut self) {
        self.model.written();
    }

    fn refused(&self, error: Error) -> Error {
        match error.kind() {
            // With a condition of the user's beside it, either may have failed.
            ErrorKind::ConditionFailed if self.options.if_absent && !self.options.is_conditional => {
                error.with_message("there is an item under this key already")
            }
            // A version of 0 says that the value was never stored.
            ErrorKind::ConditionFailed if self.model.version() == Some(0) && !self.options.is_conditional => {
                error.with_message("there is an item under this key already; read it before saving over it")
            }
            _ => error,
        }
    }
}

impl SaveWrite<'_> {
    fn put(&mut self, prepared: Prepared) -> Put {
        let Action::Put(head) = prepared.action else { unreachable!("`prepare` makes a put") };
        Put {
            schema: prepared.schema,
            head,
            expressions: prepared.expressions,
            version: prepared.version,
            old: self.options.old.take(),
            customize: self.options.customize.take(),
            detailed: self.options.detailed,
        }
    }

    fn explain(mut self, options: CallOptions) -> Result<Request> {
        let call = Call::explained(self.operation(), self.schema().model, options, self.config());
        let prepared = self.prepare(&call).map_err(|error| call.fail(error))?;
        let mut put = self.put(prepared);
        let builder = put.builder(&call.client, &call.table, false);
        let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::PutItem, Input::erase(input), Some(put.head), self.schema().sensitive)
    }
}

/// An item is never larger than its JSON, so that most are not measured at all.
pub(crate) fn check_size(item: &[u8], max_size: Option<usize>, schema: &ModelSchema) -> Result<()> {
    let most = max_size.map_or(MAX_ITEM_SIZE, |size| size.min(MAX_ITEM_SIZE));
    if item.len() <= most {
        return Ok(());
    }
    let size = wire::item_size(item).map_err(|fault| fault_error(fault, schema.model))?;
    if size <= most {
        return Ok(());
    }
    let rule = if most < MAX_ITEM_SIZE { "the model's `max_size` is" } else { "DynamoDB allows" };
    Err(Error::new(ErrorKind::TooLarge, format!("the item has {size} bytes, {rule} {most}")).with_model(schema.model))
}
