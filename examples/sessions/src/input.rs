//! Extracts and validates parameters and tokens.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::extract::{FromRequest, Path, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, request::Parts};
use uuid::Uuid;

use crate::problem::Problem;

/// The longest TTL in seconds: one week.
pub(crate) const MAX_TTL: u64 = 604_800;

/// The maximum length of a user name in characters.
pub(crate) const MAX_USER_NAME: usize = 64;

/// The maximum length of a memory fragment in characters.
pub(crate) const MAX_FRAGMENT: usize = 500;

/// The parameters of the query and of the form in the body, which takes precedence.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    user_name: Option<String>,
    memory_fragment: Option<String>,
    ttl: Option<String>,
}

impl Parameters {
    fn take(&mut self, encoded: &[u8]) {
        for (name, value) in form_urlencoded::parse(encoded) {
            match &*name {
                "user_name" => self.user_name = Some(value.into_owned()),
                "memory_fragment" => self.memory_fragment = Some(value.into_owned()),
                "ttl" => self.ttl = Some(value.into_owned()),
                // Unknown parameters are ignored, so that clients of later versions work.
                _ => {}
            }
        }
    }

    pub(crate) fn user_name(&mut self) -> Result<String, Problem> {
        text(self.user_name.take(), "user_name", MAX_USER_NAME)
    }

    pub(crate) fn memory_fragment(&mut self) -> Result<String, Problem> {
        text(self.memory_fragment.take(), "memory_fragment", MAX_FRAGMENT)
    }

    /// The TTL in whole seconds, or `None` if it is missing or empty, as in a form without a value.
    pub(crate) fn ttl(&self) -> Result<Option<Duration>, Problem> {
        let Some(ttl) = self.ttl.as_deref().map(str::trim).filter(|ttl| !ttl.is_empty()) else { return Ok(None) };
        let digits = ttl.strip_prefix(['-', '+']).unwrap_or(ttl);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.is_empty() {
            return Err(Problem::invalid("`ttl` must be a whole number of seconds"));
        }
        // A number that does not parse here overflows or is negative.
        match ttl.parse() {
            Ok(seconds @ 1..=MAX_TTL) => Ok(Some(Duration::from_secs(seconds))),
            _ => Err(Problem::invalid(format!("`ttl` must be from 1 to {MAX_TTL} seconds"))),
        }
    }
}

fn text(value: Option<String>, name: &str, max: usize) -> Result<String, Problem> {
    let value = value.unwrap_or_default();
    let value = value.trim();
    if value.is_empty() {
        return Err(Problem::invalid(format!("`{name}` is missing or blank")));
    }
    if value.chars().count() > max {
        return Err(Problem::invalid(format!("`{name}` must be at most {max} characters")));
    }
    if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Problem::invalid(format!("`{name}` contains control characters")));
    }
    Ok(value.to_owned())
}

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let mut parameters = Parameters::default();
        parameters.take(request.uri().query().unwrap_or_default().as_bytes());
        let is_form = request.headers().get(CONTENT_TYPE).is_some_and(|value| {
            let media = value.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
            media.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
        });
        let Ok(body) = Bytes::from_request(request, state).await else {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
        };
        if !body.is_empty() && !is_form {
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body is not a form"));
        }
        parameters.take(&body);
        Ok(parameters)
    }
}

/// The token in a path.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token(pub(crate) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for Token {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await.map(|Path(text)| text).unwrap_or_default();
        // Only the hyphenated form, so that a session has one URL.
        match Uuid::try_parse(&text) {
            Ok(token) if text.len() == 36 => Ok(Token(token)),
            _ => Err(Problem::invalid("the token is not a valid UUID")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ttl(text: &str) -> Result<Option<u64>, Problem> {
        let ttl = Parameters { ttl: Some(text.to_owned()), ..Parameters::default() }.ttl()?;
        Ok(ttl.map(|ttl| ttl.as_secs()))
    }

    #[test]
    fn a_ttl_is_a_week_at_most() {
        assert_eq!(ttl("1").unwrap(), Some(1));
        assert_eq!(ttl(" 604800 ").unwrap(), Some(MAX_TTL));
        assert_eq!(ttl("").unwrap(), None);
        for bad in ["0", "-1", "604801", "99999999999999999999999", "1.5", "1e3", "ten", "-", "٣", "1 2"] {
            assert_eq!(ttl(bad).unwrap_err().status(), StatusCode::BAD_REQUEST, "{bad}");
        }
    }

    #[test]
    fn the_form_wins_over_the_query() {
        let mut parameters = Parameters::default();
        parameters.take(b"user_name=a&ttl=5&unknown=1");
        parameters.take(b"user_name=b+c%26");
        assert_eq!(parameters.ttl().unwrap(), Some(Duration::from_secs(5)));
        assert_eq!(parameters.user_name().unwrap(), "b c&");
        assert!(parameters.memory_fragment().is_err());
    }
}
