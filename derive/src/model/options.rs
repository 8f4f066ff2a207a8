use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Path, Token};

use super::lifecycle::Lifecycle;
use crate::case::Case;
use crate::errors::Errors;
use crate::hint::similar;
use crate::setting::{Once, Setting, settings};
use crate::template::Template;

const KNOWN: &[&str] = &[
    "table",
    "hash_key",
    "range_key",
    "partition_key",
    "sort_key",
    "index",
    "config",
    "max_size",
    "skip_hooks",
    "consistent_read",
    "entity",
    "entity_name",
    "key_escape",
    "rename_all",
    "hooks",
    "ttl",
    "ttl_attribute",
    "refresh_ttl",
    "refresh_after",
    "expired",
    "crate",
];
const INDEX_KNOWN: &[&str] = &["hash_key", "range_key", "partition_key", "sort_key"];
const INDEX_EXAMPLE: &str = "index(gsi1, hash_key = \"EMAIL#{email}\")";

/// The options of `#[model(..)]` on the struct, as they are written.
#[derive(Default)]
pub(super) struct Options {
    pub(super) table: Once<TableOption>,
    pub(super) hash_key: Once<Template>,
    pub(super) range_key: Once<Template>,
    pub(super) indexes: Vec<IndexOption>,
    pub(super) config: Once<Path>,
    pub(super) max_size: Once<Expr>,
    pub(super) skip_hooks: Once<bool>,
    pub(super) consistent_read: Once<bool>,
    /// Whether an item without the entity attribute is accepted.
    pub(super) entity: Once<bool>,
    pub(super) entity_name: Once<LitStr>,
    pub(super) key_escape: Once<bool>,
    pub(super) rename_all: Once<Case>,
    pub(super) hooks: Once<bool>,
    pub(super) lifecycle: Lifecycle,
    pub(super) krate: Once<Path>,
}

/// The table of a model.
pub(super) enum TableOption {
    /// A type with `#[derive(Table)]`.
    Derived(Path),
    /// A name; its keys are those of the model.
    Named(LitStr),
}

/// The keys of a model in one index.
pub(super) struct IndexOption {
    pub(super) name: LitStr,
    pub(super) hash_key: Once<Vec<IndexKeyOption>>,
    pub(super) range_key: Once<Vec<IndexKeyOption>>,
}

/// A key attribute of a model in an index.
pub(super) enum IndexKeyOption {
    Template(Template),
    /// The field that is the key attribute itself.
    Field(Ident),
}

impl Options {
    pub(super) fn parse(attrs: &[Attribute], errors: &Errors) -> Self {
        let mut options = Options::default();
        for setting in settings(attrs, "model", errors) {
            options.take(&setting, errors);
        }
        options
    }

    fn take(&mut self, setting: &Setting, errors: &Errors) {
        match setting.name().as_str() {
            "table" => self.table.set(setting, table(setting, errors), errors),
            "hash_key" | "partition_key" => self.hash_key.set(setting, template(setting, errors), errors),
            "range_key" | "sort_key" => self.range_key.set(setting, template(setting, errors), errors),
            "index" => self.indexes.extend(index(setting, errors)),
            "config" => self.config.set(setting, setting.path("my_config", errors), errors),
            "max_size" => self.max_size.set(setting, bytes(setting, errors), errors),
            "skip_hooks" => self.skip_hooks.set(setting, setting.switch(errors), errors),
            "consistent_read" => self.consistent_read.set(setting, setting.switch(errors), errors),
            "entity" => self.entity.set(setting, entity(setting, errors), errors),
            "entity_name" => self.entity_name.set(setting, entity_name(setting, errors), errors),
            "key_escape" => self.key_escape.set(setting, setting.switch(errors), errors),
            "rename_all" => self.rename_all.set(setting, rename_all(setting, errors), errors),
            "hooks" => self.hooks.set(setting, setting.switch(errors), errors),
            "crate" => self.krate.set(setting, setting.path("my_crate::singlet", errors), errors),
            _ if self.lifecycle.take(setting, errors) => {}
            _ => setting.unknown(KNOWN, errors),
        }
    }
}

fn table(setting: &Setting, errors: &Errors) -> Option<TableOption> {
    if setting.is_string() {
        let name = setting.string("users", errors)?;
        crate::table::check_name(&name, "a table", errors);
        return Some(TableOption::Named(name));
    }
    setting.path("Shop` or `table = \"shop\"", errors).map(TableOption::Derived)
}

fn template(setting: &Setting, errors: &Errors) -> Option<Template> {
    Template::parse(setting.string("CUSTOMER#{id}", errors)?, errors)
}

fn bytes(setting: &Setting, errors: &Errors) -> Option<Expr> {
    let expr = setting.expr("10_000", errors)?;
    if let Expr::Lit(ExprLit { lit, .. }) = expr
        && !matches!(lit, Lit::Int(_))
    {
        errors.at(expr, "`max_size` is a number of bytes; write `max_size = 10_000`");
        return None;
    }
    Some(expr.clone())
}

fn entity(setting: &Setting, errors: &Errors) -> Option<bool> {
    let literal = setting.string("optional", errors)?;
    match literal.value().as_str() {
        "optional" => return Some(true),
        "required" => return Some(false),
        other => {
            let hint = similar(other, ["optional", "required"]);
            let name = "the entity's name is `entity_name = \"..\"`";
            errors.at(&literal, format_args!("`entity` is \"optional\" or \"required\"{hint}; {name}"));
        }
    }
    None
}

fn entity_name(setting: &Setting, errors: &Errors) -> Option<LitStr> {
    let literal = setting.string("customer", errors)?;
    if literal.value().is_empty() {
        errors.at(&literal, "an entity has a name of at least one character; write a name");
    }
    Some(literal)
}

/// The value of `rename_all`.
pub(crate) fn rename_all(setting: &Setting, errors: &Errors) -> Option<Case> {
    let literal = setting.string("camelCase", errors)?;
    let name = literal.value();
    let case = Case::parse(&name);
    if case.is_none() {
        let hint = similar(&name, Case::NAMES);
        errors.at(literal, format_args!("unknown case `{name}`{hint} (known here: {})", Case::NAMES.join(", ")));
    }
    case
}

/// The inside of `index(gsi1, hash_key = "..")`.
struct IndexEntries {
    name: LitStr,
    settings: Punctuated<Setting, Token![,]>,
}

impl Parse for IndexEntries {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = if input.peek(LitStr) {
            input.parse()?
        } else {
            let ident = input.call(Ident::parse_any)?;
            LitStr::new(&ident.unraw().to_string(), ident.span())
        };
        if input.peek(Token![=]) {
            return Err(syn::Error::new(name.span(), format!("an index is named first; write `{INDEX_EXAMPLE}`")));
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok(IndexEntries { name, settings: Punctuated::parse_terminated(input)? })
    }
}

fn index(setting: &Setting, errors: &Errors) -> Option<IndexOption> {
    let entries = setting.list(IndexEntries::parse, false, INDEX_EXAMPLE, errors)?;
    let mut hash_key = Once::default();
    let mut range_key = Once::default();
    let before = errors.count();
    for entry in &entries.settings {
        match entry.name().as_str() {
            "hash_key" | "partition_key" => hash_key.set(entry, index_keys(entry, errors), errors),
            "range_key" | "sort_key" => range_key.set(entry, index_keys(entry, errors), errors),
            _ => entry.unknown(INDEX_KNOWN, errors),
        }
    }
    if !hash_key.is_set() && !range_key.is_set() && errors.count() == before {
        errors.at(&entries.name, format_args!("a model in an index has keys there; write `{INDEX_EXAMPLE}`"));
    }
    Some(IndexOption { name: entries.name, hash_key, range_key })
}

/// The source of the key, or in `hash_key(..)` of each of its attributes.
fn index_keys(entry: &Setting, errors: &Errors) -> Option<Vec<IndexKeyOption>> {
    if !entry.is_list() {
        return index_key(entry, errors).map(|key| vec![key]);
    }
    let example = format!("{}(\"TENANT#{{tenant}}\", region)", entry.key);
    let entries = entry.list(Punctuated::<IndexKeyEntry, Token![,]>::parse_terminated, false, &example, errors)?;
    if entries.is_empty() {
        errors.at(&entry.key, format_args!("a key of several attributes has one entry for each; write `{example}`"));
        return None;
    }
    let key = |entry| match entry {
        IndexKeyEntry::Template(literal) => Template::parse(literal, errors).map(IndexKeyOption::Template),
        IndexKeyEntry::Field(field) => Some(IndexKeyOption::Field(field)),
    };
    // All of them, so that all their mistakes are told.
    let keys: Vec<Option<IndexKeyOption>> = entries.into_iter().map(key).collect();
    keys.into_iter().collect()
}

/// An entry of `hash_key(..)`.
enum IndexKeyEntry {
    Template(LitStr),
    Field(Ident),
}

impl Parse for IndexKeyEntry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) {
            return input.parse().map(IndexKeyEntry::Template);
        }
        let field = input.call(Ident::parse_any);
        field.map(IndexKeyEntry::Field).map_err(|error| {
            syn::Error::new(error.span(), "a key attribute is a template in quotes, or the name of a field")
        })
    }
}

/// A template in quotes, or the name of a field.
fn index_key(entry: &Setting, errors: &Errors) -> Option<IndexKeyOption> {
    if let Some(path) = entry.as_path()
        && let Some(field) = path.get_ident()
    {
        return Some(IndexKeyOption::Field(field.clone()));
    }
    template(entry, errors).map(IndexKeyOption::Template)
}
