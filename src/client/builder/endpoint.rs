//! The endpoint of a client: where it comes from, and whether this build can reach it.
//!
//! Nothing here connects to it.

use aws_config::SdkConfig;
#[cfg(not(feature = "tls"))]
use aws_smithy_runtime_api::client::http::SharedHttpClient;

const NOT_A_URL: &str = "`endpoint_url` is not an `http://` or `https://` URL with a host";
const WITH_USER: &str = "`endpoint_url` contains a user name or password; use `credentials`";
#[cfg(not(feature = "tls"))]
const NO_TLS: &str = "the endpoint needs HTTPS; enable the cargo feature `tls` of singlet, set `http_client`, \
                      or name an `http://` endpoint";

/// The endpoint that requests go to; `None` for the region's endpoint.
///
/// The SDK does not expose the endpoint that it chooses, so this repeats its rules. It does not see an endpoint in a
/// `[services]` section of the profile: that one works, but `Debug` does not show it.
pub(super) fn of(set: Option<&str>, shared: &SdkConfig) -> Option<String> {
    if let Some(url) = set {
        return Some(url.to_owned());
    }
    let ignored = std::env::var("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").is_ok_and(|on| on.eq_ignore_ascii_case("true"));
    let of_service = std::env::var("AWS_ENDPOINT_URL_DYNAMODB").ok().filter(|url| !ignored && !url.is_empty());
    of_service.or_else(|| shared.endpoint_url().map(str::to_owned))
}

/// The message for a URL that cannot be an endpoint.
pub(super) fn fault(url: &str) -> Option<&'static str> {
    let rest = strip_scheme(url, "http://").or_else(|| strip_scheme(url, "https://"));
    let Some(rest) = rest else { return Some(NOT_A_URL) };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // In a path, `@` is an ordinary character.
    if authority.contains('@') {
        return Some(WITH_USER);
    }
    let host_is_empty = authority.is_empty() || authority.starts_with(':');
    (host_is_empty || url.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(NOT_A_URL)
}

/// The HTTP client of a build without TLS. With TLS, the SDK's default client serves both schemes.
#[cfg(not(feature = "tls"))]
pub(super) fn plain_http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().build_http()
}

/// The message if this build cannot reach `endpoint`, or the region's endpoint if there is none.
pub(super) fn tls_fault(endpoint: Option<&str>) -> Option<&'static str> {
    #[cfg(feature = "tls")]
    let fault = {
        let _ = endpoint;
        None
    };
    #[cfg(not(feature = "tls"))]
    let fault = endpoint.and_then(|url| strip_scheme(url, "http://")).is_none().then_some(NO_TLS);
    fault
}

/// Removes the scheme, which URLs compare without case.
fn strip_scheme<'a>(url: &'a str, scheme: &str) -> Option<&'a str> {
    let head = url.get(..scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then(|| &url[scheme.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_urls_with_a_host_are_endpoints() {
        for url in ["http://localhost:8000", "HTTPS://dynamodb.eu-west-1.amazonaws.com/", "http://[::1]:8000/x?y"] {
            assert_eq!(fault(url), None, "{url}");
        }
        for url in ["", "localhost:8000", "ftp://x", "http://", "http:///x", "http://:8000", "http://a b", "é"] {
            assert_eq!(fault(url), Some(NOT_A_URL), "{url}");
        }
        assert_eq!(fault("http://ann:secret@localhost"), Some(WITH_USER));
        assert_eq!(fault("http://localhost/a@b"), None);
    }

    #[cfg(not(feature = "tls"))]
    #[test]
    fn https_needs_the_feature() {
        assert_eq!(tls_fault(Some("http://localhost")), None);
        assert_eq!(tls_fault(Some("https://localhost")), Some(NO_TLS));
        assert_eq!(tls_fault(None), Some(NO_TLS));
    }
}
