//! The one error type of singlet and its kinds.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use crate::wire::{Fault, FaultKind};

/// A result with singlet's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, without the words: match on this, never on a message.
///
/// ```
/// use singlet::{Error, ErrorKind};
///
/// fn is_worth_a_retry(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Timeout | ErrorKind::Connection)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No client was found: not on the call, the task, the model, nor as the default.
    NoClient,
    /// A setting is missing or out of its range; nothing was sent.
    Configuration,
    /// The request would break a rule of DynamoDB or of the model; refused before sending, or by the service.
    Validation,
    /// A key is empty, too long, or cannot be formed from the given parts; nothing was sent.
    InvalidKey,
    /// An item is larger than the model's `max_size` or DynamoDB's 400 KB; nothing was sent.
    TooLarge,
    /// A value cannot be stored (a NaN, a number of over 38 digits, …); nothing was sent.
    Encode,
    /// A stored item cannot be read as the model: an attribute is missing, of another type, or damaged.
    Decode,
    /// The item under the key belongs to another model.
    WrongEntity,
    /// The condition of a write did not hold. [`Error::old_item`] may carry the item that is stored.
    ConditionFailed,
    /// The version of the stored item is not the one of the local value: somebody else has changed
    /// or deleted it. [`Error::old_item`] may carry the item that is stored.
    VersionConflict,
    /// A value that must be unique is in use by another item; [`Error::attribute`] says which.
    NotUnique,
    /// Other transactions or writes were at work on the same items, after all retries.
    TransactionConflict,
    /// An update implied an item that does not exist.
    NotFound,
    /// An update implied an item that is still live, and its time to live has passed.
    Expired,
    /// There were two items where one was expected.
    TooMany,
    /// A cursor is damaged, or of another query, table or key.
    InvalidCursor,
    /// DynamoDB throttled the request, after all retries.
    Throttled,
    /// The table or index does not exist.
    TableNotFound,
    /// The table to create exists already, or is being changed.
    TableInUse,
    /// Time to live is enabled on another attribute than the model's.
    TtlConflict,
    /// The live table is not what its definition says.
    TableMismatch,
    /// A hook of the model refused or failed.
    Hook,
    /// The request timed out, after all retries.
    Timeout,
    /// The service could not be reached.
    Connection,
    /// Reading the input of an import failed.
    Input,
    /// Any other error of the service or the SDK; see [`source`](StdError::source).
    Service,
}

/// Any failure of singlet: a [kind](Error::kind), the model, table and attribute it is about, and
/// the SDK's own error as its [`source`](StdError::source).
///
/// It is one pointer wide, `Send + Sync`, and neither `Display` nor `Debug` ever shows a key or a
/// value of an item.
///
/// ```
/// use singlet::{Error, ErrorKind};
///
/// let error = Error::hook("the order is closed");
/// assert_eq!(error.kind(), ErrorKind::Hook);
/// assert_eq!(error.to_string(), "the order is closed");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    model: Option<&'static str>,
    table: Option<Box<str>>,
    attribute: Option<Box<str>>,
    payloads: Vec<Box<dyn Any + Send + Sync>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of this kind, for code that is built on singlet and fails as it does. The message says no key and
    /// no value.
    ///
    /// ```
    /// use singlet::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Validation, "the basket is empty").with_table("shop");
    /// assert_eq!(error.to_string(), "the basket is empty (table `shop`)");
    /// ```
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            model: None,
            table: None,
            attribute: None,
            payloads: Vec::new(),
            source: None,
        }))
    }

    /// The error a hook returns to refuse an operation.
    pub fn hook(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Hook, message)
    }

    /// The error a hook returns when something else failed in it; `source` is kept.
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

    /// This error with what caused it.
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

    /// The message alone, without what it is about.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn with_model(mut self, model: &'static str) -> Self {
        self.0.model.get_or_insert(model);
        self
    }

    /// This error about `table`, unless it names one already.
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

    /// Attaches what an operation knows beyond the message, one value of each type.
    ///
    /// The accessor of a payload is an `impl Error` next to the payload's type, so that this module
    /// depends on no operation.
    pub(crate) fn with_payload<T: Any + Send + Sync>(mut self, payload: T) -> Self {
        self.0.payloads.retain(|other| !other.is::<T>());
        self.0.payloads.push(Box::new(payload));
        self
    }

    pub(crate) fn payload<T: Any>(&self) -> Option<&T> {
        self.0.payloads.iter().find_map(|payload| payload.downcast_ref())
    }

    pub(crate) fn into_payload<T: Any>(self) -> Option<T> {
        let payload = self.0.payloads.into_iter().find_map(|payload| payload.downcast().ok())?;
        Some(*payload)
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The model the operation was about, by its Rust name.
    pub fn model(&self) -> Option<&'static str> {
        self.0.model
    }

    /// The table the operation was about; those of a batch over several as `shop, logs`.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The attribute the error is about, as a document path (`address.city`, `lines[2].price`).
    pub fn attribute(&self) -> Option<&str> {
        self.0.attribute.as_deref()
    }

    /// Whether the condition of a write did not hold (`create` on an existing item, …); a version
    /// that did not match is one.
    pub fn is_condition_failed(&self) -> bool {
        matches!(self.kind(), ErrorKind::ConditionFailed | ErrorKind::VersionConflict)
    }

    /// Whether somebody else has changed or deleted the item since the local value was read.
    pub fn is_version_conflict(&self) -> bool {
        self.kind() == ErrorKind::VersionConflict
    }

    /// Whether an update implied an item that does not exist.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }
}

/// The error of a value or key of `model` that could not be read or written.
#[cold]
pub(crate) fn fault_error(fault: Fault, model: &'static str) -> Error {
    let kind = match fault.kind() {
        FaultKind::Key => ErrorKind::InvalidKey,
        FaultKind::Entity | FaultKind::NoEntity => ErrorKind::WrongEntity,
        FaultKind::Unstorable => ErrorKind::Encode,
        _ => ErrorKind::Decode,
    };
    let path = fault.path();
    let error = Error::new(kind, fault.into_message()).with_model(model);
    if path.is_empty() { error } else { error.with_attribute(path) }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(&inner.message)?;
        let mut separator = " (";
        for (label, text) in
            [("model", inner.model), ("table", inner.table.as_deref()), ("attribute", inner.attribute.as_deref())]
        {
            if let Some(text) = text {
                write!(f, "{separator}{label} `{text}`")?;
                separator = ", ";
            }
        }
        if separator == ", " { f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind).field("message", &inner.message);
        if let Some(model) = inner.model {
            out.field("model", &model);
        }
        if let Some(table) = &inner.table {
            out.field("table", table);
        }
        if let Some(attribute) = &inner.attribute {
            out.field("attribute", attribute);
        }
        if let Some(source) = &inner.source {
            // The SDK's `Debug` may hold a whole response, and what the service says may repeat a value.
            let says_all =
                matches!(inner.kind, ErrorKind::Hook | ErrorKind::Input | ErrorKind::Timeout | ErrorKind::Connection);
            if says_all {
                out.field("source", &format_args!("{}", DisplayChain(&**source)));
            } else {
                out.field("source", &format_args!("{source}"));
            }
        }
        out.finish_non_exhaustive()
    }
}

struct DisplayChain<'a>(&'a (dyn StdError + 'static));

impl fmt::Display for DisplayChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
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

    #[test]
    fn the_context_follows_the_message() {
        let error = Error::new(ErrorKind::Decode, "expected S, found N")
            .with_model("Customer")
            .with_table("shop")
            .with_attribute("address.city");
        assert_eq!(error.to_string(), "expected S, found N (model `Customer`, table `shop`, attribute `address.city`)");
    }
}
