//! Expired items that are in the way of a write, and removals of them that fail.

use std::pin::Pin;
use std::time::Duration;

use singlet::{Client, ErrorKind, Model, Result, TTLAttribute, Table};

use crate::stand;
use crate::transport::{Fate, Transport, error_body};

#[derive(Table)]
#[table(name = "sessions", hash_key = "pk", ttl = "expires_at", entity = "_type")]
struct Sessions;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Sessions, hash_key = "S#{id}", expired = "hide")]
struct Session {
    id: u32,
    #[model(ttl = "5m")]
    expires_at: Option<TTLAttribute>,
    data: String,
}

fn session(id: u32, data: &str) -> Session {
    Session { id, expires_at: None, data: data.into() }
}

type Run = fn(Client) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// The writes that an expired item can block: they succeed after it is removed.
const WAYS: [(&str, Run); 3] = [
    ("save.when", |c| Box::pin(async move { session(1, "new").save().when(|s| s.data.not_exists()).client(&c).await })),
    ("transaction of upsert", |c| Box::pin(async move { singlet::transact_write().write(upsert()).client(&c).await })),
    ("transaction of save.when", |c| {
        Box::pin(async move {
            let mut new = session(1, "new");
            let save = new.save().when(|s| s.data.not_exists());
            singlet::transact_write().write(save).client(&c).await
        })
    }),
];

fn upsert() -> singlet::Update<'static, Session> {
    Session::upsert(1).set(|s| s.data, "new")
}

#[tokio::test]
async fn a_removal_that_fails_is_what_is_reported() {
    let faults: [(fn() -> Fate, ErrorKind); 4] = [
        (|| Fate::Answer(400, error_body("AccessDeniedException")), ErrorKind::Service),
        (|| Fate::Answer(400, error_body("TransactionConflictException")), ErrorKind::TransactionConflict),
        (|| Fate::Answer(400, error_body("ThrottlingException")), ErrorKind::Throttled),
        (|| Fate::LoseRequest, ErrorKind::Connection),
    ];
    stand::run(async |stand| {
        Sessions::create_table().await.unwrap();
        for (name, run) in WAYS {
            for (fault, kind) in faults {
                session(1, "old").save().await.unwrap();
                stand.clock.advance(Duration::from_secs(400));
                let stored = stand.only_item("sessions").await;
                let transport = Transport::new(move |_, sent| match &*sent.operation {
                    "DeleteItem" => fault(),
                    _ => Fate::Pass,
                });
                let error = run(stand.through(&transport)).await.expect_err(name);
                assert_eq!(error.kind(), kind, "{name}: {error}");
                assert!(!error.may_have_been_written(), "{name}: only the removal has failed");
                assert_eq!(stand.only_item("sessions").await, stored, "{name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_removal_whose_answer_is_lost_is_done() {
    stand::run(async |stand| {
        Sessions::create_table().await.unwrap();
        for (name, run) in WAYS {
            session(1, "old").save().await.unwrap();
            stand.clock.advance(Duration::from_secs(400));
            let transport = Transport::new({
                let first = std::sync::atomic::AtomicBool::new(true);
                move |_, sent| {
                    let loses =
                        sent.operation == "DeleteItem" && first.swap(false, std::sync::atomic::Ordering::SeqCst);
                    if loses { Fate::LoseResponse } else { Fate::Pass }
                }
            });
            run(stand.through(&transport)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(Session::get(1).await.unwrap().unwrap().data, "new", "{name}");
        }
    })
    .await;
}

/// What happens to the second request, the error of the upsert, and what is stored then.
type Fault = (fn() -> Fate, Option<ErrorKind>, &'static str);

/// An upsert takes the place of the expired item in one request, on the condition that the item is still expired.
#[tokio::test]
async fn an_upsert_over_an_expired_item_says_what_has_become_of_it() {
    let faults: [Fault; 3] = [
        (|| Fate::Answer(400, error_body("AccessDeniedException")), Some(ErrorKind::Service), "old"),
        (|| Fate::LoseRequest, None, "new"),
        // The retry finds that the item is no longer expired.
        (|| Fate::LoseResponse, Some(ErrorKind::OutcomeUnknown), "new"),
    ];
    stand::run(async |stand| {
        Sessions::create_table().await.unwrap();
        for (fault, kind, data) in faults {
            session(1, "old").save().await.unwrap();
            stand.clock.advance(Duration::from_secs(400));
            let transport = Transport::new(move |number, _| if number == 1 { fault() } else { Fate::Pass });
            let error = upsert().client(&stand.through(&transport)).await.err();
            assert_eq!(error.as_ref().map(singlet::Error::kind), kind, "{error:?}");
            assert_eq!(stand.only_item("sessions").await["data"], stand::s(data), "{error:?}");
        }
        // Another client renews the item in between.
        session(1, "old").save().await.unwrap();
        stand.clock.advance(Duration::from_secs(400));
        let client = stand.client.clone();
        let renew = move || {
            let client = client.clone();
            Box::pin(async move { session(1, "renewed").save().client(&client).await.unwrap() })
        };
        let transport =
            Transport::new(move |number, _| if number == 1 { Fate::PassAfter(renew()) } else { Fate::Pass });
        let old = upsert().client(&stand.through(&transport)).return_old().await.unwrap();
        assert_eq!(old.unwrap().data, "renewed");
    })
    .await;
}
