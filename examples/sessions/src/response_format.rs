//! Chooses the response format by the headers of a request.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

/// The header that htmx sends with each of its requests.
pub(crate) const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");

/// The format of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseFormat {
    /// JSON, for requests that do not prefer HTML.
    Json,
    /// A complete HTML page.
    Page,
    /// The part of the page that htmx replaces.
    Fragment,
}

impl ResponseFormat {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let (mut html, mut json) = (None, None);
        for range in accepted.flat_map(|list| list.split(',')) {
            let (media, quality) = parse(range);
            match media.as_str() {
                "text/html" => html = Some(quality),
                "application/json" => json = Some(quality),
                // `*/*` does not count as HTML, because programs send it too.
                _ => {}
            }
        }
        match html {
            Some(html) if html > 0.0 && html >= json.unwrap_or(0.0) => {
                if headers.contains_key(HX_REQUEST) {
                    ResponseFormat::Fragment
                } else {
                    ResponseFormat::Page
                }
            }
            _ => ResponseFormat::Json,
        }
    }
}

/// Parses a media range of the header `Accept` into its lower-case media type and its quality.
fn parse(range: &str) -> (String, f32) {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (media, quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0)))
}

impl<S: Sync> FromRequestParts<S> for ResponseFormat {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(ResponseFormat::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format_for(accept: &str) -> ResponseFormat {
        ResponseFormat::of(&HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]))
    }

    #[test]
    fn html_is_for_those_who_prefer_it() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
        for page in [browser, "text/html", "TEXT/HTML; q=1", "application/json;q=0.5, text/html;q=0.6"] {
            assert_eq!(format_for(page), ResponseFormat::Page, "{page}");
        }
        for json in
            ["*/*", "application/json", "", "text/html;q=0", "application/json, text/html;q=0.9", "text/html;q=x"]
        {
            assert_eq!(format_for(json), ResponseFormat::Json, "{json}");
        }
        assert_eq!(ResponseFormat::of(&HeaderMap::new()), ResponseFormat::Json);
    }

    #[test]
    fn htmx_gets_a_fragment() {
        let headers = [(ACCEPT, "text/html".parse().unwrap()), (HX_REQUEST, "true".parse().unwrap())];
        assert_eq!(ResponseFormat::of(&HeaderMap::from_iter(headers)), ResponseFormat::Fragment);
    }
}
