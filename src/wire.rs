//! The bytes of an item: DynamoDB's JSON, read and written in one pass.
//!
//! This layer knows nothing of models or of the SDK. [`Reader`] is a pull parser over a response
//! body, [`Writer`] appends attribute values to a request body. Both are for generated code and for
//! hand-written [`Attribute`](crate::Attribute) impls; the forms are those of the
//! [low-level API](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html).

mod base64;
mod fault;
mod plain;
mod reader;
mod redact;
mod scan;
mod size;
mod tag;
mod text;
mod writer;

pub use fault::{Fault, FaultKind};
pub(crate) use reader::Mark;
pub use reader::{END, FieldOf, Reader, UNKNOWN};
pub(crate) use redact::redact;
pub(crate) use size::{attribute_sizes, item_size};
pub use tag::Tag;
pub use writer::Writer;

/// How deep attribute values nest at most: 32 levels of lists and maps.
///
/// Source: [DynamoDB's limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
pub const MAX_DEPTH: usize = 32;
