//! A batch takes items and keys from streams. Requests make progress while a stream is pending, and no item is lost.

use futures_util::stream::{self, Stream, StreamExt as _};
use singlet::{BatchProgress, Error, ErrorKind, Model, Result, Table};
use tokio::sync::mpsc;

use crate::batch::write::{orders, sizes};
use crate::shop::{Order, Shop, customer, order};
use crate::stand;
use crate::transport::Transport;

/// The items that the receiver gets, until the sender is dropped.
fn received<T>(receiver: mpsc::UnboundedReceiver<T>) -> impl Stream<Item = Result<T>> {
    stream::unfold(receiver, async |mut receiver| receiver.recv().await.map(|item| (Ok(item), receiver)))
}

async fn stored_ids() -> Vec<u32> {
    Order::query("c-1").await.unwrap().iter().map(|order| order.id).collect()
}

#[tokio::test]
async fn a_stream_is_put_and_a_stream_of_keys_is_deleted() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        singlet::batch_write().put_all(orders(60)).await.unwrap();
        let copies = Order::query("c-1").page_size(7).stream();
        let copies = copies.map(|order| Ok(Order { customer: customer("c-2").id, ..order? }));
        singlet::batch_write().put(order("c-3", 1)).put_stream(copies).put(order("c-3", 2)).await.unwrap();
        assert_eq!(Order::query("c-2").count().await.unwrap(), 60);
        assert_eq!(Order::query("c-3").count().await.unwrap(), 2);

        let transport = Transport::recording();
        let keys = Order::query("c-1").keys().page_size(7).stream();
        singlet::batch_write().delete_stream_by_key(keys).client(&stand.through(&transport)).await.unwrap();
        assert_eq!(sizes(&transport), [25, 25, 10]);
        assert!(stored_ids().await.is_empty());
        assert_eq!(Order::query("c-2").count().await.unwrap(), 60);
    })
    .await;
}

#[tokio::test]
async fn an_empty_stream_writes_nothing() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::recording();
        let batch = singlet::batch_write().put_stream(stream::empty::<Result<Order>>());
        batch.client(&stand.through(&transport)).await.unwrap();
        assert_eq!(transport.sent().len(), 0);
    })
    .await;
}

/// The stream sends its second half only when the first half is written.
#[tokio::test]
async fn requests_are_sent_while_the_stream_is_pending() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let (sender, receiver) = mpsc::unbounded_channel();
        (0..25).for_each(|id| sender.send(order("c-1", id)).unwrap());
        let mut sender = Some(sender);
        let more = move |progress: BatchProgress| {
            if progress.done == 25 {
                let sender = sender.take().unwrap();
                (25..55).for_each(|id| sender.send(order("c-1", id)).unwrap());
            }
        };
        singlet::batch_write().put_stream(received(receiver)).progress(more).await.unwrap();
        assert_eq!(stored_ids().await, (0..55).collect::<Vec<_>>());
    })
    .await;
}

/// The items that the batch took are written or reported, and the program can use the others.
#[tokio::test]
async fn nothing_of_a_stream_is_lost_if_the_batch_fails() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let transport = Transport::failing(400, "ProvisionedThroughputExceededException");
        let mut items = stream::iter((0..5_000).map(|id| Ok(order("c-1", id))));
        let batch = singlet::batch_write().put_stream(&mut items).put(order("c-2", 1));
        let error = batch.concurrency(1).client(&stand.hasty(&transport)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Throttled);
        let left = error.into_unprocessed().unwrap().puts_of::<Order>().unwrap();
        let expected: Vec<_> = (0..25).map(|id| order("c-1", id)).chain([order("c-2", 1)]).collect();
        assert_eq!(left, expected, "the items of one request, and the one that was added after the stream");
        assert_eq!(items.next().await.unwrap().unwrap().id, 25);
    })
    .await;
}

/// The items before the error are written or reported.
#[tokio::test]
async fn an_error_of_the_stream_is_the_error_of_the_batch() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let items = (0..40).map(|id| match id {
            28 => Err(Error::new(ErrorKind::Input, "the file is damaged")),
            id => Ok(order("c-1", id)),
        });
        let error = singlet::batch_write().put_stream(stream::iter(items)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().contains("the file is damaged")),
            (ErrorKind::Input, true),
            "{error}"
        );
        let left = error.into_unprocessed().unwrap().puts_of::<Order>().unwrap();
        let mut ids: Vec<_> = stored_ids().await.into_iter().chain(left.iter().map(|order| order.id)).collect();
        ids.sort_unstable();
        assert_eq!(ids, (0..28).collect::<Vec<_>>());
    })
    .await;
}

/// A batch that has sent nothing has written nothing.
#[tokio::test]
async fn a_batch_whose_stream_fails_at_once_has_written_nothing() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        for (before, may_have_been_written) in [(0, false), (24, false), (25, true)] {
            let items = (0..before).map(|id| Ok(order("c-1", id)));
            let items = items.chain([Err(Error::new(ErrorKind::Input, "the file is damaged"))]);
            let error = singlet::batch_write().put_stream(stream::iter(items)).await.unwrap_err();
            assert_eq!(error.may_have_been_written(), may_have_been_written, "{before}");
            let left = error.unprocessed().map_or(0, singlet::Unprocessed::len);
            assert_eq!(left, if may_have_been_written { 0 } else { before as usize });
        }
    })
    .await;
}

/// A full request is sent before the next one takes items from the stream.
#[tokio::test]
async fn the_requests_before_an_error_of_the_stream_are_sent() {
    stand::run(async |_| {
        Shop::create_table().await.unwrap();
        let items = stream::iter((0..70).map(|id| match id {
            60 => Err(Error::new(ErrorKind::Input, "the file is damaged")),
            id => Ok(order("c-1", id)),
        }));
        let mut calls = Vec::new();
        let batch = singlet::batch_write().put_stream(items).progress(|progress| calls.push(progress.done));
        let error = batch.await.unwrap_err();
        calls.sort_unstable();
        assert_eq!(calls, [25, 50], "progress is reported of the requests that were sent");
        assert_eq!(stored_ids().await, (0..50).collect::<Vec<_>>());
        let left = error.into_unprocessed().unwrap().puts_of::<Order>().unwrap();
        assert_eq!(left.iter().map(|order| order.id).collect::<Vec<_>>(), (50..60).collect::<Vec<_>>());
    })
    .await;
}

/// Such a stream, and such an iterator, state the largest number as their length.
#[tokio::test]
async fn a_source_without_an_end_is_written_until_the_batch_fails() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        let endless = || (1_u32..).map(|id| order("c-1", id));
        let batch = || singlet::batch_write().concurrency(1);
        let batches = [
            // A stream is read for one request, and an iterator for the first 40.
            (batch().put_stream(stream::iter(endless().map(Ok))), 25),
            (batch().put_all(endless()), 1_000),
        ];
        for (batch, count) in batches {
            let batch = batch.put(order("c-2", 1));
            assert!(format!("{batch:?}").contains(&usize::MAX.to_string()));
            let transport = Transport::failing(400, "ProvisionedThroughputExceededException");
            let mut totals = Vec::new();
            let batch = batch.progress(|progress| totals.push(progress.total)).client(&stand.hasty(&transport));
            let left = batch.await.unwrap_err().into_unprocessed().unwrap();
            assert_eq!(left.len(), count + 1, "these items, and the one that was added after them");
            assert!(totals.iter().all(|total| *total == usize::MAX), "{totals:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_of_a_pending_stream_cannot_be_explained() {
    let plan = singlet::batch_write().put_stream(stream::iter([Ok(order("c-1", 1))])).explain().unwrap();
    assert_eq!(plan.operation(), "BatchWriteItem");
    let batch = || singlet::batch_write().put(order("c-1", 1)).put_stream(stream::pending::<Result<Order>>());
    let error = batch().explain().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Validation);
    assert!(error.to_string().contains("a stream"), "{error}");
}
