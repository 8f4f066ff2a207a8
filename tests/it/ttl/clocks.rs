//! Machines whose clocks are wrong, or are set while they run: the service's time decides what has expired, in everything
//! that singlet does.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use singlet::cache::Cache;
use singlet::kv::KeyValueStore;
use singlet::registry::Registry;
use singlet::{Client, ErrorKind, ExpiresIn, Model, TTLAttribute, Table, TtlField};

use super::policy::{Draft, Ghost, Lives, TTL, Visit, at, draft, ghost, hidden, visit};
use crate::stand::{self, START, Stand, n};
use crate::transport::{Fate, Transport};

/// Owns its name while it lives.
#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Lives, hash_key = "NICK#{id}", range_key = "NICK", config = hidden)]
struct Nick {
    id: u32,
    #[model(unique)]
    name: String,
    expires_at: Option<TTLAttribute>,
}

fn nick(id: u32) -> Nick {
    Nick { id, name: "casper".into(), expires_at: None }
}

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

/// How many seconds clocks are ahead, or are set forward.
const WRONG: [i64; 6] = [-3_600, -1_200, -40, 40, 1_200, 3_600];

/// Runs `act` as every machine whose clock is wrong: from the start, and set after a response has told the time.
async fn on_wrong_machines(stand: &Stand, act: impl AsyncFn(&str, &Client)) {
    for seconds in WRONG {
        let (client, _) = stand.machine(seconds);
        act(&format!("{seconds} s ahead"), &client).await;
        let (client, clock) = stand.machine(0);
        Ghost::exists(99).client(&client).await.unwrap();
        assert_eq!(client.clock_offset(), Some(0));
        clock.set(clock.now() + seconds);
        act(&format!("set forward by {seconds} s"), &client).await;
    }
}

fn cache(client: &Client) -> Cache {
    Cache::builder().client(client).build().unwrap()
}

/// Everything that somebody holds for half a minute.
async fn hold(stand: &Stand) {
    Lives::create_table().await.unwrap();
    ghost(1).save().ttl(HALF_A_MINUTE).await.unwrap();
    visit(1).save().ttl(HALF_A_MINUTE).await.unwrap();
    draft(1).save().ttl(HALF_A_MINUTE).await.unwrap();
    nick(1).save().ttl(HALF_A_MINUTE).await.unwrap();
    let store = KeyValueStore::new(stand.client.clone());
    store.create_table().await.unwrap();
    store.put("lock", "ours").ttl(HALF_A_MINUTE).await.unwrap();
    let registry = Registry::new(stand.client.clone());
    registry.create_table().await.unwrap();
    drop(registry.register("svc", "leader").without_heartbeat().await.unwrap());
    let cache = cache(&stand.client);
    cache.create_table().await.unwrap();
    for (key, length) in [("small", 10), ("large", 2_000)] {
        cache.set_record(key, &"x".repeat(length)).ttl(HALF_A_MINUTE).await.unwrap();
    }
}

/// All that is stored, in a fixed order.
async fn stored(stand: &Stand) -> Vec<String> {
    let mut all = Vec::new();
    for table in ["lives", "key-values", "services", "singlet_cache"] {
        for item in stand.stored(table).await {
            let item: std::collections::BTreeMap<_, _> = item.into_iter().collect();
            all.push(format!("{item:?}"));
        }
    }
    all.sort();
    all
}

#[tokio::test]
async fn nothing_that_lives_is_taken_or_removed() {
    stand::run(async |stand| {
        hold(stand).await;
        let before = stored(stand).await;
        on_wrong_machines(stand, async |machine, client| {
            let registry = Registry::new(client.clone());
            let kinds = [
                ghost(1).create().client(client).await.map_err(|e| e.kind()),
                visit(1).create().client(client).await.map_err(|e| e.kind()),
                draft(1).save().client(client).await.map_err(|e| e.kind()),
                ghost(1).save().when(|g| g.note.not_exists()).client(client).await.map_err(|e| e.kind()),
                singlet::transact_write().write(ghost(1).create()).client(client).await.map_err(|e| e.kind()),
                singlet::transact_write()
                    .check(Visit::check(1).not_exists())
                    .write(Ghost::delete_by_key(99))
                    .client(client)
                    .await
                    .map_err(|e| e.kind()),
                KeyValueStore::new(client.clone())
                    .put("lock", "theirs")
                    .ttl(HALF_A_MINUTE)
                    .if_absent()
                    .await
                    .map_err(|e| e.kind()),
                registry
                    .register("svc", "leader")
                    .exclusive()
                    .without_heartbeat()
                    .await
                    .map(drop)
                    .map_err(|e| e.kind()),
            ];
            for (number, kind) in kinds.into_iter().enumerate() {
                // A draft has a version.
                let expected = if number == 2 { ErrorKind::VersionConflict } else { ErrorKind::ConditionFailed };
                assert_eq!(kind, Err(expected), "{machine}, attempt {number}");
            }
            let taken = nick(2).create().client(client).await.map_err(|e| e.kind());
            assert_eq!(taken, Err(ErrorKind::NotUnique), "{machine}");
            assert!(registry.cleanup().await.unwrap().removed.is_empty(), "{machine}");
            let cleaned = cache(client).cleanup_inactive_records(1).await.unwrap();
            assert_eq!((cleaned.seen, cleaned.removed), (2, 0), "{machine}");
            assert_eq!(stored(stand).await, before, "{machine}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_first_write_by_a_machine_that_knows_no_time_asks_for_it() {
    stand::run(async |stand| {
        hold(stand).await;
        let transport = Transport::recording();
        let client = transport.between(&stand.machine(3_600).0);
        let client = client.with_clock(singlet::ManualClock::at(START + 3_600));
        assert!(ghost(1).create().client(&client).await.is_err());
        visit(2).create().client(&client).await.unwrap();
        let sent: Vec<_> = transport.sent().into_iter().map(|request| request.operation).collect();
        assert_eq!(sent, ["GetItem", "PutItem", "PutItem"]);
    })
    .await;
}

#[tokio::test]
async fn reads_and_updates_see_what_lives_and_nothing_else() {
    stand::run(async |stand| {
        hold(stand).await;
        for lives in [true, false] {
            on_wrong_machines(stand, async |machine, client| {
                let found = [
                    Ghost::get(1).refresh_ttl(false).client(client).await.unwrap().is_some(),
                    Ghost::exists(1).client(client).await.unwrap(),
                    singlet::batch_get([Ghost::get(1)]).refresh_ttl(false).client(client).await.unwrap()[0].is_some(),
                    singlet::transact_get((Ghost::get(1),)).client(client).await.unwrap().0.is_some(),
                    !Ghost::query(1).refresh_ttl(false).client(client).await.unwrap().is_empty(),
                    !Ghost::scan().client(client).await.unwrap().is_empty(),
                ];
                assert_eq!(found, [lives; 6], "{machine}");
                assert_eq!(Draft::scan().client(client).count().await.unwrap(), u64::from(lives), "{machine}");
                let store = KeyValueStore::new(client.clone());
                assert_eq!(store.get::<String>("lock").await.unwrap().is_some(), lives, "{machine}");
                let live = cache(client).get_all_records::<String>().await.unwrap().len();
                assert_eq!(live, if lives { 2 } else { 0 }, "{machine}");
                let update = Ghost::update(1).set(|g| g.nick, "casper").refresh_ttl(false).client(client).await;
                assert_eq!(update.is_ok(), lives, "{machine}");
            })
            .await;
            stand.advance(31);
        }
    })
    .await;
}

#[tokio::test]
async fn a_machine_with_a_wrong_clock_gives_the_time_to_live_that_it_says() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let plain = cache(&stand.client);
        plain.create_table().await.unwrap();
        let store = KeyValueStore::new(stand.client.clone());
        store.create_table().await.unwrap();
        let is_right =
            |expires_at: i64, ttl: u64| (0..=1).contains(&(expires_at - START - i64::try_from(ttl).unwrap()));
        on_wrong_machines(stand, async |machine, client| {
            let expiry = |ghost: &Ghost| ghost.ttl().unwrap().epoch_seconds();
            let (mut saved, mut created) = (ghost(2), ghost(3));
            Ghost::delete_by_key(3).client(&stand.client).await.unwrap();
            let fresh = stand.machine(client.now() - START).0;
            for (number, client) in [client, &fresh].into_iter().enumerate() {
                saved.save().client(client).await.unwrap();
                assert!(is_right(expiry(&saved), TTL), "{machine} {number}: {saved:?}");
            }
            let fresh = || stand.machine(client.now() - START).0;
            Ghost::delete_by_key(6).client(&stand.client).await.unwrap();
            let upserted = Ghost::upsert(6).set(|g| g.note, "new").client(&fresh()).await.unwrap();
            assert!(is_right(expiry(&upserted), TTL), "{machine}: {upserted:?}");
            let shortened = Ghost::update(6).ttl(HALF_A_MINUTE).client(&fresh()).await.unwrap();
            assert!(is_right(expiry(&shortened), 30), "{machine}: {shortened:?}");
            created.create().ttl(HALF_A_MINUTE).client(client).await.unwrap();
            assert!(is_right(expiry(&created), 30), "{machine}: {created:?}");
            let batch = singlet::batch_write;
            for batch in [batch().put(ghost(4)), batch().put_stream(stream::iter([Ok(ghost(4))]))] {
                batch.client(&fresh()).await.unwrap();
                let batched = Ghost::get(4).refresh_ttl(false).client(client).await.unwrap().unwrap();
                assert!(is_right(expiry(&batched), TTL), "{machine}: {batched:?}");
                Ghost::delete_by_key(4).client(&stand.client).await.unwrap();
            }
            let here = singlet::with_client(client.clone(), async { ExpiresIn::seconds(30) }).await;
            assert!(is_right(here.epoch_seconds(), 30), "{machine}: {here}");
            for client in [client, &stand.machine(client.now() - START).0] {
                cache(client).set_record("k", "v").ttl(HALF_A_MINUTE).await.unwrap();
                let stored = stand.only_item("singlet_cache").await["expires_at"].clone();
                assert!([n(START + 30), n(START + 31)].contains(&stored), "{machine}: {stored:?}");
                KeyValueStore::new(client.clone()).put("k", "v").ttl(HALF_A_MINUTE).await.unwrap();
                let stored = stand.only_item("key-values").await["expires_at"].clone();
                assert!([n(START + 30), n(START + 31)].contains(&stored), "{machine}: {stored:?}");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn refreshes_extend_from_the_services_time() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        on_wrong_machines(stand, async |machine, client| {
            let right = [at(TTL), at(TTL + 1)];
            for fresh in [false, true] {
                let other = stand.machine(client.now() - START).0;
                let client = if fresh { &other } else { client };
                ghost(5).save().ttl(HALF_A_MINUTE).await.unwrap();
                let read = Ghost::get(5).client(client).await.unwrap().unwrap();
                assert!(right.contains(&read.expires_at), "{machine}: {read:?}");
                ghost(5).save().ttl(HALF_A_MINUTE).await.unwrap();
                let [read] = singlet::batch_get([Ghost::get(5)]).client(client).await.unwrap();
                let read = read.unwrap();
                assert!(right.contains(&read.expires_at), "{machine}: {read:?}");
                ghost(5).save().ttl(HALF_A_MINUTE).await.unwrap();
                let read = Ghost::query(5).client(client).await.unwrap().remove(0);
                assert!(right.contains(&read.expires_at), "{machine}: {read:?}");
                ghost(5).save().ttl(HALF_A_MINUTE).await.unwrap();
                let read = Ghost::update(5).set(|g| g.note, "seen").client(client).await.unwrap();
                assert!(right.contains(&read.expires_at), "{machine}: {read:?}");
            }
        })
        .await;
    })
    .await;
}

/// The table of the call is the only one that a batch reads or writes, also to learn the time.
#[tokio::test]
async fn a_batch_asks_its_own_table_for_the_time() {
    stand::run(async |stand| {
        Lives::create_table().table("other").await.unwrap();
        let run: [fn(Client) -> Running; 2] = [
            |client| Box::pin(async move { Visit::batch_get([1]).table("other").client(&client).await.map(drop) }),
            |client| Box::pin(async move { singlet::batch_write().put(visit(1)).table("other").client(&client).await }),
        ];
        for run in run {
            let transport = Transport::recording();
            let client = stand.through(&transport).with_clock(stand.clock.clone());
            assert_eq!(client.clock_offset(), None, "the time is not known");
            run(client).await.unwrap();
            let sent = transport.sent();
            assert_eq!(sent[0].operation, "GetItem", "it asks first");
            assert!(sent.iter().all(|sent| sent.body.contains("\"other\"")), "{sent:?}");
        }
    })
    .await;
}

/// A stream may depend on earlier writes, so the batch requests the time before it waits for the stream.
#[tokio::test]
async fn a_batch_requests_the_time_with_the_key_of_its_first_write() {
    stand::run(async |stand| {
        Lives::create_table().await.unwrap();
        let transport = Transport::recording();
        let client = stand.through(&transport).with_clock(stand.clock.clone());
        let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
        let mut sender = Some(sender);
        let more = move |_| drop(sender.take().map(|sender| sender.send(Ok(visit(26)))));
        let visits =
            stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|visit| (visit, receiver)));
        let batch = singlet::batch_write().put_all((1..=25).map(visit)).put_stream(visits).progress(more);
        tokio::time::timeout(Duration::from_mins(1), batch.client(&client).into_future()).await.unwrap().unwrap();
        let sent: Vec<_> = transport.sent().into_iter().map(|sent| sent.operation).collect();
        assert_eq!(sent, ["GetItem", "BatchWriteItem", "BatchWriteItem"]);
        assert_eq!(Visit::scan().count().await.unwrap(), 26);
    })
    .await;
}

/// The first item is taken from the stream before anything is sent, because the time is requested with its key.
#[tokio::test]
async fn the_first_item_of_a_stream_is_reported_if_the_time_cannot_be_requested() {
    stand::run(async |stand| {
        let transport = Transport::new(|_, _| Fate::LoseRequest);
        let client = stand.through(&transport).with_clock(stand.clock.clone());
        let mut visits = stream::iter((1..=3).map(|id| Ok(visit(id))));
        let error = singlet::batch_write().put_stream(&mut visits).client(&client).await.unwrap_err();
        assert!(transport.sent().iter().all(|sent| sent.operation == "GetItem"));
        let unprocessed = error.into_unprocessed().unwrap().puts_of::<Visit>().unwrap();
        assert_eq!(unprocessed.iter().map(|visit| visit.id).collect::<Vec<_>>(), [1]);
        assert_eq!(visits.next().await.unwrap().unwrap().id, 2);
    })
    .await;
}

type Running = std::pin::Pin<Box<dyn Future<Output = singlet::Result<()>>>>;
