//! The names that generated code uses most. It imports them, because `__rt::Stored` has three tokens more than `__Stored`. The prefix
//! avoids conflicts with the user's names.

pub use super::{
    At as __At, AtAnchor as __AtAnchor, Fault as __Fault, HasState as __HasState, PathsOf as __PathsOf,
    Plain as __Plain, Result as __Result, Set as __Set, Stored as __Stored, ValueFor as __ValueFor, built as __built,
    check_attribute as __check_attribute, some_value as __some_value,
};
