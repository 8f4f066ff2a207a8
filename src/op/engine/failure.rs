//! Converts the SDK's errors.

mod hint;

use std::error::Error as StdError;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::error::THROTTLING_CODES;
use crate::op::engine::context::Context;
use crate::op::engine::sdk_operation::SdkOperation;
use crate::splice::OF_ANOTHER_KEY;
use crate::{Error, ErrorKind};

/// Converts the SDK's error to an error of our kinds, with the service's message and the item that made a condition fail.
/// The SDK's error becomes the source.
pub(super) fn from_sdk<R: SdkOperation>(call: &Context, error: SdkError<R::Error, HttpResponse>) -> Error {
    let service = error.as_service_error();
    let stored = service.and_then(R::stored).cloned();
    let said = service.and_then(ProvideErrorMetadata::message).map(str::to_owned);
    let error = classified(error).with_old_item(stored);
    call.contextualize(match said {
        Some(said) => error.with_payload(ServiceMessage(said)),
        None => error,
    })
}

/// The error of a write that was done, and whose response cannot be read.
pub(super) fn after_write(error: Error) -> Error {
    let message = format!("the write was done, but the item in the response cannot be read: {}", error.message());
    error.with_text(message).maybe_written()
}

/// The error of a response that contains the item of another key. It is not the answer to the request, so a failed
/// condition in it says nothing, and a write may have been done.
#[cold]
pub(crate) fn answers_another_key(error: Error, is_write: bool) -> Error {
    let error = error.without_old_item().with_kind(ErrorKind::InvalidResponse).with_message(OF_ANOTHER_KEY);
    if is_write { error.maybe_written() } else { error }
}

/// The service's own message about an error.
struct ServiceMessage(String);

impl Error {
    /// Returns the service's message, if it rejected the request with one.
    ///
    /// It may repeat keys and values of the request, so `Display` and `Debug` do not show it. Messages differ between
    /// versions and implementations of DynamoDB: log this text, and match on the [kind](Self::kind).
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{id}")]
    /// # struct Customer { id: String, points: u64 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Customer::create_table().await?;
    /// let unknown = singlet::RawExpression::new("size(points, points) > :n").value(":n", 1);
    /// let error = Customer::query("c-1").filter_raw(unknown).await.unwrap_err();
    /// assert!(error.service_message().unwrap().contains("FilterExpression"));
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn service_message(&self) -> Option<&str> {
        self.payload::<ServiceMessage>().map(|ServiceMessage(text)| text.as_str())
    }
}

/// Returns the service's error, if the source is the SDK's error of that operation.
pub(crate) fn service_error<E: StdError + 'static>(error: &Error) -> Option<&E> {
    error.source()?.downcast_ref::<SdkError<E, HttpResponse>>()?.as_service_error()
}

fn classified<E>(error: SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    if let Some(message) = unloaded(&error) {
        return Error::new(ErrorKind::Credentials, message).with_source(error);
    }
    let (kind, message) = match &error {
        SdkError::ServiceError(service) => {
            // The message contains the code, because the service's own text is not shown.
            let (kind, message) = match service.err().code() {
                Some(code) => {
                    let (kind, message) = of_code(code);
                    (kind, format!("{message}: {code}"))
                }
                None => {
                    let status = service.raw().status().as_u16();
                    (ErrorKind::Service, format!("DynamoDB reported an error without a code: HTTP status {status}"))
                }
            };
            let message = match service.err().message().and_then(hint::of) {
                Some(hint) => format!("{message}; {hint}"),
                None => message,
            };
            return Error::new(kind, message).with_source(error);
        }
        SdkError::TimeoutError(_) => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => (ErrorKind::Timeout, "the request timed out"),
        SdkError::DispatchFailure(_) => (ErrorKind::Connection, "DynamoDB could not be reached"),
        SdkError::ConstructionFailure(_) => (ErrorKind::Configuration, "the SDK could not build the request"),
        SdkError::ResponseError(_) => {
            (ErrorKind::InvalidResponse, "the response of DynamoDB is empty, truncated or damaged")
        }
        _ => (ErrorKind::Service, "the SDK failed"),
    };
    Error::new(kind, message).with_source(error)
}

/// Returns what to do if the request was not sent because there were no credentials to sign it with.
fn unloaded(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    let mut cause = Some(error);
    let failure = loop {
        match cause?.downcast_ref::<CredentialsError>() {
            Some(failure) => break failure,
            None => cause = cause?.source(),
        }
    };
    Some(match failure {
        CredentialsError::CredentialsNotLoaded(_) => {
            "no AWS credentials were found; set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, a profile, or a role"
        }
        CredentialsError::InvalidConfiguration(_) => {
            "the configuration of the AWS credentials is invalid, or needs the cargo feature `sso` or \
             `credentials-process` of singlet"
        }
        _ => "the AWS credentials could not be loaded; sign in again (with IAM Identity Center: `aws sso login`)",
    })
}

/// Returns the kind of an error code. See [AWS's list of
/// codes](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html). Messages differ
/// between DynamoDB and its local edition, and change over time.
fn of_code(code: &str) -> (ErrorKind, &'static str) {
    match code {
        "ConditionalCheckFailedException" => (ErrorKind::ConditionFailed, "the condition did not hold"),
        _ if THROTTLING_CODES.contains(&code) => (ErrorKind::Throttled, "DynamoDB throttled the request"),
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
        "ExpiredTokenException" | "ExpiredToken" => {
            (ErrorKind::Credentials, "the AWS credentials have expired; sign in again or renew them")
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException" => {
            (ErrorKind::Credentials, "AWS does not recognize the access key; check the account, the keys and the token")
        }
        "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "IncompleteSignatureException" => {
            (ErrorKind::Credentials, "AWS refused the signature; check the secret key and the clock of the machine")
        }
        _ => (ErrorKind::Service, "DynamoDB reported an error"),
    }
}
