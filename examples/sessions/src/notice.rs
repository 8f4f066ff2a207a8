//! The message that the page shows after a change, in a header that htmx turns into an event.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

/// A message for the status line of the page.
#[derive(Debug)]
pub(crate) struct Notice {
    kind: &'static str,
    text: String,
}

impl Notice {
    pub(crate) fn done(text: &str) -> Self {
        Notice { kind: "done", text: text.to_owned() }
    }

    pub(crate) fn error(text: &str) -> Self {
        Notice { kind: "error", text: text.to_owned() }
    }
}

impl IntoResponseParts for Notice {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        let event = serde_json::json!({ "notice": { "kind": self.kind, "text": self.text } });
        // A notice that is not a valid header value is omitted, because the change itself has succeeded.
        if let Ok(value) = HeaderValue::from_str(&event.to_string()) {
            parts.headers_mut().insert(HeaderName::from_static("hx-trigger"), value);
        }
        Ok(parts)
    }
}
