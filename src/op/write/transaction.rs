//! Transactions: several writes that either all take effect or none do.

mod body;
mod cancelled;
mod check;
pub(crate) mod delivery;
mod running;
pub(crate) mod unique;

use std::fmt;

use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;

use crate::op::engine::context::{CallOptions, Context, RequestFacts};
use crate::op::engine::explain;
use crate::op::engine::explain::RequestPlan;
use crate::op::engine::future::OperationFuture;
use crate::op::engine::meter;
use crate::op::engine::options::example;
use crate::op::engine::outcome::Response;
use crate::op::write::executor::Write;
use crate::{Client, Delete, Error, ErrorKind, Model, ModelConfig, Operation, Result, Save, Update, UpdateTtl};

pub(crate) use body::TransactItem;
pub use cancelled::{CancelReason, CancelledOperation};
pub use check::Check;
pub(crate) use delivery::Delivery;
use delivery::{CustomizeTransaction, MAX_PARTS};
pub(crate) use running::Running;
use unique::StoredItem;

/// Writes items of any models in one transaction: either all operations take effect or none do. A transaction
/// contains at most 100 items. Await it.
///
/// It accepts the same operations that can be sent alone: saves, creates, updates, upserts and deletes, as well as
/// [`check`](Self::check)s of items that it does not write. Versions, timestamps, unique values and hooks work as
/// they do for single operations. A transaction returns nothing, even if its operations would return items when sent
/// alone.
///
/// If a condition fails, the error is that of the first operation that failed, and [`Error::cancelled`] lists every
/// operation that did. If the only cause is a conflict with other transactions, the transaction is retried a few
/// times with increasing pauses.
///
/// A [`token`](Self::token) makes it safe to run the same transaction twice: within ten minutes, the second run
/// changes nothing. Retries within one call are safe without a token too, even if a response is lost.
///
/// ```
/// # use singlet::{Client, ErrorKind, Model};
/// # #[derive(Debug, Clone, PartialEq, Model)]
/// # #[model(table = "accounts", hash_key = "ACCOUNT#{id}")]
/// # struct Account { id: u32, cents: i64 }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Account::create_table().await?;
/// let (mut ann, mut bob) = (Account { id: 1, cents: 100 }, Account { id: 2, cents: 0 });
/// singlet::transact_write().write(ann.create()).write(bob.create()).await?;
///
/// let transfer = |cents: i64| {
///     singlet::transact_write()
///         .write(Account::update(1).subtract(|a| a.cents, cents).when(move |a| a.cents.ge(cents)))
///         .write(Account::update(2).add(|a| a.cents, cents))
/// };
/// transfer(80).await?;
/// let error = transfer(80).await.unwrap_err();
/// assert_eq!((error.kind(), error.cancelled()[0].index()), (ErrorKind::ConditionFailed, 0));
/// assert_eq!(Account::get(2).await?.unwrap().cents, 80);
/// # Ok(())
/// # }).await
/// # }
/// ```
///
/// # Cost
///
/// One request for two write units for each KB of each item, rounded up, which is twice as much as single writes. A check
/// counts as a write, and so does each item that reserves a unique value. A cancelled transaction is billed too.
///
/// A transaction of one write is sent as a transaction as well. Alone, the write costs half as much, but is not the same: if a
/// response is lost, it may be applied twice or end in [`OutcomeUnknown`](ErrorKind::OutcomeUnknown), and
/// its error has no [`cancelled`](Error::cancelled) operations. Await the write itself if you do not need that.
#[derive(Default)]
#[must_use = "an operation does nothing until it is awaited"]
#[doc(alias = "TransactWriteItems")]
pub struct Transaction<'a> {
    writes: Vec<(Result<Box<dyn Write + 'a>>, CallOptions)>,
    call: CallOptions,
    token: Option<String>,
    customize: Option<Box<CustomizeTransaction>>,
}

/// Starts a transaction without operations; see [`Transaction`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// singlet::transact_write()
///     .write(Order::update(("ann", 1)).subtract(|o| o.total, 5))
///     .write(Order::update(("ann", 2)).add(|o| o.total, 5))
///     .await?;
/// # Ok(()) }) }
/// ```
#[doc(alias = "TransactWriteItems")]
pub fn transact_write<'a>() -> Transaction<'a> {
    Transaction::default()
}

/// Shows no items.
impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").field("operations", &self.writes.len()).finish_non_exhaustive()
    }
}

/// An operation that a [`Transaction`] accepts: a save, create, update, upsert or delete, or a [`Check`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a transaction of writes",
    label = "expected `.save()`, `.create()`, an update, an upsert, a delete or a condition",
    note = "reads go into `singlet::transact_get(..)`"
)]
pub trait WriteOperation<'a> {
    #[doc(hidden)]
    fn into_part(self) -> TransactionPart<'a>;
}

/// An operation without its type.
#[doc(hidden)]
#[allow(missing_debug_implementations)]
pub struct TransactionPart<'a>(Result<Box<dyn Write + 'a>>, CallOptions);

macro_rules! write_operations {
    ($($operation:ident<$a:lifetime, M $(, $output:ident)?>),*) => {$(
        impl<$a, M: Model $(, $output)?> WriteOperation<$a> for $operation<$a, M $(, $output)?> {
            fn into_part(self) -> TransactionPart<$a> {
                let (write, call) = self.into_write();
                TransactionPart(write, call)
            }
        }
    )*};
}
write_operations!(Save<'a, M>, Delete<'a, M>, Update<'a, M, T>, UpdateTtl<'a, M>);

impl<'a, M: Model> WriteOperation<'a> for Check<M> {
    fn into_part(self) -> TransactionPart<'a> {
        let (write, call) = self.into_write();
        TransactionPart(write, call)
    }
}

impl<'a> Transaction<'a> {
    /// Adds an operation.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let mut order = Order::builder().customer("ann").id(6).total(60).build();
    /// singlet::transact_write().write(order.create()).write(Order::delete_by_key(("ann", 1))).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn write(mut self, operation: impl WriteOperation<'a>) -> Self {
        let TransactionPart(write, call) = operation.into_part();
        self.writes.push((write, call));
        self
    }

    /// Adds several operations of the same type.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let closed = (1..=5).map(|id| Order::update(("ann", id)).set(|o| o.note, "closed"));
    /// singlet::transact_write().write_all(closed).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn write_all<O: WriteOperation<'a>>(mut self, operations: impl IntoIterator<Item = O>) -> Self {
        let operations = operations.into_iter();
        // A size hint may be arbitrarily large, but a transaction has at most 100 items.
        self.writes.reserve(operations.size_hint().0.min(MAX_PARTS));
        operations.fold(self, Transaction::write)
    }

    /// Adds a condition on an item that the transaction does not write; see [`Model::check`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// singlet::transact_write()
    ///     .check(Order::check(("ann", 1)).when(|o| o.total.ge(10)))
    ///     .write(Order::delete_by_key(("ann", 2)))
    ///     .await?;
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ConditionCheck")]
    pub fn check<M: Model>(self, condition: Check<M>) -> Self {
        self.write(condition)
    }

    /// Sets the idempotency token, which has 1 to 36 characters. DynamoDB applies the same transaction with the same
    /// token only once.
    ///
    /// The requests must be identical to the byte, so fix generated ids and times beforehand. A model with an
    /// `updated_at` timestamp differs on each run.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// for _ in 0..2 {
    ///     // The second run has no effect.
    ///     singlet::transact_write().write(Order::update(("ann", 1)).add(|o| o.total, 5)).token("payment-17").await?;
    /// }
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "ClientRequestToken")]
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sends the transaction with `client`. By default, it uses the client of its operations, which must all have the
    /// same one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let client = singlet::current_client().unwrap();
    /// singlet::transact_write().write(Order::delete_by_key(("ann", 1))).client(&client).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn client(mut self, client: &Client) -> Self {
        self.call.client = Some(client.clone());
        self
    }

    /// Skips hooks, or runs them if `skip` is `false`. This overrides the setting of each operation.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// singlet::transact_write().write(Order::delete_by_key(("ann", 1))).skip_hooks(true).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn skip_hooks(mut self, skip: bool) -> Self {
        self.call.skip_hooks = Some(skip);
        self
    }

    /// Changes the SDK's request, for options that singlet does not expose.
    ///
    /// The change is applied last and overrides what singlet sets. It is applied to each attempt: a transaction that
    /// conflicts with another one is sent again. The request does not contain the operations.
    ///
    #[doc = example!(
        "use aws_sdk_dynamodb::types::ReturnConsumedCapacity::Indexes;"
        ""
        "let delete = singlet::transact_write().write(Order::delete_by_key((\"c-1\", 1)));"
        "delete.customize(|r| r.return_consumed_capacity(Indexes)).await?;"
    )]
    pub fn customize(
        mut self,
        f: impl Fn(TransactWriteItemsFluentBuilder) -> TransactWriteItemsFluentBuilder + Send + Sync + 'static,
    ) -> Self {
        self.customize = Some(Box::new(f));
        self
    }

    /// Also returns the metadata of the requests: their [cost](crate::Cost), attempts and request id.
    ///
    #[doc = example!(
        "let delete = singlet::transact_write().write(Order::delete_by_key((\"c-1\", 1)));"
        "assert_eq!(delete.detailed().await?.cost.write, 2.0);"
    )]
    #[doc(alias = "ReturnConsumedCapacity")]
    pub fn detailed(self) -> OperationFuture<'a, Response<()>> {
        OperationFuture::typed(async move {
            let (sent, cost) = meter::measure_cost(Box::pin(self.run())).await;
            sent.map(|sent| Response::new((), sent, cost))
        })
    }

    /// Returns the requests that awaiting this operation would send. Nothing is sent, and no hook runs. Without
    /// a [`token`](Self::token), the request has a random one.
    ///
    #[doc = example!(
        "let delete = singlet::transact_write().write(Order::delete_by_key((\"c-1\", 1)));"
        "assert_eq!(delete.explain()?.operation(), \"TransactWriteItems\");"
    )]
    pub fn explain(mut self) -> Result<RequestPlan> {
        let writes = self.writes.iter().filter_map(|(write, _)| write.as_ref().ok());
        let sensitive: Vec<_> = writes.flat_map(|write| write.model().schema.sensitive).copied().collect();
        explain::first_request(&sensitive, |explained| {
            self.call.explained = Some(explained);
            self.run()
        })
    }

    async fn run(mut self) -> Result<RequestFacts> {
        if let Some(token) = self.token.as_ref().filter(|token| !(1..=36).contains(&token.chars().count())) {
            let message = format!("a token has 1 to 36 characters, this one has {}", token.chars().count());
            return Err(Error::new(ErrorKind::Validation, message));
        }
        let Some(mut operations) = self.operations()? else { return Ok(RequestFacts::default()) };
        let call = self.call(&operations[0])?;
        for operation in &mut operations {
            operation.before().await?;
        }
        let mut prepared = Vec::with_capacity(operations.len());
        for (n, operation) in operations.iter_mut().enumerate() {
            let mut write = operation.prepare(n)?;
            if operation.call.know_time(write.schema, &write.key).await? {
                write = operation.prepare(n)?;
            }
            prepared.push(write);
        }
        let delivery = Delivery { token: self.token, whole: false, customize: self.customize };
        let known = operations.iter().map(|_| StoredItem::Unknown).collect();
        let sent = delivery.deliver(&call, &mut operations, &mut prepared, known).await?.sent;
        let mut unread = None;
        for operation in &mut operations {
            operation.write.refresh().await;
            let read = operation.write.read_back(&operation.call, false).await;
            // All writes were applied, also if the item of one of them cannot be read.
            operation.write.written();
            unread = unread.or(read.err());
        }
        if let Some(error) = unread {
            return Err(error);
        }
        for operation in &mut operations {
            operation.after().await.map_err(Error::maybe_written)?;
        }
        for Running { write, call } in &operations {
            write.check_written().map_err(|error| call.contextualize(error).maybe_written())?;
        }
        Ok(sent)
    }

    /// Returns the operations with the contexts they would have alone, or `None` if there are none.
    fn operations(&mut self) -> Result<Option<Vec<Running<'a>>>> {
        let mut operations = Vec::with_capacity(self.writes.len());
        for (n, (write, mut options)) in std::mem::take(&mut self.writes).into_iter().enumerate() {
            let write = write.map_err(|error| cancelled::at(n, error))?;
            if let Some(reason) = write.transaction_blocker() {
                let error = Error::new(ErrorKind::Validation, reason).with_model(write.model().schema.model);
                return Err(cancelled::at(n, error));
            }
            options.client = self.call.client.clone().or(options.client);
            options.skip_hooks = self.call.skip_hooks.or(options.skip_hooks);
            options.explained.clone_from(&self.call.explained);
            let call = Context::of_model(write.operation(), write.model(), options)?;
            if operations.first().is_some_and(|first: &Running<'_>| !first.call.client.ptr_eq(&call.client)) {
                let message = "its client differs from that of the first operation; choose one with `.client(..)`";
                return Err(cancelled::at(n, call.error(ErrorKind::Configuration, message)));
            }
            operations.push(Running { write, call });
        }
        Ok((!operations.is_empty()).then_some(operations))
    }

    /// Returns the context of the transaction as a whole. All operations must have the client of the first.
    fn call(&self, first: &Running<'_>) -> Result<Context> {
        let (client, explained) = (Some(first.call.client.clone()), self.call.explained.clone());
        let options = CallOptions { client, explained, ..CallOptions::default() };
        Context::new(Operation::TransactWrite, None, options, &ModelConfig::new(first.call.table.clone()))
    }
}

impl<'a> IntoFuture for Transaction<'a> {
    type Output = Result<()>;
    type IntoFuture = OperationFuture<'a, ()>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(async move { self.run().await.map(|_| ()) })
    }
}
