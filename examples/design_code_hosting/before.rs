//! The program before a user who stars a repository was called so: what it stored of a repository.

use singlet::{Model, Result};
use time::OffsetDateTime;

use super::hosting::{Hosting, Star};

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Hosting, hash_key = "REPO#{owner}#{name}", range_key = "REPO")]
#[model(index(gsi1, hash_key = "USER#{owner}", range_key = "REPO#{pushed_at}#{name}"))]
#[model(index(gsi2, hash_key = "FORKS_OF#{fork_of}", range_key = "{owner}#{name}"))]
pub struct Repo {
    pub owner: String,
    pub name: String,
    pub pushed_at: OffsetDateTime,
    pub fork_of: Option<String>,
    #[model(default)]
    pub last_number: u32,
    #[model(default)]
    pub watchers: u64,
    #[model(default)]
    pub forks: u64,
}

pub async fn create_repo(owner: &str, name: &str, now: OffsetDateTime) -> Result<()> {
    Repo::builder().owner(owner).name(name).pushed_at(now).build().create().await
}

pub async fn watch(user: &str, owner: &str, repo: &str) -> Result<()> {
    let mut star = Star { owner: owner.into(), repo: repo.into(), user: user.into() };
    let count = Repo::update((owner, repo)).add(|r| r.watchers, 1);
    singlet::transact_write().write(star.create()).write(count).await
}
