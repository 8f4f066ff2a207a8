//! What the page says after a change, in the header that htmx turns into an event.

use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

/// A sentence for the page's status line.
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
        // Text that a header cannot have is left out: a notice is not worth an error.
        if let Ok(value) = HeaderValue::from_str(&event.to_string()) {
            parts.headers_mut().insert(HeaderName::from_static("hx-trigger"), value);
        }
        Ok(parts)
    }
}
