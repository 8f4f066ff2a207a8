//! Reading through secondary indexes, whole ones and those that hold a part.

#![allow(clippy::duplicated_attributes, reason = "two indexes may have the same range key")]

use singlet::{ErrorKind, Model, Projection, SkipReason, Table};

use crate::stand;
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "desk", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "all", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "keys", hash_key = "gsi2pk", range_key = "gsi2sk", projection = "keys_only"))]
#[table(index(name = "some", hash_key = "gsi2pk", range_key = "gsi1sk", include("title", "_type")))]
#[table(index(name = "newest", local, range_key = "opened"))]
struct Desk;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TEAM#{team}", range_key = "TICKET#{id:04}")]
#[model(index(all, hash_key = "STATE#{state}", range_key = "TICKET#{priority}#{id:04}"))]
#[model(index(keys, hash_key = "OWNER#{owner}", range_key = "TICKET#{id:04}"))]
#[model(index(some, hash_key = "OWNER#{owner}", range_key = "TICKET#{priority}#{id:04}"))]
#[model(index(newest, range_key = opened))]
struct Ticket {
    team: String,
    id: u32,
    state: String,
    priority: u8,
    owner: Option<String>,
    title: String,
    opened: String,
}

/// Has keys in the index that begin as those of [`Ticket`] do.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Desk, hash_key = "TEAM#{team}", range_key = "TICKET#NOTE#{id:04}")]
#[model(index(all, hash_key = "STATE#{state}", range_key = "TICKET#NOTE#{id:04}"))]
#[model(index(keys, hash_key = "OWNER#{owner}", range_key = "TICKET#NOTE#{id:04}"))]
struct Note {
    team: String,
    id: u32,
    state: String,
    owner: String,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Ticket)]
struct Title {
    title: String,
}

#[derive(Debug, Clone, PartialEq, Projection)]
#[projection(of = Ticket)]
struct Opened {
    opened: String,
}

fn ticket(id: u32) -> Ticket {
    Ticket {
        team: "t".into(),
        id,
        state: if id.is_multiple_of(2) { "open" } else { "done" }.into(),
        priority: u8::try_from(id % 3).unwrap(),
        owner: (id != 5).then(|| "ann".into()),
        title: format!("ticket {id}"),
        opened: format!("2024-{:02}", 12 - id),
    }
}

/// Tickets 0 to 7 and two notes.
async fn desk() {
    Desk::create_table().await.unwrap();
    for id in 0..8 {
        ticket(id).save().await.unwrap();
    }
    for id in 0..2 {
        Note { team: "t".into(), id, state: "open".into(), owner: "ann".into() }.save().await.unwrap();
    }
}

fn ids(tickets: &[Ticket]) -> Vec<u32> {
    tickets.iter().map(|ticket| ticket.id).collect()
}

#[tokio::test]
async fn an_index_is_queried_in_its_own_order() {
    stand::run(async |stand| {
        desk().await;
        let transport = Transport::recording();
        let query = || Ticket::index(Desk::ALL).query("open").client(&stand.through(&transport));
        assert_eq!(ids(&query().await.unwrap()), [0, 6, 4, 2]);
        assert_eq!(transport.sent()[0].json()["IndexName"], "all");
        assert_eq!(ids(&query().eq(0).await.unwrap()), [0, 6]);
        assert_eq!(ids(&query().gt(0).descending().await.unwrap()), [2, 4]);
        assert_eq!(ids(&query().between((0, 6), 1).await.unwrap()), [6, 4]);
        assert_eq!(ids(&query().filter(|t| t.title.eq("ticket 4")).await.unwrap()), [4]);
        assert_eq!(query().count().await.unwrap(), 4);
        assert_eq!(query().eq((1, 4)).one().await.unwrap(), Some(ticket(4)));
        assert_eq!(Note::index(Desk::ALL).query("open").await.unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn pages_of_an_index_go_both_ways() {
    stand::run(async |_| {
        desk().await;
        let query = || Ticket::index(Desk::ALL).query("open").limit(3);
        let first = query().page().await.unwrap();
        let second = query().cursor(&first.cursor).page().await.unwrap();
        assert_eq!((ids(&first.items), ids(&second.items)), (vec![0, 6, 4], vec![2]));
        assert!(second.cursor.is_none());
        assert_eq!(query().cursor(&second.previous).page().await.unwrap().items, first.items);
        let error = Ticket::index(Desk::NEWEST).query("t").cursor(&first.cursor).page().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidCursor);
    })
    .await;
}

#[tokio::test]
async fn a_local_index_can_be_read_consistently() {
    stand::run(async |_| {
        desk().await;
        let query = || Ticket::index(Desk::NEWEST).query("t").consistent();
        assert_eq!(ids(&query().limit(3).await.unwrap()), [7, 6, 5]);
        assert_eq!(ids(&query().begins_with("2024-1").await.unwrap()), [2, 1, 0]);
        assert_eq!(ids(&query().ge("2024-11").await.unwrap()), [1, 0]);
        let first = query().limit(5).page().await.unwrap();
        assert_eq!(ids(&query().cursor(first.cursor).await.unwrap()), [2, 1, 0]);
        let by_key = Ticket::index(Desk::NEWEST).query(ticket(1).key().unwrap());
        assert_eq!(by_key.count().await.unwrap(), 8, "a whole key says the partition of a local index");
        let error = Ticket::index(Desk::ALL).query(ticket(1).key().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidKey);
    })
    .await;
}

#[tokio::test]
async fn an_index_of_keys_gives_keys() {
    stand::run(async |_| {
        desk().await;
        let query = || Ticket::index(Desk::KEYS).query("ann");
        let keys = query().keys().await.unwrap();
        let ids: Vec<u32> = keys.iter().map(|key| key.parts().unwrap().1).collect();
        assert_eq!(ids, [0, 1, 2, 3, 4, 6, 7], "neither the notes nor the ticket without an owner");
        assert_eq!(query().descending().keys().first().await.unwrap(), Some(ticket(7).key().unwrap()));
        assert_eq!(query().eq(3).keys().one().await.unwrap(), Some(ticket(3).key().unwrap()));
        let first = query().keys().limit(4).page().await.unwrap();
        let second = query().keys().limit(4).cursor(first.cursor).page().await.unwrap();
        assert_eq!([first.items, second.items].concat(), keys);
        assert_eq!(Ticket::index(Desk::KEYS).scan().keys().await.unwrap().len(), 7);
    })
    .await;
}

#[tokio::test]
async fn what_an_index_includes_can_be_selected() {
    stand::run(async |stand| {
        desk().await;
        let transport = Transport::recording();
        let query = || Ticket::index(Desk::SOME).query("ann").client(&stand.through(&transport));
        let titles: Vec<String> = query().select::<Title>().await.unwrap().into_iter().map(|t| t.title).collect();
        assert_eq!(titles, [0, 3, 6, 1, 4, 7, 2].map(|id| format!("ticket {id}")));
        let page = query().select::<Title>().limit(2).page().await.unwrap();
        let rest = query().select::<Title>().cursor(page.cursor).await.unwrap();
        assert_eq!(rest.len(), 5, "a projection that omits the keys still has cursors");

        let sent = transport.sent().len();
        let error = query().select::<Opened>().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("opened")));
        let error = query().filter(|t| t.state.eq("open")).keys().await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Validation, Some("state")));
        assert_eq!(transport.sent().len(), sent, "nothing was sent");
    })
    .await;
}

#[tokio::test]
async fn a_projection_of_the_table_reads_few_attributes() {
    stand::run(async |stand| {
        desk().await;
        let transport = Transport::recording();
        let query = || Ticket::query("t").select::<Title>().client(&stand.through(&transport));
        let titles = query().await.unwrap();
        assert_eq!(titles.len(), 8);
        assert_eq!(titles[3], Title { title: "ticket 3".into() });
        let names = transport.sent()[0].json()["ProjectionExpression"].as_str().unwrap().split(", ").count();
        assert_eq!(names, 4, "the title, the keys and the entity");
        let page = query().limit(5).page().await.unwrap();
        assert_eq!(query().cursor(page.cursor).await.unwrap().len(), 3);
        assert_eq!(Ticket::scan().select::<Title>().await.unwrap().len(), 8);
    })
    .await;
}

#[derive(Clone, Default)]
struct Skipped(std::sync::Arc<std::sync::Mutex<Vec<SkipReason>>>);

impl singlet::Observer for Skipped {
    fn request(&self, event: &singlet::RequestEvent<'_>) {
        assert_eq!(event.index, (event.operation == singlet::Operation::Query).then_some("keys"));
    }

    fn skipped_item(&self, event: &singlet::SkippedItem<'_>) {
        self.0.lock().unwrap().push(event.reason);
    }
}

#[tokio::test]
async fn hydrated_items_keep_the_order_of_the_index() {
    stand::run(async |stand| {
        desk().await;
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        let query = || Ticket::index(Desk::KEYS).query("ann").descending().client(&client);
        assert_eq!(ids(&query().hydrate().await.unwrap()), [7, 6, 4, 3, 2, 1, 0]);
        let first = query().limit(3).hydrate().page().await.unwrap();
        assert_eq!(ids(&first.items), [7, 6, 4]);
        let second = query().limit(3).cursor(first.cursor).hydrate().consistent().page().await.unwrap();
        assert_eq!(ids(&second.items), [3, 2, 1]);
    })
    .await;
}

#[tokio::test]
async fn an_item_that_is_deleted_meanwhile_is_skipped_and_reported() {
    stand::run(async |stand| {
        desk().await;
        let skipped = Skipped::default();
        // The index still has ticket 9, which nobody wrote.
        let key = |id: u32| format!(r#"{{"pk":{{"S":"TEAM#t"}},"sk":{{"S":"TICKET#{id:04}"}}}}"#);
        let answer = format!(r#"{{"Count":3,"ScannedCount":3,"Items":[{},{},{}]}}"#, key(1), key(9), key(2));
        let transport = Transport::new(move |_, sent| match sent.operation.as_str() {
            "Query" => Fate::Answer(200, answer.clone()),
            _ => Fate::Pass,
        });
        let client = stand.through(&transport).with_observer(skipped.clone());
        let tickets = Ticket::index(Desk::KEYS).query("ann").client(&client).hydrate().await.unwrap();
        assert_eq!(ids(&tickets), [1, 2]);
        assert_eq!(*skipped.0.lock().unwrap(), [SkipReason::Deleted]);
    })
    .await;
}
