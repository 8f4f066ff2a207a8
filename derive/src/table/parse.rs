use syn::punctuated::Punctuated;
use syn::{Data, DataStruct, DeriveInput, Fields, LitStr, Path, Token};

use super::ir::{Index, Projection, Table};
use super::keys::Keys;
use crate::container::refuse_generics;
use crate::errors::Errors;
use crate::hint::similar;
use crate::krate::Krate;
use crate::name::Name;
use crate::setting::{Once, Setting, settings};

const EXAMPLE: &str = "#[table(name = \"shop\", hash_key = \"pk\", range_key = \"sk\")]";
const INDEX_EXAMPLE: &str = "index(name = \"gsi1\", hash_key = \"gsi1pk\", range_key = \"gsi1sk\")";
const KNOWN: &[&str] = &[
    "name",
    "hash_key",
    "range_key",
    "partition_key",
    "sort_key",
    "hash_key_type",
    "range_key_type",
    "partition_key_type",
    "sort_key_type",
    "ttl",
    "entity",
    "index",
    "crate",
];
const INDEX_KNOWN: &[&str] = &[
    "name",
    "hash_key",
    "range_key",
    "partition_key",
    "sort_key",
    "hash_key_type",
    "range_key_type",
    "partition_key_type",
    "sort_key_type",
    "local",
    "projection",
    "include",
];

pub(super) fn parse(input: &DeriveInput, errors: &Errors) -> Table {
    refuse_generics(&input.generics, "Table", errors);
    if !matches!(&input.data, Data::Struct(DataStruct { fields: Fields::Unit, .. })) {
        errors.at(&input.ident, format_args!("`Table` is derived for unit structs; write `struct {};`", input.ident));
    }
    let mut name = Once::default();
    let mut keys = Keys::default();
    let mut ttl = Once::default();
    let mut entity = Once::default();
    let mut krate: Once<Path> = Once::default();
    let mut indexes = Vec::new();
    for setting in settings(&input.attrs, "table", errors) {
        match setting.name().as_str() {
            "name" => name.set(&setting, setting.string("shop", errors), errors),
            "ttl" => ttl.set(&setting, attribute(&setting, "expires_at", errors), errors),
            "entity" => entity.set(&setting, attribute(&setting, "_type", errors), errors),
            "crate" => krate.set(&setting, setting.path("my_crate::singlet", errors), errors),
            "index" => indexes.extend(parse_index(&setting, errors)),
            _ if keys.take(&setting, false, errors) => {}
            _ => setting.unknown(KNOWN, errors),
        }
    }
    for (missing, what) in [(!name.is_set(), "name"), (!keys.hash_key.is_set(), "hash_key")] {
        if missing && errors.is_empty() {
            errors.at(&input.ident, format_args!("a table has a `{what}`; write `{EXAMPLE}`"));
        }
    }
    let (hash_key, range_key) = keys.finish(errors);
    // Only the keys of indexes may be lists.
    let (hash_key, range_key) = (hash_key.into_iter().next(), range_key.into_iter().next());
    Table {
        ident: input.ident.clone(),
        krate: Krate::new(krate.into_inner()),
        name: name.into_inner(),
        hash_key,
        range_key,
        ttl: ttl.into_inner(),
        entity: entity.into_inner(),
        indexes,
    }
}

fn parse_index(setting: &Setting, errors: &Errors) -> Option<Index> {
    let mut name: Once<LitStr> = Once::default();
    let mut keys = Keys::default();
    let mut local = Once::default();
    let mut projection = Once::default();
    for entry in setting.entries(false, INDEX_EXAMPLE, errors)? {
        match entry.name().as_str() {
            "name" => name.set(&entry, entry.string("gsi1", errors), errors),
            "local" => local.set(&entry, entry.switch(errors), errors),
            "projection" => projection.set(&entry, parse_projection(&entry, errors), errors),
            "include" => projection.set(&entry, parse_include(&entry, errors), errors),
            _ if keys.take(&entry, true, errors) => {}
            _ => entry.unknown(INDEX_KNOWN, errors),
        }
    }
    let key = &setting.key;
    if !name.is_set() {
        errors.at(key, format_args!("an index has a `name`; write `{INDEX_EXAMPLE}`"));
    }
    let local = local.into_inner().unwrap_or(false);
    if local && let Some(hash_key) = keys.hash_key.key() {
        errors.at(hash_key, format_args!("a local index has the hash key of its table; remove `{hash_key}`"));
    } else if local && !keys.range_key.is_set() {
        errors.at(key, "a local index has a range key of its own; write `range_key = \"..\"`");
    } else if !local && !keys.hash_key.is_set() && errors.is_empty() {
        errors.at(
            key,
            format_args!("an index has a `hash_key`; write `{INDEX_EXAMPLE}`, or `local` for the table's own"),
        );
    }
    let (hash_key, range_key) = keys.finish(errors);
    if let Some(further) = range_key.get(1).filter(|_| local) {
        errors.add(syn::Error::new(
            further.name.span,
            "a local index has one attribute as its range key; remove this one",
        ));
    }
    let projection = projection.into_inner().unwrap_or(Projection::All);
    Some(Index { name: name.into_inner()?, local, hash_key, range_key, projection })
}

fn parse_projection(entry: &Setting, errors: &Errors) -> Option<Projection> {
    let literal = entry.string("keys_only", errors)?;
    match literal.value().as_str() {
        "all" => return Some(Projection::All),
        "keys_only" => return Some(Projection::KeysOnly),
        other => {
            let hint = similar(other, ["all", "keys_only"]);
            let known = "(known here: \"all\", \"keys_only\"; a list of attributes is `include(\"a\", \"b\")`)";
            errors.at(&literal, format_args!("unknown projection `{other}`{hint} {known}"));
        }
    }
    None
}

fn parse_include(entry: &Setting, errors: &Errors) -> Option<Projection> {
    let parser = Punctuated::<LitStr, Token![,]>::parse_terminated;
    let names: Vec<LitStr> = entry.list(parser, false, "include(\"a\", \"b\")", errors)?.into_iter().collect();
    if names.is_empty() {
        errors.at(&entry.key, "`include` names at least one attribute; write `projection = \"keys_only\"` for none");
    }
    Some(Projection::Include(names))
}

fn attribute(setting: &Setting, example: &str, errors: &Errors) -> Option<Name> {
    Some(Name::written(&setting.string(example, errors)?, errors))
}
