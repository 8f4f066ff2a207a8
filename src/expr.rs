//! Typed expressions: document paths, conditions, and the actions of an update.
//!
//! The derives generate a struct of [`Path`]s for every model, one per attribute. Closures receive that struct:
//! `.when(|c| c.points.ge(5) & c.nick.exists())`. The type of an attribute decides which operators its path has, so
//! `begins_with` on a number does not compile. Every attribute name is sent through a placeholder. Names can therefore
//! be reserved words or contain dots, spaces and emoji. A name or value that occurs twice shares one placeholder.
//!
//! This module is pure: it produces expression text and values. [Operations](crate::Model) send them.
//!
//! ```
//! use std::collections::BTreeSet;
//! use singlet::{Attribute, Model};
//!
//! #[derive(Attribute)]
//! struct Line {
//!     sku: String,
//!     price: u64,
//! }
//!
//! #[derive(Model)]
//! #[model(table = "orders", hash_key = "ORDER#{id}")]
//! struct Order {
//!     id: u32,
//!     lines: Vec<Line>,
//!     tags: BTreeSet<String>,
//!     note: Option<String>,
//! }
//!
//! let update = Order::update(7)
//!     .set(|o| o.note, "fragile")
//!     .when(|o| o.lines.at(0).price.lt(100) & o.tags.contains("sale") & !o.note.exists());
//! let body = update.explain()?.body().to_owned();
//! assert!(body.contains("#1[0].#2 < :0 AND contains(#3, :1) AND NOT (attribute_exists(#4) AND "), "{body}");
//! # Ok::<(), singlet::Error>(())
//! ```

// Only generated code names the other items of these modules, through `__private::v1`.
mod actions;
mod condition;
mod condition_text;
mod in_variant;
mod index_only;
pub(crate) mod kind;
pub(crate) mod node;
pub(crate) mod operand;
mod operators;
pub(crate) mod path;
mod placeholders;
pub(crate) mod raw;
pub(crate) mod renamed;
pub(crate) mod role;
pub(crate) mod run_time;
mod size;
pub(crate) mod variant;

pub(crate) use actions::{Action, Actions};
pub(crate) use condition::{Comparator, Tree};
pub use condition::{Condition, IntoCondition};
pub(crate) use in_variant::EnteredVariant;
pub(crate) use kind::{Addable, HasPrefix, ListOf, SetOf};
pub use kind::{AttributeType, Bytes, Document, Expiry, Flag, Instant, List, Map, Number, Opaque, Set, Symbol, Text};
pub(crate) use node::{Root, Segment, Shown};
pub use operand::{Addend, Operand};
pub(crate) use operand::{Term, value_of};
pub use path::Path;
pub(crate) use path::{AtAnchor, PathTo};
pub(crate) use placeholders::{MAX_DEPTH, MAX_EXPRESSION, Placeholders};
pub(crate) use role::{Computable, Readable, Removable, Settable, Summable};
pub use role::{IndexAttribute, IndexOnly, Locked, Plain, Reserved, Role, Templated};
pub use size::Size;
