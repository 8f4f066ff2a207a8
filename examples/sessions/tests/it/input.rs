//! Invalid requests and their responses.

use reqwest::{Method, StatusCode};

use crate::stand::{self, json, path, status};

const TOKEN: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

#[tokio::test]
async fn bad_input_is_refused_with_a_message_and_nothing_is_stored() {
    let text = |n: usize| "ä".repeat(n);
    let create = |user: &str, fragment: &str, ttl: &str| {
        let mut query = form_urlencoded::Serializer::new(String::from("/sessions?"));
        query.extend_pairs([("user_name", user), ("memory_fragment", fragment), ("ttl", ttl)]);
        query.finish()
    };
    let paths = [
        create("a", "b", "0"),
        create("a", "b", "-5"),
        create("a", "b", "604801"),
        create("a", "b", "99999999999999999999999999"),
        create("a", "b", "1.5"),
        create("a", "b", "soon"),
        create("a", "b", "NaN"),
        create("", "b", "5"),
        create("  \u{a0} ", "b", "5"),
        create("a", "", "5"),
        create(&text(65), "b", "5"),
        create("a", &text(501), "5"),
        create("a\u{0}", "b", "5"),
        create("a", "\u{1b}[31m", "5"),
        "/sessions".to_owned(),
        "/sessions?user_name=a".to_owned(),
        format!("/sessions/{TOKEN}/extend?ttl=0"),
        format!("/sessions/{TOKEN}/extend?ttl=x"),
        "/sessions/x/extend".to_owned(),
    ];
    stand::run(async |stand| {
        for path in &paths {
            let (status, body) = json(stand.post(path)).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
            assert!(body["error"].as_str().is_some_and(|message| message.len() > 10), "{path}: {body}");
        }
        for most in [create(&text(64), &text(500), "604800"), create("a", "b", "1")] {
            assert_eq!(status(stand.post(&most)).await, StatusCode::CREATED, "{most}");
        }
        assert_eq!(stand.stored().await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_malformed_token_is_a_bad_request_and_an_unknown_one_not_found() {
    let simple = TOKEN.replace('-', "");
    let malformed = ["x", "1", &simple, &format!("{{{TOKEN}}}"), &TOKEN[1..], "%00", "%FF", "a%2Fb", "🜚", "..%2f.."];
    stand::run(async |stand| {
        for token in malformed {
            for method in [Method::GET, Method::DELETE] {
                let (status, body) = json(stand.request(method, &format!("/sessions/{token}"))).await;
                assert_eq!(
                    (status, body["error"].as_str()),
                    (StatusCode::BAD_REQUEST, Some("the token is not a valid UUID"))
                );
            }
        }
        for method in [Method::GET, Method::DELETE] {
            assert_eq!(json(stand.request(method, &format!("/sessions/{TOKEN}"))).await.0, StatusCode::NOT_FOUND);
        }
        assert_eq!(json(stand.post(&format!("/sessions/{TOKEN}/extend"))).await.0, StatusCode::NOT_FOUND);
        let session = stand.session(60).await;
        let upper = path(&session).to_uppercase().replace("SESSIONS", "sessions");
        assert_eq!(status(stand.get(&upper)).await, StatusCode::OK, "hexadecimal digits have no case");
    })
    .await;
}

#[tokio::test]
async fn bodies_are_forms_of_16_kib_at_most() {
    stand::run(async |stand| {
        let big = format!("user_name=a&memory_fragment={}", "x".repeat(17_000));
        let post = stand.post("/sessions").header("content-type", "application/x-www-form-urlencoded").body(big);
        assert_eq!(json(post).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        let post = stand.post("/sessions").header("content-type", "application/json").body(r#"{"user_name":"a"}"#);
        assert_eq!(json(post).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        let form = "user_name=a&memory_fragment=%FF%FE&ttl=9";
        let typed = stand.post("/sessions").header("content-type", "Application/X-WWW-Form-URLencoded; charset=utf-8");
        let (status, session) = json(typed.body(form)).await;
        assert_eq!((status, session["memory_fragment"].as_str()), (StatusCode::CREATED, Some("\u{fffd}\u{fffd}")));
    })
    .await;
}

#[tokio::test]
async fn what_there_is_not_is_said_so() {
    stand::run(async |stand| {
        let (status, body) = json(stand.get("/nowhere")).await;
        assert_eq!((status, body["error"].as_str()), (StatusCode::NOT_FOUND, Some("page not found")));
        let answer = stand.request(Method::PUT, "/sessions").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()["allow"], "GET,HEAD,POST");
        assert!(answer.text().await.unwrap().contains("method not allowed"));
    })
    .await;
}
