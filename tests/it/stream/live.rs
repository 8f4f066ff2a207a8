//! Streams of live tables, read with the SDK's streams client.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_dynamodbstreams::types::{Record, ShardIteratorType};
use singlet::stream::{EventName, StreamRecord, StreamView};
use singlet::{Client, ErrorKind, Model, TTLAttribute, Table};

use crate::shop::{Customer, Order, Session, Shop, customer, order, session};
use crate::stand::{self, START, item, n, s};
use crate::transport::Transport;

/// All records of a table's stream.
async fn records(client: &Client, table: &str) -> Vec<StreamRecord> {
    let arn = Shop::describe_table().table(table).client(client).await.unwrap().stream.unwrap().arn.unwrap();
    let raw = raw_records(client, &arn).await;
    raw.iter().map(|record| StreamRecord::from_sdk(record, &arn).unwrap()).collect()
}

async fn raw_records(client: &Client, arn: &str) -> Vec<Record> {
    let streams = client.streams_sdk().unwrap();
    let stream = streams.describe_stream().stream_arn(arn).send().await.unwrap().stream_description.unwrap();
    let mut records = Vec::new();
    for shard in stream.shards() {
        let iterator = streams.get_shard_iterator().stream_arn(arn).set_shard_id(shard.shard_id.clone());
        let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
        let page = streams.get_records().set_shard_iterator(iterator.shard_iterator).send().await.unwrap();
        records.extend(page.records.unwrap_or_default());
    }
    records
}

async fn changes(view: StreamView) -> Vec<StreamRecord> {
    let mut records = Vec::new();
    stand::run(async |stand| {
        Shop::create_table().streams(view).await.unwrap();
        let mut ann = customer("c-1");
        ann.create().await.unwrap();
        ann.points += 1;
        ann.save().await.unwrap();
        order("c-1", 7).save().await.unwrap();
        ann.delete().await.unwrap();
        records = self::records(&stand.client, "shop").await;
    })
    .await;
    records
}

#[tokio::test]
async fn every_write_is_a_record() {
    let records = changes(StreamView::NewAndOldImages).await;
    let [created, saved, ordered, deleted] = &records[..] else { panic!("four records: {records:?}") };
    let (first, mut second) = (customer("c-1"), customer("c-1"));
    second.points += 1;
    assert_eq!((created.event(), created.new_image().unwrap()), (EventName::Insert, Some(first.clone())));
    assert_eq!(created.old_image::<Customer>().unwrap(), None);
    assert_eq!((saved.event(), saved.old_image().unwrap()), (EventName::Modify, Some(first)));
    assert_eq!(saved.new_image().unwrap(), Some(second.clone()));
    assert!(ordered.is_of::<Order>() && !ordered.is_of::<Customer>());
    assert_eq!(ordered.new_image().unwrap(), Some(order("c-1", 7)));
    assert_eq!((deleted.event(), deleted.old_image().unwrap()), (EventName::Remove, Some(second)));
    assert!(!deleted.is_ttl_deletion());
    for record in &records {
        assert_eq!((record.table(), record.view()), (Some("shop"), Some(StreamView::NewAndOldImages)));
        assert!(record.created_at().is_some() && record.event_id().is_some());
    }
    assert!(records.is_sorted_by(|a, b| a.sequence_number() < b.sequence_number()));
}

#[tokio::test]
async fn a_view_decides_what_records_hold() {
    for (view, has_new, has_old) in
        [(StreamView::KeysOnly, false, false), (StreamView::NewImage, true, false), (StreamView::OldImage, false, true)]
    {
        let records = changes(view).await;
        let saved = &records[1];
        assert_eq!(saved.view(), Some(view));
        assert_eq!(saved.new_image::<Customer>().unwrap().is_some(), has_new);
        assert_eq!(saved.old_image::<Customer>().unwrap().is_some(), has_old);
        assert_eq!((view.has_new_image(), view.has_old_image()), (has_new, has_old));
        let (id,) = saved.keys::<Customer>().unwrap().unwrap().parts().unwrap();
        assert_eq!(id.0, "c-1");
        assert!(saved.is_of::<Customer>());
    }
}

/// A server deletes by its own clock, and the records of DynamoDB Local lack the user identity.
#[tokio::test]
async fn a_sweep_of_the_embedded_stand_is_told_as_the_services_own() {
    let clock = singlet::ManualClock::at(START);
    let client = Client::embedded_with_clock(clock.clone());
    singlet::with_client(client.clone(), async {
        Shop::create_table().streams(StreamView::OldImage).await.unwrap();
        let expires_at = TTLAttribute::from_epoch_seconds(START + 10);
        session("t", expires_at).save().await.unwrap();
        clock.advance(Duration::from_secs(100));
        assert_eq!(client.sweep_expired().await.unwrap(), 1);
        let records = records(&client, "shop").await;
        let removal = records.last().unwrap();
        assert!(removal.is_ttl_deletion());
        assert_eq!(removal.old_image().unwrap(), Some(session("t", expires_at)));
        assert!(removal.is_of::<Session>());
    })
    .await;
}

#[tokio::test]
async fn streams_are_listed_once_they_are_there() {
    stand::run(async |stand| {
        Shop::create_table().await.unwrap();
        assert_eq!(Shop::describe_table().await.unwrap().stream, None);
        Shop::create_table().table("shop-b").streams(StreamView::NewImage).await.unwrap();
        let list = stand.client.streams_sdk().unwrap().list_streams().send().await.unwrap();
        let tables: Vec<_> = list.streams().iter().filter_map(|stream| stream.table_name()).collect();
        assert_eq!(tables, ["shop-b"]);
    })
    .await;
}

#[tokio::test]
async fn a_client_of_the_sdks_has_no_streams_client() {
    let client = Transport::recording().between(&Client::embedded());
    assert_eq!(client.streams_sdk().unwrap_err().kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn every_type_of_attribute_comes_through_the_sdk() {
    let blob = |bytes: &[u8]| aws_smithy_types::Blob::new(bytes);
    let stored = item([
        ("pk", s("a \"quoted\" é")),
        ("sk", s("1")),
        ("n", n("-1.5")),
        ("b", AttributeValue::B(blob(&[0, 255]))),
        ("t", AttributeValue::Bool(false)),
        ("null", AttributeValue::Null(true)),
        ("l", AttributeValue::L(vec![s(""), AttributeValue::L(vec![n(1), n(2)])])),
        // Not an empty map: streams of DynamoDB Local have `{}` for it.
        ("m", AttributeValue::M(item([("k", AttributeValue::M(item([("z", n(3))])))]))),
        ("ss", AttributeValue::Ss(vec!["x".into()])),
        ("ns", AttributeValue::Ns(vec!["7".into()])),
        ("bs", AttributeValue::Bs(vec![blob(&[1])])),
    ]);
    stand::run(async |stand| {
        Shop::create_table().streams(StreamView::NewImage).await.unwrap();
        stand.put_raw("shop", stored.clone()).await;
        let records = records(&stand.client, "shop").await;
        assert_eq!(records[0].new_item().unwrap(), Some(stored));
        assert_eq!(records[0].key_item().unwrap().unwrap().len(), 2);
    })
    .await;
}

#[test]
fn a_record_of_the_sdks_that_says_too_little_is_an_error() {
    use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, StreamRecord as Change};

    let record = |change: Option<Change>| {
        let record = Record::builder().event_name(OperationType::Insert).set_dynamodb(change).build();
        StreamRecord::from_sdk(&record, "").map(|record| record.table().map(str::to_owned))
    };
    let numbered = || Change::builder().sequence_number("1");
    assert_eq!(record(Some(numbered().build())).unwrap(), None);
    // What the service stores nests 32 deep.
    let deep = (0..2_000).fold(AttributeValue::Null(true), |value, _| AttributeValue::L(vec![value]));
    for change in [None, Some(Change::builder().build()), Some(numbered().new_image("x", deep).build())] {
        assert_eq!(record(change).unwrap_err().kind(), ErrorKind::Decode);
    }
}
