use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tracing::Instrument as _;

use super::call::{Call, CallOptions, Sent, call_options, opaque_debug};
use super::failure;
use super::future::{BoxFuture, Detailed, Done, OperationFuture};
use super::get::sdk_key;
use super::guard::{self, Expressions, with_expressions};
use super::request::Request;
use super::target::{TargetOf, Targeted, Value};
use crate::expr::{Actions, Tree};
use crate::key::RawKey;
use crate::model::Expires;
use crate::schema::ModelSchema;
use crate::splice::SdkCodec;
use crate::{Client, Error, ErrorKind, Model, ModelConfig, Operation, Result, TTLAttribute};

/// Changes the expiry of one item: [`Model::extend_ttl`](crate::Model::extend_ttl) or
/// [`Model::set_ttl`](crate::Model::set_ttl). Await it.
///
/// Nothing but the TTL attribute is written, for one write of the whole item's size.
///
/// ```
/// # use singlet::{Client, ErrorKind, ExpiresIn, Model, TTLAttribute};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "sessions")]
/// # struct Session { #[model(hash_key)] pk: String, expires_at: TTLAttribute }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Session::create_table().client(&client).await?;
/// let mut session = Session { pk: "SESSION#1".into(), expires_at: ExpiresIn::minutes(10) };
/// let gone = session.extend_ttl(ExpiresIn::hours(1)).client(&client).await.unwrap_err();
/// assert_eq!(gone.kind(), ErrorKind::NotFound);
///
/// session.save().client(&client).await?;
/// session.extend_ttl(ExpiresIn::hours(1)).client(&client).await?;
/// assert!(session.expires_in().unwrap().as_secs() > 3_500);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct UpdateTtl<'a, M> {
    target: Result<TargetOf<'a, M>>,
    call: CallOptions,
    update: Update,
}

#[derive(Debug, Clone, Copy)]
struct Update {
    expires_at: TTLAttribute,
    /// Whether an item that has expired counts as gone.
    if_live: bool,
    detailed: bool,
}

impl Update {
    fn operation(self) -> Operation {
        if self.if_live { Operation::ExtendTtl } else { Operation::SetTtl }
    }
}

opaque_debug!(UpdateTtl<'a, M>);

impl<'a, M: Expires> UpdateTtl<'a, M> {
    pub(crate) fn new(value: &'a mut M, expires_at: TTLAttribute) -> Self {
        let target = value.key().map(|key| TargetOf { key, value: Value::Expiring(value, M::__set_ttl) });
        UpdateTtl {
            target,
            call: CallOptions::default(),
            update: Update { expires_at, if_live: false, detailed: false },
        }
    }

    pub(crate) fn if_live(mut self) -> Self {
        self.update.if_live = true;
        self
    }

    call_options!(hooks);

    /// Gives the facts of the request too, and asks the service what it consumed.
    pub fn detailed(mut self) -> Detailed<'a, ()> {
        self.update.detailed = true;
        Detailed { executor: self.executor(), value: |_| () }
    }

    /// The request that awaiting this would send. No hook runs, and nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let call = Call::explained(self.update.operation(), M::SCHEMA.model, self.call, M::config());
        let key = self.target?.key.into_raw();
        let builder = builder(&call, M::SCHEMA, &key, self.update).map_err(|error| call.fail(error))?;
        let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::UpdateItem, Input::erase(input), None, M::SCHEMA.sensitive)
    }
}

// The bound is `Expires` only where an update is made: a model without it gets one error, there.
impl<'a, M: Model> IntoFuture for UpdateTtl<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), |_| ())
    }
}

impl<'a, M: Model> UpdateTtl<'a, M> {
    fn executor(self) -> BoxFuture<'a, Result<Done>> {
        let target = self.target.map(|target| {
            let key = target.key.raw().clone();
            (key, Box::new(target) as Box<dyn Targeted + 'a>)
        });
        update_ttl(M::SCHEMA, M::config, M::ANY, target, self.call, self.update)
    }
}

fn update_ttl<'a>(
    schema: &'static ModelSchema,
    config: fn() -> ModelConfig,
    has_hooks: bool,
    target: Result<(RawKey, Box<dyn Targeted + 'a>)>,
    options: CallOptions,
    update: Update,
) -> BoxFuture<'a, Result<Done>> {
    Box::pin(async move {
        let call = Call::new(update.operation(), Some(schema.model), options, config())?;
        let (key, mut target) = target.map_err(|error| call.fail(error))?;
        let hooks = has_hooks && call.runs_hooks;
        if hooks {
            target.before_update(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        let sent = send(&call, schema, &key, update).await?;
        target.set_ttl(update.expires_at);
        if hooks {
            target.after_update(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(Done { sink: None, sent })
    })
}

fn builder(call: &Call, schema: &ModelSchema, key: &RawKey, update: Update) -> Result<UpdateItemFluentBuilder> {
    let Some(ttl) = schema.ttl else {
        return Err(Error::new(ErrorKind::Configuration, "the model has no TTL attribute"));
    };
    let mut expressions = Expressions::of(Some(&condition(&call.client, schema, update)))?;
    let mut actions = Actions::default();
    actions.set(ttl, AttributeValue::N(update.expires_at.to_string()));
    expressions.update = Some(actions.render(&mut expressions.placeholders)?);
    let builder = call.client.sdk().update_item().table_name(&*call.table).set_key(Some(sdk_key(schema, key)));
    let builder = with_expressions!(builder, &expressions).set_update_expression(expressions.update.clone());
    let observed = update.detailed || call.is_observed();
    Ok(if observed { builder.return_consumed_capacity(ReturnConsumedCapacity::Total) } else { builder })
}

/// The item exists, is of this entity, and where asked for is live: an absent expiry never passes.
fn condition(client: &Client, schema: &ModelSchema, update: Update) -> Tree {
    let present = guard::present(schema);
    match schema.ttl.filter(|_| update.if_live) {
        Some(ttl) => present.and(Tree::Not(Box::new(guard::expired(ttl, client.now())))),
        None => present,
    }
}

async fn send(call: &Call, schema: &ModelSchema, key: &RawKey, update: Update) -> Result<Sent> {
    let builder = builder(call, schema, key, update).map_err(|error| call.fail(error))?;
    let watch = call.watch();
    let outcome = builder.customize().interceptor(watch.attempts()).send().instrument(watch.span()).await;
    let mut sent = watch.sent();
    let output = failure::outcome(call, &watch, &sent, outcome, |call, error| refused(call, schema, error))?;
    sent.note(output.consumed_capacity(), output.request_id());
    call.observe(&watch, &sent, None);
    Ok(sent)
}

/// The SDK's error; where the condition did not hold, why.
fn refused(call: &Call, schema: &ModelSchema, error: SdkError<UpdateItemError, HttpResponse>) -> Error {
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => match failed.item() {
            Some(item) if schema.owns(item) => call.error(ErrorKind::Expired, "the item has expired"),
            _ => call.error(ErrorKind::NotFound, "there is no such item"),
        },
        _ => failure::from_sdk(call, error),
    }
}
