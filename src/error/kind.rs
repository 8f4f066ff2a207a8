//! The kinds of errors: [`ErrorKind`].

/// The codes with which DynamoDB throttles a request.
pub(crate) const THROTTLING_CODES: [&str; 3] =
    ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"];

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
    /// No client was found: neither on the call nor for the task, the model or as the default. Call
    /// [`set_default_client`](crate::set_default_client) at the start of the program.
    NoClient,
    /// A setting is missing or out of range. Nothing was sent. The message says which setting.
    Configuration,
    /// The request breaks a rule of DynamoDB or of the model. Either singlet refused it before sending it, or the service did.
    /// It fails again if it is repeated. [`Error::service_message`](crate::Error::service_message) returns the service's own words.
    #[doc(alias = "ValidationException")]
    Validation,
    /// A key is empty, too long, or cannot be made from the given parts. Nothing was sent, except for other items of a batch. If
    /// the parts come from a user, it is the user's mistake.
    InvalidKey,
    /// An item is larger than the model's `max_size` or DynamoDB's limit of 400 KB. Nothing was sent, except for other items of a
    /// batch, or if an update has made the item so large: then [`may_have_been_written`](crate::Error::may_have_been_written) is true.
    /// Compress a text, or move a part into an item of its own; [`ItemSize`](crate::ItemSize) says which attribute is large.
    TooLarge,
    /// A value cannot be stored, for example NaN or a number with more than 38 digits. Nothing was sent, except for other items of a
    /// batch.
    /// [`Error::attribute`](crate::Error::attribute) names the attribute.
    Encode,
    /// A validator of the model refused a value. Nothing was sent, except for other items of a batch.
    /// [`Error::attribute`](crate::Error::attribute) returns the attribute, and [`source`](std::error::Error::source) what the validator returned.
    InvalidValue,
    /// A stored item cannot be read as the model: an attribute is missing, has another type, or is damaged, or the
    /// stored key is not the one that the fields form. Correct the model or the item: [`Error::attribute`](crate::Error::attribute) and
    /// [`Error::item_key`](crate::Error::item_key) say which. A query or scan can [skip](crate::Query::skip_undecodable) such items.
    Decode,
    /// The item with this key belongs to another model. A write that reports it has changed nothing.
    /// Two models form the same key: change a template, or say `any_entity()` if the other item may be replaced.
    WrongEntity,
    /// The stored item has another schema number than the model: a read or a save found a newer one, which another program has
    /// written, or an update found any other one. A write that reports it has changed nothing.
    SchemaMismatch,
    /// The condition of a write was not met, and nothing was written. Repeating the write helps only if the item changes meanwhile.
    /// [`Error::old_item`](crate::Error::old_item) may return the stored item.
    #[doc(alias = "ConditionalCheckFailedException")]
    ConditionFailed,
    /// The stored item does not have the version of the local value, because another writer changed or deleted it.
    /// Read the item, apply the change again, and save; do not repeat the same save.
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
    /// Another item has the same value in a unique attribute, which [`Error::attribute`](crate::Error::attribute) returns. Nothing was
    /// written. Ask for another value.
    NotUnique,
    /// Other transactions or writes of the same items were in progress, even after all retries. Nothing was
    /// written; the same request may succeed later.
    #[doc(alias = "TransactionConflictException")]
    TransactionConflict,
    /// The item to update, or to delete with `exists()`, does not exist. Use `upsert` or `save` if it may be new.
    NotFound,
    /// The item to update is expired, and the model hides expired items. Treat it as an item that does not exist.
    Expired,
    /// A read that expects one item found two. Use `first()` if any of them will do.
    TooMany,
    /// A cursor is damaged, belongs to another query or table, or was signed with another key. Start from
    /// the first page.
    InvalidCursor,
    /// DynamoDB throttled the request, even after all retries. Send it later and less often, raise the capacity, or spread the keys of a
    /// hot partition.
    #[doc(alias("ProvisionedThroughputExceededException", "ThrottlingException"))]
    Throttled,
    /// The table or index does not exist. Compare the client's region and account, and the table's name in this environment;
    /// [`Error::table`](crate::Error::table) returns the name that was sent.
    #[doc(alias = "ResourceNotFoundException")]
    TableNotFound,
    /// The table to create already exists, or is being changed. Wait until it is active.
    #[doc(alias = "ResourceInUseException")]
    TableInUse,
    /// TTL is enabled for another attribute than the model's. A table has one TTL attribute: disable it, or name it in the model.
    TtlConflict,
    /// The live table differs from its definition. The message lists the differences.
    TableMismatch,
    /// A hook of the model refused the operation or failed. [`source`](std::error::Error::source) returns the hook's error.
    Hook,
    /// The response was empty, truncated or damaged, even after all retries, or it is not the response to the request: it
    /// contains the item of another key. A read can be repeated. A write may have been applied.
    InvalidResponse,
    /// The request timed out, even after all retries. A read can be repeated. A write may have been applied:
    /// [`may_have_been_written`](crate::Error::may_have_been_written) tells.
    Timeout,
    /// The service could not be reached: the endpoint, the network, or TLS. A write may have been applied if the connection broke after it
    /// was sent.
    Connection,
    /// There are no credentials, they could not be loaded, or AWS refused them. The request is not retried, except once with
    /// newly loaded credentials after a refusal.
    #[doc(alias("ExpiredTokenException", "UnrecognizedClientException"))]
    Credentials,
    /// Reading the input of an import failed. [`source`](std::error::Error::source) returns the reader's error.
    Input,
    /// Any other error of the service or the SDK. [`source`](std::error::Error::source) returns it.
    Service,
}
