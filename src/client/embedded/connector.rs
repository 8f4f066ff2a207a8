//! The SDK's transport, with an embedded database in the place of the network.
//!
//! It knows HTTP and nothing of any database. Requests take the same way as to AWS, so serialization, retries and errors are the
//! same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;

use super::EmbeddedDatabase;
use crate::Clock;

/// A database as an HTTP service, with a clock for the dates of its responses.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) backend: Arc<dyn EmbeddedDatabase>,
    pub(super) clock: Clock,
}

/// A request of the SDK whose body is in memory.
#[derive(Debug)]
pub(in crate::client) struct ServiceRequest(HttpRequest);

impl ServiceRequest {
    /// The operation of the API, such as `PutItem`.
    pub(super) fn operation(&self) -> &str {
        // `DynamoDB_20120810.PutItem` or `DynamoDBStreams_20120810.GetRecords`. No operation is in both services.
        let target = self.0.headers().get("x-amz-target").unwrap_or_default();
        target.rsplit('.').next().unwrap_or_default()
    }

    /// The JSON body.
    pub(super) fn body(&self) -> &[u8] {
        self.0.body().bytes().unwrap_or_default()
    }
}

/// The status and JSON body of a response.
#[derive(Debug)]
pub(in crate::client) struct ServiceResponse {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.body().bytes().is_none() {
            let message = "the embedded database does not accept streamed bodies";
            return HttpConnectorFuture::ready(Err(ConnectorError::user(message.into())));
        }
        let clock = self.clock.clone();
        let response = self.backend.answer(ServiceRequest(request));
        HttpConnectorFuture::new(async move { http_response(response.await, &clock) })
    }
}

fn http_response(response: ServiceResponse, clock: &Clock) -> Result<HttpResponse, ConnectorError> {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);

    let status = StatusCode::try_from(response.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(response.body));
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response.headers_mut().insert("x-amzn-requestid", format!("EMBEDDED{number:020}"));
    // Times before 1970 or after 9999 have no HTTP date. The response then has none.
    if let Ok(date) = DateTime::from_secs(clock.now()).fmt(Format::HttpDate) {
        response.headers_mut().insert("date", date);
    }
    Ok(response)
}
