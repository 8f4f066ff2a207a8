//! `Get`: reads one item by its key (`GetItem`, or `UpdateItem` if the read refreshes the TTL).

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodb::operation::get_item::builders::GetItemFluentBuilder;
use aws_sdk_dynamodb::types::ReturnValue;

use crate::key::RawKey;
use crate::op::engine::context::{CallOptions, Context, RequestFacts, opaque_debug};
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::get_item;
use crate::op::engine::options::{
    call_options, consistency_options, customize_option, detailed_option, example, explain_option, refresh_options,
};
use crate::op::engine::outcome::Outcome;
use crate::op::engine::outgoing::{Customize, Outgoing};
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::op::read::key_requests::{KeyRequest, ReadAny};
use crate::op::write::refresh::{self, Refresh, RefreshTarget, SendRefresh, sender_of};
use crate::projection::fields::{Chosen, SelectFields};
use crate::schema::ModelSchema;
use crate::splice::{ApiOperation, Decoder, ItemSink, ReadItem, ReadSink};
use crate::ttl::expiry_of;
use crate::wire::{Fault, Reader};
use crate::{Error, ErrorKind, Model, Operation, Projection, Result};

/// Reads one item by its key: made by [`Model::get`]. Awaiting it returns the item, or `None` if it does not exist.
///
/// # Expiration
///
/// An expired item is `None` if the model [hides](crate::ExpiredItems::Hide) such items.
///
/// If the model has a `ttl`, the get extends the TTL of the item to the `ttl`, counted from now. It never shortens the
/// TTL, never revives an expired item, and never adds an expiry to an item without one.
///
/// The get reads the item. If a tenth of the TTL has passed since the last refresh
/// ([`refresh_after`](crate::ModelConfig::refresh_after)), it also writes the new expiry, which is billed as a write of the
/// whole item and its index entries.
///
/// With `refresh_after = 0`, a get is one `UpdateItem` request that returns the item. It sees the latest write, and is
/// billed as a write instead of a read. In these cases singlet reads the item first all the same: the model has unique
/// values, the request is [customized](Self::customize), or the client refreshes
/// [in the background](crate::Client::with_background_refresh).
///
/// A failed refresh never fails the get: the observer is called for it, and the item is read. A get of a
/// [projection](Self::select) does not refresh.
///
/// # Cost
///
/// One request for half a read unit for each 4 KB of the whole item, rounded up, also if there is no item. A consistent
/// read costs twice as much. A refresh that is due is a second request.
///
/// # Errors
///
/// `WrongEntity` if the item under the key belongs to another model.
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
/// let user = User::get("USER#1").consistent().client(&client).await?;
/// assert_eq!(user, None);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "GetItem")]
pub struct Get<M, T = M> {
    key: Result<RawKey>,
    call: CallOptions,
    read: ReadOptions,
    decoder: Decoder<T>,
    read_any: ReadAny,
    model: PhantomData<fn() -> M>,
}

#[derive(Default)]
struct ReadOptions {
    /// The attributes of a projection.
    names: Option<Cow<'static, [&'static str]>>,
    consistent: Option<bool>,
    customize: Option<Customize<'static, GetItemFluentBuilder>>,
}

const OWN_CLIENT: &str =
    "a `get` in a batch or transaction cannot have its own client; set `.client(..)` on the operation";
const OWN_REQUEST: &str = "a `get` in a batch or transaction cannot be customized: it has no request of its own";

opaque_debug!(Get<M, T>);

impl<M: Model> Get<M> {
    pub(crate) fn new(key: Result<RawKey>) -> Self {
        let (call, read, decoder) = (CallOptions::default(), ReadOptions::default(), Decoder::model());
        Get { key, call, read, decoder, read_any: ReadItem::Fixed(ModelVTable::of::<M>().read), model: PhantomData }
    }
}

impl<M: Model, T: Send + 'static> Get<M, T> {
    call_options!(call, hooks);

    consistency_options!(read.consistent);

    refresh_options!(
        call,
        "A get reads the item, and a refresh that is due is a write of the whole item. With `refresh_after = 0`, both are one \
         `UpdateItem` request, billed as a write. If that does not return an item, a read follows: some servers do not return the \
         item that made a condition fail."
    );

    customize_option!(read.customize, GetItemFluentBuilder);

    /// Reads only the attributes of the projection `P`. That saves bandwidth, not capacity units.
    ///
    /// The attributes of the key, the entity and the TTL are read as well. A projection holds only a part of the item, so
    /// the get extends no TTL and does not run hooks.
    ///
    #[doc = example!(
        "#[derive(Debug, PartialEq, singlet::Projection)]"
        "#[projection(of = Order)]"
        "struct Total { cents: u64 }"
        ""
        "let total = Order::get((\"c-1\", 3)).select::<Total>().await?;"
        "assert_eq!(total, Some(Total { cents: 300 }));"
        "let reads = (Order::get((\"c-1\", 3)).select::<Total>(), Order::get((\"c-1\", 4)));"
        "let (total, order) = singlet::batch_get(reads).await?;"
        "assert_eq!((total.unwrap().cents, order.unwrap().cents), (300, 400));"
    )]
    #[doc(alias = "ProjectionExpression")]
    pub fn select<P: Projection<Of = M>>(self) -> Get<M, P> {
        let read = ReadOptions { names: Some(P::NAMES.into()), ..self.read };
        let decoder = Decoder::new(P::__read);
        Get {
            key: self.key,
            call: self.call,
            read,
            decoder,
            read_any: ReadItem::Fixed(read_projected::<P>),
            model: PhantomData,
        }
    }

    /// Reads only these attributes, as a tuple: [`select`](Self::select) without a struct. See [`SelectFields`].
    ///
    #[doc = example!(
        "let (id, cents) = Order::get((\"c-1\", 3)).fields(|o| (o.id, o.cents)).await?.unwrap();"
        "assert_eq!((id, cents), (3, 300));"
    )]
    #[doc(alias = "ProjectionExpression")]
    pub fn fields<F: SelectFields<M>>(self, fields: impl FnOnce(M::Fields) -> F) -> Get<M, F::Output> {
        let chosen = Chosen::of(&fields(M::FIELDS));
        let read = ReadOptions { names: Some(chosen.names()), ..self.read };
        let (decoder, read_any) = (Decoder::of(chosen.clone().read::<M, F>()), chosen.read_any::<M, F>());
        Get { key: self.key, call: self.call, read, decoder, read_any, model: PhantomData }
    }

    detailed_option!('static, Option<T>);

    explain_option!(call, executor, M::SCHEMA.sensitive);

    /// Converts it to one read of a batch or transaction.
    pub(crate) fn into_ask(self) -> KeyRequest {
        let Get { key, call, read, read_any, .. } = self;
        let model = ModelVTable::of::<M>();
        let key = match (&call.client, &read.customize) {
            (Some(_), _) => Err(Error::new(ErrorKind::Configuration, OWN_CLIENT).with_model(M::SCHEMA.model)),
            (_, Some(_)) => Err(Error::new(ErrorKind::Configuration, OWN_REQUEST).with_model(M::SCHEMA.model)),
            _ => key,
        };
        let ReadOptions { names, consistent, .. } = read;
        let send_refresh = const { sender_of::<M>() };
        KeyRequest { model, names, read: read_any, key, call, consistent, send_refresh }
    }

    // The options call this for every operation, and an update needs `self`.
    #[allow(clippy::unused_self)]
    fn finish(&self) -> fn(Outcome) -> Option<T> {
        Outcome::first::<T>
    }

    fn executor(self) -> BoxFuture<'static, Result<Outcome>> {
        let refreshing = const { refreshing_of::<M>() };
        get(ModelVTable::of::<M>(), self.key, self.call, self.read, self.decoder.one_sink(), refreshing)
    }
}

impl<M: Model, T: Send + 'static> IntoFuture for Get<M, T> {
    type Output = Result<Option<T>>;
    type IntoFuture = OperationFuture<'static, Option<T>>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), Outcome::first::<T>)
    }
}

/// Decodes a projection without its type.
pub(crate) fn read_projected<P: Projection>(reader: &mut Reader<'_>) -> Result<Box<AnyModel>, Fault> {
    Ok(Box::new(P::__read(reader)?))
}

fn get(
    model: &'static ModelVTable,
    key: Result<RawKey>,
    options: CallOptions,
    mut read: ReadOptions,
    mut sink: Box<dyn ReadSink>,
    refreshing: Option<(ReadAndRefresh, SendRefresh)>,
) -> BoxFuture<'static, Result<Outcome>> {
    Box::pin(async move {
        let schema = model.schema;
        let (call, consistent) = {
            let config = model.config();
            let consistent = read.consistent.unwrap_or(config.consistent_read);
            (Context::new(Operation::Get, Some(schema.model), options, &config)?, consistent)
        };
        let key = key.map_err(|error| call.contextualize(error))?;
        if let Some(hidden) = call.hidden(schema) {
            sink.hide(hidden);
        }
        // Only whole items are refreshed.
        let refresh_of = |call: &Context| {
            let (read_and_refresh, send_refresh) = refreshing.filter(|_| read.names.is_none())?;
            Some((read_and_refresh, Refresh::of(call, model, Some(send_refresh))?))
        };
        let mut refresh = refresh_of(&call);
        if refresh.is_some() && call.know_time(schema, &key).await? {
            refresh = refresh_of(&call);
        }
        let mut done = match refresh {
            Some((read_and_refresh, refresh)) => {
                read_and_refresh(&call, schema, &key, &refresh, consistent, &mut read, sink).await?
            }
            None => plain(&call, schema, &key, consistent, &mut read, sink).await?,
        };
        if let Some(sink) = done.sink.as_mut().filter(|_| model.has_hooks() && call.runs_hooks) {
            sink.after_load(&call.hook_context()).await.map_err(|error| call.contextualize(error))?;
        }
        Ok(done)
    })
}

async fn plain(
    call: &Context,
    schema: &ModelSchema,
    key: &RawKey,
    consistent: bool,
    read: &mut ReadOptions,
    sink: Box<dyn ReadSink>,
) -> Result<Outcome> {
    let names = read.names.as_ref();
    let projection = names.map(|names| ReadExpressions::of_attributes(get_item::with_identity(schema, names)));
    let mut request = get_item::request(&call.client, consistent);
    if let Some(projection) = &projection {
        request = request.expressions(projection);
    }
    let request = request.by_key(schema, key, Some(sink)).customize(read.customize.take());
    call.send(request).await.into_outcome()
}

/// The read after a refresh that has returned no item.
const UNREAD: Followed =
    Followed::new(ApiOperation::GetItem, "if the response of the refresh does not contain the stored item");

/// A pointer to [`refreshed`].
type ReadAndRefresh = for<'a> fn(
    &'a Context,
    &'a ModelSchema,
    &'a RawKey,
    &'a Arc<Refresh>,
    bool,
    &'a mut ReadOptions,
    Box<dyn ReadSink>,
) -> BoxFuture<'a, Result<Outcome>>;

/// Returns `None` for a model without a TTL attribute, so that a program in which no model has one does not link
/// `UpdateItem`.
const fn refreshing_of<M: Model>() -> Option<(ReadAndRefresh, SendRefresh)> {
    let read: ReadAndRefresh = |call, schema, key, refresh, consistent, read, sink| {
        Box::pin(refreshed(call, schema, key, refresh, consistent, read, sink))
    };
    match sender_of::<M>() {
        Some(send) => Some((read, send)),
        None => None,
    }
}

/// Reads the item and extends its TTL: in one request if possible, else with a write after the read.
async fn refreshed(
    call: &Context,
    schema: &ModelSchema,
    key: &RawKey,
    refresh: &Arc<Refresh>,
    consistent: bool,
    read: &mut ReadOptions,
    mut sink: Box<dyn ReadSink>,
) -> Result<Outcome> {
    if read.customize.is_none() && refresh.serves_get() {
        call.may_send(UNREAD);
        let (unread, refreshed, has_answer) = match refresh.get(call, key, sink).await? {
            RefreshGetOutcome::Read(done) => return Ok(done),
            RefreshGetOutcome::Unread { sink, sent, has_answer } => (sink, sent, has_answer),
        };
        let Some(sink) = unread else { unreachable!("the splice gives back the sink that it was made with") };
        // A write that was done or refused has seen the latest state. A read of an older one would contradict it.
        let mut done = plain(call, schema, key, consistent || has_answer, read, sink).await?;
        done.sent.consume(&refreshed);
        return Ok(done);
    }
    refresh.may_follow();
    sink.trace(vec![refresh.check.attribute]);
    let mut done = plain(call, schema, key, consistent, read, sink).await?;
    let expires_at = done.sink.as_deref().and_then(|sink| expiry_of(sink.traces().first()?, refresh.check.attribute));
    if refresh.is_due(expires_at) {
        let due = RefreshTarget { refresh: Arc::clone(refresh), key: key.clone(), item: 0 };
        let done_now = refresh::run(&call.client, vec![due]).await;
        done.sent.consume(&done_now.sent);
        if let (Some(sink), Some(_)) = (done.sink.as_deref_mut(), done_now.items.first()) {
            sink.set_ttl(0, refresh.to);
        }
    }
    Ok(done)
}

/// The result of a read that extends the TTL in the same `UpdateItem` request.
pub(crate) enum RefreshGetOutcome {
    Read(Outcome),
    /// No response tells what is stored, so the item must be read. There is an answer if the update was done or its
    /// condition failed.
    Unread {
        sink: Option<Box<dyn ReadSink>>,
        sent: RequestFacts,
        has_answer: bool,
    },
}

impl Refresh {
    /// Whether one request can read the item and extend its TTL. An update is billed as a write even if no refresh is
    /// due, so it is used only if every access refreshes.
    pub(crate) fn serves_get(&self) -> bool {
        let is_always = self.call.lifecycle.refreshes_always();
        // The sentinels of unique values must expire with their owner, which takes a transaction.
        is_always && self.model.schema.unique.is_empty() && self.call.client.background().is_none()
    }

    /// Sends the request and reads the item from its response.
    pub(crate) async fn get(&self, call: &Context, key: &RawKey, sink: Box<dyn ReadSink>) -> Result<RefreshGetOutcome> {
        let expressions = self.expressions().map_err(|error| call.contextualize(error))?;
        let builder = call.client.sdk().update_item().return_values(ReturnValue::AllNew);
        let request = Outgoing::new(builder).expressions(&expressions).by_key(self.model.schema, key, Some(sink));
        let request = request.fails_as(self.call.operation);
        // If the condition fails, the item is expired, needs no refresh or does not exist. The error then holds the
        // item, so no second request is needed. Without an item, the server may not support
        // `ReturnValuesOnConditionCheckFailure`: only a read tells whether the item exists.
        let is_unread = AtomicBool::new(false);
        let exchange = call.send_with(
            request,
            |error, _| {
                let is_refused = error.is_condition_failed();
                is_unread.store(!is_refused || error.old_item().is_none(), Ordering::Relaxed);
                if is_refused { Ok(error.into_old_item()) } else { Err(error) }
            },
            |output, _| {
                is_unread.store(output.attributes().is_none(), Ordering::Relaxed);
                Ok(())
            },
        );
        let exchange = exchange.await;
        if is_unread.into_inner() {
            return Ok(RefreshGetOutcome::Unread {
                has_answer: exchange.error.is_none(),
                sink: exchange.sink.and_then(ItemSink::into_read),
                sent: exchange.sent,
            });
        }
        exchange.into_outcome().map(RefreshGetOutcome::Read)
    }
}
