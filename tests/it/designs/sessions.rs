//! The design of a session store: sessions that expire, and users with unique names.

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_sessions/before.rs"]
mod before;
#[allow(clippy::module_inception, reason = "the design has the name of its file")]
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_sessions/sessions.rs"]
mod sessions;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{ErrorKind, Model, Table};

use crate::stand::{self, s};
use sessions::{
    Accounts, Session, User, convert_users, lock, locked, log_in, log_out, log_out_everywhere, rename, session,
    sign_up, user_named,
};

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

/// The schema change of this design: the flag was stored as a text, and is read with a function.
#[tokio::test]
async fn users_of_the_first_program_are_locked_if_they_were() {
    stand::run(async |stand| {
        Accounts::create_table().await.unwrap();
        before::sign_up("u-1", "ann", "hash").await.unwrap();
        before::sign_up("u-2", "bob", "hash").await.unwrap();
        before::sign_up("u-3", "eve", "hash").await.unwrap();
        before::lock("u-2").await.unwrap();
        let stored = async |id: &str| {
            let items = stand.stored("accounts").await;
            let user = items.into_iter().find(|item| item.get("id") == Some(&s(id)) && item["sk"] == s("USER"));
            user.unwrap().remove("is_locked")
        };
        assert_eq!((stored("u-1").await, stored("u-2").await), (Some(s("no")), Some(s("yes"))));

        // Read, and found by what the change does not concern.
        assert!(!user_named("ann").await.unwrap().unwrap().is_locked);
        assert!(user_named("bob").await.unwrap().unwrap().is_locked);
        assert_eq!(log_in("bob", |_| true).await.unwrap(), None);
        let ann = logged_in("ann").await;
        assert_eq!(ann.user_id, "u-1");

        // Changed, and the rest of the item remains. A rename leaves the text as it is.
        assert!(lock("u-1").await.unwrap().is_locked);
        assert_eq!(stored("u-1").await, Some(AttributeValue::Bool(true)));
        assert!(rename("u-2", "robert").await.unwrap().is_locked);
        assert_eq!(stored("u-2").await, Some(s("yes")));

        // A filter compares what is stored, so the old users are found once they are converted.
        let ids = async || {
            let mut ids: Vec<String> = locked().await.unwrap().into_iter().map(|user| user.id).collect();
            ids.sort();
            ids
        };
        assert_eq!(ids().await, ["u-1"]);
        let report = convert_users().await.unwrap();
        assert_eq!((report.progress.read, report.progress.changed, report.failures.len()), (3, 2, 0));
        assert_eq!(ids().await, ["u-1", "u-2"]);
        assert_eq!(stored("u-3").await, Some(AttributeValue::Bool(false)));
        assert_eq!(log_in("robert", |_| true).await.unwrap(), None);
        assert_eq!(sign_up("u-4", "robert", "hash").await.unwrap_err().kind(), ErrorKind::NotUnique);
        assert!(session(&ann.token).await.unwrap().is_some());

        // A text that the first program never wrote does not unlock a user.
        let mut odd =
            stand.stored("accounts").await.into_iter().find(|item| item.get("id") == Some(&s("u-2"))).unwrap();
        odd.insert("is_locked".into(), s("perhaps"));
        stand.put_raw("accounts", odd).await;
        let error = log_in("robert", |_| true).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("is_locked")));
    })
    .await;
}
