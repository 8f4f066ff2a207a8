//! A type and a constant per index: `Shop::GSI1` of type `ShopGsi1`.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

use super::ir::{Index, IndexProjection, Table};
use crate::case::Case;

/// The name of an index as words of an identifier.
fn words(index: &Index) -> String {
    index.name.value().replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

/// The name of the constant of an index.
pub(super) fn constant(index: &Index) -> String {
    match Case::ScreamingSnake.apply(&words(index)).as_str() {
        "" => "INDEX".to_owned(),
        // The trait has a constant of this name.
        "SCHEMA" => "SCHEMA_INDEX".to_owned(),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        name => name.to_owned(),
    }
}

pub(super) fn expand(table: &Table) -> TokenStream {
    let mut tokens = TokenStream::new();
    let (mut names, mut constants) = (Vec::new(), Vec::new());
    for (number, index) in table.indexes.iter().enumerate() {
        let (name, constant) = (index.name.value(), constant(index));
        // A second index of the name is an error already.
        if !names.contains(&name) {
            let ty = type_ident(table, number, index);
            tokens.extend(index_type(table, number, index, &ty));
            if !constants.contains(&constant) {
                tokens.extend(index_constant(table, index, &constant, &ty));
            }
        }
        names.push(name);
        constants.push(constant);
    }
    tokens
}

/// The name of the index in that of its type.
fn pascal(index: &Index) -> String {
    let name = Case::Pascal.apply(&words(index));
    if name.is_empty() { "Index".to_owned() } else { name }
}

fn type_ident(table: &Table, number: usize, index: &Index) -> Ident {
    let name = pascal(index);
    let taken = table.indexes[..number].iter().any(|earlier| pascal(earlier) == name);
    let number = if taken { format!("_{number}") } else { String::new() };
    format_ident!("{}{name}{number}", table.ident.unraw(), span = index.name.span())
}

fn index_type(table: &Table, number: usize, index: &Index, ty: &Ident) -> TokenStream {
    let (ident, name) = (&table.ident, &index.name);
    let cover = match index.projection {
        IndexProjection::All => quote!(All),
        IndexProjection::KeysOnly | IndexProjection::Include(_) => quote!(Partial),
    };
    let consistent = index.local.then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::ConsistentRead for #ty {}
        }
    });
    let doc = format!(" The index `{}` of [`{}`].", name.value(), ident.unraw());
    quote! {
        #[doc = #doc]
        #[allow(non_camel_case_types)]
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        pub struct #ty;

        #[automatically_derived]
        impl __rt::Index for #ty {
            const SCHEMA: __rt::IndexSchema = __INDEXES[#number];
            type Coverage = __rt::#cover;
        }

        #consistent

        #[automatically_derived]
        impl __rt::NumberedIndex<#number> for #ident {
            type Index = #ty;
        }
    }
}

fn index_constant(table: &Table, index: &Index, constant: &str, ty: &Ident) -> TokenStream {
    let ident = &table.ident;
    let constant = Ident::new(constant, index.name.span());
    let kind = if index.local { "local index" } else { "index" };
    let doc = format!(" The {kind} `{}`.", index.name.value());
    quote! {
        #[automatically_derived]
        impl #ident {
            #[doc = #doc]
            pub const #constant: #ty = #ty;
        }
    }
}
