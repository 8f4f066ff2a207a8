//! The validators of a model's fields and of the model.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::sources::part_name;
use super::template::local;
use crate::field::{Field, Storage};
use crate::model::ir::Model;

/// `__validate` and `__validator`, if the model has validators.
pub(super) fn expand(model: &Model) -> TokenStream {
    let validated = || model.fields.iter().filter_map(|field| Some((field, field.options.validate.get()?)));
    let of_fields = validated().map(|(field, path)| check_field(field, path));
    let of_model = model.validate.get().map(|path| {
        let check = call(path, None);
        quote! {
            let value = self;
            #check?;
        }
    });
    let attributes = validated().filter(|(field, _)| field.is_attribute());
    let attributes = attributes.map(|(field, path)| arm(field, &field.name.text, path));
    let index_only = model.index_only().into_iter().map(|index| &model.fields[index]);
    let index_only = index_only.filter_map(|field| Some((field, field.options.validate.get()?)));
    let index_only = index_only.map(|(field, path)| arm(field, &part_name(field), path));
    let arms = attributes.chain(index_only);
    let validator = validated().next().map(|_| {
        quote! {
            fn __validator(attribute: &str) -> __rt::Option<__rt::Validator> {
                match attribute {
                    #(#arms)*
                    _ => __rt::None,
                }
            }
        }
    });
    let validate = (validator.is_some() || of_model.is_some()).then(|| {
        quote! {
            fn __validate(&self) -> __Result<(), __rt::Error> {
                #(#of_fields)*
                #of_model
                __rt::Ok(())
            }
        }
    });
    let validate_key = validate_key(model);
    quote!(#validate #validator #validate_key)
}

/// `__validate_key`, for an upsert, which may create an item from its key.
fn validate_key(model: &Model) -> Option<TokenStream> {
    let parts = model.key_parts();
    let validator = |part: &usize| {
        let check = model.fields[*part].options.validate.get();
        // A value that is in the key only is there as a whole, or is refused.
        let is_whole = model.is_held_by_key(*part) || matches!(model.fields[*part].storage, Storage::Key);
        check.filter(|_| is_whole)
    };
    parts.iter().find_map(validator)?;
    let locals = parts.iter().map(|part| match validator(part) {
        Some(_) => local(*part).into_token_stream(),
        None => quote!(_),
    });
    let checks = parts.iter().filter_map(|part| {
        let (field, local) = (&model.fields[*part], local(*part));
        let (ty, check) = (&field.ty, call(validator(part)?, Some(&field.name.text)));
        Some(quote! {
            let value: &#ty = &#local;
            if let __rt::Err(refused) = #check {
                return __rt::Ok(__rt::Err(refused));
            }
        })
    });
    Some(quote! {
        fn __validate_key(key: &__rt::RawKey) -> __Result<__Result<(), __rt::Error>, __Fault> {
            let (#(#locals,)*) = <Self as __rt::Model>::__parts(key)?;
            #(#checks)*
            __rt::Ok(__rt::Ok(()))
        }
    })
}

/// A call that runs the user's function with a reference, `value`. The compiler reports a function of another type at its path.
fn call(path: &Path, attribute: Option<&str>) -> TokenStream {
    let span = Span::call_site().located_at(path.span());
    let attribute = attribute.map_or_else(|| quote!(__rt::None), |name| quote!(__rt::Some(#name)));
    quote_spanned!(span=> __rt::validated(#path(value), #attribute))
}

fn check_field(field: &Field, path: &Path) -> TokenStream {
    let (ident, check) = (&field.ident, call(path, Some(&field.name.text)));
    if field.optional().is_some() {
        return quote! {
            if let __rt::Some(value) = &self.#ident {
                #check?;
            }
        };
    }
    quote! {
        let value = &self.#ident;
        #check?;
    }
}

/// Reads the value that an update sets, and checks it.
fn arm(field: &Field, name: &str, path: &Path) -> TokenStream {
    let ty = field.optional().unwrap_or(&field.ty);
    let read = match &field.storage {
        Storage::Converted(converted) => {
            let read = converted.read(ty, &quote!(reader));
            quote!(#read?)
        }
        Storage::Serde => quote_spanned!(field.ty_span=> <#ty as __rt::StoredBySerde>::read(reader)?),
        Storage::Compressed(_) => {
            quote_spanned!(field.ty_span=> <#ty as __rt::CompressedText>::read_compressed(reader)?)
        }
        _ => quote_spanned!(field.ty_span=> <#ty as __rt::Attribute>::read(reader)?),
    };
    let check = call(path, Some(name));
    quote! {
        #name => __rt::Some(|reader| {
            let value: &#ty = &#read;
            __rt::Ok(#check)
        }),
    }
}
