//! The code that writes the fields of a struct to a map.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::{EntityRead, Record, compression_const};
use crate::field::{Field, Storage};

impl Record<'_> {
    /// The statements that write all attributes.
    fn writes(&self) -> TokenStream {
        let keys = self.item.as_ref().map(|item| &item.write_keys);
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let write = write_field(index, field, &self.value(index));
            let checks = self.item.iter().flat_map(|item| &item.checks);
            let checks = checks.filter(|(checked, _)| *checked == index).map(|(_, check)| check);
            quote!(#write #(#checks)*)
        });
        let entity =
            self.entity().map(|EntityRead { name, .. }| quote!(__rt::write_entity(writer, __TABLE.entity, #name);));
        let schema_number = self.item.as_ref().and_then(|item| item.schema_number.as_ref());
        let extra = self.fields.iter().find(|field| matches!(field.storage, Storage::Extra)).map(|field| {
            let (ident, ty) = (&field.ident, &field.ty);
            quote_spanned!(field.ty_span=> <#ty as __rt::Extra>::write_unknown::<Self>(&self.#ident, writer);)
        });
        quote! {
            #keys
            #entity
            #schema_number
            #(#fields)*
            #extra
        }
    }

    /// A reference to what is written for a field.
    fn value(&self, index: usize) -> TokenStream {
        if self.replaced().contains(&index) {
            return replacement(index).into_token_stream();
        }
        let ident = &self.fields[index].ident;
        quote!(&self.#ident)
    }

    fn replaced(&self) -> &[usize] {
        self.item.as_ref().map_or(&[], |item| &item.replaced)
    }

    /// `write_fields`, which writes every field's own value.
    pub(super) fn write_fields(&self) -> TokenStream {
        let own = self.replaced().iter().map(|index| {
            let ident = &self.fields[*index].ident;
            quote!(&self.#ident)
        });
        let write =
            if self.replaced().is_empty() { self.writes() } else { quote!(self.__write_with(writer, #(#own),*)) };
        quote! {
            fn write_fields(&self, writer: &mut __rt::Writer) {
                #write
            }
        }
    }

    /// `__write_with`, which writes other values for the fields that operations maintain.
    pub(super) fn write_with(&self) -> Option<TokenStream> {
        if self.replaced().is_empty() {
            return None;
        }
        let (ident, write) = (self.ident, self.writes());
        let parameters = self.replaced().iter().map(|index| {
            let (replacement, ty) = (replacement(*index), &self.fields[*index].ty);
            quote!(#replacement: &#ty)
        });
        Some(quote! {
            #[automatically_derived]
            impl #ident {
                #[inline]
                #[allow(clippy::ptr_arg, clippy::ref_option, clippy::too_many_arguments, clippy::trivially_copy_pass_by_ref)]
                fn __write_with(&self, writer: &mut __rt::Writer, #(#parameters),*) {
                    #write
                }
            }
        })
    }
}

/// The local that holds a reference to what is written for a field.
pub(crate) fn replacement(index: usize) -> Ident {
    format_ident!("__value_{index}")
}

/// The function `write`, for the fields of a variant: it takes references to them one by one.
pub(crate) fn borrowed(ident: &Ident, fields: &[Field]) -> TokenStream {
    let locals: Vec<Ident> = (0..fields.len()).map(|index| format_ident!("__f{index}")).collect();
    let types = fields.iter().map(|field| &field.ty);
    let writes = fields
        .iter()
        .zip(&locals)
        .enumerate()
        .map(|(index, (field, local))| write_field(index, field, &quote!(#local)));
    quote! {
        impl #ident {
            #[allow(unused_variables, clippy::ptr_arg, clippy::ref_option, clippy::too_many_arguments, clippy::trivially_copy_pass_by_ref)]
            fn write(writer: &mut __rt::Writer, #(#locals: &#types),*) {
                #(#writes)*
            }
        }
    }
}

/// Writes the attributes of a field; `value` is a reference to it.
pub(crate) fn write_field(index: usize, field: &Field, value: &TokenStream) -> TokenStream {
    let (ty, name, quoted) = (&field.ty, &field.name.text, field.name.quoted());
    match &field.storage {
        // A key field is written with the keys.
        Storage::Attribute if field.is_key() => TokenStream::new(),
        Storage::Attribute => {
            quote_spanned!(field.ty_span=> <#ty as __Stored>::__put(#value, writer, #name, #quoted);)
        }
        Storage::Converted(converted) => {
            let inner = field.optional().unwrap_or(ty);
            let stored = converted.stored(inner);
            let put = |value: &TokenStream| {
                let converted = converted.converted(value);
                quote_spanned!(field.ty_span=> <#stored as __Stored>::__put(#converted, writer, #name, #quoted))
            };
            match field.optional() {
                None => {
                    let put = put(value);
                    quote!(#put;)
                }
                Some(_) => {
                    let put = put(&quote!(value));
                    quote!(if let __rt::Some(value) = #value { #put; })
                }
            }
        }
        Storage::Serde => {
            quote_spanned!(field.ty_span=> <#ty as __rt::StoredBySerde>::put(#value, writer, #name, #quoted);)
        }
        Storage::Compressed(_) => {
            let options = compression_const(index);
            quote_spanned! {field.ty_span=>
                if !<#ty as __rt::CompressedText>::is_absent(#value) {
                    writer.name(#name, #quoted);
                    <#ty as __rt::CompressedText>::write_compressed(#value, &#options, writer);
                }
            }
        }
        Storage::Flattened => {
            let write = quote_spanned!(field.ty_span=> <#ty as __rt::Record>::write_fields(#value, writer));
            match field.prefix() {
                Some(prefix) => {
                    let (text, escaped) = (&prefix.text, prefix.escaped());
                    quote!(writer.flattened(#text, #escaped, |writer| #write);)
                }
                None => quote!(#write;),
            }
        }
        // Written after the fields.
        Storage::Key | Storage::Skipped | Storage::Extra => TokenStream::new(),
    }
}
