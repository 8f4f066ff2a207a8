//! Bodies that break or stall, connections that must be closed, futures that are dropped, and the trace of AWS Lambda.

use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_dynamodb::config::StalledStreamProtectionConfig;
use aws_sdk_dynamodb::config::http::HttpResponse;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame};
use singlet::{Client, ErrorKind, Model};

use super::{Service, get, of};
use crate::shop::Customer;

/// A body in parts, and what comes after them.
struct Parts(Vec<&'static str>, End);

#[derive(Debug, Clone, Copy)]
enum End {
    Complete,
    Broken,
    Stalled,
}

impl Body for Parts {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if !self.0.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(self.0.remove(0).as_bytes())))));
        }
        match self.1 {
            End::Complete => Poll::Ready(None),
            End::Broken => Poll::Ready(Some(Err("the connection broke".into()))),
            End::Stalled => Poll::Pending,
        }
    }
}

fn response(parts: &[&'static str], end: End) -> HttpConnectorFuture {
    let body = SdkBody::from_body_1_x(Parts(parts.to_vec(), end));
    HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body)))
}

/// A client with one attempt more, for which a body may pause for a short time only.
fn hasty(service: &Service, attempts: u32) -> Client {
    let stalls = StalledStreamProtectionConfig::enabled().grace_period(Duration::from_millis(50)).build();
    let retries = RetryConfig::standard().with_max_attempts(attempts).with_initial_backoff(Duration::from_millis(1));
    of(service.config().stalled_stream_protection(stalls).retry_config(retries))
}

#[tokio::test]
async fn a_body_may_come_in_parts() {
    let whole: [&[&str]; 4] = [&["{}"], &["{", "}"], &["{", " ", "", " ", "}"], &["", "{}"]];
    for parts in whole {
        let service = Service::answering(move |_, _| response(parts, End::Complete));
        let client = service.client();
        for _ in 0..3 {
            get(&client).await.unwrap();
        }
        assert_eq!(service.direct(), [false, true, true], "{parts:?}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_or_stalls_is_a_failed_attempt() {
    for end in [End::Broken, End::Stalled] {
        for attempts in [1, 2] {
            let service = Service::answering(move |number, _| match number {
                2 => response(&["{"], end),
                _ => response(&["{}"], End::Complete),
            });
            let client = hasty(&service, attempts);
            for _ in 0..2 {
                get(&client).await.unwrap();
            }
            let outcome = Customer::get("c-1").client(&client).detailed().await;
            match outcome {
                Ok(response) => assert_eq!((attempts, response.attempts), (2, 2), "{end:?}"),
                Err(error) => assert_eq!((attempts, error.kind()), (1, ErrorKind::InvalidResponse), "{end:?}: {error}"),
            }
            assert!(service.direct()[2], "{end:?}");
        }
    }
}

#[tokio::test]
async fn the_connection_of_a_failed_attempt_is_closed() {
    let closed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&closed);
    let service = Service::answering(move |number, request| {
        let count = Arc::clone(&count);
        request.extension::<CaptureSmithyConnection>().unwrap().set_connection_retriever(move || {
            let count = Arc::clone(&count);
            let close = move || _ = count.fetch_add(number, Ordering::SeqCst);
            Some(ConnectionMetadata::builder().proxied(false).poison_fn(close).build())
        });
        let status = if number == 2 { 500 } else { 200 };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from("{}"))))
    });
    let client = service.client();
    for _ in 0..4 {
        get(&client).await.unwrap();
    }
    assert_eq!((service.sent(), closed.load(Ordering::SeqCst)), (5, 2), "the connection of request 2");
}

#[tokio::test]
async fn a_dropped_direct_request_leaves_the_client_as_it_was() {
    let hangs = Arc::new(AtomicBool::new(false));
    let is_hanging = Arc::clone(&hangs);
    let service = Service::answering(move |_, _| {
        if is_hanging.load(Ordering::SeqCst) {
            return HttpConnectorFuture::new(std::future::pending());
        }
        response(&["{}"], End::Complete)
    });
    let client = service.client();
    for _ in 0..2 {
        get(&client).await.unwrap();
    }
    hangs.store(true, Ordering::SeqCst);
    assert!(tokio::time::timeout(Duration::from_millis(20), get(&client)).await.is_err());
    hangs.store(false, Ordering::SeqCst);
    let response = Customer::get("c-1").client(&client).detailed().await.unwrap();
    assert_eq!((response.attempts, service.direct()), (1, vec![false, true, true, true]));
}

/// Environment variables belong to the process, so the test runs itself again in processes of their own.
#[tokio::test]
async fn the_trace_of_lambda_is_sent() {
    const CHILD: &str = "SINGLET_TEST_TRACE";
    const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    let run = |trace: &str, function: Option<&str>| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["engine::direct::connections::the_trace_of_lambda_is_sent", "--exact"]);
        child.env(CHILD, "1").env("_X_AMZN_TRACE_ID", trace).env_remove("AWS_LAMBDA_FUNCTION_NAME");
        let output = child.envs(function.map(|name| ("AWS_LAMBDA_FUNCTION_NAME", name))).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{trace:?}: {said}");
    };
    if std::env::var_os(CHILD).is_none() {
        run(TRACE, None);
        run(TRACE, Some("function"));
        // The SDK has to escape it.
        run("Root=\t1", Some("function"));
        return;
    }
    let service = Service::accepting();
    let client = service.client();
    for _ in 0..4 {
        get(&client).await.unwrap();
    }
    let trace = std::env::var("_X_AMZN_TRACE_ID").unwrap();
    let is_traced = std::env::var_os("AWS_LAMBDA_FUNCTION_NAME").is_some();
    let is_direct = !is_traced || !trace.contains('\t');
    assert_eq!(service.direct(), [false, is_direct, is_direct, is_direct]);
    for (_, request) in &*service.received.lock().unwrap() {
        let expected = is_traced.then(|| trace.replace('\t', "%09"));
        assert_eq!(request.headers().get("x-amzn-trace-id"), expected.as_deref());
    }
}
