//! Converts the SDK's errors.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::op::engine::context::Context;
use crate::op::engine::sdk_operation::SdkOperation;
use crate::{Error, ErrorKind};

/// Converts the SDK's error to an error of our kinds, with the item that made a condition fail. The SDK's error
/// becomes the source.
pub(super) fn from_sdk<R: SdkOperation>(call: &Context, error: SdkError<R::Error, HttpResponse>) -> Error {
    let stored = error.as_service_error().and_then(R::stored).cloned();
    let error = classified(error).with_old_item(stored);
    call.contextualize(error)
}

/// Returns the service's error, if the source is the SDK's error of that operation.
pub(crate) fn service_error<E: StdError + 'static>(error: &Error) -> Option<&E> {
    error.source()?.downcast_ref::<SdkError<E, HttpResponse>>()?.as_service_error()
}

fn classified<E>(error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let (kind, message) = match &error {
        SdkError::ServiceError(service) => {
            // The message contains the code, because the service's own text is not shown.
            let code = service.err().code().unwrap_or("no code");
            let (kind, message) = of_code(code);
            return Error::new(kind, format!("{message}: {code}")).with_source(error);
        }
        SdkError::TimeoutError(_) => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(_) => (ErrorKind::Connection, "DynamoDB could not be reached"),
        SdkError::ConstructionFailure(_) => (ErrorKind::Configuration, "the SDK could not build the request"),
        _ => (ErrorKind::Service, "the response could not be read"),
    };
    Error::new(kind, message).with_source(error)
}

/// Returns the kind of an error code. See [AWS's list of
/// codes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html). Messages differ
/// between DynamoDB and its local edition, and change over time.
fn of_code(code: &str) -> (ErrorKind, &'static str) {
    match code {
        "ConditionalCheckFailedException" => (ErrorKind::ConditionFailed, "the condition did not hold"),
        "ProvisionedThroughputExceededException" | "RequestLimitExceeded" | "ThrottlingException" => {
            (ErrorKind::Throttled, "DynamoDB throttled the request")
        }
        "TransactionConflictException" => (ErrorKind::TransactionConflict, "a transaction was changing the same item"),
        "ResourceNotFoundException" | "TableNotFoundException" => {
            (ErrorKind::TableNotFound, "the table or index does not exist")
        }
        "ResourceInUseException" | "TableInUseException" => {
            (ErrorKind::TableInUse, "the table already exists or is being changed")
        }
        "ValidationException" | "SerializationException" | "ItemCollectionSizeLimitExceededException" => {
            (ErrorKind::Validation, "DynamoDB rejected the request")
        }
        _ => (ErrorKind::Service, "DynamoDB reported an error"),
    }
}
