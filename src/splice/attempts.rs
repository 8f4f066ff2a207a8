//! Counts the attempts of a request, and learns DynamoDB's clock from the `Date` headers of its responses.
//!
//! The SDK exposes neither, so each [`Splice`](crate::splice::Splice) records them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::Client;
use crate::clock::{Hands, ServiceClock};

/// The attempts of one request.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    count: AtomicU32,
    /// What the client's clock showed when the last attempt began.
    sent: Mutex<Hands>,
    /// What the client knows of DynamoDB's clock, if there is a client.
    clock: Option<ServiceClock>,
}

impl Attempts {
    /// The attempts of a request of `client`.
    pub(crate) fn of(client: &Client) -> Self {
        Attempts { clock: Some(client.time().clone()), ..Attempts::default() }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    /// Records the start of an attempt.
    pub(super) fn begin(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(clock) = &self.clock {
            *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = clock.local().read();
        }
    }

    /// Records the response to an attempt. A `Date` that cannot be parsed counts as missing.
    pub(super) fn hear(&self, response: &HttpResponse) {
        if let Some(clock) = &self.clock {
            let date = response.headers().get("date").and_then(millis);
            clock.learn(date, *self.sent.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

fn millis(date: &str) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok()?.to_millis().ok()
}
