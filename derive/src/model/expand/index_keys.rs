//! The keys of a model in the indexes of its table.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::keys::{Role, primary};
use super::template::{local, part_type, write as write_text};
use crate::model::ir::{IndexKey, IndexKeys, KeySource, KeyTemplate, Model};
use crate::model::options::TableOption;

/// The constant that holds the schema of an index.
pub(super) fn constant(number: usize) -> Ident {
    format_ident!("__INDEX_{number}")
}

/// The schemas, found in the table by the hash of the name.
pub(super) fn constants(model: &Model) -> TokenStream {
    let TableOption::Derived(table) = &model.table else {
        return TokenStream::new();
    };
    let constants = model.indexes.iter().enumerate().map(|(number, index)| {
        let (constant, name) = (constant(number), index.name.value());
        let table = at(quote!(#table), index.name.span());
        quote_spanned! {Span::call_site().located_at(index.name.span())=>
            const #constant: __rt::IndexSchema = <#table as __rt::NamedIndex<{ __rt::name_hash(#name) }>>::INDEX;
        }
    });
    quote!(#(#constants)*)
}

/// The tokens of the table's path, with errors about them at the index's name.
fn at(path: TokenStream, place: Span) -> TokenStream {
    let moved = path.into_iter().map(|mut token| {
        token.set_span(token.span().located_at(place));
        token
    });
    moved.collect()
}

/// The key attribute of an index.
pub(super) fn attribute(number: usize, role: Role) -> TokenStream {
    let index = constant(number);
    match role {
        Role::Hash => quote!(#index.hash_key.attribute),
        Role::Range => quote!(__rt::range_attribute(#index.range_key)),
    }
}

/// The keys of an index that the model gives, with their roles.
pub(super) fn keys(index: &IndexKeys) -> impl Iterator<Item = (Role, &IndexKey)> {
    let hash_key = index.hash_key.as_ref().map(|key| (Role::Hash, key));
    hash_key.into_iter().chain(index.range_key.as_ref().map(|key| (Role::Range, key)))
}

/// Those of them that are made from fields.
pub(super) fn templates(index: &IndexKeys) -> impl Iterator<Item = (Role, &KeyTemplate)> {
    keys(index).filter_map(|(role, key)| Some((role, key.source.template()?)))
}

/// Those that are fields.
fn fields(index: &IndexKeys) -> impl Iterator<Item = (Role, usize)> {
    keys(index).filter_map(|(role, key)| match key.source {
        KeySource::Field(field) => Some((role, field)),
        KeySource::Template(_) => None,
    })
}

/// Writes the keys of every index.
pub(super) fn write(model: &Model) -> TokenStream {
    model.indexes.iter().enumerate().map(|(number, index)| write_index(model, number, index)).collect()
}

/// All keys of the index, or none when one of their values is `None`: the index is sparse then.
fn write_index(model: &Model, number: usize, index: &IndexKeys) -> TokenStream {
    let keys: TokenStream = templates(index).map(|(role, template)| write_key(model, number, role, template)).collect();
    if keys.is_empty() {
        return keys;
    }
    let mut parts: Vec<usize> = templates(index).flat_map(|(_, template)| template.parts()).collect();
    parts.sort_unstable();
    parts.dedup();
    let is_optional = |part: &usize| model.fields[*part].optional().is_some();
    let (optional, plain): (Vec<usize>, Vec<usize>) = parts.into_iter().partition(is_optional);
    let ident = |part: &usize| &model.fields[*part].ident;
    let (plain_locals, plain_fields) = (plain.iter().map(|part| local(*part)), plain.iter().map(ident));
    let keys = quote!(#(let #plain_locals = &self.#plain_fields;)* #keys);
    // A key that is a field is written with the fields; without it the others would be of no use.
    let fields: Vec<usize> = fields(index).map(|(_, field)| field).filter(is_optional).collect();
    let locals = optional.iter().map(|part| local(*part).into_token_stream()).chain(fields.iter().map(|_| quote!(_)));
    let values = optional.iter().chain(&fields).map(ident);
    let written = written(number);
    let write = if optional.is_empty() && fields.is_empty() {
        quote!({ #keys true })
    } else {
        quote!(if let (#(__rt::Some(#locals),)*) = (#(&self.#values,)*) { #keys true } else { false })
    };
    quote!(let #written = #write;)
}

/// What is checked once a field is written that is the key of an index itself: its length, by the field.
pub(super) fn field_checks(model: &Model) -> Vec<(usize, TokenStream)> {
    let check = |(role, index): (Role, usize)| {
        let field = &model.fields[index];
        let (ident, ty, role) = (&field.ident, part_type(field), role.runtime());
        let check = quote_spanned!(field.ty_span()=> <#ty as __rt::KeyField>::check);
        let check = match field.optional() {
            Some(_) => quote!(if let __rt::Some(key) = &self.#ident { #check(key, writer, #role); }),
            None => quote!(#check(&self.#ident, writer, #role);),
        };
        (index, check)
    };
    model.indexes.iter().flat_map(fields).map(check).collect()
}

/// The local that says whether the keys of an index were written.
fn written(number: usize) -> Ident {
    format_ident!("__written_{number}")
}

/// Writes one key, unless the same template wrote the attribute before: indexes may share it, with the table too.
fn write_key(model: &Model, number: usize, role: Role, template: &KeyTemplate) -> TokenStream {
    let (attribute, key_role, text) = (attribute(number, role), role.runtime(), write_text(model, template));
    let escape = model.escape;
    let write = quote!(__rt::write_key(writer, #attribute, #key_role, #escape, |key| { #text }););
    let primary = primary(model).filter(|(_, source)| source.template().is_some()).map(|(role, _)| {
        let before = role.attribute();
        quote!(const { __rt::is_same(#before.name, #attribute.name) })
    });
    let earlier = model.indexes[..number].iter().enumerate().flat_map(|(earlier, index)| {
        let attribute = &attribute;
        templates(index).map(move |(role, _)| {
            let (before, written) = (self::attribute(earlier, role), written(earlier));
            quote!(const { __rt::is_same(#before.name, #attribute.name) } && #written)
        })
    });
    let before: Vec<TokenStream> = primary.chain(earlier).collect();
    if before.is_empty() { write } else { quote!(if !(#(#before)||*) { #write }) }
}
