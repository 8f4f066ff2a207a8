//! The options of `#[model(..)]` on a struct, each checked by itself.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Path, Token};

use super::lifecycle::{self, Lifecycle};
use super::numbered::{self, Numbered};
use crate::case::Case;
use crate::errors::Errors;
use crate::hint::similar;
use crate::name::Name;
use crate::setting::{Entry, Known, Once, Setting, settings};
use crate::template::Template;

const KNOWN: Known<ModelOptions> = Known::new(&[OPTIONS, numbered::OPTIONS, lifecycle::OPTIONS, CRATE]);

const OPTIONS: &[Entry<ModelOptions>] = &[
    ("table", |options, setting, errors| options.table.set(setting, table(setting, errors), errors)),
    ("hash_key", |options, setting, errors| options.hash_key.set(setting, template(setting, errors), errors)),
    ("range_key", |options, setting, errors| options.range_key.set(setting, template(setting, errors), errors)),
    ("partition_key", |options, setting, errors| options.hash_key.set(setting, template(setting, errors), errors)),
    ("sort_key", |options, setting, errors| options.range_key.set(setting, template(setting, errors), errors)),
    ("index", |options, setting, errors| options.indexes.extend(index(setting, errors))),
    ("config", |options, setting, errors| options.config.set(setting, setting.path("my_config", errors), errors)),
    ("max_size", |options, setting, errors| options.max_size.set(setting, bytes(setting, errors), errors)),
    ("skip_hooks", |options, setting, errors| options.skip_hooks.set(setting, setting.switch(errors), errors)),
    ("consistent_read", |options, setting, errors| {
        options.consistent_read.set(setting, setting.switch(errors), errors);
    }),
    ("entity", |options, setting, errors| options.entity.set(setting, entity(setting, errors), errors)),
    ("entity_name", |options, setting, errors| options.entity_name.set(setting, entity_name(setting, errors), errors)),
    ("entity_alias", |options, setting, errors| options.entity_aliases.extend(entity_name(setting, errors))),
    ("deny_unknown_attributes", |options, setting, errors| options.deny_unknown.mark(setting, errors)),
    ("key_escape", |options, setting, errors| options.key_escape.set(setting, setting.switch(errors), errors)),
    ("empty_key_parts", |options, setting, errors| {
        options.empty_key_parts.set(setting, setting.switch(errors), errors);
    }),
    ("rename_all", |options, setting, errors| options.rename_all.set(setting, rename_all(setting, errors), errors)),
    ("write_mark", |options, setting, errors| options.write_mark.set(setting, mark(setting, errors), errors)),
    ("validate", |options, setting, errors| {
        options.validate.set(setting, setting.path("check_order", errors), errors);
    }),
    ("hooks", |options, setting, errors| options.hooks.set(setting, setting.switch(errors), errors)),
];

const CRATE: &[Entry<ModelOptions>] = &[("crate", |options, setting, errors| {
    options.krate.set(setting, setting.path("my_crate::singlet", errors), errors);
})];

const INDEX_KNOWN: Known<IndexKeyOptions> = Known::new(&[&[
    ("hash_key", |keys, entry, errors| keys.hash_key.set(entry, index_keys(entry, errors), errors)),
    ("range_key", |keys, entry, errors| keys.range_key.set(entry, index_keys(entry, errors), errors)),
    ("partition_key", |keys, entry, errors| keys.hash_key.set(entry, index_keys(entry, errors), errors)),
    ("sort_key", |keys, entry, errors| keys.range_key.set(entry, index_keys(entry, errors), errors)),
    ("when", |keys, entry, errors| keys.when.set(entry, when(entry, errors), errors)),
]]);
const INDEX_EXAMPLE: &str = "index(gsi1, hash_key = \"EMAIL#{email}\")";

/// The options of `#[model(..)]` on the struct, as they are written.
#[derive(Default)]
pub(super) struct ModelOptions {
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
    pub(super) entity_aliases: Vec<LitStr>,
    pub(super) deny_unknown: Once<()>,
    pub(super) key_escape: Once<bool>,
    pub(super) empty_key_parts: Once<bool>,
    pub(super) rename_all: Once<Case>,
    /// The attribute by which a write recognizes what it stored itself.
    pub(super) write_mark: Once<Name>,
    pub(super) validate: Once<Path>,
    pub(super) hooks: Once<bool>,
    pub(super) lifecycle: Lifecycle,
    pub(super) numbered: Numbered,
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
    pub(super) when: Once<WhenOption>,
}

/// The function that decides whether an item is in an index.
pub(super) struct WhenOption {
    pub(super) function: Path,
    /// The fields that it takes; `None` if it takes the whole value.
    pub(super) fields: Option<Vec<Ident>>,
}

/// The key options of an index.
#[derive(Default)]
struct IndexKeyOptions {
    hash_key: Once<Vec<IndexKeyOption>>,
    range_key: Once<Vec<IndexKeyOption>>,
    when: Once<WhenOption>,
}

/// A key attribute of a model in an index.
pub(super) enum IndexKeyOption {
    Template(Template),
    /// The field that is the key attribute itself.
    Field(Ident),
}

impl ModelOptions {
    pub(super) fn parse(attrs: &[Attribute], errors: &Errors) -> Self {
        let mut options = ModelOptions::default();
        for setting in settings(attrs, "model", errors) {
            KNOWN.take(&mut options, &setting, errors);
        }
        options
    }
}

fn table(setting: &Setting, errors: &Errors) -> Option<TableOption> {
    if setting.is_string() {
        let name = setting.string("users", errors)?;
        crate::table::check_table_name(&name, errors);
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

fn mark(setting: &Setting, errors: &Errors) -> Option<Name> {
    setting.string("written_by", errors).map(|literal| Name::written(&literal, errors))
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
    let mut keys = IndexKeyOptions::default();
    let before = errors.count();
    for entry in &entries.settings {
        INDEX_KNOWN.take(&mut keys, entry, errors);
    }
    let IndexKeyOptions { hash_key, range_key, when } = keys;
    if !hash_key.is_set() && !range_key.is_set() && errors.count() == before {
        errors.at(
            &entries.name,
            format_args!("an index entry sets the keys of the model in that index; write `{INDEX_EXAMPLE}`"),
        );
    }
    Some(IndexOption { name: entries.name, hash_key, range_key, when })
}

/// A function of the whole value, or of some fields.
fn when(entry: &Setting, errors: &Errors) -> Option<WhenOption> {
    if let Some(function) = entry.as_path() {
        return Some(WhenOption { function: function.clone(), fields: None });
    }
    let expr = entry.expr("Order::is_open(state)", errors)?;
    if let Expr::Call(call) = expr
        && let Expr::Path(function) = &*call.func
    {
        let field = |expr: &Expr| match expr {
            Expr::Path(path) => path.path.get_ident().cloned(),
            _ => None,
        };
        let fields: Option<Vec<Ident>> = call.args.iter().map(field).collect();
        if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
            return Some(WhenOption { function: function.path.clone(), fields: Some(fields) });
        }
    }
    errors.at(expr, "`when` takes a function and the fields that it needs; write `when = Order::is_open(state)`");
    None
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
