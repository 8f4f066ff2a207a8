//! Requests from other sites are rejected.

use reqwest::StatusCode;

use crate::stand::{self, html, status};

const CREATE: &str = "/sessions?user_name=a&memory_fragment=b";

#[tokio::test]
async fn another_site_can_change_nothing() {
    stand::run(async |stand| {
        let own = format!("http://{}", stand.address);
        let foreign = [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:1"),
        ];
        for (name, value) in foreign {
            assert_eq!(status(stand.post(CREATE).header(name, value)).await, StatusCode::FORBIDDEN, "{name}: {value}");
        }
        assert_eq!(stand.stored().await, 0);
        for (name, value) in [("sec-fetch-site", "same-origin"), ("sec-fetch-site", "none"), ("origin", own.as_str())] {
            assert_eq!(status(stand.post(CREATE).header(name, value)).await, StatusCode::CREATED, "{name}: {value}");
        }
        assert_eq!(status(stand.get("/").header("sec-fetch-site", "cross-site")).await, StatusCode::OK, "a link");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_was_made_to_mean_this_machine_is_refused() {
    stand::run(async |stand| {
        for name in
            ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1"]
        {
            let get = stand.get("/sessions").header("host", name);
            assert_eq!(status(get).await, StatusCode::MISDIRECTED_REQUEST, "{name}");
        }
        for name in ["localhost:8000", "LOCALHOST", "127.0.0.1", "127.0.0.2:80", "[::1]:8000"] {
            assert_eq!(status(stand.get("/sessions").header("host", name)).await, StatusCode::OK, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_answer_says_what_a_page_may_do() {
    stand::run(async |stand| {
        for path in ["/", "/sessions", "/nowhere", "/health", "/assets/app.js", "/sessions/x"] {
            let answer = stand.get(path).send().await.unwrap();
            let headers = answer.headers();
            let policy = headers["content-security-policy"].to_str().unwrap();
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"),
                "{path}"
            );
            assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(headers["referrer-policy"], "no-referrer", "{path}");
        }
        assert_eq!(stand.get("/sessions").send().await.unwrap().headers()["cache-control"], "no-store");
        let (_, page) = html(stand.get("/")).await;
        assert!(!page.contains("<style") && !page.contains(" style=") && !page.contains(" onclick="), "{page}");
        assert_eq!(page.matches("<script").count(), page.matches("<script src=\"/assets/").count());
    })
    .await;
}
