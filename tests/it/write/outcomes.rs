//! Conditional writes of which an attempt was not answered: who has written what is stored?
//!
//! The table of [`WAYS`] holds every way to write under a condition. Each is met by another writer that does the very same,
//! and by lost answers.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use singlet::kv::KeyValueStore;
use singlet::registry::Registry;
use singlet::{Client, ErrorKind, Model, Result, Table};

use crate::stand::{self, Stand};
use crate::transport::{Fate, Transport, error_body};

#[derive(Table)]
#[table(name = "jobs", hash_key = "pk", entity = "_type", ttl = "expires_at")]
struct Jobs;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Jobs, hash_key = "JOB#{id}")]
struct Job {
    id: u32,
    state: String,
    #[model(default)]
    tries: u64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Jobs, hash_key = "JOB#{id}")]
struct Versioned {
    id: u32,
    state: String,
    #[model(default)]
    tries: u64,
    #[model(version)]
    version: u64,
}

/// A job whose writers recognize their own writes.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Jobs, hash_key = "JOB#{id}", write_mark = "written_by")]
struct Marked {
    id: u32,
    state: String,
    #[model(default)]
    tries: u64,
    #[model(version)]
    version: u64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Jobs, hash_key = "JOB#{id}")]
struct Named {
    id: u32,
    #[model(unique)]
    state: String,
}

type Run = fn(Client, u32) -> Pin<Box<dyn Future<Output = Result<()>>>>;

/// How a write can tell that what is stored is its own.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Proof {
    None,
    /// A mark or a random id that is stored.
    Stored,
    /// The service does not apply a transaction again.
    Token,
}

/// A write that succeeds once after `setup`, whoever does it.
struct Way {
    name: &'static str,
    proof: Proof,
    setup: Run,
    run: Run,
}

fn nothing(_: Client, _: u32) -> Pin<Box<dyn Future<Output = Result<()>>>> {
    Box::pin(async { Ok(()) })
}

macro_rules! way {
    ($name:literal, $proof:ident, $setup:expr, |$client:ident, $id:ident| $run:expr) => {
        Way { name: $name, proof: Proof::$proof, setup: $setup, run: |$client, $id| Box::pin(async move { $run }) }
    };
}

/// The ways of a model with a state and tries. `$new` makes a value that was never stored, `$read` one as it was read.
macro_rules! ways {
    ($model:ident, $new:ident, $read:ident, $proof:ident) => {{
        let setup: Run = |c, id| Box::pin(async move { $new(id, "queued").save().client(&c).await });
        vec![
            way!("create", $proof, nothing, |c, id| $new(id, "running").create().client(&c).await),
            way!("save.when", $proof, setup, |c, id| {
                $read(id, "running").save().when(|j| j.state.eq("queued")).client(&c).await
            }),
            way!("update.when", $proof, setup, |c, id| {
                let update = $model::update(id).set(|j| j.state, "running").add(|j| j.tries, 1);
                update.when(|j| j.state.eq("queued")).client(&c).await.map(drop)
            }),
            way!("modify.when", $proof, setup, |c, id| {
                let mut job = $read(id, "queued");
                job.modify().add(|j| j.tries, 1).when(|j| j.tries.eq(0)).client(&c).await
            }),
            way!("update_from.when", $proof, setup, |c, id| {
                let mut job = $read(id, "running");
                job.update_from(&$read(id, "queued")).when(|j| j.state.eq("queued")).client(&c).await
            }),
            way!("delete.when", None, setup, |c, id| {
                $model::delete_by_key(id).when(|j| j.state.eq("queued")).client(&c).await
            }),
            way!("transaction of update.when", Token, setup, |c, id| {
                let update = $model::update(id).set(|j| j.state, "running").when(|j| j.state.eq("queued"));
                singlet::transact_write().write(update).client(&c).await
            }),
            way!("transaction of create", Token, nothing, |c, id| {
                singlet::transact_write().write($new(id, "running").create()).client(&c).await
            }),
            way!("transaction of delete.when", Token, setup, |c, id| {
                let delete = $model::delete_by_key(id).when(|j| j.state.eq("queued"));
                singlet::transact_write().write(delete).client(&c).await
            }),
        ]
    }};
}

fn job(id: u32, state: &str) -> Job {
    Job { id, state: state.into(), tries: 0 }
}

fn new_versioned(id: u32, state: &str) -> Versioned {
    Versioned { id, state: state.into(), tries: 0, version: 0 }
}

fn versioned(id: u32, state: &str) -> Versioned {
    Versioned { version: 1, ..new_versioned(id, state) }
}

fn new_marked(id: u32, state: &str) -> Marked {
    Marked { id, state: state.into(), tries: 0, version: 0 }
}

fn marked(id: u32, state: &str) -> Marked {
    Marked { version: 1, ..new_marked(id, state) }
}

fn named(id: u32) -> Named {
    Named { id, state: format!("name-{id}") }
}

fn ways() -> Vec<Way> {
    let mut ways = ways!(Job, job, job, None);
    ways.extend(ways!(Versioned, new_versioned, versioned, None));
    ways.extend(ways!(Marked, new_marked, marked, Stored));
    let setup: Run = |c, id| Box::pin(async move { new_versioned(id, "queued").save().client(&c).await });
    ways.extend([
        way!("versioned save", None, setup, |c, id| versioned(id, "running").save().client(&c).await),
        way!("versioned modify", None, setup, |c, id| {
            versioned(id, "queued").modify().add(|j| j.tries, 1).client(&c).await
        }),
        way!("versioned save of a new value", None, nothing, |c, id| {
            new_versioned(id, "running").save().client(&c).await
        }),
        way!("create with a unique value", Token, nothing, |c, id| named(id).create().client(&c).await),
        way!("kv.put.if_absent", Stored, nothing, |c, id| {
            KeyValueStore::new(c).put(format!("lock/{id}"), "held").if_absent().await
        }),
        way!("a lock with a ttl", Stored, nothing, |c, id| {
            let lock = KeyValueStore::new(c);
            lock.put(format!("lock/{id}"), "held").ttl(Duration::from_mins(1)).if_absent().await
        }),
        way!("exclusive registration", Stored, nothing, |c, id| {
            let registry = Registry::new(c);
            registry.register("jobs", format!("i-{id}")).exclusive().without_heartbeat().await.map(drop)
        }),
    ]);
    ways
}

async fn create_tables(stand: &Stand) {
    Jobs::create_table().await.unwrap();
    KeyValueStore::new(stand.client.clone()).create_table().await.unwrap();
    Registry::new(stand.client.clone()).create_table().await.unwrap();
}

/// A transport on which the first write meets this fate.
fn first_write_meets(fate: fn() -> Fate) -> Transport {
    let writes = AtomicUsize::new(0);
    Transport::new(move |_, sent| {
        let is_write = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].contains(&&*sent.operation);
        if is_write && writes.fetch_add(1, Ordering::SeqCst) == 0 { fate() } else { Fate::Pass }
    })
}

fn is_refusal(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConditionFailed | ErrorKind::VersionConflict | ErrorKind::NotUnique | ErrorKind::NotFound)
}

#[tokio::test]
async fn what_another_writer_has_written_is_never_claimed() {
    let refused: [fn() -> Fate; 3] = [
        || Fate::Answer(400, error_body("ThrottlingException")),
        || Fate::Answer(400, error_body("ProvisionedThroughputExceededException")),
        || Fate::Answer(400, error_body("RequestLimitExceeded")),
    ];
    let unknown: [fn() -> Fate; 3] = [
        || Fate::LoseRequest,
        || Fate::Answer(500, error_body("InternalServerError")),
        || Fate::Answer(503, error_body("ServiceUnavailable")),
    ];
    let faults = refused.map(|fate| (fate, true)).into_iter().chain(unknown.map(|fate| (fate, false)));
    stand::run(async |stand| {
        create_tables(stand).await;
        let mut id = 0;
        for (fate, is_certain) in faults {
            for way in ways() {
                id += 1;
                let Way { name, proof, setup, run } = way;
                setup(stand.client.clone(), id).await.unwrap();
                // The other writer does the same, and is done before the second attempt arrives.
                run(stand.client.clone(), id).await.unwrap_or_else(|error| panic!("{name}: {error}"));
                let error = run(stand.through(&first_write_meets(fate)), id).await.expect_err(name);
                let is_unwritten = is_certain || proof == Proof::Token;
                // The id of the stored registration says whose entry it is, but not whether it has replaced one of ours.
                let is_refused = is_unwritten || name == "exclusive registration";
                let kind = error.kind();
                assert!(
                    if is_refused { is_refusal(kind) } else { kind == ErrorKind::OutcomeUnknown },
                    "{name}: {error}"
                );
                assert_eq!(error.may_have_been_written(), !is_unwritten, "{name}: {error}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_no_failed_condition() {
    let lost: [fn() -> Fate; 2] =
        [|| Fate::LoseResponse, || Fate::PassThenAnswer(500, error_body("InternalServerError"))];
    stand::run(async |stand| {
        create_tables(stand).await;
        let mut id = 0;
        for fate in lost {
            for way in ways() {
                id += 1;
                let Way { name, proof, setup, run } = way;
                setup(stand.client.clone(), id).await.unwrap();
                match run(stand.through(&first_write_meets(fate)), id).await {
                    Ok(()) => assert_ne!(proof, Proof::None, "{name}"),
                    Err(error) => {
                        assert_eq!((error.kind(), proof), (ErrorKind::OutcomeUnknown, Proof::None), "{name}: {error}");
                        assert!(error.may_have_been_written(), "{name}");
                    }
                }
                // It was written, and once.
                let again = run(stand.client.clone(), id).await.expect_err(name);
                assert!(is_refusal(again.kind()), "{name}: {again}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_local_value_stays_as_it_was_if_its_outcome_is_unknown() {
    stand::run(async |stand| {
        create_tables(stand).await;
        new_versioned(1, "queued").save().await.unwrap();
        let mut mine = versioned(1, "queued");
        let client = stand.through(&first_write_meets(|| Fate::LoseResponse));
        let error = mine.modify().add(|j| j.tries, 1).client(&client).await.unwrap_err();
        assert_eq!((error.kind(), mine), (ErrorKind::OutcomeUnknown, versioned(1, "queued")));
        // What the last attempt found helps to decide.
        let found = error.old::<Versioned>().unwrap().unwrap();
        assert_eq!((found.version, found.tries), (2, 1));
        let mut mine = versioned(1, "running");
        let client = stand.through(&first_write_meets(|| Fate::LoseRequest));
        assert_eq!(mine.save().client(&client).await.unwrap_err().kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(mine, versioned(1, "running"));
    })
    .await;
}

#[tokio::test]
async fn a_mark_proves_a_write_that_others_have_changed_since() {
    stand::run(async |stand| {
        create_tables(stand).await;
        new_marked(1, "queued").save().await.unwrap();
        let mut mine = marked(1, "queued");
        let (client, writes) = (stand.client.clone(), AtomicUsize::new(0));
        let transport = Transport::new(move |_, _| match writes.fetch_add(1, Ordering::SeqCst) {
            0 => Fate::LoseResponse,
            1 => {
                let client = client.clone();
                Fate::PassAfter(Box::pin(async move {
                    // Another writer changes the item and leaves its mark.
                    let mut stored = client.sdk().scan().table_name("jobs").send().await.unwrap().items.unwrap();
                    stored[0].insert("state".into(), stand::s("done"));
                    let put = client.sdk().put_item().table_name("jobs").set_item(Some(stored.remove(0)));
                    put.send().await.unwrap();
                }))
            }
            _ => Fate::Pass,
        });
        mine.modify().set(|j| j.state, "running").client(&stand.through(&transport)).await.unwrap();
        assert_eq!((&*mine.state, mine.version), ("done", 2));
        assert_eq!(transport.sent().len(), 2);
        let marks: Vec<_> = transport.sent().iter().map(|sent| sent.body.clone()).collect();
        assert_eq!(marks[0], marks[1], "a write keeps its mark");
    })
    .await;
}

#[tokio::test]
async fn each_save_and_update_stores_a_new_mark() {
    stand::run(async |stand| {
        create_tables(stand).await;
        let mark = async || stand.only_item("jobs").await["written_by"].as_s().unwrap().clone();
        let mut job = new_marked(1, "queued");
        job.create().await.unwrap();
        let mut marks = vec![mark().await];
        job.save().await.unwrap();
        marks.push(mark().await);
        job.modify().set(|j| j.state, "running").await.unwrap();
        marks.push(mark().await);
        Marked::upsert(1).set(|j| j.state, "done").await.unwrap();
        marks.push(mark().await);
        singlet::transact_write().write(Marked::update(1).add(|j| j.tries, 1)).await.unwrap();
        marks.push(mark().await);
        assert_eq!(Marked::get(1).await.unwrap().unwrap().version, 5);
        marks.sort();
        marks.dedup();
        assert_eq!(marks.len(), 5);
        assert!(marks.iter().all(|mark| mark.len() == 32));
    })
    .await;
}

#[tokio::test]
async fn an_old_item_that_a_retry_cannot_know_is_not_returned() {
    stand::run(async |stand| {
        create_tables(stand).await;
        let lossy = || stand.through(&first_write_meets(|| Fate::LoseResponse));
        let unknown = |error: singlet::Error| {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            assert!(error.may_have_been_written());
        };
        job(1, "queued").save().await.unwrap();
        unknown(job(1, "running").save().client(&lossy()).return_old().await.unwrap_err());
        unknown(Job::update(1).set(|j| j.state, "done").client(&lossy()).return_old().await.unwrap_err());
        unknown(Job::delete_by_key(1).client(&lossy()).return_old().await.unwrap_err());
        assert_eq!(Job::get(1).await.unwrap(), None);
        // A later attempt that deletes the item itself knows it.
        job(1, "queued").save().await.unwrap();
        let client = stand.through(&first_write_meets(|| Fate::LoseRequest));
        assert_eq!(Job::delete_by_key(1).client(&client).return_old().await.unwrap(), Some(job(1, "queued")));
    })
    .await;
}

#[tokio::test]
async fn throttling_after_a_lost_answer_says_that_the_write_may_be_stored() {
    stand::run(async |stand| {
        create_tables(stand).await;
        let transport = Transport::new(|number, _| match number {
            0 => Fate::LoseResponse,
            _ => Fate::Answer(400, error_body("ThrottlingException")),
        });
        let error = job(1, "queued").create().client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_written()), (ErrorKind::Throttled, true));
        let mut second = job(2, "queued");
        let transaction = singlet::transact_write().write(second.create());
        let transport = Transport::new(|number, _| match number {
            0 => Fate::LoseResponse,
            _ => Fate::Answer(400, error_body("ThrottlingException")),
        });
        let error = transaction.client(&stand.through(&transport)).await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_written()), (ErrorKind::Throttled, true));
        assert_eq!(stand.stored("jobs").await.len(), 2);
    })
    .await;
}
