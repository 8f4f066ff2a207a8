//! From the syntax of a struct with `#[derive(Projection)]` to its IR.

use syn::{DeriveInput, Path};

use super::ir::{ProjectedField, Projection};
use crate::container::named_struct;
use crate::errors::Errors;
use crate::field::{DefaultValue, default_value};
use crate::krate::Krate;
use crate::setting::{Known, Once, settings};

const KNOWN: Known<ProjectionOptions> = Known::new(&[&[
    ("of", |options, setting, errors| options.of.set(setting, setting.path("Customer", errors), errors)),
    ("crate", |options, setting, errors| {
        options.krate.set(setting, setting.path("my_crate::singlet", errors), errors);
    }),
]]);

const FIELD_KNOWN: Known<Once<DefaultValue>> = Known::new(&[&[("default", |default, setting, errors| {
    default.set(setting, Some(default_value(setting, errors)), errors);
})]]);

/// The options of `#[projection(..)]` on the struct.
#[derive(Default)]
struct ProjectionOptions {
    of: Once<Path>,
    krate: Once<Path>,
}

pub(super) fn parse(input: &DeriveInput, errors: &Errors) -> Option<Projection> {
    let mut options = ProjectionOptions::default();
    let fields = named_struct(input, "Projection", errors)?;
    for setting in settings(&input.attrs, "projection", errors) {
        KNOWN.take(&mut options, &setting, errors);
    }
    if !options.of.is_set() && errors.is_empty() {
        errors.at(&input.ident, "a projection is of a model; write `#[projection(of = Customer)]`");
    }
    if fields.named.is_empty() {
        errors.at(&input.ident, "a projection has at least one attribute; add a field of the model");
    }
    if fields.named.len() > 240 {
        errors.at(&input.ident, "a projection has at most 240 fields; read the model itself");
    }
    Some(Projection {
        ident: input.ident.clone(),
        krate: Krate::new(options.krate.into_inner()),
        of: options.of.into_inner()?,
        fields: fields.named.iter().filter_map(|field| parse_field(field, errors)).collect(),
    })
}

fn parse_field(field: &syn::Field, errors: &Errors) -> Option<ProjectedField> {
    let mut default = Once::default();
    for setting in settings(&field.attrs, "projection", errors) {
        match setting.name().as_str() {
            "rename" => errors.at(&setting.key, "a projection uses the names of the model; remove `rename`"),
            "serde" | "compressed" | "flatten" => {
                errors.at(
                    &setting.key,
                    format_args!("the model defines how the attribute is stored; remove `{}`", setting.key),
                );
            }
            _ => FIELD_KNOWN.take(&mut default, &setting, errors),
        }
    }
    Some(ProjectedField { ident: field.ident.clone()?, ty: field.ty.clone(), default: default.into_inner() })
}
