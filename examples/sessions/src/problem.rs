//! Error responses, in the format that the request accepts.

use std::borrow::Cow;

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use singlet::{Error, ErrorKind};

use crate::notice::Notice;
use crate::pages;
use crate::response_format::ResponseFormat;

const FAILED: &str = "something went wrong; try again later";

/// What to say of a response of axum itself, which has only a status.
fn text_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "page not found",
        StatusCode::METHOD_NOT_ALLOWED => "this address does not support that kind of request",
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => "this took too long; try again",
        StatusCode::PAYLOAD_TOO_LARGE => "this is too long; shorten the text",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "the request has a type of content that is not supported here",
        StatusCode::FORBIDDEN => "this is only possible from the page itself",
        status if status.is_client_error() => "the request is not valid; check what you have entered",
        _ => FAILED,
    }
}

/// A status and a message for the caller.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    message: Cow<'static, str>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Problem { status, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, message)
    }

    /// The session never existed or has expired. The response does not reveal which.
    pub(crate) fn gone() -> Self {
        Problem::new(StatusCode::NOT_FOUND, "the session does not exist or has expired")
    }

    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

/// Reports only what callers can act on. Details go to the log, without keys and values.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (status, message) = match error.kind() {
            ErrorKind::Throttled | ErrorKind::Timeout | ErrorKind::Connection => {
                (StatusCode::SERVICE_UNAVAILABLE, "DynamoDB is not responding; try again later")
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, FAILED),
        };
        tracing::error!(kind = ?error.kind(), error = %error, "request failed");
        Problem::new(status, message)
    }
}

/// An empty response, to which [`render`] adds a body, because only it knows the request.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Adds the body to every error response, including those of axum itself, which have none.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let format = ResponseFormat::of(request.headers());
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let message = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem.message,
        None => text_of(status).into(),
    };
    let mut rendered = match format {
        ResponseFormat::Json => (status, Json(serde_json::json!({ "error": message }))).into_response(),
        ResponseFormat::Page => (status, pages::problem(status, &message)).into_response(),
        ResponseFormat::Fragment => (status, Notice::error(&message), message.clone().into_owned()).into_response(),
    };
    // Keeps headers such as `Allow`.
    for (name, value) in response.headers() {
        rendered.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    rendered
}
