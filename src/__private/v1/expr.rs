//! The parts of expressions that generated code names: those that users name, and the types that form paths.

pub use crate::expr::node::{At, Flattened, PathAnchor, Segment};
pub use crate::expr::path::{AtAnchor, PathTo, Under, child};
pub use crate::expr::role::{Constant, Flat, RunTime, Single};
pub use crate::expr::variant::{FieldsOfVariant, InVariant, OfVariant, UnitVariant, ValueOfVariant, Variants, variant};
pub use crate::expr::{
    Bytes, Document, Expiry, Flag, IndexAttribute, IndexOnly, Instant, List, Locked, Map, Number, Opaque, Path, Plain,
    Reserved, Role, Set, Symbol, Templated, Text,
};
