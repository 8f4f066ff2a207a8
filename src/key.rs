//! Primary keys: made from templates, checked before they are sent, and parsed back into their parts.
//!
//! # The stored form of a key
//!
//! A template such as `"ORDER#{placed_at}#{id}"` consists of literal text and placeholders. The text between two
//! placeholders begins with the separator `#`. Values are written so that keys sort as their values do, and so that a
//! value never contains the separator:
//!
//! | value | text | example |
//! |---|---|---|
//! | string, character, unit enum | itself, with U+0000 to U+0025 as `%00` to `%25` | `Mary%20Ann`, `a%23b` |
//! | unsigned integer | zero-padded to the widest value of its type | `0000000042` (`u32`) |
//! | signed integer | `p` and the zero-padded value, or `n` and its nines' complement | `p0000000042`, `n9999999957` (`i32`) |
//! | [`Number`](crate::Number), decimal | `n`, `o` (zero) or `p`, exponent and digits | `p131.425` (42.5) |
//! | date and time | RFC 3339, UTC, nine digits of a second | `2024-03-01T09:30:00.000000000Z` |
//! | date | ISO 8601 | `2024-03-01` |
//! | UUID | hyphenated, lower case | `018f…` |
//! | `bool` | `false`, `true` | |
//!
//! The escaped characters are the control characters, the space, `!`, `"`, `#`, `$` and `%`. The separator is therefore
//! less than everything in a value, and `("Mary", "B")` sorts before `("Mary Ann", "A")`. The last two characters of
//! Unicode are written as U+10FFFE and `E` or `F`, because ranges end with U+10FFFF. A unit enum sorts by the stored
//! names of its variants.
//!
//! A placeholder of the primary key must not be empty: with an empty `id`, `"CUSTOMER#{id}"` is an error of kind
//! `InvalidKey` that names the key attribute and the field. Most often it is an id that was not set yet. A model with
//! `empty_key_parts` allows it, and the key is `CUSTOMER#`. In index keys, an empty value is allowed. A key attribute
//! that is empty as a whole is always rejected, and so is one that exceeds DynamoDB's length limits.
//!
//! `{n:plain}` writes a number in its shortest form, which does not sort: a query refuses to compare it. `{n:06}` pads a
//! non-negative integer to six digits and refuses a larger one. [`KeyFormat`] lists the further forms, such as `{at:.3}` and
//! `{email:lower}`. All forms are frozen: later versions read and write the same keys.

// Only generated code names the other items of these modules, through `__private::v1`.
pub(crate) mod field_path;
mod format;
mod into_key;
mod model_key;
pub(crate) mod multi_attribute;
mod optional;
pub(crate) mod parser;
mod part;
pub(crate) mod range;
mod shared;
pub(crate) mod template;
pub(crate) mod text;
pub(crate) mod value;

pub(crate) use field_path::{FieldPath, value_at};
pub use format::{KeyFormat, KeyFormats};
pub use into_key::IntoKey;
pub(crate) use into_key::KeyInput;
pub use model_key::Key;
pub(crate) use multi_attribute::split;
pub use multi_attribute::{Attributes, Placeholder};
pub use optional::OptionalPart;
pub use parser::PartText;
pub use part::KeyPart;
pub(crate) use range::{BoundScope, RangeBound};
pub use range::{RangeBeginning, RangePrefix};
pub(crate) use shared::{BoundUse, common_prefix, shared_bounds};
pub use template::Field;
pub(crate) use template::{KeyParts, KeySource, KeyTemplate, Piece, TemplatePart, is_same_piece};
pub use text::KeyWriter;
pub(crate) use text::{LAST, is_written_by, key_text, mismatch, unlike_template, write_key_field};
#[cfg(any(feature = "uuid", feature = "rust_decimal"))]
pub(crate) use value::by_text;
pub use value::{KeyAttribute, KeyType, KeyValue};
pub(crate) use value::{KeyRole, RawKey, distinct};
