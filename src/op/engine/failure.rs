//! The SDK's errors as ours.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::op::engine::context::{Context, InFlight, RequestFacts};
use crate::{Error, ErrorKind, Result};

/// The SDK's output, or its error as `fail` makes it ours; then the observer hears of it.
pub(crate) fn outcome<T, E>(
    call: &Context,
    watch: &InFlight,
    sent: &RequestFacts,
    outcome: Result<T, SdkError<E, HttpResponse>>,
    fail: impl FnOnce(&Context, SdkError<E, HttpResponse>) -> Error,
) -> Result<T> {
    outcome.map_err(|error| {
        let error = fail(call, error);
        call.observe(watch, sent, Some(error.kind()));
        error
    })
}

/// What a request gives that is about a table, not about items; the observer hears of it.
macro_rules! request {
    ($call:expr, $builder:expr) => {
        $crate::op::engine::failure::request!($call, $builder, sent, output, {})
    };
    // A request about an item: the service says what it consumed, where somebody listens.
    (metered $call:expr, $builder:expr) => {{
        let capacity = aws_sdk_dynamodb::types::ReturnConsumedCapacity::Total;
        let builder = $builder.set_return_consumed_capacity($call.is_observed().then_some(capacity));
        $crate::op::engine::failure::request!($call, builder, sent, output, {
            sent.note(output.consumed_capacity(), aws_sdk_dynamodb::operation::RequestId::request_id(output))
        })
    }};
    ($call:expr, $builder:expr, $sent:ident, $output:ident, $note:block) => {{
        let watch = $call.watch();
        let request = $builder.customize().interceptor(watch.attempts()).send();
        let outcome = tracing::Instrument::instrument(request, watch.span()).await;
        #[allow(unused_mut, reason = "not every request says what it consumed")]
        let mut $sent = watch.sent();
        let outcome =
            $crate::op::engine::failure::outcome($call, &watch, &$sent, outcome, $crate::op::engine::failure::from_sdk);
        #[allow(unused_variables, reason = "as above")]
        if let Ok($output) = &outcome {
            $note;
            $call.observe(&watch, &$sent, None);
        }
        outcome
    }};
}
pub(crate) use request;

/// The SDK's error with our kind; the SDK's own stays the source.
pub(crate) fn from_sdk<E>(call: &Context, error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    let (kind, message) = match &error {
        SdkError::ServiceError(service) => {
            // The code stands in the message, since the service's own words are not shown.
            let code = service.err().code().unwrap_or("no code");
            let (kind, message) = of_code(code);
            return call.contextualize(Error::new(kind, format!("{message}: {code}")).with_source(error));
        }
        SdkError::TimeoutError(_) => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(_) => (ErrorKind::Connection, "DynamoDB could not be reached"),
        SdkError::ConstructionFailure(_) => (ErrorKind::Configuration, "the SDK could not make the request"),
        _ => (ErrorKind::Service, "the response could not be read"),
    };
    call.contextualize(Error::new(kind, message).with_source(error))
}

/// [The codes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html);
/// messages differ between DynamoDB, its local edition and over time.
fn of_code(code: &str) -> (ErrorKind, &'static str) {
    match code {
        "ConditionalCheckFailedException" => (ErrorKind::ConditionFailed, "the condition did not hold"),
        "ProvisionedThroughputExceededException" | "RequestLimitExceeded" | "ThrottlingException" => {
            (ErrorKind::Throttled, "DynamoDB throttled the request")
        }
        "TransactionConflictException" => {
            (ErrorKind::TransactionConflict, "a transaction was at work on the same item")
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
