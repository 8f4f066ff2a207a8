//! Rates in capacity units per second that requests share. The sender of `op` waits for those of its operation.

mod bucket;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use crate::client::cost::UnitKind;
use crate::{Cost, Error, ErrorKind, Result};

use bucket::Bucket;

/// Limits the capacity units that requests consume per second. Clones share the rate.
///
/// To limit one operation, use its `max_capacity_per_second`. Create a limiter if several operations must stay below a rate
/// together: pass it to each as `.rate_limiter(&limiter)`, or set it on a client with
/// [`ClientBuilder::rate_limiter`](crate::ClientBuilder::rate_limiter), which limits all bulk operations of the client. An
/// operation waits for all the limiters that it has.
///
/// The bulk operations are queries, scans and counts, also of collections and of indexes, statements, [`batch_get`](crate::batch_get),
/// [`batch_write`](crate::batch_write), [`import`](crate::import) and backfills. Their refreshes of TTLs count as well. Operations on
/// single items and transactions neither wait nor count, so that a job does not delay them. To include one, ask for a
/// [permit](Self::read_permit).
///
/// # How the rate is kept
///
/// A request waits until the rate covers all requests before it. It counts as much as the average of previous
/// requests until its response says what it has consumed. So the rate is kept on average: one request can exceed it, and the next
/// one then waits longer. What is not consumed is kept for one second at most. Waiting requests are sent in the order in which they
/// came. Responses contain the consumed capacity, which the limiter requests.
///
/// # Throttling
///
/// After a throttled request, also one that the SDK sends again, and after a batch whose items DynamoDB leaves unprocessed, the
/// rate is halved: at most once per second, and not below 5 % of the configured rate. It then grows by 1/60 of the configured rate
/// per second, so it is whole again after 30 seconds. This is the rule with which TCP avoids congestion (additive increase,
/// multiplicative decrease).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
/// # create_orders().await?;
/// use singlet::RateLimiter;
///
/// // 100 read units and 50 write units per second for everything that the job does.
/// let limiter = RateLimiter::separate(100.0, 50.0);
/// let orders = Order::query("ann").rate_limiter(&limiter).await?;
/// singlet::batch_write().delete_all(&orders).rate_limiter(&limiter).await?;
/// assert_eq!((limiter.read_units(), limiter.write_units()), (0.5, orders.len() as f64));
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
#[doc(alias("rate_limit", "throttle", "FixedRate", "AdaptiveRate"))]
pub struct RateLimiter(Arc<LimiterState>);

struct LimiterState {
    /// Whether reads and writes have rates of their own.
    is_separate: bool,
    state: Mutex<Rates>,
    /// Held by the request that waits next, one for each bucket. It is fair, so requests are sent in order.
    turns: [tokio::sync::Mutex<()>; 2],
}

struct Rates {
    /// For reads and for writes, or the first for both.
    buckets: [Bucket; 2],
    /// The read and write units that were consumed.
    consumed: [f64; 2],
}

/// The error of a limiter that can never send anything.
pub(crate) const NOT_POSITIVE: &str = "a rate limit must be a positive number of capacity units per second";

impl RateLimiter {
    /// A rate for reads and writes together. `f64::INFINITY` limits nothing, and only counts.
    ///
    /// Operations and permits fail with an error of kind `Validation` if the rate is not positive.
    ///
    /// ```
    /// # use singlet::RateLimiter;
    /// let limiter = RateLimiter::new(100.0);
    /// assert_eq!(limiter.read_rate(), 100.0);
    /// ```
    pub fn new(units_per_second: f64) -> Self {
        RateLimiter::of([units_per_second; 2], false)
    }

    /// A rate for reads and another one for writes, as tables with provisioned capacity have them. `f64::INFINITY` does
    /// not limit one of them.
    ///
    /// ```
    /// # use singlet::RateLimiter;
    /// let only_writes = RateLimiter::separate(f64::INFINITY, 50.0);
    /// assert_eq!(only_writes.write_rate(), 50.0);
    /// ```
    pub fn separate(read_units_per_second: f64, write_units_per_second: f64) -> Self {
        RateLimiter::of([read_units_per_second, write_units_per_second], true)
    }

    fn of(rates: [f64; 2], is_separate: bool) -> Self {
        let state = Rates { buckets: rates.map(Bucket::new), consumed: [0.0; 2] };
        RateLimiter(Arc::new(LimiterState { is_separate, state: Mutex::new(state), turns: Default::default() }))
    }

    /// Waits until a read may be sent. Use it to limit requests that singlet does not limit by itself, such as a get.
    ///
    /// # Errors
    ///
    /// `Validation` if the rate is not positive.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let limiter = singlet::RateLimiter::new(100.0);
    /// let permit = limiter.read_permit().await?;
    /// let order = Order::get(("ann", 1)).detailed().await?;
    /// permit.consume(order.cost.read);
    /// assert_eq!(limiter.read_units(), 0.5);
    /// # Ok(()) }) }
    /// ```
    pub async fn read_permit(&self) -> Result<RatePermit> {
        self.permit(UnitKind::Read).await
    }

    /// Waits until a write may be sent. See [`read_permit`](Self::read_permit).
    ///
    /// # Errors
    ///
    /// `Validation` if the rate is not positive.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let limiter = singlet::RateLimiter::new(100.0);
    /// let permit = limiter.write_permit().await?;
    /// let order = Order::update(("ann", 1)).set(|o| o.note, "paid").detailed().await?;
    /// permit.consume(order.cost.write);
    /// assert_eq!(limiter.write_units(), 1.0);
    /// # Ok(()) }) }
    /// ```
    pub async fn write_permit(&self) -> Result<RatePermit> {
        self.permit(UnitKind::Write).await
    }

    /// Returns the read units per second that are allowed now: less than the configured rate after throttling.
    ///
    /// ```
    /// assert_eq!(singlet::RateLimiter::separate(100.0, 50.0).read_rate(), 100.0);
    /// ```
    pub fn read_rate(&self) -> f64 {
        self.state().buckets[self.bucket(UnitKind::Read)].rate(Instant::now())
    }

    /// Returns the write units per second that are allowed now: less than the configured rate after throttling.
    ///
    /// ```
    /// assert_eq!(singlet::RateLimiter::separate(100.0, 50.0).write_rate(), 50.0);
    /// ```
    pub fn write_rate(&self) -> f64 {
        self.state().buckets[self.bucket(UnitKind::Write)].rate(Instant::now())
    }

    /// Returns the read units consumed so far. [`RateLimiter`] has an example.
    pub fn read_units(&self) -> f64 {
        self.state().consumed[0]
    }

    /// Returns the write units consumed so far, with the estimated ones of refused writes. [`RateLimiter`] has an example.
    pub fn write_units(&self) -> f64 {
        self.state().consumed[1]
    }

    /// Fails if nothing could ever be sent.
    pub(crate) fn check(&self) -> Result<()> {
        let is_valid = self.state().buckets.iter().all(Bucket::is_valid);
        if is_valid { Ok(()) } else { Err(Error::new(ErrorKind::Validation, NOT_POSITIVE)) }
    }

    pub(crate) async fn permit(&self, kind: UnitKind) -> Result<RatePermit> {
        self.check()?;
        let number = self.bucket(kind);
        let turn = self.0.turns[number].lock().await;
        loop {
            let pause = self.state().buckets[number].reserve(Instant::now());
            match pause {
                Ok(reserved) => {
                    drop(turn);
                    return Ok(RatePermit { limiter: self.clone(), kind, reserved });
                }
                Err(pause) => tokio::time::sleep(pause).await,
            }
        }
    }

    /// Whether this is `other` itself or a clone of it.
    pub(crate) fn ptr_eq(&self, other: &RateLimiter) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn bucket(&self, kind: UnitKind) -> usize {
        usize::from(self.0.is_separate && kind == UnitKind::Write)
    }

    fn state(&self) -> MutexGuard<'_, Rates> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter").field("read", &self.read_rate()).field("write", &self.write_rate()).finish()
    }
}

/// The permission of a [`RateLimiter`] to send one request. If it is dropped, the request counts as much as the average of
/// previous ones.
#[derive(Debug)]
#[must_use = "tell the limiter what the request has consumed, with `.consume(units)`"]
pub struct RatePermit {
    limiter: RateLimiter,
    kind: UnitKind,
    /// What the request counts until its consumption is known.
    reserved: f64,
}

impl RatePermit {
    /// Counts what the request has consumed, in the units for which the permit was given.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// let limiter = singlet::RateLimiter::new(100.0);
    /// limiter.write_permit().await?.consume(2.0);
    /// assert_eq!(limiter.write_units(), 2.0);
    /// # Ok(()) }
    /// ```
    pub fn consume(self, units: f64) {
        match self.kind {
            UnitKind::Read => self.settle(units, 0.0),
            UnitKind::Write => self.settle(0.0, units),
        }
    }

    /// Says that DynamoDB throttled the request, which consumed nothing. This reduces the rate.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> singlet::Result<()> {
    /// let limiter = singlet::RateLimiter::new(100.0);
    /// limiter.read_permit().await?.throttled();
    /// assert!(limiter.read_rate() < 60.0);
    /// # Ok(()) }
    /// ```
    pub fn throttled(self) {
        self.slow_down();
        self.settle(0.0, 0.0);
    }

    /// Reduces the rate.
    pub(crate) fn slow_down(&self) {
        let number = self.limiter.bucket(self.kind);
        self.limiter.state().buckets[number].slow_down(Instant::now());
    }

    /// Counts the units of the response.
    pub(crate) fn count(self, cost: &Cost) {
        self.settle(cost.read, cost.write + cost.refused);
    }

    fn settle(self, read: f64, write: f64) {
        let number = self.limiter.bucket(self.kind);
        let mut state = self.limiter.state();
        state.buckets[number].refund(self.reserved);
        for (kind, units) in [(UnitKind::Read, read), (UnitKind::Write, write)] {
            state.consumed[usize::from(kind == UnitKind::Write)] += units;
            state.buckets[self.limiter.bucket(kind)].consume(units);
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the numbers of the tests are exact in floats")]
mod tests {
    use std::time::Duration;

    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[tokio::test(start_paused = true)]
    async fn requests_wait_for_the_rate() {
        let start = Instant::now();
        let limiter = RateLimiter::new(10.0);
        limiter.read_permit().await.unwrap().consume(25.0);
        assert_eq!(start.elapsed(), Duration::ZERO);
        limiter.write_permit().await.unwrap().consume(5.0);
        assert!((2_500..2_510).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
        assert_eq!((limiter.read_units(), limiter.write_units()), (25.0, 5.0));
    }

    #[tokio::test(start_paused = true)]
    async fn reads_and_writes_can_have_rates_of_their_own() {
        let start = Instant::now();
        let limiter = RateLimiter::separate(10.0, f64::INFINITY);
        limiter.read_permit().await.unwrap().consume(10.0);
        for _ in 0..100 {
            limiter.write_permit().await.unwrap().consume(1e9);
        }
        assert_eq!(start.elapsed(), Duration::ZERO);
        limiter.read_permit().await.unwrap().consume(0.0);
        assert!(start.elapsed() >= millis(1_000));
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_requests_together_stay_below_the_rate() {
        let start = Instant::now();
        let limiter = RateLimiter::new(10.0);
        let request = || async {
            let permit = limiter.read_permit().await.unwrap();
            tokio::time::sleep(millis(50)).await;
            permit.consume(1.0);
        };
        futures_util::future::join_all((0..41).map(|_| request())).await;
        // The last of 41 requests is not waited for.
        assert!((4_000..4_200).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn idle_time_allows_no_more_than_the_units_of_a_second() {
        let limiter = RateLimiter::new(10.0);
        limiter.read_permit().await.unwrap().consume(1.0);
        tokio::time::sleep(Duration::from_hours(1)).await;
        let start = Instant::now();
        for _ in 0..31 {
            limiter.read_permit().await.unwrap().consume(1.0);
        }
        assert!((2_000..2_100).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_dropped_neither_blocks_nor_is_free() {
        let limiter = RateLimiter::new(10.0);
        limiter.read_permit().await.unwrap().consume(10.0);
        let waiting = limiter.read_permit();
        assert!(tokio::time::timeout(millis(10), waiting).await.is_err());
        let start = Instant::now();
        drop(limiter.read_permit().await.unwrap());
        limiter.read_permit().await.unwrap().consume(0.0);
        assert!(start.elapsed() > millis(1_000), "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn throttling_reduces_only_the_rate_of_its_kind() {
        let limiter = RateLimiter::separate(100.0, 50.0);
        limiter.write_permit().await.unwrap().throttled();
        assert_eq!((limiter.read_rate(), limiter.write_rate()), (100.0, 25.0));
        let shared = RateLimiter::new(100.0);
        shared.clone().write_permit().await.unwrap().throttled();
        assert_eq!((shared.read_rate(), shared.read_units()), (50.0, 0.0));
    }

    #[tokio::test]
    async fn a_rate_that_allows_nothing_is_refused() {
        for odd in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            let error = RateLimiter::new(odd).read_permit().await.unwrap_err();
            assert_eq!((error.kind(), error.message()), (ErrorKind::Validation, NOT_POSITIVE), "{odd}");
            assert!(RateLimiter::separate(1.0, odd).check().is_err(), "{odd}");
        }
    }
}
