//! Rules between the model and its table, which only the compiler sees together: assertions in
//! constants, each at the tokens that are wrong. None is generic, as `cargo check` skips those.

mod collisions;
mod formats;
mod index_only;
mod indexes;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use super::keys::{KeyRole, primary};
use super::template::part_type;
use crate::field::{Field, Unique};
use crate::model::ir::{KeySource, Model};
use crate::model::options::TableOption;

/// Statements of the constant that contains the generated code, and further constants. A broken rule ends its constant, so each
/// group of rules has another constant.
pub(super) fn expand(model: &Model) -> (TokenStream, TokenStream) {
    let mut rules = vec![collisions::expand(model), formats::expand(model), index_only::expand(model)];
    if let TableOption::Derived(table) = &model.table {
        rules.push(range_key_presence(model, table.span()));
        rules.extend(primary(model).map(|(role, source)| key_fits(model, role, source)));
        rules.extend(model.indexes.iter().enumerate().map(|(number, index)| indexes::expand(model, number, index)));
        rules.extend(ttl_name(model));
        rules.extend(table_ttl(model));
        rules.extend(entity_attribute(model));
    }
    rules.push(ids(model));
    let mut rules = rules.into_iter().filter(|rules| !rules.is_empty());
    let first = rules.next().unwrap_or_default();
    let unique = unique(model);
    (first, quote!(#(const _: () = { #rules };)* #unique))
}

/// A field of a UUID type holds no other ids.
fn ids(model: &Model) -> TokenStream {
    let mut rules = TokenStream::new();
    for field in &model.fields {
        if let Some(kind) = field.options.generated.get()
            && let Some(key) = field.options.generated.key()
            && !kind.is_uuid()
        {
            let ty = &field.ty;
            let is_uuid = quote_spanned!(field.ty_span=> <#ty as __rt::GeneratedId>::IS_UUID);
            rules.extend(rule(
                key.span(),
                &quote!(!#is_uuid),
                "a `Uuid` holds UUIDs only; write `generated = \"uuid_v7\"`, or use a `String`",
            ));
        }
    }
    rules
}

/// The values of a unique field, and of its scope, can be compared. Only texts have a case.
fn unique(model: &Model) -> TokenStream {
    let unique = (0..model.fields.len()).filter(|field| model.is_in_unique_value(*field));
    let checks = unique.map(|field| &model.fields[field]).map(|field| {
        let ty = part_type(field);
        let Some(option) = field.options.unique.get().and_then(Unique::ignore_case) else {
            return quote_spanned!(field.ty_span=> const _: () = <#ty as __rt::UniqueField>::IS_UNIQUE;);
        };
        let is_text = quote_spanned!(field.ty_span=> <#ty as __rt::UniqueField>::IS_TEXT);
        let message = format!("only texts have a case, and `{}` is not one; remove `{option}`", field.ident);
        let is_text = rule(option.span(), &is_text, &message);
        quote!(const _: () = { #is_text };)
    });
    checks.collect()
}

/// Ends the compilation with `message` at `span` unless `holds`.
fn rule(span: Span, holds: &TokenStream, message: &str) -> TokenStream {
    let span = Span::call_site().located_at(span);
    quote_spanned!(span=> __rt::check(#holds, #message);)
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

fn key_fits(model: &Model, role: KeyRole, source: &KeySource) -> TokenStream {
    let key = match role {
        KeyRole::Hash => quote!(__rt::Some(__TABLE.hash_key)),
        KeyRole::Range => quote!(__TABLE.range_key),
    };
    let slot = role.slot();
    match source {
        KeySource::Template(template) => rule(
            template.literal.span(),
            &quote!(__rt::is_text(#key)),
            &format!(
                "a template produces a string, but the {slot} key of the table is not a string; mark a field `#[model({slot}_key)]` instead"
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
                    "the {slot} key of the table has a different name from the attribute `{0}`; name it as the table does, with `#[model(rename = \"..\")]`",
                    name.text
                ),
            );
            let span = model.fields[*part].ty_span;
            let key_type = quote_spanned!(span=> <#ty as __rt::KeyField>::KEY_TYPE);
            let same_type = rule(
                span,
                &quote!(__rt::has_type(#key, #key_type)),
                &format!(
                    "the {slot} key of the table has a different type from the attribute `{}`; use a type stored as the table says, or change its `{slot}_key_type`",
                    name.text
                ),
            );
            quote!(#same_name #same_type)
        }
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
            "the TTL attribute of the table has a different name from `{name}`; name it as the table does, with `#[model(rename = \"..\")]`"
        ),
    );
    Some(quote!(#known #same))
}

/// Without a field the TTL attribute is the table's.
fn table_ttl(model: &Model) -> Option<TokenStream> {
    if model.ttl.is_some() {
        return None;
    }
    let options = [model.lifecycle.ttl.key(), model.lifecycle.hides.key()];
    let option = options.into_iter().flatten().next()?;
    let message = format!(
        "the table has no TTL attribute, so nothing would expire the item; add `ttl = \"expires_at\"` to its `#[table(..)]`, or remove `{option}`"
    );
    Some(rule(option.span(), &quote!(__TABLE.ttl.is_some()), &message))
}

fn entity_attribute(model: &Model) -> Option<TokenStream> {
    let alias = model.entity_aliases.first();
    let option = model.entity.key().or(model.entity_name.key());
    let Some(option) = option else {
        let message = "the table has no entity attribute; add `entity = \"_type\"` to its `#[table(..)]`, or remove `entity_alias`";
        return alias.map(|alias| rule(alias.span(), &quote!(__TABLE.entity.is_some()), message));
    };
    let message = format!(
        "the table has no entity attribute; add `entity = \"_type\"` to its `#[table(..)]`, or remove `{option}`"
    );
    Some(rule(option.span(), &quote!(__TABLE.entity.is_some()), &message))
}
