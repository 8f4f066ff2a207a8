//! The SDK's transport, with the embedded database at its end.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use super::dispatch::{Answer, dispatch};
use super::worker::Worker;

impl HttpClient for Worker {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Worker {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = Worker::call(self, move |database| {
            // `DynamoDB_20120810.PutItem` or `DynamoDBStreams_20120810.GetRecords`; no operation is in both.
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default();
            request.body().bytes().map(|body| dispatch(database, operation, body))
        });
        HttpConnectorFuture::new(async move {
            match answer.await {
                Some(Some(answer)) => response(answer),
                Some(None) => Err(ConnectorError::user("the embedded database takes no streamed bodies".into())),
                None => response(Answer::internal_error()),
            }
        })
    }
}

fn response(answer: Answer) -> Result<HttpResponse, ConnectorError> {
    static REQUESTS: AtomicU64 = AtomicU64::new(1);

    let status = StatusCode::try_from(answer.status).map_err(|error| ConnectorError::other(error.into(), None))?;
    let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response.headers_mut().insert("x-amzn-requestid", format!("EMBEDDED{number:020}"));
    Ok(response)
}
