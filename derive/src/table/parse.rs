//! From the syntax of a struct with `#[derive(Table)]` to its IR.

use syn::punctuated::Punctuated;
use syn::{Data, DataStruct, DeriveInput, Fields, LitStr, Path, Token};

use super::ir::{Index, IndexProjection, Table};
use super::keys::{HasKeys, Keys};
use crate::container::refuse_generics;
use crate::errors::Errors;
use crate::hint::similar;
use crate::krate::Krate;
use crate::name::Name;
use crate::setting::{Entry, Known, Once, Setting, settings};

const EXAMPLE: &str = "#[table(name = \"shop\", hash_key = \"pk\", range_key = \"sk\")]";
const INDEX_EXAMPLE: &str = "index(name = \"gsi1\", hash_key = \"gsi1pk\", range_key = \"gsi1sk\")";
const KNOWN: Known<TableOptions> = Known::new(&[NAME, TableOptions::KEY_OPTIONS, OPTIONS]);

const NAME: &[Entry<TableOptions>] =
    &[("name", |options, setting, errors| options.name.set(setting, setting.string("shop", errors), errors))];

const OPTIONS: &[Entry<TableOptions>] = &[
    ("ttl", |options, setting, errors| options.ttl.set(setting, attribute(setting, "expires_at", errors), errors)),
    ("entity", |options, setting, errors| options.entity.set(setting, attribute(setting, "_type", errors), errors)),
    ("schema_attribute", |options, setting, errors| {
        options.schema_attribute.set(setting, attribute(setting, "_schema", errors), errors);
    }),
    ("index", |options, setting, errors| options.indexes.extend(parse_index(setting, errors))),
    ("crate", |options, setting, errors| {
        options.krate.set(setting, setting.path("my_crate::singlet", errors), errors);
    }),
];

const INDEX_KNOWN: Known<IndexOptions> = Known::new(&[INDEX_NAME, IndexOptions::KEY_OPTIONS, INDEX_OPTIONS]);

const INDEX_NAME: &[Entry<IndexOptions>] =
    &[("name", |options, entry, errors| options.name.set(entry, entry.string("gsi1", errors), errors))];

const INDEX_OPTIONS: &[Entry<IndexOptions>] = &[
    ("local", |options, entry, errors| options.local.set(entry, entry.switch(errors), errors)),
    ("projection", |options, entry, errors| {
        options.projection.set(entry, parse_projection(entry, errors), errors);
    }),
    ("include", |options, entry, errors| options.projection.set(entry, parse_include(entry, errors), errors)),
];

/// The options of `#[table(..)]`.
#[derive(Default)]
struct TableOptions {
    name: Once<LitStr>,
    keys: Keys,
    ttl: Once<Name>,
    entity: Once<Name>,
    schema_attribute: Once<Name>,
    krate: Once<Path>,
    indexes: Vec<Index>,
}

impl HasKeys for TableOptions {
    fn keys(&mut self) -> &mut Keys {
        &mut self.keys
    }
}

/// The options of `index(..)`.
struct IndexOptions {
    name: Once<LitStr>,
    keys: Keys,
    local: Once<bool>,
    projection: Once<IndexProjection>,
}

impl HasKeys for IndexOptions {
    fn keys(&mut self) -> &mut Keys {
        &mut self.keys
    }
}

pub(super) fn parse(input: &DeriveInput, errors: &Errors) -> Table {
    refuse_generics(&input.generics, "Table", errors);
    if !matches!(&input.data, Data::Struct(DataStruct { fields: Fields::Unit, .. })) {
        errors.at(&input.ident, format_args!("`Table` is derived for unit structs; write `struct {};`", input.ident));
    }
    let mut options = TableOptions::default();
    for setting in settings(&input.attrs, "table", errors) {
        KNOWN.take(&mut options, &setting, errors);
    }
    let TableOptions { name, keys, ttl, entity, schema_attribute, krate, indexes } = options;
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
        schema_attribute: schema_attribute.into_inner(),
        indexes,
    }
}

fn parse_index(setting: &Setting, errors: &Errors) -> Option<Index> {
    let mut options = IndexOptions {
        name: Once::default(),
        keys: Keys::of_index(),
        local: Once::default(),
        projection: Once::default(),
    };
    for entry in setting.entries(false, INDEX_EXAMPLE, errors)? {
        INDEX_KNOWN.take(&mut options, &entry, errors);
    }
    let IndexOptions { name, keys, local, projection } = options;
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
    let projection = projection.into_inner().unwrap_or(IndexProjection::All);
    Some(Index { name: name.into_inner()?, local, hash_key, range_key, projection })
}

fn parse_projection(entry: &Setting, errors: &Errors) -> Option<IndexProjection> {
    let literal = entry.string("keys_only", errors)?;
    match literal.value().as_str() {
        "all" => return Some(IndexProjection::All),
        "keys_only" => return Some(IndexProjection::KeysOnly),
        other => {
            let hint = similar(other, ["all", "keys_only"]);
            let known = "(known here: \"all\", \"keys_only\"; a list of attributes is `include(\"a\", \"b\")`)";
            errors.at(&literal, format_args!("unknown projection `{other}`{hint} {known}"));
        }
    }
    None
}

fn parse_include(entry: &Setting, errors: &Errors) -> Option<IndexProjection> {
    let parser = Punctuated::<LitStr, Token![,]>::parse_terminated;
    let names: Vec<LitStr> = entry.list(parser, false, "include(\"a\", \"b\")", errors)?.into_iter().collect();
    if names.is_empty() {
        errors.at(&entry.key, "`include` names at least one attribute; write `projection = \"keys_only\"` for none");
    }
    Some(IndexProjection::Include(names))
}

fn attribute(setting: &Setting, example: &str, errors: &Errors) -> Option<Name> {
    Some(Name::written(&setting.string(example, errors)?, errors))
}
