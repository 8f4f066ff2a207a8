//! A type per field that is compressed, converted or serde's: an update stores what a save of the model stores.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;

use crate::field::{Field, Storage};
use crate::record::compression_const;
use crate::shape::is_compressed;

/// The name of the type, which rustc shows if an update gives the field a value of another type. It begins with that of
/// the field, so that it is never the name of a crate, such as `serde_json`.
fn ident(field: &Field) -> Ident {
    let form = match field.storage {
        Storage::Serde => "serde",
        Storage::Converted(_) => "converted",
        _ => "compressed",
    };
    format_ident!("{}_as_{form}", field.ident.unraw())
}

fn inner(field: &Field) -> &Type {
    field.optional().unwrap_or(&field.ty)
}

/// The type of the attribute in the field's path.
pub(super) fn declared(field: &Field) -> TokenStream {
    let ident = ident(field);
    if field.optional().is_some() { quote!(__rt::Option<#ident>) } else { quote!(#ident) }
}

/// The type, which reads and writes nothing if the struct has errors: they may be about the type of the field.
pub(super) fn expand(index: usize, field: &Field, has_errors: bool) -> TokenStream {
    let (ident, ty) = (ident(field), inner(field));
    let text = quote_spanned!(field.ty_span=> <#ty as __rt::CompressedText>);
    let serde = quote_spanned!(field.ty_span=> <#ty as __rt::StoredBySerde>);
    let mut of_stored = quote! {
        type Kind = __rt::Opaque;
        type Fields<M, D, R: __rt::Role> = __rt::Path<M, D, R>;
    };
    let mut when_missing = None;
    let (stored_as, write, read, is_absent, more) = match &field.storage {
        Storage::Compressed(compression) => {
            let (stored, options) = (compression.stored_type(), compression_const(index));
            let string = is_compressed(ty).then(|| value_from_string(&ident, ty));
            (
                quote!(#stored),
                quote!(#text::write_compressed(&self.0, &#options, writer)),
                quote!(#text::read_compressed(reader)),
                quote!(#text::is_absent(&self.0)),
                string,
            )
        }
        Storage::Serde => (
            quote!("a value for serde"),
            quote!(#serde::write(&self.0, writer)),
            quote!(#serde::read(reader)),
            quote!(#serde::is_absent(&self.0)),
            None,
        ),
        Storage::Converted(converted) => {
            let (stored, value) = (converted.stored(ty), converted.converted(&quote!(&self.0)));
            // The operators are those of what is stored.
            of_stored = quote! {
                type Kind = <#stored as __rt::Attribute>::Kind;
                // No paths: the tuples of a read cannot contain the type.
                type Fields<M, D, R: __rt::Role> = ();
                const FORM: __rt::Form = <#stored as __rt::Attribute>::FORM;
            };
            when_missing = (!has_errors).then(|| {
                let missing = converted.when_missing(ty);
                quote! {
                    fn when_missing() -> __rt::Option<Self> {
                        #missing.map(#ident)
                    }
                }
            });
            (
                quote!(<#stored as __rt::Attribute>::TYPE),
                quote!(<#stored as __rt::Attribute>::write(#value, writer)),
                converted.read(ty, &quote!(reader)),
                quote!(<#stored as __rt::Attribute>::is_absent(#value)),
                None,
            )
        }
        _ => return TokenStream::new(),
    };
    let never = quote!(::core::unreachable!("the derive gave an error"));
    let (write, read, is_absent) =
        if has_errors { (never.clone(), never.clone(), never) } else { (write, quote!(#read.map(#ident)), is_absent) };
    let values = values(&ident, ty);
    quote! {
        #[doc(hidden)]
        pub struct #ident(#ty);

        #[automatically_derived]
        impl __rt::Attribute for #ident {
            #of_stored
            type Value = Self;

            const TYPE: &'static str = #stored_as;

            fn write(&self, writer: &mut __rt::Writer) {
                #write;
            }

            fn read(reader: &mut __rt::Reader<'_>) -> __Result<Self, __Fault> {
                #read
            }

            fn is_absent(&self) -> bool {
                #is_absent
            }

            #when_missing
        }

        #[automatically_derived]
        impl __rt::Wraps<#ty> for #ident {
            fn into_inner(self) -> #ty {
                self.0
            }
        }

        #values
        #more
    }
}

/// What stands for the field stands for its attribute. The lifetimes make the bounds ones that need not hold.
fn values(ident: &Ident, ty: &Type) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __rt::ValueFor<#ident> for #ty {
            fn into_value(self) -> #ident {
                #ident(self)
            }
        }

        #[automatically_derived]
        impl<'__a> __rt::ValueFor<#ident> for &'__a #ty where &'__a #ty: __rt::ValueFor<#ty> {
            fn into_value(self) -> #ident {
                #ident(__rt::ValueFor::<#ty>::into_value(self))
            }
        }

        #[automatically_derived]
        impl<'__a> __rt::ValueFor<#ident> for &'__a str where &'__a str: __rt::ValueFor<#ty> {
            fn into_value(self) -> #ident {
                #ident(__rt::ValueFor::<#ty>::into_value(self))
            }
        }
    }
}

fn value_from_string(ident: &Ident, ty: &Type) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __rt::ValueFor<#ident> for __rt::String {
            fn into_value(self) -> #ident {
                #ident(__rt::ValueFor::<#ty>::into_value(self))
            }
        }
    }
}
