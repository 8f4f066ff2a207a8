//! Serves styles, scripts and fonts from the binary. The page loads nothing from other sites.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const WOFF2: &str = "font/woff2";

/// The media type and the bytes of an asset.
fn asset(name: &str) -> Option<(&'static str, &'static [u8])> {
    Some(match name {
        "app.css" => ("text/css; charset=utf-8", include_bytes!("../assets/app.css")),
        "app.js" => (JAVASCRIPT, include_bytes!("../assets/app.js")),
        "favicon.svg" => ("image/svg+xml", include_bytes!("../assets/favicon.svg")),
        "htmx.min.js" => (JAVASCRIPT, include_bytes!("../assets/vendor/htmx.min.js")),
        "idiomorph-ext.min.js" => (JAVASCRIPT, include_bytes!("../assets/vendor/idiomorph-ext.min.js")),
        "space-grotesk.woff2" => (WOFF2, include_bytes!("../assets/vendor/space-grotesk.woff2")),
        "fraunces-italic.woff2" => (WOFF2, include_bytes!("../assets/vendor/fraunces-italic.woff2")),
        _ => return None,
    })
}

/// `GET /assets/{name}`. Browsers validate each asset by its tag and download it once.
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some((media_type, bytes)) = asset(&name) else {
        return Problem::new(StatusCode::NOT_FOUND, "file not found").into_response();
    };
    let tag = tag(bytes);
    // Always validated, because the assets can change with each version under the same names.
    let cached = [(ETAG, tag.as_str()), (CACHE_CONTROL, "no-cache")];
    if headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, [(CONTENT_TYPE, media_type)], bytes).into_response()
}

fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}
