//! [dynoxide](https://docs.rs/dynoxide-rs) as the embedded database: the only file that names its types.
//!
//! dynoxide keeps its own router private, so [`dispatch`] repeats it, and corrects the two responses that differ from
//! AWS's.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use dynoxide::actions::get_item::GetItemRequest;
use dynoxide::actions::get_records::GetRecordsResponse;
use dynoxide::actions::update_item::{UpdateItemRequest, UpdateItemResponse};
use dynoxide::{Database, DynoxideError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::EmbeddedDatabase;
use super::connector::{ServiceRequest, ServiceResponse};
use super::worker::Worker;
use crate::{Clock, Error, ErrorKind, Result};

/// The operating system refused what every process gets: memory for SQLite, or a thread.
const NO_MEMORY_DATABASE: &str = "an in-memory database opens and gets a thread";

/// A database that is in memory and reads its time from `clock`.
pub(super) fn in_memory(clock: Clock) -> Arc<dyn EmbeddedDatabase> {
    let database = Database::memory_with_clock(Arc::new(DatabaseClock(clock))).expect(NO_MEMORY_DATABASE);
    Arc::new(Worker::start(database).expect(NO_MEMORY_DATABASE))
}

/// A database in the file at `path`.
pub(super) fn in_file(path: &Path) -> Result<Arc<dyn EmbeddedDatabase>> {
    let fault = |message| Error::new(ErrorKind::Configuration, message);
    let path = path.to_str().ok_or_else(|| fault("the path of the embedded database is not UTF-8"))?;
    let database = Database::new(path).map_err(|e| fault("the embedded database cannot be opened").with_source(e))?;
    let worker = Worker::start(database)
        .map_err(|e| fault("the thread of the embedded database cannot be started").with_source(e))?;
    Ok(Arc::new(worker))
}

impl EmbeddedDatabase for Worker<Database> {
    fn answer(&self, request: ServiceRequest) -> Pin<Box<dyn Future<Output = ServiceResponse> + Send>> {
        let response = self.call(move |database| dispatch(database, request.operation(), request.body()));
        Box::pin(async move {
            let panicked = || failed(&DynoxideError::InternalServerError("the embedded database panicked".to_owned()));
            response.await.unwrap_or_else(panicked)
        })
    }

    fn sweep_expired(&self) -> Pin<Box<dyn Future<Output = Result<usize>> + Send>> {
        let swept = self.call(Database::sweep_ttl);
        Box::pin(async move {
            swept
                .await
                .ok_or_else(|| Error::new(ErrorKind::Service, "the embedded database failed"))?
                .map_err(|e| Error::new(ErrorKind::Service, "the embedded database cannot sweep").with_source(e))
        })
    }
}

/// The client's clock, as the database reads it.
struct DatabaseClock(Clock);

impl dynoxide::storage_backend::Clock for DatabaseClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.0.now()).unwrap_or(0)
    }

    // Milliseconds are exact in an f64 up to the year 287,396.
    #[allow(clippy::cast_precision_loss)]
    fn now_unix_secs_f64(&self) -> f64 {
        self.0.now_millis().max(0) as f64 / 1000.0
    }
}

/// Answers the request of `operation` with the JSON `body`.
fn dispatch(db: &Database, operation: &str, body: &[u8]) -> ServiceResponse {
    match operation {
        "BatchExecuteStatement" => respond(body, |request| db.batch_execute_statement(request)),
        "BatchGetItem" => respond(body, |request| db.batch_get_item(request)),
        "BatchWriteItem" => respond(body, |request| db.batch_write_item(request)),
        "CreateTable" => respond(body, |request| db.create_table(request)),
        "DeleteItem" => respond(body, |request| db.delete_item(request)),
        "DeleteTable" => respond(body, |request| db.delete_table(request)),
        "DescribeStream" => respond(body, |request| db.describe_stream(request)),
        "DescribeTable" => respond(body, |request| db.describe_table(request)),
        "DescribeTimeToLive" => respond(body, |request| db.describe_time_to_live(request)),
        "ExecuteStatement" => respond(body, |request| db.execute_statement(request)),
        "ExecuteTransaction" => respond(body, |request| db.execute_transaction(request)),
        "GetItem" => respond(body, |request| db.get_item(request)),
        "GetRecords" => respond(body, |request| db.get_records(request).and_then(with_service_names)),
        "GetShardIterator" => respond(body, |request| db.get_shard_iterator(request)),
        "ListStreams" => respond(body, |request| db.list_streams(request)),
        "ListTables" => respond(body, |request| db.list_tables(request)),
        "ListTagsOfResource" => respond(body, |request| db.list_tags_of_resource(request)),
        "PutItem" => respond(body, |request| db.put_item(request)),
        "Query" => respond(body, |request| db.query(request)),
        "Scan" => respond(body, |request| db.scan(request)),
        "TagResource" => respond(body, |request| db.tag_resource(request)),
        "TransactGetItems" => respond(body, |request| db.transact_get_items(request)),
        "TransactWriteItems" => respond(body, |request| db.transact_write_items(request)),
        "UntagResource" => respond(body, |request| db.untag_resource(request)),
        "UpdateItem" => respond(body, |request| update_item(db, request)),
        "UpdateTable" => respond(body, |request| db.update_table(request)),
        "UpdateTimeToLive" => respond(body, |request| db.update_time_to_live(request)),
        _ => {
            let body = br#"{"__type":"com.amazon.coral.service#UnknownOperationException"}"#;
            ServiceResponse { status: 400, body: body.to_vec() }
        }
    }
}

/// An update that creates its item has no old item to return. The database returns its key instead.
fn update_item(db: &Database, request: UpdateItemRequest) -> dynoxide::Result<UpdateItemResponse> {
    let key = request.return_values.as_deref().filter(|values| values.eq_ignore_ascii_case("ALL_OLD"));
    let read = key.map(|_| GetItemRequest {
        table_name: request.table_name.clone(),
        key: request.key.clone(),
        ..GetItemRequest::default()
    });
    // One thread answers all requests, so no other request can come between the read and the update.
    let is_created = read.is_some_and(|read| db.get_item(read).is_ok_and(|stored| stored.item.is_none()));
    let mut response = db.update_item(request)?;
    if is_created {
        response.attributes = None;
    }
    Ok(response)
}

/// Decodes the request, runs the method of the database, and encodes what it returns.
fn respond<Request: DeserializeOwned, Response: Serialize>(
    body: &[u8],
    method: impl FnOnce(Request) -> dynoxide::Result<Response>,
) -> ServiceResponse {
    let outcome =
        serde_json::from_slice(body).map_err(|error| decode_error(&error)).and_then(method).and_then(|response| {
            serde_json::to_vec(&response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
        });
    match outcome {
        Ok(body) => ServiceResponse { status: 200, body },
        Err(error) => failed(&error),
    }
}

fn failed(error: &DynoxideError) -> ServiceResponse {
    ServiceResponse { status: error.status_code(), body: error.to_json().into_bytes() }
}

/// The response with the member names of AWS's `GetRecords`. The database names the members of an identity as AWS
/// Lambda's events do, and the SDK would not find them.
fn with_service_names(response: GetRecordsResponse) -> dynoxide::Result<Value> {
    let mut response =
        serde_json::to_value(response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))?;
    let records = response.get_mut("Records").and_then(Value::as_array_mut);
    for record in records.into_iter().flatten() {
        let Some(identity) = record.get_mut("userIdentity").and_then(Value::as_object_mut) else { continue };
        for (ours, theirs) in [("type", "Type"), ("principalId", "PrincipalId")] {
            if let Some(value) = identity.remove(ours) {
                identity.insert(theirs.to_owned(), value);
            }
        }
    }
    Ok(response)
}

/// The service's error for a request that cannot be decoded.
///
/// The database's own decoders put the class of the error in front of the message. For serde's messages, the class
/// follows DynamoDB: a missing or empty member is invalid, and a value of the wrong JSON type is malformed.
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
        let response = dispatch(&Database::memory().unwrap(), operation, body.as_bytes());
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        let kind = body["__type"].as_str().unwrap_or_default();
        (response.status, kind.rsplit('#').next().unwrap_or_default().to_owned())
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
