//! Why a request was not done, in the form the request wants.

use std::borrow::Cow;

use axum::Json;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use singlet::{Error, ErrorKind};

use crate::notice::Notice;
use crate::pages;
use crate::wants::Wants;

/// A status, and what to tell the caller.
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

    /// The session was never there, or has expired: nobody is told which.
    pub(crate) fn gone() -> Self {
        Problem::new(StatusCode::NOT_FOUND, "there is no such session, or it has expired")
    }

    #[cfg(test)]
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

/// What can be the caller's doing is told; all else is for the log, which gets neither keys nor values.
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let (status, message) = match error.kind() {
            ErrorKind::Throttled | ErrorKind::Timeout | ErrorKind::Connection => {
                (StatusCode::SERVICE_UNAVAILABLE, "DynamoDB does not answer; try again later")
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "that did not work"),
        };
        tracing::error!(kind = ?error.kind(), error = %error, "a request failed");
        Problem::new(status, message)
    }
}

/// Leaves the form to [`render`], which knows the request.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every refusal its body: those of handlers, and those of the layers below, which come without one.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let wants = Wants::of(request.headers());
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let message = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem.message,
        None => status.canonical_reason().unwrap_or("that did not work").to_lowercase().into(),
    };
    let mut rendered = match wants {
        Wants::Json => (status, Json(serde_json::json!({ "error": message }))).into_response(),
        Wants::Page => (status, pages::problem(status, &message)).into_response(),
        Wants::Fragment => (status, Notice::error(&message), message.clone().into_owned()).into_response(),
    };
    // Such as `Allow`.
    for (name, value) in response.headers() {
        rendered.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    rendered
}
