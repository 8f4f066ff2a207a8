//! Expired sessions are hidden, whether DynamoDB has deleted them or not.

use reqwest::StatusCode;
use serde_json::json;

use crate::stand::{self, START, json, path, status};

#[tokio::test]
async fn what_is_left_counts_down() {
    stand::run(async |stand| {
        let session = stand.session(300).await;
        stand.clock.advance(std::time::Duration::from_millis(100_250));
        let (_, later) = json(stand.get(&path(&session))).await;
        assert_eq!((&later["remaining_ms"], &later["expires_at"]), (&json!(199_750), &session["expires_at"]));
        assert_eq!(stand.listed().await, [later]);
    })
    .await;
}

#[tokio::test]
async fn an_expired_session_is_hidden_although_it_is_still_stored() {
    stand::run(async |stand| {
        let (short, long) = (stand.session(30).await, stand.session(60).await);
        stand.advance(29);
        assert_eq!(stand.listed().await.len(), 2);
        assert_eq!(status(stand.get(&path(&short))).await, StatusCode::OK);
        stand.advance(1);
        assert_eq!(stand.stored().await, 2, "nothing has deleted it");
        let gone = json!({ "error": "the session does not exist or has expired" });
        assert_eq!(json(stand.get(&path(&short))).await, (StatusCode::NOT_FOUND, gone.clone()));
        let extend = format!("{}/extend", path(&short));
        assert_eq!(json(stand.post(&extend)).await, (StatusCode::NOT_FOUND, gone.clone()));
        let listed = stand.listed().await;
        assert_eq!((listed.len(), &listed[0]["token"]), (1, &long["token"]));
        assert_eq!(json(stand.delete(&path(&short))).await, (StatusCode::NOT_FOUND, gone));
    })
    .await;
}

#[tokio::test]
async fn extend_starts_the_countdown_again() {
    stand::run(async |stand| {
        let session = stand.session(60).await;
        let extend = format!("{}/extend", path(&session));
        stand.advance(50);
        let (status, extended) = json(stand.post(&extend)).await;
        assert_eq!((status, &extended["expires_at"]), (StatusCode::OK, &json!(START + 110)));
        assert_eq!((&extended["remaining_ms"], &extended["ttl_seconds"]), (&json!(60_000), &json!(60)));
        stand.advance(59);
        let (_, extended) = json(stand.post(&format!("{extend}?ttl=600"))).await;
        assert_eq!(extended["remaining_ms"], 600_000);
        assert_eq!(stand.listed().await, [extended]);
        stand.advance(600);
        assert_eq!(stand.listed().await, [json!(null); 0]);
    })
    .await;
}

#[tokio::test]
async fn a_read_does_not_extend_a_ttl() {
    stand::run(async |stand| {
        let session = stand.session(60).await;
        stand.advance(50);
        stand.listed().await;
        assert_eq!(status(stand.get(&path(&session))).await, StatusCode::OK);
        stand.advance(10);
        assert_eq!(status(stand.get(&path(&session))).await, StatusCode::NOT_FOUND);
    })
    .await;
}
