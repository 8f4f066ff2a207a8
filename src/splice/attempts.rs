//! Counts the attempts of a request, knows whether one of them may have been applied without an answer that says so, and
//! learns DynamoDB's clock from the `Date` headers of the responses.
//!
//! The SDK exposes none of this, so each [`Splice`](crate::splice::Splice) records it.

use std::error::Error as StdError;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

use aws_smithy_runtime_api::client::dns::ResolveDnsError;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use hyper_util::client::legacy as hyper;

use crate::Client;
use crate::clock::ServiceClock;
use crate::error::THROTTLING_CODES;

/// The attempts of one request.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    count: AtomicU32,
    /// The monotonic time when the last attempt began, in milliseconds.
    sent: AtomicI64,
    /// Whether the attempt in progress was handed to the transport.
    is_transmitted: AtomicBool,
    /// Whether an attempt that has ended may have been applied, although it did not succeed.
    is_unknown: AtomicBool,
    /// Whether DynamoDB throttled an attempt.
    is_throttled: AtomicBool,
    /// Whether the next attempt is the one that was sent directly, which the SDK sees again.
    is_replayed: AtomicBool,
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
        if self.is_replayed.swap(false, Ordering::Relaxed) {
            return;
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(clock) = &self.clock {
            self.sent.store(clock.local().steady(), Ordering::Relaxed);
        }
    }

    /// Records a direct attempt that is about to reach the network.
    pub(crate) fn begin_direct(&self) {
        self.begin();
        self.transmit();
    }

    /// Records that the response to the direct attempt says whether it was applied.
    pub(crate) fn answered(&self, response: &HttpResponse) {
        self.record_response(response);
        self.is_transmitted.store(false, Ordering::Relaxed);
    }

    /// Leaves it to the SDK to record how the direct attempt ended, which it sees as its own first one.
    pub(crate) fn replay(&self) {
        self.is_replayed.store(true, Ordering::Relaxed);
    }

    /// Records that the attempt is about to reach the network.
    pub(super) fn transmit(&self) {
        self.is_transmitted.store(true, Ordering::Relaxed);
    }

    /// Records how the attempt ended.
    pub(super) fn end(&self, context: &FinalizerInterceptorContextRef<'_>) {
        let is_transmitted = self.is_transmitted.swap(false, Ordering::Relaxed);
        if is_transmitted && !matches!(context.output_or_error(), Some(Ok(_))) && !is_refused(context) {
            self.is_unknown.store(true, Ordering::Relaxed);
        }
        if context.response().is_some_and(throttles) {
            self.is_throttled.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_throttled(&self) -> bool {
        self.is_throttled.load(Ordering::Relaxed)
    }

    /// Whether an attempt may have been applied without an answer that says so. The answer to a later attempt does not
    /// change this.
    pub(crate) fn is_unknown(&self) -> bool {
        self.is_unknown.load(Ordering::Relaxed) || self.is_transmitted.load(Ordering::Relaxed)
    }

    /// Records the response to an attempt. A `Date` that cannot be parsed counts as missing.
    pub(super) fn record_response(&self, response: &HttpResponse) {
        if let Some(clock) = &self.clock {
            let date = response.headers().get("date").and_then(millis);
            clock.learn(date, self.sent.load(Ordering::Relaxed));
        }
    }
}

fn millis(date: &str) -> Option<i64> {
    DateTime::from_str(date, Format::HttpDate).ok()?.to_millis().ok()
}

/// Whether it is certain that the attempt changed nothing.
///
/// DynamoDB answers with a status of 4xx if it has refused a request: its condition, its credentials, its form, or more
/// requests than it serves. A status of 5xx does not say whether the request was applied. Neither does a success whose
/// body cannot be read.
fn is_refused(context: &FinalizerInterceptorContextRef<'_>) -> bool {
    if let Some(response) = context.response() {
        return response.status().is_client_error();
    }
    let error = context.output_or_error().and_then(Result::err).and_then(|error| error.as_connector_error());
    error.is_some_and(|error| never_connected(error))
}

/// Whether DynamoDB refused the attempt because of too many requests. The SDK tells only what became of the last attempt.
fn throttles(response: &HttpResponse) -> bool {
    if !response.status().is_client_error() {
        return false;
    }
    let body = response.body().bytes().and_then(|body| std::str::from_utf8(body).ok()).unwrap_or_default();
    // A quote within a message is escaped, so this is the member and no part of a message.
    let name = body.split_once("\"__type\"").and_then(|(_, rest)| rest.split('"').nth(1)).unwrap_or_default();
    let code = name.rsplit('#').next().unwrap_or_default();
    THROTTLING_CODES.contains(&code)
}

/// Whether no connection was made, so that nothing was sent.
fn never_connected(error: &(dyn StdError + 'static)) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
        // The client reports a timeout or a failed handshake of a connection that was being made as this error.
        let is_unconnected = error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_connect);
        if matches!(io, Some(AddrNotAvailable | ConnectionRefused | HostUnreachable | NetworkUnreachable))
            || error.is::<ResolveDnsError>()
            || is_unconnected
        {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::result::ConnectorError;

    use super::*;

    #[test]
    fn throttling_is_known_by_its_code() {
        let answer = |status: u16, body: &'static str| {
            throttles(&HttpResponse::new(status.try_into().unwrap(), aws_smithy_types::body::SdkBody::from(body)))
        };
        assert!(answer(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#));
        assert!(answer(400, r#"{"message": "slow", "__type" : "ProvisionedThroughputExceededException"}"#));
        assert!(!answer(400, r#"{"__type":"a#ValidationException","message":"\"__type\":\"ThrottlingException\""}"#));
        assert!(!answer(200, r#"{"__type":"ThrottlingException"}"#));
        for odd in ["", "{", r#"{"__type""#, r#"{"__type":null}"#, "\u{fffd}"] {
            assert!(!answer(400, odd), "{odd}");
        }
    }

    #[test]
    fn only_a_failure_to_connect_proves_that_nothing_was_sent() {
        let of = |kind: io::ErrorKind| never_connected(&ConnectorError::io(io::Error::from(kind).into()));
        assert!(of(io::ErrorKind::ConnectionRefused) && of(io::ErrorKind::HostUnreachable));
        for kind in [io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe, io::ErrorKind::UnexpectedEof] {
            assert!(!of(kind), "{kind:?}");
        }
        assert!(never_connected(&ConnectorError::io(ResolveDnsError::new("no such host").into())));
        assert!(!never_connected(&ConnectorError::timeout("no answer".into())));
    }
}
