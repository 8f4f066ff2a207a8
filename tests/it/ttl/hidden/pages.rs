//! Queries and scans: pages are full of live items.

use singlet::{Model, Operation, Page, Table};

use super::{LIVE, Lease, Leases, Title, Trace, ids, trace, trail};
use crate::stand::{self, START};

#[tokio::test]
async fn queries_pass_over_what_has_expired() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        assert_eq!(ids(&Trace::query("t").client(&client).await.unwrap()), LIVE);
        assert_eq!(told.expired(), 15);
        assert_eq!(Trace::query("t").first().await.unwrap(), Some(trace(3)));
        assert_eq!(Trace::query("t").descending().first().await.unwrap(), Some(trace(19)));
        assert_eq!(Trace::query("t").lt(7).one().await.unwrap(), Some(trace(3)), "there are seven others");
        assert_eq!(Trace::query("t").lt(3).one().await.unwrap(), None);
        assert_eq!(ids(&Trace::query("t").limit(2).await.unwrap()), [3, 7]);
        assert_eq!(ids(&Trace::query("t").filter(|t| t.id.gt(10)).await.unwrap()), [11, 15, 19]);
    })
    .await;
}

#[tokio::test]
async fn pages_are_refilled_and_cursors_continue_after_the_last_live_item() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let first = Trace::query("t").limit(2).page_size(3).client(&client).page().await.unwrap();
        assert_eq!((ids(&first.items), first.previous.is_none()), (vec![3, 7], true));
        assert!(told.sent().len() >= 3, "three items to a request, and only every fourth lives");
        let second = Trace::query("t").limit(2).cursor(first.cursor.unwrap()).page().await.unwrap();
        assert_eq!(ids(&second.items), [11, 15]);
        // Requests that reach no further than the page.
        let back = Trace::query("t").limit(2).page_size(2).cursor(second.previous.unwrap()).page().await.unwrap();
        assert_eq!(ids(&back.items), [3, 7]);
        let before = Trace::query("t").limit(2).cursor(back.previous.unwrap()).page().await.unwrap();
        assert!(before.items.is_empty() && before.previous.is_none(), "only expired items lie before");
        let last = Trace::query("t").limit(2).cursor(second.cursor.unwrap()).page().await.unwrap();
        assert_eq!((ids(&last.items), last.cursor.is_none()), (vec![19], true));
    })
    .await;
}

#[tokio::test]
async fn pages_of_requests_are_never_empty_before_the_end() {
    stand::run(async |stand| {
        trail(stand).await;
        let mut pages = Trace::query("t").page_size(2).pages();
        let mut found: Vec<Page<Trace>> = Vec::new();
        while let Some(page) = pages.next().await {
            found.push(page.unwrap());
        }
        let (last, others) = found.split_last().unwrap();
        assert!(others.iter().all(|page| !page.items.is_empty()));
        assert_eq!((others.len() + usize::from(!last.items.is_empty()), last.cursor.is_none()), (5, true));
        let mut stream = Trace::query("t").page_size(2).limit(4).stream();
        let mut streamed = Vec::new();
        while let Some(trace) = stream.next().await {
            streamed.push(trace.unwrap().id);
        }
        assert_eq!(streamed, LIVE[..4]);
    })
    .await;
}

#[tokio::test]
async fn scans_pass_over_what_has_expired() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let mut found = ids(&Trace::scan().page_size(3).client(&client).await.unwrap());
        found.sort_unstable();
        assert_eq!((found.as_slice(), told.expired()), (LIVE.as_slice(), 15));
        let mut found = ids(&Trace::scan().segments(3).client(&client).await.unwrap());
        found.sort_unstable();
        assert_eq!((found.as_slice(), told.expired()), (LIVE.as_slice(), 15));
        assert_eq!(Trace::scan().segments(3).limit(2).await.unwrap().len(), 2);
        let page = Trace::scan().limit(3).page().await.unwrap();
        let rest = Trace::scan().limit(3).cursor(page.cursor.unwrap()).page().await.unwrap();
        assert_eq!((page.items.len(), rest.items.len(), rest.cursor.is_none()), (3, 2, true));
    })
    .await;
}

#[tokio::test]
async fn the_service_counts_what_lives() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        assert_eq!(Trace::query("t").client(&client).count().await.unwrap(), 5);
        assert_eq!(Trace::query("t").lt(8).count().await.unwrap(), 2);
        assert_eq!(Trace::query("t").filter(|t| t.id.gt(10)).count().await.unwrap(), 3);
        assert_eq!(Trace::query("t").select::<Title>().count().await.unwrap(), 5);
        assert_eq!(Trace::scan().client(&client).count().await.unwrap(), 5);
        assert_eq!(Trace::scan().segments(2).client(&client).count().await.unwrap(), 5);
        assert_eq!(told.expired(), 0, "what the service leaves out is not told");
        assert!(told.sent().iter().all(|operation| *operation == Operation::Count));
    })
    .await;
}

#[tokio::test]
async fn an_index_by_expiry_is_counted_by_reading() {
    stand::run(async |stand| {
        Leases::create_table().await.unwrap();
        for id in 0..6 {
            Lease { team: "t".into(), id, expires_at: START + 10 * i64::from(id) }.save().await.unwrap();
        }
        stand.advance(20);
        let query = || Lease::index(Leases::BY_EXPIRY).query("t".to_owned());
        let live = query().await.unwrap().iter().map(|lease| lease.id).collect::<Vec<_>>();
        assert_eq!(live, [3, 4, 5]);
        // DynamoDB refuses a filter that names a key of what is queried.
        assert_eq!(query().count().await.unwrap(), 3);
        assert_eq!(query().page_size(2).limit(2).count().await.unwrap(), 2);
        assert_eq!(Lease::index(Leases::BY_EXPIRY).scan().count().await.unwrap(), 3);
        assert_eq!(Lease::scan().count().await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn projections_and_keys_read_the_expiry_silently() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let titles = Trace::query("t").select::<Title>().client(&client).await.unwrap();
        let expected: Vec<Title> = LIVE.map(|id| Title { title: format!("trace {id}") }).into();
        assert_eq!((titles, told.expired()), (expected, 15));
        let keys = Trace::query("t").keys().client(&client).await.unwrap();
        assert_eq!((keys.len(), told.expired()), (5, 15));
        let page = Trace::query("t").select::<Title>().limit(2).page_size(2).page().await.unwrap();
        assert_eq!((page.items.len(), page.items[1].title.as_str()), (2, "trace 7"));
        assert_eq!(Trace::query("t").limit(2).hydrate().await.unwrap(), [trace(3), trace(7)]);
    })
    .await;
}
