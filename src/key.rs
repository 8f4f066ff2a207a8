//! Primary keys: made from templates, checked before they are sent, parsed back.
//!
//! # The form of a key on disk
//!
//! A template such as `"ORDER#{placed_at}#{id}"` is literal text and placeholders. Placeholders are
//! separated by text that contains `#`, the one separator. A value is written so that keys sort as
//! their values do, and so that it can never contain the separator:
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
//! An empty string is a value like any other: `"CUSTOMER#{id}"` gives `CUSTOMER#`. Only a key that is empty as a whole is
//! refused.
//!
//! `{n:plain}` writes an integer without padding (it then does not sort), `{n:06}` pads an unsigned
//! integer to six digits and refuses a larger one. This form is frozen: a later version reads
//! and writes the same keys.

mod attribute;
mod into_key;
mod model_key;
mod parse;
mod part;
mod range;
mod several;
mod sortable;
mod template;
mod value;
mod writer;

pub use attribute::KeyAttribute;
#[cfg(any(feature = "uuid", feature = "rust_decimal"))]
pub(crate) use attribute::by_text;
pub use into_key::IntoKey;
pub use model_key::Key;
pub(crate) use parse::mismatch;
pub use parse::{KeyParser, PartText};
pub use part::{KeyFormat, KeyPart};
pub(crate) use range::BoundScope;
pub use range::{RangeBeginning, RangePrefix};
pub(crate) use several::split;
pub use value::{KeyType, KeyValue, RawKey};
pub use writer::KeyWriter;

#[doc(hidden)]
pub use into_key::KeyInput;
#[doc(hidden)]
pub use range::{RangeBound, TemplateParts};
#[doc(hidden)]
pub use several::{Given, Placeholder, Several, SeveralPart};
#[doc(hidden)]
pub use template::{FieldKey, KeyParts, KeySource, KeyTemplate, KeyText, Piece, TemplatePart};
#[doc(hidden)]
pub use value::KeyRole;
#[doc(hidden)]
pub use writer::{key_text, write_key, write_key_field};
