//! Primary keys: made from templates, checked before they are sent, and parsed back into their parts.
//!
//! # The stored form of a key
//!
//! A template such as `"ORDER#{placed_at}#{id}"` consists of literal text and placeholders. The text between two
//! placeholders contains the separator `#`. Values are written so that keys sort as their values do, and so that a value
//! never contains the separator:
//!
//! | value | text | example |
//! |---|---|---|
//! | string, character, unit enum | itself, with `%` as `%25` and `#` as `%23` | `a%23b` |
//! | unsigned integer | zero-padded to the widest value of its type | `0000000042` (`u32`) |
//! | signed integer | `p` and the zero-padded value, or `n` and its nines' complement | `p0000000042`, `n9999999957` (`i32`) |
//! | [`Number`](crate::Number), decimal | `n`, `o` (zero) or `p`, exponent and digits | `p131.425` (42.5) |
//! | date and time | RFC 3339, UTC, nine digits of a second | `2024-03-01T09:30:00.000000000Z` |
//! | date | ISO 8601 | `2024-03-01` |
//! | UUID | hyphenated, lower case | `018f…` |
//! | `bool` | `false`, `true` | |
//!
//! An empty string is a valid value: with an empty `id`, `"CUSTOMER#{id}"` gives `CUSTOMER#`. A key attribute that is
//! empty as a whole is refused, and so is one that exceeds DynamoDB's length limits.
//!
//! `{n:plain}` writes a number in its shortest form, which does not sort. `{n:06}` pads a non-negative integer to six
//! digits and refuses a larger one. These forms are frozen: later versions read and write the same keys.

mod into_key;
mod model_key;
mod multi_attribute;
mod part;
mod range;
mod template;
mod text;
mod value;

pub use into_key::IntoKey;
pub use model_key::Key;
pub(crate) use multi_attribute::split;
pub use part::{KeyFormat, KeyPart};
pub(crate) use range::BoundScope;
pub use range::{RangeBeginning, RangePrefix};
pub(crate) use text::mismatch;
pub use text::{KeyParser, KeyWriter, PartText};
#[cfg(any(feature = "uuid", feature = "rust_decimal"))]
pub(crate) use value::by_text;
pub use value::{KeyAttribute, KeyType, KeyValue, RawKey};

#[doc(hidden)]
pub use into_key::KeyInput;
#[doc(hidden)]
pub use multi_attribute::{MultiAttributeKey, MultiAttributePart, PartValue, Placeholder};
#[doc(hidden)]
pub use range::{RangeBound, TemplateParts};
#[doc(hidden)]
pub use template::{ErasedKeyPart, FieldKey, KeyParts, KeySource, KeyTemplate, Piece, TemplatePart};
#[doc(hidden)]
pub use text::{key_text, write_key, write_key_field};
#[doc(hidden)]
pub use value::KeyRole;
