//! Pages that never end: a service that returns a position for the second time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::TryStreamExt as _;
use serde_json::{Value, json};
use singlet::{Client, Collection, Error, ErrorKind, Model, Result, Table};

use crate::stand::{self, Stand};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "things", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Things;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Things, hash_key = "T#{group}", range_key = "T#{id:06}")]
struct Thing {
    group: u32,
    id: u32,
}

#[derive(Debug, Collection)]
enum Row {
    #[allow(dead_code, reason = "the row is read and dropped")]
    Thing(Thing),
}

/// A page whose positions return after `cycle` pages.
type Page = fn(number: usize, cycle: usize) -> Value;

fn key(id: usize) -> Value {
    json!({ "pk": { "S": "T#0000000001" }, "sk": { "S": format!("T#{id:06}") } })
}

fn empty(number: usize, cycle: usize) -> Value {
    json!({ "Count": 0, "ScannedCount": 0, "Items": [], "LastEvaluatedKey": key(number % cycle), "NextToken": format!("t{}", number % cycle) })
}

fn full(number: usize, cycle: usize) -> Value {
    let id = number % cycle;
    let mut item = key(id);
    item["_type"] = json!({ "S": "Thing" });
    item["group"] = json!({ "N": "1" });
    item["id"] = json!({ "N": id.to_string() });
    json!({ "Count": 1, "ScannedCount": 1, "Items": [item], "LastEvaluatedKey": key(id), "NextToken": format!("t{id}") })
}

type Run = fn(Client) -> std::pin::Pin<Box<dyn Future<Output = Result<()>>>>;

macro_rules! runs {
    ($($name:literal: |$client:ident| $operation:expr;)*) => {
        [$(($name, (|client| Box::pin(async move { let $client = &client; $operation.await.map(drop) })) as Run),)*]
    };
}

/// Every way to read page after page.
const READS: [(&str, Run); 15] = runs! {
    "query": |c| Thing::query(1).client(c);
    "query with a limit": |c| Thing::query(1).limit(1_000).client(c);
    "page": |c| Thing::query(1).limit(1_000).client(c).page();
    "pages": |c| Thing::query(1).limit(7).client(c).pages().try_collect::<Vec<_>>();
    "stream": |c| Thing::query(1).client(c).stream().try_collect::<Vec<_>>();
    "count": |c| Thing::query(1).client(c).count();
    "keys": |c| Thing::query(1).keys().client(c);
    "scan": |c| Thing::scan().client(c);
    "segments": |c| Thing::scan().segments(3).client(c);
    "stream of segments": |c| Thing::scan().segments(3).client(c).stream().try_collect::<Vec<_>>();
    "count of segments": |c| Thing::scan().segments(3).client(c).count();
    "count of a scan": |c| Thing::scan().client(c).count();
    "collection": |c| Row::query(1).client(c);
    "stream of pages": |c| Thing::scan().client(c).pages().try_collect::<Vec<_>>();
    "statement": |c| singlet::statement::<Thing>("SELECT").client(c);
};

fn endless(stand: &Stand, page: Page, cycle: usize) -> (Client, Arc<AtomicUsize>) {
    let requests = Arc::new(AtomicUsize::new(0));
    let sent = Arc::clone(&requests);
    let transport = Transport::new(move |number, _| {
        sent.fetch_add(1, Ordering::SeqCst);
        Fate::Answer(200, page(number, cycle).to_string())
    });
    (stand.through(&transport), requests)
}

fn assert_endless(error: &Error, case: &str) {
    assert_eq!(error.kind(), ErrorKind::Service, "{case}: {error}");
    assert!(error.to_string().contains("second time"), "{case}: {error}");
}

#[tokio::test]
async fn a_repeated_position_ends_every_read() {
    stand::run(async |stand| {
        for (name, run) in READS {
            for page in [empty as Page, full] {
                for cycle in [1, 2, 3, 10] {
                    let (client, requests) = endless(stand, page, cycle);
                    let error = run(client).await.unwrap_err();
                    assert_endless(&error, &format!("{name} {cycle}"));
                    let requests = requests.load(Ordering::SeqCst);
                    assert!(requests > cycle && requests <= 12 * (cycle + 1), "{name} {cycle}: {requests}");
                }
            }
        }
    })
    .await;
}

/// A cursor that leads to itself.
#[tokio::test]
async fn a_page_that_ends_where_it_began_is_an_error() {
    stand::run(async |stand| {
        let (client, _) = endless(stand, full, 1);
        let first = Thing::query(1).limit(1).page_size(1).client(&client).page().await.unwrap();
        let again = Thing::query(1).limit(1).page_size(1).cursor(first.cursor).client(&client).page().await;
        assert_endless(&again.unwrap_err(), "the second page");
    })
    .await;
}

/// Pages of which only a part is returned are read again in part, which is not a repetition.
#[tokio::test]
async fn pages_that_are_cut_are_no_repetition() {
    stand::run(async |_| {
        Things::create_table().await.unwrap();
        for id in 0..30 {
            Thing { group: 1, id }.save().await.unwrap();
        }
        for (limit, page_size) in [(1, 1), (1, 30), (2, 3), (3, 2), (7, 30), (30, 1)] {
            let pages = Thing::query(1).limit(limit).page_size(page_size).pages();
            let pages: Vec<_> = pages.try_collect().await.unwrap();
            let ids: Vec<u32> = pages.iter().flat_map(|page| page.items.iter().map(|thing| thing.id)).collect();
            assert_eq!(ids, (0..30).collect::<Vec<_>>(), "{limit} {page_size}");
        }
    })
    .await;
}
