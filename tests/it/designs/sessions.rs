//! The design of a session store: sessions that expire, and users with unique names.

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_sessions/sessions.rs"]
mod design;

use singlet::{ErrorKind, Model, Table};

use crate::stand;
use design::{Accounts, Session, User, log_in, log_out, log_out_everywhere, rename, session, sign_up, user_named};

async fn two_users() {
    Accounts::create_table().await.unwrap();
    sign_up("u-1", "ann", "hash").await.unwrap();
    sign_up("u-2", "bob", "hash").await.unwrap();
}

async fn logged_in(username: &str) -> Session {
    log_in(username, |hash| hash == "hash").await.unwrap().unwrap()
}

#[tokio::test]
async fn a_name_is_one_users_until_it_is_given_up() {
    stand::run(async |_| {
        two_users().await;
        assert_eq!(rename("u-2", "ann").await.unwrap_err().kind(), ErrorKind::NotUnique);
        assert_eq!(User::get("u-2").await.unwrap().unwrap().username, "bob");

        rename("u-1", "annie").await.unwrap();
        rename("u-2", "ann").await.unwrap();
        assert_eq!(user_named("ann").await.unwrap().unwrap().id, "u-2");
        assert_eq!(user_named("annie").await.unwrap().unwrap().id, "u-1");
        assert_eq!(user_named("bob").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_user_who_is_signed_up_is_not_replaced() {
    stand::run(async |_| {
        two_users().await;
        assert!(sign_up("u-1", "eve", "hash").await.unwrap_err().is_condition_failed());
        assert_eq!(user_named("eve").await.unwrap(), None);
        sign_up("u-3", "eve", "hash").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_session_needs_the_password_and_ends_an_hour_after_the_last_request() {
    stand::run(async |stand| {
        two_users().await;
        assert_eq!(log_in("ann", |_| false).await.unwrap(), None);
        assert_eq!(log_in("nobody", |_| true).await.unwrap(), None);

        let Session { token, user_id, .. } = logged_in("ann").await;
        assert_eq!(user_id, "u-1");
        stand.advance(3_599);
        assert!(session(&token).await.unwrap().is_some());
        stand.advance(3_599);
        assert!(session(&token).await.unwrap().is_some());
        stand.advance(3_600);
        assert_eq!(session(&token).await.unwrap(), None);
        assert_eq!(session("no such token").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn logging_out_ends_one_session_or_all_of_one_user() {
    stand::run(async |_| {
        two_users().await;
        let (first, other) = (logged_in("ann").await, logged_in("bob").await);
        assert_ne!(first.token, other.token);
        log_out(&first.token).await.unwrap();
        assert_eq!(session(&first.token).await.unwrap(), None);

        // More than one batch holds.
        let mut tokens = Vec::new();
        for _ in 0..27 {
            tokens.push(logged_in("ann").await.token);
        }
        assert_eq!(log_out_everywhere("u-1").await.unwrap(), 27);
        for token in &tokens {
            assert_eq!(session(token).await.unwrap(), None);
        }
        assert!(session(&other.token).await.unwrap().is_some());
    })
    .await;
}
