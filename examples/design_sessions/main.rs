//! A session store: `cargo run --example design_sessions`.
//!
//! | access pattern | keys | function |
//! |---|---|---|
//! | sign up with a unique name | `USER#<id>` / `USER`, and an item per name | `sign_up` |
//! | change the name | the same | `rename` |
//! | find a user by name | `gsi1`: `USERNAME#<name>` / `USER` | `user_named` |
//! | log in | `SESSION#<token>` / `SESSION` | `log_in` |
//! | find and extend the session of a request | the same, with a TTL | `session` |
//! | log out | the same | `log_out` |
//! | log out everywhere | `gsi1`: `SESSIONS_OF#<id>` / `<token>`, then a batch of deletes | `log_out_everywhere` |
//! | lock a user | `USER#<id>` / `USER` | `lock` |
//! | locked users, for reports | a scan | `locked` |
//!
//! The stored type of one attribute has changed: `before.rs` is the program that stored a flag as `yes` or `no`.
//! `convert_users` converts its users.

use std::time::Duration;

use singlet::{Client, ErrorKind, ManualClock, Result, Table};

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod before;
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod sessions;

use sessions::{
    Accounts, convert_users, lock, locked, log_in, log_out, log_out_everywhere, rename, session, sign_up, user_named,
};

#[tokio::main]
async fn main() -> Result<()> {
    let clock = ManualClock::at(1_750_000_000);
    singlet::set_default_client(Client::embedded_with_clock(clock.clone()));
    Accounts::create_table().await?;

    sign_up("u-1", "ann", "$argon2$ann").await?;
    let taken = sign_up("u-2", "ann", "$argon2$eve").await.map_err(|error| error.kind());
    assert_eq!(taken, Err(ErrorKind::NotUnique));
    println!("`ann` signed up; a second user cannot take the name");

    rename("u-1", "annie").await?;
    assert_eq!(user_named("ann").await?, None);
    sign_up("u-2", "ann", "$argon2$new").await?;
    println!("the user is now `annie`, and `ann` is free again");

    let right = |hash: &str| hash == "$argon2$ann";
    assert_eq!(log_in("annie", |_| false).await?, None, "a wrong password");
    let laptop = log_in("annie", right).await?.expect("the right password");
    let phone = log_in("annie", right).await?.expect("a second session");
    println!("logged in twice; the session expires in {:?}", singlet::Model::expires_in(&laptop));

    clock.advance(Duration::from_mins(50));
    assert!(session(&laptop.token).await?.is_some());
    clock.advance(Duration::from_mins(50));
    assert!(session(&laptop.token).await?.is_some(), "a request extended it");
    assert_eq!(session(&phone.token).await?, None, "it was not used for an hour");
    println!("100 minutes later, the session in use is alive and the other one has expired");

    log_out(&laptop.token).await?;
    assert_eq!(session(&laptop.token).await?, None);
    for _ in 0..30 {
        log_in("annie", right).await?;
    }
    // The phone's session is stored until DynamoDB deletes it, so it counts too.
    println!("logged out of {} sessions", log_out_everywhere("u-1").await?);
    assert_eq!(log_out_everywhere("u-1").await?, 0);

    // What the program stored before flags were stored as flags.
    before::sign_up("u-3", "cy", "$argon2$cy").await?;
    before::lock("u-3").await?;
    assert_eq!(log_in("cy", |_| true).await?, None, "locked by the earlier program");
    lock("u-2").await?;
    assert_eq!(locked().await?.len(), 1, "a filter compares what is stored");
    println!("converted {} users", convert_users().await?.progress.changed);
    assert_eq!(locked().await?.len(), 2);
    Ok(())
}
