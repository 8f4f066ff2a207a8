//! A backfill that is stopped, paused or interrupted: nothing is forgotten, and nothing counts twice.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use singlet::{Backfill, BackfillControl, BackfillProgress, BackfillReport, ErrorKind, Model, Table};

use super::backfill::{Customer, ITEMS, Member, Shop, checkpoint_file, customers, fill, old};
use crate::stand::{self, item, n};
use crate::transport::{Fate, Transport};

#[tokio::test]
async fn failures_are_bounded_kept_and_tried_again() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let broken = |id| {
            let mut item = old(id);
            item.insert("mail".into(), n(5));
            item
        };
        for id in [2, 5, 7] {
            stand.put_raw("shop", broken(id)).await;
        }
        let file = checkpoint_file("failures");
        let few = Customer::backfill().page_size(1).concurrency(1).max_failures(2).checkpoint(&file).await.unwrap();
        assert_eq!((few.failures.len(), few.is_complete), (2, false));
        assert_eq!(
            (few.failures[0].error.kind(), few.failures[0].error.attribute()),
            (ErrorKind::Decode, Some("mail"))
        );
        // Keys that a run has no room for remain for the next one, although it reads no page.
        for _ in 0..2 {
            let none = Customer::backfill().max_failures(1).checkpoint(&file).await.unwrap();
            assert_eq!((none.failures.len(), none.is_complete, none.progress.failed), (1, false, 2));
        }
        let all = Customer::backfill().checkpoint(&file).await.unwrap();
        assert_eq!((all.failures.len(), all.is_complete, all.progress.failed), (3, true, 3));
        let few = Customer::backfill().max_failures(2).checkpoint(&file).await.unwrap();
        assert_eq!((few.failures.len(), few.progress.failed), (2, 3));
        // Two are repaired, and the runs remember the third.
        stand.put_raw("shop", old(2)).await;
        stand.put_raw("shop", old(5)).await;
        for _ in 0..2 {
            let few = Customer::backfill().max_failures(2).checkpoint(&file).await.unwrap();
            assert_eq!((few.failures.len(), few.is_complete, few.progress.failed), (1, true, 1));
            assert!(file.exists());
        }
        stand.put_raw("shop", old(7)).await;
        let last = Customer::backfill().checkpoint(&file).await.unwrap();
        assert_eq!((last.failures.len(), last.is_complete, last.progress.failed), (0, true, 0));
        assert_eq!(last.progress.read, ITEMS as usize);
        assert!(!file.exists());
        customers(&stand.stored("shop").await);
    })
    .await;
}

#[tokio::test]
async fn items_of_a_page_that_is_read_twice_count_once() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        for id in [2, 5, 7] {
            stand.put_raw("shop", old(id).into_iter().chain(item([("mail", n(5))])).collect()).await;
        }
        let file = checkpoint_file("twice");
        let configured = || Customer::backfill().concurrency(1).checkpoint(&file);
        // The second failure is not the last item of the only page.
        let few = configured().max_failures(2).await.unwrap();
        assert_eq!((few.failures.len(), few.progress.failed, few.is_complete), (2, 2, false));
        let all = configured().await.unwrap();
        assert_eq!((all.progress.failed, all.progress.read, all.progress.changed), (3, 10, 7));
        fill(stand).await;
        let last = configured().await.unwrap();
        assert!(last.is_complete && !file.exists(), "{last:?}");
        assert_eq!((last.progress.failed, last.progress.read, last.progress.changed), (0, 10, 10));
    })
    .await;
}

/// The last failure ends the writes of all segments. Items that are under way may fail after it.
#[tokio::test]
async fn no_failure_is_lost_with_parallel_segments() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for id in 0..ITEMS {
            stand.put_raw("shop", old(id).into_iter().chain(item([("mail", n(5))])).collect()).await;
        }
        let file = checkpoint_file("parallel");
        let configured = || Customer::backfill().segments(2).page_size(3).checkpoint(&file);
        let few = configured().max_failures(2).await.unwrap();
        assert_eq!((few.failures.len(), few.is_complete), (2, false));
        let all = configured().await.unwrap();
        assert_eq!((all.failures.len(), all.is_complete), (ITEMS as usize, true));
        assert_eq!((all.progress.failed, all.progress.read), (ITEMS as usize, ITEMS as usize));
        fill(stand).await;
        let last = configured().max_failures(1).await.unwrap();
        assert!(last.is_complete && last.failures.is_empty() && !file.exists());
        customers(&stand.stored("shop").await);
    })
    .await;
}

#[tokio::test]
async fn a_paused_backfill_sends_nothing_until_it_is_resumed() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let (control, pages) = (BackfillControl::new(), AtomicUsize::new(0));
        let pause = control.clone();
        let progress = |progress: BackfillProgress| {
            pages.fetch_add(usize::from(progress.read > 0), Ordering::Relaxed);
            pause.pause();
        };
        let backfill = Customer::backfill().page_size(4).controlled_by(&control).progress(progress);
        let report: BackfillReport = tokio::select! {
            report = backfill.into_future() => report.unwrap(),
            () = async {
                loop {
                    let before = pages.load(Ordering::Relaxed);
                    for _ in 0..50 {
                        tokio::task::yield_now().await;
                    }
                    assert!(pages.load(Ordering::Relaxed) <= before + 1);
                    control.resume();
                }
            } => unreachable!("it resumes for ever"),
        };
        assert!(report.is_complete && pages.load(Ordering::Relaxed) >= 3);
        customers(&stand.stored("shop").await);
    })
    .await;
}

#[tokio::test]
async fn a_pause_holds_back_the_writes_of_a_page() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        fill(stand).await;
        let control = BackfillControl::new();
        let (pause, is_paused) = (control.clone(), AtomicBool::new(false));
        let transport = Transport::new(move |_, sent| {
            if sent.operation == "UpdateItem" && !is_paused.swap(true, Ordering::Relaxed) {
                pause.pause();
            }
            Fate::Pass
        });
        let backfill = Customer::backfill().concurrency(1).controlled_by(&control);
        let mut backfill = std::pin::pin!(backfill.client(&stand.through(&transport)).into_future());
        tokio::select! {
            _ = &mut backfill => panic!("it is paused"),
            () = tokio::time::sleep(Duration::from_millis(200)) => {}
        }
        let updates = || transport.sent().iter().filter(|sent| sent.operation == "UpdateItem").count();
        assert_eq!(updates(), 1);
        control.resume();
        assert_eq!(backfill.await.unwrap().progress.changed, ITEMS as usize);
        assert_eq!(updates(), ITEMS as usize);
    })
    .await;
}

/// Loses each response in turn. The write whose response is lost has been applied.
async fn survives_lost_responses<M: Model>(backfill: fn() -> Backfill<'static, M>) {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        for lost in 0.. {
            fill(stand).await;
            let transport =
                Transport::new(move |number, _| if number == lost { Fate::LoseResponse } else { Fate::Pass });
            let report = backfill().client(&stand.through(&transport)).await.unwrap();
            assert!(report.is_complete && report.failures.is_empty(), "{lost}: {report:?}");
            assert_eq!(report.progress.changed, ITEMS as usize, "{lost}");
            assert_eq!(backfill().await.unwrap().progress.changed, 0, "{lost}");
            if transport.sent().len() <= lost {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_lost_response_ends_nothing() {
    survives_lost_responses(Customer::backfill).await;
    survives_lost_responses(Member::backfill).await;
    // Nor does that of a write, or of the removal, of the checkpoint.
    survives_lost_responses(|| Customer::backfill().page_size(4).checkpoint_item("lost")).await;
}
