//! The design of a code hosting site: repositories, issues, pull requests and forks in one table.

#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_code_hosting/before.rs"]
mod before;
#[allow(unreachable_pub, reason = "shown as they stand in a library")]
#[path = "../../../examples/design_code_hosting/hosting.rs"]
mod hosting;

use singlet::{Model, Table};
use time::{Duration, OffsetDateTime};

use crate::stand::{self, n, s};
use hosting::{
    Hosting, Issue, Open, Repo, Star, close_issue, create_repo, create_user, fork, forks, issues, open, open_issue,
    open_issues, open_pull_request, popular, profile, push, reopen_issue, repos, star,
};

fn hour(n: i64) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::days(20_000) + Duration::hours(n)
}

async fn hosted() {
    Hosting::create_table().await.unwrap();
    create_user("ann").await.unwrap();
    create_user("bob").await.unwrap();
    create_repo("ann", "map", hour(0)).await.unwrap();
}

async fn map() -> Repo {
    Repo::get(("ann", "map")).await.unwrap().unwrap()
}

#[tokio::test]
async fn issues_and_pull_requests_share_numbers_without_gaps() {
    stand::run(async |_| {
        hosted().await;
        let issue = async || open_issue("ann", "map", "?", hour(1)).await.unwrap().unwrap().number;
        let pull = async || open_pull_request("ann", "map", "!", hour(1)).await.unwrap().unwrap().number;
        assert_eq!((issue().await, pull().await), (1, 2));
        let (a, b, c) = tokio::join!(issue(), pull(), issue());
        let mut numbers = [a, b, c];
        numbers.sort_unstable();
        assert_eq!((numbers, map().await.last_number), ([3, 4, 5], 5));
        assert_eq!(open_issue("ann", "net", "?", hour(1)).await.unwrap(), None);

        // 8 digits, so that number 10 is behind number 9.
        for _ in 6..=11 {
            issue().await;
        }
        let listed: Vec<u32> = issues("ann", "map", 9, 2).await.unwrap().iter().map(|issue| issue.number).collect();
        assert_eq!(listed, [9, 10]);
    })
    .await;
}

#[tokio::test]
async fn what_is_closed_leaves_the_index_and_comes_back() {
    stand::run(async |_| {
        hosted().await;
        for n in 1..=3 {
            open_issue("ann", "map", "?", hour(n)).await.unwrap();
        }
        open_pull_request("ann", "map", "!", hour(4)).await.unwrap();
        let listed = async |since| {
            let issues = open_issues("ann", "map", since).await.unwrap();
            issues.iter().map(|issue| issue.number).collect::<Vec<_>>()
        };
        assert_eq!(listed(hour(0)).await, [3, 2, 1]);
        assert_eq!(listed(hour(2)).await, [3, 2]);

        let closed = close_issue("ann", "map", 3).await.unwrap();
        assert_eq!(closed.open_since, None);
        let item = closed.to_item().unwrap();
        assert!(!item.contains_key("gsi2pk") && !item.contains_key("gsi2sk"));
        assert_eq!(listed(hour(0)).await, [2, 1]);
        reopen_issue("ann", "map", 3, hour(9)).await.unwrap();
        reopen_issue("ann", "map", 1, hour(10)).await.unwrap();
        assert_eq!(listed(hour(0)).await, [1, 3, 2]);
        assert!(close_issue("ann", "map", 99).await.unwrap_err().is_not_found());

        let open = open("ann", "map").await.unwrap();
        let numbers = open.iter().map(|open| match open {
            Open::Issue(issue) => issue.number,
            Open::PullRequest(pull) => pull.number,
        });
        assert_eq!(numbers.collect::<Vec<_>>(), [2, 3, 1, 4]);
        assert_eq!(Issue::query(("ann", "map")).count().await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_star_counts_once_and_shows_on_both_sides() {
    stand::run(async |_| {
        hosted().await;
        assert!(star("bob", "ann", "map").await.unwrap());
        assert!(!star("bob", "ann", "map").await.unwrap());
        assert!(star("ann", "ann", "map").await.unwrap());
        assert_eq!(map().await.stars, 2);
        assert_eq!(Star::query(("ann", "map")).count().await.unwrap(), 2);
        assert!(star("bob", "ann", "net").await.unwrap_err().is_not_found());

        let bob = profile("bob").await.unwrap();
        assert_eq!((bob.user.name.as_str(), bob.repos.len(), bob.stars.len()), ("bob", 0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_fork_is_counted_and_found_from_the_original() {
    stand::run(async |_| {
        hosted().await;
        let copy = fork("ann", "map", "bob", hour(1)).await.unwrap();
        assert_eq!(copy.fork_of.as_deref(), Some("ann/map"));
        assert!(fork("ann", "map", "bob", hour(2)).await.unwrap_err().is_condition_failed());
        assert!(fork("ann", "net", "bob", hour(2)).await.unwrap_err().is_not_found());
        assert_eq!(map().await.forks, 1);
        assert_eq!(forks("ann", "map").await.unwrap(), [copy]);
        assert_eq!(forks("bob", "map").await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_users_repositories_are_listed_by_their_last_push() {
    stand::run(async |_| {
        hosted().await;
        create_repo("ann", "net", hour(1)).await.unwrap();
        assert!(create_repo("ann", "map", hour(2)).await.unwrap_err().is_condition_failed());
        assert!(create_repo("eve", "map", hour(2)).await.unwrap_err().is_not_found());
        let names = async || repos("ann").await.unwrap().into_iter().map(|repo| repo.name).collect::<Vec<_>>();
        assert_eq!(names().await, ["net", "map"]);
        push("ann", "map", hour(3)).await.unwrap();
        assert_eq!(names().await, ["map", "net"]);
        assert_eq!(profile("ann").await.unwrap().repos.len(), 2);
    })
    .await;
}

/// The schema change of this design: `watchers` became `stars`, with an alias.
#[tokio::test]
async fn repositories_of_the_first_program_keep_their_stars() {
    stand::run(async |stand| {
        hosted().await;
        for (name, at) in [("old", hour(1)), ("quiet", hour(2)), ("idle", hour(3))] {
            before::create_repo("ann", name, at).await.unwrap();
        }
        before::watch("bob", "ann", "old").await.unwrap();
        before::watch("bob", "ann", "quiet").await.unwrap();
        let stored = async |name: &str| {
            let items = stand.stored("hosting").await;
            let is_it = |item: &&singlet::Item| item.get("name") == Some(&s(name)) && item["_type"] == s("Repo");
            let item = items.iter().find(is_it).unwrap();
            (item.get("watchers").cloned(), item.get("stars").cloned())
        };
        assert_eq!(stored("old").await, (Some(n(1)), None));

        // Read, alone and in a collection.
        assert_eq!(Repo::get(("ann", "old")).await.unwrap().unwrap().stars, 1);
        let stars = profile("ann").await.unwrap().repos.iter().map(|repo| repo.stars).collect::<Vec<_>>();
        assert_eq!(stars, [0, 1, 1, 0]);

        // Found by the new name.
        let names = async |stars| {
            let repos = popular("ann", stars).await.unwrap();
            repos.into_iter().map(|repo| repo.name).collect::<Vec<_>>()
        };
        assert_eq!(names(1).await, ["quiet", "old"]);

        // Changed: the count continues from that of the first program, and a star that it stored still counts once.
        assert!(!star("bob", "ann", "old").await.unwrap());
        assert!(star("ann", "ann", "old").await.unwrap());
        assert!(star("ann", "ann", "idle").await.unwrap());
        assert_eq!(stored("old").await, (None, Some(n(2))));
        assert_eq!(stored("idle").await, (None, Some(n(1))));
        assert_eq!(names(1).await, ["idle", "quiet", "old"]);
        assert_eq!(names(2).await, ["old"]);

        // A change of something else leaves the count under its former name, where it is still found.
        push("ann", "quiet", hour(9)).await.unwrap();
        assert_eq!(stored("quiet").await, (Some(n(1)), None));
        assert_eq!(names(1).await, ["quiet", "idle", "old"]);
    })
    .await;
}
