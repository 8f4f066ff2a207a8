//! Login sessions that expire: log in, stay active, time out, log out.

use std::time::Duration;

use singlet::{Client, ErrorKind, ExpiresIn, ManualClock, Model, Result, TTLAttribute};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "sessions", hash_key = "SESSION#{token}")]
struct Session {
    #[model(key_only)]
    token: String,
    user_id: String,
    expires_at: TTLAttribute,
}

async fn log_in(token: &str, user_id: &str) -> Result<Session> {
    let mut session = Session::builder().token(token).user_id(user_id).expires_at(ExpiresIn::hours(1)).build();
    session.create().await?;
    Ok(session)
}

/// Returns the session of a request unless it has expired, and extends it to an hour from now.
async fn authenticate(token: &str) -> Result<Option<Session>> {
    let Some(mut session) = Session::get(token).await?.filter(|session| !session.is_expired()) else {
        return Ok(None);
    };
    // The session may have expired or been deleted since it was read. The write checks that again.
    match session.extend_ttl(ExpiresIn::hours(1)).await {
        Ok(()) => Ok(Some(session)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Expired) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn log_out(token: &str) -> Result<()> {
    Session::delete_by_key(token).await
}

#[tokio::main]
async fn main() -> Result<()> {
    let clock = ManualClock::at(1_750_000_000);
    singlet::set_default_client(Client::embedded_with_clock(clock.clone()));
    Session::create_table().await?;

    let session = log_in("t0k3n", "ann").await?;
    println!("{} logged in for {:?}", session.user_id, session.expires_in());

    let minutes = |n: u64| clock.advance(Duration::from_mins(n));
    minutes(50);
    let session = authenticate("t0k3n").await?;
    println!("50 minutes later: {}", if session.is_some() { "active, and extended by an hour" } else { "logged out" });
    assert!(session.is_some());

    minutes(50);
    assert!(authenticate("t0k3n").await?.is_some(), "activity extends the session");

    minutes(61);
    assert_eq!(authenticate("t0k3n").await?, None);
    println!("61 idle minutes later: logged out, although the item is stored until DynamoDB deletes it");

    log_in("t0k3n", "ann").await?;
    log_out("t0k3n").await?;
    assert_eq!(authenticate("t0k3n").await?, None);
    println!("logged in and out again");
    Ok(())
}
