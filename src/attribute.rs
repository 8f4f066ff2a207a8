//! Rust types that are stored as one DynamoDB attribute value: the trait [`Attribute`] and its implementations.
//!
//! The derives generate implementations for users' types; [`record`] holds what all of them share. A type of another
//! crate has a file of its own, or a place in `date_time`, behind a cargo feature. Nothing here sends a request or
//! names a model.

mod binary;
mod collections;
mod compressed;
pub(crate) mod field_number;
pub(crate) mod field_values;
mod form;
mod generated_id;
pub(crate) mod has_field;
mod managed;
pub(crate) mod names;
mod number;
mod primitive;
pub(crate) mod record;
mod sets;
mod text;
mod ttl;
mod value_for;
mod wrappers;

#[cfg(any(feature = "time", feature = "chrono"))]
mod date_time;
#[cfg(feature = "serde_json")]
pub(crate) mod json;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "serde")]
pub(crate) mod serde;
#[cfg(feature = "uuid")]
mod uuid;

pub use binary::Binary;
pub use collections::MapKey;
pub use compressed::{CompressedAttribute, CompressedText};
pub use form::Form;
pub use generated_id::{GeneratedId, IdKind};
pub use managed::{Timestamp, Version};
pub use number::{Number, ParseNumberError};
pub use record::Record;
pub use sets::SetElement;
pub use ttl::{ExpiresIn, TTLAttribute};
pub(crate) use ttl::{epoch_seconds, has_passed};
pub use value_for::ValueFor;

use crate::expr::Role;
use crate::wire::{Fault, Reader, Writer};

/// The associated types of an attribute that has no attributes of its own.
// Types with fields of their own write these out: their paths are structs that the derive generates.
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
/// Derive it for newtypes (stored as what they wrap), structs (stored as M), enums without data (stored as S) and
/// enums with data (stored as M). It is implemented for these types:
///
/// | Rust | DynamoDB |
/// |------|----------|
/// | `String`, `Box<str>`, `Cow<str>`, `char` | S |
/// | every integer, `f32`, `f64`, [`Number`] | N |
/// | `bool` | BOOL |
/// | [`Binary`], `bytes::Bytes` | B |
/// | `Vec<T>`, `[T; N]` | L |
/// | `HashMap<K, T>`, `BTreeMap<K, T>` | M |
/// | `HashSet<T>`, `BTreeSet<T>` of strings, numbers, binaries | SS, NS, BS; absent if empty |
/// | `Option<T>`, `Box<T>`, `Rc<T>`, `Arc<T>` | what `T` is; `None` is absent, and NULL reads as `None` |
/// | [`TTLAttribute`] | N, epoch seconds |
/// | [`CompressedAttribute`] | S |
/// | dates and times of `time` and `chrono` | S, RFC 3339 in UTC, fixed width |
/// | `uuid::Uuid` | S, hyphenated |
/// | `rust_decimal::Decimal` | N |
/// | `serde_json::Value`, the SDK's `AttributeValue` | any type |
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
///
/// Implement it by hand for a type whose stored form no derive gives, with the [`wire`](crate::wire) module:
///
/// ```
/// use singlet::Attribute;
/// use singlet::expr::{Number, Path, Role};
/// use singlet::wire::{Fault, Reader, Writer};
///
/// #[derive(Debug, PartialEq)]
/// struct Celsius(f32);
///
/// impl Attribute for Celsius {
///     type Kind = Number;
///     type Value = Self;
///     type Fields<M, D, R: Role> = Path<M, D, R>;
///
///     const TYPE: &'static str = "N";
///
///     fn write(&self, writer: &mut Writer) {
///         self.0.write(writer);
///     }
///
///     fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
///         match f32::read(reader)? {
///             degrees if degrees >= -273.15 => Ok(Celsius(degrees)),
///             _ => Err(Fault::invalid("the temperature is below absolute zero")),
///         }
///     }
/// }
/// ```
#[doc(alias("AttributeValue", "S", "BOOL", "NULL", "L", "M"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as a DynamoDB attribute",
    label = "not an attribute type",
    note = "add `#[derive(Attribute)]` to `{Self}`, or `#[model(serde)]` to the field if its type implements serde's traits; types of `uuid`, `chrono`, `rust_decimal`, `bytes` and `serde_json` need the cargo feature of that name"
)]
pub trait Attribute: Sized {
    /// The kind of value, one of the empty types in [`expr`](crate::expr). It decides which operators a condition on
    /// the attribute has.
    type Kind;

    /// The type that the attribute is compared with and set to: `Self`, or the contents of an `Option` or a `Box`.
    type Value: Attribute;

    /// The paths of the attributes inside it; a [`Path`](crate::expr::Path) if there are none.
    type Fields<M, D, R: Role>;

    /// DynamoDB's name for the stored type, for error messages: `"S"`, `"N"`, and so on.
    const TYPE: &'static str;

    /// The stored form, as far as updates need it.
    #[doc(hidden)]
    const FORM: Form = Form::Whole;

    /// Writes this value as one attribute value. A value that cannot be stored calls [`Writer::fail`].
    fn write(&self, writer: &mut Writer);

    /// Reads one attribute value.
    ///
    /// # Errors
    ///
    /// Returns a fault if the stored value has another type or does not fit this one.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// Whether an item or map leaves the attribute out: `None`, an empty set.
    #[inline]
    fn is_absent(&self) -> bool {
        false
    }

    /// The value to use if the stored item does not have the attribute; `None` if the attribute is required.
    #[inline]
    fn when_missing() -> Option<Self> {
        None
    }
}
