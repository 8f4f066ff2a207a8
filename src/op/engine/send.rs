//! The only place where requests leave singlet: [`Context::send`].
//!
//! It runs the whole sequence once and in one order: request the consumed capacity if it is needed, apply the user's
//! `customize`, wait for the rate limits, open the span, splice, send, map the error, fill the sink if a mock left it empty, report skipped
//! items, report the request, and commit the items. Operations describe a request as [`Outgoing`] and receive an
//! [`Exchange`]; they never call the SDK. [`Transport::transmit`] calls it, unless a [direct](crate::op::engine::direct)
//! first attempt succeeds.

use std::time::Instant;

use aws_sdk_dynamodb::config::{self, SharedInterceptor};
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::{
    RequestId, batch_get_item, batch_write_item, create_table, delete_item, delete_table, describe_table,
    describe_time_to_live, execute_statement, get_item, put_item, query, scan, transact_get_items,
    transact_write_items, update_item, update_time_to_live,
};
use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tracing::Instrument as _;

use crate::client::observer::{self, RequestEvent, SkippedItem};
use crate::direct::ReplayClient;
use crate::op::engine::context::{Context, RequestFacts};
use crate::op::engine::exchange::Exchange;
use crate::op::engine::failure;
use crate::op::engine::meter;
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::refused;
use crate::op::engine::request_body::Unconverted;
use crate::op::engine::sdk_operation::{SdkOperation, fill};
use crate::op::engine::unknown_outcome;
use crate::splice::{Attempts, ItemSink, OF_ANOTHER_KEY, ReadSink, Splice, SpliceInterceptor};
use crate::wire::Fault;
use crate::{Error, ErrorKind, Item, Operation, Result, SkipReason};

/// Transmits a request to the service and returns its response.
pub(crate) trait Transport: SdkOperation {
    fn transmit(
        self,
        interceptor: SpliceInterceptor,
        replay: Option<ReplayClient>,
    ) -> impl Future<Output = Result<Self::Output, SdkError<Self::Error, HttpResponse>>> + Send;
}

/// Returns the changes to the client's configuration for one request.
fn changes(interceptor: SpliceInterceptor, replay: Option<ReplayClient>) -> config::Builder {
    let mut changes = config::Builder::default();
    // Permanent: the SDK would search its configuration at each hook for a setting that disables the interceptor.
    changes.push_interceptor(SharedInterceptor::permanent(interceptor));
    match replay {
        Some(replay) => changes.http_client(replay),
        None => changes,
    }
}

macro_rules! transports {
    ($($module:ident::$builder:ident,)*) => {$(
        impl Transport for $module::builders::$builder {
            fn transmit(
                self,
                interceptor: SpliceInterceptor,
                replay: Option<ReplayClient>,
            ) -> impl Future<Output = Result<Self::Output, SdkError<Self::Error, HttpResponse>>> + Send {
                self.customize().config_override(changes(interceptor, replay)).send()
            }
        }
    )*};
}
transports! {
    batch_get_item::BatchGetItemFluentBuilder,
    batch_write_item::BatchWriteItemFluentBuilder,
    create_table::CreateTableFluentBuilder,
    delete_item::DeleteItemFluentBuilder,
    delete_table::DeleteTableFluentBuilder,
    describe_table::DescribeTableFluentBuilder,
    describe_time_to_live::DescribeTimeToLiveFluentBuilder,
    execute_statement::ExecuteStatementFluentBuilder,
    get_item::GetItemFluentBuilder,
    put_item::PutItemFluentBuilder,
    query::QueryFluentBuilder,
    scan::ScanFluentBuilder,
    transact_get_items::TransactGetItemsFluentBuilder,
    transact_write_items::TransactWriteItemsFluentBuilder,
    update_item::UpdateItemFluentBuilder,
    update_time_to_live::UpdateTimeToLiveFluentBuilder,
}

impl Context {
    /// Whether somebody asks for the consumed capacity.
    pub(crate) fn is_metered(&self) -> bool {
        self.client.observer().is_some() || meter::is_on()
    }

    /// Returns which consumed capacity to request. It makes the response larger, so it is requested only if it is read.
    fn requested_capacity(&self, is_metered: bool, needs_units: bool) -> Option<ReturnConsumedCapacity> {
        if is_metered {
            return Some(ReturnConsumedCapacity::Indexes);
        }
        (needs_units || self.limits.is_limited()).then_some(ReturnConsumedCapacity::Total)
    }

    /// Sends a request.
    // Not `async`: the future of an `async fn` would contain the request twice. The same holds for `send_or` and `send_with`.
    pub(crate) fn send<R: Transport>(
        &self,
        request: Outgoing<'_, R>,
    ) -> impl Future<Output = Exchange<R::Output>> + Send {
        self.send_with(request, |error, _| Err(error), |_, _| Ok(()))
    }

    /// Like [`send`](Self::send), but `on_error` interprets a failure. It returns the error of the operation, or
    /// accepts the failure as a success with the stored item if that is known. The output is then `None`. It may also
    /// correct the facts: if an attempt of a write is `maybe_applied`, a failed condition becomes `OutcomeUnknown`.
    pub(crate) fn send_or<R: Transport>(
        &self,
        request: Outgoing<'_, R>,
        on_error: impl FnOnce(Error, &mut RequestFacts) -> Result<Option<Item>> + Send,
    ) -> impl Future<Output = Exchange<R::Output>> + Send {
        self.send_with(request, on_error, |_, _| Ok(()))
    }

    /// Like [`send_or`](Self::send_or), but `settle` inspects the SDK's output before the request is reported. It may
    /// correct the metadata or reject the response.
    pub(crate) fn send_with<R: Transport>(
        &self,
        request: Outgoing<'_, R>,
        on_error: impl FnOnce(Error, &mut RequestFacts) -> Result<Option<Item>> + Send,
        settle: impl FnOnce(&R::Output, &mut RequestFacts) -> Result<()> + Send,
    ) -> impl Future<Output = Exchange<R::Output>> + Send {
        let Outgoing {
            mut builder,
            head,
            sink,
            customize,
            needs_units,
            refusal,
            writes,
            fails_as,
            reads_first,
            requested,
            unconverted,
        } = request;
        async move {
            let sdk = self.client.sdk();
            let table = R::SET_TABLE.map(|_| &*self.table);
            let mut unconverted = Unconverted { table, ..unconverted };
            let is_metered = self.is_metered();
            if let Some(capacity) = self.requested_capacity(is_metered, needs_units) {
                change(&mut builder, sdk, |builder| builder.metered(capacity));
            }
            let is_customized = customize.is_some();
            if is_customized || self.explained.is_some() {
                change(&mut builder, sdk, |builder| std::mem::take(&mut unconverted).complete(builder));
            }
            // After everything that singlet sets, so that the user's change overrides it.
            if let Some(customize) = customize {
                change(&mut builder, sdk, customize);
            }
            if let Some(explained) = &self.explained {
                let error = explained.keep(self, R::CODEC, builder_or_empty(builder, sdk).input(), head, reads_first);
                return Exchange::unsent(self.contextualize(error), sink);
            }
            let permits = match self.limits.permits(R::UNITS).await {
                Ok(permits) => permits,
                Err(error) => return Exchange::unsent(self.contextualize(error), sink),
            };
            let span = observer::span(self.operation, R::CODEC.name(), self.model, &self.table, self.index);
            let started = observer::is_timed(&self.client).then(Instant::now);
            // A sink can collect the items of several requests.
            let before = count(sink.as_deref());
            let splice = Splice::new(R::CODEC, Attempts::of(&self.client)).head(head).items(R::ITEMS, sink);
            let (splice, interceptor) = splice.interceptor();
            // Boxed: allocators serve several small futures faster than one of more than a kilobyte.
            let delivery = Box::pin(self.deliver(builder, unconverted, &splice, interceptor, is_customized));
            let outcome = delivery.instrument(span.clone()).await;
            let (attempts, maybe_applied) = (splice.attempts(), splice.is_unknown());
            let throttled = splice.is_throttled();
            let mut sent = RequestFacts { attempts, maybe_applied, throttled, ..RequestFacts::default() };
            let mut sink = splice.take_sink();
            let mut operation = self.operation;
            let is_stray =
                |item: Option<&Item>| requested.as_ref().zip(item).is_some_and(|(key, item)| !key.is_of_item(item));
            let (output, error) = match outcome {
                Ok((output, request_id)) => {
                    sent.cost = R::consumed(&output).unwrap_or_default();
                    sent.request_id = request_id;
                    let read = self.receive(sink.as_deref_mut(), &|sink| R::fill(&output, sink));
                    let returned = sink.as_ref().map_or_else(|| R::count(&output), |sink| sink.count() - before);
                    sent.items = writes.unwrap_or(returned);
                    let settled = settle(&output, &mut sent);
                    // Without a sink, the SDK has deserialized the item.
                    let read = if is_stray(R::item(&output)) {
                        Err(self.error(ErrorKind::InvalidResponse, OF_ANOTHER_KEY))
                    } else {
                        read
                    };
                    let read = if writes.is_some() { read.map_err(failure::after_write) } else { read };
                    (Some(output), read.and(settled).err())
                }
                Err(error) => {
                    if is_metered || self.limits.is_limited() {
                        sent.cost.refused = refused::units::<R>(&error, refusal);
                    }
                    sent.request_id = error.request_id().map(str::to_owned);
                    let mut error = failure::from_sdk::<R>(self, *error);
                    if is_stray(error.old_item()) {
                        error = failure::answers_another_key(error, writes.is_some());
                    }
                    match on_error(error, &mut sent) {
                        Ok(stored) => {
                            if let Some(sink) = sink.as_deref_mut() {
                                // An earlier attempt may have filled the sink before its response failed.
                                sink.reset();
                            }
                            let read = self.receive(sink.as_deref_mut(), &|sink| fill(stored.iter(), sink));
                            sent.items = writes.unwrap_or(count(sink.as_deref()) - before);
                            let read = if writes.is_some() { read.map_err(failure::after_write) } else { read };
                            (None, read.err())
                        }
                        Err(error) => {
                            operation = fails_as.unwrap_or(operation);
                            (None, Some(unknown_outcome::settle(error, sent.maybe_applied && writes.is_some())))
                        }
                    }
                }
            };
            // A request that could not be built or signed was not sent.
            sent.cost.requests = u32::from(sent.attempts > 0);
            meter::record(&sent.cost);
            permits.settle(&sent, error.as_ref());
            self.report((operation, R::CODEC.name()), started, &span, &sent, error.as_ref(), sink.as_deref_mut());
            Exchange { output, error, sink, sent }
        }
    }

    /// Decodes the items if the sink has none, because a mock skips the deserializer. Returns an error if the items
    /// cannot be used.
    fn receive(
        &self,
        sink: Option<&mut (dyn ItemSink + 'static)>,
        fill: &dyn Fn(&mut dyn ItemSink) -> Result<(), Fault>,
    ) -> Result<()> {
        let Some(sink) = sink else { return Ok(()) };
        let describe = |fault| crate::error::fault_error(fault, self.model.unwrap_or("an item"));
        let filled = if sink.is_filled() { Ok(()) } else { fill(sink).map_err(describe) };
        filled.err().or_else(|| sink.take_error(&describe)).map_or(Ok(()), |error| Err(self.contextualize(error)))
    }

    /// Decodes an item that an earlier request returned as if it were the response of this operation.
    pub(crate) fn read_stored(&self, sink: Option<&mut (dyn ReadSink + 'static)>, item: Option<&Item>) -> Result<()> {
        let Some(sink) = sink else { return Ok(()) };
        let sink: &mut dyn ItemSink = sink;
        let read = self.receive(Some(&mut *sink), &|sink| fill(item, sink));
        self.report_skipped(sink);
        read
    }

    /// Reports the skipped items and the request to the observer, and then commits the items.
    fn report(
        &self,
        (operation, api_operation): (Operation, &'static str),
        started: Option<Instant>,
        span: &tracing::Span,
        sent: &RequestFacts,
        error: Option<&Error>,
        sink: Option<&mut (dyn ItemSink + 'static)>,
    ) {
        if let Some(sink) = &sink {
            self.report_skipped(&**sink);
        }
        let event = RequestEvent {
            model: self.model,
            is_first: self.begins_call(),
            operation,
            api_operation,
            table: &self.table,
            index: self.index,
            cost: &sent.cost,
            attempts: sent.attempts,
            duration: started.map(|started| started.elapsed()).unwrap_or_default(),
            items: sent.items,
            error: error.map(Error::kind),
        };
        observer::report(&self.client, &event, started.is_some(), sent.request_id.as_deref(), span);
        // The items of a response that cannot be used do not count as read.
        if let Some(sink) = sink.filter(|_| error.is_none()) {
            sink.commit();
        }
    }

    fn report_skipped(&self, sink: &dyn ItemSink) {
        sink.skipped(&mut |reason, owner| {
            let (model, table) = match owner {
                Some(owner) => (owner.model, owner.table),
                None => (self.model.unwrap_or_default(), &*self.table),
            };
            observer::report_skipped(&self.client, &SkippedItem { model, table, reason });
        });
    }

    /// Reports items to the observer that are not returned and that no sink has seen.
    pub(crate) fn observe_skipped(&self, reason: SkipReason, items: usize) {
        let item = SkippedItem { model: self.model.unwrap_or_default(), table: &self.table, reason };
        for _ in 0..items {
            observer::report_skipped(&self.client, &item);
        }
    }
}

/// Returns the builder of a request, or an empty one.
pub(super) fn builder_or_empty<R: SdkOperation>(builder: Option<Box<R>>, sdk: &aws_sdk_dynamodb::Client) -> R {
    builder.map_or_else(|| R::empty(sdk), |builder| *builder)
}

/// Changes the builder of a request, or an empty one.
fn change<R: SdkOperation>(builder: &mut Option<Box<R>>, sdk: &aws_sdk_dynamodb::Client, change: impl FnOnce(R) -> R) {
    *builder = Some(Box::new(change(builder_or_empty(builder.take(), sdk))));
}

fn count(sink: Option<&(dyn ItemSink + 'static)>) -> usize {
    sink.map_or(0, ItemSink::count)
}
