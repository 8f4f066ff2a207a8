//! Why DynamoDB cancelled a transaction, and the resulting error.

use std::fmt;

use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;

use crate::op::engine::failure;
use crate::op::write::expired_blocker;
use crate::op::write::guard;
use crate::op::write::transaction::{Running, TransactItem};
use crate::splice::RequestedKey;
use crate::{Error, ErrorKind, Item, Model, Operation, Result};

/// The reason why an operation made DynamoDB cancel a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CancelReason {
    /// The operation's condition failed.
    ConditionFailed,
    /// A unique value is already in use. [`CancelledOperation::attribute`] names its attribute.
    NotUnique,
    /// Another transaction or write was changing the item at the same time.
    Conflict,
    /// DynamoDB throttled the operation.
    Throttled,
    /// DynamoDB rejected the operation as invalid.
    Validation,
    /// Any other reason.
    Other,
}

/// An operation that made a transaction fail. Returned by [`Error::cancelled`](crate::Error::cancelled).
///
/// `Debug` does not show the stored item.
#[derive(Clone)]
pub struct CancelledOperation {
    pub(crate) index: usize,
    pub(crate) operation: Operation,
    pub(crate) model: &'static str,
    pub(crate) reason: CancelReason,
    pub(crate) attribute: Option<&'static str>,
    /// Whether the item that failed is the sentinel of a value that the operation releases.
    pub(crate) is_release: bool,
    pub(crate) old_item: Option<Item>,
}

impl CancelledOperation {
    /// Returns the index of the operation in the transaction, starting at 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Returns the kind of operation.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Returns the Rust name of the operation's model.
    pub fn model(&self) -> &'static str {
        self.model
    }

    /// Returns the reason for the failure.
    pub fn reason(&self) -> CancelReason {
        self.reason
    }

    /// Returns the attribute whose value is already in use, if that is the reason.
    pub fn attribute(&self) -> Option<&'static str> {
        self.attribute
    }

    /// Returns the stored item that made the condition fail, or `None` if there is none or it belongs to another
    /// model.
    ///
    /// # Errors
    ///
    /// `Decode` if the item cannot be decoded as `M`.
    pub fn old<M: Model>(&self) -> Result<Option<M>> {
        match &self.old_item {
            Some(item) if M::SCHEMA.owns(item) => M::from_item(item).map(Some),
            _ => Ok(None),
        }
    }
}

/// The operations that made a transaction fail, as the payload of its error.
struct Cancelled(Vec<CancelledOperation>);

impl Error {
    /// Returns the operations that made a transaction fail, with their reasons. It is empty for other errors.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// # create_orders().await?;
    /// let refused = Order::delete_by_key(("ann", 1)).when(|o| o.total.gt(10));
    /// let error = singlet::transact_write().write(refused).await.unwrap_err();
    /// let failed = &error.cancelled()[0];
    /// assert_eq!((failed.index(), failed.model()), (0, "Order"));
    /// assert_eq!(failed.reason(), singlet::CancelReason::ConditionFailed);
    /// assert_eq!(failed.old::<Order>()?.unwrap().total, 10);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias("CancellationReasons", "TransactionCanceledException"))]
    pub fn cancelled(&self) -> &[CancelledOperation] {
        self.payload::<Cancelled>().map_or(&[], |Cancelled(operations)| operations)
    }
}

impl fmt::Debug for CancelledOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelledOperation")
            .field("index", &self.index)
            .field("operation", &self.operation)
            .field("model", &self.model)
            .field("reason", &self.reason)
            .field("attribute", &self.attribute)
            .finish_non_exhaustive()
    }
}

/// Adds the operation's position to its error.
pub(super) fn at(index: usize, error: Error) -> Error {
    let message = format!("operation at index {index} of the transaction: {}", error.message());
    error.with_text(message)
}

/// Whether the service has cancelled the transaction, and so has changed nothing.
pub(super) fn is_cancelled(error: &Error) -> bool {
    matches!(failure::service_error(error), Some(TransactWriteItemsError::TransactionCanceledException(_)))
}

/// Whether the same transaction may succeed if it is sent again.
pub(super) fn is_transient(error: &Error) -> bool {
    // The SDK itself retries throttling that is not a cancellation.
    error.kind() == ErrorKind::TransactionConflict || error.kind() == ErrorKind::Throttled && is_cancelled(error)
}

/// Returns the error of a transaction. For a cancelled one, this is the error of the first operation that failed.
pub(super) fn error(error: Error, parts: &[TransactItem<'_>], operations: &[Running<'_>]) -> Error {
    let reasons = match failure::service_error(&error) {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons().to_vec()
        }
        Some(TransactWriteItemsError::TransactionInProgressException(_)) => {
            return error
                .maybe_written()
                .with_kind(ErrorKind::TransactionConflict)
                .with_message("a transaction with the same token is in progress");
        }
        Some(TransactWriteItemsError::IdempotentParameterMismatchException(_)) => {
            return error
                .with_kind(ErrorKind::Validation)
                .with_message("the token was used for another transaction within the last ten minutes");
        }
        _ => return error,
    };
    let is_stray = |(reason, part): (&CancellationReason, &TransactItem<'_>)| {
        reason.item().is_some_and(|item| !RequestedKey::new(part.schema, &part.place.1).is_of_item(item))
    };
    if reasons.iter().zip(parts).any(is_stray) {
        return failure::answers_another_key(error, true);
    }
    let failed: Vec<(&TransactItem<'_>, CancelledOperation)> = reasons
        .iter()
        .zip(parts)
        .filter_map(|(reason, part)| Some((part, cancelled(reason, part, operations.get(part.operation)?)?)))
        .collect();
    let is_transient = !failed.is_empty()
        && failed.iter().all(|(_, o)| matches!(o.reason, CancelReason::Conflict | CancelReason::Throttled));
    if is_transient {
        let (kind, message) = if failed.iter().all(|(_, o)| o.reason == CancelReason::Throttled) {
            (ErrorKind::Throttled, "DynamoDB throttled operations of the transaction")
        } else {
            (ErrorKind::TransactionConflict, "other transactions or writes were changing the same items")
        };
        let list = failed.into_iter().map(|(_, operation)| operation).collect();
        return error.with_kind(kind).with_message(message).with_payload(Cancelled(list));
    }
    // A failure that needs a change by the caller takes precedence over one that a retry may resolve.
    let first = failed.iter().find(|(_, o)| !matches!(o.reason, CancelReason::Conflict | CancelReason::Throttled));
    let Some((part, first)) = first else { return error };
    let error = of_operation(error, part, first, operations);
    error.with_payload(Cancelled(failed.iter().map(|(_, operation)| operation.clone()).collect()))
}

fn cancelled(
    reason: &CancellationReason,
    part: &TransactItem<'_>,
    operation: &Running<'_>,
) -> Option<CancelledOperation> {
    let reason_code = match reason.code()? {
        // Some servers leave the code of an operation that did not fail empty.
        "None" | "" => return None,
        "ConditionalCheckFailed" if part.unique.is_some() => CancelReason::NotUnique,
        "ConditionalCheckFailed" => CancelReason::ConditionFailed,
        "TransactionConflict" => CancelReason::Conflict,
        "ProvisionedThroughputExceeded" | "ThrottlingError" => CancelReason::Throttled,
        "ValidationError" | "ItemCollectionSizeLimitExceeded" => CancelReason::Validation,
        _ => CancelReason::Other,
    };
    Some(CancelledOperation {
        index: part.operation,
        operation: operation.write.operation(),
        model: operation.write.model().schema.model,
        reason: reason_code,
        attribute: part.unique,
        is_release: part.is_release(),
        old_item: reason.item().filter(|item| part.unique.is_none() && !is_absent(item, part, operation)).cloned(),
    })
}

/// Whether the item has expired and counts as absent, and the operation fails without one.
fn is_absent(item: &Item, part: &TransactItem<'_>, operation: &Running<'_>) -> bool {
    let check = operation.write.hiding(&operation.call).filter(|_| part.needs_item);
    check.is_some_and(|check| expired_blocker::is_expired(item, part.schema, check))
}

/// Returns the error that the operation would have alone.
fn of_operation(
    source: Error,
    part: &TransactItem<'_>,
    failed: &CancelledOperation,
    operations: &[Running<'_>],
) -> Error {
    let error = source.with_model(failed.model);
    let error = match failed.reason {
        CancelReason::ConditionFailed => {
            let error = error.with_kind(ErrorKind::ConditionFailed).with_message("the condition did not hold");
            let error = error.with_old_item(failed.old_item.clone());
            let error = guard::refused(error, part.schema, part.version, part.stored);
            match operations.get(failed.index) {
                Some(operation) => operation.write.refused(error),
                None => error,
            }
        }
        CancelReason::NotUnique => {
            let attribute = failed.attribute.unwrap_or_default();
            let unique = part.schema.unique.iter().find(|unique| unique.attribute == attribute);
            let message = match unique.map(|unique| unique.scope.join("`, `")).filter(|scope| !scope.is_empty()) {
                Some(scope) => format!("the value is already in use within its `{scope}`"),
                None => "the value is already in use".to_owned(),
            };
            error.with_kind(ErrorKind::NotUnique).with_text(message).with_attribute(attribute)
        }
        CancelReason::Validation => error.with_kind(ErrorKind::Validation).with_message("DynamoDB rejected it"),
        _ => error.with_kind(ErrorKind::Service).with_message("DynamoDB cancelled it for an unknown reason"),
    };
    if operations.len() > 1 { at(failed.index, error) } else { error }
}
