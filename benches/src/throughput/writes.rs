//! The writes: items from an iterator, and the lines of a file.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client as Sdk;
use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, Stream, StreamExt as _};
use serde_json::Value;

use super::service::{Service, order};
use super::{AT_ONCE, Case, OPTION, PAGE};
use crate::order::{Order, TABLE};
use crate::peers::by_modyne::Shop;
use crate::peers::{Item, by_facade, by_hand};
use crate::{BY_HAND, FACADE, MODYNE, SINGLET, json};

const STORED: &str = "the service stores it";

const COUNT: u32 = 1_000;

/// The number of items that a request can have.
const PUTS: u32 = 25;

/// How many requests are sent at once with the option.
const CONCURRENCY: usize = 16;
const OF_IMPORT: usize = 4;

pub(super) fn batch_write() -> Case {
    Case::of(COUNT)
        .writing(SINGLET, 4, async |client| {
            singlet::batch_write().put_all(orders()).client(client).await.expect(STORED);
        })
        .writing(OPTION, CONCURRENCY, async |client| {
            singlet::batch_write().put_all(orders()).concurrency(CONCURRENCY).client(client).await.expect(STORED);
        })
        .writing(BY_HAND, 1, async |client| put_chunks(client.sdk(), stream::iter(orders()), 1).await)
        .writing(AT_ONCE, CONCURRENCY, async |client| {
            put_chunks(client.sdk(), stream::iter(orders()), CONCURRENCY).await;
        })
        .writing(MODYNE, 1, async |client| {
            let shop = Shop(client.sdk().clone());
            for first in (0..COUNT).step_by(PUTS as usize) {
                let orders: Vec<_> = (first..first + PUTS).map(|index| order(index, PAGE)).collect();
                shop.batch_write(&orders).await;
            }
        })
        // It takes a list of all items, and sends all requests at once.
        .writing(FACADE, (COUNT / PUTS) as usize, async |client| {
            by_facade::batch_write(client.sdk(), &orders().collect::<Vec<_>>()).await;
        })
}

pub(super) fn put_stream() -> Case {
    let orders = || stream::iter(orders());
    Case::of(COUNT)
        .writing(SINGLET, 4, async move |client| {
            singlet::batch_write().put_stream(orders().map(Ok)).client(client).await.expect(STORED);
        })
        .writing(OPTION, CONCURRENCY, async move |client| {
            let write = singlet::batch_write().put_stream(orders().map(Ok)).concurrency(CONCURRENCY);
            write.client(client).await.expect(STORED);
        })
        .writing(BY_HAND, 1, async move |client| put_chunks(client.sdk(), orders(), 1).await)
        .writing(AT_ONCE, CONCURRENCY, async move |client| put_chunks(client.sdk(), orders(), CONCURRENCY).await)
}

/// Puts the items of a stream by hand, with at most this many requests at once.
async fn put_chunks(sdk: &Sdk, orders: impl Stream<Item = Order>, at_once: usize) {
    let requests =
        orders.chunks(PUTS as usize).map(|orders| put(sdk, orders.into_iter().map(|order| by_hand::write(&order))));
    requests.buffer_unordered(at_once).collect::<()>().await;
}

fn orders() -> impl Iterator<Item = Order> + Send {
    (0..COUNT).map(|index| order(index, PAGE))
}

async fn put(sdk: &Sdk, items: impl Iterator<Item = Item>) {
    let write = sdk.batch_write_item().request_items(TABLE, json::write_requests(items));
    let output = write.send().await.expect(STORED);
    assert!(output.unprocessed_items.is_none_or(|items| items.is_empty()), "a program would send them again");
}

pub(super) fn import() -> Case {
    let case = Case::of(COUNT);
    let lines: &'static str = lines(&case.service).leak();
    let write = async |sdk: &Sdk, at_once: usize| {
        let lines: Vec<&str> = lines.lines().collect();
        let chunks = stream::iter(lines.chunks(PUTS as usize));
        let item = |line: &&str| item(&serde_json::from_str::<Value>(line).expect("JSON")["Item"]);
        let requests = chunks.map(|lines| put(sdk, lines.iter().map(item)));
        requests.buffer_unordered(at_once).collect::<()>().await;
    };
    case.writing(SINGLET, 1, async |client| {
        singlet::import(TABLE, lines.as_bytes()).client(client).await.expect(STORED);
    })
    .writing(OPTION, OF_IMPORT, async |client| {
        singlet::import(TABLE, lines.as_bytes()).concurrency(OF_IMPORT).client(client).await.expect(STORED);
    })
    .writing(BY_HAND, 1, async move |client| write(client.sdk(), 1).await)
    .writing(AT_ONCE, OF_IMPORT, async move |client| write(client.sdk(), OF_IMPORT).await)
}

/// The lines of an export.
fn lines(service: &Service) -> String {
    let mut lines = String::new();
    for index in 0..COUNT {
        append_line(service, index, &mut lines);
    }
    lines
}

/// Appends the line of an item in an export.
pub(super) fn append_line(service: &Service, index: u32, to: &mut String) {
    to.push_str(r#"{"Item":"#);
    service.append(index, to);
    to.push_str("}\n");
}

/// Converts DynamoDB's JSON to an item of the SDK, which does not offer a function for this.
fn item(json: &Value) -> Item {
    let attributes = json.as_object().expect("an item is an object");
    attributes.iter().map(|(name, value)| (name.clone(), attribute(value))).collect::<HashMap<_, _>>()
}

fn attribute(json: &Value) -> AttributeValue {
    let (tag, value) = json.as_object().and_then(|value| value.iter().next()).expect("a value has a tag");
    let text = || value.as_str().expect("a text").to_owned();
    match tag.as_str() {
        "S" => AttributeValue::S(text()),
        "N" => AttributeValue::N(text()),
        "BOOL" => AttributeValue::Bool(value.as_bool().expect("a boolean")),
        "L" => AttributeValue::L(value.as_array().expect("a list").iter().map(attribute).collect()),
        "M" => AttributeValue::M(item(value)),
        tag => panic!("no order has a value of type {tag}"),
    }
}
