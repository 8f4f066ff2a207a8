//! The `key`, `key = value` and `key(..)` entries of an attribute such as `#[model(..)]`.

use std::fmt::Display;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, LitStr, Path, Token, parenthesized};

use crate::errors::Errors;
use crate::hint::similar;

/// One entry.
pub(crate) struct Setting {
    pub(crate) key: Ident,
    value: Value,
}

enum Value {
    None,
    Assigned(Expr),
    List(TokenStream),
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Assigned(ungrouped(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let inner;
            parenthesized!(inner in input);
            Value::List(inner.parse()?)
        } else {
            Value::None
        };
        Ok(Setting { key, value })
    }
}

/// The entries of every `#[name(..)]` among `attrs`.
pub(crate) fn settings(attrs: &[Attribute], name: &str, errors: &Errors) -> Vec<Setting> {
    let mut found = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match attr.parse_args_with(Punctuated::<Setting, Token![,]>::parse_terminated) {
            Ok(entries) => found.extend(entries),
            Err(error) => errors.add(error),
        }
    }
    found
}

impl Setting {
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    fn wrong(&self, errors: &Errors, rule: impl Display) {
        match &self.value {
            Value::None => errors.at(&self.key, rule),
            Value::Assigned(expr) => errors.at(expr, rule),
            Value::List(tokens) if tokens.is_empty() => errors.at(&self.key, rule),
            Value::List(tokens) => errors.at(tokens, rule),
        }
    }

    /// An option that is given or not: `key`, `key = true`, `key = false`.
    pub(crate) fn switch(&self, errors: &Errors) -> Option<bool> {
        match &self.value {
            Value::None => return Some(true),
            Value::Assigned(Expr::Lit(ExprLit { lit: Lit::Bool(lit), .. })) => return Some(lit.value),
            _ => self.wrong(errors, format_args!("`{0}` is on or off; write `{0}` or `{0} = false`", self.key)),
        }
        None
    }

    /// A mark without a value.
    fn mark(&self, errors: &Errors) {
        if !self.is_bare() {
            self.wrong(errors, format_args!("`{0}` takes no value here; write `{0}` alone", self.key));
        }
    }

    /// A string literal; `example` shows one.
    pub(crate) fn string(&self, example: &str, errors: &Errors) -> Option<LitStr> {
        if let Value::Assigned(Expr::Lit(ExprLit { lit: Lit::Str(lit), .. })) = &self.value {
            return Some(lit.clone());
        }
        self.wrong(errors, format_args!("`{0}` takes a string; write `{0} = \"{example}\"`", self.key));
        None
    }

    /// The path in `key = path`.
    pub(crate) fn as_path(&self) -> Option<&Path> {
        match &self.value {
            Value::Assigned(Expr::Path(path)) if path.qself.is_none() => Some(&path.path),
            _ => None,
        }
    }

    /// A path; `example` shows one.
    pub(crate) fn path(&self, example: &str, errors: &Errors) -> Option<Path> {
        if let Some(path) = self.as_path() {
            return Some(path.clone());
        }
        self.wrong(errors, format_args!("`{0}` takes a path; write `{0} = {example}`", self.key));
        None
    }

    /// An expression.
    pub(crate) fn expr(&self, example: &str, errors: &Errors) -> Option<&Expr> {
        if let Value::Assigned(expr) = &self.value {
            return Some(expr);
        }
        self.wrong(errors, format_args!("`{0}` takes a value; write `{0} = {example}`", self.key));
        None
    }

    /// Whether the setting is `key` alone.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self.value, Value::None)
    }

    /// The inside of `key(..)`, parsed by `parser`; nothing counts as an empty list where `bare`.
    pub(crate) fn list<P: Parser>(&self, parser: P, bare: bool, example: &str, errors: &Errors) -> Option<P::Output> {
        match &self.value {
            Value::List(tokens) => return errors.ok(parser.parse2(tokens.clone())),
            Value::None if bare => return errors.ok(parser.parse2(TokenStream::new())),
            _ => self.wrong(errors, format_args!("`{}` takes a list; write `{example}`", self.key)),
        }
        None
    }

    /// The inside of `key(..)` as entries.
    pub(crate) fn entries(&self, bare: bool, example: &str, errors: &Errors) -> Option<Vec<Setting>> {
        let entries = self.list(Punctuated::<Setting, Token![,]>::parse_terminated, bare, example, errors)?;
        Some(entries.into_iter().collect())
    }

    /// Whether the setting is `key(..)`.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// Whether the setting is `key = "text"`.
    pub(crate) fn is_string(&self) -> bool {
        matches!(&self.value, Value::Assigned(Expr::Lit(ExprLit { lit: Lit::Str(_), .. })))
    }
}

/// An option of an attribute: its name, and the function that takes it.
pub(crate) type Entry<T> = (&'static str, fn(&mut T, &Setting, &Errors));

/// The options of an attribute such as `#[model(..)]`.
///
/// The names that an error lists and the parsers are one table, so an option without a parser does not compile.
pub(crate) struct Known<T: 'static>(&'static [&'static [Entry<T>]]);

impl<T> Known<T> {
    pub(crate) const fn new(lists: &'static [&'static [Entry<T>]]) -> Self {
        Known(lists)
    }

    fn entries(&self) -> impl Iterator<Item = &'static Entry<T>> {
        self.0.iter().copied().flatten()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.entries().any(|(known, _)| *known == name)
    }

    /// Hands the setting to the function of its name; an unknown name is an error at its key.
    pub(crate) fn take(&self, options: &mut T, setting: &Setting, errors: &Errors) {
        let name = setting.name();
        if let Some((_, take)) = self.entries().find(|(known, _)| *known == name) {
            take(options, setting, errors);
            return;
        }
        let known: Vec<&str> = self.entries().map(|(known, _)| *known).collect();
        let hint = similar(&name, known.iter().copied());
        errors.at(&setting.key, format_args!("unknown option `{name}`{hint} (known here: {})", known.join(", ")));
    }
}

/// What a macro's `$value:literal` fragment wraps, without the invisible group.
fn ungrouped(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungrouped(*group.expr),
        expr => expr,
    }
}

/// An option that may be given once.
///
/// If its value decides how a field is stored, an option with a wrong value counts as given: without it, code that
/// uses the field would have errors of its own.
pub(crate) struct Once<T>(Option<(Ident, T)>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Once(None)
    }
}

impl Once<()> {
    /// Takes a mark. A mark with a value is an error at the value, and counts as given.
    pub(crate) fn mark(&mut self, setting: &Setting, errors: &Errors) {
        setting.mark(errors);
        self.set(setting, Some(()), errors);
    }
}

impl<T> Once<T> {
    /// Takes a value that was parsed; a second one is an error at its key.
    pub(crate) fn set(&mut self, setting: &Setting, value: Option<T>, errors: &Errors) {
        match (&self.0, value) {
            (Some((first, _)), _) => {
                let alias = if *first == setting.key { String::new() } else { format!(" (as `{first}`)") };
                errors.at(&setting.key, format_args!("`{}` is already set{alias}; set it once", setting.key));
            }
            (None, Some(value)) => self.0 = Some((setting.key.clone(), value)),
            (None, None) => {}
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }

    /// The key the option was given by, to point at.
    pub(crate) fn key(&self) -> Option<&Ident> {
        self.0.as_ref().map(|(key, _)| key)
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn into_inner(self) -> Option<T> {
        self.0.map(|(_, value)| value)
    }
}

impl<T> ToTokens for Once<T> {
    /// The key, to point at.
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if let Some((key, _)) = &self.0 {
            key.to_tokens(tokens);
        }
    }
}
