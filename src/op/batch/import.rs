//! `import`: items from a file in DynamoDB's export format, written through batches.

mod lines;

use std::io::BufRead;

use crate::op::batch::request_loop::{self, BatchChunk as _, Concurrency};
use crate::op::batch::write::{self, WriteChunk};
use crate::op::engine::context::{CallOptions, Context};
use crate::op::engine::future::BoxFuture;
use crate::op::engine::options::call_options;
use crate::op::engine::rate_limit::RateLimiter;
use crate::{ModelConfig, Operation, Result};

use lines::Lines;

/// Writes items from a file in [DynamoDB's export format](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html)
/// into a table: one `{"Item": {…}}` per line, as in an export to S3 or a dump of other tools.
///
/// Await what it gives. Empty lines are passed over. Items replace what is stored under their keys,
/// so an import can be run again. A line that is no item is an error of kind `Input` with its number;
/// what stands before it may have been written. What was read and is not known to be written is in the
/// error, as [`Error::unprocessed`](crate::Error::unprocessed).
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
        units_per_second: None,
        call: CallOptions::default(),
    }
}

/// An import on its way to be awaited; made by [`import`].
#[must_use = "an operation does nothing until it is awaited"]
pub struct Import<'a> {
    lines: Box<dyn BufRead + Send + 'a>,
    config: ModelConfig,
    progress: Box<dyn FnMut(ImportProgress) + Send + 'a>,
    concurrency: usize,
    units_per_second: Option<f64>,
    call: CallOptions,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportProgress {
    /// Items written.
    pub items: usize,
    /// Bytes of the input whose items are written.
    pub bytes: usize,
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportSummary {
    /// Items written.
    pub items: usize,
    /// Bytes of the input read.
    pub bytes: usize,
}

impl std::fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("table", &self.config.table()).finish_non_exhaustive()
    }
}

impl<'a> Import<'a> {
    call_options!(call);

    /// Calls `f` after every request, of up to 25 items.
    pub fn progress(mut self, f: impl FnMut(ImportProgress) + Send + 'a) -> Self {
        self.progress = Box::new(f);
        self
    }

    /// How many requests may be under way at a time; 1 by default.
    ///
    /// With more, it is open which one stays of two distant lines with the same key. An export of
    /// DynamoDB has no such lines.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests;
        self
    }

    /// Waits between requests so that they consume no more capacity units per second than this, together.
    ///
    /// A request cannot be half sent: what it consumes beyond is waited for afterwards.
    pub fn max_capacity_per_second(mut self, units: f64) -> Self {
        self.units_per_second = Some(units);
        self
    }

    async fn run(mut self) -> Result<ImportSummary> {
        let call = Context::new(Operation::BatchWrite, None, self.call, self.config)?;
        let pace = Concurrency { retries: call.client.batch_retries(), concurrency: self.concurrency };
        let mut at = ImportProgress { items: 0, bytes: 0 };
        let mut lines = Lines::new(self.lines);
        let rate_limiter = RateLimiter::new(self.units_per_second);
        let sender = write::WriteSender { call: &call, customize: None, detailed: rate_limiter.is_limited() };
        let send = |chunk| paced(sender, &rate_limiter, chunk);
        let done = |finished, left: &WriteChunk| {
            at.items += finished;
            at.bytes += if left.is_empty() { left.input } else { 0 };
            (self.progress)(at);
        };
        let ended = request_loop::send_all(pace, || lines.next_chunk(&call), &send, done).await;
        write::settle(&call, ended, std::iter::once(lines.pending))?;
        Ok(ImportSummary { items: at.items, bytes: lines.bytes })
    }
}

impl<'a> IntoFuture for Import<'a> {
    type Output = Result<ImportSummary>;
    type IntoFuture = BoxFuture<'a, Result<ImportSummary>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Sends a chunk once what was spent before is earned again.
fn paced<'b>(
    sender: write::WriteSender<'b>,
    rate_limiter: &'b RateLimiter,
    chunk: WriteChunk,
) -> BoxFuture<'b, request_loop::AttemptOutcome<WriteChunk>> {
    Box::pin(async move {
        rate_limiter.wait().await;
        let round = sender.send(chunk).await;
        rate_limiter.consume(round.sent.consumed_capacity.unwrap_or(0.0));
        round
    })
}
