//! The primary key: made from fields, from parts, and taken apart again.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::nested;
use super::template::{Target, local, parse, part_type, write};
use crate::model::ir::{KeySource, KeyTemplate, Model, Placed};

/// Which of the two keys.
#[derive(Clone, Copy)]
pub(super) enum KeyRole {
    Hash,
    Range,
}

impl KeyRole {
    pub(super) fn runtime(self) -> TokenStream {
        match self {
            KeyRole::Hash => quote!(__rt::KeyRole::Hash),
            KeyRole::Range => quote!(__rt::KeyRole::Range),
        }
    }

    /// The key attribute of the table.
    pub(super) fn attribute(self) -> TokenStream {
        match self {
            KeyRole::Hash => quote!(__TABLE.hash_key.attribute),
            KeyRole::Range => quote!(__rt::range_attribute(__TABLE.range_key)),
        }
    }

    pub(super) fn slot(self) -> Ident {
        match self {
            KeyRole::Hash => format_ident!("hash"),
            KeyRole::Range => format_ident!("range"),
        }
    }

    /// The function that writes the template's text.
    pub(super) fn text_fn(self) -> Ident {
        format_ident!("__{}_text", self.slot())
    }

    /// The function that takes a key value apart.
    pub(super) fn parse_fn(self) -> Ident {
        format_ident!("__parse_{}", self.slot())
    }
}

/// The primary keys of the model with their roles.
pub(super) fn primary(model: &Model) -> impl Iterator<Item = (KeyRole, &KeySource)> {
    [(KeyRole::Hash, &model.hash_key)].into_iter().chain(model.range_key.as_ref().map(|key| (KeyRole::Range, key)))
}

/// One function per template and direction: every use of the key goes through them.
pub(super) fn functions(model: &Model) -> TokenStream {
    let functions = primary(model).filter_map(|(role, source)| match source {
        KeySource::Field(_) => None,
        KeySource::Template(template) => Some([text_fn(model, role, template), parse_fn(model, role, template)]),
    });
    functions.flatten().collect()
}

fn text_fn(model: &Model, role: KeyRole, template: &KeyTemplate) -> TokenStream {
    let name = role.text_fn();
    let body = write(model, template, Target::PrimaryKey);
    let parts = template.parts();
    let (locals, types) = (parts.iter().map(|part| local(*part)), parts.iter().map(|part| &model.fields[*part].ty));
    quote! {
        fn #name(key: &mut __rt::KeyWriter<'_>, (#(#locals,)*): (#(&#types,)*)) {
            #body
        }
    }
}

fn parse_fn(model: &Model, role: KeyRole, template: &KeyTemplate) -> TokenStream {
    let (name, body, escape) = (role.parse_fn(), parse(model, template), model.escape);
    let parts = template.parts();
    let types = parts.iter().map(|part| &model.fields[*part].ty);
    let locals: Vec<Ident> = parts.iter().map(|part| local(*part)).collect();
    let check = template.repeats().then(|| {
        let made = template_key(model, role, &locals.iter().map(|local| quote!(&#local)).collect::<Vec<_>>());
        quote!(__rt::check_same_key(key, &#made?)?;)
    });
    quote! {
        fn #name(key: &__rt::KeyValue) -> __Result<(#(#types,)*), __Fault> {
            let mut parser = __rt::KeyParser::new(key, #escape)?;
            #body
            parser.finish()?;
            #check
            __rt::Ok((#(#locals,)*))
        }
    }
}

/// The items of the `Model` impl that are about the key.
pub(super) fn items(model: &Model) -> TokenStream {
    let parts = model.key_parts();
    let (key_types, key_locals) = types_and_locals(model, &parts);
    let (hash_types, hash_locals) = types_and_locals(model, &model.hash_key.parts());
    let own = |source: &KeySource, role| {
        key_value(model, role, source, &|part| {
            let ident = &model.fields[part].ident;
            quote!(&self.#ident)
        })
    };
    let given = |source: &KeySource, role| {
        key_value(model, role, source, &|part| {
            let local = local(part);
            quote!(&#local)
        })
    };
    let range =
        |value: Option<TokenStream>| value.map_or_else(|| quote!(__rt::None), |value| quote!(__rt::Some(#value?)));
    let own_hash = own(&model.hash_key, KeyRole::Hash);
    let own_range = range(model.range_key.as_ref().map(|source| own(source, KeyRole::Range)));
    let hash = given(&model.hash_key, KeyRole::Hash);
    let given_range = range(model.range_key.as_ref().map(|source| given(source, KeyRole::Range)));
    let take_apart = take_apart(model);
    let range_parts = range_parts(model);
    quote! {
        type KeyParts = (#(#key_types,)*);
        type HashParts = (#(#hash_types,)*);
        type RangeParts = #range_parts;

        fn __key(&self) -> __Result<__rt::RawKey, __Fault> {
            __rt::RawKey::new(#own_hash?, #own_range)
        }

        fn __key_of((#(#key_locals,)*): (#(#key_types,)*)) -> __Result<__rt::RawKey, __Fault> {
            __rt::RawKey::new(#hash?, #given_range)
        }

        fn __hash_of((#(#hash_locals,)*): (#(#hash_types,)*)) -> __Result<__rt::KeyValue, __Fault> {
            #hash
        }

        fn __parts(key: &__rt::RawKey) -> __Result<(#(#key_types,)*), __Fault> {
            #take_apart
            __rt::Ok((#(#key_locals,)*))
        }
    }
}

/// The type of the values that make up the range key.
pub(super) fn range_parts(model: &Model) -> TokenStream {
    model.range_key.as_ref().map_or_else(|| quote!(()), |source| parts_type(model, source))
}

/// The type of the values that make up a key: a tuple for a template.
pub(super) fn parts_type(model: &Model, source: &KeySource) -> TokenStream {
    match source {
        KeySource::Field(field) => {
            let ty = part_ty(model, *field);
            quote!(__rt::Field<#ty>)
        }
        KeySource::Template(template) => {
            let types = template.placed().into_iter().map(|placed| placed_ty(model, template, placed));
            // Errors about nested fields are at the template everywhere.
            let span = template.nested().first().map_or_else(Span::call_site, |nested| nested::span(model, *nested));
            quote_spanned!(span=> (#(#types,)*))
        }
    }
}

/// The type of what a placeholder of the template stands for.
pub(super) fn placed_ty(model: &Model, template: &KeyTemplate, placed: Placed) -> TokenStream {
    match placed {
        Placed::Field(part) if template.optional() == Some(part) => {
            let ty = part_ty(model, part);
            quote_spanned!(model.fields[part].ty_span=> __rt::OptionalPart<#ty>)
        }
        Placed::Field(part) => part_ty(model, part),
        Placed::Nested(nested) => nested::value_type(model, nested),
    }
}

/// The type of a part, with errors about it at the field's type.
pub(super) fn part_ty(model: &Model, part: usize) -> TokenStream {
    let field = &model.fields[part];
    let ty = part_type(field);
    quote_spanned!(field.ty_span=> #ty)
}

fn types_and_locals(model: &Model, parts: &[usize]) -> (Vec<TokenStream>, Vec<Ident>) {
    let types = parts.iter().map(|part| {
        let ty = &model.fields[*part].ty;
        quote!(#ty)
    });
    (types.collect(), parts.iter().map(|part| local(*part)).collect())
}

/// A key value from the fields it is made of: a `Result`.
fn key_value(model: &Model, role: KeyRole, source: &KeySource, value: &dyn Fn(usize) -> TokenStream) -> TokenStream {
    match source {
        KeySource::Field(part) => {
            let (value, ty, role) = (value(*part), &model.fields[*part].ty, role.runtime());
            quote_spanned!(model.fields[*part].ty_span=> <#ty as __rt::KeyField>::to_key(#value, #role))
        }
        KeySource::Template(template) => {
            let values: Vec<TokenStream> = template.parts().into_iter().map(value).collect();
            template_key(model, role, &values)
        }
    }
}

fn template_key(model: &Model, role: KeyRole, values: &[TokenStream]) -> TokenStream {
    let (attribute, text, role, escape) = (role.attribute(), role.text_fn(), role.runtime(), model.escape);
    quote!(__rt::key_text_of(#attribute, #role, #escape, #text, (#(#values,)*)))
}

/// Statements that bind the parts of `key`; a part in both keys must be the same in both.
fn take_apart(model: &Model) -> TokenStream {
    let (mut statements, mut checks) = (TokenStream::new(), TokenStream::new());
    for (role, source) in primary(model) {
        let value = match role {
            KeyRole::Hash => quote!(&key.hash),
            KeyRole::Range => quote!(__rt::range_of(key)?),
        };
        let parts = source.parts();
        let is_bound = |part: usize| model.is_holder(part, source);
        let pattern = parts.iter().map(|part| {
            if !is_bound(*part) {
                return quote!(_);
            }
            let local = local(*part);
            quote!(#local)
        });
        statements.extend(match source {
            KeySource::Field(part) => {
                let (ty, span) = (&model.fields[*part].ty, model.fields[*part].ty_span);
                quote_spanned!(span=> #(let #pattern = <#ty as __rt::KeyField>::from_key(#value)?;)*)
            }
            KeySource::Template(_) => {
                let parse = role.parse_fn();
                quote!(let (#(#pattern,)*) = #parse(#value)?;)
            }
        });
        if !parts.iter().all(|part| is_bound(*part)) {
            let made = key_value(model, role, source, &|part| {
                let local = local(part);
                quote!(&#local)
            });
            checks.extend(quote!(__rt::check_same_key(#value, &#made?)?;));
        }
    }
    quote!(#statements #checks)
}
