//! The service's time as a client's method, and the request that asks for it.

use std::future::Future;

use crate::clock::ServiceClock;
use crate::{Client, Result};

impl Client {
    /// The time by the service's clock, in whole seconds since 1970-01-01T00:00:00Z.
    ///
    /// The client learns it from the `Date` header of every response, and counts it on the machine's monotonic clock
    /// from then on. It therefore does not jump when the machine's clock is set. Everything that singlet decides about
    /// expiry uses it: models, the cache, the registry and the key-value store. Before the first response it is the
    /// time of this client's [clock](Self::clock).
    ///
    /// A write that depends on the time first sends a `GetItem` if no response has told the time yet, or if the
    /// machine's wall clock and its monotonic clock have drifted apart since, for instance after it slept.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).service_now(), 60);
    /// ```
    pub fn service_now(&self) -> i64 {
        self.service_now_millis().div_euclid(1000)
    }

    /// Like [`service_now`](Self::service_now), in milliseconds.
    ///
    /// ```
    /// use singlet::{Client, ManualClock};
    ///
    /// assert_eq!(Client::embedded_with_clock(ManualClock::at(60)).service_now_millis(), 60_000);
    /// ```
    pub fn service_now_millis(&self) -> i64 {
        self.time().now_millis()
    }

    /// How many milliseconds the service's clock is ahead of this client's clock; negative if it is behind.
    ///
    /// The `Date` header has whole seconds, so a clock that is right to the second is not corrected. It is `None`
    /// before the first response, and if responses have no date. It is zero for a [`ManualClock`](crate::ManualClock)
    /// that is more than one day away from the service's: a test has set it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use singlet::{Client, ManualClock, Model};
    ///
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "users")]
    /// # struct User { #[model(hash_key)] pk: String }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// let service = Client::embedded_with_clock(ManualClock::at(1_000));
    /// let late = service.clone().with_clock(ManualClock::at(940));
    /// assert_eq!(late.clock_offset(), None);
    ///
    /// User::create_table().client(&late).await?;
    /// assert_eq!(late.clock_offset(), Some(60_000));
    /// assert_eq!((late.now(), late.service_now()), (940, 1_000));
    /// # Ok(())
    /// # }
    /// ```
    pub fn clock_offset(&self) -> Option<i64> {
        self.time().offset()
    }

    pub(crate) fn time(&self) -> &ServiceClock {
        &self.0.time
    }

    /// Makes sure that the service's time is known: if it is not, sends `ask`, whose response tells it, even if that is
    /// a refusal. Returns whether it was sent.
    pub(crate) async fn know_time<T>(&self, ask: impl Future<Output = Result<T>>) -> Result<bool> {
        if self.time().is_known() {
            return Ok(false);
        }
        let asked = ask.await;
        if !self.time().is_known() {
            asked?;
            self.time().give_up();
        }
        Ok(true)
    }
}
