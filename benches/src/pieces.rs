//! Scenarios of single steps: keys, the size of an item, stream events and compressed text.

use std::hint::black_box;
use std::io::{Read as _, Write as _};

use aws_lambda_events::dynamodb::Event;
use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use singlet::Model as _;
use singlet::compression::{CompressionAlgorithm, CompressionOptions, compress, decompress};
use singlet::key::KeyValue;
use singlet::stream::{StreamEvent, StreamRecord};

use crate::order::{self, Order};
use crate::peers::{Item, by_hand};
use crate::{BY_HAND, SERDE, SINGLET, Scenario, json};

const CUSTOMER: &str = "c-20931";
const IS_ORDER: &str = "the items are orders";

/// Builds keys from their parts, and takes them apart.
pub(crate) fn keys() -> Scenario {
    const COUNT: u32 = 25;
    let numbers: Vec<u32> = (0..COUNT).collect();
    let text = |value: Option<&KeyValue>| match value {
        Some(KeyValue::S(text)) => text.clone(),
        _ => panic!("the keys are text"),
    };
    Scenario::of(COUNT as usize)
        .checked(BY_HAND, &numbers, || {
            let taken_apart = |number| {
                let (hash, range) = (order::hash(black_box(CUSTOMER)), order::range(number));
                let customer = hash.strip_prefix("CUSTOMER#").expect(IS_ORDER).to_owned();
                assert_eq!(customer.len(), CUSTOMER.len());
                range.strip_prefix("ORDER#").expect(IS_ORDER).parse().expect(IS_ORDER)
            };
            (0..COUNT).map(taken_apart).collect()
        })
        .checked(SINGLET, &numbers, move || {
            let taken_apart = |number| {
                let key = Order::key_of((black_box(CUSTOMER), number)).expect(IS_ORDER);
                assert!(text(Some(key.hash())).len() > CUSTOMER.len());
                let (customer, number) = key.parts().expect(IS_ORDER);
                assert_eq!(customer.len(), CUSTOMER.len());
                number
            };
            (0..COUNT).map(taken_apart).collect()
        })
}

/// The size of an item by DynamoDB's rule.
pub(crate) fn size() -> Scenario {
    let order = Order::large(7);
    let hand = order.clone();
    let expected = size_of(&by_hand::write(&order));
    Scenario::of(1).checked(BY_HAND, &expected, move || size_of(&by_hand::write(&hand))).checked(
        SINGLET,
        &expected,
        move || order.size().expect("an order has a size").bytes(),
    )
}

/// The rule for the types that an order has. Numbers have a byte for each two digits, and one more.
fn size_of(item: &Item) -> usize {
    fn value(stored: &AttributeValue) -> usize {
        match stored {
            AttributeValue::S(text) => text.len(),
            AttributeValue::N(number) => {
                let digits = number.trim_start_matches(['-', '0', '.']);
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
                let whole = if number.contains('.') { whole } else { whole.trim_end_matches('0') };
                whole.len().div_ceil(2) + fraction.len().div_ceil(2) + 1
            }
            AttributeValue::Bool(_) => 1,
            AttributeValue::L(list) => 3 + list.iter().map(|element| 1 + value(element)).sum::<usize>(),
            AttributeValue::M(map) => {
                3 + map.iter().map(|(name, element)| 1 + name.len() + value(element)).sum::<usize>()
            }
            _ => panic!("an order has no such value"),
        }
    }
    item.iter().map(|(name, stored)| name.len() + value(stored)).sum()
}

/// Reads the new images of a Lambda function's event.
pub(crate) fn stream_event() -> Scenario {
    let orders: Vec<Order> = (0..100).map(Order::small).collect();
    let records: Vec<_> = orders
        .iter()
        .map(|order| {
            let keys = json::values(vec![by_hand::key(&order.customer, order.number)]).remove(0);
            let image = json::values(vec![by_hand::write(order)]).remove(0);
            json!({
                "awsRegion": "eu-west-1",
                "dynamodb": {
                    "ApproximateCreationDateTime": order.created_at,
                    "Keys": keys,
                    "NewImage": image,
                    "SequenceNumber": format!("{:021}", order.number),
                    "SizeBytes": 800,
                    "StreamViewType": "NEW_IMAGE",
                },
                "eventID": format!("{:032x}", order.number),
                "eventName": "INSERT",
                "eventSource": "aws:dynamodb",
                "eventSourceARN": "arn:aws:dynamodb:eu-west-1:123456789012:table/shop/stream/2026-11-29T00:00:00.000",
                "eventVersion": "1.1",
            })
        })
        .collect();
    let payload = bytes::Bytes::from(json!({ "Records": records }).to_string());
    let serde = payload.clone();
    Scenario::of(orders.len())
        .checked(SERDE, &orders, move || {
            let event: Event = serde_json::from_slice(&serde).expect("an event");
            let images = event.records.into_iter().map(|record| record.change.new_image);
            images.map(|image| serde_dynamo::from_item(image).expect(IS_ORDER)).collect()
        })
        .checked(SINGLET, &orders, move || {
            let event = StreamEvent::from_slice(&payload).expect("an event");
            let images = event.records().iter().map(StreamRecord::new_image::<Order>);
            images.map(|image| image.expect(IS_ORDER).expect(IS_ORDER)).collect()
        })
}

pub(crate) fn write_zstd() -> Scenario {
    write(CompressionAlgorithm::Zstd)
}

pub(crate) fn write_lz4() -> Scenario {
    write(CompressionAlgorithm::Lz4)
}

pub(crate) fn write_gzip() -> Scenario {
    write(CompressionAlgorithm::Gzip)
}

pub(crate) fn read_zstd() -> Scenario {
    read(CompressionAlgorithm::Zstd)
}

pub(crate) fn read_lz4() -> Scenario {
    read(CompressionAlgorithm::Lz4)
}

pub(crate) fn read_gzip() -> Scenario {
    read(CompressionAlgorithm::Gzip)
}

/// 2 KB of text whose lines differ.
fn text() -> String {
    let lines =
        (0..48_u32).map(|line| format!("{line:04}: parcel {} is at the depot", line.wrapping_mul(2_654_435_761)));
    lines.collect::<Vec<_>>().join("\n")
}

/// Compresses text to its stored form.
fn write(algorithm: CompressionAlgorithm) -> Scenario {
    let (text, options) = (text(), CompressionOptions::new().algorithm(algorithm));
    let hand = text.clone();
    let expected = stored(&text, algorithm);
    Scenario::of(1).checked(BY_HAND, &expected, move || stored(&hand, algorithm)).checked(
        SINGLET,
        &expected,
        move || compress(&text, &options).expect("the text can be compressed").into_owned(),
    )
}

/// Reads text from its stored form.
fn read(algorithm: CompressionAlgorithm) -> Scenario {
    let (text, options) = (text(), CompressionOptions::new().algorithm(algorithm));
    let form = stored(&text, algorithm);
    let hand = form.clone();
    Scenario::of(1)
        .checked(BY_HAND, &text, move || original(&hand, algorithm))
        .checked(SINGLET, &text, move || decompress(&form, &options).expect("the text was compressed").into_owned())
}

/// The stored form by the crates alone, with a new context for each text.
fn stored(text: &str, algorithm: CompressionAlgorithm) -> String {
    let bytes = text.as_bytes();
    let (prefix, compressed) = match algorithm {
        CompressionAlgorithm::Zstd => ("ZSTD:", zstd::bulk::compress(bytes, 3).expect("it fits")),
        CompressionAlgorithm::Lz4 => ("LZ4:", lz4_flex::compress_prepend_size(bytes)),
        CompressionAlgorithm::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).expect("a vector takes it");
            ("GZIP:", encoder.finish().expect("a vector takes it"))
        }
        _ => panic!("no scenario has another algorithm"),
    };
    let mut stored = prefix.to_owned();
    STANDARD.encode_string(compressed, &mut stored);
    stored
}

fn original(stored: &str, algorithm: CompressionAlgorithm) -> String {
    const IS_TEXT: &str = "the text was compressed";
    let (_, encoded) = stored.split_once(':').expect(IS_TEXT);
    let compressed = STANDARD.decode(encoded).expect(IS_TEXT);
    let bytes = match algorithm {
        CompressionAlgorithm::Zstd => zstd::bulk::decompress(&compressed, 16 << 20).expect(IS_TEXT),
        CompressionAlgorithm::Lz4 => lz4_flex::decompress_size_prepended(&compressed).expect(IS_TEXT),
        CompressionAlgorithm::Gzip => {
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(&*compressed).read_to_end(&mut bytes).expect(IS_TEXT);
            bytes
        }
        _ => panic!("no scenario has another algorithm"),
    };
    String::from_utf8(bytes).expect(IS_TEXT)
}
