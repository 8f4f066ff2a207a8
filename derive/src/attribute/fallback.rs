//! What is emitted beside the errors of a type, so that models with it do not complain as well.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

use super::ir::Shape;
use super::leaf::leaf;
use super::{data_enum, record};

pub(super) fn expand(input: &DeriveInput, shape: Option<&Shape>) -> TokenStream {
    let ident = &input.ident;
    if !input.generics.params.is_empty() {
        return TokenStream::new();
    }
    let never = quote!(::core::unreachable!("the derive gave an error"));
    if let Some(Shape::Struct(fields)) = shape {
        return record::fallback(ident, &input.vis, fields, &never);
    }
    if let Some(Shape::DataEnum(data)) = shape {
        return data_enum::fallback(ident, &input.vis, data, &never);
    }
    let leaf = leaf("Document");
    let attribute = quote! {
        impl __rt::Attribute for #ident {
            #leaf
            const TYPE: &'static str = "M";
            fn write(&self, _: &mut __rt::Writer) { #never }
            fn read(_: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> { #never }
        }
    };
    if matches!(shape, Some(Shape::Untagged(_))) || matches!(input.data, Data::Union(_)) {
        return attribute;
    }
    quote! {
        #attribute

        impl __rt::KeyPart for #ident {
            fn write_part(&self, _: &mut __rt::KeyWriter<'_>, _: __rt::KeyFormat) { #never }
            fn parse_part(_: &__rt::PartText<'_>, _: __rt::KeyFormat) -> __Result<Self, __Fault> { #never }
        }

        impl __rt::KeyAttribute for #ident {
            const KEY_TYPE: __rt::KeyType = __rt::KeyType::S;
            fn to_key(&self) -> __rt::KeyValue { #never }
            fn from_key(_: &__rt::KeyValue) -> __Result<Self, __Fault> { #never }
            fn key_length(&self) -> usize { #never }
        }
    }
}
