use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use aws_smithy_runtime_api::client::interceptors::context::Input;

use super::call::{Call, CallOptions, call_options, opaque_debug};
use super::condition::RawCondition;
use super::future::{BoxFuture, Detailed, Done, OperationFuture};
use super::put::{Customize, HEAD, Put};
use super::request::Request;
use super::target::Saved;
use crate::model::fault_error;
use crate::schema::ModelSchema;
use crate::size::MAX_ITEM_SIZE;
use crate::splice::{Collected, ItemSink, SdkCodec};
use crate::wire::{self, Writer};
use crate::{Error, ErrorKind, Model, Operation, Result};

/// Writes a whole item: [`Model::save`] or [`Model::create`]. Await it.
///
/// ```
/// # use singlet::{Client, Model, RawCondition};
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
/// let unchanged = RawCondition::new("#n = :old").name("#n", "name").value(":old", "Ann");
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
    condition: Option<RawCondition>,
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

    /// Writes only if `condition` holds for the item that is stored; an error of kind
    /// `ConditionFailed` with that item ([`Error::old_item`]) if not.
    pub fn when_raw(mut self, condition: impl Into<RawCondition>) -> Self {
        let condition = condition.into();
        self.write.condition = Some(condition.and(self.write.condition.take()));
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
        Detailed { executor: save(self.model, self.call, self.write), value: |_| () }
    }

    /// The request that awaiting this would send. No hook runs, and nothing is sent.
    pub fn explain(self) -> Result<Request> {
        explain(self.model, self.call, self.write)
    }
}

impl<'a, M: Model> IntoFuture for Save<'a, M> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(save(self.model, self.call, self.write), |_| ())
    }
}

impl<'a, M: Model> IntoFuture for SaveReturningOld<'a, M> {
    type Output = Result<Option<M>>;
    type IntoFuture = OperationFuture<'a, Option<M>>;

    fn into_future(self) -> Self::IntoFuture {
        let Save { model, call, mut write } = self.0;
        write.old = Some(Collected::<M>::many());
        OperationFuture::new(save(model, call, write), Collected::<M>::first_of)
    }
}

fn operation(write: &WriteOptions) -> Operation {
    if write.if_absent { Operation::Create } else { Operation::Save }
}

fn save(model: &mut dyn Saved, options: CallOptions, write: WriteOptions) -> BoxFuture<'_, Result<Done>> {
    Box::pin(async move {
        let config = model.config();
        let max_size = config.max_size;
        let call = Call::new(operation(&write), Some(model.schema().model), options, config)?;
        let hooks = call.runs_hooks && model.has_hooks();
        if hooks {
            model.before_save(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        let now = call.client.now();
        // With a condition of the user's beside it, either may have failed.
        let is_plain_create = write.if_absent && write.condition.is_none();
        let put = put(model, write, max_size, now).map_err(|error| call.fail(error))?;
        let done = put.send(&call).await.map_err(|error| match error.kind() {
            ErrorKind::ConditionFailed if is_plain_create => {
                error.with_message("there is an item under this key already")
            }
            _ => error,
        })?;
        if hooks {
            model.after_save(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(done)
    })
}

fn explain(model: &dyn Saved, options: CallOptions, write: WriteOptions) -> Result<Request> {
    let config = model.config();
    let max_size = config.max_size;
    let schema = model.schema();
    let call = Call::explained(operation(&write), schema.model, options, config);
    let mut put = put(model, write, max_size, call.client.now()).map_err(|error| call.fail(error))?;
    let builder = put.builder(&call.client, &call.table, false);
    let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
    Request::new(SdkCodec::PutItem, Input::erase(input), Some(put.head), schema.sensitive)
}

/// Encodes and checks the item.
fn put(model: &dyn Saved, write: WriteOptions, max_size: Option<usize>, now: i64) -> Result<Put> {
    let schema = model.schema();
    let mut writer = Writer::after(HEAD);
    model.write(&mut writer);
    let head = writer.into_bytes().map_err(|fault| fault_error(fault, schema.model))?;
    check_size(&head[HEAD.len()..], max_size, schema)?;
    let condition = match (write.if_absent, write.condition) {
        (true, condition) => Some(absent(schema, now).and(condition)),
        (false, condition) => condition,
    };
    if let Some(condition) = &condition {
        condition.check()?;
    }
    Ok(Put { head, condition, old: write.old, customize: write.customize, detailed: write.detailed })
}

/// Holds when there is no item, or an expired one that DynamoDB has not deleted yet.
fn absent(schema: &ModelSchema, now: i64) -> RawCondition {
    let none = RawCondition::new("attribute_not_exists(#_hash)").name("#_hash", schema.table.hash_key.attribute.name);
    match schema.ttl {
        None => none,
        Some(ttl) => {
            let mut condition = none.name("#_ttl", ttl).value(":_now", now);
            condition.expression.push_str(" OR #_ttl <= :_now");
            condition
        }
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
