use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnConsumedCapacity, ReturnValue};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tracing::Instrument as _;

use super::call::{Call, CallOptions, call_options, opaque_debug};
use super::condition::{RawCondition, with_condition};
use super::failure;
use super::future::{BoxFuture, Detailed, Done, OperationFuture, fill};
use super::get::sdk_key;
use super::put::Customize;
use super::request::Request;
use super::target::{TargetOf, Targeted, Value};
use crate::key::{Key, RawKey};
use crate::schema::ModelSchema;
use crate::splice::{Collected, ItemSink, SdkCodec, Splice};
use crate::{Client, Error, Model, ModelConfig, Operation, Result};

/// Deletes one item: [`Model::delete`] or [`Model::delete_by_key`]. Await it.
///
/// It is no error when there is none, unless [`when_raw`](Self::when_raw) asks for one.
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
#[must_use = "an operation does nothing until it is awaited"]
pub struct Delete<'a, M> {
    target: Result<TargetOf<'a, M>>,
    call: CallOptions,
    options: DeleteOptions,
}

/// A [`Delete`] that gives the item it deleted.
#[must_use = "an operation does nothing until it is awaited"]
pub struct DeleteReturningOld<'a, M>(Delete<'a, M>);

#[derive(Default)]
struct DeleteOptions {
    condition: Option<RawCondition>,
    old: Option<Box<dyn ItemSink>>,
    customize: Option<Customize<DeleteItemFluentBuilder>>,
    detailed: bool,
}

opaque_debug!(Delete<'a, M>, DeleteReturningOld<'a, M>);

impl<'a, M: Model> Delete<'a, M> {
    pub(crate) fn new(value: &'a M) -> Self {
        Self::of(value.key(), Value::Shared(value))
    }

    pub(crate) fn by_key(key: Result<RawKey>) -> Self {
        Self::of(key.map(Key::from_raw), Value::None)
    }

    fn of(key: Result<Key<M>>, value: Value<'a, M>) -> Self {
        let target = key.map(|key| TargetOf { key, value });
        Delete { target, call: CallOptions::default(), options: DeleteOptions::default() }
    }

    call_options!(hooks);

    /// Deletes only if `condition` holds for the item that is stored; an error of kind
    /// `ConditionFailed` with that item if not.
    pub fn when_raw(mut self, condition: impl Into<RawCondition>) -> Self {
        let condition = condition.into();
        self.options.condition = Some(condition.and(self.options.condition.take()));
        self
    }

    /// Changes the SDK's request: for what singlet does not know.
    pub fn customize(
        mut self,
        f: impl FnOnce(DeleteItemFluentBuilder) -> DeleteItemFluentBuilder + Send + 'static,
    ) -> Self {
        self.options.customize = Some(Box::new(f));
        self
    }

    /// Gives the item that was deleted: `None` if there was none, or one of another model.
    pub fn return_old(self) -> DeleteReturningOld<'a, M> {
        DeleteReturningOld(self)
    }

    /// Gives the facts of the request too, and asks the service what it consumed.
    pub fn detailed(mut self) -> Detailed<'a, ()> {
        self.options.detailed = true;
        Detailed { executor: self.executor(), value: |_| () }
    }

    /// The request that awaiting this would send. No hook runs, and nothing is sent.
    pub fn explain(mut self) -> Result<Request> {
        let call = Call::explained(Operation::Delete, M::SCHEMA.model, self.call, M::config());
        let key = self.target?.key.into_raw();
        let builder = builder(&call.client, &call.table, M::SCHEMA, &key, &mut self.options, false)?;
        let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::DeleteItem, Input::erase(input), None, M::SCHEMA.sensitive)
    }

    fn executor(self) -> BoxFuture<'a, Result<Done>> {
        let target = self.target.map(|target| {
            let key = target.key.raw().clone();
            (key, Box::new(target) as Box<dyn Targeted + 'a>)
        });
        delete(M::SCHEMA, M::config, M::ANY, target, self.call, self.options)
    }
}

impl<'a, M: Model> IntoFuture for Delete<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), |_| ())
    }
}

impl<'a, M: Model> IntoFuture for DeleteReturningOld<'a, M> {
    type Output = Result<Option<M>>;
    type IntoFuture = OperationFuture<'a, Option<M>>;

    fn into_future(mut self) -> Self::IntoFuture {
        self.0.options.old = Some(Collected::<M>::many());
        OperationFuture::new(self.0.executor(), Collected::<M>::first_of)
    }
}

fn delete<'a>(
    schema: &'static ModelSchema,
    config: fn() -> ModelConfig,
    has_hooks: bool,
    target: Result<(RawKey, Box<dyn Targeted + 'a>)>,
    options: CallOptions,
    mut delete: DeleteOptions,
) -> BoxFuture<'a, Result<Done>> {
    Box::pin(async move {
        let call = Call::new(Operation::Delete, Some(schema.model), options, config())?;
        let (key, target) = target.map_err(|error| call.fail(error))?;
        let hooks = has_hooks && call.runs_hooks;
        if hooks {
            target.before_delete(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        let builder = builder(&call.client, &call.table, schema, &key, &mut delete, call.is_observed())
            .map_err(|error| call.fail(error))?;
        let done = send(&call, builder, delete.old).await?;
        if hooks {
            target.after_delete(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(done)
    })
}

fn builder(
    client: &Client,
    table: &str,
    schema: &ModelSchema,
    key: &RawKey,
    delete: &mut DeleteOptions,
    observed: bool,
) -> Result<DeleteItemFluentBuilder> {
    let mut builder = client.sdk().delete_item().table_name(table).set_key(Some(sdk_key(schema, key)));
    if let Some(condition) = &delete.condition {
        condition.check()?;
        builder = with_condition!(builder, condition);
    }
    if delete.old.is_some() {
        builder = builder.return_values(ReturnValue::AllOld);
    }
    if observed || delete.detailed {
        builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
    }
    Ok(match delete.customize.take() {
        Some(customize) => customize(builder),
        None => builder,
    })
}

async fn send(call: &Call, builder: DeleteItemFluentBuilder, old: Option<Box<dyn ItemSink>>) -> Result<Done> {
    let watch = call.watch();
    let splice = Splice::new(SdkCodec::DeleteItem);
    let (splice, interceptor) = match old {
        Some(sink) => splice.items("Attributes", sink),
        None => splice,
    }
    .interceptor(watch.attempts());
    let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
    let mut sent = watch.sent();
    let output = failure::outcome(call, &watch, &sent, outcome, refused)?;
    sent.note(output.consumed_capacity(), output.request_id());
    call.observe(&watch, &sent, None);
    let mut sink = splice.take_sink();
    if let Some(sink) = sink.as_deref_mut() {
        fill(call, sink, output.attributes().into_iter())?;
    }
    Ok(Done { sink, sent })
}

/// The SDK's error, with the item that made the condition fail.
fn refused(call: &Call, error: SdkError<DeleteItemError, HttpResponse>) -> Error {
    let stored = match error.as_service_error() {
        Some(DeleteItemError::ConditionalCheckFailedException(failed)) => failed.item().cloned(),
        _ => None,
    };
    failure::from_sdk(call, error).with_old_item(stored)
}
