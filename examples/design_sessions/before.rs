//! The program before flags were stored as flags: it stored `yes` or `no`.

use singlet::{Model, Result};

use super::sessions::Accounts;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Accounts, hash_key = "USER#{id}", range_key = "USER")]
#[model(index(gsi1, hash_key = "USERNAME#{username}", range_key = "USER"))]
pub struct User {
    pub id: String,
    #[model(unique)]
    pub username: String,
    #[model(sensitive)]
    pub password_hash: String,
    pub is_locked: String,
}

pub async fn sign_up(id: &str, username: &str, password_hash: &str) -> Result<()> {
    let user = User::builder().id(id).username(username).password_hash(password_hash).is_locked("no");
    user.build().create().await
}

pub async fn lock(id: &str) -> Result<User> {
    User::update(id).set(|u| u.is_locked, "yes").await
}
