use syn::punctuated::Punctuated;
use syn::{Data, DataStruct, DeriveInput, Fields, LitStr, Path, Token};

use super::ir::{Index, Key, KeyType, Projection, Table};
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
            _ if keys.take(&setting, errors) => {}
            _ => setting.unknown(KNOWN, errors),
        }
    }
    for (missing, what) in [(!name.is_set(), "name"), (!keys.hash_key.is_set(), "hash_key")] {
        if missing && errors.is_empty() {
            errors.at(&input.ident, format_args!("a table has a `{what}`; write `{EXAMPLE}`"));
        }
    }
    let (hash_key, range_key) = keys.finish(errors);
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
            _ if keys.take(&entry, errors) => {}
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

/// The key options of a table or an index.
#[derive(Default)]
struct Keys {
    hash_key: Once<Name>,
    range_key: Once<Name>,
    hash_key_type: Once<KeyType>,
    range_key_type: Once<KeyType>,
}

impl Keys {
    fn take(&mut self, setting: &Setting, errors: &Errors) -> bool {
        match setting.name().as_str() {
            "hash_key" | "partition_key" => self.hash_key.set(setting, attribute(setting, "pk", errors), errors),
            "range_key" | "sort_key" => self.range_key.set(setting, attribute(setting, "sk", errors), errors),
            "hash_key_type" | "partition_key_type" => {
                self.hash_key_type.set(setting, key_type(setting, errors), errors);
            }
            "range_key_type" | "sort_key_type" => self.range_key_type.set(setting, key_type(setting, errors), errors),
            _ => return false,
        }
        true
    }

    fn finish(self, errors: &Errors) -> (Option<Key>, Option<Key>) {
        let key = |name: Once<Name>, key_type: Once<KeyType>, key: &str| {
            if let (false, Some(option)) = (name.is_set(), key_type.key()) {
                errors.at(
                    option,
                    format_args!("`{option}` is the type of a key; write `{key} = \"..\"` with it, or remove it"),
                );
            }
            let key_type = key_type.into_inner().unwrap_or(KeyType::S);
            name.into_inner().map(|name| Key { name, key_type })
        };
        let hash_key = key(self.hash_key, self.hash_key_type, "hash_key");
        (hash_key, key(self.range_key, self.range_key_type, "range_key"))
    }
}

fn key_type(setting: &Setting, errors: &Errors) -> Option<KeyType> {
    let literal = setting.string("N", errors)?;
    match literal.value().as_str() {
        "S" => return Some(KeyType::S),
        "N" => return Some(KeyType::N),
        "B" => return Some(KeyType::B),
        _ => errors.at(literal, "a key is a string, a number or binary; write \"S\", \"N\" or \"B\""),
    }
    None
}

fn attribute(setting: &Setting, example: &str, errors: &Errors) -> Option<Name> {
    Some(Name::written(&setting.string(example, errors)?, errors))
}
