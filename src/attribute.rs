//! Rust types that are stored as one DynamoDB attribute value.

mod any;
mod binary;
mod collections;
mod compressed;
mod flag;
mod float;
mod generated;
mod integer;
mod map_key;
pub(crate) mod names;
mod number;
pub(crate) mod record;
mod sets;
#[cfg(any(feature = "time", feature = "chrono"))]
mod sortable_text;
mod text;
mod timestamp;
mod ttl;
mod value_for;
mod version;
mod wrappers;

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "serde_json")]
pub(crate) mod json;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "serde")]
pub(crate) mod serde;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

pub use binary::Binary;
pub use compressed::{CompressedAttribute, CompressedText};
pub use generated::{GeneratedId, IdKind};
pub use map_key::MapKey;
pub use number::{Number, ParseNumberError};
pub use record::Record;
pub use sets::SetElement;
pub use timestamp::Timestamp;
pub(crate) use ttl::epoch_seconds;
pub use ttl::{ExpiresIn, TTLAttribute};
pub use value_for::ValueFor;
pub use version::Version;

use crate::expr::Role;
use crate::wire::{Fault, Reader, Writer};

/// The types of an attribute without attributes of its own.
macro_rules! leaf {
    ($kind:ident) => {
        type Kind = $crate::expr::$kind;
        type Value = Self;
        type Fields<M, D, R: $crate::expr::Role> = $crate::expr::Path<M, D, R>;
    };
}
pub(crate) use leaf;

/// A Rust type that can be stored as one DynamoDB attribute value.
///
/// Derive it for newtypes (stored as what they wrap), structs (stored as M), enums without data
/// (stored as S) and enums with data (stored as M). It is implemented for
///
/// | Rust | DynamoDB |
/// |------|----------|
/// | `String`, `Box<str>`, `Cow<str>`, `char` | S |
/// | every integer, `f32`, `f64`, [`Number`] | N |
/// | `bool` | BOOL |
/// | [`Binary`], `bytes::Bytes` | B |
/// | `Vec<T>`, `[T; N]` | L |
/// | `HashMap<K, T>`, `BTreeMap<K, T>` | M |
/// | `HashSet<T>`, `BTreeSet<T>` of strings, numbers, binaries | SS, NS, BS; absent when empty |
/// | `Option<T>` | `T`, or absent; NULL reads as `None` |
/// | [`TTLAttribute`] | N, epoch seconds |
/// | [`CompressedAttribute`] | S |
/// | dates and times of `time` and `chrono` | S, RFC 3339 in UTC, fixed width |
/// | `uuid::Uuid` | S, hyphenated |
/// | `rust_decimal::Decimal` | N |
/// | `serde_json::Value`, the SDK's `AttributeValue` | what it holds |
///
/// `Vec<u8>` is a list of numbers; use [`Binary`] for bytes.
///
/// ```
/// use singlet::Attribute;
///
/// #[derive(Debug, PartialEq, Attribute)]
/// struct Address {
///     street: String,
///     city: String,
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as a DynamoDB attribute",
    label = "not an attribute type",
    note = "add `#[derive(Attribute)]` to `{Self}`, or `#[model(serde)]` to the field when it implements serde's traits"
)]
pub trait Attribute: Sized {
    /// What kind of value it is, one of the empty types of [`expr`](crate::expr): which operators
    /// a condition on it has.
    type Kind;

    /// What it is compared with and set to: the type itself, or what is in an `Option` or a `Box`.
    type Value: Attribute;

    /// The paths of its own attributes; a [`Path`](crate::expr::Path) where it has none.
    type Fields<M, D, R: Role>;

    /// DynamoDB's name of the stored type, for error messages: `"S"`, `"N"`, ….
    const TYPE: &'static str;

    /// Writes this as one attribute value.
    fn write(&self, writer: &mut Writer);

    /// Reads one attribute value.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Whether a map or item leaves the attribute out: `None`, an empty set.
    #[inline]
    fn is_absent(&self) -> bool {
        false
    }

    /// What stands for an attribute that the stored item does not have; `None` when it is required.
    #[inline]
    fn when_missing() -> Option<Self> {
        None
    }
}
