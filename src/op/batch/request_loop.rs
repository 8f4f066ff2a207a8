//! What batches of writes and of reads share: requests that are sent until nothing is left over.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::Semaphore;

use crate::client::BatchRetries;
use crate::op::engine::backoff::{Backoff, Policy};
use crate::op::engine::context::RequestFacts;
use crate::op::engine::future::BoxFuture;
use crate::{Error, ErrorKind, Result};

/// What one request may ask for: so many puts, deletes or keys.
pub(crate) trait BatchChunk: Send {
    fn len(&self) -> usize;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What became of a chunk that was sent once.
pub(crate) struct AttemptOutcome<C> {
    /// What is left of it: all of it, where the request failed.
    pub(crate) left: C,
    pub(crate) failed: Option<Error>,
    pub(crate) sent: RequestFacts,
}

/// Why a batch has stopped before its end.
pub(crate) enum StopReason {
    /// DynamoDB took nothing more.
    GaveUp,
    Failed(Error),
}

/// How a batch ended.
pub(crate) struct BatchOutcome<C> {
    pub(crate) stopped: Option<StopReason>,
    /// What was sent, and may not have been done.
    pub(crate) left: Vec<C>,
    pub(crate) sent: RequestFacts,
}

impl<C: BatchChunk> BatchOutcome<C> {
    /// Stops the batch, if it has not stopped for another reason; what is left of a chunk is kept.
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
    /// Requests under way at a time.
    pub(crate) concurrency: usize,
}

/// Sends the chunks that `next` gives, and again what each leaves over, until nothing is left.
///
/// The requests are polled here and nowhere else: dropping this future stops them. After a failure
/// nothing further is sent, but requests under way are heard out, so that it is known what they did.
/// A request that DynamoDB throttles as a whole counts as one that left everything over. `done` hears
/// after each request how much it did, and what it left.
pub(crate) async fn send_all<'s, C: BatchChunk + 's>(
    pace: Concurrency,
    mut next: impl FnMut() -> Option<Result<C>>,
    send: &(dyn Fn(C) -> BoxFuture<'s, AttemptOutcome<C>> + Sync),
    mut done: impl FnMut(usize, &C),
) -> BatchOutcome<C> {
    let mut ended = BatchOutcome { stopped: None, left: Vec::new(), sent: RequestFacts::default() };
    // Nobody gets a permit: closing it is what wakes those who wait.
    let halt = Semaphore::new(0);
    let mut running = FuturesUnordered::new();
    let policy = Policy::batch(pace.retries.base, pace.retries.tries);
    loop {
        while ended.stopped.is_none() && running.len() < pace.concurrency.max(1) {
            match next() {
                Some(Ok(chunk)) => {
                    running.push(turn(send, &halt, chunk, Duration::ZERO, Backoff::new(policy)));
                }
                Some(Err(error)) => ended.stopped = Some(StopReason::Failed(error)),
                None => break,
            }
        }
        if ended.stopped.is_some() {
            halt.close();
        }
        let Some(Attempt { before, round, mut backoff }) = running.next().await else { return ended };
        let finished = before.saturating_sub(round.left.len());
        ended.sent.add(round.sent);
        done(finished, &round.left);
        let mut reason = StopReason::GaveUp;
        if let Some(error) = round.failed {
            let is_throttled = error.kind() == ErrorKind::Throttled;
            reason = StopReason::Failed(error);
            if !is_throttled {
                ended.stop(reason, round.left);
                continue;
            }
        }
        if round.left.is_empty() {
            continue;
        }
        let pause = if finished > 0 { Some(backoff.after_progress()) } else { backoff.next() };
        match pause.filter(|_| ended.stopped.is_none()) {
            Some(pause) => running.push(turn(send, &halt, round.left, pause, backoff)),
            None => ended.stop(reason, round.left),
        }
    }
}

/// A chunk after one more request, with what is needed for the next.
struct Attempt<C> {
    before: usize,
    round: AttemptOutcome<C>,
    backoff: Backoff,
}

async fn turn<'s, C: BatchChunk>(
    send: &(dyn Fn(C) -> BoxFuture<'s, AttemptOutcome<C>> + Sync),
    halt: &Semaphore,
    chunk: C,
    pause: Duration,
    backoff: Backoff,
) -> Attempt<C> {
    let before = chunk.len();
    if !pause.is_zero() {
        // Either the pause is over, or the batch has stopped.
        drop(tokio::time::timeout(pause, halt.acquire()).await);
    }
    let round = if halt.is_closed() {
        AttemptOutcome { left: chunk, failed: None, sent: RequestFacts::default() }
    } else {
        send(chunk).await
    };
    Attempt { before, round, backoff }
}
