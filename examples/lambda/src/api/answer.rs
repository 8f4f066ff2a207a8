use std::borrow::Cow;

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use serde::Serialize;
use singlet::{Error, ErrorKind};

/// A status and a JSON body.
pub(super) struct Answer {
    status: i64,
    body: String,
}

impl Answer {
    pub(super) fn json(status: i64, body: &impl Serialize) -> Result<Self, Refusal> {
        match serde_json::to_string(body) {
            Ok(body) => Ok(Answer { status, body }),
            Err(_) => Err(Refusal::new(500, "the answer could not be written")),
        }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let body = serde_json::json!({ "error": refusal.reason }).to_string();
        Answer { status: refusal.status, body }
    }
}

impl From<Answer> for ApiGatewayV2httpResponse {
    fn from(answer: Answer) -> Self {
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = answer.status;
        response.body = Some(answer.body.into());
        if let Ok(json) = "application/json".parse() {
            response.headers.insert("content-type", json);
        }
        response
    }
}

/// A status and why the request was not done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: i64,
    reason: Cow<'static, str>,
}

impl Refusal {
    pub(super) fn new(status: i64, reason: impl Into<Cow<'static, str>>) -> Self {
        Refusal { status, reason: reason.into() }
    }
}

/// What can be the caller's doing is told; all else is for the log, which gets neither keys nor values.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let (status, reason) = match error.kind() {
            ErrorKind::InvalidKey => (400, "an id or key is too long"),
            ErrorKind::InvalidCursor => (400, "`cursor` is damaged, or of another list"),
            ErrorKind::TooLarge => (413, "that is too much for one item"),
            ErrorKind::NotFound => (404, "there is no such customer"),
            ErrorKind::NotUnique => (409, "the e-mail address is in use"),
            ErrorKind::ConditionFailed | ErrorKind::VersionConflict => (409, "it has been changed meanwhile"),
            ErrorKind::Throttled | ErrorKind::TransactionConflict | ErrorKind::Timeout | ErrorKind::Connection => {
                (503, "try again later")
            }
            _ => (500, "that did not work"),
        };
        if status >= 500 {
            eprintln!("{error}");
        }
        Refusal::new(status, reason)
    }
}
