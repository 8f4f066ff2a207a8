//! The checkpoint of a backfill in an item: no read returns it, and no run overwrites that of another one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use singlet::{Backfill, BackfillControl, Collection, ErrorKind, Item, Model, Table};

use crate::stand::{self, Stand, item, n, s};
use crate::transport::{Fate, Transport};

#[derive(Table)]
#[table(name = "depot", hash_key = "pk", range_key = "sk", entity = "_type")]
struct Depot;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Depot, hash_key = "BOX#{id}", range_key = "BOX")]
struct Parcel {
    id: u32,
    #[model(default)]
    grams: u64,
}

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Depot, hash_key = "BOX#{id}", range_key = "NOTE")]
struct Note {
    id: u32,
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum Row {
    Parcel(Parcel),
    Note(Note),
}

#[derive(Debug, Clone, PartialEq, Collection)]
#[collection(deny_unknown)]
enum StrictRow {
    Parcel(Parcel),
    Note(Note),
}

#[derive(Debug, Clone, PartialEq, Collection)]
enum AnyRow {
    Parcel(Parcel),
    #[collection(other)]
    Other(Item),
}

#[derive(Table)]
#[table(name = "operations", hash_key = "pk", entity = "kind")]
struct Operations;

/// A table that can hold no checkpoint, because nothing distinguishes its items.
#[derive(Table)]
#[table(name = "plain", hash_key = "pk")]
struct Plain;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Plain, hash_key = "PART#{id}")]
struct Part {
    id: u32,
    #[model(default)]
    grams: u64,
}

#[derive(Table)]
#[table(name = "numbered", hash_key = "id", hash_key_type = "N", entity = "_type")]
struct Numbered;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Numbered)]
struct Lot {
    #[model(hash_key)]
    id: u32,
}

const PARCELS: u32 = 10;

async fn fill(stand: &Stand) {
    for id in 0..PARCELS {
        let key = [("pk", s(&format!("BOX#{id:010}"))), ("sk", s("BOX"))];
        stand
            .put_raw("depot", item(key).into_iter().chain(item([("_type", s("Parcel")), ("id", n(id))])).collect())
            .await;
    }
}

fn backfill() -> Backfill<'static, Parcel> {
    Parcel::backfill().change(|parcel| parcel.grams = parcel.grams.max(1)).page_size(3).checkpoint_item("grams")
}

async fn is_filled() {
    let parcels = Parcel::scan().await.unwrap();
    assert_eq!(parcels.iter().filter(|parcel| parcel.grams == 1).count(), PARCELS as usize);
}

/// The stored checkpoint.
async fn checkpoint(stand: &Stand) -> Option<Item> {
    stand.stored("depot").await.into_iter().find(|item| item["pk"] == s("BACKFILL#grams"))
}

/// Stops after the first page.
async fn stopped<M: Model>(backfill: Backfill<'_, M>) -> bool {
    let control = BackfillControl::new();
    let stop = control.clone();
    let stopped = backfill.controlled_by(&control).progress(move |progress| {
        if progress.read > 0 {
            stop.stop();
        }
    });
    !stopped.await.unwrap().is_complete
}

#[tokio::test]
async fn no_read_meets_it() {
    stand::run(async |stand| {
        Depot::create_table().await.unwrap();
        fill(stand).await;
        Note { id: 1 }.create().await.unwrap();
        assert!(stopped(backfill()).await);
        let stored = checkpoint(stand).await.unwrap();
        assert_eq!((&stored["sk"], &stored["_type"]), (&s("BACKFILL"), &s("singlet.backfill")));

        let (parcels, counted) = (PARCELS as usize, u64::from(PARCELS));
        assert_eq!(Parcel::scan().await.unwrap().len(), parcels);
        assert_eq!(Parcel::scan().count().await.unwrap(), counted);
        assert_eq!(Row::scan().await.unwrap().len(), parcels + 1);
        assert_eq!(Row::scan().count().await.unwrap(), counted + 1);
        assert_eq!(StrictRow::scan().await.unwrap().len(), parcels + 1);
        assert_eq!(StrictRow::scan().count().await.unwrap(), counted + 1);
        assert_eq!(AnyRow::scan().await.unwrap().len(), parcels + 1);
        assert_eq!(AnyRow::scan().count().await.unwrap(), counted + 1);
        // Neither does another backfill, of the table or of a model.
        assert_eq!(
            Depot::backfill().change(|item| drop(item.insert("seen".into(), n(1)))).await.unwrap().progress.read,
            11
        );
        assert_eq!(Note::backfill().await.unwrap().progress.read, 1);
        assert_eq!(checkpoint(stand).await.unwrap(), stored);

        // The next run continues from it, and removes it.
        let report = backfill().await.unwrap();
        assert!(report.is_complete);
        assert_eq!(report.progress.read, parcels);
        assert_eq!(checkpoint(stand).await, None);
        is_filled().await;
    })
    .await;
}

/// What happens to a run if another one begins before its request of each number: one of them continues, and the other one ends
/// without a trace.
#[tokio::test]
async fn of_two_runs_one_goes_on() {
    stand::run(async |stand| {
        Depot::create_table().await.unwrap();
        let (mut ended, mut number) = (0, 0);
        loop {
            fill(stand).await;
            let (client, is_done) = (stand.client.clone(), Arc::new(AtomicBool::new(false)));
            let other_is_done = is_done.clone();
            let transport = Transport::new(move |sent, _| {
                if sent != number {
                    return Fate::Pass;
                }
                let (other, is_done) = (backfill().client(&client), other_is_done.clone());
                Fate::PassAfter(Box::pin(async move { is_done.store(!stopped(other).await, Ordering::Relaxed) }))
            });
            let first = backfill().client(&stand.through(&transport)).await;
            let has_met = transport.sent().len() > number;
            match first {
                // The other run began before this one had read the checkpoint, or when it had nothing left to record.
                Ok(report) => assert!(report.is_complete, "{number}: {report:?}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{number}: {error}");
                    assert!(error.to_string().contains("another run"), "{error}");
                    // The checkpoint is as the other run has left it.
                    let is_left = checkpoint(stand).await.is_some();
                    assert_ne!(is_left, is_done.load(Ordering::Relaxed), "{number}");
                    ended += 1;
                }
            }
            let report = backfill().await.unwrap();
            assert!(report.is_complete, "{number}: {report:?}");
            assert_eq!(report.progress.read, PARCELS as usize, "{number}");
            assert_eq!(checkpoint(stand).await, None, "{number}");
            is_filled().await;
            if !has_met {
                break;
            }
            number += 1;
        }
        assert!(ended > 10, "most of the runs that were overtaken end: {ended} of {number}");
    })
    .await;
}

#[tokio::test]
async fn another_table_holds_it() {
    stand::run(async |stand| {
        Plain::create_table().await.unwrap();
        Operations::create_table().await.unwrap();
        for id in 0..4 {
            Part { id, grams: 0 }.save().await.unwrap();
        }
        let backfill =
            || Part::backfill().change(|part| part.grams = 1).page_size(1).checkpoint_item_in::<Operations>("a#b");
        assert!(stopped(backfill()).await);
        let stored = stand.only_item("operations").await;
        assert_eq!((&stored["pk"], &stored["kind"]), (&s("BACKFILL#a%23b"), &s("singlet.backfill")));
        assert!(stand.stored("plain").await.iter().all(|item| item.contains_key("id")));
        let report = backfill().await.unwrap();
        assert_eq!((report.is_complete, report.progress.read), (true, 4));
        assert!(stand.stored("operations").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_checkpoint_is_refused() {
    stand::run(async |stand| {
        Depot::create_table().await.unwrap();
        let sent = Mutex::new(0);
        let refused = async |backfill: singlet::OperationFuture<'static, singlet::BackfillReport>, why: &str| {
            let error = backfill.await.unwrap_err();
            assert!(error.to_string().contains(why), "{error}");
            *sent.lock().unwrap() += 1;
            error.kind()
        };
        let configuration = ErrorKind::Configuration;
        assert_eq!(
            refused(Part::backfill().checkpoint_item("x").into_future(), "entity attribute").await,
            configuration
        );
        assert_eq!(
            refused(Lot::backfill().checkpoint_item("x").into_future(), "keys are strings").await,
            configuration
        );
        assert_eq!(refused(Parcel::backfill().checkpoint_item("").into_future(), "name").await, configuration);
        let dry = Parcel::backfill().dry_run().checkpoint_item("x").into_future();
        assert_eq!(refused(dry, "dry run").await, ErrorKind::Validation);

        // Half a million segments are more than an item holds.
        let large = Parcel::backfill().segments(500_000).checkpoint_item("x").into_future();
        assert_eq!(refused(large, "fewer segments").await, ErrorKind::TooLarge);

        fill(stand).await;
        assert!(stopped(backfill().segments(2)).await);
        let input = ErrorKind::Input;
        assert_eq!(
            refused(Note::backfill().checkpoint_item("grams").into_future(), "another table or model").await,
            input
        );
        assert_eq!(refused(backfill().segments(3).into_future(), "has 2 segments").await, input);
        let stored = checkpoint(stand).await.unwrap();
        let odd = stored.into_iter().filter(|(name, _)| name != "singlet.checkpoint").collect();
        stand.put_raw("depot", odd).await;
        assert_eq!(refused(backfill().into_future(), "is not a checkpoint").await, input);
        assert_eq!(*sent.lock().unwrap(), 8);
    })
    .await;
}
