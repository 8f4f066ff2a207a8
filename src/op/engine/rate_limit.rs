//! The rates that an operation keeps to: its own, the one it shares with others, and that of its client.

use std::fmt;
use std::sync::Arc;

use crate::client::cost::UnitKind;
use crate::op::engine::context::RequestFacts;
use crate::op::engine::future::BoxFuture;
use crate::{Client, Error, ErrorKind, Operation, RateLimiter, RatePermit, Result};

/// The limiters of an operation. Contexts that are derived from another one for requests of the same operation have the same.
///
/// Boxed, because most operations have none, and each request carries this.
#[derive(Debug, Clone, Default)]
pub(crate) struct RateLimits(Option<Box<Limiters>>);

#[derive(Debug, Clone, Default)]
struct Limiters {
    /// The limiter of `max_capacity_per_second`.
    own: Option<RateLimiter>,
    /// The limiter of `rate_limiter`.
    shared: Option<RateLimiter>,
    of_client: Option<RateLimiter>,
    /// What a request waits for after the limiters.
    gate: Option<Gate>,
}

/// Holds back requests for a reason other than a rate.
#[derive(Clone)]
pub(crate) struct Gate(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl Gate {
    pub(crate) fn new(open: impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Gate(Arc::new(open))
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl RateLimits {
    pub(crate) fn set_own(&mut self, units_per_second: f64) {
        self.0.get_or_insert_default().own = Some(RateLimiter::new(units_per_second));
    }

    pub(crate) fn set_shared(&mut self, limiter: &RateLimiter) {
        self.0.get_or_insert_default().shared = Some(limiter.clone());
    }

    pub(crate) fn set_gate(&mut self, gate: Gate) {
        self.0.get_or_insert_default().gate = Some(gate);
    }

    /// Adds the limiter of the client to a bulk operation, and checks all of them.
    pub(crate) fn with_client(mut self, client: &Client, operation: Operation) -> Result<Self> {
        if let Some(limiter) = client.rate_limiter().filter(|_| operation.is_bulk())
            && !self.iter().any(|other| other.ptr_eq(limiter))
        {
            self.0.get_or_insert_default().of_client = Some(limiter.clone());
        }
        self.iter().try_for_each(RateLimiter::check)?;
        Ok(self)
    }

    pub(crate) fn is_limited(&self) -> bool {
        self.iter().next().is_some()
    }

    fn iter(&self) -> impl Iterator<Item = &RateLimiter> {
        self.0.iter().flat_map(|limiters| limiters.iter())
    }

    /// Waits until all limiters and the gate let a request of this kind pass. A request of no kind consumes nothing.
    pub(crate) async fn permits(&self, kind: Option<UnitKind>) -> Result<Permits> {
        match &self.0 {
            // Boxed, so that requests without a limiter do not carry its state.
            Some(limiters) => Box::pin(limiters.permits(kind)).await,
            None => Ok(Permits(Vec::new())),
        }
    }
}

impl Limiters {
    fn iter(&self) -> impl Iterator<Item = &RateLimiter> {
        [&self.own, &self.shared, &self.of_client].into_iter().flatten()
    }

    async fn permits(&self, kind: Option<UnitKind>) -> Result<Permits> {
        let mut permits = Vec::new();
        if let Some(kind) = kind {
            for limiter in self.iter() {
                permits.push(limiter.permit(kind).await?);
            }
        }
        if let Some(gate) = &self.gate {
            (gate.0)().await;
        }
        Ok(Permits(permits))
    }
}

/// The permission of all limiters to send one request.
pub(crate) struct Permits(Vec<RatePermit>);

impl Permits {
    /// Counts what the request has consumed, and reduces the rates if it was throttled.
    pub(crate) fn settle(self, sent: &RequestFacts, error: Option<&Error>) {
        // The reasons of a cancelled transaction are known from its error only.
        let is_throttled = sent.throttled || error.is_some_and(|error| error.kind() == ErrorKind::Throttled);
        for permit in self.0 {
            if is_throttled {
                permit.slow_down();
            }
            permit.count(&sent.cost);
        }
    }
}

/// The rate of operations on many items. `$call` is the field that holds the `CallOptions`.
macro_rules! rate_options {
    ($($call:ident).+) => {
        /// Limits the capacity units per second that all requests of this operation consume together, reads and writes.
        ///
        /// Use it so that the operation does not throttle other users of the table. The consumption of a request is known only
        /// afterwards, so one request can exceed the rate, and the next one then waits longer. After throttling the rate is
        /// reduced for a while: see [`RateLimiter`](crate::RateLimiter#throttling). Each page of a `.page()` is an operation
        /// of its own; to limit several pages together, use [`rate_limiter`](Self::rate_limiter).
        ///
        /// # Errors
        ///
        /// `Validation` if the rate is not positive. Nothing is sent then.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let orders = Order::scan().page_size(100).max_capacity_per_second(50.0).await?;"
            "let keys = orders.iter().map(|order| (\"c-1\", order.id));"
            "assert_eq!(Order::batch_get(keys).max_capacity_per_second(50.0).await?.len(), 5);"
        )]
        #[doc(alias = "rate_limit")]
        pub fn max_capacity_per_second(mut self, units: f64) -> Self {
            self.$($call).+.limits.set_own(units);
            self
        }

        /// Makes this operation share the rate of a [`RateLimiter`](crate::RateLimiter) with others.
        ///
        /// Use it if several operations, or the pages of one, must stay below a rate together.
        ///
        /// # Errors
        ///
        /// `Validation` if the rate is not positive. Nothing is sent then.
        ///
        #[doc = $crate::op::engine::options::example!(
            "let limiter = singlet::RateLimiter::new(50.0);"
            "let orders = Order::query(\"c-1\").rate_limiter(&limiter).await?;"
            "singlet::batch_write().put_all(&orders).rate_limiter(&limiter).await?;"
            "assert_eq!((limiter.read_units(), limiter.write_units()), (0.5, 5.0));"
        )]
        #[doc(alias = "rate_limit")]
        pub fn rate_limiter(mut self, limiter: &$crate::RateLimiter) -> Self {
            self.$($call).+.limits.set_shared(limiter);
            self
        }
    };
}
pub(crate) use rate_options;
