//! Rules between the model and its table, which only the compiler sees together: assertions in
//! constants, each at the tokens that are wrong. None is generic, as `cargo check` skips those.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::index_keys;
use super::keys::{Role, primary};
use crate::field::Field;
use crate::model::ir::{IndexKeys, KeySource, Model};
use crate::model::options::TableOption;

pub(super) fn expand(model: &Model) -> TokenStream {
    let mut rules = vec![collisions(model)];
    if let TableOption::Derived(table) = &model.table {
        rules.push(range_key_presence(model, table.span()));
        rules.extend(primary(model).map(|(role, source)| key_fits(model, role, source)));
        rules.extend(model.indexes.iter().enumerate().map(|(number, index)| index_fits(number, index)));
        rules.extend(ttl_name(model));
        rules.extend(entity_attribute(model));
    }
    quote!(#(const _: () = { #rules };)*)
}

/// Ends the compilation with `message` at `span` unless `holds`.
fn rule(span: Span, holds: &TokenStream, message: &str) -> TokenStream {
    let span = Span::call_site().located_at(span);
    quote_spanned!(span=> if !(#holds) { ::core::panic!(#message); })
}

fn range_key_presence(model: &Model, table: Span) -> TokenStream {
    match &model.range_key {
        None => rule(
            table,
            &quote!(__TABLE.range_key.is_none()),
            "the table has a range key and the model has none; mark a field `#[model(range_key)]`, or write `range_key = \"..\"` on the struct",
        ),
        Some(source) => rule(
            key_span(model, source),
            &quote!(__TABLE.range_key.is_some()),
            "the model has a range key and its table has none; add `range_key = \"..\"` to the table, or remove it here",
        ),
    }
}

fn key_span(model: &Model, source: &KeySource) -> Span {
    match source {
        KeySource::Template(template) => template.literal.span(),
        KeySource::Field(part) => {
            let options = &model.fields[*part].options;
            let mark = options.hash_key.key().or(options.range_key.key());
            mark.map_or_else(Span::call_site, syn::Ident::span)
        }
    }
}

fn key_fits(model: &Model, role: Role, source: &KeySource) -> TokenStream {
    let key = match role {
        Role::Hash => quote!(__rt::Some(__TABLE.hash_key)),
        Role::Range => quote!(__TABLE.range_key),
    };
    let slot = role.slot();
    match source {
        KeySource::Template(template) => rule(
            template.literal.span(),
            &quote!(__rt::is_text(#key)),
            &format!(
                "a template makes a string, and the {slot} key of the table is none; mark a field `#[model({slot}_key)]` in place of it"
            ),
        ),
        KeySource::Field(part) => {
            let Field { name, ty, .. } = &model.fields[*part];
            let same_name = rule(
                name.span,
                &{
                    let name = &name.text;
                    quote!(__rt::is_named(#key, #name))
                },
                &format!(
                    "the {slot} key of the table has another name than the attribute `{0}`; name it as the table does, with `#[model(rename = \"..\")]`",
                    name.text
                ),
            );
            let span = model.fields[*part].ty_span();
            let key_type = quote_spanned!(span=> <#ty as __rt::KeyField>::KEY_TYPE);
            let same_type = rule(
                span,
                &quote!(__rt::has_type(#key, #key_type)),
                &format!(
                    "the {slot} key of the table has another type than the attribute `{}`; use a type stored as the table says, or change its `{slot}_key_type`",
                    name.text
                ),
            );
            quote!(#same_name #same_type)
        }
    }
}

fn index_fits(number: usize, index: &IndexKeys) -> TokenStream {
    let (schema, name) = (index_keys::constant(number), index.name.value());
    let span = index.name.span();
    let hash = match &index.hash_key {
        Some(template) => {
            let span = template.literal.span();
            let global = rule(
                span,
                &quote!(!#schema.local),
                &format!("index `{name}` is local, with the hash key of its table; remove `hash_key` here"),
            );
            let text = rule(
                span,
                &quote!(#schema.local || __rt::is_text(__rt::Some(#schema.hash_key))),
                &not_text(&name, "hash"),
            );
            quote!(#global #text)
        }
        None => rule(
            span,
            &quote!(#schema.local),
            &format!("index `{name}` has a hash key of its own; write `hash_key = \"..\"` for it"),
        ),
    };
    let range = match &index.range_key {
        Some(template) => {
            let span = template.literal.span();
            let present = rule(
                span,
                &quote!(#schema.range_key.is_some()),
                &format!("index `{name}` has no range key; remove `range_key` here"),
            );
            let text = rule(
                span,
                &quote!(#schema.range_key.is_none() || __rt::is_text(#schema.range_key)),
                &not_text(&name, "range"),
            );
            quote!(#present #text)
        }
        None => rule(
            span,
            &quote!(#schema.range_key.is_none()),
            &format!(
                "index `{name}` has a range key, and holds only items that have it; write `range_key = \"..\"` for it"
            ),
        ),
    };
    quote!(#hash #range)
}

fn not_text(index: &str, key: &str) -> String {
    format!(
        "a template makes a string, and the {key} key of index `{index}` is none; store it as a field of that name, without `index(..)`"
    )
}

/// The attributes that templates write; with the entity, those that no field may be.
fn collisions(model: &Model) -> TokenStream {
    let mut written: Vec<TokenStream> = Vec::new();
    let mut rules = TokenStream::new();
    for (role, source) in primary(model) {
        let attribute = role.attribute();
        if source.template().is_some() {
            written.push(quote!(#attribute.name));
        }
    }
    for (number, index) in model.indexes.iter().enumerate() {
        for (role, template) in index_keys::templates(index) {
            let attribute = index_keys::attribute(number, role);
            // A template for the hash key of a local index is a mistake of its own.
            let local = match role {
                Role::Hash => {
                    let schema = index_keys::constant(number);
                    quote!(#schema.local ||)
                }
                Role::Range => TokenStream::new(),
            };
            rules.extend(rule(
                template.literal.span(),
                &quote!(#local !__rt::contains(&[#(#written),*], #attribute.name)),
                &format!(
                    "this key attribute of index `{}` is written by another template of the model already; remove one",
                    index.name.value()
                ),
            ));
            written.push(quote!(#attribute.name));
        }
    }
    for field in model.fields.iter().filter(|field| field.is_attribute()) {
        let name = &field.name.text;
        rules.extend(rule(
            field.name.span,
            &quote!(!__rt::contains(__WRITTEN, #name)),
            &format!("attribute `{name}` is a key that a template of the model writes; rename the field"),
        ));
        if model.has_derived_table() {
            rules.extend(rule(
                field.name.span,
                &quote!(!__rt::is_same(__rt::name_of(__TABLE.entity), #name)),
                &format!("attribute `{name}` is the table's entity attribute, which singlet writes; rename the field"),
            ));
        }
    }
    for field in model.fields.iter().filter(|field| matches!(field.storage, crate::field::Storage::Flattened)) {
        let ty = &field.ty;
        rules.extend(rule(
            field.ty_span(),
            &quote!(!<#ty as __rt::Record>::NAMES.contains_any(__WRITTEN)),
            &format!(
                "an attribute of the flattened field `{}` is a key that a template of the model writes; rename it",
                field.ident
            ),
        ));
    }
    quote! {
        const __WRITTEN: &[&str] = &[#(#written),*];
        #rules
    }
}

fn ttl_name(model: &Model) -> Option<TokenStream> {
    let field = &model.fields[model.ttl?];
    let name = &field.name.text;
    let known = rule(
        field.name.span,
        &quote!(__TABLE.ttl.is_some()),
        &format!(
            "the table has no TTL attribute, so DynamoDB would not delete the item; add `ttl = \"{name}\"` to its `#[table(..)]`"
        ),
    );
    let same = rule(
        field.name.span,
        &quote!(__TABLE.ttl.is_none() || __rt::is_ttl(__TABLE, #name)),
        &format!(
            "the TTL attribute of the table has another name than `{name}`; name it as the table does, with `#[model(rename = \"..\")]`"
        ),
    );
    Some(quote!(#known #same))
}

fn entity_attribute(model: &Model) -> Option<TokenStream> {
    let option = model.entity.key().or(model.entity_name.key())?;
    let message = format!(
        "the table has no entity attribute; add `entity = \"_type\"` to its `#[table(..)]`, or remove `{option}`"
    );
    Some(rule(option.span(), &quote!(__TABLE.entity.is_some()), &message))
}
