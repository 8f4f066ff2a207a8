//! The associated types of an `Attribute` impl that has no fields of its own.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The types of an `Attribute` impl without attributes of its own; `kind` is one of `expr`'s.
pub(super) fn leaf(kind: &str) -> TokenStream {
    let kind = format_ident!("{kind}");
    quote! {
        type Kind = __rt::#kind;
        type Value = Self;
        type Fields<M, D, R: __rt::Role> = __rt::Path<M, D, R>;
    }
}
