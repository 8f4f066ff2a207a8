//! `Exists`: checks for an item by key with a `GetItem` that returns only the attributes it needs.

use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::get_item::GetItemOutput;
use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;

use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, Context, RequestFacts, opaque_debug};
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::get_item;
use crate::op::engine::options::{
    call_options, consistency_options, customize_option, detailed_option, explain_option,
};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::Customize;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::vtable::ModelVTable;
use crate::schema::ModelSchema;
use crate::ttl::ExpiryCheck;
use crate::{Model, Operation, Result, SkipReason};

/// Checks whether an item exists: made by [`Model::exists`]. Awaiting it returns a `bool`.
///
/// It is `false` if the item under the key belongs to another model, or is expired and the model
/// [hides](crate::ExpiredItems::Hide) such items.
///
/// It is one request and costs as much as a [`get`](crate::Get#cost), because DynamoDB bills the read by the size of the
/// whole item; what `exists` saves is bandwidth.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// assert!(!User::exists("USER#1").client(&client).await?);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "GetItem")]
pub struct Exists<M> {
    key: Result<RawKey>,
    call: CallOptions,
    options: ExistsOptions,
    model: PhantomData<fn() -> M>,
}

#[derive(Default)]
struct ExistsOptions {
    consistent: Option<bool>,
    customize: Option<Customize<'static, GetItemFluentBuilder>>,
}

opaque_debug!(Exists<M>);

impl<M: Model> Exists<M> {
    pub(crate) fn new(key: Result<RawKey>) -> Self {
        Exists { key, call: CallOptions::default(), options: ExistsOptions::default(), model: PhantomData }
    }

    call_options!(call);

    consistency_options!(options.consistent);

    customize_option!(options.customize, GetItemFluentBuilder);

    detailed_option!('static, bool);

    explain_option!(call, executor, M::SCHEMA.sensitive);

    fn executor(self) -> BoxFuture<'static, Result<Outcome>> {
        exists(ModelVTable::of::<M>(), self.key, self.call, self.options)
    }

    // The options call this for every operation, and an update needs `self`.
    #[allow(clippy::unused_self)]
    fn finish(&self) -> fn(Outcome) -> bool {
        |done| done.sent.items > 0
    }
}

impl<M: Model> IntoFuture for Exists<M> {
    type Output = Result<bool>;
    type IntoFuture = OperationFuture<'static, bool>;

    fn into_future(self) -> Self::IntoFuture {
        let finish = self.finish();
        OperationFuture::new(self.executor(), finish)
    }
}

fn exists(
    model: &'static ModelVTable,
    key: Result<RawKey>,
    call: CallOptions,
    options: ExistsOptions,
) -> BoxFuture<'static, Result<Outcome>> {
    Box::pin(async move {
        let (schema, config) = (model.schema, model.config());
        let consistent = options.consistent.unwrap_or(config.consistent_read);
        let call = Context::new(Operation::Exists, Some(schema.model), call, &config)?;
        let key = key.map_err(|error| call.contextualize(error))?;
        let check = call.hiding(schema);
        let projection = projection(schema, check);
        let request = get_item::request(&call.client, consistent);
        let request = request.expressions(&projection).by_key(schema, &key, None).customize(options.customize);
        let settle = |output: &GetItemOutput, sent: &mut RequestFacts| {
            let own = output.item().filter(|item| schema.owns(item));
            // Uses the current time, because the response may be the first one that tells the time.
            let is_expired = own.zip(call.hiding(schema)).is_some_and(|(item, check)| check.is_expired(item));
            call.observe_skipped(SkipReason::Expired, usize::from(is_expired));
            sent.items = usize::from(own.is_some() && !is_expired);
            Ok(())
        };
        call.send_with(request, |error, _| Err(error), settle).await.into_outcome()
    })
}

/// Returns only the key, the entity attribute and, if expired items are hidden, the TTL attribute.
fn projection(schema: &ModelSchema, check: Option<ExpiryCheck>) -> ReadExpressions {
    let entity = schema.entity.map(|entity| entity.attribute.name);
    let names = schema.table.key_names().into_iter().chain(entity).chain(check.map(|check| check.attribute));
    ReadExpressions::of_attributes(names)
}
