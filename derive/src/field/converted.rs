//! A field that the user's functions convert from and to its stored form: `with`, `read_with`, `write_with`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Path, Type};

use super::FieldOptions;

/// The functions of a converted field. Without one of them, the type's own `Attribute` impl takes its place.
#[derive(Clone)]
pub(crate) struct Converted {
    /// From an attribute value to the type of the field.
    read: Option<TokenStream>,
    /// From a reference to the field to the stored type, and that type.
    write: Option<(TokenStream, TokenStream)>,
}

impl Converted {
    pub(super) fn of(options: &FieldOptions) -> Option<Self> {
        if let Some(module) = options.with.get() {
            let (read, write, stored) = (quote!(#module::read), quote!(#module::write), quote!(#module::Stored));
            return Some(Converted { read: Some(read), write: Some((write, stored)) });
        }
        let tokens = |path: &Path| quote!(#path);
        let read = options.read_with.get().map(tokens);
        // The rules demand the stored type with the function.
        let write = options.write_with.get().map(tokens).zip(options.stored_as.get().map(tokens));
        (read.is_some() || write.is_some()).then_some(Converted { read, write })
    }

    /// Whether the type of the field stores itself.
    pub(crate) fn writes_itself(&self) -> bool {
        self.write.is_none()
    }

    /// The stored type of a field whose type, without `Option`, is `ty`.
    pub(crate) fn stored(&self, ty: &Type) -> TokenStream {
        self.write.as_ref().map_or_else(|| quote!(#ty), |(_, stored)| stored.clone())
    }

    /// An expression of `Result<ty, Fault>` that reads a value from `reader`.
    pub(crate) fn read(&self, ty: &Type, reader: &TokenStream) -> TokenStream {
        match &self.read {
            Some(read) => quote_spanned!(read.span()=> __rt::read_with::<#ty, _>(#reader, #read)),
            None => quote_spanned!(ty.span()=> <#ty as __rt::Attribute>::read(#reader)),
        }
    }

    /// An expression of `Option<ty>`: what an item without the attribute has.
    pub(crate) fn when_missing(&self, ty: &Type) -> TokenStream {
        match &self.write {
            None => quote!(<#ty as __rt::Attribute>::when_missing()),
            Some((_, stored)) => {
                let read = self.read(ty, &quote!(reader));
                quote!(__rt::read_missing::<#stored, #ty>(|reader| #read))
            }
        }
    }

    /// A reference to the stored value of `value`, which is a reference.
    pub(crate) fn converted(&self, value: &TokenStream) -> TokenStream {
        match &self.write {
            Some((write, _)) => quote_spanned!(write.span()=> &#write(#value)),
            None => value.clone(),
        }
    }
}
