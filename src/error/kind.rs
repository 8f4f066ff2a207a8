//! The kinds of errors: [`ErrorKind`].

/// The kind of an error. Match on this rather than on the message.
///
/// ```
/// use singlet::{Error, ErrorKind};
///
/// fn is_worth_a_retry(error: &Error) -> bool {
///     use ErrorKind::{Connection, InvalidResponse, Throttled, Timeout};
///     matches!(error.kind(), Throttled | Timeout | Connection | InvalidResponse)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No client was found: neither on the call nor for the task, the model or as the default.
    NoClient,
    /// A setting is missing or out of range. Nothing was sent.
    Configuration,
    /// The request breaks a rule of DynamoDB or of the model. Either singlet refused it before sending it, or the service did.
    #[doc(alias = "ValidationException")]
    Validation,
    /// A key is empty, too long, or cannot be made from the given parts. Nothing was sent.
    InvalidKey,
    /// An item is larger than the model's `max_size` or DynamoDB's limit of 400 KB. Nothing was sent, except if
    /// [`may_have_been_written`](crate::Error::may_have_been_written) is true: then an update has made the item so large.
    TooLarge,
    /// A value cannot be stored, for example NaN or a number with more than 38 digits. Nothing was sent.
    Encode,
    /// A stored item cannot be read as the model: an attribute is missing, has another type, or is damaged, or the
    /// stored key is not the one that the fields form.
    Decode,
    /// The item with this key belongs to another model. A write that reports it has changed nothing.
    WrongEntity,
    /// The condition of a write was not met. [`Error::old_item`](crate::Error::old_item) may return the stored item.
    #[doc(alias = "ConditionalCheckFailedException")]
    ConditionFailed,
    /// The stored item does not have the version of the local value, because another writer changed or deleted it.
    /// [`Error::old_item`](crate::Error::old_item) may return the stored item.
    VersionConflict,
    /// It is not known whether the write was applied. An attempt received no response, the SDK sent the write again, and the
    /// condition of the second attempt was not met: either because the first attempt was applied, or because of another
    /// writer. An item that looks as if this write had stored it proves nothing, because another writer may have written the
    /// same.
    ///
    /// Read the item and decide: [`Error::old_item`](crate::Error::old_item) may return what the last attempt found. Models
    /// with a `write_mark` recognize their own writes and rarely get this error; see
    /// [`derive(Model)`](derive@crate::Model). A retry of a transaction carries the same token, so its outcome is known.
    ///
    /// A write that was applied has this error if the item that it should return is unknown: another writer deleted the new
    /// item before it was read back, or an attempt without a response may have replaced the old item.
    OutcomeUnknown,
    /// Another item has the same value in a unique attribute. [`Error::attribute`](crate::Error::attribute) returns the
    /// attribute.
    NotUnique,
    /// Other transactions or writes of the same items were in progress, even after all retries.
    #[doc(alias = "TransactionConflictException")]
    TransactionConflict,
    /// The item to update does not exist.
    NotFound,
    /// The item to update is expired.
    Expired,
    /// A read that expects one item found two.
    TooMany,
    /// A cursor is damaged, belongs to another query or table, or was signed with another key.
    InvalidCursor,
    /// DynamoDB throttled the request, even after all retries.
    #[doc(alias("ProvisionedThroughputExceededException", "ThrottlingException"))]
    Throttled,
    /// The table or index does not exist.
    #[doc(alias = "ResourceNotFoundException")]
    TableNotFound,
    /// The table to create already exists, or is being changed.
    #[doc(alias = "ResourceInUseException")]
    TableInUse,
    /// TTL is enabled for another attribute than the model's.
    TtlConflict,
    /// The live table differs from its definition.
    TableMismatch,
    /// A hook of the model refused the operation or failed.
    Hook,
    /// The response was empty, truncated or damaged, even after all retries, or it is not the response to the request: it
    /// contains the item of another key. A read can be repeated. A write may have been applied.
    InvalidResponse,
    /// The request timed out, even after all retries.
    Timeout,
    /// The service could not be reached.
    Connection,
    /// There are no credentials, they could not be loaded, or AWS refused them. The request is not retried, except once with
    /// newly loaded credentials after a refusal.
    #[doc(alias("ExpiredTokenException", "UnrecognizedClientException"))]
    Credentials,
    /// Reading the input of an import failed.
    Input,
    /// Any other error of the service or the SDK. [`source`](std::error::Error::source) returns it.
    Service,
}
