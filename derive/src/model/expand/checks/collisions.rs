//! Checks in const code that each stored attribute is written once.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::rule;
use crate::field::{Field, Storage};
use crate::model::expand::index_keys::{self, Place};
use crate::model::expand::keys::{KeyRole, primary};
use crate::model::ir::Model;
use crate::name::Name;

/// An attribute is written once: by one field, by one template, or by templates that are the same.
pub(super) fn expand(model: &Model) -> TokenStream {
    let mut written: Vec<TokenStream> = Vec::new();
    let mut rules = TokenStream::new();
    for (role, source) in primary(model) {
        if let Some(template) = source.template() {
            let (attribute, text) = (role.attribute(), &template.literal);
            written.push(quote!((#attribute.name, #text)));
        }
    }
    for (number, index) in model.indexes.iter().enumerate() {
        for (place, template) in index_keys::templates(index) {
            let (attribute, text) = (index_keys::attribute(number, place), &template.literal);
            // A template for the hash key of a local index is a mistake of its own, as is one for no attribute.
            let mistaken = match place {
                Place { role: KeyRole::Hash, at: 0 } => {
                    let index = index_keys::constant(number);
                    quote!(#index.local)
                }
                place => {
                    let schema = index_keys::schema(number, place);
                    quote!(#schema.is_none())
                }
            };
            rules.extend(rule(
                template.literal.span(),
                &quote!(#mistaken || __rt::is_same_template(&[#(#written),*], #attribute.name, #text)),
                &format!(
                    "this key attribute of index `{}` is made by another template of the model; write the same template",
                    index.name.value()
                ),
            ));
            written.push(quote!((#attribute.name, #text)));
        }
    }
    for Name { text: name, span } in model.fields.iter().flat_map(Field::names) {
        let at_name = Span::call_site().located_at(*span);
        rules.extend(quote_spanned!(at_name=> __check_attribute(__TABLE, __written, #name);));
    }
    for (index, field) in flattened(model) {
        let names = field.flattened_names(index);
        rules.extend(rule(
            field.ty_span,
            &quote!(!__rt::writes_any(#names, __written)),
            &format!(
                "an attribute of the flattened field `{}` is a key that a template of the model writes; rename it",
                field.ident
            ),
        ));
    }
    if model.is_expiry_kept() {
        rules.extend(kept_expiry(model));
    }
    if let Some(number) = model.numbered.number() {
        rules.extend(schema_number(model, number.span()));
    }
    if let Some(name) = model.write_mark.get() {
        rules.extend(write_mark(model, name));
    }
    quote! {
        let __written: &[(&str, &str)] = &[#(#written),*];
        #rules
    }
}

fn flattened(model: &Model) -> impl Iterator<Item = (usize, &Field)> {
    model.fields.iter().enumerate().filter(|(_, field)| matches!(field.storage, Storage::Flattened))
}

/// The TTL attribute is written by operations, where no field is it.
fn kept_expiry(model: &Model) -> TokenStream {
    let mut rules = TokenStream::new();
    let other =
        if model.has_derived_table() { "rename the field" } else { "name another with `ttl_attribute = \"..\"`" };
    for Name { text: name, span } in model.fields.iter().flat_map(Field::names) {
        rules.extend(rule(
            *span,
            &quote!(!__rt::is_ttl(__TABLE, #name)),
            &format!(
                "attribute `{name}` is the TTL attribute, which singlet writes; make it a `TTLAttribute`, or {other}"
            ),
        ));
    }
    for (index, field) in flattened(model) {
        let names = field.flattened_names(index);
        rules.extend(rule(
            field.ty_span,
            &quote!(!__rt::writes_any(#names, &[(__rt::ttl_of(__TABLE), "")])),
            &format!(
                "an attribute of the flattened field `{}` is the TTL attribute, which singlet writes; rename it",
                field.ident
            ),
        ));
    }
    if let Some(name) = model.lifecycle.ttl_attribute.get() {
        rules.extend(rule(
            name.span,
            &quote!(!__rt::is_written(__written, __rt::ttl_of(__TABLE))),
            "the TTL attribute is a key that a template of the model writes; write another name",
        ));
    }
    rules
}

/// The schema number is in an attribute that nothing else writes.
fn schema_number(model: &Model, span: Span) -> TokenStream {
    let attribute = quote!(__TABLE.schema_attribute.name);
    let elsewhere = "name another with `schema_attribute = \"..\"` in the `#[table(..)]`";
    let mut rules = rule(
        span,
        &quote!(!__rt::is_written(__written, #attribute)
            && !__rt::is_ttl(__TABLE, #attribute)
            && !__rt::is_same(__rt::name_of(__TABLE.entity), #attribute)),
        &format!("the attribute of the schema number has another meaning in the model or its table; {elsewhere}"),
    );
    for Name { text, span } in model.fields.iter().flat_map(Field::names) {
        rules.extend(rule(
            *span,
            &quote!(!__rt::is_same(#attribute, #text)),
            &format!("attribute `{text}` is the schema number, which singlet writes; rename the field, or {elsewhere}"),
        ));
    }
    rules
}

/// The mark of a write is an attribute that nothing else writes.
fn write_mark(model: &Model, mark: &Name) -> TokenStream {
    let name = &mark.text;
    let mut rules = rule(
        mark.span,
        &quote!(!__rt::is_written(__written, #name)
            && !__rt::is_ttl(__TABLE, #name)
            && !__rt::is_same(__rt::name_of(__TABLE.entity), #name)),
        &format!("attribute `{name}` has another meaning in the model or its table; write another name for the mark"),
    );
    for Name { span, .. } in model.fields.iter().flat_map(Field::names).filter(|field| field.text == *name) {
        rules.extend(rule(
            *span,
            &quote!(false),
            &format!("attribute `{name}` is the write mark, which singlet writes; rename the field"),
        ));
    }
    for (index, field) in flattened(model) {
        let names = field.flattened_names(index);
        rules.extend(rule(
            field.ty_span,
            &quote!(!__rt::writes_any(#names, &[(#name, "")])),
            &format!(
                "an attribute of the flattened field `{}` is the write mark, which singlet writes; rename it",
                field.ident
            ),
        ));
    }
    rules
}
