//! Fields inside of fields, from which index keys are made.
//!
//! A derive sees the tokens of one struct only. The nested struct states the types of its fields through `KeySources`, and constants
//! of the model are the row and the column of the field with the name in the placeholder.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::template::part_type;
use crate::field::places;
use crate::model::ir::{Model, Nested};
use crate::template::dotted;

impl Nested {
    /// The names as the placeholder has them.
    pub(in crate::model) fn path(&self, model: &Model) -> String {
        dotted(&model.fields[self.root].ident.unraw().to_string(), &self.inside)
    }
}

/// Where errors about the type belong: the template.
pub(super) fn span(model: &Model, nested: usize) -> Span {
    Span::call_site().located_at(model.nested[nested].literal.span())
}

/// The local that holds a reference to the value.
pub(super) fn local(nested: usize) -> Ident {
    format_ident!("__n{nested}")
}

/// The type that holds the field of this step, as its `HasField`. All errors about it are at the template, so they are one.
fn step(model: &Model, number: usize, step: usize) -> TokenStream {
    let (ty, [row, column]) = (holder(model, number, step), constant_names(model, number, step));
    quote_spanned!(span(model, number)=> <#ty as __rt::HasField<#row, #column>>)
}

/// The names of the constants for the row and the column of a field.
fn constant_names(model: &Model, number: usize, step: usize) -> [Ident; 2] {
    ["ROW", "COLUMN"].map(|name| format_ident!("__{name}_{number}_{step}", span = span(model, number)))
}

/// The constants for the rows and the columns of all fields that placeholders name.
pub(super) fn constants(model: &Model) -> TokenStream {
    let mut constants = TokenStream::new();
    for (number, nested) in model.nested.iter().enumerate() {
        for (step, name) in nested.inside.iter().enumerate() {
            let (ty, [row, column]) = (holder(model, number, step), constant_names(model, number, step));
            constants.extend(quote_spanned! {span(model, number)=>
                const #row: usize = __rt::key_source(<#ty as __rt::KeySources>::IDENTS, #name) / 10;
                const #column: usize = __rt::key_source(<#ty as __rt::KeySources>::IDENTS, #name) % 10;
            });
        }
    }
    constants
}

fn holder(model: &Model, number: usize, at: usize) -> TokenStream {
    let Some(before) = at.checked_sub(1) else {
        let root = part_type(&model.fields[model.nested[number].root]);
        return located(root.to_token_stream(), span(model, number));
    };
    let step = step(model, number, before);
    quote_spanned!(span(model, number)=> #step::Value)
}

/// The tokens as if the derive had written them elsewhere. Only `$crate` depends on who wrote it.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let located = |mut tree: TokenTree| {
        if let TokenTree::Group(group) = &tree {
            tree = TokenTree::Group(Group::new(group.delimiter(), located(group.stream(), at)));
        }
        if !matches!(&tree, TokenTree::Ident(ident) if ident == "$crate") {
            tree.set_span(at);
        }
        tree
    };
    tokens.into_iter().map(located).collect()
}

/// The type of the value, without `Option`.
pub(super) fn value_type(model: &Model, number: usize) -> TokenStream {
    holder(model, number, model.nested[number].inside.len())
}

/// A reference to the value of what is written, as an `Option`.
pub(super) fn value(model: &Model, number: usize) -> TokenStream {
    let root = model.nested[number].root;
    let written = model.written(root);
    let is_optional = model.fields[root].optional().is_some();
    let mut value = if is_optional { quote!(__rt::Option::as_ref(#written)) } else { quote!(__rt::Some(#written)) };
    for step in 0..model.nested[number].inside.len() {
        let step = self::step(model, number, step);
        value = quote_spanned!(span(model, number)=> __rt::Option::and_then(#value, |value| #step::value(value)));
    }
    value
}

/// Where the value is in an item, as the runtime's `FieldPath`.
pub(super) fn place(model: &Model, number: usize) -> TokenStream {
    let root = &model.fields[model.nested[number].root];
    let is_optional = root.optional().is_some();
    let steps: Vec<TokenStream> = (0..model.nested[number].inside.len()).map(|at| step(model, number, at)).collect();
    let ident = &model.ident;
    let own = quote!(<#ident as __rt::Record>::NAMES);
    let place = places(&model.fields).find(|(index, ..)| *index == model.nested[number].root);
    // A field that is stored otherwise is an error.
    let place = place.map_or_else(|| quote!(__rt::FieldPlace::Attribute(0)), |(_, _, place)| place.runtime());
    // A name depends on the place of its struct, because each struct that is flattened on the way may add a prefix.
    let mut way = (place, own.clone(), quote!(__rt::FieldNames::of(#own)));
    let mut names = Vec::new();
    for step in &steps {
        let (place, own, place_names) = &way;
        names.push(quote!(#place.name(#place_names)));
        let inside = quote!(#place.inside(#place_names, #own, #step::NAMES));
        let at = span(model, number);
        way = (quote_spanned!(at=> #step::PLACE), quote_spanned!(at=> #step::NAMES), inside);
    }
    let (place, _, place_names) = &way;
    names.push(quote!(#place.name(#place_names)));
    quote! {
        __rt::FieldPath::nested(
            const { &[#(#names),*] },
            #is_optional #(|| #steps::IS_OPTIONAL)*,
        )
    }
}
