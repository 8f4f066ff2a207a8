//! The derive macros of `singlet`. They are documented, and meant to be used, as `singlet::Model`,
//! `singlet::Table` and `singlet::Attribute`.
//!
//! Each goes the same way: *parse* the attributes into an *IR*, *check* the rules across fields,
//! *expand* into tokens. All mistakes are collected, so one compilation shows them all.

mod attribute;
mod case;
mod collection;
mod container;
mod errors;
mod field;
mod hint;
mod krate;
mod lifetime;
mod model;
mod name;
mod nested_field;
mod paths;
mod projection;
mod record;
mod setting;
mod shape;
mod table;
mod template;
mod values;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// See `singlet::Model`.
#[proc_macro_derive(Model, attributes(model))]
pub fn model(input: TokenStream) -> TokenStream {
    model::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// See `singlet::Table`.
#[proc_macro_derive(Table, attributes(table))]
pub fn table(input: TokenStream) -> TokenStream {
    table::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// See `singlet::Attribute`.
#[proc_macro_derive(Attribute, attributes(attribute))]
pub fn attribute(input: TokenStream) -> TokenStream {
    attribute::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// See `singlet::Projection`.
#[proc_macro_derive(Projection, attributes(projection))]
pub fn projection(input: TokenStream) -> TokenStream {
    projection::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// See `singlet::Collection`.
#[proc_macro_derive(Collection, attributes(collection))]
pub fn collection(input: TokenStream) -> TokenStream {
    collection::derive(&parse_macro_input!(input as DeriveInput)).into()
}
