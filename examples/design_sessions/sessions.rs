//! Users with unique names, and their login sessions.

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::{BackfillReport, ErrorKind, ExpiresIn, Key, Model, Result, TTLAttribute, Table};

#[derive(Debug, Table)]
#[table(name = "accounts", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
// Both queries of the index need only keys, so `keys_only` makes it cheap.
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
pub struct Accounts;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "USER#{id}", range_key = "USER")]
#[model(index(gsi1, hash_key = "USERNAME#{username}", range_key = "USER"))]
pub struct User {
    pub id: String,
    #[model(unique)]
    pub username: String,
    /// A hash from a password hashing function such as Argon2, never the password itself.
    #[model(sensitive)]
    pub password_hash: String,
    /// A locked user cannot log in. The first program stored a text.
    #[model(default, read_with = read_flag)]
    pub is_locked: bool,
}

/// Reads a flag, or the `yes` and `no` of the first program. Anything else is an error: an unknown text must not unlock
/// a user.
fn read_flag(value: AttributeValue) -> std::result::Result<bool, &'static str> {
    match value {
        AttributeValue::Bool(flag) => Ok(flag),
        AttributeValue::S(text) if text == "yes" => Ok(true),
        AttributeValue::S(text) if text == "no" => Ok(false),
        _ => Err("neither a flag nor `yes` or `no`"),
    }
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "SESSION#{token}", range_key = "SESSION")]
#[model(index(gsi1, hash_key = "SESSIONS_OF#{user_id}", range_key = "{token}"))]
pub struct Session {
    /// Anyone who has the token is logged in.
    #[model(generated = "uuid_v4", sensitive)]
    pub token: String,
    pub user_id: String,
    pub expires_at: TTLAttribute,
}

/// The expiry of a session that receives no further request.
fn idle() -> TTLAttribute {
    ExpiresIn::hours(1)
}

/// Creates a user. Fails with `NotUnique` if the name is taken.
pub async fn sign_up(id: &str, username: &str, password_hash: &str) -> Result<User> {
    let mut user = User::builder().id(id).username(username).password_hash(password_hash).build();
    user.create().await?;
    Ok(user)
}

/// Renames a user and releases the old name.
pub async fn rename(id: &str, username: &str) -> Result<User> {
    User::update(id).set(|u| u.username, username).await
}

/// Finds a user by name. The index is eventually consistent, so the item itself is read from the table.
pub async fn user_named(username: &str) -> Result<Option<User>> {
    match User::index(Accounts::GSI1).query(username).keys().one().await? {
        Some(key) => Ok(User::get(&key).consistent().await?.filter(|user| user.username == username)),
        None => Ok(None),
    }
}

/// Locks a user. Sessions that exist remain until they expire; see [`log_out_everywhere`].
pub async fn lock(id: &str) -> Result<User> {
    User::update(id).set(|u| u.is_locked, true).await
}

/// Returns the locked users. A scan, for reports. It compares what is stored, so it finds users of the first program
/// only after [`convert_users`].
pub async fn locked() -> Result<Vec<User>> {
    User::scan().filter(|u| u.is_locked.eq(true)).await
}

/// Stores the flags of all users as flags. Run it once, when no instance of the first program runs any more.
pub async fn convert_users() -> Result<BackfillReport> {
    User::backfill().await
}

/// Creates a session if the user exists and is not locked, and `is_password` accepts the stored hash.
pub async fn log_in(username: &str, is_password: impl FnOnce(&str) -> bool) -> Result<Option<Session>> {
    let may_log_in = |user: &User| !user.is_locked && is_password(&user.password_hash);
    let Some(user) = user_named(username).await?.filter(may_log_in) else { return Ok(None) };
    let mut session = Session::builder().user_id(user.id).expires_at(idle()).build();
    session.create().await?;
    Ok(Some(session))
}

/// Returns the session of a request unless it has expired, and extends it.
pub async fn session(token: &str) -> Result<Option<Session>> {
    let Some(mut session) = Session::get(token).await?.filter(|session| !session.is_expired()) else {
        return Ok(None);
    };
    // The session may have expired or been deleted since it was read. The write checks that again.
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

/// Ends all sessions of a user and returns their number.
pub async fn log_out_everywhere(user_id: &str) -> Result<usize> {
    let keys: Vec<Key<Session>> = Session::index(Accounts::GSI1).query(user_id).keys().await?;
    singlet::batch_write().delete_all_by_key(&keys).await?;
    Ok(keys.len())
}
