//! Streams that request the next page while the program uses the current one.

use std::fmt::Debug;
use std::pin::Pin;

use futures_util::{Stream, StreamExt as _};
use singlet::{Client, Collection, ErrorKind, Model, Result, Table};

use crate::shop::{Customer, Order, Shop, customer, order};
use crate::stand;
use crate::transport::{Fate, SentRequest, Transport, error_body};

#[derive(Debug, Collection)]
enum Row {
    Customer(Customer),
    Order(Order),
}

type Texts = Pin<Box<dyn Stream<Item = Result<String>>>>;

fn texts<T: Debug + 'static>(stream: impl Stream<Item = Result<T>> + 'static) -> Texts {
    Box::pin(stream.map(|item| Ok(format!("{:?}", item?))))
}

/// Opens a stream with or without prefetching.
macro_rules! stream {
    ($prefetches:ident, $stream:expr) => {
        if $prefetches { texts($stream.prefetch()) } else { texts($stream) }
    };
}

/// The kinds of streams, each over more than two pages.
const STREAMS: [fn(&Client, bool) -> Texts; 7] = [
    |client, ahead| stream!(ahead, Order::query("ann").client(client).page_size(2).stream()),
    |client, ahead| stream!(ahead, Order::query("ann").client(client).page_size(2).limit(5).stream()),
    |client, ahead| stream!(ahead, Order::query("ann").client(client).filter(|o| o.id.gt(2)).page_size(2).stream()),
    |client, ahead| stream!(ahead, Order::query("ann").client(client).descending().limit(2).pages()),
    |client, ahead| stream!(ahead, Order::scan().client(client).page_size(2).stream()),
    |client, ahead| stream!(ahead, Row::query("ann").client(client).page_size(2).stream()),
    |client, ahead| stream!(ahead, Row::query("ann").client(client).limit(2).pages()),
];

async fn seed() {
    Shop::create_table().await.unwrap();
    customer("ann").create().await.unwrap();
    for id in 1..=7 {
        order("ann", id).create().await.unwrap();
    }
}

#[tokio::test]
async fn prefetching_changes_only_when_a_page_is_requested() {
    stand::run(async |stand| {
        seed().await;
        for (case, open) in STREAMS.iter().enumerate() {
            let transports = [Transport::recording(), Transport::recording()];
            let mut read = [Vec::new(), Vec::new()];
            for (ahead, transport) in transports.iter().enumerate() {
                let mut stream = open(&stand.through(transport), ahead == 1);
                assert!(transport.sent().is_empty(), "a stream does nothing until it is polled");
                while let Some(item) = stream.next().await {
                    read[ahead].push((item.unwrap(), transport.sent().len()));
                }
            }
            let [lazy, ahead] = read;
            let items = |read: &[(String, usize)]| read.iter().map(|(item, _)| item.clone()).collect::<Vec<_>>();
            assert_eq!(items(&lazy), items(&ahead), "stream {case}");
            let [plain, early] = transports.map(|transport| transport.sent());
            let bodies = |sent: &[SentRequest]| sent.iter().map(SentRequest::json).collect::<Vec<_>>();
            assert_eq!(bodies(&plain), bodies(&early), "stream {case}");
            for ((item, lazy), (_, ahead)) in lazy.iter().zip(&ahead) {
                let expected = (lazy + 1).min(plain.len());
                assert_eq!(*ahead, expected, "stream {case} is one page ahead at {item}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn segments_prefetch_what_they_return() {
    stand::run(async |stand| {
        seed().await;
        let open = |client: &Client| Order::scan().client(client).segments(2).page_size(2).stream();
        let mut plain: Vec<_> = open(&stand.client).map(Result::unwrap).map(|order| order.id).collect().await;
        let mut ahead: Vec<_> =
            open(&stand.client).prefetch().map(Result::unwrap).map(|order| order.id).collect().await;
        plain.sort_unstable();
        ahead.sort_unstable();
        assert_eq!((&plain, ahead), (&vec![1, 2, 3, 4, 5, 6, 7], plain.clone()));
    })
    .await;
}

#[tokio::test]
async fn the_error_of_a_prefetched_page_comes_after_the_items_before_it() {
    stand::run(async |stand| {
        seed().await;
        let transport = Transport::new(|number, _| match number {
            1 => Fate::Answer(400, error_body("AccessDeniedException")),
            _ => Fate::Pass,
        });
        let mut stream = Order::query("ann").client(&stand.through(&transport)).page_size(2).stream().prefetch();
        for id in [1, 2] {
            assert_eq!(stream.next().await.unwrap().unwrap().id, id);
        }
        assert_eq!(stream.next().await.unwrap().unwrap_err().kind(), ErrorKind::Service);
        assert!(stream.next().await.is_none());
        assert_eq!(transport.sent().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_slow_page_does_not_delay_the_items_before_it() {
    stand::run(async |stand| {
        seed().await;
        let transport = Transport::new(|number, _| if number == 1 { Fate::Hang } else { Fate::Pass });
        let mut stream = Order::query("ann").client(&stand.through(&transport)).page_size(2).stream().prefetch();
        for id in [1, 2] {
            assert_eq!(stream.next().await.unwrap().unwrap().id, id);
        }
        // The request for the second page is dropped with the stream.
        assert!(futures_util::poll!(std::pin::pin!(stream.next())).is_pending());
    })
    .await;
}
