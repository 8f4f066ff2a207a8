//! Counts the attempts of a request, and learns DynamoDB's clock from the `Date` headers of its responses.
//!
//! The SDK exposes neither, so each [`Splice`](crate::splice::Splice) records them.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use crate::client::ServiceClock;
use crate::{Client, Clock};

/// The attempts of one request.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    count: AtomicU32,
    /// When the last attempt began, in milliseconds of the client's clock.
    sent: AtomicI64,
    /// The client's clock and its estimate of DynamoDB's clock, if there is a client.
    clocks: Option<(Clock, ServiceClock)>,
}

impl Attempts {
    /// The attempts of a request of `client`.
    pub(crate) fn of(client: &Client) -> Self {
        let clocks = Some((client.clock().clone(), client.service_clock().clone()));
        Attempts { clocks, ..Attempts::default() }
    }

    pub(crate) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    /// Records the start of an attempt.
    pub(super) fn begin(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some((clock, _)) = &self.clocks {
            self.sent.store(clock.now_millis(), Ordering::Relaxed);
        }
    }

    /// Records the response to an attempt. A `Date` that cannot be parsed is ignored.
    pub(super) fn hear(&self, response: &HttpResponse) {
        let date = response.headers().get("date").and_then(millis);
        if let (Some((clock, service_clock)), Some(date)) = (&self.clocks, date) {
            service_clock.learn(date, self.sent.load(Ordering::Relaxed), clock.now_millis());
        }
    }
}

fn millis(date: &str) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok()?.to_millis().ok()
}
