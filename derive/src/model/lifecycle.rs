//! How long items live: the options of it, and what they mean together.

use syn::{Expr, ExprLit, Lit, LitFloat, LitStr};

use super::ir::Model;
use crate::errors::Errors;
use crate::hint::similar;
use crate::lifetime::Lifetime;
use crate::setting::{Once, Setting};

/// The options of `#[model(..)]` on the struct that are about the life of items.
#[derive(Default)]
pub(super) struct Lifecycle {
    pub(super) ttl: Once<Lifetime>,
    pub(super) ttl_attribute: Once<LitStr>,
    pub(super) refresh_ttl: Once<bool>,
    pub(super) refresh_after: Once<LitFloat>,
    /// Whether expired items count as gone.
    pub(super) hides: Once<bool>,
}

impl Lifecycle {
    /// Takes the setting, if it is one of these.
    pub(super) fn take(&mut self, setting: &Setting, errors: &Errors) -> bool {
        match setting.name().as_str() {
            "ttl" => self.ttl.set(setting, Lifetime::parse(setting, errors), errors),
            "ttl_attribute" => self.ttl_attribute.set(setting, setting.string("expires_at", errors), errors),
            "refresh_ttl" => self.refresh_ttl.set(setting, setting.switch(errors), errors),
            "refresh_after" => self.refresh_after.set(setting, part(setting, errors), errors),
            "expired" => self.hides.set(setting, hides(setting, errors), errors),
            _ => return false,
        }
        true
    }
}

/// A part of the ttl: 0 to 1.
fn part(setting: &Setting, errors: &Errors) -> Option<LitFloat> {
    let expr = setting.expr("0.1", errors)?;
    if let Expr::Lit(ExprLit { lit: Lit::Float(literal), .. }) = expr
        && literal.base10_parse::<f64>().is_ok_and(|part| (0.0..=1.0).contains(&part))
    {
        return Some(literal.clone());
    }
    errors.at(expr, "`refresh_after` is a part of the ttl, from 0.0 to 1.0; write `refresh_after = 0.1`");
    None
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
            None => Some(self.lifecycle.ttl_attribute.get().map_or_else(|| "expires_at".to_owned(), LitStr::value)),
        }
    }
}

/// Rules that need no types.
pub(super) fn check(model: &Model, errors: &Errors) {
    let Lifecycle { ttl, ttl_attribute, refresh_ttl, refresh_after, hides } = &model.lifecycle;
    let of_field = model.ttl.map(|field| &model.fields[field].options.ttl);
    if let (Some(option), Some(field)) = (ttl.key(), of_field.filter(|of_field| of_field.is_set())) {
        errors.at(
            option,
            format_args!(
                "the TTL field says `{}` already; remove one of them",
                field.key().map_or_else(String::new, ToString::to_string)
            ),
        );
    }
    if model.config.is_set() {
        return config(model, errors);
    }
    if model.lifetime().is_none() {
        for option in [refresh_ttl.key(), refresh_after.key()].into_iter().flatten() {
            let fix = "add `ttl = \"30m\"`, or `ttl` for the client's";
            errors.at(
                option,
                format_args!("access lengthens the life of an item to its model's ttl, and there is none; {fix}"),
            );
        }
    }
    if let Some(option) = hides.key().filter(|_| !model.has_derived_table() && model.own_ttl_attribute().is_none()) {
        let fix = "add a field of type `TTLAttribute`, or `ttl = \"30m\"` to the struct";
        errors.at(option, format_args!("nothing says when an item expires; {fix}"));
    }
    if let Some(option) = ttl_attribute.key() {
        if model.ttl.is_some() {
            errors.at(option, "the TTL attribute is that of the TTL field; remove this, or rename the field");
        } else if model.has_derived_table() {
            errors.at(option, "the table says which its TTL attribute is; remove this");
        } else if !ttl.is_set() {
            errors.at(option, "nothing says how long an item lives; add `ttl = \"30m\"`");
        }
    }
    if let Some(attribute) = model.own_ttl_attribute().filter(|_| model.is_expiry_kept() && !model.has_derived_table())
        && let Some(field) = model.fields.iter().find(|field| field.is_attribute() && field.name.text == attribute)
    {
        let fix = "make it a `TTLAttribute`, or name another with `ttl_attribute = \"..\"`";
        let rule = format!("attribute `{attribute}` is the one that expires the item; {fix}");
        errors.add(syn::Error::new(field.name.span, rule));
    }
}

/// A function says the whole config; only which attribute expires the item stays the model's.
fn config(model: &Model, errors: &Errors) {
    let Lifecycle { ttl, refresh_ttl, refresh_after, hides, .. } = &model.lifecycle;
    let of_field = model.ttl.map(|field| &model.fields[field].options.ttl);
    let is_value = |option: &&Once<Lifetime>| matches!(option.get(), Some(Lifetime::Seconds(_)));
    let values = [Some(ttl), of_field].into_iter().flatten().filter(is_value).filter_map(Once::key);
    let others = [refresh_ttl.key(), refresh_after.key(), hides.key()].into_iter().flatten();
    for option in values.chain(others) {
        errors.at(option, format_args!("the config comes from a function; set `{option}` there, or remove `config`"));
    }
}
