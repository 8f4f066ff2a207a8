use std::any::Any;
use std::fmt;
use std::pin::Pin;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::transact_get_items::builders::TransactGetItemsFluentBuilder;
use aws_sdk_dynamodb::operation::transact_get_items::{TransactGetItemsError, TransactGetItemsOutput};
use aws_sdk_dynamodb::types::{Get as SdkGet, ReturnConsumedCapacity, TransactGetItem};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tracing::Instrument as _;

use crate::client::observer::{self, SkippedItem};
use crate::error::fault_error;
use crate::op::engine::client_resolver::ClientResolver;
use crate::op::engine::context::{CallOptions, Context, call_options};
use crate::op::engine::explain::Request;
use crate::op::engine::failure;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::vtable::{AnyModel, ModelVTable};
use crate::op::read::reads::{BatchResponse, KeyRequest, KeyRequests, Reads, Responses, together, together_detailed};
use crate::op::write::transaction::pause;
use crate::splice::{ItemSink, Place, SdkCodec, Shape, Splice, skip_reason};
use crate::ttl::ExpiryCheck;
use crate::wire::{Fault, FaultKind, Reader};
use crate::{Error, ErrorKind, HookContext, ModelConfig, Operation, Response, Result, SkipReason, item};

/// [The most items of one transaction](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).
const MAX_READS: usize = 100;
/// How often a transaction is sent that writes were in the way of.
const TRIES: u32 = 5;

/// Reads items of any models at one moment: a transaction of reads, up to 100. Await it.
///
/// It gives what the [`Reads`] say: a tuple of `get`s gives a tuple. An expired item is `None` where its model
/// [hides](crate::ExpiredItems::Hide) it; no life is refreshed, as a read at one moment writes nothing. An item of another model under
/// a key is an error of kind `WrongEntity`, which says which read it was. It costs twice what consistent reads
/// cost. Where writes were in the way, it is sent again a few times; then it is an error of kind
/// `TransactionConflict`.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// # struct Customer { id: String }
/// # #[derive(Debug, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// # Customer { id: "c-1".into() }.save().await?;
/// let (customer, order) = singlet::transact_get((Customer::get("c-1"), Order::get(("c-1", 7)))).await?;
/// assert!(customer.is_some() && order.is_none());
/// # Ok(())
/// # }).await
/// # }
/// ```
pub fn transact_get<R: Reads>(reads: R) -> TransactGet<R> {
    let mut requests = KeyRequests::default();
    let shape = reads.request(&mut requests);
    TransactGet { requests: requests.0, shape, call: CallOptions::default() }
}

/// A transaction of reads; made by [`transact_get`].
#[must_use = "an operation does nothing until it is awaited"]
pub struct TransactGet<R: Reads> {
    requests: Vec<KeyRequest>,
    shape: R::Shape,
    call: CallOptions,
}

/// Shows no key.
impl<R: Reads> fmt::Debug for TransactGet<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactGet").field("reads", &self.requests.len()).finish_non_exhaustive()
    }
}

impl<R: Reads> TransactGet<R> {
    call_options!(hooks);

    /// Gives the facts of the request too, and asks the service what it consumed.
    pub fn detailed(self) -> OperationFuture<'static, Response<R::Output>> {
        together_detailed::<R>(read(self.requests, self.call, true), self.shape)
    }

    /// The request that awaiting this would send. Nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let sensitive: Vec<_> =
            self.requests.iter().flat_map(|request| request.model.schema.sensitive).copied().collect();
        let call = Context::explained(Operation::TransactGet, None, self.call.clone(), ModelConfig::new(""));
        let planned = Planned::all(self.requests, &self.call)?;
        let builder = builder(&call, &planned);
        let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::TransactGetItems, Input::erase(input), None, &sensitive)
    }
}

impl<R: Reads> IntoFuture for TransactGet<R> {
    type Output = Result<R::Output>;
    type IntoFuture = OperationFuture<'static, R::Output>;

    fn into_future(self) -> Self::IntoFuture {
        together::<R>(read(self.requests, self.call, false), self.shape)
    }
}

/// One read, with its table and key settled.
struct Planned {
    model: &'static ModelVTable,
    table: String,
    request: TransactGetItem,
    runs_hooks: bool,
    config: ModelConfig,
}

impl Planned {
    fn all(requests: Vec<KeyRequest>, call: &CallOptions) -> Result<Vec<Planned>> {
        if requests.len() > MAX_READS {
            let message = format!("a transaction has {} reads, DynamoDB allows {MAX_READS}", requests.len());
            return Err(Error::new(ErrorKind::Validation, message));
        }
        requests
            .into_iter()
            .enumerate()
            .map(|(n, request)| Planned::new(request, call).map_err(|error| at(n, error)))
            .collect()
    }

    fn new(request: KeyRequest, call: &CallOptions) -> Result<Planned> {
        let config = request.model.config();
        let schema = request.model.schema;
        let table = request.call.table.or(call.table.clone()).unwrap_or_else(|| config.table.clone().into_owned());
        let skips_hooks = request.call.skip_hooks.or(call.skip_hooks).unwrap_or(config.skip_hooks);
        let key = request.key.map_err(|error| error.with_table(&table).with_model(schema.model))?;
        let failed =
            |error| Error::new(ErrorKind::Configuration, "the SDK could not make the request").with_source(error);
        let get = SdkGet::builder().table_name(&table).set_key(Some(sdk_key(schema, &key)));
        let item = TransactGetItem::builder().get(get.build().map_err(failed)?).build();
        Ok(Planned {
            model: request.model,
            table,
            request: item,
            runs_hooks: request.model.has_hooks() && !skips_hooks,
            config,
        })
    }
}

/// An error of one read, which says so.
fn at(n: usize, error: Error) -> Error {
    let message = format!("read {} of the transaction: {}", n + 1, error.message());
    error.with_text(message)
}

fn builder(call: &Context, planned: &[Planned]) -> TransactGetItemsFluentBuilder {
    let requests = planned.iter().map(|planned| planned.request.clone()).collect();
    call.client.sdk().transact_get_items().set_transact_items(Some(requests))
}

fn read(requests: Vec<KeyRequest>, options: CallOptions, detailed: bool) -> BoxFuture<'static, Result<BatchResponse>> {
    Box::pin(async move {
        let mut senders = ClientResolver::default();
        for request in &requests {
            senders.add(request.model.schema.model, request.model.config());
        }
        let planned = Planned::all(requests, &options)?;
        let Some(call) = senders.call(Operation::TransactGet, options)? else {
            return Ok(BatchResponse {
                found: Responses::new(Vec::new()),
                hidden: 0,
                sent: crate::op::engine::context::RequestFacts::default(),
            });
        };
        let mut tries = 1;
        let (mut found, sent) = loop {
            match send(&call, &planned, detailed).await {
                Err(error) if tries < TRIES && error.kind() == ErrorKind::TransactionConflict => {
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
                outcome => break outcome?,
            }
        };
        for (planned, loaded) in planned.iter().zip(&mut found) {
            if let Some(loaded) = loaded.as_deref_mut().filter(|_| planned.runs_hooks) {
                let cx = HookContext { operation: call.operation, client: &call.client, table: &planned.table };
                planned
                    .model
                    .after_load(loaded, &cx)
                    .await
                    .map_err(|error| call.contextualize(error).with_model(planned.model.schema.model))?;
            }
        }
        Ok(BatchResponse { found: Responses::new(found), hidden: 0, sent })
    })
}

type Values = Vec<Option<Box<AnyModel>>>;

async fn send(
    call: &Context,
    planned: &[Planned],
    detailed: bool,
) -> Result<(Values, crate::op::engine::context::RequestFacts)> {
    let mut builder = builder(call, planned);
    if detailed || call.is_observed() {
        builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
    }
    let watch = call.watch();
    let life = |planned: &Planned| {
        let schema = planned.model.schema;
        let life = call.hiding_of(schema, &planned.config).map_err(|error| error.with_table(&planned.table))?;
        Ok((planned.model, life))
    };
    let models = planned.iter().map(life).collect::<Result<_>>()?;
    let sink = Box::new(TransactGetSink::new(models));
    let splice = Splice::new(SdkCodec::TransactGetItems).items_in(Shape::Wrapped, "Responses", sink);
    let (splice, interceptor) = splice.interceptor(watch.attempts());
    let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
    let mut sent = watch.sent();
    let output = failure::outcome(call, &watch, &sent, outcome, refused)?;
    sent.note_all(output.consumed_capacity(), output.request_id());
    let Some(Ok(mut placed)) = splice.take_sink().map(|sink| sink.into_any().downcast::<TransactGetSink>()) else {
        // The splice gives back the sink that it was made with.
        unreachable!("a sink of another operation");
    };
    let filled = fill(&mut placed, &output).map_err(|fault| (placed.entry, fault));
    sent.items = placed.count();
    for planned in placed.gone.iter().filter_map(|&n| planned.get(n)) {
        let model = planned.model.schema.model;
        let item = SkippedItem { model, table: &planned.table, reason: SkipReason::Expired };
        observer::report_skipped(&call.client, &item);
    }
    let fault = filled.err().or_else(|| placed.fault.take());
    let error = fault.map(|(n, fault)| {
        let Some(planned) = planned.get(n) else { return call.contextualize(fault_error(fault, "an item")) };
        at(n, fault_error(fault, planned.model.schema.model).with_table(&planned.table))
    });
    call.observe(&watch, &sent, error.as_ref().map(Error::kind));
    match error {
        Some(error) => Err(error),
        None => Ok((placed.found, sent)),
    }
}

/// The SDK's error; a conflict is one of its own.
fn refused(call: &Context, error: SdkError<TransactGetItemsError, HttpResponse>) -> Error {
    let codes: Vec<String> = match error.as_service_error() {
        Some(TransactGetItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    };
    let is_transient = |code: &String| {
        matches!(code.as_str(), "TransactionConflict" | "ProvisionedThroughputExceeded" | "ThrottlingError")
    };
    let mut failed = codes.iter().filter(|code| *code != "None").peekable();
    let is_conflict = failed.peek().is_some() && failed.all(is_transient);
    let error = failure::from_sdk(call, error);
    if is_conflict {
        let message = "transactions or writes were at work on the same items";
        return error.with_kind(ErrorKind::TransactionConflict).with_message(message);
    }
    error
}

/// Reads the items from the SDK's output where a mock left the sink empty.
fn fill(placed: &mut TransactGetSink, output: &TransactGetItemsOutput) -> Result<(), Fault> {
    if placed.filled {
        return Ok(());
    }
    for (n, response) in output.responses().iter().enumerate() {
        placed.at(Place::Entry(n));
        if let Some(item) = response.item() {
            placed.item(&mut Reader::new(&item::to_bytes(item)?)?)?;
        }
    }
    Ok(())
}

/// Takes each item for the read in its place.
struct TransactGetSink {
    /// With the life of the model's items, where what has expired counts as gone.
    models: Vec<(&'static ModelVTable, Option<ExpiryCheck>)>,
    entry: usize,
    found: Values,
    /// The entries whose items count as gone.
    gone: Vec<usize>,
    fault: Option<(usize, Fault)>,
    filled: bool,
}

impl TransactGetSink {
    fn new(models: Vec<(&'static ModelVTable, Option<ExpiryCheck>)>) -> Self {
        let found = models.iter().map(|_| None).collect();
        TransactGetSink { models, entry: 0, found, gone: Vec::new(), fault: None, filled: false }
    }
}

impl ItemSink for TransactGetSink {
    fn clear(&mut self) {
        *self = TransactGetSink { filled: true, ..TransactGetSink::new(std::mem::take(&mut self.models)) };
    }

    fn commit(&mut self) {}

    fn reset(&mut self) {
        *self = TransactGetSink::new(std::mem::take(&mut self.models));
    }

    fn reserve(&mut self, _: usize) {}

    fn at(&mut self, place: Place<'_>) {
        if let Place::Entry(entry) = place {
            self.entry = entry;
        }
    }

    fn item(&mut self, reader: &mut Reader<'_>) -> Result<(), Fault> {
        let Some((model, life)) = self.models.get(self.entry) else { return reader.skip() };
        let start = reader.mark();
        let is_expired = |reader: &mut Reader<'_>| life.map_or(Ok(false), |life| life.is_expired_at(&start, reader));
        match (model.read)(reader) {
            Ok(_) if is_expired(reader)? => self.gone.push(self.entry),
            Ok(loaded) => self.found[self.entry] = Some(loaded),
            Err(fault) if fault.kind() == FaultKind::Syntax => return Err(fault),
            Err(fault) if skip_reason(&fault).is_none() && is_expired(reader)? => self.gone.push(self.entry),
            Err(fault) => {
                reader.rewind(&start);
                reader.skip()?;
                self.fault.get_or_insert((self.entry, fault));
            }
        }
        Ok(())
    }

    fn is_filled(&self) -> bool {
        self.filled
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take().map(|(_, fault)| fault)
    }

    fn count(&self) -> usize {
        self.found.iter().flatten().count()
    }

    fn skipped(&self) -> &[SkipReason] {
        &[]
    }

    fn truncate(&mut self, _: usize) {}

    fn after_load<'s>(&'s mut self, cx: &'s HookContext<'_>) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 's>> {
        Box::pin(async move {
            for ((model, _), loaded) in self.models.iter().zip(&mut self.found) {
                if let Some(loaded) = loaded {
                    model.after_load(&mut **loaded, cx).await?;
                }
            }
            Ok(())
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
