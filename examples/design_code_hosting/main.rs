//! Code hosting with issues and pull requests: `cargo run --example design_code_hosting`.
//!
//! | access pattern | keys | function |
//! |---|---|---|
//! | create a user, a repository | `USER#<name>` / `USER`, `REPO#<owner>#<name>` / `REPO` | `create_user`, `create_repo` |
//! | open an issue or pull request, numbered per repository | `REPO#..` / `ISSUE#<number>`, `PULL#<number>`, in a transaction with the counter | `open_issue`, `open_pull_request` |
//! | issues by number | `REPO#..` / `ISSUE#<number>` | `issues` |
//! | close, reopen | the same keys | `close_issue`, `reopen_issue` |
//! | open issues, the newest first | `gsi2`, which contains only open issues: `OPEN_IN#<owner>#<repo>` / `ISSUE#<time>#<number>` | `open_issues` |
//! | all open issues and pull requests | the same partition | `open` |
//! | star a repository, once per user | `REPO#..` / `STAR#<user>`, in a transaction with the counter | `star` |
//! | fork | another `REPO#..`, in a transaction with the counter | `fork` |
//! | forks of a repository | `gsi2`: `FORKS_OF#<owner/name>` / `<owner>#<name>` | `forks` |
//! | a user's repositories, by last push | `gsi1`: `USER#<name>` / `REPO#<time>#<name>` | `repos`, `push` |
//! | a user's repositories with many stars | the same, filtered | `popular` |
//! | a user with repositories and stars | the same partition | `profile` |
//!
//! One attribute has been renamed: `before.rs` is the program that counted `watchers`, and its repositories keep their stars.

use singlet::{Client, ErrorKind, Model, Result, Table};
use time::{Duration, OffsetDateTime};

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod before;
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
mod hosting;

use hosting::{
    Hosting, Open, Repo, close_issue, create_repo, create_user, fork, forks, issues, open, open_issue, open_issues,
    open_pull_request, popular, profile, push, reopen_issue, repos, star,
};

#[tokio::main]
async fn main() -> Result<()> {
    singlet::set_default_client(Client::embedded());
    Hosting::create_table().await?;
    let start = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
    let hour = |n: i64| start + Duration::hours(n);

    create_user("ann").await?;
    create_user("bob").await?;
    create_repo("ann", "map", hour(0)).await?;
    create_repo("ann", "net", hour(1)).await?;
    let nobody = create_repo("eve", "x", hour(1)).await.map_err(|error| error.kind());
    assert_eq!(nobody.err(), Some(ErrorKind::NotFound), "a repository needs its owner");

    for (n, title) in (1..).zip(["crash", "typo", "slow"]) {
        open_issue("ann", "map", title, hour(n)).await?;
    }
    let pull = open_pull_request("ann", "map", "fix the crash", hour(4)).await?.expect("the repository is there");
    assert_eq!(pull.number, 4, "issues and pull requests share a counter");
    assert_eq!(open_issue("ann", "nowhere", "?", hour(4)).await?, None);
    println!("three issues, and pull request {}", pull.number);

    close_issue("ann", "map", 1).await?;
    close_issue("ann", "map", 2).await?;
    reopen_issue("ann", "map", 1, hour(5)).await?;
    let titles: Vec<String> = open_issues("ann", "map", hour(0)).await?.into_iter().map(|i| i.title).collect();
    println!("open issues, the newest first: {titles:?}");
    assert_eq!(titles, ["crash", "slow"]);
    assert_eq!(open_issues("ann", "map", hour(4)).await?.len(), 1);
    assert_eq!(issues("ann", "map", 2, 10).await?.len(), 2, "open and closed issues");
    assert!(matches!(open("ann", "map").await?[..], [Open::Issue(_), Open::Issue(_), Open::PullRequest(_)]));

    assert!(star("bob", "ann", "map").await?);
    assert!(!star("bob", "ann", "map").await?, "one star per user");
    fork("ann", "map", "bob", hour(6)).await?;
    let again = fork("ann", "map", "bob", hour(7)).await;
    assert!(again.is_err_and(|error| error.is_condition_failed()), "bob already has this fork");
    let original = Repo::get(("ann", "map")).await?.expect("the repository is there");
    println!("ann/map: {} star, {} fork", original.stars, original.forks);
    assert_eq!((original.stars, original.forks), (1, 1));
    assert_eq!(forks("ann", "map").await?[0].owner, "bob");

    push("ann", "map", hour(8)).await?;
    let names: Vec<String> = repos("ann").await?.into_iter().map(|repo| repo.name).collect();
    assert_eq!(names, ["map", "net"], "the most recent push first");
    let bob = profile("bob").await?;
    println!("bob: {} repository, {} star", bob.repos.len(), bob.stars.len());
    assert_eq!((bob.repos.len(), bob.stars.len()), (1, 1));

    // What the program stored before `watchers` were called stars.
    before::create_repo("ann", "old", hour(9)).await?;
    before::watch("bob", "ann", "old").await?;
    assert!(star("ann", "ann", "old").await? && !star("bob", "ann", "old").await?);
    let popular = popular("ann", 2).await?;
    println!("ann/{}: {} stars, one of them from the earlier program", popular[0].name, popular[0].stars);
    assert_eq!((popular.len(), popular[0].stars), (1, 2));
    Ok(())
}
