//! The bytes of an item: DynamoDB's JSON, read and written in one pass.
//!
//! [`Reader`] is a pull parser over a response body. [`Writer`] appends attribute values to a request body. Generated
//! code and hand-written [`Attribute`](crate::Attribute) implementations use both. The format is that of the
//! [low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).
//!
//! This layer knows nothing about models or the SDK.

mod fault;
pub(crate) mod name;
mod plain;
pub(crate) mod reader;
mod redact;
mod size;
mod text;
mod writer;

pub use fault::{Fault, FaultKind};
pub(crate) use name::Name;
pub use reader::Reader;
pub(crate) use reader::{END, FieldOf, Mark, Parsed, StoredKeyMarks, UNKNOWN};
pub(crate) use redact::redact;
pub(crate) use size::{attribute_sizes, item_size, size_above};
pub(crate) use text::write as json_text;
pub use writer::Writer;

/// The greatest depth to which attribute values nest: 32 levels of lists and maps.
///
/// Source: [DynamoDB's limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
pub const MAX_DEPTH: usize = 32;

/// The type tag of an attribute value.
///
/// ```
/// use singlet::wire::{Reader, Tag};
///
/// assert_eq!(Reader::new(br#"{"SS":["a"]}"#)?.tag()?, Tag::Ss);
/// assert_eq!(Tag::Bool.name(), "BOOL");
/// # Ok::<(), singlet::wire::Fault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "DynamoDB's own names")]
pub enum Tag {
    S,
    N,
    B,
    Bool,
    Null,
    M,
    L,
    Ss,
    Ns,
    Bs,
}

impl Tag {
    /// DynamoDB's name for the type: `S`, `N`, `B`, `BOOL`, `NULL`, `M`, `L`, `SS`, `NS` or `BS`.
    pub const fn name(self) -> &'static str {
        match self {
            Tag::S => "S",
            Tag::N => "N",
            Tag::B => "B",
            Tag::Bool => "BOOL",
            Tag::Null => "NULL",
            Tag::M => "M",
            Tag::L => "L",
            Tag::Ss => "SS",
            Tag::Ns => "NS",
            Tag::Bs => "BS",
        }
    }

    fn parse(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"S" => Tag::S,
            b"N" => Tag::N,
            b"B" => Tag::B,
            b"BOOL" => Tag::Bool,
            b"NULL" => Tag::Null,
            b"M" => Tag::M,
            b"L" => Tag::L,
            b"SS" => Tag::Ss,
            b"NS" => Tag::Ns,
            b"BS" => Tag::Bs,
            _ => return None,
        })
    }
}
