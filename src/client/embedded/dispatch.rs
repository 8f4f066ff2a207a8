//! From the name of an operation to the database's method: what its own router, which is private, does.

use dynoxide::actions::get_item::GetItemRequest;
use dynoxide::actions::update_item::{UpdateItemRequest, UpdateItemResponse};
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::identity;

/// The status and JSON body of a response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Answer {
    fn failed(error: &DynoxideError) -> Self {
        Answer { status: error.status_code(), body: error.to_json().into_bytes() }
    }

    fn unknown_operation() -> Self {
        let body = br#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;
        Answer { status: 400, body: body.to_vec() }
    }

    /// The answer of a request that panicked.
    pub(super) fn internal_error() -> Self {
        Answer::failed(&DynoxideError::InternalServerError("the embedded database panicked".to_owned()))
    }
}

/// Answers the request of `operation` with the JSON `body`.
pub(super) fn dispatch(db: &Database, operation: &str, body: &[u8]) -> Answer {
    match operation {
        "BatchExecuteStatement" => answer(body, |request| db.batch_execute_statement(request)),
        "BatchGetItem" => answer(body, |request| db.batch_get_item(request)),
        "BatchWriteItem" => answer(body, |request| db.batch_write_item(request)),
        "CreateTable" => answer(body, |request| db.create_table(request)),
        "DeleteItem" => answer(body, |request| db.delete_item(request)),
        "DeleteTable" => answer(body, |request| db.delete_table(request)),
        "DescribeStream" => answer(body, |request| db.describe_stream(request)),
        "DescribeTable" => answer(body, |request| db.describe_table(request)),
        "DescribeTimeToLive" => answer(body, |request| db.describe_time_to_live(request)),
        "ExecuteStatement" => answer(body, |request| db.execute_statement(request)),
        "ExecuteTransaction" => answer(body, |request| db.execute_transaction(request)),
        "GetItem" => answer(body, |request| db.get_item(request)),
        "GetRecords" => answer(body, |request| db.get_records(request).and_then(identity::as_the_service)),
        "GetShardIterator" => answer(body, |request| db.get_shard_iterator(request)),
        "ListStreams" => answer(body, |request| db.list_streams(request)),
        "ListTables" => answer(body, |request| db.list_tables(request)),
        "ListTagsOfResource" => answer(body, |request| db.list_tags_of_resource(request)),
        "PutItem" => answer(body, |request| db.put_item(request)),
        "Query" => answer(body, |request| db.query(request)),
        "Scan" => answer(body, |request| db.scan(request)),
        "TagResource" => answer(body, |request| db.tag_resource(request)),
        "TransactGetItems" => answer(body, |request| db.transact_get_items(request)),
        "TransactWriteItems" => answer(body, |request| db.transact_write_items(request)),
        "UntagResource" => answer(body, |request| db.untag_resource(request)),
        "UpdateItem" => answer(body, |request| update_item(db, request)),
        "UpdateTable" => answer(body, |request| db.update_table(request)),
        "UpdateTimeToLive" => answer(body, |request| db.update_time_to_live(request)),
        _ => Answer::unknown_operation(),
    }
}

/// An update that makes its item has no old one to give back; the database gives its key.
fn update_item(db: &Database, request: UpdateItemRequest) -> dynoxide::Result<UpdateItemResponse> {
    let key = request.return_values.as_deref().filter(|values| values.eq_ignore_ascii_case("ALL_OLD"));
    let read = key.map(|_| GetItemRequest {
        table_name: request.table_name.clone(),
        key: request.key.clone(),
        ..GetItemRequest::default()
    });
    // One thread answers all requests, so nothing comes between the two.
    let is_made = read.is_some_and(|read| db.get_item(read).is_ok_and(|stored| stored.item.is_none()));
    let mut response = db.update_item(request)?;
    if is_made {
        response.attributes = None;
    }
    Ok(response)
}

fn answer<Request: DeserializeOwned, Response: Serialize>(
    body: &[u8],
    method: impl FnOnce(Request) -> dynoxide::Result<Response>,
) -> Answer {
    let outcome =
        serde_json::from_slice(body).map_err(|error| decode_error(&error)).and_then(method).and_then(|response| {
            serde_json::to_vec(&response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
        });
    match outcome {
        Ok(body) => Answer { status: 200, body },
        Err(error) => Answer::failed(&error),
    }
}

/// The service's error for a request that cannot be decoded.
///
/// The database's own decoders put the class in front of their message. Of serde's messages, a
/// missing or empty member is invalid and a value of the wrong JSON type is malformed, as in DynamoDB.
fn decode_error(error: &serde_json::Error) -> DynoxideError {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(&*message, |(before, _)| before);
    match message.split_once(':') {
        Some(("SERIALIZATION" | "SERIALIZATION_AS_READ", rest)) => {
            DynoxideError::SerializationException(rest.to_owned())
        }
        Some(("VALIDATION" | "VALIDATION_AS_READ" | "VALIDATION_REQUEST", rest)) => {
            DynoxideError::ValidationException(rest.to_owned())
        }
        _ if ["missing field", "unknown variant", "invalid type: null", "AttributeValue"]
            .iter()
            .any(|sign| message.contains(sign)) =>
        {
            DynoxideError::ValidationException(message.to_owned())
        }
        _ => DynoxideError::SerializationException(message.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(operation: &str, body: &str) -> (u16, String) {
        let answer = dispatch(&Database::memory().unwrap(), operation, body.as_bytes());
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        let kind = body["__type"].as_str().unwrap_or_default();
        (answer.status, kind.rsplit('#').next().unwrap_or_default().to_owned())
    }

    #[test]
    fn errors_carry_the_services_codes() {
        assert_eq!(kind_of("ListTables", "{}"), (200, String::new()));
        assert_eq!(kind_of("CreateBackup", "{}"), (400, "UnknownOperationException".to_owned()));
        assert_eq!(kind_of("", ""), (400, "UnknownOperationException".to_owned()));
        assert_eq!(
            kind_of("GetItem", r#"{"TableName":"absent","Key":{"pk":{"S":"a"}}}"#),
            (400, "ResourceNotFoundException".to_owned())
        );
        assert_eq!(kind_of("ListTables", r#"{"Limit":"x"}"#), (400, "SerializationException".to_owned()));
        assert_eq!(
            kind_of("PutItem", r#"{"TableName":"t","Item":{"pk":{}}}"#),
            (400, "ValidationException".to_owned())
        );
    }
}
