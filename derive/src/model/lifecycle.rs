//! How long items live: the options of it, and what they mean together.

use proc_macro2::Ident;
use syn::{Expr, ExprLit, Lit};

use super::ir::Model;
use super::options::ModelOptions;
use crate::errors::Errors;
use crate::hint::similar;
use crate::lifetime::Lifetime;
use crate::name::Name;
use crate::setting::{Entry, Once, Setting};

/// The options of `#[model(..)]` on the struct about expiration (TTL).
#[derive(Default)]
pub(super) struct Lifecycle {
    pub(super) ttl: Once<Lifetime>,
    pub(super) ttl_attribute: Once<Name>,
    pub(super) refresh_ttl: Once<bool>,
    pub(super) refresh_after: Once<f64>,
    /// Whether expired items are hidden.
    pub(super) hides: Once<bool>,
}

/// The options of the TTL.
pub(super) const OPTIONS: &[Entry<ModelOptions>] = &[
    ("ttl", |options, setting, errors| {
        options.lifecycle.ttl.set(setting, Some(Lifetime::parse(setting, errors)), errors);
    }),
    ("ttl_attribute", |options, setting, errors| {
        options.lifecycle.ttl_attribute.set(setting, attribute(setting, errors), errors);
    }),
    ("refresh_ttl", |options, setting, errors| {
        options.lifecycle.refresh_ttl.set(setting, setting.switch(errors), errors);
    }),
    ("refresh_after", |options, setting, errors| {
        options.lifecycle.refresh_after.set(setting, part(setting, errors), errors);
    }),
    ("expired", |options, setting, errors| options.lifecycle.hides.set(setting, hides(setting, errors), errors)),
];

fn attribute(setting: &Setting, errors: &Errors) -> Option<Name> {
    setting.string("expires_at", errors).map(|literal| Name::written(&literal, errors))
}

/// A part of the ttl: 0 to 1.
fn part(setting: &Setting, errors: &Errors) -> Option<f64> {
    let expr = setting.expr("0.1", errors)?;
    let part: Option<f64> = match expr {
        Expr::Lit(ExprLit { lit: Lit::Float(literal), .. }) => literal.base10_parse().ok(),
        Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => literal.base10_parse().ok(),
        _ => None,
    };
    let part = part.filter(|part| (0.0..=1.0).contains(part));
    if part.is_none() {
        errors.at(expr, "`refresh_after` is a part of the ttl, from 0 to 1; write `refresh_after = 0.1`");
    }
    part
}

fn hides(setting: &Setting, errors: &Errors) -> Option<bool> {
    let literal = setting.string("hide", errors)?;
    match literal.value().as_str() {
        "hide" => return Some(true),
        "return" => return Some(false),
        other => {
            let hint = similar(other, ["hide", "return"]);
            errors.at(&literal, format_args!("`expired` is \"hide\" or \"return\"{hint}; write `expired = \"hide\"`"));
        }
    }
    None
}

impl Model {
    /// How long items live whose save says nothing of it: the field's word, else the struct's.
    pub(super) fn lifetime(&self) -> Option<Lifetime> {
        let of_field = self.ttl.and_then(|field| self.fields[field].options.ttl.get());
        of_field.or(self.lifecycle.ttl.get()).copied()
    }

    /// Whether singlet writes the TTL attribute, since no field does.
    pub(super) fn is_expiry_kept(&self) -> bool {
        self.ttl.is_none() && self.lifecycle.ttl.is_set()
    }

    /// The TTL attribute of a model whose table is only a name.
    pub(super) fn own_ttl_attribute(&self) -> Option<String> {
        match self.ttl {
            Some(field) => Some(self.fields[field].name.text.clone()),
            None if !self.is_expiry_kept() => None,
            None => Some(self.lifecycle.ttl_attribute.get().map_or("expires_at", |name| name.text.as_str()).to_owned()),
        }
    }
}

/// Rules that need no types.
pub(super) fn check(model: &Model, errors: &Errors) {
    one_ttl(model, errors);
    ttl_attribute(model, errors);
    // A function says the whole config; what is beside it is told already.
    if !model.config.is_set() {
        refresh(model, errors);
        hidden(model, errors);
    }
}

/// The options that say something of the config; a `ttl` alone may only mark the TTL attribute.
pub(super) fn of_config(model: &Model) -> impl Iterator<Item = &Ident> {
    let Lifecycle { ttl, refresh_ttl, refresh_after, hides, .. } = &model.lifecycle;
    let of_field = model.ttl.map(|field| &model.fields[field].options.ttl);
    let is_value = |option: &Once<Lifetime>| matches!(option.get(), Some(Lifetime::Seconds(_)));
    // Beside a TTL field, that of the struct marks nothing.
    let of_struct = Some(ttl).filter(|ttl| is_value(ttl) || of_field.is_some_and(|of_field| !of_field.is_set()));
    let ttls = of_struct.into_iter().chain(of_field.filter(|of_field| is_value(of_field)));
    ttls.filter_map(Once::key).chain(refresh_ttl.key()).chain(refresh_after.key()).chain(hides.key())
}

/// The ttl stands on the field or on the struct.
fn one_ttl(model: &Model, errors: &Errors) {
    let Some(field) = model.ttl.map(|field| &model.fields[field]) else { return };
    if let Some(option) = model.lifecycle.ttl.key().filter(|_| field.options.ttl.is_set()) {
        let rule = format!("the TTL field `{}` already has a `ttl`; set it there, and remove this", field.ident);
        errors.at(option, rule);
    }
}

/// The TTL attribute is named in one place.
fn ttl_attribute(model: &Model, errors: &Errors) {
    let Lifecycle { ttl, ttl_attribute: option, .. } = &model.lifecycle;
    let Some(name) = option.get() else { return };
    if let Some(field) = model.ttl.map(|field| &model.fields[field]) {
        let fix = "rename that with `#[model(rename = \"..\")]`, and remove this";
        errors.at(option, format_args!("the TTL attribute is the field `{}`; {fix}", field.ident));
    } else if model.has_derived_table() {
        let fix = format!("write `ttl = \"{}\"` in its `#[table(..)]`, and remove this", name.text);
        errors.at(option, format_args!("a table type defines its TTL attribute; {fix}"));
    } else if !ttl.is_set() {
        let fix = "add `ttl = \"30m\"`, or remove `ttl_attribute`";
        errors.at(option, format_args!("nothing says how long an item lives; {fix}"));
    }
}

/// What refreshes needs a ttl to refresh by.
fn refresh(model: &Model, errors: &Errors) {
    let Lifecycle { refresh_ttl, refresh_after, .. } = &model.lifecycle;
    for option in [refresh_ttl.key(), refresh_after.key()].into_iter().flatten().filter(|_| model.lifetime().is_none())
    {
        let fix = format!("add `ttl = \"30m\"`, or `ttl` for the client's, or remove `{option}`");
        errors.at(
            option,
            format_args!("access extends the TTL of an item to the model's `ttl`, but the model has none; {fix}"),
        );
    }
}

/// An expired item is known by its TTL attribute; whether a table type has one, the compiler sees.
fn hidden(model: &Model, errors: &Errors) {
    let option = &model.lifecycle.hides;
    if option.is_set() && !model.has_derived_table() && model.own_ttl_attribute().is_none() {
        let fix = "add a field of type `TTLAttribute`, or `ttl = \"30m\"` to the struct, or remove `expired`";
        errors.at(option, format_args!("nothing says when an item expires; {fix}"));
    }
}
