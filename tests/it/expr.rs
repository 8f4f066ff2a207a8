//! Paths, conditions and actions as expressions.

mod conditions;
mod limits;
mod paths;
mod properties;
mod reserved_words;
mod variants;
