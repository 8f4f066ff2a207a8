//! Styles, scripts and fonts are served from the binary.

use reqwest::StatusCode;

use crate::stand::{self, html, status};

#[tokio::test]
async fn everything_a_page_names_is_served_and_nothing_is_elsewhere() {
    stand::run(async |stand| {
        let (_, page) = html(stand.get("/")).await;
        let named: Vec<_> = page.split('"').filter(|text| text.starts_with("/assets/")).collect();
        assert_eq!(named.len(), 7, "{named:?}");
        assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("src=\"//"), "{page}");
        for asset in named {
            let answer = stand.get(asset).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{asset}");
            let tag = answer.headers()["etag"].clone();
            assert_eq!(answer.headers()["cache-control"], "no-cache");
            let media_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
            let expected = match asset.rsplit('.').next().unwrap() {
                "css" => "text/css; charset=utf-8",
                "js" => "text/javascript; charset=utf-8",
                "svg" => "image/svg+xml",
                _ => "font/woff2",
            };
            assert_eq!(media_type, expected, "{asset}");
            assert!(!answer.bytes().await.unwrap().is_empty(), "{asset}");
            let again = stand.get(asset).header("if-none-match", tag);
            assert_eq!(status(again).await, StatusCode::NOT_MODIFIED, "{asset}");
        }
        for absent in ["/assets/", "/assets/x.js", "/assets/..%2Fapp.css", "/assets/htmx.LICENSE"] {
            assert_eq!(status(stand.get(absent)).await, StatusCode::NOT_FOUND, "{absent}");
        }
    })
    .await;
}
