//! Which range keys a query reads.

use singlet::{Model, Table};

use crate::read::skipped::Skipped;
use crate::shop::Shop;
use crate::stand;
use crate::transport::Transport;

/// Three parts, the first two of text: what begins with a part must not match what begins with its text.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "DISK#{disk}", range_key = "FILE#{folder}#{name}#{revision:03}", empty_key_parts)]
struct File {
    disk: u32,
    folder: String,
    name: String,
    revision: u16,
}

/// Its range keys begin as those of [`File`] do, and lie between them.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "DISK#{disk}", range_key = "FILE#LINK#{to}")]
struct Link {
    disk: u32,
    to: String,
}

/// Neighbours on both sides.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "DISK#{disk}", range_key = "{place}")]
struct Other {
    disk: u32,
    place: String,
}

const FILES: [(&str, &str, u16); 7] = [
    ("f34", "a", 1),
    ("f34", "a", 2),
    ("f34", "b", 1),
    ("f340", "a", 1),
    ("f35", "a", 1),
    ("f35", "b", 7),
    ("f4", "", 1),
];

async fn files() {
    Shop::create_table().await.unwrap();
    for (folder, name, revision) in FILES {
        File { disk: 1, folder: folder.into(), name: name.into(), revision }.save().await.unwrap();
    }
    for to in ["a", "z"] {
        Link { disk: 1, to: to.into() }.save().await.unwrap();
    }
    for place in ["FIL", "FILE", "FILE$", "FILES", "Z"] {
        Other { disk: 1, place: place.into() }.save().await.unwrap();
    }
}

fn numbers(files: &[File]) -> Vec<usize> {
    let number =
        |file: &File| FILES.iter().position(|known| *known == (&*file.folder, &*file.name, file.revision)).unwrap();
    files.iter().map(number).collect()
}

#[tokio::test]
async fn a_part_is_never_the_beginning_of_a_longer_one() {
    stand::run(async |_| {
        files().await;
        assert_eq!(numbers(&File::query(1).eq("f34").await.unwrap()), [0, 1, 2]);
        assert_eq!(numbers(&File::query(1).eq(("f34", "a")).await.unwrap()), [0, 1]);
        assert_eq!(numbers(&File::query(1).eq(("f34", "a", 2)).await.unwrap()), [1]);
        assert!(File::query(1).eq("f3").await.unwrap().is_empty());
        assert_eq!(numbers(&File::query(1).eq(("f4", "")).await.unwrap()), [6]);
    })
    .await;
}

#[tokio::test]
async fn bounds_cover_everything_that_begins_with_them_and_stay_in_the_model() {
    stand::run(async |_| {
        files().await;
        let query = || File::query(1);
        assert_eq!(numbers(&query().await.unwrap()), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(numbers(&query().between("f34", "f35").await.unwrap()), [0, 1, 2, 3, 4, 5]);
        assert_eq!(numbers(&query().between(("f34", "b"), ("f35", "a")).await.unwrap()), [2, 3, 4]);
        assert_eq!(numbers(&query().gt("f34").await.unwrap()), [3, 4, 5, 6]);
        assert_eq!(numbers(&query().gt(("f34", "a", 1)).await.unwrap()), [1, 2, 3, 4, 5, 6]);
        assert_eq!(numbers(&query().ge("f340").await.unwrap()), [3, 4, 5, 6]);
        assert_eq!(numbers(&query().ge(("f34", "a", 2)).await.unwrap()), [1, 2, 3, 4, 5, 6]);
        assert_eq!(numbers(&query().lt("f35").await.unwrap()), [0, 1, 2, 3]);
        assert_eq!(numbers(&query().lt(("f34", "b", 1)).await.unwrap()), [0, 1]);
        assert_eq!(numbers(&query().le("f34").await.unwrap()), [0, 1, 2]);
        assert_eq!(numbers(&query().le(("f34", "b", 1)).await.unwrap()), [0, 1, 2]);
        assert_eq!(numbers(&query().ge("f34").lt("f35").descending().await.unwrap()), [3, 2, 1, 0]);
        assert_eq!(numbers(&query().eq("f34").gt(("f34", "a")).await.unwrap()), [2]);
    })
    .await;
}

#[tokio::test]
async fn neighbours_are_not_even_evaluated() {
    stand::run(async |stand| {
        files().await;
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        assert_eq!(File::query(1).client(&client).await.unwrap().len(), 7);
        assert_eq!(skipped.take("shop").len(), 2, "the links, whose keys begin as those of files do");
        assert_eq!(File::query(1).ge("f35").client(&client).await.unwrap().len(), 3);
        assert_eq!(File::query(1).le("f35").client(&client).await.unwrap().len(), 6);
        assert_eq!(Link::query(1).gt("a").client(&client).await.unwrap().len(), 1);
        assert_eq!(skipped.take("shop").len(), 2, "the links before `f35`");
        assert_eq!(File::query(1).count().await.unwrap(), 7);
    })
    .await;
}

#[tokio::test]
async fn an_empty_range_asks_nobody() {
    stand::run(async |stand| {
        files().await;
        let transport = Transport::recording();
        let query = || File::query(1).client(&stand.through(&transport));
        assert!(query().between("f35", "f34").await.unwrap().is_empty());
        assert!(query().eq("f34").eq("f35").await.unwrap().is_empty());
        assert_eq!(query().eq("f34").eq("f35").count().await.unwrap(), 0);
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_beginning_of_a_key_ends_inside_a_value() {
    stand::run(async |_| {
        files().await;
        assert_eq!(numbers(&File::query(1).begins_with("f34").await.unwrap()), [0, 1, 2, 3]);
        assert_eq!(numbers(&File::query(1).begins_with(("f34", "b")).await.unwrap()), [2]);
        assert_eq!(numbers(&File::query(1).begins_with(("f34", "")).await.unwrap()), [0, 1, 2]);
        assert_eq!(numbers(&File::query(1).begins_with("f3").gt("f34").lt("f35").await.unwrap()), [3]);
        assert!(File::query(1).begins_with("x").await.unwrap().is_empty());
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "logs")]
struct Log {
    #[model(hash_key)]
    host: String,
    #[model(range_key)]
    at: String,
}

#[tokio::test]
async fn plain_text_keys_have_any_beginning() {
    stand::run(async |_| {
        Log::create_table().await.unwrap();
        for at in ["2024-01", "2024-02", "2024-1", "2025-01"] {
            Log { host: "h".into(), at: at.into() }.save().await.unwrap();
        }
        let times =
            async |query: singlet::Query<Log>| query.await.unwrap().into_iter().map(|log| log.at).collect::<Vec<_>>();
        assert_eq!(times(Log::query("h").begins_with("2024-0")).await, ["2024-01", "2024-02"]);
        assert_eq!(times(Log::query("h").eq("2024-1")).await, ["2024-1"]);
        assert_eq!(times(Log::query("h").gt("2024-02")).await, ["2024-1", "2025-01"]);
        assert_eq!(times(Log::query("h").lt("2024-02")).await, ["2024-01"]);
        assert_eq!(times(Log::query("h").between("2024-02", "2024-1")).await, ["2024-02", "2024-1"]);
    })
    .await;
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = "readings")]
struct Reading {
    #[model(hash_key)]
    sensor: u32,
    #[model(range_key)]
    second: i64,
}

#[tokio::test]
async fn number_keys_are_bounded_as_numbers() {
    stand::run(async |_| {
        Reading::create_table().await.unwrap();
        for second in [5, -10, 100, 20] {
            Reading { sensor: 1, second }.save().await.unwrap();
        }
        let seconds = async |query: singlet::Query<Reading>| {
            query.await.unwrap().iter().map(|reading| reading.second).collect::<Vec<_>>()
        };
        assert_eq!(seconds(Reading::query(1).gt(5)).await, [20, 100]);
        assert_eq!(seconds(Reading::query(1).lt(5)).await, [-10]);
        assert_eq!(seconds(Reading::query(1).between(-10, 20)).await, [-10, 5, 20]);
        assert_eq!(seconds(Reading::query(1).eq(20)).await, [20]);
        assert_eq!(seconds(Reading::query(1).ge(20)).await, [20, 100]);
        assert_eq!(seconds(Reading::query(1).between(20, 5)).await, [0_i64; 0]);
        assert_eq!(seconds(Reading::query(1).gt(5).le(20)).await, [20]);
        assert_eq!(seconds(Reading::query(1).gt(5).lt(20)).await, [0_i64; 0]);
    })
    .await;
}
