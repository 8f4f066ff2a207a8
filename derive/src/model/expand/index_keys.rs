//! The keys of a model in the indexes of its table.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::keys::{KeyRole, primary};
use super::nested;
use super::template::{Target, local, part_type, write as write_text};
use crate::model::ir::{IndexKey, IndexKeys, KeySource, KeyTemplate, Model};
use crate::model::options::TableOption;

/// The constant that holds the schema of an index.
pub(super) fn constant(number: usize) -> Ident {
    format_ident!("__INDEX_{number}")
}

/// The constant that holds the number of an index in its table.
pub(super) fn number_constant(number: usize) -> Ident {
    format_ident!("NUMBER_OF_INDEX_{number}")
}

/// The numbers, found in the table by the names, and the schemas.
pub(super) fn constants(model: &Model) -> TokenStream {
    let TableOption::Derived(table) = &model.table else {
        return TokenStream::new();
    };
    let constants = model.indexes.iter().enumerate().map(|(number, index)| {
        let (constant, number, name) = (constant(number), number_constant(number), index.name.value());
        let table_type = quote!(#table).to_string().replace(' ', "");
        // Whatever is wrong with the name is one error, at the name.
        quote_spanned! {Span::call_site().located_at(index.name.span())=>
            const #number: __rt::usize = match __rt::index_number(__TABLE, #table_type, #name) {
                __rt::Ok(number) => number,
                __rt::Err(message) => ::core::panic!("{}", message.as_str()),
            };
            const #constant: __rt::IndexSchema = __TABLE.indexes[#number];
        }
    });
    quote!(#(#constants)*)
}

/// One attribute of a key of an index.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) role: KeyRole,
    /// Its number in the key, from 0.
    pub(super) at: usize,
}

/// The key attribute of an index.
pub(super) fn attribute(number: usize, place: Place) -> TokenStream {
    if let Place { role: KeyRole::Hash, at: 0 } = place {
        let index = constant(number);
        return quote!(#index.hash_key.attribute);
    }
    let schema = schema(number, place);
    quote!(__rt::range_attribute(#schema))
}

/// The schema of a key attribute of an index, which may have none there.
pub(super) fn schema(number: usize, Place { role, at }: Place) -> TokenStream {
    let index = constant(number);
    match (role, at.checked_sub(1)) {
        (KeyRole::Hash, None) => quote!(__rt::Some(#index.hash_key)),
        (KeyRole::Range, None) => quote!(#index.range_key),
        (KeyRole::Hash, Some(at)) => quote!(__rt::further_key(#index.more_hash_keys, #at)),
        (KeyRole::Range, Some(at)) => quote!(__rt::further_key(#index.more_range_keys, #at)),
    }
}

/// The keys of an index that the model gives, with their places.
pub(super) fn keys<'a>(index: &'a IndexKeys) -> impl Iterator<Item = (Place, &'a IndexKey)> {
    let placed = |role, keys: &'a [IndexKey]| keys.iter().enumerate().map(move |(at, key)| (Place { role, at }, key));
    placed(KeyRole::Hash, &index.hash_key).chain(placed(KeyRole::Range, &index.range_key))
}

/// Those of them that are made from fields.
pub(super) fn templates(index: &IndexKeys) -> impl Iterator<Item = (Place, &KeyTemplate)> {
    keys(index).filter_map(|(place, key)| Some((place, key.source.template()?)))
}

/// Those that are fields.
fn fields(index: &IndexKeys) -> impl Iterator<Item = (KeyRole, usize)> {
    keys(index).filter_map(|(place, key)| match key.source {
        KeySource::Field(field) => Some((place.role, field)),
        KeySource::Template(_) => None,
    })
}

/// Writes the keys of every index.
pub(super) fn write(model: &Model) -> TokenStream {
    model.indexes.iter().enumerate().map(|(number, index)| write_index(model, number, index)).collect()
}

/// All keys of the index, or none when one of their values is `None` or `when` does not hold: the index is sparse then.
fn write_index(model: &Model, number: usize, index: &IndexKeys) -> TokenStream {
    let keys: TokenStream =
        templates(index).map(|(place, template)| write_key(model, number, place, template)).collect();
    if keys.is_empty() {
        return keys;
    }
    let mut inside: Vec<usize> = templates(index).flat_map(|(_, template)| template.nested()).collect();
    inside.sort_unstable();
    inside.dedup();
    let mut parts: Vec<usize> = templates(index).flat_map(|(_, template)| template.parts()).collect();
    parts.sort_unstable();
    parts.dedup();
    let is_optional = |part: &usize| model.fields[*part].optional().is_some();
    // An optional last part is written as an `Option`, as the item is in the index without it.
    let is_needed = |part: &usize| templates(index).all(|(_, template)| template.optional() != Some(*part));
    let (optional, plain): (Vec<usize>, Vec<usize>) =
        parts.into_iter().partition(|part| is_optional(part) && is_needed(part));
    let value = |part: &usize| model.written(*part);
    let (plain_locals, plain_values) = (plain.iter().map(|part| local(*part)), plain.iter().map(value));
    let keys = quote!(#(let #plain_locals = #plain_values;)* #keys);
    // A key that is a field is written with the fields; without it the others would be of no use.
    let fields: Vec<usize> = fields(index).map(|(_, field)| field).filter(is_optional).collect();
    let locals = optional.iter().map(|part| local(*part).into_token_stream()).chain(fields.iter().map(|_| quote!(_)));
    let locals = locals.chain(inside.iter().map(|nested| nested::local(*nested).into_token_stream()));
    let values = optional.iter().chain(&fields).map(value);
    let values = values.chain(inside.iter().map(|nested| nested::value(model, *nested)));
    let written = written(number);
    let write = if optional.is_empty() && fields.is_empty() && inside.is_empty() {
        quote!({ #keys true })
    } else {
        quote!(if let (#(__rt::Some(#locals),)*) = (#(#values,)*) { #keys true } else { false })
    };
    let write = match &index.when {
        Some(when) => {
            let holds = super::when::holds(model, number, when);
            quote!(if #holds { #write } else { false })
        }
        None => write,
    };
    quote!(let #written = #write;)
}

/// What is checked once a field is written that is the key of an index itself: its length, by the field.
pub(super) fn field_checks(model: &Model) -> Vec<(usize, TokenStream)> {
    let check = |(role, index): (KeyRole, usize)| {
        let field = &model.fields[index];
        let (value, ty, role) = (model.written(index), part_type(field), role.runtime());
        let check = quote_spanned!(field.ty_span=> <#ty as __rt::KeyField>::check);
        let check = match field.optional() {
            Some(_) => quote!(if let __rt::Some(key) = #value { #check(key, writer, #role); }),
            None => quote!(#check(#value, writer, #role);),
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
fn write_key(model: &Model, number: usize, place: Place, template: &KeyTemplate) -> TokenStream {
    let (attribute, key_role) = (attribute(number, place), place.role.runtime());
    let text = write_text(model, template, Target::IndexKey);
    let escape = model.escape;
    let write = quote!(__rt::write_key(writer, #attribute, #key_role, #escape, |key, ()| { #text }, ()););
    let primary = primary(model).filter(|(_, source)| source.template().is_some()).map(|(role, _)| {
        let before = role.attribute();
        quote!(const { __rt::is_same(#before.name, #attribute.name) })
    });
    let earlier = model.indexes[..number].iter().enumerate().flat_map(|(earlier, index)| {
        let attribute = &attribute;
        templates(index).map(move |(place, _)| {
            let (before, written) = (self::attribute(earlier, place), written(earlier));
            quote!(const { __rt::is_same(#before.name, #attribute.name) } && #written)
        })
    });
    // The entity's name is written in any case. The checks make sure that the template is the same text.
    let entity = model.has_derived_table().then(|| quote!(const { __rt::is_entity(__TABLE, #attribute.name) }));
    let before: Vec<TokenStream> = primary.chain(earlier).chain(entity).collect();
    if before.is_empty() { write } else { quote!(if !(#(#before)||*) { #write }) }
}
