//! Creating, reading, listing and deleting sessions.

use reqwest::StatusCode;
use serde_json::json;
use sessions_app::session::Session;
use uuid::Uuid;

use crate::stand::{self, START, json, path, status};

#[tokio::test]
async fn a_session_is_created_and_read_back() {
    stand::run(async |stand| {
        let create = stand.post("/sessions?user_name=Ada+L.&memory_fragment=the%20smell%20of%20rain&ttl=30");
        let answer = create.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let location = answer.headers()["location"].to_str().unwrap().to_owned();
        let session: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(location, path(&session));
        let expected = json!({
            "token": session["token"],
            "user_name": "Ada L.",
            "memory_fragment": "the smell of rain",
            "created_at": "2096-10-02T07:06:40Z",
            "ttl_seconds": 30,
            "expires_at": START + 30,
            "remaining_ms": 30_000,
        });
        assert_eq!(session, expected);
        assert_eq!(json(stand.get(&location)).await, (StatusCode::OK, expected.clone()));
        assert_eq!(stand.listed().await, [expected]);
    })
    .await;
}

#[tokio::test]
async fn without_a_ttl_the_model_says_how_long() {
    stand::run(async |stand| {
        for path in ["/sessions?user_name=a&memory_fragment=b", "/sessions?user_name=a&memory_fragment=b&ttl="] {
            let (_, session) = json(stand.post(path)).await;
            assert_eq!((&session["ttl_seconds"], &session["remaining_ms"]), (&json!(300), &json!(300_000)));
            assert_eq!(session["expires_at"], START + 300);
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_does_as_well_as_the_query_and_wins_over_it() {
    stand::run(async |stand| {
        let form = [("user_name", "Bo"), ("memory_fragment", "100 % & more\nnext line"), ("ttl", "7")];
        let (status, session) = json(stand.post("/sessions?user_name=nobody").form(&form)).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!((&session["user_name"], &session["ttl_seconds"]), (&json!("Bo"), &json!(7)));
        assert_eq!(session["memory_fragment"], "100 % & more\nnext line");
    })
    .await;
}

#[tokio::test]
async fn the_list_has_the_newest_first() {
    stand::run(async |stand| {
        for (ttl, later) in [(100, 10), (500, 10), (50, 0)] {
            stand.session(ttl).await;
            stand.advance(later);
        }
        let ttls: Vec<_> = stand.listed().await.iter().map(|session| session["ttl_seconds"].clone()).collect();
        assert_eq!(ttls, [50, 500, 100]);
    })
    .await;
}

#[tokio::test]
async fn a_session_is_deleted_once() {
    stand::run(async |stand| {
        let (kept, ended) = (stand.session(60).await, stand.session(60).await);
        let answer = stand.delete(&path(&ended)).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.text().await.unwrap(), "");
        assert_eq!(status(stand.delete(&path(&ended))).await, StatusCode::NOT_FOUND);
        assert_eq!(status(stand.get(&path(&ended))).await, StatusCode::NOT_FOUND);
        assert_eq!(stand.listed().await, [kept]);
        assert_eq!(stand.stored().await, 1);
    })
    .await;
}

#[tokio::test]
async fn tokens_are_random_uuids() {
    stand::run(async |stand| {
        let (one, other) = (stand.session(60).await, stand.session(60).await);
        assert_ne!(one["token"], other["token"]);
        let token: Uuid = one["token"].as_str().unwrap().parse().unwrap();
        assert_eq!(token.get_version_num(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_list_has_five_hundred_sessions_at_most() {
    stand::run(async |stand| {
        let oldest = stand.session(600).await;
        stand.advance(1);
        let sessions: Vec<_> = (0..500_u64)
            .map(|n| {
                let builder = Session::builder().token(Uuid::from_u128(n.into())).user_name("a").memory_fragment("b");
                builder.ttl_seconds(300).build()
            })
            .collect();
        singlet::batch_write().put_all(&sessions).await.unwrap();
        let listed = stand.listed().await;
        assert_eq!(listed.len(), 500);
        assert!(!listed.contains(&oldest));
        let (_, page) = stand::html(stand.get("/")).await;
        assert!(page.contains(r#"<span id="live">500</span> or more live"#));
    })
    .await;
}
