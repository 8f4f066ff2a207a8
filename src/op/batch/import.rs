//! `import`: writes items from a file of DynamoDB's JSON in batches.

mod forms;
mod items;
mod lines;
mod values;

use std::io::BufRead;
use std::task::Poll;

use crate::op::batch::request_loop::{self, AttemptOutcome, BatchChunk as _, Concurrency, StopReason};
use crate::op::batch::write::{self, WriteChunk};
use crate::op::engine::context::{CallOptions, Context, RequestFacts};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::options::call_options;
use crate::op::engine::rate_limit::rate_options;
use crate::{ErrorKind, ModelConfig, Operation, OperationFuture, Result};

pub use items::{ReadItems, read_items};
use lines::{Lines, at_lines};

/// Imports items into a table from a file of DynamoDB's JSON. Await the result.
///
/// The input is a sequence of these forms, on one line or several:
///
/// | form | written by |
/// |---|---|
/// | `{"Item":{…}}` | a full [export to S3][1], `singlet export` |
/// | `{"Metadata":{…},"Keys":{…},"NewImage":{…}}` | an incremental export to S3; without `NewImage`, the item is deleted |
/// | `{"pk":{"S":"…"},…}` | an item alone |
/// | `[…]` | a list of items |
/// | `{"Items":[…],…}` | a scan or query of the AWS CLI |
/// | `{"shop":[{"PutRequest":{"Item":{…}}},…]}` | a file for `aws dynamodb batch-write-item`, with requests of one table |
///
/// A byte order mark is skipped. Items are written to the given table, even if the file names another one. Items replace
/// those stored under the same keys, so you can run an import again. Of several lines with one key, the last one wins.
///
/// An import costs as much as a [`batch_write`](crate::BatchWrite) of its items: a write unit for each KB of each, rounded
/// up, in requests of up to 25.
///
/// # Errors
///
/// Every error states the line. `Input` if the input has another form or an invalid item; earlier items may have been
/// written. If DynamoDB refuses a request, for example because an item has no range key, the import sends the items of that
/// request one by one, and the error states the line of the first one that is refused. The error of a request that fails for
/// another reason states the lines of its items. [`Error::unprocessed`](crate::Error::unprocessed) contains the items that
/// were read but not confirmed as written.
///
/// [1]: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # use singlet::{Client, Model};
/// # #[derive(Debug, Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, age: u8 }
/// # let client = Client::embedded();
/// # User::create_table().client(&client).await?;
/// let lines = r#"{"Item": {"pk": {"S": "USER#1"}, "age": {"N": "42"}}}"#;
/// let summary = singlet::import("users", lines.as_bytes())
///     .progress(|p| eprintln!("{} items, {} bytes", p.items, p.bytes))
///     .client(&client)
///     .await?;
/// assert_eq!(summary.items, 1);
/// assert_eq!(User::get("USER#1").client(&client).await?.unwrap().age, 42);
/// # Ok(())
/// # }
/// ```
pub fn import<'a>(table: impl Into<String>, lines: impl BufRead + Send + 'a) -> Import<'a> {
    Import {
        lines: Box::new(lines),
        config: ModelConfig::new(table.into()),
        progress: Box::new(|_| {}),
        concurrency: 1,
        call: CallOptions::default(),
    }
}

/// An import that has not started yet. Returned by [`import`]; await it.
#[must_use = "an operation does nothing until it is awaited"]
pub struct Import<'a> {
    lines: Box<dyn BufRead + Send + 'a>,
    config: ModelConfig,
    progress: Box<dyn FnMut(ImportProgress) + Send + 'a>,
    concurrency: usize,
    call: CallOptions,
}

/// The progress of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportProgress {
    /// The number of items written or deleted.
    pub items: usize,
    /// The number of input bytes whose items are written.
    pub bytes: usize,
}

/// The result of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportSummary {
    /// The number of items written or deleted.
    pub items: usize,
    /// The number of input bytes read.
    pub bytes: usize,
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("table", &self.config.table()).finish_non_exhaustive()
    }
}

impl<'a> Import<'a> {
    call_options!(call);
    rate_options!(call);

    /// Calls `f` after every request, which writes up to 25 items.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let lines = r#"{"Item": {"pk": {"S": "CUSTOMER#ann"}, "sk": {"S": "ORDER#0000000007"}, "total": {"N": "40"}}}"#;
    /// singlet::import("shop", lines.as_bytes()).progress(|p| eprintln!("{} items", p.items)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn progress(mut self, f: impl FnMut(ImportProgress) + Send + 'a) -> Self {
        self.progress = Box::new(f);
        self
    }

    /// Sets how many requests may run at once; 1 by default.
    ///
    /// If there is more than one, either of two lines with the same key may win. DynamoDB's own exports have
    /// no duplicate keys.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let lines = r#"{"Item": {"pk": {"S": "CUSTOMER#ann"}, "sk": {"S": "ORDER#0000000007"}, "total": {"N": "40"}}}"#;
    /// let summary = singlet::import("shop", lines.as_bytes()).concurrency(4).await?;
    /// assert_eq!(summary.items, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    async fn run(mut self) -> Result<ImportSummary> {
        let call = Context::new(Operation::BatchWrite, None, self.call, &self.config)?;
        let (retries, max_requests) = (call.client.batch_retries(), self.concurrency);
        let concurrency = Concurrency { retries, max_requests, max_lead: usize::MAX };
        let mut at = ImportProgress { items: 0, bytes: 0 };
        let mut lines = Lines::new(self.lines);
        let sender = write::WriteSender { call: &call, customize: None };
        let send = |chunk| send(sender, chunk);
        let done = |finished, left: &WriteChunk| {
            at.items += finished;
            at.bytes += if left.is_empty() { left.input } else { 0 };
            (self.progress)(at);
        };
        let ended = request_loop::send_all(concurrency, |_| Poll::Ready(lines.next_chunk(&call)), &send, done).await;
        // Writes that a request left unprocessed have no error of their own.
        let gave_up = matches!(ended.stopped, Some(StopReason::GaveUp));
        let left: Vec<_> = ended.left.iter().flat_map(WriteChunk::writes).filter(|_| gave_up).cloned().collect();
        let bytes = lines.bytes();
        let settled = write::settle(&call, ended, std::iter::once(lines.pending));
        settled.map_err(|error| at_lines(error, &left))?;
        Ok(ImportSummary { items: at.items, bytes })
    }
}

impl<'a> IntoFuture for Import<'a> {
    type Output = Result<ImportSummary>;
    type IntoFuture = OperationFuture<'a, ImportSummary>;

    fn into_future(self) -> Self::IntoFuture {
        OperationFuture::typed(self.run())
    }
}

/// Sends a chunk, and adds the lines of its writes to an error.
fn send(sender: write::WriteSender<'_>, chunk: WriteChunk) -> BoxFuture<'_, AttemptOutcome<WriteChunk>> {
    Box::pin(async move {
        let mut outcome = sender.send(chunk).await;
        match outcome.failed {
            Some(error) if error.kind() == ErrorKind::Validation && outcome.left.len() > 1 => {
                one_by_one(sender, outcome.left, outcome.sent).await
            }
            failed => {
                outcome.failed = failed.map(|error| at_lines(error, outcome.left.writes()));
                outcome
            }
        }
    })
}

/// Sends the writes of a request that DynamoDB refused one by one, until it refuses one of them. The error of a request
/// does not tell which of its writes is at fault.
async fn one_by_one(
    sender: write::WriteSender<'_>,
    chunk: WriteChunk,
    sent: RequestFacts,
) -> AttemptOutcome<WriteChunk> {
    let mut outcome = AttemptOutcome { left: WriteChunk::default(), failed: None, sent };
    let mut writes = chunk.writes().iter().cloned();
    let mut left = Vec::new();
    for write in writes.by_ref() {
        let one = sender.send(WriteChunk::single(write)).await;
        outcome.sent.add(one.sent);
        outcome.failed = one.failed.map(|error| at_lines(error, one.left.writes()));
        left.extend(one.left.into_writes());
        if outcome.failed.is_some() {
            break;
        }
    }
    left.extend(writes);
    outcome.left = chunk.with_left(left);
    outcome
}
