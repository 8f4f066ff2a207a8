//! Who made the change that a stream record tells of.

use dynoxide::DynoxideError;
use dynoxide::actions::get_records::GetRecordsResponse;
use serde_json::Value;

/// The answer with the identities as `GetRecords` has them, and the SDK reads them: the database names their members
/// as AWS Lambda's events do.
pub(super) fn as_the_service(response: GetRecordsResponse) -> dynoxide::Result<Value> {
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
