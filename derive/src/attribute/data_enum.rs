//! An enum with data is a map: `{"Card": {..}}`, or `{"kind": "Card", ..}` with a tag.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt;

use super::ir::{Content, DataEnum, Variant, place_of};
use super::variant_paths;
use crate::field::Field;
use crate::name::Name;
use crate::paths::Paths;
use crate::record::{Record, borrowed};

pub(super) fn expand(ident: &Ident, vis: &Visibility, data: &DataEnum) -> TokenStream {
    let records = data.variants.iter().filter_map(|variant| fields_record(ident, vis, variant, true));
    let variant_paths = variant_paths::expand(ident, vis, data);
    let variant_of = variant_of(data);
    let (write, read) = match &data.tag {
        Some(tag) => {
            (data.variants.iter().map(|v| write_tagged(ident, v, tag)).collect(), read_tagged(ident, data, tag))
        }
        None => (data.variants.iter().map(|v| write_named(ident, v)).collect::<Vec<_>>(), read_named(ident, data)),
    };
    let paths = variant_paths::of_attribute(ident);
    let check = data.tag.as_ref().map(|tag| check_tag(data, tag));
    quote! {
        #(#records)*
        #variant_paths
        #variant_of

        #[automatically_derived]
        impl __rt::Attribute for #ident {
            #paths
            const TYPE: &'static str = "M";

            fn write(&self, writer: &mut __rt::Writer) {
                if __rt::open_variant(writer) {
                    match self {
                        #(#write)*
                    }
                }
                writer.close_map();
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                #read
            }
        }

        #check
    }
}

/// The enum with its paths, beside its errors, so that code which uses the enum causes no further errors.
pub(super) fn fallback(ident: &Ident, vis: &Visibility, data: &DataEnum, never: &TokenStream) -> TokenStream {
    let records = variant_paths::with_paths(data).into_iter().filter_map(|(_, variant)| {
        let Content::Struct(fields) = &variant.content else { return None };
        let record = record_ident(ident, variant);
        let impls = Record { ident: &record, fields, item: None, has_paths: true, is_variant: true }.fallback(never);
        let paths =
            Paths { ident: &record, vis, fields, index_only: Vec::new(), has_errors: true, is_variant: true }.nested();
        Some(quote! {
            #[doc(hidden)]
            #vis struct #record;
            const _: () = {
                #impls
                #paths
            };
        })
    });
    let (variant_paths, paths) = (variant_paths::expand(ident, vis, data), variant_paths::of_attribute(ident));
    quote! {
        #(#records)*
        #variant_paths

        impl __rt::Attribute for #ident {
            #paths
            const TYPE: &'static str = "M";
            fn write(&self, _: &mut __rt::Writer) { #never }
            fn read(_: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> { #never }
        }
    }
}

/// The name of the struct, which rustc shows in errors. The underscore distinguishes it from other types.
pub(super) fn record_ident(of: &Ident, variant: &Variant) -> Ident {
    format_ident!("{}_{}", of.unraw(), variant.ident.unraw())
}

/// A struct with the fields of a variant, through which they are read and written.
pub(super) fn fields_record(of: &Ident, vis: &Visibility, variant: &Variant, has_paths: bool) -> Option<TokenStream> {
    let Content::Struct(fields) = &variant.content else {
        return None;
    };
    let ident = record_ident(of, variant);
    let (names, types) = (fields.iter().map(|field| &field.ident), fields.iter().map(|field| &field.ty));
    let record = Record { ident: &ident, fields, item: None, has_paths, is_variant: true }.expand();
    let paths = has_paths.then(|| {
        Paths { ident: &ident, vis, fields, index_only: Vec::new(), has_errors: false, is_variant: true }.nested()
    });
    let borrowed = borrowed(&ident, fields);
    Some(quote! {
        #[doc(hidden)]
        #vis struct #ident { #(#names: #types,)* }

        // The names of defaults and offsets are those of one record.
        const _: () = {
            #record
            #paths
            #borrowed
        };
    })
}

/// The number of the variant of a name.
fn variant_of(data: &DataEnum) -> TokenStream {
    let arms = data.variants.iter().enumerate().map(|(number, variant)| {
        let (name, number) = (variant.name.bytes(), Literal::usize_unsuffixed(number));
        quote!(#name => #number,)
    });
    quote! {
        fn __variant_of(name: &[u8]) -> u8 {
            match name {
                #(#arms)*
                _ => __rt::UNKNOWN,
            }
        }
    }
}

/// The pattern that binds the fields of a struct variant, and the locals it binds.
fn bind(fields: &[Field]) -> (TokenStream, Vec<Ident>) {
    let locals: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("__f{index}")).collect();
    let names = fields.iter().map(|field| &field.ident);
    (quote!({ #(#names: #locals,)* }), locals)
}

fn write_named(ident: &Ident, variant: &Variant) -> TokenStream {
    let (name, quoted) = (&variant.name.text, variant.name.quoted());
    write_content(ident, variant, &quote!(writer.name(#name, #quoted);))
}

/// The arm that writes what the variant holds, after `open`.
pub(super) fn write_content(ident: &Ident, variant: &Variant, open: &TokenStream) -> TokenStream {
    let case = &variant.ident;
    match &variant.content {
        Content::Unit => quote!(#ident::#case => { #open writer.null(); }),
        Content::Newtype(ty) => {
            let write = quote_spanned!(place_of(ty)=> <#ty as __rt::Attribute>::write(__value, writer););
            quote!(#ident::#case(__value) => { #open #write })
        }
        Content::Struct(fields) => {
            let ((pattern, locals), record) = (bind(fields), record_ident(ident, variant));
            quote! {
                #ident::#case #pattern => {
                    #open
                    if __rt::open_variant(writer) {
                        #record::write(writer, #(#locals),*);
                    }
                    writer.close_map();
                }
            }
        }
    }
}

fn write_tagged(ident: &Ident, variant: &Variant, tag: &Name) -> TokenStream {
    let (case, name) = (&variant.ident, &variant.name.text);
    let (tag_name, tag_quoted) = (&tag.text, tag.quoted());
    let open = quote!(writer.name(#tag_name, #tag_quoted); writer.string(#name););
    match &variant.content {
        Content::Unit => quote!(#ident::#case => { #open }),
        Content::Newtype(ty) => {
            let write = quote_spanned!(place_of(ty)=> <#ty as __rt::Record>::write_fields(__value, writer););
            quote!(#ident::#case(__value) => { #open #write })
        }
        Content::Struct(fields) => {
            let ((pattern, locals), record) = (bind(fields), record_ident(ident, variant));
            quote!(#ident::#case #pattern => { #open #record::write(writer, #(#locals),*); })
        }
    }
}

/// Makes the variant from the struct with its fields.
fn rebuild(ident: &Ident, variant: &Variant, fields: &[Field]) -> TokenStream {
    let (case, names) = (&variant.ident, fields.iter().map(|field| &field.ident));
    quote!(|fields| #ident::#case { #(#names: fields.#names,)* })
}

/// Reads what the variant holds.
pub(super) fn read_content(ident: &Ident, variant: &Variant) -> TokenStream {
    let case = &variant.ident;
    match &variant.content {
        Content::Unit => quote!(__rt::read_unit(reader).map(|()| #ident::#case)),
        Content::Newtype(ty) => {
            let read = quote_spanned!(place_of(ty)=> <#ty as __rt::Attribute>::read(reader));
            quote!(#read.map(#ident::#case))
        }
        Content::Struct(fields) => {
            let (record, rebuild) = (record_ident(ident, variant), rebuild(ident, variant, fields));
            quote!(__rt::read_map::<#record>(reader).map(#rebuild))
        }
    }
}

fn read_named(ident: &Ident, data: &DataEnum) -> TokenStream {
    let enum_name = ident.unraw().to_string();
    let arms = data.variants.iter().enumerate().map(|(number, variant)| {
        let (number, name, read) =
            (Literal::usize_unsuffixed(number), &variant.name.text, read_content(ident, variant));
        quote!(#number => __rt::inside(#read, #name)?,)
    });
    quote! {
        let value = match __rt::read_variant(reader, __variant_of, #enum_name)? {
            #(#arms)*
            _ => return __rt::Err(__rt::unknown_variant(#enum_name)),
        };
        __rt::end_variant(reader, __variant_of, #enum_name)?;
        __rt::Ok(value)
    }
}

fn read_tagged(ident: &Ident, data: &DataEnum, tag: &Name) -> TokenStream {
    let (enum_name, tag_name, tag_bytes) = (ident.unraw().to_string(), &tag.text, tag.bytes());
    let arms = data.variants.iter().enumerate().map(|(number, variant)| {
        let (number, case) = (Literal::usize_unsuffixed(number), &variant.ident);
        let read = match &variant.content {
            Content::Unit => quote!(reader.skip().map(|()| #ident::#case)),
            Content::Newtype(ty) => {
                let read = quote_spanned!(place_of(ty)=> <#ty as __rt::Record>::read_map(reader));
                quote!(#read.map(#ident::#case))
            }
            Content::Struct(fields) => {
                let (record, rebuild) = (record_ident(ident, variant), rebuild(ident, variant, fields));
                quote!(__rt::read_map::<#record>(reader).map(#rebuild))
            }
        };
        quote!(#number => #read,)
    });
    quote! {
        fn is_tag(name: &[u8]) -> u8 {
            if name == #tag_bytes { 0 } else { __rt::UNKNOWN }
        }
        match __rt::tag_of(reader, is_tag, __variant_of, #tag_name, #enum_name)? {
            #(#arms)*
            _ => __rt::Err(__rt::unknown_variant(#enum_name)),
        }
    }
}

/// The tag is not an attribute of what a variant wraps.
fn check_tag(data: &DataEnum, tag: &Name) -> TokenStream {
    let tag_name = &tag.text;
    let rules = data.variants.iter().filter_map(|variant| {
        let Content::Newtype(ty) = &variant.content else { return None };
        let message = format!(
            "attribute `{tag_name}` is the tag of the enum, and an attribute of what `{}` wraps; rename one of them",
            variant.ident
        );
        Some(quote_spanned! {place_of(ty)=>
            const _: () = if <#ty as __rt::Record>::NAMES.contains_any(&[#tag_name]) {
                ::core::panic!(#message);
            };
        })
    });
    rules.collect()
}
