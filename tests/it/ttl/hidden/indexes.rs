//! Indexes, with and without the TTL attribute.

use singlet::{Model, Operation};

use super::{LIVE, Title, Trace, Trail, ids, trace, trail};
use crate::stand;
use crate::transport::{Fate, Transport};

fn titles(ids: &[u32]) -> Vec<Title> {
    ids.iter().map(|id| Title { title: format!("trace {id}") }).collect()
}

#[tokio::test]
async fn whole_indexes_are_read_as_the_table() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        assert_eq!(ids(&Trace::index(Trail::ALL).query("open").client(&client).await.unwrap()), LIVE);
        assert_eq!(ids(&Trace::index(Trail::NEWEST).query("t").client(&client).await.unwrap()), LIVE);
        assert_eq!(told.expired(), 30);
        assert_eq!(Trace::index(Trail::ALL).query("open").count().await.unwrap(), 5);
        assert_eq!(Trace::index(Trail::NEWEST).query("t").consistent().count().await.unwrap(), 5);
        let page = Trace::index(Trail::NEWEST).query("t").descending().limit(2).page_size(2).page().await.unwrap();
        assert_eq!(ids(&page.items), [19, 15]);
        let next = Trace::index(Trail::NEWEST).query("t").descending().limit(2).cursor(page.cursor.unwrap());
        assert_eq!(ids(&next.page().await.unwrap().items), [11, 7]);
        assert_eq!(Trace::index(Trail::ALL).scan().await.unwrap().len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_index_that_includes_the_expiry_needs_no_table() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let found = Trace::index(Trail::DATED).query("t").select::<Title>().client(&client).await.unwrap();
        assert_eq!((found, told.expired()), (titles(&LIVE), 15));
        assert_eq!(Trace::index(Trail::DATED).query("t").keys().client(&client).count().await.unwrap(), 5);
        assert_eq!(Trace::index(Trail::DATED).query("t").keys().limit(2).client(&client).await.unwrap().len(), 2);
        assert!(!told.sent().contains(&Operation::BatchGet));
    })
    .await;
}

#[tokio::test]
async fn an_index_without_the_expiry_asks_the_table() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let found = Trace::index(Trail::TITLED).query("t").select::<Title>().client(&client).await.unwrap();
        assert_eq!((found, told.expired()), (titles(&LIVE), 15));
        assert_eq!(told.sent(), [Operation::Query, Operation::BatchGet]);
        let keys = Trace::index(Trail::KEYS).query("t").keys().client(&client).await.unwrap();
        let live: Vec<_> = LIVE.iter().map(|&id| trace(id).key().unwrap()).collect();
        assert_eq!((keys, told.expired()), (live, 15));
        assert_eq!(Trace::index(Trail::KEYS).query("t").keys().count().await.unwrap(), 5);
        assert_eq!(Trace::index(Trail::KEYS).query("t").keys().limit(3).count().await.unwrap(), 3);
        assert_eq!(Trace::index(Trail::KEYS).scan().keys().segments(2).count().await.unwrap(), 5);
        assert_eq!(Trace::index(Trail::TITLED).query("t").keys().first().await.unwrap(), Some(trace(3).key().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn its_pages_are_full_and_their_cursors_right() {
    stand::run(async |stand| {
        trail(stand).await;
        let query = || Trace::index(Trail::TITLED).query("t").select::<Title>().limit(2).page_size(3);
        let first = query().page().await.unwrap();
        assert_eq!(first.items, titles(&[3, 7]));
        let second = query().cursor(first.cursor.unwrap()).page().await.unwrap();
        assert_eq!(second.items, titles(&[11, 15]));
        let back = query().cursor(second.previous.unwrap()).page().await.unwrap();
        assert_eq!(back.items, titles(&[3, 7]));
        let last = query().cursor(second.cursor.unwrap()).page().await.unwrap();
        assert_eq!((last.items, last.cursor.is_none()), (titles(&[19]), true));
        let mut stream = query().limit(4).stream();
        let mut streamed = Vec::new();
        while let Some(title) = stream.next().await {
            streamed.push(title.unwrap());
        }
        assert_eq!(streamed, titles(&LIVE[..4]));
    })
    .await;
}

#[tokio::test]
async fn the_table_is_asked_for_nothing_but_the_expiry() {
    stand::run(async |stand| {
        trail(stand).await;
        let transport = Transport::recording();
        Trace::index(Trail::KEYS).query("t").keys().client(&stand.through(&transport)).await.unwrap();
        let sent = transport.sent();
        assert_eq!(sent.iter().map(|sent| sent.operation.as_str()).collect::<Vec<_>>(), ["Query", "BatchGetItem"]);
        let asked = &sent[1].json()["RequestItems"]["trail"];
        let mut names: Vec<_> = asked["ExpressionAttributeNames"].as_object().unwrap().values().collect();
        names.sort_by_key(ToString::to_string);
        assert_eq!(names, ["_type", "expires_at", "pk", "sk"]);
        assert_eq!(asked["Keys"].as_array().unwrap().len(), 20);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_checked_is_an_error() {
    stand::run(async |stand| {
        trail(stand).await;
        let body = crate::transport::error_body("AccessDeniedException");
        let transport = Transport::new(move |_, sent| match sent.operation.as_str() {
            "BatchGetItem" => Fate::Answer(400, body.clone()),
            _ => Fate::Pass,
        });
        let keys = Trace::index(Trail::KEYS).query("t").keys().client(&stand.through(&transport));
        keys.await.unwrap_err();
    })
    .await;
}

#[tokio::test]
async fn hydrated_items_are_checked_in_the_table_and_refilled() {
    stand::run(async |stand| {
        let (client, told) = trail(stand).await;
        let hydrate = || Trace::index(Trail::KEYS).query("t").limit(2).hydrate();
        let found = Trace::index(Trail::KEYS).query("t").client(&client).hydrate().await.unwrap();
        assert_eq!((ids(&found), told.expired()), (LIVE.to_vec(), 15));
        assert_eq!(ids(&hydrate().await.unwrap()), [3, 7]);
        let first = hydrate().page().await.unwrap();
        assert_eq!((ids(&first.items), first.previous.is_none()), (vec![3, 7], true));
        let cursor = first.cursor.unwrap();
        let at = |cursor| Trace::index(Trail::KEYS).query("t").limit(2).cursor(cursor).hydrate().page();
        let second = at(cursor).await.unwrap();
        assert_eq!(ids(&second.items), [11, 15]);
        let back = at(second.previous.unwrap()).await.unwrap();
        assert_eq!(ids(&back.items), [3, 7]);
        let last = at(second.cursor.unwrap()).await.unwrap();
        assert_eq!((ids(&last.items), last.cursor.is_none()), (vec![19], true));
    })
    .await;
}
