//! Repositories with their issues, pull requests, stars and forks.

use singlet::{Collection, ErrorKind, Model, Result, Table};
use time::OffsetDateTime;

#[derive(Debug, Table)]
#[table(name = "hosting", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
pub struct Hosting;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Hosting, hash_key = "USER#{name}", range_key = "USER")]
#[model(index(gsi1, hash_key = "USER#{name}", range_key = "USER"))]
pub struct User {
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Hosting, hash_key = "REPO#{owner}#{name}", range_key = "REPO")]
#[model(index(gsi1, hash_key = "USER#{owner}", range_key = "REPO#{pushed_at}#{name}"))]
#[model(index(gsi2, hash_key = "FORKS_OF#{fork_of}", range_key = "{owner}#{name}"))]
pub struct Repo {
    pub owner: String,
    pub name: String,
    pub pushed_at: OffsetDateTime,
    /// `owner/name` of the original repository.
    pub fork_of: Option<String>,
    /// The last number assigned to an issue or a pull request.
    #[model(default)]
    pub last_number: u32,
    /// Called `watchers` by the first program. Its repositories are counted, filtered and updated as they are.
    #[model(default, alias = "watchers")]
    pub stars: u64,
    #[model(default)]
    pub forks: u64,
}

/// The issue is in the second index while it is open.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Hosting, hash_key = "REPO#{owner}#{repo}", range_key = "ISSUE#{number:08}")]
#[model(index(gsi2, hash_key = "OPEN_IN#{owner}#{repo}", range_key = "ISSUE#{open_since}#{number:08}"))]
pub struct Issue {
    pub owner: String,
    pub repo: String,
    pub number: u32,
    pub title: String,
    pub open_since: Option<OffsetDateTime>,
}

/// The issue is in the second index while it is open.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Hosting, hash_key = "REPO#{owner}#{repo}", range_key = "PULL#{number:08}")]
#[model(index(gsi2, hash_key = "OPEN_IN#{owner}#{repo}", range_key = "PULL#{open_since}#{number:08}"))]
pub struct PullRequest {
    pub owner: String,
    pub repo: String,
    pub number: u32,
    pub title: String,
    pub open_since: Option<OffsetDateTime>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Hosting, hash_key = "REPO#{owner}#{repo}", range_key = "STAR#{user}")]
#[model(index(gsi1, hash_key = "USER#{user}", range_key = "STAR#{owner}#{repo}"))]
pub struct Star {
    pub owner: String,
    pub repo: String,
    pub user: String,
}

/// A user's profile: one partition of the first index.
#[derive(Debug, PartialEq, Collection)]
#[collection(index_only)]
pub struct Profile {
    pub user: User,
    pub repos: Vec<Repo>,
    pub stars: Vec<Star>,
}

/// The open issues and pull requests of a repository: one partition of the second index.
#[derive(Debug, PartialEq, Collection)]
pub enum Open {
    Issue(Issue),
    PullRequest(PullRequest),
}

pub async fn create_user(name: &str) -> Result<()> {
    User { name: name.into() }.create().await
}

/// Creates a repository for an existing user.
pub async fn create_repo(owner: &str, name: &str, now: OffsetDateTime) -> Result<Repo> {
    let mut repo = Repo::builder().owner(owner).name(name).pushed_at(now).build();
    singlet::transact_write().check(User::check(owner).exists()).write(repo.create()).await?;
    Ok(repo)
}

pub async fn push(owner: &str, repo: &str, now: OffsetDateTime) -> Result<Repo> {
    Repo::update((owner, repo)).set(|r| r.pushed_at, now).await
}

/// Returns `None` if the repository does not exist; so does [`open_pull_request`].
pub async fn open_issue(owner: &str, repo: &str, title: &str, now: OffsetDateTime) -> Result<Option<Issue>> {
    let issue = Issue::builder().owner(owner).repo(repo).title(title).open_since(now).number(0).build();
    numbered(owner, repo, |number| Issue { number, ..issue.clone() }).await
}

pub async fn open_pull_request(
    owner: &str,
    repo: &str,
    title: &str,
    now: OffsetDateTime,
) -> Result<Option<PullRequest>> {
    let pull = PullRequest::builder().owner(owner).repo(repo).title(title).open_since(now).number(0).build();
    numbered(owner, repo, |number| PullRequest { number, ..pull.clone() }).await
}

/// Creates an item with the repository's next number. One transaction writes the item and the counter, so no number is
/// skipped.
async fn numbered<T: Model>(owner: &str, repo: &str, make: impl Fn(u32) -> T) -> Result<Option<T>> {
    let mut tries = 10;
    loop {
        let Some(Repo { last_number, .. }) = Repo::get((owner, repo)).consistent().await? else { return Ok(None) };
        let mut item = make(last_number + 1);
        let count =
            Repo::update((owner, repo)).set(|r| r.last_number, last_number + 1).when(|r| r.last_number.eq(last_number));
        tries -= 1;
        match singlet::transact_write().write(count).write(item.create()).await {
            // Another request has taken the number.
            Err(error) if error.is_condition_failed() && tries > 0 => {}
            outcome => return outcome.map(|()| Some(item)),
        }
    }
}

/// Without the time, the issue has no keys in the index, so this removes it from the index.
pub async fn close_issue(owner: &str, repo: &str, number: u32) -> Result<Issue> {
    Issue::update((owner, repo, number)).remove(|i| i.open_since).await
}

pub async fn reopen_issue(owner: &str, repo: &str, number: u32, now: OffsetDateTime) -> Result<Issue> {
    Issue::update((owner, repo, number)).set(|i| i.open_since, now).await
}

/// The issues opened since then that are open, the newest first.
pub async fn open_issues(owner: &str, repo: &str, since: OffsetDateTime) -> Result<Vec<Issue>> {
    Issue::index(Hosting::GSI2).query((owner, repo)).ge(since).descending().await
}

/// Everything that is open: issues, then pull requests.
pub async fn open(owner: &str, repo: &str) -> Result<Vec<Open>> {
    Open::index(Hosting::GSI2).query((owner, repo)).await
}

/// Returns issues in the order of their numbers.
pub async fn issues(owner: &str, repo: &str, from: u32, limit: usize) -> Result<Vec<Issue>> {
    Issue::query((owner, repo)).ge(from).limit(limit).await
}

/// Returns `false` if the user has already starred the repository.
pub async fn star(user: &str, owner: &str, repo: &str) -> Result<bool> {
    let mut star = Star { owner: owner.into(), repo: repo.into(), user: user.into() };
    let count = Repo::update((owner, repo)).add(|r| r.stars, 1);
    match singlet::transact_write().write(star.create()).write(count).await {
        Err(error) if error.kind() == ErrorKind::ConditionFailed => Ok(false),
        outcome => outcome.map(|()| true),
    }
}

/// Creates a fork under another owner and increments the counter of the original.
pub async fn fork(owner: &str, repo: &str, new_owner: &str, now: OffsetDateTime) -> Result<Repo> {
    let fork = Repo::builder().owner(new_owner).name(repo).pushed_at(now).fork_of(format!("{owner}/{repo}"));
    let mut fork = fork.build();
    let count = Repo::update((owner, repo)).add(|r| r.forks, 1);
    singlet::transact_write().write(fork.create()).write(count).await?;
    Ok(fork)
}

pub async fn forks(owner: &str, repo: &str) -> Result<Vec<Repo>> {
    Repo::index(Hosting::GSI2).query(format!("{owner}/{repo}")).await
}

/// Returns a user's repositories, the most recent push first.
pub async fn repos(owner: &str) -> Result<Vec<Repo>> {
    Repo::index(Hosting::GSI1).query(owner).descending().await
}

/// Returns a user's repositories with at least this many stars, the most recent push first.
pub async fn popular(owner: &str, stars: u64) -> Result<Vec<Repo>> {
    Repo::index(Hosting::GSI1).query(owner).descending().filter(|r| r.stars.ge(stars)).await
}

pub async fn profile(user: &str) -> Result<Profile> {
    Profile::index(Hosting::GSI1).query(user).await
}
