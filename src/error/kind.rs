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
    /// The request breaks a rule of DynamoDB or of the model. It was refused before sending or by the service.
    #[doc(alias = "ValidationException")]
    Validation,
    /// A key is empty, too long, or cannot be made from the given parts. Nothing was sent.
    InvalidKey,
    /// An item is larger than the model's `max_size` or DynamoDB's limit of 400 KB. Nothing was sent, unless
    /// [`may_have_been_written`](crate::Error::may_have_been_written) says that an update has made it so large.
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
    /// The write may have been applied or not. An attempt received no answer, the SDK sent the write again, and the
    /// condition of the second attempt was not met: perhaps because the first was applied, perhaps because of another
    /// writer. An item that looks as this write would have left it proves nothing, because another writer may have
    /// written the same.
    ///
    /// Read the item and decide: [`Error::old_item`](crate::Error::old_item) may return what the last attempt found. Models
    /// with a `write_mark` recognize their own writes and rarely get this error; see
    /// [`derive(Model)`](derive@crate::Model). A retry of a transaction carries the same token, so its outcome is known.
    ///
    /// It is also the error of a write that was applied, if the item that it should return is not known: another writer
    /// deleted the new item before it was read back, or an attempt without an answer may have replaced the old one.
    OutcomeUnknown,
    /// Another item has the same value in a unique attribute. [`Error::attribute`](crate::Error::attribute) returns the
    /// attribute.
    NotUnique,
    /// Other transactions or writes on the same items were in progress, even after all retries.
    #[doc(alias = "TransactionConflictException")]
    TransactionConflict,
    /// The item to update does not exist.
    NotFound,
    /// The item to update is expired.
    Expired,
    /// A read that expects one item found two.
    TooMany,
    /// A cursor is damaged, or belongs to another query or table, or was signed with another key.
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
    /// The response was empty, truncated or damaged, even after all retries, or it is not the answer to the request: it
    /// contains the item of another key. A read can be repeated. The service may have done a write.
    InvalidResponse,
    /// The request timed out, even after all retries.
    Timeout,
    /// The service could not be reached.
    Connection,
    /// There are no credentials, they could not be loaded, or AWS refused them. Not retried, except that refused
    /// credentials are loaded again once.
    #[doc(alias("ExpiredTokenException", "UnrecognizedClientException"))]
    Credentials,
    /// Reading the input of an import failed.
    Input,
    /// Any other error of the service or the SDK. [`source`](std::error::Error::source) returns it.
    Service,
}
