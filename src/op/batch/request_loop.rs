//! The loop of batch reads and writes, which sends requests until nothing is left unprocessed.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;

use crate::client::BatchRetries;
use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::context::RequestFacts;
use crate::op::engine::future::BoxFuture;
use crate::{Error, ErrorKind, Result};

/// What decides whether a batch sends another request.
pub(crate) const UNPROCESSED: &str = "for what the request before does not hold, or DynamoDB leaves unprocessed";

/// The puts, deletes or keys of one request.
pub(crate) trait BatchChunk: Send {
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The outcome of sending a chunk once.
pub(crate) struct AttemptOutcome<C> {
    /// The unprocessed part of the chunk. If the request failed, this is the whole chunk.
    pub(crate) left: C,
    pub(crate) failed: Option<Error>,
    pub(crate) sent: RequestFacts,
}

/// The reason why a batch stopped early.
pub(crate) enum StopReason {
    /// DynamoDB accepted nothing more.
    GaveUp,
    Failed(Error),
}

/// The outcome of a batch.
pub(crate) struct BatchOutcome<C> {
    pub(crate) stopped: Option<StopReason>,
    /// Chunks that were sent without confirmation.
    pub(crate) left: Vec<C>,
    /// Whether any request was sent.
    pub(crate) has_sent: bool,
    pub(crate) sent: RequestFacts,
}

impl<C: BatchChunk> BatchOutcome<C> {
    /// Stops the batch, unless it has already stopped for another reason, and keeps the unprocessed part of the
    /// chunk.
    fn stop(&mut self, reason: StopReason, left: C) {
        self.stopped.get_or_insert(reason);
        if !left.is_empty() {
            self.left.push(left);
        }
    }
}

/// How chunks are sent.
pub(crate) struct Concurrency {
    pub(crate) retries: BatchRetries,
    /// The number of concurrent requests.
    pub(crate) max_requests: usize,
    /// How many chunks may be started after one that is not finished.
    pub(crate) max_lead: usize,
}

/// What the loop waits for.
enum Event<C> {
    Chunk(Result<C>),
    Attempt(Attempt<C>),
    AllSent,
}

/// Sends the chunks that `next` returns, and resends the unprocessed part of each, until nothing is left. Requests make
/// progress while `next` is pending.
///
/// The requests are polled only here, so dropping this future stops them. After a failure no further request is sent,
/// but running requests finish, so that their outcome is known. A request that DynamoDB throttles as a whole counts
/// as entirely unprocessed. After each request, `done` receives the number of processed and unprocessed entries.
pub(crate) async fn send_all<'s, C: BatchChunk + 's>(
    concurrency: Concurrency,
    mut next: impl FnMut(&mut Context<'_>) -> Poll<Option<Result<C>>>,
    send: &(dyn Fn(C) -> BoxFuture<'s, AttemptOutcome<C>> + Sync),
    mut done: impl FnMut(usize, &C),
) -> BatchOutcome<C> {
    let mut ended = BatchOutcome { stopped: None, left: Vec::new(), has_sent: false, sent: RequestFacts::default() };
    // The semaphore has no permits; closing it wakes all waiting tasks.
    let halt = Semaphore::new(0);
    let mut running = FuturesUnordered::new();
    // The numbers of the running chunks, and that of the next one.
    let (mut unfinished, mut number) = (BTreeSet::new(), 0);
    let policy = Policy::batch(concurrency.retries.base, concurrency.retries.tries);
    loop {
        if ended.stopped.is_some() {
            // Requests that still wait for their pause are no longer sent.
            halt.close();
        }
        let may_start = ended.stopped.is_none()
            && running.len() < concurrency.max_requests.max(1)
            && unfinished.first().is_none_or(|oldest| number - oldest < concurrency.max_lead);
        let event = poll_fn(|cx| {
            // First, so that a request is sent before the next one takes its entries.
            let attempt = running.poll_next_unpin(cx);
            if let Poll::Ready(Some(attempt)) = attempt {
                return Poll::Ready(Event::Attempt(attempt));
            }
            match if may_start { next(cx) } else { Poll::Ready(None) } {
                Poll::Ready(Some(chunk)) => Poll::Ready(Event::Chunk(chunk)),
                Poll::Ready(None) if attempt.is_ready() => Poll::Ready(Event::AllSent),
                Poll::Ready(None) | Poll::Pending => Poll::Pending,
            }
        });
        let Attempt { number, before, outcome, is_sent, mut backoff } = match event.await {
            Event::Chunk(Ok(chunk)) => {
                running.push(turn(send, &halt, number, chunk, Duration::ZERO, Backoff::new(policy)));
                unfinished.insert(number);
                number += 1;
                continue;
            }
            Event::Chunk(Err(error)) => {
                ended.stopped = Some(StopReason::Failed(error));
                continue;
            }
            Event::Attempt(attempt) => attempt,
            Event::AllSent => return ended,
        };
        unfinished.remove(&number);
        let finished = before.saturating_sub(outcome.left.len());
        ended.sent.add(outcome.sent);
        if is_sent {
            ended.has_sent = true;
            done(finished, &outcome.left);
        }
        let mut reason = StopReason::GaveUp;
        if let Some(error) = outcome.failed {
            let is_throttled = error.kind() == ErrorKind::Throttled;
            reason = StopReason::Failed(error);
            // A throttled request has changed nothing, so it is retried like unprocessed entries.
            if !is_throttled {
                ended.stop(reason, outcome.left);
                continue;
            }
        }
        if outcome.left.is_empty() {
            continue;
        }
        // Progress shows that DynamoDB has capacity left, so only attempts in a row without any count.
        let pause = if finished > 0 { Some(backoff.after_progress()) } else { backoff.next() };
        match pause.filter(|_| ended.stopped.is_none()) {
            Some(pause) => {
                unfinished.insert(number);
                running.push(turn(send, &halt, number, outcome.left, pause, backoff));
            }
            None => ended.stop(reason, outcome.left),
        }
    }
}

/// A chunk after one more request, with the state that the next attempt needs.
struct Attempt<C> {
    number: usize,
    before: usize,
    outcome: AttemptOutcome<C>,
    /// Whether a request was sent. After the batch has stopped, none is.
    is_sent: bool,
    backoff: Backoff,
}

async fn turn<'s, C: BatchChunk>(
    send: &(dyn Fn(C) -> BoxFuture<'s, AttemptOutcome<C>> + Sync),
    halt: &Semaphore,
    number: usize,
    chunk: C,
    pause: Duration,
    backoff: Backoff,
) -> Attempt<C> {
    let before = chunk.len();
    if !pause.is_zero() {
        // Either the pause is over, or the batch has stopped.
        drop(tokio::time::timeout(pause, halt.acquire()).await);
    }
    let is_sent = !halt.is_closed();
    let outcome = if is_sent {
        send(chunk).await
    } else {
        AttemptOutcome { left: chunk, failed: None, sent: RequestFacts::default() }
    };
    Attempt { number, before, outcome, is_sent, backoff }
}

/// Whether a response means the table that a request named. AWS does not document whether it answers a request that
/// names a table by its ARN with the ARN or with the name.
pub(crate) fn is_same_table(sent: &str, answered: &str) -> bool {
    let name = sent.strip_prefix("arn:").and_then(|arn| arn.rsplit('/').next());
    sent == answered || name == Some(answered)
}
