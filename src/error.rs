//! The error type of all operations, [`Error`], and its kinds.
//!
//! The text of an error never contains a key or a value of an item. What an operation knows beyond the message is a payload,
//! whose type and accessor are defined next to the operation. So this module depends on no operation.

mod kind;
mod text;

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdError;

use crate::wire::{Fault, FaultKind};

pub use kind::ErrorKind;
pub(crate) use kind::THROTTLING_CODES;

/// A result whose error is [`Error`] by default.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of every operation: a [kind](Error::kind), a message, the model, table and attribute that it concerns, and the
/// SDK's error as its [`source`](StdError::source).
///
/// It is one pointer wide and `Send + Sync`. Neither `Display` nor `Debug` ever shows a key or a value of an item. The
/// message of the service is only in the source, because it may repeat a value.
///
/// ```
/// use singlet::{Error, ErrorKind};
///
/// let error = Error::hook("the order is closed");
/// assert_eq!(error.kind(), ErrorKind::Hook);
/// assert_eq!(error.to_string(), "the order is closed");
/// ```
// Boxed, so that the `Result` of every operation stays small.
pub struct Error(Box<ErrorDetails>);

struct ErrorDetails {
    kind: ErrorKind,
    message: Cow<'static, str>,
    model: Option<&'static str>,
    table: Option<Box<str>>,
    attribute: Option<Box<str>>,
    maybe_written: bool,
    payloads: Vec<Box<dyn Any + Send + Sync>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// Creates an error, for code that is built on singlet. The message must not contain a key or a value.
    ///
    /// ```
    /// use singlet::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Validation, "the basket is empty").with_table("shop");
    /// assert_eq!(error.to_string(), "the basket is empty (table `shop`)");
    /// ```
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(ErrorDetails {
            kind,
            message: message.into(),
            model: None,
            table: None,
            attribute: None,
            maybe_written: false,
            payloads: Vec::new(),
            source: None,
        }))
    }

    /// Creates an error of kind [`Hook`](ErrorKind::Hook), with which a hook refuses an operation.
    ///
    /// ```
    /// # use singlet::{Error, ErrorKind};
    /// assert_eq!(Error::hook("the order is closed").kind(), ErrorKind::Hook);
    /// ```
    pub fn hook(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Hook, message)
    }

    /// Creates an error of kind [`Hook`](ErrorKind::Hook) for a failure inside a hook, with that failure as its source.
    ///
    /// ```
    /// # use singlet::{Error, ErrorKind};
    /// use std::error::Error as _;
    ///
    /// let error = Error::hook_failed(std::io::Error::other("no audit log"));
    /// assert_eq!(error.kind(), ErrorKind::Hook);
    /// assert_eq!(error.source().unwrap().to_string(), "no audit log");
    /// ```
    pub fn hook_failed(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Error::new(ErrorKind::Hook, "a hook failed").with_source(source)
    }

    /// Sets the cause of this error, which [`source`](StdError::source) returns.
    ///
    /// ```
    /// # use singlet::{Error, ErrorKind};
    /// use std::error::Error as _;
    ///
    /// let cause = std::io::Error::other("disk full");
    /// let error = Error::new(ErrorKind::Input, "the export cannot be read").with_source(cause);
    /// assert_eq!(error.source().unwrap().to_string(), "disk full");
    /// ```
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    pub(crate) fn with_message(mut self, message: &'static str) -> Self {
        self.0.message = message.into();
        self
    }

    pub(crate) fn with_text(mut self, message: String) -> Self {
        self.0.message = message.into();
        self
    }

    /// The message without the model, table and attribute.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn with_model(mut self, model: &'static str) -> Self {
        // The innermost context is the most precise one, so the first model is kept. The same is true of the table.
        self.0.model.get_or_insert(model);
        self
    }

    /// Sets the table that this error concerns, unless one is set already.
    ///
    /// ```
    /// # use singlet::{Error, ErrorKind};
    /// let error = Error::new(ErrorKind::Validation, "the basket is empty").with_table("shop");
    /// assert_eq!(error.table(), Some("shop"));
    /// ```
    pub fn with_table(mut self, table: &str) -> Self {
        if self.0.table.is_none() {
            self.0.table = Some(table.into());
        }
        self
    }

    pub(crate) fn with_attribute(mut self, attribute: impl Into<Box<str>>) -> Self {
        self.0.attribute = Some(attribute.into());
        self
    }

    /// Marks a failed write that may have been applied nevertheless.
    pub(crate) fn maybe_written(mut self) -> Self {
        self.0.maybe_written = true;
        self
    }

    /// Sets whether a failed write may have been applied, as another request of the same operation determines it.
    pub(crate) fn with_maybe_written(mut self, maybe_written: bool) -> Self {
        self.0.maybe_written = maybe_written;
        self
    }

    /// Attaches what an operation knows beyond the message: one value of each type.
    ///
    /// The accessor of a payload is an `impl Error` next to the type of the payload.
    pub(crate) fn with_payload<T: Any + Send + Sync>(mut self, payload: T) -> Self {
        // A retry that fails again replaces the payload of the first failure.
        self.0.payloads.retain(|other| !other.is::<T>());
        self.0.payloads.push(Box::new(payload));
        self
    }

    pub(crate) fn without_payload<T: Any>(mut self) -> Self {
        self.0.payloads.retain(|payload| !payload.is::<T>());
        self
    }

    pub(crate) fn payload<T: Any>(&self) -> Option<&T> {
        self.0.payloads.iter().find_map(|payload| payload.downcast_ref())
    }

    pub(crate) fn into_payload<T: Any>(self) -> Option<T> {
        let payload = self.0.payloads.into_iter().find_map(|payload| payload.downcast().ok())?;
        Some(*payload)
    }

    /// Whether the failed write may have been applied nevertheless. If this is `false`, nothing was written.
    ///
    /// It is `true` for [`OutcomeUnknown`](ErrorKind::OutcomeUnknown), and for an error of another kind if
    ///
    /// - an attempt received no response, an unreadable one, or one with a status of 5xx, even if a later attempt was
    ///   refused: for example a lost connection, then throttling;
    /// - the write was applied, but its result could not be read, a hook failed after it, or the item that an update returned
    ///   is larger than the model's `max_size`;
    /// - the write is a batch that has sent a request, because DynamoDB may have applied a part of it.
    ///
    /// To find out, read the item. Repeat the write only if doing it twice is harmless, for example if it sets values and
    /// adds nothing.
    ///
    /// ```
    /// # use singlet::{Error, ErrorKind};
    /// fn log_failed_payment(error: &Error) {
    ///     if error.may_have_been_written() {
    ///         eprintln!("check whether the payment is stored before it is repeated: {error}");
    ///     } else {
    ///         eprintln!("the payment is not stored: {error}");
    ///     }
    /// }
    ///
    /// assert!(!Error::hook("the order is closed").may_have_been_written());
    /// ```
    pub fn may_have_been_written(&self) -> bool {
        self.0.maybe_written
    }

    /// The kind of this error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The Rust name of the model of the operation.
    ///
    /// ```
    /// use singlet::Model;
    ///
    /// #[derive(Model)]
    /// #[model(table = "shop", hash_key = "ORDER#{id:04}")]
    /// struct Order {
    ///     id: u32,
    /// }
    ///
    /// let error = Order::key_of(12_345).unwrap_err();
    /// assert_eq!(error.model(), Some("Order"));
    /// ```
    pub fn model(&self) -> Option<&'static str> {
        self.0.model
    }

    /// The table of the operation. The tables of a batch are separated by commas: `shop, logs`.
    ///
    /// ```
    /// # use singlet::Error;
    /// assert_eq!(Error::hook("the order is closed").with_table("shop").table(), Some("shop"));
    /// ```
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The attribute that the error concerns, as a document path: `address.city`, `lines[2].price`.
    ///
    /// ```
    /// use singlet::Model;
    ///
    /// #[derive(Model)]
    /// #[model(table = "measurements")]
    /// struct Measurement {
    ///     #[model(hash_key)]
    ///     sensor: String,
    ///     values: Vec<f64>,
    /// }
    ///
    /// let measurement = Measurement { sensor: "s-1".into(), values: vec![20.5, f64::NAN] };
    /// let error = measurement.to_item().unwrap_err();
    /// assert_eq!(error.attribute(), Some("values"));
    /// ```
    pub fn attribute(&self) -> Option<&str> {
        self.0.attribute.as_deref()
    }

    /// Whether the condition of a write was not met, for example because `create` found an existing item. This includes
    /// version conflicts.
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{id}")]
    /// # struct Customer { id: String }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Customer::create_table().await?;
    /// let mut customer = Customer { id: "c-1".into() };
    /// customer.create().await?;
    /// assert!(customer.create().await.unwrap_err().is_condition_failed());
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn is_condition_failed(&self) -> bool {
        matches!(self.kind(), ErrorKind::ConditionFailed | ErrorKind::VersionConflict)
    }

    /// Whether the condition of the last attempt of a write failed, even if an earlier attempt may be the reason.
    pub(crate) fn is_condition_unmet(&self) -> bool {
        self.is_condition_failed() || self.kind() == ErrorKind::OutcomeUnknown
    }

    /// Whether another writer changed or deleted the item after the local value was read. To resolve the conflict, read the
    /// item again, apply the change to it, and write again.
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Clone, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{id}")]
    /// # struct Customer { id: String, #[model(version)] version: u64 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Customer::create_table().await?;
    /// let mut customer = Customer { id: "c-1".into(), version: 0 };
    /// customer.save().await?;
    /// let mut copy = customer.clone();
    /// customer.save().await?;
    /// assert!(copy.save().await.unwrap_err().is_version_conflict());
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn is_version_conflict(&self) -> bool {
        self.kind() == ErrorKind::VersionConflict
    }

    /// Whether the item to update does not exist.
    ///
    /// ```
    /// # use singlet::{Client, Model};
    /// # #[derive(Debug, Model)]
    /// # #[model(table = "shop", hash_key = "CUSTOMER#{id}")]
    /// # struct Customer { id: String, #[model(default)] points: u64 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> singlet::Result<()> {
    /// # singlet::with_client(Client::embedded(), async {
    /// # Customer::create_table().await?;
    /// let error = Customer::update("c-1").set(|c| c.points, 10).await.unwrap_err();
    /// assert!(error.is_not_found());
    /// # Ok(())
    /// # }).await
    /// # }
    /// ```
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }
}

/// Returns the error of a value or key of `model` that could not be read or written.
#[cold]
pub(crate) fn fault_error(fault: Fault, model: &'static str) -> Error {
    value_error(fault).with_model(model)
}

/// Returns the error of a value that belongs to no model and could not be read or written.
pub(crate) fn value_error(fault: Fault) -> Error {
    let kind = match fault.kind() {
        FaultKind::Key => ErrorKind::InvalidKey,
        FaultKind::Entity | FaultKind::NoEntity => ErrorKind::WrongEntity,
        FaultKind::NewerSchema => ErrorKind::SchemaMismatch,
        FaultKind::OtherKey => ErrorKind::InvalidResponse,
        FaultKind::Unstorable => ErrorKind::Encode,
        _ => ErrorKind::Decode,
    };
    let path = fault.path();
    let error = Error::new(kind, fault.into_message());
    if path.is_empty() { error } else { error.with_attribute(path) }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer_wide_and_crosses_threads() {
        fn crosses<T: Send + Sync + 'static>() {}
        crosses::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }
}
