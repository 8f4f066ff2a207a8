use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// What is wrong with a value that was read or is to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The bytes are not DynamoDB's JSON.
    Syntax,
    /// An attribute has another type than the model says.
    Type,
    /// A required attribute is absent.
    Missing,
    /// The type is right and the value is not: a number out of range, an unknown variant, ….
    Invalid,
    /// The item belongs to another entity.
    Entity,
    /// The item does not say which entity it is.
    NoEntity,
    /// A key cannot be formed from its parts.
    Key,
    /// A value cannot be stored: a NaN, over 38 digits, an empty set in a list, ….
    Unstorable,
}

/// A failure while reading or writing one attribute value, with the path to it; never with the value.
///
/// It becomes a [`Error`](crate::Error) of kind `Decode`, `Encode`, `InvalidKey` or `WrongEntity`.
#[derive(Debug, Clone)]
pub struct Fault(Box<Inner>);

#[derive(Debug, Clone)]
struct Inner {
    kind: FaultKind,
    message: Cow<'static, str>,
    /// Innermost first.
    path: Vec<Segment>,
}

#[derive(Debug, Clone)]
enum Segment {
    Name(&'static str),
    Index(usize),
    /// An entry of a map with free keys: the key may be data, so it is not kept.
    Entry,
}

impl Fault {
    /// A fault of this kind. The message names types and rules, never values.
    #[cold]
    pub fn new(kind: FaultKind, message: impl Into<Cow<'static, str>>) -> Self {
        Fault(Box::new(Inner { kind, message: message.into(), path: Vec::new() }))
    }

    /// The type is right and the value is not.
    #[cold]
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new(FaultKind::Invalid, message)
    }

    /// The value cannot be stored.
    #[cold]
    pub fn unstorable(message: impl Into<Cow<'static, str>>) -> Self {
        Fault::new(FaultKind::Unstorable, message)
    }

    /// A required attribute of the type `expected` is absent.
    #[cold]
    pub fn missing(name: &'static str, expected: &'static str) -> Self {
        Fault::new(FaultKind::Missing, format!("missing required attribute, expected {expected}")).inside(name)
    }

    /// This fault, seen from the map that holds it under `name`.
    #[cold]
    pub fn inside(mut self, name: &'static str) -> Self {
        self.0.path.push(Segment::Name(name));
        self
    }

    /// This fault, seen from the list that holds it at `index`.
    #[cold]
    pub fn at(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Index(index));
        self
    }

    /// This fault, seen from a map with free keys.
    #[cold]
    pub fn in_entry(mut self) -> Self {
        self.0.path.push(Segment::Entry);
        self
    }

    /// What is wrong.
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// The document path to the value (`lines[2].price`); empty for the item itself.
    pub fn path(&self) -> String {
        let mut path = String::new();
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Name(name) if path.is_empty() => path.push_str(name),
                Segment::Name(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                // Writing to a String does not fail.
                Segment::Index(index) => _ = write!(path, "[{index}]"),
                Segment::Entry => path.push_str(".*"),
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
