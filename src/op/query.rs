use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::RequestId;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use aws_smithy_runtime_api::client::interceptors::context::Input;
use tracing::Instrument as _;

use super::call::{Call, CallOptions, Sent, call_options, opaque_debug};
use super::failure;
use super::future::{BoxFuture, Detailed, Done, OperationFuture, fill};
use super::get::sdk_value;
use super::request::Request;
use crate::key::KeyValue;
use crate::schema::ModelSchema;
use crate::splice::{Collected, ItemSink, SdkCodec, Splice};
use crate::{Client, Item, Model, ModelConfig, Operation, Result};

/// Reads the items of a model in one partition: [`Model::query`]. Await it: all of them, in the
/// order of their range keys.
///
/// Items of other models in the partition are left out: by the literal text that the model's range
/// keys begin with, and by the entity attribute.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "shop", hash_key = "CUSTOMER#{customer}", range_key = "ORDER#{id:04}")]
/// # struct Order { customer: String, id: u32 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # let client = Client::embedded();
/// # Order::create_table().client(&client).await?;
/// for id in 1..=3 {
///     Order { customer: "c-1".into(), id }.save().client(&client).await?;
/// }
/// let latest = Order::query("c-1").newest_first().limit(2).client(&client).await?;
/// assert_eq!(latest.iter().map(|order| order.id).collect::<Vec<_>>(), [3, 2]);
/// # Ok(())
/// # }
/// ```
#[must_use = "an operation does nothing until it is awaited"]
pub struct Query<M> {
    hash: Result<KeyValue>,
    call: CallOptions,
    read: ReadOptions,
    model: PhantomData<fn() -> M>,
}

/// A user's change to the SDK's builder of each page.
type CustomizePage = Box<dyn Fn(QueryFluentBuilder) -> QueryFluentBuilder + Send + Sync>;

#[derive(Default)]
struct ReadOptions {
    consistent: Option<bool>,
    descending: bool,
    limit: Option<usize>,
    page_size: Option<u32>,
    customize: Option<CustomizePage>,
    detailed: bool,
}

opaque_debug!(Query<M>);

impl<M: Model> Query<M> {
    pub(crate) fn new(hash: Result<KeyValue>) -> Self {
        Query { hash, call: CallOptions::default(), read: ReadOptions::default(), model: PhantomData }
    }

    call_options!(hooks);

    /// Reads what was written last, for twice the capacity units.
    pub fn consistent(mut self) -> Self {
        self.read.consistent = Some(true);
        self
    }

    /// The greatest range key first.
    pub fn newest_first(mut self) -> Self {
        self.read.descending = true;
        self
    }

    /// At most so many items are returned, however many pages that takes. A page is then no larger,
    /// unless [`page_size`](Self::page_size) says so.
    pub fn limit(mut self, items: usize) -> Self {
        self.read.limit = Some(items);
        self
    }

    /// How many items DynamoDB looks at for one page; by default as many as 1 MB holds.
    pub fn page_size(mut self, items: u32) -> Self {
        self.read.page_size = Some(items);
        self
    }

    /// Changes the SDK's request for each page: for what singlet does not know, such as a filter.
    pub fn customize(mut self, f: impl Fn(QueryFluentBuilder) -> QueryFluentBuilder + Send + Sync + 'static) -> Self {
        self.read.customize = Some(Box::new(f));
        self
    }

    /// Gives the facts of the requests too, and asks the service what they consumed.
    pub fn detailed(mut self) -> Detailed<'static, Vec<M>> {
        self.read.detailed = true;
        Detailed { executor: self.executor(), value: Collected::<M>::all_of }
    }

    /// The request that awaiting this would send first. Nothing is sent.
    pub fn explain(self) -> Result<Request> {
        let config = M::config();
        let consistent = self.read.consistent.unwrap_or(config.consistent_read);
        let call = Call::explained(Operation::Query, M::SCHEMA.model, self.call, config);
        let partition = Partition { schema: M::SCHEMA, hash: self.hash?, range_prefix: M::__RANGE_PREFIX };
        let builder = builder(&call.client, &call.table, &partition, &self.read, consistent);
        let input = builder.as_input().clone().build().map_err(|error| call.unbuildable(error))?;
        Request::new(SdkCodec::Query, Input::erase(input), None, M::SCHEMA.sensitive)
    }

    fn executor(self) -> BoxFuture<'static, Result<Done>> {
        let partition = self.hash.map(|hash| Partition { schema: M::SCHEMA, hash, range_prefix: M::__RANGE_PREFIX });
        let hooks = M::ANY;
        query(M::SCHEMA.model, M::config, hooks, partition, self.call, self.read, Collected::<M>::many())
    }
}

impl<M: Model> IntoFuture for Query<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = OperationFuture<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), Collected::<M>::all_of)
    }
}

impl ReadOptions {
    /// How many items one page looks at: DynamoDB's `Limit`, which is 1 at least.
    fn evaluated(&self) -> Option<i32> {
        let limit = self.limit.map(|items| u32::try_from(items).unwrap_or(u32::MAX));
        let items = self.page_size.or(limit)?;
        Some(i32::try_from(items.max(1)).unwrap_or(i32::MAX))
    }
}

/// The part of a partition that holds the items of one model.
struct Partition {
    schema: &'static ModelSchema,
    hash: KeyValue,
    range_prefix: &'static str,
}

fn query(
    model: &'static str,
    config: fn() -> ModelConfig,
    has_hooks: bool,
    partition: Result<Partition>,
    options: CallOptions,
    read: ReadOptions,
    sink: Box<dyn ItemSink>,
) -> BoxFuture<'static, Result<Done>> {
    Box::pin(async move {
        let config = config();
        let consistent = read.consistent.unwrap_or(config.consistent_read);
        let call = Call::new(Operation::Query, Some(model), options, config)?;
        let partition = partition.map_err(|error| call.fail(error))?;
        let mut done = Done { sink: Some(sink), sent: Sent::default() };
        let mut start: Option<Item> = None;
        loop {
            let mut builder = builder(&call.client, &call.table, &partition, &read, consistent);
            if read.detailed || call.is_observed() {
                builder = builder.return_consumed_capacity(ReturnConsumedCapacity::Total);
            }
            start = page(&call, builder.set_exclusive_start_key(start), &mut done).await?;
            let items = done.sink.as_ref().map_or(0, |sink| sink.count());
            if start.is_none() || read.limit.is_some_and(|limit| items >= limit) {
                break;
            }
        }
        let Some(sink) = done.sink.as_mut() else { return Ok(done) };
        if let Some(limit) = read.limit {
            sink.truncate(limit);
        }
        if has_hooks && call.runs_hooks {
            sink.after_load(&call.hook_context()).await.map_err(|error| call.fail(error))?;
        }
        Ok(done)
    })
}

/// Reads one page into the sink; where the next one starts.
async fn page(call: &Call, builder: QueryFluentBuilder, done: &mut Done) -> Result<Option<Item>> {
    let watch = call.watch();
    let splice = Splice::new(SdkCodec::Query);
    let before = done.sink.as_ref().map_or(0, |sink| sink.count());
    let (splice, interceptor) = match done.sink.take() {
        Some(sink) => splice.items("Items", sink),
        None => splice,
    }
    .interceptor(watch.attempts());
    let outcome = builder.customize().interceptor(interceptor).send().instrument(watch.span()).await;
    let mut sent = watch.sent();
    let output = failure::outcome(call, &watch, &sent, outcome, failure::from_sdk)?;
    sent.note(output.consumed_capacity(), output.request_id());
    let mut sink = splice.take_sink();
    if let Some(sink) = sink.as_deref_mut() {
        let read = fill(call, sink, output.items().iter());
        sent.items = sink.count() - before;
        call.observe_skipped(sink.skipped());
        call.observe(&watch, &sent, read.as_ref().err().map(crate::Error::kind));
        read?;
        sink.commit();
    }
    done.sink = sink;
    done.sent.add(sent);
    Ok(output.last_evaluated_key)
}

fn builder(
    client: &Client,
    table: &str,
    partition: &Partition,
    read: &ReadOptions,
    consistent: bool,
) -> QueryFluentBuilder {
    let schema = partition.schema.table;
    let mut builder = client
        .sdk()
        .query()
        .table_name(table)
        .expression_attribute_names("#h", schema.hash_key.attribute.name)
        .expression_attribute_values(":h", sdk_value(&partition.hash))
        .set_limit(read.evaluated());
    if consistent {
        builder = builder.consistent_read(true);
    }
    if read.descending {
        builder = builder.scan_index_forward(false);
    }
    let builder = match schema.range_key {
        Some(range) if !partition.range_prefix.is_empty() => builder
            .key_condition_expression("#h = :h AND begins_with(#r, :r)")
            .expression_attribute_names("#r", range.attribute.name)
            .expression_attribute_values(":r", AttributeValue::S(partition.range_prefix.to_owned())),
        _ => builder.key_condition_expression("#h = :h"),
    };
    match &read.customize {
        Some(customize) => customize(builder),
        None => builder,
    }
}
