//! Users with names of their own, and the sessions they log in to.

use singlet::{ErrorKind, ExpiresIn, Key, Model, Result, TTLAttribute, Table};

#[derive(Debug, Table)]
#[table(name = "accounts", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
// Both questions to the index are answered by keys: it costs next to nothing.
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
pub struct Accounts;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "USER#{id}", range_key = "USER")]
#[model(index(gsi1, hash_key = "USERNAME#{username}", range_key = "USER"))]
pub struct User {
    pub id: String,
    #[model(unique)]
    pub username: String,
    /// Made by a function for passwords, such as Argon2; never the password.
    #[model(sensitive)]
    pub password_hash: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "SESSION#{token}", range_key = "SESSION")]
#[model(index(gsi1, hash_key = "SESSIONS_OF#{user_id}", range_key = "{token}"))]
pub struct Session {
    /// Whoever has it is logged in.
    #[model(generated = "uuid_v4", sensitive)]
    pub token: String,
    pub user_id: String,
    pub expires_at: TTLAttribute,
}

/// How long a session lasts without a request.
fn idle() -> TTLAttribute {
    ExpiresIn::hours(1)
}

/// A new user; `NotUnique` when somebody has the name.
pub async fn sign_up(id: &str, username: &str, password_hash: &str) -> Result<User> {
    let mut user = User::builder().id(id).username(username).password_hash(password_hash).build();
    user.create().await?;
    Ok(user)
}

/// Gives the user another name, and the old one free.
pub async fn rename(id: &str, username: &str) -> Result<User> {
    User::update(id).set(|u| u.username, username).await
}

/// The user of this name. The index is behind the table by some milliseconds, the item itself is not.
pub async fn user_named(username: &str) -> Result<Option<User>> {
    match User::index(Accounts::GSI1).query(username).keys().one().await? {
        Some(key) => Ok(User::get(&key).consistent().await?.filter(|user| user.username == username)),
        None => Ok(None),
    }
}

/// A new session, when the name is somebody's and `is_password` says that this is who wants it.
pub async fn log_in(username: &str, is_password: impl FnOnce(&str) -> bool) -> Result<Option<Session>> {
    let Some(user) = user_named(username).await?.filter(|user| is_password(&user.password_hash)) else {
        return Ok(None);
    };
    let mut session = Session::builder().user_id(user.id).expires_at(idle()).build();
    session.create().await?;
    Ok(Some(session))
}

/// The session of a request, if it lives; it lasts as long again from now on.
pub async fn session(token: &str) -> Result<Option<Session>> {
    let Some(mut session) = Session::get(token).await?.filter(|session| !session.is_expired()) else {
        return Ok(None);
    };
    // The write says again that the session lives: it may have ended since it was read.
    match session.extend_ttl(idle()).await {
        Ok(()) => Ok(Some(session)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Expired) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Ends one session.
pub async fn log_out(token: &str) -> Result<()> {
    Session::delete_by_key(token).await
}

/// Ends all sessions of a user; says how many.
pub async fn log_out_everywhere(user_id: &str) -> Result<usize> {
    let keys: Vec<Key<Session>> = Session::index(Accounts::GSI1).query(user_id).keys().await?;
    singlet::batch_write().delete_all_by_key::<Session, _>(&keys).await?;
    Ok(keys.len())
}
