//! The SDK's errors as ours.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::call::Call;
use crate::{Error, ErrorKind};

/// The SDK's error with our kind; the SDK's own stays the source.
pub(crate) fn from_sdk<E>(call: &Call, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let (kind, message) = match &error {
        SdkError::ServiceError(service) => of_code(service.err().code().unwrap_or_default()),
        SdkError::TimeoutError(_) => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(_) => (ErrorKind::Connection, "DynamoDB could not be reached"),
        SdkError::ConstructionFailure(_) => (ErrorKind::Configuration, "the SDK could not make the request"),
        _ => (ErrorKind::Service, "the response could not be read"),
    };
    call.fail(Error::new(kind, message).with_source(error))
}

/// [The codes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html);
/// messages differ between DynamoDB, its local edition and over time.
fn of_code(code: &str) -> (ErrorKind, &'static str) {
    match code {
        "ConditionalCheckFailedException" => (ErrorKind::ConditionFailed, "the condition did not hold"),
        "ProvisionedThroughputExceededException" | "RequestLimitExceeded" | "ThrottlingException" => {
            (ErrorKind::Throttled, "DynamoDB throttled the request")
        }
        "ResourceNotFoundException" | "TableNotFoundException" => {
            (ErrorKind::TableNotFound, "the table or index does not exist")
        }
        "ResourceInUseException" | "TableInUseException" => {
            (ErrorKind::TableInUse, "the table exists already, or is being changed")
        }
        "ValidationException" | "SerializationException" | "ItemCollectionSizeLimitExceededException" => {
            (ErrorKind::Validation, "DynamoDB refused the request")
        }
        _ => (ErrorKind::Service, "DynamoDB reported an error"),
    }
}
