//! An SDK client whose transport immediately returns the same response to every request.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

/// The transport, which returns a fixed response.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    body: Bytes,
    recorded: Option<Recorded>,
}

/// The last request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded(Arc<Mutex<Option<HttpRequest>>>);

impl Recorded {
    pub(crate) fn request(&self) -> HttpRequest {
        let last = self.0.lock().expect("nobody panics with the lock");
        last.as_ref().and_then(HttpRequest::try_clone).expect("a request with a body in memory")
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        self.request().body().bytes().unwrap_or_default().to_vec()
    }
}

impl Canned {
    /// A client of a service that always answers `body`.
    pub(crate) fn client(body: impl Into<Bytes>) -> Client {
        Canned { body: body.into(), recorded: None }.into_client()
    }

    /// Like [`client`](Self::client), but also returns what the client sends.
    pub(crate) fn recording(body: impl Into<Bytes>) -> (Client, Recorded) {
        let recorded = Recorded::default();
        (Canned { body: body.into(), recorded: Some(recorded.clone()) }.into_client(), recorded)
    }

    fn into_client(self) -> Client {
        Client::from_conf(config().http_client(self).build())
    }
}

/// What the clients of all transports have in common.
pub(crate) fn config() -> aws_sdk_dynamodb::config::Builder {
    aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(Credentials::new("bench", "bench", None, None, "bench"))
}

impl HttpClient for Canned {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Canned {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if let Some(Recorded(last)) = &self.recorded {
            *last.lock().expect("nobody panics with the lock") = request.try_clone();
        }
        HttpConnectorFuture::ready(Ok(response(self.body.clone())))
    }
}

/// Builds a successful response of the service.
pub(crate) fn response(body: impl Into<Bytes>) -> HttpResponse {
    let ok = StatusCode::try_from(200).expect("200 is a status");
    let mut response = HttpResponse::new(ok, SdkBody::from(body.into()));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response.headers_mut().insert("x-amzn-requestid", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOP");
    response
}
