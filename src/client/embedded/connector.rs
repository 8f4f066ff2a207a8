//! The SDK's transport, with the embedded database at its end.

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

use super::dispatch::{Answer, dispatch};
use super::worker::Worker;
use crate::Clock;

/// The embedded database as a service, which says what time it is.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) worker: Worker,
    pub(super) clock: Clock,
}

impl HttpClient for Service {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let clock = self.clock.clone();
        let answer = self.worker.call(move |database| {
            // `DynamoDB_20120810.PutItem` or `DynamoDBStreams_20120810.GetRecords`; no operation is in both.
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default();
            request.body().bytes().map(|body| dispatch(database, operation, body))
        });
        HttpConnectorFuture::new(async move {
            match answer.await {
                Some(Some(answer)) => response(answer, &clock),
                Some(None) => Err(ConnectorError::user("the embedded database takes no streamed bodies".into())),
                None => response(Answer::internal_error(), &clock),
            }
        })
    }
}

fn response(answer: Answer, clock: &Clock) -> Result<HttpResponse, ConnectorError> {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);

    let status = StatusCode::try_from(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response.headers_mut().insert("x-amzn-requestid", format!("EMBEDDED{number:020}"));
    // A time before 1970 or after 9999 has no such form.
    if let Ok(date) = DateTime::from_secs(clock.now()).fmt(Format::HttpDate) {
        response.headers_mut().insert("date", date);
    }
    Ok(response)
}
