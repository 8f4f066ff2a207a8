//! From the syntax of a type with `#[derive(Collection)]` to its IR.

use quote::ToTokens as _;
use syn::{Data, DeriveInput, Fields, Path, Type, Variant};

use super::ir::{Collection, CollectionShape, Holds, Other, Row, Slot};
use crate::container::refuse_generics;
use crate::errors::Errors;
use crate::krate::Krate;
use crate::setting::{Known, Once, settings};
use crate::shape::{option_inner, vec_inner};

const KNOWN: Known<CollectionOptions> = Known::new(&[&[
    ("deny_unknown", |options, setting, errors| options.deny_unknown.set(setting, setting.switch(errors), errors)),
    ("index_only", |options, setting, errors| options.index_only.set(setting, setting.switch(errors), errors)),
    ("crate", |options, setting, errors| {
        options.krate.set(setting, setting.path("my_crate::singlet", errors), errors);
    }),
]]);

const VARIANT_KNOWN: Known<Once<()>> =
    Known::new(&[&[("other", |other, setting, errors| other.mark(setting, errors))]]);

/// The options of `#[collection(..)]` on the type.
#[derive(Default)]
struct CollectionOptions {
    deny_unknown: Once<bool>,
    index_only: Once<bool>,
    krate: Once<Path>,
}

pub(super) fn parse(input: &DeriveInput, errors: &Errors) -> Option<Collection> {
    refuse_generics(&input.generics, "Collection", errors);
    let mut options = CollectionOptions::default();
    for setting in settings(&input.attrs, "collection", errors) {
        KNOWN.take(&mut options, &setting, errors);
    }
    let shape = shape(input, errors)?;
    let count = match &shape {
        CollectionShape::Slots(slots) => slots.len(),
        CollectionShape::Rows { rows, .. } => rows.len(),
    };
    if count == 0 && errors.is_empty() {
        errors.at(&input.ident, "a collection has at least one model; add a field or a variant that holds one");
    }
    refuse_twins(&shape, errors);
    if let (CollectionShape::Rows { other: Some(other), .. }, Some(true)) = (&shape, options.deny_unknown.get()) {
        let message =
            format!("`{}` takes the items of unknown models; remove `deny_unknown`, or the variant", other.ident);
        errors.at(&options.deny_unknown, message);
    }
    Some(Collection {
        ident: input.ident.clone(),
        krate: Krate::new(options.krate.into_inner()),
        shape,
        deny_unknown: options.deny_unknown.into_inner().unwrap_or(false),
        index_only: options.index_only.into_inner().unwrap_or(false),
    })
}

fn shape(input: &DeriveInput, errors: &Errors) -> Option<CollectionShape> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                Some(CollectionShape::Slots(fields.named.iter().filter_map(|field| slot(field, errors)).collect()))
            }
            _ => {
                let message = format!("a collection has named fields; write `struct {} {{ .. }}`", input.ident);
                errors.at(&input.ident, message);
                None
            }
        },
        Data::Enum(data) => {
            let mut rows = Vec::new();
            let mut other = None;
            for variant in &data.variants {
                parse_variant(variant, &mut rows, &mut other, errors);
            }
            Some(CollectionShape::Rows { rows, other })
        }
        Data::Union(union) => {
            errors.at(union.union_token, "`Collection` is derived for structs and enums; write `struct` or `enum`");
            None
        }
    }
}

fn slot(field: &syn::Field, errors: &Errors) -> Option<Slot> {
    for setting in settings(&field.attrs, "collection", errors) {
        if setting.name() == "other" {
            errors.at(&setting.key, "a struct cannot hold items of unknown models; use an enum, or remove `other`");
        } else {
            errors.at(&setting.key, format_args!("a field of a collection has no options; remove `{}`", setting.key));
        }
    }
    let (model, holds) = if let Some(model) = option_inner(&field.ty) {
        (model, Holds::Optional)
    } else if let Some(model) = vec_inner(&field.ty) {
        (model, Holds::Many)
    } else {
        (&field.ty, Holds::One)
    };
    Some(Slot { ident: field.ident.clone()?, model: model.clone(), holds })
}

fn parse_variant(variant: &Variant, rows: &mut Vec<Row>, other: &mut Option<Box<Other>>, errors: &Errors) {
    let mut marked = Once::default();
    for setting in settings(&variant.attrs, "collection", errors) {
        VARIANT_KNOWN.take(&mut marked, &setting, errors);
    }
    let Some(ty) = payload(variant) else {
        let example = if marked.is_set() { "Item" } else { "Customer" };
        let message = format!("a variant of a collection holds one item; write `{}({example})`", variant.ident);
        errors.at(variant, message);
        return;
    };
    if !marked.is_set() {
        rows.push(Row { ident: variant.ident.clone(), model: ty.clone() });
    } else if let Some(first) = other {
        let message = format!("`{}` already takes the items of unknown models; remove one `other`", first.ident);
        errors.at(&marked, message);
    } else {
        *other = Some(Box::new(Other { ident: variant.ident.clone(), ty: ty.clone() }));
    }
}

/// The one type in a variant.
fn payload(variant: &Variant) -> Option<&Type> {
    match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first().map(|field| &field.ty),
        _ => None,
    }
}

/// A model stands once: which of two places its items belong to, nothing says.
fn refuse_twins(shape: &CollectionShape, errors: &Errors) {
    let mut seen: Vec<String> = Vec::new();
    for model in shape.models() {
        let written = model.to_token_stream().to_string();
        if seen.contains(&written) {
            errors.at(model, "the collection already has this model, so its items would have two places; remove one");
        }
        seen.push(written);
    }
}
