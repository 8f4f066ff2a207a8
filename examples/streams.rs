//! A Lambda handler for the stream of a table. It also processes records that the SDK's streams client reads.

use aws_sdk_dynamodbstreams::types::{ShardIteratorType, StreamDescription};
use singlet::stream::{EventName, StreamEvent, StreamRecord, StreamView};
use singlet::{Client, Model, Table};

#[derive(Table)]
#[table(name = "shop", hash_key = "pk", range_key = "sk", ttl = "expires_at", entity = "_type")]
struct Shop;

#[derive(Debug, Clone, PartialEq, Model)]
#[model(table = Shop, hash_key = "CUSTOMER#{id}", range_key = "PROFILE")]
struct Customer {
    id: String,
    points: u64,
}

/// `lambda_runtime` calls this with the bytes of the payload and returns the result to Lambda.
async fn handle(payload: &[u8]) -> singlet::Result<String> {
    let failures = StreamEvent::from_slice(payload)?.process(index).await;
    if let Some(error) = failures.error() {
        eprintln!("Lambda will send a record again: {error}");
    }
    Ok(failures.to_json())
}

async fn index(record: StreamRecord) -> singlet::Result<()> {
    if !record.is_of::<Customer>() {
        return Ok(());
    }
    let (before, after) = (record.old_image::<Customer>()?, record.new_image::<Customer>()?);
    match record.event() {
        EventName::Remove if record.is_ttl_deletion() => println!("expired: {before:?}"),
        EventName::Remove => println!("deleted: {before:?}"),
        _ => println!("now: {after:?}"),
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let payload = br#"{"Records":[{"eventName":"INSERT","dynamodb":{"SequenceNumber":"111","NewImage":{"pk":{"S":
        "CUSTOMER#c-1"},"sk":{"S":"PROFILE"},"_type":{"S":"Customer"},"id":{"S":"c-1"},"points":{"N":"7"}}}}]}"#;
    assert_eq!(handle(payload).await?, r#"{"batchItemFailures":[]}"#);

    let client = Client::embedded();
    singlet::set_default_client(client.clone());
    Shop::create_table().streams(StreamView::NewAndOldImages).await?;
    let mut customer = Customer { id: "c-1".into(), points: 7 };
    customer.create().await?;
    customer.points = 8;
    customer.save().await?;

    // A service can verify its table at startup.
    let table = Shop::verify_table().await?.into_result()?;
    let arn = table.stream.and_then(|stream| stream.arn).unwrap_or_default();
    let streams = client.streams_sdk()?;
    let described = streams.describe_stream().stream_arn(&arn).send().await?;
    for shard in described.stream_description.iter().flat_map(StreamDescription::shards) {
        let iterator = streams.get_shard_iterator().stream_arn(&arn).set_shard_id(shard.shard_id.clone());
        let iterator = iterator.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await?;
        let page = streams.get_records().set_shard_iterator(iterator.shard_iterator).send().await?;
        for record in page.records() {
            index(StreamRecord::from_sdk(record, &arn)?).await?;
        }
    }
    Ok(())
}
