//! The bodies of requests and responses, in the form that the SDK writes and reads.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::order::TABLE;
use crate::peers::Item;
use crate::sdk_codec;

/// Builds the response of a query that returns these items. The service sends the count first.
pub(crate) fn page(items: Vec<Item>) -> String {
    let (count, items) = (items.len(), Value::from(values(items)));
    format!(r#"{{"Count":{count},"Items":{items},"ScannedCount":{count}}}"#)
}

/// Builds the response of a batch get that returns these items.
pub(crate) fn responses(items: Vec<Item>) -> String {
    json!({ "Responses": { TABLE: values(items) }, "UnprocessedKeys": {} }).to_string()
}

/// Builds the response of a transaction that reads these items.
pub(crate) fn snapshot(items: Vec<Item>) -> String {
    let items: Vec<Value> = values(items).into_iter().map(|item| json!({ "Item": item })).collect();
    json!({ "Responses": items }).to_string()
}

/// Builds a response with one item under the given name.
pub(crate) fn one(member: &str, item: Item) -> String {
    json!({ member: values(vec![item]).remove(0) }).to_string()
}

/// Returns DynamoDB's JSON of the items.
pub(crate) fn values(items: Vec<Item>) -> Vec<Value> {
    batch_items(&sdk_codec::batch(batch(items.into_iter())))
}

/// Builds the text that a service written by hand gives its users as a cursor: base64 of the key as JSON.
pub(crate) fn cursor_of_key(key: &Item) -> String {
    let text = |name: &str| key[name].as_s().expect("the keys are text");
    URL_SAFE_NO_PAD.encode(json!({ "pk": text("pk"), "sk": text("sk") }).to_string())
}

/// Returns the key that such a cursor holds.
pub(crate) fn key_of_cursor(cursor: &str) -> Item {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("it was encoded");
    let key: HashMap<String, String> = serde_json::from_slice(&bytes).expect("it was encoded");
    key.into_iter().map(|(name, text)| (name, AttributeValue::S(text))).collect()
}

fn parse(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("the body is JSON")
}

/// Extracts the items from the body of a batch.
pub(crate) fn batch_items(body: &[u8]) -> Vec<Value> {
    let body = parse(body);
    let requests = body["RequestItems"][TABLE].as_array().expect("the table has requests");
    requests.iter().map(|request| sorted(request["PutRequest"]["Item"].clone())).collect()
}

/// Extracts the items from the body of a transaction.
pub(crate) fn transaction_items(body: &[u8]) -> Vec<Value> {
    let body = parse(body);
    let requests = body["TransactItems"].as_array().expect("the transaction has items");
    requests.iter().map(|request| request["Put"]["Item"].clone()).collect()
}

/// Extracts the single item from the body of a put.
pub(crate) fn put_items(body: &[u8]) -> Vec<Value> {
    vec![parse(body)["Item"].clone()]
}

/// Extracts the keys of the body of an operation on one item.
pub(crate) fn keys(body: &[u8]) -> Vec<Value> {
    vec![parse(body)["Key"].clone()]
}

/// The order of a set has no meaning.
fn sorted(mut item: Value) -> Value {
    for value in item.as_object_mut().into_iter().flat_map(|item| item.values_mut()) {
        if let Some(set) = value.get_mut("SS").and_then(Value::as_array_mut) {
            set.sort_unstable_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
    }
    item
}

/// Builds a batch in the SDK's types.
pub(crate) fn batch(items: impl Iterator<Item = Item>) -> BatchWriteItemInput {
    let requests = write_requests(items);
    BatchWriteItemInput::builder().request_items(TABLE, requests).build().expect("a batch")
}

pub(crate) fn write_requests(items: impl Iterator<Item = Item>) -> Vec<WriteRequest> {
    let put = |item| PutRequest::builder().set_item(Some(item)).build().expect("a put has its item");
    items.map(|item| WriteRequest::builder().put_request(put(item)).build()).collect()
}
