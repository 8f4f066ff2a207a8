//! Direct requests whose signature or credentials are refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use singlet::ErrorKind;

use super::signatures::signed_at;
use super::{Service, canned, get};
use crate::transport::error_body;

#[tokio::test]
async fn a_signature_that_only_a_direct_request_has_wrong_ends_direct_requests() {
    for code in ["InvalidSignatureException", "IncompleteSignatureException", "UnrecognizedClientException"] {
        // The third request is direct; what the SDK sends then is accepted.
        let service = Service::refusing(&[2], code);
        let client = service.client();
        let mut outcomes = Vec::new();
        for _ in 0..5 {
            outcomes.push(get(&client).await.map_err(|error| error.kind()));
        }
        let sent = service.direct();
        if code == "UnrecognizedClientException" {
            // The SDK does not send it again, so nothing shows that the direct request is to blame.
            assert_eq!(outcomes[2], Err(ErrorKind::Credentials), "{code}");
            assert_eq!(sent.len(), 5, "{code}");
        } else {
            assert_eq!(outcomes, [Ok(()); 5], "{code}");
            assert_eq!(sent, [false, true, true, false, false, false], "{code}");
        }
    }
}

/// Counts the warnings of singlet.
struct Warnings(Arc<AtomicUsize>);

impl tracing::Subscriber for Warnings {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("singlet") && *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

#[tokio::test]
async fn the_end_of_direct_requests_is_said_once() {
    let count = Arc::new(AtomicUsize::new(0));
    let _guard = tracing::subscriber::set_default(Warnings(Arc::clone(&count)));
    // While there are two subscribers, `tracing` asks all of them about a message that another test's thread meets first,
    // and not only the one of that thread.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let service = Service::answering(|number, _| {
        let (status, body) = if [2, 3].contains(&number) {
            (400, error_body("InvalidSignatureException"))
        } else {
            (200, "{}".to_owned())
        };
        HttpConnectorFuture::new(async move {
            tokio::task::yield_now().await;
            Ok(canned(status, body))
        })
    });
    let client = service.client();
    for _ in 0..2 {
        get(&client).await.unwrap();
    }
    // It may have been met before.
    tracing::callsite::rebuild_interest_cache();
    // Both are under way when they are refused, and the SDK is accepted for both.
    let (one, other) = tokio::join!(get(&client), get(&client));
    assert!(one.is_ok() && other.is_ok());
    get(&client).await.unwrap();
    assert_eq!(
        (service.direct(), count.load(Ordering::SeqCst)),
        (vec![false, true, true, true, false, false, false], 1)
    );
}

#[tokio::test]
async fn credentials_that_are_refused_are_refused_once_more_by_the_sdk() {
    let service = Service::refusing(&[2, 3, 4, 5, 6, 7], "InvalidSignatureException");
    let client = service.client();
    for _ in 0..2 {
        get(&client).await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(get(&client).await.unwrap_err().kind(), ErrorKind::Credentials);
    }
    // Once directly and by the SDK, and then by the SDK alone, until it accepts a request.
    assert_eq!(service.sent(), 2 + 2 + 1 + 1);
}

#[tokio::test]
async fn the_sdk_corrects_the_clock() {
    let service = Service::answering(|_, request| {
        let now = SystemTime::now() + Duration::from_hours(1);
        let apart = now.duration_since(signed_at(request)).unwrap();
        let is_late = apart > Duration::from_mins(5);
        let (status, body) =
            if is_late { (400, error_body("InvalidSignatureException")) } else { (200, "{}".to_owned()) };
        let mut response = canned(status, body);
        response.headers_mut().insert("date", DateTime::from(now).fmt(Format::HttpDate).unwrap());
        HttpConnectorFuture::ready(Ok(response))
    });
    let client = service.client();
    for _ in 0..4 {
        get(&client).await.unwrap();
    }
    // The SDK learns the time from its first refusal, and singlet from that of its only direct request.
    assert_eq!(service.sent(), 4 + 1 + 1);
}
