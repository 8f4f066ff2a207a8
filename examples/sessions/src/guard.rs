//! Protects a server on a user's own machine from other web sites: security headers, host checks, cross-site checks.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The headers of every response: no inline scripts, nothing from other sites, and no tokens in referrers.
const HEADERS: [(HeaderName, &str); 7] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (VARY, "accept, hx-request"),
    (CACHE_CONTROL, "no-store"),
];

/// Adds [`HEADERS`] unless a handler has set them.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Rejects requests that another site's page makes the user's browser send.
///
/// `is_local` means that only this machine can reach the server. Every other host name is then a sign of DNS rebinding:
/// another site's name that resolves to this machine. The browser considers that the same site, so only the host name
/// can reveal it.
pub(crate) async fn same_site(State(is_local): State<bool>, request: Request, next: Next) -> Response {
    let host = host(&request);
    if is_local && !host.as_ref().is_some_and(is_this_machine) {
        return Problem::new(StatusCode::MISDIRECTED_REQUEST, "unknown host name").into_response();
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && is_foreign(request.headers(), host.as_ref()) {
        return Problem::new(StatusCode::FORBIDDEN, "changes from other sites are not allowed").into_response();
    }
    next.run(request).await
}

fn host(request: &Request) -> Option<Authority> {
    let from_uri = request.uri().authority().cloned();
    from_uri.or_else(|| request.headers().get(HOST)?.to_str().ok()?.parse().ok())
}

fn is_this_machine(host: &Authority) -> bool {
    let name = host.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Whether a browser sent the request for another site. Requests without these headers are not from browsers.
fn is_foreign(headers: &HeaderMap, host: Option<&Authority>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return !matches!(site.as_bytes(), b"same-origin" | b"none");
    }
    let Some(origin) = headers.get(ORIGIN) else { return false };
    let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    !origin.is_some_and(|(_, name)| host.is_some_and(|host| host.as_str().eq_ignore_ascii_case(name)))
}
