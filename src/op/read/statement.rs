//! `Statement`: a PartiQL statement that returns the items of a model (`ExecuteStatement`).

use std::marker::PhantomData;

use aws_sdk_dynamodb::operation::execute_statement::builders::ExecuteStatementFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;

use crate::op::engine::context::{CallOptions, Context, RequestFacts, opaque_debug};
use crate::op::engine::explain;
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::follow_up::Followed;
use crate::op::engine::future::{BoxFuture, OperationFuture};
use crate::op::engine::options::{call_options, consistency_options, undecodable_options};
use crate::op::engine::outcome::{Outcome, Response};
use crate::op::engine::outgoing::Outgoing;
use crate::op::engine::rate_limit::rate_options;
use crate::op::read::engine::{Progress, ReadTarget, fetch};
use crate::splice::{ApiOperation, Decoder, ReadSink};
use crate::{Client, Error, ErrorKind, IntoAttribute, Model, Operation, Result};

/// Sends a PartiQL statement and reads the items that it returns as `M`, from all pages.
///
/// Items of other models are skipped, as in a query. A statement that writes returns no items. Pass values as
/// [parameters](Statement::parameter), one for each `?`, never in the text: parameters need no quoting and prevent
/// injection.
///
/// A `SELECT` costs as much as a [query](crate::Query#cost) if its `WHERE` clause fixes the hash key, and otherwise as
/// much as a [scan](crate::Scan). A statement that writes costs as much as the same write of a model.
///
/// If the model [hides](crate::ExpiredItems::Hide) expired items, the statement must select the TTL attribute, as
/// `SELECT *` does, for them to be skipped. Statements never refresh a TTL, because they do not tell which items the
/// caller asked for.
///
/// ```
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, points: u64 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # User::create_table().await?;
/// User { pk: "USER#1".into(), points: 7 }.save().await?;
/// let text = r#"SELECT * FROM "users" WHERE pk = ? AND points > ?"#;
/// let users = singlet::statement::<User>(text).parameter("USER#1").parameter(5).await?;
/// assert_eq!(users[0].points, 7);
/// # Ok(())
/// # }).await
/// # }
/// ```
///
/// See [PartiQL for DynamoDB](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html).
#[doc(alias = "ExecuteStatement")]
#[doc(alias = "PartiQL")]
pub fn statement<M: Model>(text: impl Into<String>) -> Statement<M> {
    let request = StatementRequest { text: text.into(), ..StatementRequest::default() };
    Statement { request, call: CallOptions::default(), model: PhantomData }
}

/// A PartiQL statement: made by [`statement`]. Awaiting it returns the items.
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "ExecuteStatement")]
pub struct Statement<M> {
    request: StatementRequest,
    call: CallOptions,
    model: PhantomData<fn() -> M>,
}

/// The user's change to the SDK's request of each page.
type CustomizePage = Box<dyn Fn(ExecuteStatementFluentBuilder) -> ExecuteStatementFluentBuilder + Send + Sync>;

/// A statement and its options, without the type of its items.
#[derive(Default)]
struct StatementRequest {
    text: String,
    parameters: Vec<AttributeValue>,
    fault: Option<String>,
    consistent: Option<bool>,
    limit: Option<usize>,
    page_size: Option<u32>,
    customize: Option<CustomizePage>,
}

opaque_debug!(Statement<M>);

impl<M: Model> Statement<M> {
    call_options!(call, hooks);
    undecodable_options!(call);
    rate_options!(call);

    /// Adds the value of the next `?` (`Parameters`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let text = r#"SELECT * FROM "shop" WHERE pk = ? AND "total" > ?"#;
    /// let orders = singlet::statement::<Order>(text).parameter("CUSTOMER#ann").parameter(30).await?;
    /// assert_eq!(orders.len(), 2);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "Parameters")]
    pub fn parameter(mut self, value: impl IntoAttribute) -> Self {
        match value.into_attribute() {
            Ok(value) => self.request.parameters.push(value),
            Err(message) => self.request.fault = Some(message),
        }
        self
    }

    consistency_options!(request.consistent);

    /// Returns at most `items` items, in as many requests as that takes.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = singlet::statement::<Order>(r#"SELECT * FROM "shop""#).limit(2).await?;
    /// assert_eq!(orders.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn limit(mut self, items: usize) -> Self {
        self.request.limit = Some(items);
        self
    }

    /// Sets how many items one request evaluates at most (`Limit`). By default a request evaluates 1 MB.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = singlet::statement::<Order>(r#"SELECT * FROM "shop""#).page_size(2).await?;
    /// assert_eq!(orders.len(), 5);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "Limit")]
    pub fn page_size(mut self, items: u32) -> Self {
        self.request.page_size = Some(items);
        self
    }

    /// Changes the SDK's request of each page, for options that singlet does not expose.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let orders = singlet::statement::<Order>(r#"SELECT * FROM "shop""#)
    ///     .customize(|request| request.consistent_read(true))
    ///     .await?;
    /// assert_eq!(orders.len(), 5);
    /// # Ok(()) }) }
    /// ```
    pub fn customize(
        mut self,
        f: impl Fn(ExecuteStatementFluentBuilder) -> ExecuteStatementFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.request.customize = Some(Box::new(f));
        self
    }

    /// Also returns the metadata of the requests: consumed capacity, attempts, request id.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let response = singlet::statement::<Order>(r#"SELECT * FROM "shop""#).detailed().await?;
    /// assert_eq!(response.value.len(), 5);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'static, Response<Vec<M>>> {
        OperationFuture::detailed(self.executor(), Outcome::all::<M>)
    }

    /// Returns the requests that awaiting this would send. Sends nothing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let request = singlet::statement::<Order>(r#"SELECT * FROM "shop""#).explain()?;
    /// assert_eq!(request.operation(), "ExecuteStatement");
    /// # Ok(()) }) }
    /// ```
    pub fn explain(mut self) -> Result<RequestPlan> {
        explain::first_request(M::SCHEMA.sensitive, |explained| {
            self.call.explained = Some(explained);
            self.executor()
        })
    }

    fn executor(self) -> BoxFuture<'static, Result<Outcome>> {
        execute(ReadTarget::of::<M>(), self.call, self.request, Decoder::<M>::model().sink())
    }
}

impl<M: Model> IntoFuture for Statement<M> {
    type Output = Result<Vec<M>>;
    type IntoFuture = OperationFuture<'static, Vec<M>>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::new(self.executor(), Outcome::all::<M>)
    }
}

impl StatementRequest {
    fn check(&self) -> Result<()> {
        match &self.fault {
            Some(fault) => Err(Error::new(ErrorKind::Encode, fault.clone())),
            None => Ok(()),
        }
    }

    fn writes(&self) -> bool {
        !self.text.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("select"))
    }

    fn request(&self, client: &Client, token: Option<String>) -> Outgoing<'_, ExecuteStatementFluentBuilder> {
        let evaluated = self.page_size.map(|items| i32::try_from(items.max(1)).unwrap_or(i32::MAX));
        let builder = client
            .sdk()
            .execute_statement()
            .statement(&self.text)
            .set_parameters((!self.parameters.is_empty()).then(|| self.parameters.clone()))
            .set_consistent_read(self.consistent)
            .set_limit(evaluated)
            .set_next_token(token);
        let request = Outgoing::new(builder).customize_each(self.customize.as_deref());
        // A statement that writes changes one item.
        if self.writes() { request.writes(1) } else { request }
    }
}

fn execute(
    target: ReadTarget,
    options: CallOptions,
    statement: StatementRequest,
    mut sink: Box<dyn ReadSink>,
) -> BoxFuture<'static, Result<Outcome>> {
    Box::pin(async move {
        let call = Context::new(Operation::Statement, Some(target.name()), options, &target.config())?;
        statement.check().map_err(|error| call.contextualize(error))?;
        if let ReadTarget::Model(model, _) = target
            && let Some(hidden) = call.hidden(model.schema)
        {
            sink.hide(hidden);
        }
        sink.identify(target.table(), call.skips_undecodable);
        let mut done = Outcome { sink: Some(sink), sent: RequestFacts::default() };
        let mut token = None;
        let mut progress = Progress::from(None);
        call.may_send(Followed::new(
            ApiOperation::ExecuteStatement,
            "if DynamoDB returns a `NextToken` and more items are wanted",
        ));
        loop {
            let request = statement.request(&call.client, token).sink(done.sink.take());
            let (fetched, output) = fetch(&call, request).await?;
            done.sink = fetched.sink;
            done.sent.add(fetched.sent);
            token = output.next_token;
            if token.as_ref().is_some_and(|token| !progress.is_new(token)) {
                let message = "DynamoDB returned a `NextToken` for the second time, so the pages would never end";
                return Err(call.error(ErrorKind::Service, message));
            }
            if token.is_none() || statement.limit.is_some_and(|limit| done.count() >= limit) {
                break;
            }
        }
        if let Some(sink) = done.sink.as_deref_mut() {
            sink.truncate(statement.limit.unwrap_or(usize::MAX));
            if target.has_hooks() && call.runs_hooks {
                sink.after_load(&call.hook_context()).await.map_err(|error| call.contextualize(error))?;
            }
        }
        Ok(done)
    })
}
