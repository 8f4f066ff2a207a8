//! Hands what a direct request received to the SDK, as the answer to the first attempt of an ordinary call.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::CaptureSmithyConnection;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame};

/// What came of a direct request.
pub(crate) struct Received {
    pub(crate) outcome: Result<HttpResponse, ConnectorError>,
    pub(super) connection: CaptureSmithyConnection,
}

impl Received {
    /// The response, if there is one and it does not report an error.
    pub(crate) fn success(&self) -> Option<&HttpResponse> {
        self.outcome.as_ref().ok().filter(|response| response.status().is_success())
    }
}

// Not derived: a response holds items.
impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Received")
    }
}

/// Answers the first request with what was received already, and passes all others on.
#[derive(Debug, Clone)]
pub(crate) struct ReplayClient {
    received: Arc<Mutex<Option<Received>>>,
    inner: SharedHttpClient,
}

impl ReplayClient {
    pub(super) fn new(received: Received, inner: SharedHttpClient) -> Self {
        ReplayClient { received: Arc::new(Mutex::new(Some(received))), inner }
    }
}

impl HttpClient for ReplayClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(ReplayConnector { received: Arc::clone(&self.received), inner })
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.inner.connector_metadata()
    }
}

#[derive(Debug)]
struct ReplayConnector {
    received: Arc<Mutex<Option<Received>>>,
    inner: SharedHttpConnector,
}

impl HttpConnector for ReplayConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Received { outcome, connection }) = received else { return self.inner.call(request) };
        if let Some(capture) = request.extension::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || connection.get());
        }
        HttpConnectorFuture::ready(outcome)
    }
}

/// A body that could not be read to its end.
pub(super) struct FailedBody(Option<BoxError>);

impl FailedBody {
    pub(super) fn of(error: BoxError) -> SdkBody {
        SdkBody::from_body_1_x(FailedBody(Some(error)))
    }
}

impl Body for FailedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}
