//! `batch_get`: reads items of one or more models by key, in as few requests as possible.

mod chunk;
mod plan;
mod routed;
mod send;
mod unread;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{self, Poll};

use aws_sdk_dynamodb::operation::batch_get_item::builders::BatchGetItemFluentBuilder;

use crate::op::batch::options::{BatchOptions, batch_options};
use crate::op::batch::request_loop::{self, BatchChunk as _, BatchOutcome, Concurrency, StopReason};
use crate::op::engine::context::{CallOptions, Context, RequestFacts};
use crate::op::engine::explain;
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{call_options, consistency_options, refresh_options, undecodable_options};
use crate::op::engine::rate_limit::rate_options;
use crate::op::engine::vtable::AnyModel;
use crate::op::read::get::read_projected;
use crate::op::read::reads::{BatchResponse, KeyRequest, KeyRequests, Reads, Responses, together, together_detailed};
use crate::op::write::refresh::{self, RefreshTarget};
use crate::splice::ReadItem;
use crate::{Error, ErrorKind, Get, HookContext, Model, Projection, Response, Result};

use chunk::GetChunk;
use plan::BatchGetPlan;
use send::GetSender;
pub use unread::Unread;

/// Reads items by their keys, in as few requests as DynamoDB allows. Returned by
/// [`Model::batch_get`](crate::Model::batch_get) for one model and by [`batch_get`] for several; await it. The items
/// are in the order of the keys, with `None` for each key that has no item.
///
/// Duplicate keys are read once. Keys that DynamoDB leaves unprocessed, as it does beyond 16 MB, are requested again
/// with increasing pauses for as long as that makes progress; see
/// [`ClientBuilder::batch_retries`](crate::ClientBuilder::batch_retries). If retries do not help, the error is of
/// kind `Throttled`. This error, like any other after the first request, carries the items that were read and the
/// keys that were not, as [`Error::unread`]. An item of another model under one of the keys is an error of kind
/// `WrongEntity`.
///
/// It costs as much as single gets: half a read unit for each 4 KB of each item, rounded up, also for a key that has no
/// item. A request contains up to 100 keys.
///
/// The items are not a snapshot, because each is read at its own time. An expired item is `None` if its model
/// [hides](crate::ExpiredItems::Hide) expired items. Like a get or a query, the batch [refreshes](crate::Get) the
/// items that it finds: each refresh is one additional write, unless the item's expiry is still late enough.
/// [`refresh_ttl(false)`](Self::refresh_ttl) turns this off.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Order::create_table().await?;
/// let order = Order { customer: "c-1".into(), id: 7 };
/// singlet::batch_write().put(&order).await?;
/// let orders = Order::batch_get([("c-1", 7), ("c-1", 8), ("c-1", 7)]).consistent().await?;
/// assert_eq!(orders, [Some(order.clone()), None, Some(order)]);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct BatchGet<'a, R: Reads> {
    requests: Vec<KeyRequest>,
    shape: R::Shape,
    call: CallOptions,
    consistent: Option<bool>,
    customize: Option<Box<CustomizeBatchGet>>,
    options: BatchOptions<'a>,
}

/// Changes the SDK's builder of each request.
pub(crate) type CustomizeBatchGet = dyn Fn(BatchGetItemFluentBuilder) -> BatchGetItemFluentBuilder + Send + Sync;

/// Reads items of one or more models; see [`BatchGet`], and [`Reads`] for the accepted arguments.
///
/// A read's own `.consistent()`, `.table(..)` and `.skip_hooks(..)` override those of the batch.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
/// # struct Customer { id: String }
/// # #[derive(Debug, PartialEq, Model)]
/// # #[model(table = "logs")]
/// # struct Log { #[model(hash_key)] pk: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Customer::create_table().await?;
/// # Log::create_table().await?;
/// # Customer { id: "c-1".into() }.save().await?;
/// let (customer, log) = singlet::batch_get((Customer::get("c-1"), Log::get("today").consistent())).await?;
/// assert!(customer.is_some() && log.is_none());
/// # Ok(())
/// # }).await
/// # }
/// ```
pub fn batch_get<'a, R: Reads>(reads: R) -> BatchGet<'a, R> {
    let mut requests = KeyRequests::default();
    let shape = reads.request(&mut requests);
    let (call, options) = (CallOptions::default(), BatchOptions::default());
    BatchGet { requests: requests.0, shape, call, consistent: None, customize: None, options }
}

/// Shows no keys.
impl<R: Reads> fmt::Debug for BatchGet<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchGet").field("keys", &self.requests.len()).finish_non_exhaustive()
    }
}

impl<'a, R: Reads> BatchGet<'a, R> {
    call_options!(call, hooks);
    undecodable_options!(call);
    rate_options!(call);
    batch_options!();

    pub(crate) fn call(mut self, call: CallOptions) -> Self {
        self.call = call;
        self
    }

    consistency_options!(consistent);

    refresh_options!(
        call,
        "Each refreshed item costs one more write. The setting of a read in the batch overrides this one."
    );

    /// Also returns the combined metadata of all requests: consumed capacity, attempts and request id.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let response = Order::batch_get([("ann", 1), ("ann", 9)]).detailed().await?;
    /// assert_eq!(response.value[0].as_ref().unwrap().total, 10);
    /// assert_eq!((response.value[1].as_ref(), response.attempts), (None, 1));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'a, Response<R::Output>> {
        let executor = read(self.requests, self.call, self.consistent, self.customize, self.options);
        together_detailed::<R>(executor, self.shape)
    }

    /// Changes each SDK request, for options that singlet does not expose. A projection must include the key
    /// attributes, because they identify the items.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
    /// let orders = Order::batch_get([("ann", 1), ("ann", 2)])
    ///     .customize(|request| request.return_consumed_capacity(ReturnConsumedCapacity::Indexes))
    ///     .await?;
    /// assert_eq!(orders.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn customize(
        mut self,
        f: impl Fn(BatchGetItemFluentBuilder) -> BatchGetItemFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.customize = Some(Box::new(f));
        self
    }

    /// Returns the requests that awaiting this operation would send. Nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let request = Order::batch_get([("ann", 1)]).explain()?;
    /// assert_eq!(request.operation(), "BatchGetItem");
    /// # Ok(()) }) }
    /// ```
    pub fn explain(mut self) -> Result<RequestPlan> {
        let schemas = self.requests.iter().map(|request| request.model.schema);
        let mut sensitive: Vec<_> = schemas.flat_map(|schema| schema.sensitive).copied().collect();
        sensitive.sort_unstable();
        sensitive.dedup();
        explain::first_request(&sensitive, |explained| {
            self.call.explained = Some(explained);
            read(self.requests, self.call, self.consistent, self.customize, self.options)
        })
    }
}

impl<'a, M: Model> BatchGet<'a, Vec<Get<M>>> {
    /// Reads only the attributes of the projection `P`. That saves bandwidth, not capacity units.
    ///
    /// The attributes of the key, the entity and the TTL are read as well. A projection holds only a part of the item, so
    /// the batch extends no TTL and does not run hooks. In a batch of several models, [`Get::select`] does this for one read.
    /// DynamoDB returns the same attributes for all items of a table that one request reads: if one of the reads needs a
    /// whole item, it transfers all of them whole.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// #[derive(singlet::Projection)]
    /// #[projection(of = Order)]
    /// struct Total {
    ///     total: u64,
    /// }
    ///
    /// let totals = Order::batch_get([("ann", 1), ("ann", 2)]).select::<Total>().await?;
    /// assert_eq!(totals.into_iter().flatten().map(|order| order.total).sum::<u64>(), 30);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ProjectionExpression")]
    pub fn select<P: Projection<Of = M>>(mut self) -> BatchGet<'a, Vec<Get<M, P>>> {
        for request in &mut self.requests {
            request.names = Some(P::NAMES.into());
            request.read = ReadItem::Fixed(read_projected::<P>);
        }
        let BatchGet { requests, shape, call, consistent, customize, options } = self;
        BatchGet { requests, shape, call, consistent, customize, options }
    }
}

impl<R: Reads> BatchGet<'_, R> {
    /// Returns the items, and the number of items hidden because they have expired.
    pub(in crate::op) async fn seen(self) -> Result<(R::Output, usize)> {
        let mut answered = read(self.requests, self.call, self.consistent, self.customize, self.options).await?;
        Ok((R::take(self.shape, &mut answered.found), answered.hidden))
    }
}

impl<'a, R: Reads> IntoFuture for BatchGet<'a, R> {
    type Output = Result<R::Output>;
    type IntoFuture = OperationFuture<'a, R::Output>;

    fn into_future(self) -> Self::IntoFuture {
        let executor = read(self.requests, self.call, self.consistent, self.customize, self.options);
        together::<R>(executor, self.shape)
    }
}

/// The results collected so far.
type Answers = Mutex<Gathered>;

struct Gathered {
    /// The items, one slot per requested key.
    found: Vec<Option<Box<AnyModel>>>,
    /// The number of hidden items.
    hidden: usize,
    /// The requested keys whose items are to be refreshed, each with its read.
    due: Vec<(usize, usize)>,
}

/// Reads items without the builder.
pub(in crate::op) fn read_some(
    requests: Vec<KeyRequest>,
    call: CallOptions,
) -> BoxFuture<'static, Result<BatchResponse>> {
    read(requests, call, None, None, BatchOptions::default())
}

fn read(
    requests: Vec<KeyRequest>,
    call: CallOptions,
    consistent: Option<bool>,
    customize: Option<Box<CustomizeBatchGet>>,
    mut options: BatchOptions<'_>,
) -> BoxFuture<'_, Result<BatchResponse>> {
    Box::pin(async move {
        let Some((mut plan, mut call)) = BatchGetPlan::new(requests, &call, consistent)? else {
            return Ok(BatchResponse { found: Responses::new(Vec::new()), hidden: 0, sent: RequestFacts::default() });
        };
        plan.settle_expiry_checks(&call)?;
        if let Some(first) = plan.requests().iter().find(|request| request.refresh.is_some())
            && call.for_tables([&*first.table]).ask_time(first.model.schema, &first.key).await?
        {
            plan.settle_expiry_checks(&call)?;
        }
        plan.requests().iter().filter_map(|request| request.refresh.as_ref()).for_each(|refresh| refresh.may_follow());
        let plan = Arc::new(plan);
        call.model = plan.only_model();
        let (retries, max_requests) = (call.client.batch_retries(), options.concurrency);
        let concurrency = Concurrency { retries, max_requests, max_lead: usize::MAX };
        let answers: Answers = Mutex::new(Gathered { found: plan.places(), hidden: 0, due: Vec::new() });
        let sender = GetSender { call: &call, answers: &answers, customize: customize.as_deref() };
        let (mut report, total) = (options.progress_reporter(), plan.reads().len());
        let mut chunks = plan.chunks();
        let next = |_: &mut task::Context<'_>| Poll::Ready(chunks.next().map(Ok));
        let send = |chunk| sender.send(chunk);
        let done = |finished, _: &_| report(finished, total);
        let ended = request_loop::send_all(concurrency, next, &send, done).await;
        let Gathered { mut found, hidden, due } = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        if ended.stopped.is_some() {
            return Err(failed(&call, ended, chunks, found));
        }
        let mut answered = BatchResponse { found: Responses::new(Vec::new()), hidden, sent: ended.sent };
        answered.sent.consume(&refresh(&call, &plan, due, &mut found).await);
        after_load(&call, &plan, &mut found).await?;
        answered.found = Responses::new(found);
        Ok(answered)
    })
}

/// Refreshes the TTL of the items that were read. Each item is refreshed once, even if several reads requested it.
async fn refresh(
    call: &Context,
    plan: &BatchGetPlan,
    due: Vec<(usize, usize)>,
    found: &mut [Option<Box<AnyModel>>],
) -> RequestFacts {
    let requests = plan.requests();
    let due_of = |(item, &(_, request)): (usize, &(usize, usize))| {
        let refresh = Arc::clone(requests[request].refresh.as_ref()?);
        Some(RefreshTarget { refresh, key: requests[request].key.clone(), item })
    };
    let refreshed = refresh::run(&call.client, due.iter().enumerate().filter_map(due_of).collect()).await;
    for item in refreshed.items {
        let (read, request) = due[item];
        let Some(refresh) = &requests[request].refresh else { continue };
        for &other in plan.requesters(read) {
            if let Some(loaded) = found[other].as_deref_mut().filter(|_| requests[other].refresh.is_some()) {
                requests[other].model.set_ttl(loaded, refresh.to);
            }
        }
    }
    refreshed.sent
}

async fn after_load(call: &Context, plan: &BatchGetPlan, found: &mut [Option<Box<AnyModel>>]) -> Result<()> {
    for (request, loaded) in plan.requests().iter().zip(found) {
        if let Some(loaded) = loaded.as_deref_mut().filter(|_| request.runs_hooks) {
            let cx = HookContext { operation: call.operation, client: &call.client, table: &request.table };
            request.model.after_load(loaded, &cx).await.map_err(|error| request.contextualize(error))?;
        }
    }
    Ok(())
}

/// Returns the error of a batch, with the items that were read and the keys that were not.
fn failed(
    call: &Context,
    ended: BatchOutcome<GetChunk>,
    unsent: impl Iterator<Item = GetChunk>,
    found: Vec<Option<Box<AnyModel>>>,
) -> Error {
    let left: Vec<GetChunk> = ended.left.into_iter().chain(unsent).collect();
    let error = match ended.stopped {
        Some(StopReason::Failed(error)) => error,
        _ => {
            let count: usize = left.iter().map(GetChunk::len).sum();
            let message =
                format!("DynamoDB leaves keys of the batch unprocessed after all attempts; {count} are not read");
            call.for_tables(left.iter().flat_map(GetChunk::tables))
                .contextualize(Error::new(ErrorKind::Throttled, message))
        }
    };
    error.with_payload(Unread::new(&left, found))
}
