//! Responses of the API, and how errors become responses.

use std::borrow::Cow;

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use serde::Serialize;
use singlet::{Error, ErrorKind};

/// A status and a JSON body.
pub(super) struct ApiResponse {
    status: i64,
    body: String,
}

impl ApiResponse {
    pub(super) fn json(status: i64, body: &impl Serialize) -> Result<Self, ApiError> {
        match serde_json::to_string(body) {
            Ok(body) => Ok(ApiResponse { status, body }),
            Err(_) => Err(ApiError::new(500, "the response could not be serialized")),
        }
    }
}

impl From<ApiError> for ApiResponse {
    fn from(error: ApiError) -> Self {
        let body = serde_json::json!({ "error": error.reason }).to_string();
        ApiResponse { status: error.status, body }
    }
}

impl From<ApiResponse> for ApiGatewayV2httpResponse {
    fn from(answer: ApiResponse) -> Self {
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = answer.status;
        response.body = Some(answer.body.into());
        if let Ok(json) = "application/json".parse() {
            response.headers.insert("content-type", json);
        }
        response
    }
}

/// A status and the reason why the request failed.
#[derive(Debug)]
pub(super) struct ApiError {
    status: i64,
    reason: Cow<'static, str>,
}

impl ApiError {
    pub(super) fn new(status: i64, reason: impl Into<Cow<'static, str>>) -> Self {
        ApiError { status, reason: reason.into() }
    }
}

/// The response explains errors that the caller can cause. Other errors go to the log, without keys and values.
impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        let (status, reason) = match error.kind() {
            ErrorKind::InvalidKey => (400, "an id or key is too long"),
            ErrorKind::InvalidCursor => (400, "`cursor` is damaged or belongs to another list"),
            ErrorKind::TooLarge => (413, "the request is too large for one item"),
            ErrorKind::NotFound => (404, "this customer does not exist"),
            ErrorKind::NotUnique => (409, "the e-mail address is in use"),
            ErrorKind::ConditionFailed | ErrorKind::VersionConflict => (409, "the item has changed in the meantime"),
            ErrorKind::Throttled | ErrorKind::TransactionConflict | ErrorKind::Timeout | ErrorKind::Connection => {
                (503, "try again later")
            }
            _ => (500, "internal error"),
        };
        if status >= 500 {
            eprintln!("{error}");
        }
        ApiError::new(status, reason)
    }
}
