//! What is wrong with a value, and where: [`Fault`].
//!
//! A fault is the error of the layers below operations. It becomes an [`Error`](crate::Error) when an operation adds the
//! model and the table.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// What is wrong with a value that was read or is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The bytes are not valid JSON of DynamoDB.
    Syntax,
    /// An attribute does not have the type that the model expects.
    Type,
    /// A required attribute is missing.
    Missing,
    /// The type is right but the value is not: a number out of range, an unknown variant, and so on.
    Invalid,
    /// The item belongs to another entity.
    Entity,
    /// The item has no entity attribute.
    NoEntity,
    /// The item was written by a program with a newer schema of the model.
    NewerSchema,
    /// The item has another key than the one that was requested.
    OtherKey,
    /// A key cannot be made from its parts.
    Key,
    /// A value cannot be stored: NaN, more than 38 digits, an empty set in a list, and so on.
    Unstorable,
}

/// A failure to read or write an attribute value. It knows the path to the value and never contains the value.
///
/// It becomes an [`Error`](crate::Error) of kind `Decode`, `Encode`, `InvalidKey`, `InvalidResponse` or `WrongEntity`.
///
/// ```
/// use singlet::Attribute;
/// use singlet::wire::{FaultKind, Reader};
///
/// let fault = Vec::<u8>::read(&mut Reader::new(br#"{"L":[{"N":"1"},{"S":"x"}]}"#)?).unwrap_err();
/// assert_eq!((fault.kind(), fault.path().as_str()), (FaultKind::Type, "[1]"));
/// assert_eq!(fault.to_string(), "expected N, found S (attribute `[1]`)");
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug, Clone)]
// Boxed, so that the `Result` of every read stays small.
pub struct Fault(Box<FaultDetails>);

#[derive(Debug, Clone)]
struct FaultDetails {
    kind: FaultKind,
    message: Cow<'static, str>,
    /// From the innermost element to the outermost, the order in which the readers return.
    path: Vec<PathElement>,
}

#[derive(Debug, Clone)]
enum PathElement {
    Name(Cow<'static, str>),
    Index(usize),
    /// An entry of a map whose keys are data. The key is not kept, since it may be secret.
    Entry,
}

impl Fault {
    /// A fault of this kind. The message must name types and rules, never values.
    ///
    /// ```
    /// use singlet::wire::{Fault, FaultKind};
    ///
    /// let fault = Fault::new(FaultKind::Unstorable, "a temperature below absolute zero");
    /// assert_eq!(fault.kind(), FaultKind::Unstorable);
    /// ```
    #[cold]
    pub fn new(kind: FaultKind, message: impl Into<Cow<'static, str>>) -> Self {
        Fault(Box::new(FaultDetails { kind, message: message.into(), path: Vec::new() }))
    }

    /// A fault of kind [`Invalid`](FaultKind::Invalid): the type is right but the value is not.
    ///
    /// ```
    /// use singlet::wire::Fault;
    ///
    /// assert_eq!(Fault::invalid("not a country code").to_string(), "not a country code");
    /// ```
    #[cold]
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new(FaultKind::Invalid, message)
    }

    /// A fault of kind [`Unstorable`](FaultKind::Unstorable): the value cannot be stored.
    ///
    /// ```
    /// use singlet::wire::Fault;
    /// assert_eq!(Fault::unstorable("the list is too long").to_string(), "the list is too long");
    /// ```
    #[cold]
    pub fn unstorable(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new(FaultKind::Unstorable, message)
    }

    /// A fault of kind [`Missing`](FaultKind::Missing): a required attribute, of the type `expected`, is missing.
    ///
    /// ```
    /// use singlet::wire::Fault;
    ///
    /// let fault = Fault::missing("price", "N").in_entry().inside("lines");
    /// assert_eq!(fault.path(), "lines.*.price");
    /// ```
    #[cold]
    pub fn missing(name: &'static str, expected: &'static str) -> Self {
        Fault::new(FaultKind::Missing, format!("missing required attribute, expected {expected}")).inside(name)
    }

    /// Prepends the name of the attribute in which the fault occurred to its path.
    ///
    /// ```
    /// use singlet::wire::Fault;
    ///
    /// let fault = Fault::invalid("not a price").inside("price").at(2).inside("lines");
    /// assert_eq!(fault.path(), "lines[2].price");
    /// ```
    #[cold]
    pub fn inside(mut self, name: &'static str) -> Self {
        self.0.path.push(PathElement::Name(Cow::Borrowed(name)));
        self
    }

    /// Like [`inside`](Self::inside), for an attribute of an item that no model declares.
    #[cold]
    pub(crate) fn inside_unknown(mut self, name: String) -> Self {
        self.0.path.push(PathElement::Name(Cow::Owned(name)));
        self
    }

    /// Adds a prefix to the name that is `depth` steps inside of the path's first.
    #[cold]
    pub(crate) fn prefixed(mut self, prefix: &str, depth: usize) -> Self {
        if let Some(PathElement::Name(name)) = self.0.path.iter_mut().rev().nth(depth) {
            name.to_mut().insert_str(0, prefix);
        }
        self
    }

    /// Prepends the index of the list element in which the fault occurred to its path.
    #[cold]
    pub fn at(mut self, index: usize) -> Self {
        self.0.path.push(PathElement::Index(index));
        self
    }

    /// Prepends an entry of a map whose keys are data to the path. The key shows as `*`.
    #[cold]
    pub fn in_entry(mut self) -> Self {
        self.0.path.push(PathElement::Entry);
        self
    }

    /// The kind of fault.
    ///
    /// ```
    /// use singlet::wire::{Fault, FaultKind};
    /// assert_eq!(Fault::unstorable("the list is too long").kind(), FaultKind::Unstorable);
    /// ```
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// The document path to the value, for example `lines[2].price`. It is empty for the item itself.
    pub fn path(&self) -> String {
        // Built only when it is shown: most faults of foreign items are discarded.
        let mut path = String::new();
        for segment in self.0.path.iter().rev() {
            match segment {
                PathElement::Name(name) if path.is_empty() => path.push_str(name),
                PathElement::Name(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                // Writing to a `String` does not fail.
                PathElement::Index(index) => _ = write!(path, "[{index}]"),
                PathElement::Entry => path.push_str(".*"),
            }
        }
        path
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    pub(crate) fn into_message(self) -> Cow<'static, str> {
        self.0.message
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if path.is_empty() { f.write_str(self.message()) } else { write!(f, "{} (attribute `{path}`)", self.message()) }
    }
}

impl std::error::Error for Fault {}
