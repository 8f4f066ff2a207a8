//! `TransactGet`: reads several items as one consistent snapshot (`TransactGetItems`). It never writes.

mod sink;

use std::fmt;

use aws_sdk_dynamodb::operation::transact_get_items::TransactGetItemsError;
use aws_sdk_dynamodb::operation::transact_get_items::builders::TransactGetItemsFluentBuilder;
use aws_sdk_dynamodb::types::{CancellationReason, Get as SdkGet, TransactGetItem};

use crate::key::RawKey;
use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::client_resolver::ClientResolver;
use crate::op::engine::context::{CallOptions, Context, RequestFacts};
use crate::op::engine::exchange::Exchange;
use crate::op::engine::explain::{self, RequestPlan};
use crate::op::engine::failure;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::get_item;
use crate::op::engine::options::{call_options, customize_option, example, undecodable_options};
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::read_expressions::ReadExpressions;
use crate::op::engine::sdk_key::sdk_key;
use crate::op::engine::vtable::ModelVTable;
use crate::op::read::key_requests::ReadAny;
use crate::op::read::reads::{BatchResponse, KeyRequest, KeyRequests, Reads, Responses, together, together_detailed};
use crate::splice::ApiOperation;
use crate::{Error, ErrorKind, HookContext, ModelConfig, Operation, Response, Result};
use sink::{TransactGetEntry, TransactGetSink, Values};

/// [DynamoDB's maximum for one transaction](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).
const MAX_READS: usize = 100;

/// Reads up to 100 items of any models in one transaction, as a consistent snapshot.
///
/// The result has the shape of the [`Reads`]: a tuple of `get`s returns a tuple. An expired item is `None` if its model
/// [hides](crate::ExpiredItems::Hide) such items. The reads refresh no TTL, because a read transaction cannot write.
///
/// Use it if the items must match each other. It is one request that costs two read units for each 4 KB of each item,
/// rounded up: twice as much as strongly consistent reads. If a snapshot is not needed, use [`batch_get`](crate::batch_get).
///
/// # Errors
///
/// - `WrongEntity` if the item under a key belongs to another model; the message states the index of the read.
/// - `TransactionConflict` if the transaction still conflicts with writes after a few attempts.
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
#[doc(alias = "TransactGetItems")]
pub fn transact_get<R: Reads>(reads: R) -> TransactGet<R> {
    let mut requests = KeyRequests::default();
    let shape = reads.request(&mut requests);
    TransactGet { requests: requests.0, shape, call: CallOptions::default(), options: TransactGetOptions::default() }
}

/// A transaction of reads: made by [`transact_get`]. Awaiting it returns the items.
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "TransactGetItems")]
pub struct TransactGet<R: Reads> {
    requests: Vec<KeyRequest>,
    shape: R::Shape,
    call: CallOptions,
    options: TransactGetOptions,
}

#[derive(Default)]
struct TransactGetOptions {
    customize: Option<Box<CustomizeTransactGet>>,
}

type CustomizeTransactGet = dyn Fn(TransactGetItemsFluentBuilder) -> TransactGetItemsFluentBuilder + Send + Sync;

/// Shows only the number of reads, never a key.
impl<R: Reads> fmt::Debug for TransactGet<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactGet").field("reads", &self.requests.len()).finish_non_exhaustive()
    }
}

impl<R: Reads> TransactGet<R> {
    call_options!(call, hooks);
    undecodable_options!(call);

    customize_option!(options.customize, each TransactGetItemsFluentBuilder);

    /// Also returns the metadata of the requests: consumed capacity, attempts and request id.
    ///
    #[doc = example!(
        "let reads = (Order::get((\"c-1\", 1)), Order::get((\"c-1\", 2)));"
        "let response = singlet::transact_get(reads).detailed().await?;"
        "assert_eq!(response.cost.read, 4.0);"
    )]
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'static, Response<R::Output>> {
        together_detailed::<R>(read(self.requests, self.call, self.options), self.shape)
    }

    /// Returns the request that awaiting this operation would send. Nothing is sent.
    ///
    #[doc = example!(
        "let request = singlet::transact_get((Order::get((\"c-1\", 1)), Order::get((\"c-1\", 2)))).explain()?;"
        "assert_eq!(request.operation(), \"TransactGetItems\");"
    )]
    pub fn explain(mut self) -> Result<RequestPlan> {
        let sensitive: Vec<_> =
            self.requests.iter().flat_map(|request| request.model.schema.sensitive).copied().collect();
        explain::first_request(&sensitive, |explained| {
            self.call.explained = Some(explained);
            read(self.requests, self.call, self.options)
        })
    }
}

impl<R: Reads> IntoFuture for TransactGet<R> {
    type Output = Result<R::Output>;
    type IntoFuture = OperationFuture<'static, R::Output>;

    fn into_future(self) -> Self::IntoFuture {
        together::<R>(read(self.requests, self.call, self.options), self.shape)
    }
}

/// One read, with its table, key and request.
struct PlannedGet {
    model: &'static ModelVTable,
    read: ReadAny,
    table: String,
    request: TransactGetItem,
    key: RawKey,
    runs_hooks: bool,
    config: ModelConfig,
}

impl PlannedGet {
    fn all(
        requests: Vec<KeyRequest>,
        configs: Vec<ModelConfig>,
        call: &Context,
        options: &CallOptions,
    ) -> Result<Vec<PlannedGet>> {
        if requests.len() > MAX_READS {
            let message = format!("the transaction has {} reads; DynamoDB allows at most {MAX_READS}", requests.len());
            return Err(Error::new(ErrorKind::Validation, message));
        }
        requests
            .into_iter()
            .zip(configs)
            .enumerate()
            .map(|(n, (request, config))| PlannedGet::new(request, config, call, options).map_err(|error| at(n, error)))
            .collect()
    }

    fn new(request: KeyRequest, config: ModelConfig, call: &Context, options: &CallOptions) -> Result<PlannedGet> {
        let schema = request.model.schema;
        let table = config.table_for(request.call.table.or_else(|| options.table.clone()), &call.client);
        let table = table.map_err(|error| error.with_model(schema.model))?.into_owned();
        let skips_hooks = request.call.skip_hooks.or(options.skip_hooks).unwrap_or(config.skip_hooks);
        let key = request.key.map_err(|error| error.with_table(&table).with_model(schema.model))?;
        let failed =
            |error| Error::new(ErrorKind::Configuration, "the SDK could not build the request").with_source(error);
        let mut get = SdkGet::builder().table_name(&table).set_key(Some(sdk_key(schema.table, &key)));
        if let Some(names) = &request.names {
            let ReadExpressions { projection, placeholders, .. } =
                ReadExpressions::of_attributes(get_item::with_identity(schema, names));
            get = get.set_projection_expression(projection).set_expression_attribute_names(placeholders.sdk_names());
        }
        let item = TransactGetItem::builder().get(get.build().map_err(failed)?).build();
        Ok(PlannedGet {
            model: request.model,
            read: request.read,
            table,
            request: item,
            key,
            runs_hooks: request.model.has_hooks() && !skips_hooks,
            config,
        })
    }
}

/// Adds the index of the failed read to an error.
fn at(n: usize, error: Error) -> Error {
    let message = format!("read at index {n} of the transaction: {}", error.message());
    error.with_text(message)
}

fn read(
    requests: Vec<KeyRequest>,
    call_options: CallOptions,
    options: TransactGetOptions,
) -> BoxFuture<'static, Result<BatchResponse>> {
    Box::pin(async move {
        let mut senders = ClientResolver::default();
        // A config may come from the user's own function, so each is made once.
        let configs: Vec<_> = requests.iter().map(|request| request.model.config()).collect();
        for (request, config) in requests.iter().zip(&configs) {
            senders.add(request.model.schema.model, config.clone());
        }
        let Some(call) = senders.call(Operation::TransactGet, call_options.clone())? else {
            return Ok(BatchResponse { found: Responses::new(Vec::new()), hidden: 0, sent: RequestFacts::default() });
        };
        let planned = PlannedGet::all(requests, configs, &call, &call_options)?;
        let call = call.for_tables(planned.iter().map(|planned| &*planned.table));
        let mut backoff = Backoff::new(Policy::TRANSACTION);
        call.may_send(Followed::new(
            ApiOperation::TransactGetItems,
            "if other writes change the items at the same time",
        ));
        let (mut found, sent) = loop {
            let outcome = send(&call, &planned, &options).await;
            // The SDK does not retry a cancelled transaction, so conflicts are retried here.
            let is_conflict = outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::TransactionConflict);
            match backoff.next_if(is_conflict) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => break outcome?,
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

async fn send(call: &Context, planned: &[PlannedGet], options: &TransactGetOptions) -> Result<(Values, RequestFacts)> {
    let requests = planned.iter().map(|planned| planned.request.clone()).collect();
    let builder = call.client.sdk().transact_get_items().set_transact_items(Some(requests));
    let entries = planned.iter().map(|planned| TransactGetEntry::new(call, planned)).collect::<Result<_>>()?;
    let sink = Box::new(TransactGetSink::new(entries));
    let request = Outgoing::new(builder).router(sink);
    let request = request.customize_each(options.customize.as_deref());
    let exchange = call.send_or(request, |error, _| Err(refused(error))).await;
    let Exchange { error, sink, sent, .. } = exchange;
    if let Some(error) = error {
        return Err(error);
    }
    let Some(Ok(placed)) = sink.map(|sink| sink.into_any().downcast::<TransactGetSink>()) else {
        // `send_or` returns the sink that it received.
        unreachable!("a sink of another operation");
    };
    Ok((placed.found, sent))
}

/// The error of a failed transaction. A conflict has its own kind, because it is worth another attempt.
fn refused(error: Error) -> Error {
    let reasons = match failure::service_error(&error) {
        Some(TransactGetItemsError::TransactionCanceledException(cancelled)) => cancelled.cancellation_reasons(),
        _ => return error,
    };
    let is_transient =
        |code: &str| matches!(code, "TransactionConflict" | "ProvisionedThroughputExceeded" | "ThrottlingError");
    // Entries that did not cause the cancellation have the reason `None`. A server may leave it empty.
    let mut failed =
        reasons.iter().filter_map(CancellationReason::code).filter(|code| !matches!(*code, "None" | "")).peekable();
    if failed.peek().is_some() && failed.all(is_transient) {
        let message = "another transaction or write was changing the same items";
        return error.with_kind(ErrorKind::TransactionConflict).with_message(message);
    }
    error
}
