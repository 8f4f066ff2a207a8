//! From the syntax of a type with `#[derive(Attribute)]` to its IR, with the rules that need one variant or field.

use std::collections::HashMap;

use proc_macro2::Ident;
use syn::{Data, DataEnum, DataStruct, DeriveInput, Fields, LitStr, Member, Path};

use super::ir;
use super::ir::{Content, Newtype, Shape, UnitVariant, Variant};
use super::variant_paths::path_ident;
use crate::case::Case;
use crate::container::refuse_generics;
use crate::errors::Errors;
use crate::field::{Field, Owner};
use crate::krate::Krate;
use crate::model::{attribute_names, name_count, rename_all};
use crate::name::Name;
use crate::setting::{Known, Once, settings};

const KNOWN: Known<TypeOptions> = Known::new(&[&[
    ("rename_all", |options, setting, errors| options.rename_all.set(setting, rename_all(setting, errors), errors)),
    ("tag", |options, setting, errors| options.tag.set(setting, setting.string("kind", errors), errors)),
    ("untagged", |options, setting, errors| options.untagged.mark(setting, errors)),
    ("transparent", |options, setting, errors| options.transparent.mark(setting, errors)),
    ("crate", |options, setting, errors| {
        options.krate.set(setting, setting.path("my_crate::singlet", errors), errors);
    }),
]]);

const VARIANT_KNOWN: Known<VariantOptions> = Known::new(&[&[
    ("rename", |options, setting, errors| options.rename.set(setting, setting.string("name", errors), errors)),
    ("rename_all", |options, setting, errors| {
        if options.has_named_fields {
            options.rename_all.set(setting, rename_all(setting, errors), errors);
        } else {
            errors.at(&setting.key, "this variant has no named fields; remove `rename_all`");
        }
    }),
]]);

/// The options of `#[attribute(..)]` on the type.
#[derive(Default)]
struct TypeOptions {
    rename_all: Once<Case>,
    tag: Once<LitStr>,
    untagged: Once<()>,
    transparent: Once<()>,
    krate: Once<Path>,
}

/// The options of `#[attribute(..)]` on a variant.
#[derive(Default)]
struct VariantOptions {
    has_named_fields: bool,
    rename: Once<LitStr>,
    rename_all: Once<Case>,
}

pub(super) fn parse(input: &DeriveInput, errors: &Errors) -> ir::Attribute {
    refuse_generics(&input.generics, "Attribute", errors);
    let mut options = TypeOptions::default();
    for setting in settings(&input.attrs, "attribute", errors) {
        KNOWN.take(&mut options, &setting, errors);
    }
    let shape = match &input.data {
        Data::Struct(data) => struct_shape(input, data, &options, errors),
        Data::Enum(data) => Some(enum_shape(input, data, &options, errors)),
        Data::Union(union) => {
            errors.at(union.union_token, "`Attribute` is derived for structs and enums; write `struct` or `enum`");
            None
        }
    };
    ir::Attribute {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        krate: Krate::new(options.krate.into_inner()),
        shape,
    }
}

fn struct_shape(input: &DeriveInput, data: &DataStruct, options: &TypeOptions, errors: &Errors) -> Option<Shape> {
    if let Some(tag) = options.tag.key() {
        errors.at(tag, "`tag` names the variant of an enum; remove it");
    }
    if let Some(untagged) = options.untagged.key() {
        errors.at(untagged, "`untagged` is for an enum; remove it");
    }
    let transparent = options.transparent.is_set();
    match &data.fields {
        Fields::Named(fields) if !transparent => {
            let case = options.rename_all.get().copied();
            let fields = record_fields(fields.named.iter(), case, errors);
            check_count(&input.ident, name_count(&fields), FIELD_COUNT, errors);
            return Some(Shape::Struct(fields));
        }
        Fields::Named(fields) if fields.named.len() != 1 => {
            errors.at(
                &options.transparent,
                "a transparent struct has one field; remove `transparent`, and it is stored as a map",
            );
        }
        Fields::Unnamed(fields) if fields.unnamed.len() != 1 => {
            let fix = "use a struct with named fields, which is stored as a map";
            errors.at(
                &input.ident,
                format_args!(
                    "a tuple struct is stored as the one value in it, and this has {}; {fix}",
                    fields.unnamed.len()
                ),
            );
        }
        Fields::Unit => {
            errors.at(&input.ident, "a unit struct has nothing to store; use a struct with fields, or an enum");
        }
        fields => return newtype(fields, options, errors),
    }
    None
}

fn newtype(fields: &Fields, options: &TypeOptions, errors: &Errors) -> Option<Shape> {
    if let Some(case) = options.rename_all.key() {
        errors.at(case, "a newtype is stored as what it wraps, without a name; remove `rename_all`");
    }
    let field = fields.iter().next()?;
    for setting in settings(&field.attrs, "attribute", errors) {
        errors.at(&setting.key, format_args!("a newtype is stored as what it wraps; remove `{}`", setting.key));
    }
    let member = field.ident.clone().map_or_else(|| Member::from(0), Member::Named);
    Some(Shape::Newtype(Newtype { member, ty: field.ty.clone() }))
}

fn record_fields<'a>(fields: impl Iterator<Item = &'a syn::Field>, case: Option<Case>, errors: &Errors) -> Vec<Field> {
    let fields: Vec<Field> = fields.filter_map(|field| Field::parse(field, Owner::Nested, case, errors)).collect();
    attribute_names(&fields, errors);
    fields
}

/// Fields and variants are numbered in one byte, and some numbers are taken.
fn check_count(ident: &Ident, count: usize, rule: &str, errors: &Errors) {
    if count > 240 {
        errors.at(ident, rule);
    }
}

const FIELD_COUNT: &str = "a struct has at most 240 fields, aliases included; put some into a nested struct";
const VARIANT_COUNT: &str = "an enum has at most 240 variants; put some into a nested enum";

fn enum_shape(input: &DeriveInput, data: &DataEnum, options: &TypeOptions, errors: &Errors) -> Shape {
    if let Some(transparent) = options.transparent.key() {
        errors.at(transparent, "`transparent` is for a struct of one field; remove it");
    }
    if data.variants.is_empty() {
        errors.at(&input.ident, "an enum without variants has no values to store; add a variant");
    }
    let case = options.rename_all.get().copied();
    let tag = options.tag.get().map(|tag| Name::written(tag, errors));
    let is_untagged = options.untagged.is_set();
    let parse = |variant| parse_variant(variant, case, tag.as_ref(), is_untagged, errors);
    let mut variants: Vec<Variant> = data.variants.iter().filter_map(parse).collect();
    for variant in &mut variants {
        // The fields of a variant are as visible as the enum, and so are their paths.
        if let Content::Struct(fields) = &mut variant.content {
            for field in fields {
                field.vis = input.vis.clone();
            }
        }
    }
    check_count(&input.ident, variants.len(), VARIANT_COUNT, errors);
    if let Some(untagged) = options.untagged.key() {
        check_untagged(untagged, options, &variants, errors);
        return Shape::Untagged(variants);
    }
    variant_names(&variants, errors);
    if tag.is_none() && data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) {
        let unit = |variant: Variant| UnitVariant { ident: variant.ident, name: variant.name };
        return Shape::UnitEnum(variants.into_iter().map(unit).collect());
    }
    path_names(&variants, errors);
    Shape::DataEnum(ir::DataEnum { tag, variants })
}

fn parse_variant(
    variant: &syn::Variant,
    case: Option<Case>,
    tag: Option<&Name>,
    is_untagged: bool,
    errors: &Errors,
) -> Option<Variant> {
    let has_named_fields = matches!(variant.fields, Fields::Named(_));
    let mut options = VariantOptions { has_named_fields, ..VariantOptions::default() };
    for setting in settings(&variant.attrs, "attribute", errors) {
        VARIANT_KNOWN.take(&mut options, &setting, errors);
    }
    let content = match &variant.fields {
        Fields::Unit => Content::Unit,
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            let field = &fields.unnamed[0];
            for setting in settings(&field.attrs, "attribute", errors) {
                errors
                    .at(&setting.key, format_args!("the variant is stored as what it wraps; remove `{}`", setting.key));
            }
            Content::Newtype(field.ty.clone())
        }
        Fields::Unnamed(_) => {
            let fix = "name the fields, as in";
            errors.at(
                &variant.ident,
                format_args!("a variant holds nothing, one value or named fields; {fix} `{} {{ .. }}`", variant.ident),
            );
            return None;
        }
        Fields::Named(fields) => {
            let fields = record_fields(fields.named.iter(), options.rename_all.get().copied(), errors);
            check_count(&variant.ident, name_count(&fields), FIELD_COUNT, errors);
            tag_is_no_field(&fields, tag, errors);
            Content::Struct(fields)
        }
    };
    if let Some(rename) = options.rename.key().filter(|_| is_untagged) {
        errors.at(rename, "an untagged enum stores no name of the variant; remove `rename`");
    }
    let name = Name::new(&variant.ident, options.rename.get(), case, errors);
    Some(Variant { ident: variant.ident.clone(), name, path: path_ident(&variant.ident), content })
}

/// The variants of an untagged enum are told apart by their values alone.
fn check_untagged(untagged: &Ident, options: &TypeOptions, variants: &[Variant], errors: &Errors) {
    if let Some(tag) = options.tag.key() {
        errors.at(tag, format_args!("`{untagged}` stores no name of the variant; remove `{tag}` or `{untagged}`"));
    }
    if let Some(case) = options.rename_all.key() {
        errors.at(case, format_args!("`{untagged}` stores no name of the variant; remove `{case}`"));
    }
    for variant in variants.iter().filter(|variant| matches!(variant.content, Content::Unit)) {
        let fix = format!("hold a value in it, or remove `{untagged}`");
        errors.at(&variant.ident, format_args!("`{}` has no value by which it is recognized; {fix}", variant.ident));
    }
}

fn tag_is_no_field(fields: &[Field], tag: Option<&Name>, errors: &Errors) {
    for name in fields.iter().flat_map(Field::names) {
        if tag.is_some_and(|tag| tag.text == name.text) {
            let message = format!("attribute `{}` is the tag of the enum; rename the field or the tag", name.text);
            errors.add(syn::Error::new(name.span, message));
        }
    }
}

/// Two variants whose paths would have one name.
fn path_names(variants: &[Variant], errors: &Errors) {
    for (number, variant) in variants.iter().enumerate() {
        let first = variants[..number].iter().find(|first| first.path == variant.path);
        if let Some(first) = first.filter(|first| first.name.text != variant.name.text) {
            let message = format!(
                "the paths of `{}` are already called `{}`; rename the variant, and keep its stored name with \
                 `#[attribute(rename = \"{}\")]`",
                first.ident, variant.path, variant.name.text,
            );
            errors.at(&variant.ident, message);
        }
    }
}

/// Two variants of one name.
fn variant_names(variants: &[Variant], errors: &Errors) {
    let mut seen: HashMap<&str, &Ident> = HashMap::new();
    for variant in variants {
        let name = variant.name.text.as_str();
        if let Some(first) = seen.get(name) {
            let message = format!("variant `{first}` is already stored as `{name}`; rename one of them");
            errors.add(syn::Error::new(variant.name.span, message));
        }
        seen.entry(name).or_insert(&variant.ident);
    }
}
