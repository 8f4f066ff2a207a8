//! Writes that are sent as a transaction return no item, so it is read back. What is said if it cannot be read.
//!
//! [`WAYS`] holds every write that is read back. Whatever happens between the write and the read, the error says that the
//! write was applied.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use singlet::{Client, ErrorKind, Model, Result, Table, transact_write};

use crate::stand::{self, s};
use crate::transport::{Fate, Transport, error_body};

#[derive(Table)]
#[table(name = "members", hash_key = "pk", entity = "_type")]
struct Members;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Members, hash_key = "MEMBER#{id}")]
struct Member {
    id: u32,
    #[model(unique)]
    email: String,
    points: u32,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Members, hash_key = "MEMBER#{id}")]
struct Guest {
    id: u32,
    points: u32,
}

type Written = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type Way = (&'static str, fn(Client) -> Written);

fn member() -> Member {
    Member { id: 1, email: "a@example.com".into(), points: 0 }
}

/// Each sets the points of member 1 to 5.
const WAYS: [Way; 3] = [
    ("update", |client| {
        Box::pin(async move {
            let update = Member::update(1).set(|m| m.email, "b@example.com").set(|m| m.points, 5);
            update.client(&client).await.map(drop)
        })
    }),
    ("modify", |client| {
        Box::pin(async move {
            let mut member = member();
            member.modify().set(|m| m.email, "b@example.com").set(|m| m.points, 5).client(&client).await.map(drop)
        })
    }),
    ("transaction", |client| {
        Box::pin(async move {
            let (mut first, mut second) = (member(), Guest { id: 2, points: 0 });
            let writes = transact_write().write(first.modify().set(|m| m.points, 5)).write(second.save());
            let written = writes.client(&client).await;
            assert_eq!(Guest::get(2).await.unwrap(), Some(second), "the other write was applied too");
            written
        })
    }),
];

#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    Deleted,
    Replaced,
    Denied,
    Throttled,
    Lost,
}

impl Meanwhile {
    fn fate(self, other: Client) -> Fate {
        match self {
            Meanwhile::Deleted => Fate::PassAfter(Box::pin(async move {
                Member::delete_by_key(1).client(&other).await.unwrap();
            })),
            Meanwhile::Replaced => Fate::PassAfter(Box::pin(async move {
                let put = other.sdk().put_item().table_name("members").item("pk", s("MEMBER#0000000001"));
                put.item("_type", s("Guest")).send().await.unwrap();
            })),
            Meanwhile::Denied => Fate::Answer(400, error_body("AccessDeniedException")),
            Meanwhile::Throttled => Fate::Answer(400, error_body("ThrottlingException")),
            Meanwhile::Lost => Fate::LoseResponse,
        }
    }
}

#[tokio::test]
async fn an_error_after_the_write_says_that_it_was_applied() {
    use Meanwhile::{Deleted, Denied, Lost, Replaced, Throttled};
    for (way, write) in WAYS {
        for (meanwhile, kind) in [
            (Deleted, ErrorKind::OutcomeUnknown),
            (Replaced, ErrorKind::Decode),
            (Denied, ErrorKind::Service),
            (Throttled, ErrorKind::Throttled),
            (Lost, ErrorKind::Connection),
        ] {
            stand::run(async |stand| {
                Members::create_table().await.unwrap();
                member().create().await.unwrap();
                let (is_written, other) = (Arc::new(AtomicBool::new(false)), stand.client.clone());
                let transport = Transport::new(move |_, sent| match &*sent.operation {
                    "GetItem" if is_written.load(Ordering::Relaxed) => meanwhile.fate(other.clone()),
                    operation => {
                        is_written.fetch_or(operation == "TransactWriteItems", Ordering::Relaxed);
                        Fate::Pass
                    }
                });
                let outcome = write(stand.through(&transport)).await;
                let case = format!("{way}, {meanwhile:?}: {outcome:?}");
                let error = outcome.expect_err(&case);
                assert_eq!((error.kind(), error.model()), (kind, Some("Member")), "{case}");
                assert!(error.may_have_been_written(), "{case}");
                assert!(error.to_string().starts_with("the write was done"), "{case}");
                if !matches!(meanwhile, Deleted | Replaced) {
                    assert_eq!(Member::get(1).await.unwrap().unwrap().points, 5, "{case}");
                }
            })
            .await;
        }
    }
}
