//! Schema numbers: the options of them, and what they mean together.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Lit, LitInt, Path, Token};

use super::options::ModelOptions;
use crate::errors::Errors;
use crate::setting::{Entry, Once, Setting};

/// The options of `#[model(..)]` on the struct about its schema.
#[derive(Default)]
pub(super) struct Numbered {
    schema: Once<LitInt>,
    upgrade: Once<Vec<Path>>,
}

pub(super) const OPTIONS: &[Entry<ModelOptions>] = &[
    ("schema", |options, setting, errors| options.numbered.schema.set(setting, number(setting, errors), errors)),
    ("upgrade", |options, setting, errors| options.numbered.upgrade.set(setting, upgrades(setting, errors), errors)),
];

fn number(setting: &Setting, errors: &Errors) -> Option<LitInt> {
    let expr = setting.expr("2", errors)?;
    if let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = expr
        && number.base10_parse::<u32>().is_ok_and(|number| (1..=1_000).contains(&number))
    {
        return Some(number.clone());
    }
    errors.at(expr, "`schema` is a number from 1 to 1000; write `schema = 2`");
    None
}

/// The functions of `upgrade(..)`, or the one of `upgrade = ..`.
fn upgrades(setting: &Setting, errors: &Errors) -> Option<Vec<Path>> {
    if let Some(path) = setting.as_path() {
        return Some(vec![path.clone()]);
    }
    let parser = Punctuated::<Path, Token![,]>::parse_terminated;
    let paths = setting.list(parser, false, "upgrade(from_1_to_2, from_2_to_3)", errors)?;
    Some(paths.into_iter().collect())
}

impl Numbered {
    /// There is one function for each step.
    pub(super) fn check(&self, errors: &Errors) {
        let steps = self.upgrade.get().map_or(0, Vec::len);
        let wanted = |number: &LitInt| number.base10_parse::<usize>().map_or(0, |number| number - 1);
        match (self.schema.get(), self.upgrade.key()) {
            (None, Some(upgrade)) => {
                errors.at(upgrade, format_args!("`{upgrade}` leads to a schema number; add `schema = {}`", steps + 1));
            }
            (Some(number), _) if wanted(number) != steps => {
                let wanted = wanted(number);
                let message = format!(
                    "schema {number} takes {wanted} upgrade functions, one for each step from schema 1, and there are {steps}; \
                     write `upgrade(from_1_to_2, ..)`"
                );
                errors.at(number, message);
            }
            _ => {}
        }
    }

    /// The number, as written.
    pub(super) fn number(&self) -> Option<&LitInt> {
        self.schema.get()
    }

    /// The constant with the functions, and the call that adds the number to the schema of the model.
    pub(super) fn expand(&self) -> Option<(TokenStream, TokenStream)> {
        let number = self.schema.get()?;
        let upgrades = self
            .upgrade
            .get()
            .into_iter()
            .flatten()
            .map(|path| quote_spanned!(path.span()=> |item| __rt::UpgradeOutcome::into_result(#path(item))));
        let constant = quote!(const __UPGRADES: &[__rt::Upgrade] = &[#(#upgrades),*];);
        let call = quote! {
            .number(__rt::SchemaNumber {
                attribute: __TABLE.schema_attribute,
                number: #number,
                upgrades: __UPGRADES,
            })
        };
        Some((constant, call))
    }

    /// The statement that writes the number.
    pub(super) fn write(&self) -> Option<TokenStream> {
        let number = self.schema.get()?;
        Some(quote!(__rt::write_schema_number(writer, __TABLE.schema_attribute, #number);))
    }
}
