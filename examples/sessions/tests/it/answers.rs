//! The response formats: JSON, a page, or a part of one, as `Accept` says.

use reqwest::StatusCode;

use crate::stand::{self, html, htmx, json, path};

#[tokio::test]
async fn the_same_addresses_answer_browsers_with_pages() {
    stand::run(async |stand| {
        let session = stand.session(60).await;
        for page in ["/", "/sessions", &path(&session)] {
            let (status, page) = html(stand.get(page)).await;
            assert_eq!(status, StatusCode::OK);
            assert!(page.starts_with("<!doctype html>") && page.contains(">Ada</h3>"), "{page}");
        }
        let (status, page) = html(stand.get("/sessions/67e55044-10b1-426f-9247-bb680e5fe0c8")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(page.contains("the session does not exist or has expired"), "{page}");
        assert_eq!(json(stand.get("/sessions").header("accept", "application/json")).await.0, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn htmx_gets_the_list_alone() {
    stand::run(async |stand| {
        let session = stand.session(60).await;
        let list = htmx(stand.get("/sessions")).send().await.unwrap();
        assert_eq!(list.headers()["vary"], "accept, hx-request");
        let list = list.text().await.unwrap();
        assert!(
            !list.contains("<html") && list.contains(&format!("id=\"session-{}\"", session["token"].as_str().unwrap()))
        );
    })
    .await;
}

#[tokio::test]
async fn a_change_answers_htmx_with_the_list_and_a_notice() {
    stand::run(async |stand| {
        let cards = async |request| {
            let answer = htmx(request).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            assert!(answer.headers()["hx-trigger"].to_str().unwrap().starts_with(r#"{"notice":{"kind":"done","#));
            answer.text().await.unwrap().matches("<li class=\"card\"").count()
        };
        let (one, _) = (stand.session(60).await, stand.session(60).await);
        assert_eq!(cards(stand.post("/sessions?user_name=a&memory_fragment=b")).await, 3);
        assert_eq!(cards(stand.post(&format!("{}/extend", path(&one)))).await, 3);
        assert_eq!(cards(stand.delete(&path(&one))).await, 2);

        let refused = htmx(stand.delete(&path(&one))).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::NOT_FOUND);
        let notice = r#"{"notice":{"kind":"error","text":"the session does not exist or has expired"}}"#;
        assert_eq!(refused.headers()["hx-trigger"], notice);
    })
    .await;
}

#[tokio::test]
async fn forms_work_without_scripts() {
    stand::run(async |stand| {
        let form = [("user_name", "a"), ("memory_fragment", "b"), ("ttl", "60")];
        let answer = stand.post("/sessions").form(&form).header("accept", "text/html").send().await.unwrap();
        assert_eq!((answer.status(), &answer.headers()["location"]), (StatusCode::SEE_OTHER, &"/".parse().unwrap()));
        assert_eq!(stand.listed().await.len(), 1);
    })
    .await;
}
