//! Models and their attributes: what is stored, and what is read back.

mod aliases;
mod attributes;
mod builder;
mod compression;
mod config;
mod conversions;
mod derive;
mod dict;
mod entity_aliases;
mod fields;
mod flatten_prefix;
mod managed;
mod mutations;
mod parsers;
mod properties;
mod schemas;
mod serde_errors;
mod sizes;
mod unknown_attributes;
mod untagged;
mod validate;
mod values;
