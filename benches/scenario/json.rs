//! The bodies of requests and responses, in the form that the SDK writes and reads.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::batch_write_item::BatchWriteItemInput;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use serde_json::{Value, json};

use super::order::{Order, TABLE};
use super::{by_hand, sdk_codec};

/// Builds the response of a query that returns these orders. The service sends the count first.
pub(crate) fn page(orders: &[Order]) -> String {
    let (count, items) = (orders.len(), Value::from(items(orders)));
    format!(r#"{{"Count":{count},"Items":{items},"ScannedCount":{count}}}"#)
}

/// Builds the response of a get that returns this order.
pub(crate) fn get(order: &Order) -> String {
    json!({ "Item": items(std::slice::from_ref(order)).remove(0) }).to_string()
}

/// Builds DynamoDB's JSON of the orders.
pub(crate) fn items(orders: &[Order]) -> Vec<Value> {
    let batch = sdk_codec::batch(batch(orders.iter().map(by_hand::write)));
    batch_items(&batch)
}

/// Extracts the items from the body of a batch.
pub(crate) fn batch_items(body: &[u8]) -> Vec<Value> {
    let body: Value = serde_json::from_slice(body).expect("the body is JSON");
    let requests = body["RequestItems"][TABLE].as_array().expect("the table has requests");
    requests.iter().map(|request| request["PutRequest"]["Item"].clone()).collect()
}

/// Extracts the single item from the body of a put.
pub(crate) fn put_items(body: &[u8]) -> Vec<Value> {
    let body: Value = serde_json::from_slice(body).expect("the body is JSON");
    vec![body["Item"].clone()]
}

/// Builds a batch in the SDK's types.
pub(crate) fn batch(items: impl Iterator<Item = HashMap<String, AttributeValue>>) -> BatchWriteItemInput {
    let requests = write_requests(items);
    BatchWriteItemInput::builder().request_items(TABLE, requests).build().expect("a batch")
}

pub(crate) fn write_requests(items: impl Iterator<Item = HashMap<String, AttributeValue>>) -> Vec<WriteRequest> {
    let put = |item| PutRequest::builder().set_item(Some(item)).build().expect("a put has its item");
    items.map(|item| WriteRequest::builder().put_request(put(item)).build()).collect()
}
