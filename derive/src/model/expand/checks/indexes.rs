//! Checks in const code that a model's index keys fit the index.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::rule;
use crate::model::expand::index_keys;
use crate::model::expand::keys::KeyRole;
use crate::model::expand::template::part_type;
use crate::model::ir::{IndexKey, IndexKeys, KeySource, Model};

/// The keys for an index are those its keys ask for.
pub(super) fn expand(model: &Model, number: usize, index: &IndexKeys) -> TokenStream {
    let (schema, name) = (index_keys::constant(number), index.name.value());
    let span = index.name.span();
    let hash = match index.hash_key.first() {
        Some(key) => rule(
            key.span,
            &quote!(!#schema.local),
            &format!("index `{name}` is local, with the hash key of its table; remove `hash_key` here"),
        ),
        None => rule(
            span,
            &quote!(#schema.local),
            &format!("index `{name}` has a hash key of its own; write `hash_key = \"..\"` for it"),
        ),
    };
    let range = match index.range_key.first() {
        Some(key) => rule(
            key.span,
            &quote!(#schema.range_key.is_some()),
            &format!("index `{name}` has no range key; remove `range_key` here"),
        ),
        None => rule(
            span,
            &quote!(#schema.range_key.is_none()),
            &format!(
                "index `{name}` has a range key, and holds only items that have it; write `range_key = \"..\"` for it"
            ),
        ),
    };
    let local = quote!(#schema.local);
    let hash_counts = counts(number, &name, KeyRole::Hash, &index.hash_key, &local);
    let range_counts = counts(number, &name, KeyRole::Range, &index.range_key, &quote!(#schema.range_key.is_none()));
    let fits = index_keys::keys(index).map(|(place, key)| {
        let schema = index_keys::schema(number, place);
        let mistaken = match place.role {
            KeyRole::Hash => quote!(#local),
            KeyRole::Range => quote!(#schema.is_none()),
        };
        fits(model, &name, place.role, key, &mistaken, &schema)
    });
    let entity = entity_keys(model, number, index);
    let entity_is_readable = (!model.entity.get().copied().unwrap_or(false)).then(|| {
        rule(
            span,
            &quote!(__rt::entity_is_readable(__TABLE, &#schema)),
            &format!(
                "index `{name}` does not include the table's entity attribute, so its items cannot be distinguished from those of other models; add it to `include(..)` of the table, or write `entity = \"optional\"` for the model"
            ),
        )
    });
    let tells_schema = model.numbered.number().map(|_| {
        rule(
            span,
            &quote!(__rt::is_readable_from(&#schema, __TABLE.schema_attribute.name)),
            &format!(
                "index `{name}` does not include the schema number, so a part of an item that is read from it may have another schema; add the table's `schema_attribute`, or `\"_schema\"`, to `include(..)`"
            ),
        )
    });
    let leaves = leaves(model, number, index);
    quote!(#hash #hash_counts #range #range_counts #(#fits)* #entity #entity_is_readable #tells_schema #leaves)
}

/// An item leaves an index with `when` by a key that nothing else stores.
fn leaves(model: &Model, number: usize, index: &IndexKeys) -> Option<TokenStream> {
    let when = index.when.as_ref()?;
    let others = model.indexes.iter().enumerate().filter(|(other, _)| *other != number);
    let others: Vec<TokenStream> = others
        .flat_map(|(other, index)| index_keys::keys(index).map(move |(place, _)| index_keys::attribute(other, place)))
        .chain([quote!(__TABLE.hash_key.attribute), quote!(__rt::range_attribute(__TABLE.range_key))])
        .collect();
    let own: Vec<TokenStream> = index_keys::templates(index)
        .map(|(place, _)| {
            let attribute = index_keys::attribute(number, place);
            let is_other = others.iter().map(|other| quote!(__rt::is_same(#attribute.name, #other.name)));
            quote!(!(__rt::is_entity(__TABLE, #attribute.name) #(|| #is_other)*))
        })
        .collect();
    let message =
        "all keys of this index are stored in any case; give it a key attribute of its own, and a template for it";
    (!own.is_empty()).then(|| rule(when.option, &quote!(#(#own)||*), message))
}

/// A key that is the entity attribute holds the name of the entity.
fn entity_keys(model: &Model, number: usize, index: &IndexKeys) -> TokenStream {
    let name = model.entity_name();
    let rules = index_keys::templates(index).map(|(place, template)| {
        let attribute = index_keys::attribute(number, place);
        // An index lists the items of one name.
        let aliased = model.entity_aliases.first().map(|alias| {
            let message = format!(
                "index `{}` lists the items whose entity attribute is `\"{name}\"`, and not those of the alias; write the new name into all items, or remove the keys of the index",
                index.name.value()
            );
            rule(alias.span(), &quote!(!__rt::is_entity(__TABLE, #attribute.name)), &message)
        });
        let is_name = template.placed().is_empty() && template.prefix() == name;
        let named = rule(
            template.literal.span(),
            &quote!(#is_name || !__rt::is_entity(__TABLE, #attribute.name)),
            &format!(
                "this key of index `{}` is the table's entity attribute, which holds the name of the model's entity; write `\"{name}\"`",
                index.name.value()
            ),
        );
        quote!(#named #aliased)
    });
    rules.collect()
}

/// The key has a source for each of its attributes, unless it is a mistake already.
fn counts(number: usize, index: &str, role: KeyRole, keys: &[IndexKey], mistaken: &TokenStream) -> TokenStream {
    let Some(first) = keys.first() else { return TokenStream::new() };
    let (slot, schema) = (role.slot(), index_keys::constant(number));
    let further = match role {
        KeyRole::Hash => quote!(#schema.more_hash_keys),
        KeyRole::Range => quote!(#schema.more_range_keys),
    };
    let fix = format!("write one entry for each, `{slot}_key(\"..\", \"..\")`");
    let count = keys.len();
    let enough = rule(
        first.option,
        &quote!(#mistaken || #further.len() < #count),
        &format!("the {slot} key of index `{index}` has more attributes; {fix}"),
    );
    let superfluous = keys.iter().enumerate().skip(1).map(|(at, key)| {
        rule(
            key.span,
            &quote!(#mistaken || #at <= #further.len()),
            &format!("the {slot} key of index `{index}` has fewer attributes; remove this entry"),
        )
    });
    quote!(#enough #(#superfluous)*)
}

/// The key has the name and type that the index says, unless it is a mistake already.
fn fits(
    model: &Model,
    index: &str,
    role: KeyRole,
    key: &IndexKey,
    mistaken: &TokenStream,
    schema: &TokenStream,
) -> TokenStream {
    let slot = role.slot();
    let field = match &key.source {
        KeySource::Field(field) => &model.fields[*field],
        KeySource::Template(_) => {
            let message = format!(
                "a template makes a string, but the {slot} key of index `{index}` is not a string; name the field that is the key: `{slot}_key = field`"
            );
            return rule(key.span, &quote!(#mistaken || __rt::is_text(#schema)), &message);
        }
    };
    let (name, ty) = (&field.name.text, part_type(field));
    let same_name = rule(
        key.span,
        &quote!(#mistaken || __rt::is_named(#schema, #name)),
        &format!(
            "the {slot} key of index `{index}` has a different name from the attribute `{name}`; name it as the index does, with `#[model(rename = \"..\")]`"
        ),
    );
    let key_type = quote_spanned!(field.ty_span=> <#ty as __rt::KeyField>::KEY_TYPE);
    let same_type = rule(
        key.span,
        &quote!(#mistaken || __rt::has_type(#schema, #key_type)),
        &format!(
            "the {slot} key of index `{index}` has a different type from the attribute `{name}`; use a type stored as the index says, or change its `{slot}_key_type`"
        ),
    );
    quote!(#same_name #same_type)
}
