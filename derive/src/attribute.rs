//! `#[derive(Attribute)]`: a type that is stored as one attribute value.

mod data_enum;
mod fallback;
mod ir;
mod leaf;
mod newtype;
mod parse;
mod record;
mod unit_enum;
mod untagged;
mod variant_paths;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;
use crate::krate::imports;
use ir::Shape;

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let attribute = parse::parse(input, &errors);
    let valid = errors.is_empty();
    let mut tokens = errors.check();
    let (rt, imports) = (attribute.krate.private(), imports());
    let items = match &attribute.shape {
        Some(Shape::Newtype(newtype)) if valid => newtype::expand(&attribute.ident, newtype),
        Some(Shape::Struct(fields)) if valid => record::expand(&attribute.ident, &attribute.vis, fields),
        Some(Shape::UnitEnum(variants)) if valid => unit_enum::expand(&attribute.ident, variants),
        Some(Shape::DataEnum(data)) if valid => data_enum::expand(&attribute.ident, &attribute.vis, data),
        Some(Shape::Untagged(variants)) if valid => untagged::expand(&attribute.ident, &attribute.vis, variants),
        shape => fallback::expand(input, shape.as_ref()),
    };
    tokens.extend(attribute.krate.finish(quote! {
        #[allow(deprecated, non_camel_case_types, non_snake_case, unused_imports, unused_qualifications)]
        const _: () = {
            use #rt as __rt;
            #imports
            #items
        };
    }));
    tokens
}
