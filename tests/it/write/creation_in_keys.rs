//! The time of creation as a part of index keys: whatever writes the item, its keys contain the stored time.

use std::time::Duration;

use futures_util::future::try_join_all;
use singlet::{ErrorKind, ExpiredItems, Item, Model, ModelConfig, TTLAttribute, Table};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::stand::{self, START, Stand, item, n, s};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "tickets", hash_key = "pk", entity = "_type", ttl = "expires_at")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi2pk", range_key = "gsi2sk"))]
struct Tickets;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "TICKET#{id}")]
#[model(index(gsi1, hash_key = "STATE#{state}", range_key = "{created}#{state}"))]
#[model(index(gsi2, hash_key = "DAY#{created:date}", range_key = "TICKET#{id}"))]
struct Ticket {
    id: u32,
    state: String,
    #[model(created_at)]
    created: OffsetDateTime,
    #[model(version)]
    version: u64,
    note: Option<String>,
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap()
}

/// Checks the keys of the only item against its time of creation, and returns that time.
async fn created(stand: &Stand) -> OffsetDateTime {
    let stored = stand.only_item("tickets").await;
    let text = |name: &str| stored[name].as_s().unwrap().clone();
    let created = text("created");
    assert_eq!(text("gsi1pk"), format!("STATE#{}", text("state")));
    assert_eq!(text("gsi1sk"), format!("{created}#{}", text("state")));
    assert_eq!(text("gsi2pk"), format!("DAY#{}", created.split('T').next().unwrap()));
    assert_eq!(text("gsi2sk"), "TICKET#0000000001");
    OffsetDateTime::parse(&created, &Rfc3339).unwrap()
}

fn ticket(state: &str) -> Ticket {
    Ticket::builder().id(1_u32).state(state).build()
}

#[tokio::test]
async fn every_write_of_a_whole_item_stores_one_time() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        let mut first = ticket("new");
        first.create().await.unwrap();
        assert_eq!((first.created, created(stand).await), (at(START), at(START)));

        // A save of a value that was read keeps the time, and one of a new value sets another.
        stand.advance(86_400);
        let mut read = Ticket::get(1).await.unwrap().unwrap();
        read.state = "open".into();
        read.save().await.unwrap();
        assert_eq!(created(stand).await, at(START));
        Ticket::delete_by_key(1).await.unwrap();
        ticket("new").save().await.unwrap();
        assert_eq!(created(stand).await, at(START + 86_400));

        Ticket::delete_by_key(1).await.unwrap();
        stand.advance(1);
        singlet::transact_write().write(ticket("new").create()).await.unwrap();
        assert_eq!(created(stand).await, at(START + 86_401));
        // The day is a partition, and the time a range.
        let day = Ticket::index(Tickets::GSI2).query(at(START + 86_400)).await.unwrap();
        let later = Ticket::index(Tickets::GSI1).query("new").gt(at(START + 86_400)).await.unwrap();
        assert_eq!((day.len(), later), (1, day));
        assert!(Ticket::index(Tickets::GSI1).query("new").lt(at(START + 86_401)).await.unwrap().is_empty());
    })
    .await;
}

/// What a batch writes has no version.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "VISIT#{id}", index(gsi1, hash_key = "VISITS", range_key = "{created}#{id}"))]
struct Visit {
    id: u32,
    #[model(created_at, default)]
    created: i64,
    page: Option<String>,
}

#[tokio::test]
async fn puts_of_a_batch_store_one_time() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        let visits = [1_u32, 2].map(|id| Visit { id, created: 0, page: None });
        singlet::batch_write().put_all(&visits).await.unwrap();
        for stored in stand.stored("tickets").await {
            assert_eq!(stored["created"], n(START * 1000));
            let id = stored["pk"].as_s().unwrap().strip_prefix("VISIT#").unwrap();
            assert_eq!(stored["gsi1sk"], s(&format!("p{:019}#{id}", START * 1000)));
        }
        assert_eq!(Visit::index(Tickets::GSI1).query(()).ge(START * 1000).count().await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_update_keeps_the_stored_time_or_must_be_told() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        let mut ticket = ticket("new");
        ticket.create().await.unwrap();
        stand.advance(86_400);

        ticket.modify().set(|t| t.state, "open").await.unwrap();
        assert_eq!((created(stand).await, ticket.created), (at(START), at(START)));
        let old = ticket.clone();
        ticket.state = "done".into();
        ticket.update_from(&old).await.unwrap();
        assert_eq!(created(stand).await, at(START));
        let update = || Ticket::update(1).set(|t| t.state, "closed");
        update().assume(|t| t.created, at(START)).await.unwrap();
        assert_eq!(created(stand).await, at(START));

        let unknown = update().await.unwrap_err();
        assert_eq!((unknown.kind(), unknown.attribute()), (ErrorKind::Validation, Some("created")));
        let wrong = update().assume(|t| t.created, at(START + 1)).await.unwrap_err();
        assert_eq!((wrong.kind(), wrong.attribute()), (ErrorKind::ConditionFailed, Some("created")));
        // No key depends on the note.
        Ticket::update(1).set(|t| t.note, "late").await.unwrap();
        let known = update().assume(|t| t.created, at(START));
        singlet::transact_write().write(known).await.unwrap();
        assert_eq!(created(stand).await, at(START));
    })
    .await;
}

#[tokio::test]
async fn an_upsert_keeps_the_stored_time_or_sets_one() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport);
        let upsert = |state: &str| Ticket::upsert(1).set(|t| t.state, state);
        let new = upsert("new").client(&client).await.unwrap();
        assert_eq!((new.created, created(stand).await), (at(START), at(START)));
        stand.advance(86_400);
        let same = upsert("open").client(&client).await.unwrap();
        assert_eq!((same.created, created(stand).await), (at(START), at(START)));
        let sent: Vec<String> = transport.sent().into_iter().map(|sent| sent.operation).collect();
        assert_eq!(sent, ["GetItem", "UpdateItem", "GetItem", "UpdateItem"]);
        assert!(upsert("open").explain().unwrap().reads_first());

        // A time that the caller states is a condition instead of a read.
        upsert("done").assume(|t| t.created, at(START)).client(&client).await.unwrap();
        assert_eq!((created(stand).await, transport.sent().len()), (at(START), 5));
        let wrong = upsert("done").assume(|t| t.created, at(START + 1)).await.unwrap_err();
        assert_eq!((wrong.kind(), wrong.attribute()), (ErrorKind::ConditionFailed, Some("created")));
        let refused = singlet::transact_write().write(upsert("closed")).await.unwrap_err();
        assert_eq!((refused.kind(), refused.attribute()), (ErrorKind::Validation, Some("created")));
        let stated = upsert("closed").assume(|t| t.created, at(START));
        singlet::transact_write().write(stated).await.unwrap();
        assert_eq!(created(stand).await, at(START));
    })
    .await;
}

/// Another writer creates, or deletes and creates, the item after the upsert has read it.
#[tokio::test]
async fn an_upsert_notices_who_creates_the_item_meanwhile() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        for earlier in [false, true] {
            if earlier {
                Ticket::delete_by_key(1).await.unwrap();
                ticket("new").create().await.unwrap();
                stand.advance(10);
            }
            // The item that was read is not the one that is stored when the update arrives.
            let (other, clock) = (stand.client.clone(), stand.clock.clone());
            let transport = Transport::new(move |number, _| {
                if number != 1 {
                    return Fate::Pass;
                }
                let (other, clock) = (other.clone(), clock.clone());
                Fate::PassAfter(Box::pin(async move {
                    Ticket::delete_by_key(1).client(&other).await.unwrap();
                    clock.advance(Duration::from_secs(1));
                    ticket("new").create().client(&other).await.unwrap();
                }))
            });
            let upsert = Ticket::upsert(1).set(|t| t.state, "open").client(&stand.through(&transport)).await;
            let now = at(stand.clock.now());
            assert_eq!((upsert.unwrap().created, created(stand).await), (now, now));
            assert_eq!(transport.sent().len(), 3, "the refusal tells the new time");
        }
        let upserts = (0..8).map(|n| Ticket::upsert(1).set(|t| t.state, format!("s{n}")).into_future());
        try_join_all(upserts).await.unwrap();
        created(stand).await;
    })
    .await;
}

/// A stored item may lack the time, or have NULL. A default is what readers see; the upsert stores the time.
#[tokio::test]
async fn an_upsert_gives_an_older_item_its_time() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        let bare = || item([("pk", s("VISIT#0000000001")), ("id", n(1)), ("_type", s("Visit"))]);
        let null = aws_sdk_dynamodb::types::AttributeValue::Null(true);
        for lacking in [bare(), bare().into_iter().chain([("created".to_owned(), null)]).collect::<Item>()] {
            stand.put_raw("tickets", lacking).await;
            let upsert = || Visit::upsert(1).set(|v| v.page, "home");
            // The default is not a time that an item has.
            let stated = upsert().assume(|v| v.created, 0).await.unwrap_err();
            assert_eq!((stated.kind(), stated.attribute()), (ErrorKind::ConditionFailed, Some("created")));
            let visit = upsert().await.unwrap();
            let stored = stand.only_item("tickets").await;
            assert_eq!((visit.created, &stored["created"]), (START * 1000, &n(START * 1000)));
            assert_eq!(stored["gsi1sk"], s(&format!("p{:019}#0000000001", START * 1000)));
        }
    })
    .await;
}

/// An expired session counts as absent, and the one that takes its place is a new one.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Tickets, hash_key = "SESSION#{id}", index(gsi1, hash_key = "SESSIONS", range_key = "{created}"))]
#[model(config = hidden)]
struct Session {
    id: u32,
    #[model(created_at)]
    created: Option<OffsetDateTime>,
    expires_at: Option<TTLAttribute>,
    user: Option<String>,
}

fn hidden() -> ModelConfig {
    ModelConfig::new("tickets").ttl(Duration::from_mins(30)).expired(ExpiredItems::Hide)
}

#[tokio::test]
async fn what_takes_the_place_of_an_expired_item_is_new() {
    stand::run(async |stand| {
        Tickets::create_table().await.unwrap();
        for _ in 0..2 {
            let session = Session::upsert(1).set(|s| s.user, "ann").await.unwrap();
            assert_eq!(session.created, Some(at(stand.clock.now())));
            let stored = stand.only_item("tickets").await;
            assert_eq!(stored["gsi1sk"], stored["created"]);
            stand.advance(1_801);
        }
    })
    .await;
}

#[derive(Table)]
#[table(name = "feed", hash_key = "pk", entity = "_type")]
#[table(index(name = "newest", hash_key = "feed", range_key = "created", range_key_type = "N"))]
struct Feed;

/// The time is a key of the index itself, and the other key is the same for all items.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Feed, hash_key = "POST#{id}", index(newest, hash_key = "ALL", range_key = created))]
struct Post {
    id: u32,
    #[model(created_at)]
    created: i64,
    text: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Feed, hash_key = "PAGE#{id}", index(newest, hash_key = "PAGES", range_key = created))]
struct Page {
    id: u32,
    #[model(updated_at)]
    created: Option<i64>,
    text: Option<String>,
}

#[tokio::test]
async fn an_item_that_an_upsert_creates_is_in_an_index_on_a_time() {
    stand::run(async |_| {
        Feed::create_table().await.unwrap();
        let post = Post::upsert(1).set(|p| p.text, "a").await.unwrap();
        assert_eq!(Post::index(Feed::NEWEST).query(()).await.unwrap(), [post]);
        let page = Page::upsert(1).set(|p| p.text, "a").await.unwrap();
        assert_eq!(Page::index(Feed::NEWEST).query(()).await.unwrap(), [page]);
    })
    .await;
}
