//! One bad item among several: the error identifies it, or the read skips it and tells the observer.

use std::pin::Pin;

use futures_util::TryStreamExt as _;
use singlet::stream::StreamEvent;
use singlet::{Client, Collection, ErrorKind, Item, Model, Projection, Result, SkipReason, Table};

use crate::read::skipped::Skipped;
use crate::stand::{self, Stand, item, s};

#[derive(Table)]
#[table(name = "stock", hash_key = "pk", range_key = "sk", entity = "_type")]
#[table(index(name = "gsi1", hash_key = "gsi1pk", range_key = "gsi1sk"))]
#[table(index(name = "gsi2", hash_key = "gsi1pk", range_key = "gsi1sk", projection = "keys_only"))]
struct Stock;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Stock, hash_key = "SHELF#{shelf}", range_key = "PART#{number:02}")]
#[model(index(gsi1, hash_key = "SHELF#{shelf}", range_key = "PART#{number:02}"))]
#[model(index(gsi2, hash_key = "SHELF#{shelf}", range_key = "PART#{number:02}"))]
struct Part {
    shelf: String,
    number: u8,
    count: u32,
}

#[derive(Debug, Projection)]
#[projection(of = Part)]
struct Count {
    #[allow(dead_code, reason = "the item is read and dropped")]
    count: u32,
}

#[derive(Debug, Collection)]
enum Row {
    Part(Part),
}

const BAD: u8 = 3;
const ALL: u8 = 5;

/// Parts 0 to 4 of the shelf `a`, of which part 3 has a text for its count.
async fn stored(stand: &Stand) {
    Stock::create_table().await.unwrap();
    for number in 0..ALL {
        let part = Part { shelf: "a".into(), number, count: 7 };
        let mut stored = part.to_item().unwrap();
        if number == BAD {
            stored.insert("count".into(), s("S3CRET"));
        }
        stand.put_raw("stock", stored).await;
    }
}

fn bad_key() -> Item {
    item([("pk", s("SHELF#a")), ("sk", s("PART#03"))])
}

/// How many items a read gives.
type Run = fn(Client) -> Pin<Box<dyn Future<Output = Result<usize>>>>;

/// A read of all parts as it is, and one that skips what it cannot decode.
struct Read {
    name: &'static str,
    strict: Run,
    lenient: Run,
}

macro_rules! reads {
    ($($name:literal: |$read:ident| $make:expr => $finish:expr;)*) => {
        vec![$(Read {
            name: $name,
            strict: |client| Box::pin(async move {
                let $read = $make.client(&client);
                $finish
            }),
            lenient: |client| Box::pin(async move {
                let $read = $make.client(&client).skip_undecodable();
                $finish
            }),
        }),*]
    };
}

fn keys() -> impl Iterator<Item = (&'static str, u8)> {
    (0..ALL).map(|number| ("a", number))
}

fn gets() -> Vec<singlet::Get<Part>> {
    keys().map(Part::get).collect()
}

/// Every read of several items.
fn reads() -> Vec<Read> {
    reads! {
        "query": |r| Part::query("a") => Ok(r.await?.len());
        "query with a limit": |r| Part::query("a").limit(4) => Ok(r.await?.len());
        "descending": |r| Part::query("a").descending() => Ok(r.await?.len());
        "page": |r| Part::query("a").limit(4) => Ok(r.page().await?.items.len());
        "pages": |r| Part::query("a").limit(2) => Ok(r.pages().map_ok(|page| page.items.len()).try_collect::<Vec<_>>().await?.iter().sum());
        "stream": |r| Part::query("a").page_size(2) => Ok(r.stream().try_collect::<Vec<_>>().await?.len());
        "select": |r| Part::query("a") => Ok(r.select::<Count>().await?.len());
        "index": |r| Part::index(Stock::GSI1).query("a") => Ok(r.await?.len());
        "hydrate": |r| Part::index(Stock::GSI2).query("a") => Ok(r.hydrate().await?.len());
        "scan": |r| Part::scan() => Ok(r.await?.len());
        "segments": |r| Part::scan().segments(3) => Ok(r.await?.len());
        "collection": |r| Row::query("a") => Ok(r.await?.len());
        "statement": |r| singlet::statement::<Part>(r#"SELECT * FROM "stock""#) => Ok(r.await?.len());
        "batch_get": |r| Part::batch_get(keys()) => Ok(r.await?.into_iter().flatten().count());
        "transact_get": |r| singlet::transact_get(gets()) => Ok(r.await?.into_iter().flatten().count());
    }
}

#[tokio::test]
async fn the_error_identifies_the_item() {
    stand::run(async |stand| {
        stored(stand).await;
        for Read { name, strict, .. } in reads() {
            let error = strict(stand.client.clone()).await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Decode, Some("count")), "{name}");
            assert_eq!(error.item_key(), Some(&bad_key()), "{name}");
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("SHELF#") && !shown.contains("S3CRET"), "{name}: {shown}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_read_that_skips_it_returns_the_others_and_tells_the_observer() {
    stand::run(async |stand| {
        stored(stand).await;
        for Read { name, lenient, .. } in reads() {
            let skipped = Skipped::default();
            let found =
                lenient(stand.observed(skipped.clone())).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(found, usize::from(ALL) - 1, "{name}");
            let reasons = skipped.take("stock").into_iter().map(|(_, reason)| reason);
            assert!(reasons.eq([SkipReason::Undecodable]), "{name}");
        }
    })
    .await;
}

/// Only items of the model are skipped for this reason: another entity under a key stays an error.
#[tokio::test]
async fn items_of_other_models_are_not_undecodable() {
    #[derive(Debug, Model)]
    #[model(table = Stock, hash_key = "SHELF#{shelf}", range_key = "PART#{number:02}")]
    struct Other {
        shelf: String,
        number: u8,
    }
    stand::run(async |stand| {
        stored(stand).await;
        let error = Other::batch_get([("a", 1)]).skip_undecodable().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::WrongEntity);
        assert_eq!(error.item_key().unwrap()["sk"], s("PART#01"));
        let others = singlet::transact_get([Other::get(("a", 1))]).skip_undecodable().await;
        assert_eq!(others.unwrap_err().kind(), ErrorKind::WrongEntity);
        let skipped = Skipped::default();
        let client = stand.observed(skipped.clone());
        assert!(Other::query("a").client(&client).skip_undecodable().await.unwrap().is_empty());
        assert_eq!(skipped.take("stock"), [("Other", SkipReason::WrongEntity); 5]);
    })
    .await;
}

#[test]
fn the_error_of_a_stream_record_identifies_the_item() {
    let event = StreamEvent::from_slice(
        br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"1","Keys":{"pk":{"S":"SHELF#a"},"sk":{"S":"PART#03"}},
        "NewImage":{"pk":{"S":"SHELF#a"},"sk":{"S":"PART#03"},"_type":{"S":"Part"},"shelf":{"S":"a"},"number":{"N":"3"},"count":{"S":"x"}}}}]}"#,
    )
    .unwrap();
    let error = event.records()[0].new_image::<Part>().unwrap_err();
    assert_eq!((error.attribute(), error.item_key()), (Some("count"), Some(&bad_key())));
    let error = event.records()[0].new_image_as::<Row>().unwrap_err();
    assert_eq!(error.item_key(), Some(&bad_key()));
}
