use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::Record;
use crate::field::{Field, Storage};

impl Record<'_> {
    pub(super) fn fill(&self) -> TokenStream {
        let slots = self.slots_type();
        let signature = quote_spanned! {self.place()=>
            fn fill(slots: &mut #slots, field: u8, reader: &mut __rt::Reader<'_>) -> __rt::Result<(), __rt::Fault>
        };
        let own = self.stored().enumerate().map(|(number, (index, field))| {
            let number = Self::own_number(number);
            let fill = fill_field(index, field);
            quote!(#number => #fill,)
        });
        let entity = self.entity().map(|(name, _)| {
            let number = self.entity_number();
            quote!(#number => __rt::fill_entity(&mut slots.entity, #name, reader),)
        });
        let keys = self.keys().iter().enumerate().map(|(index, key)| {
            let (number, slot) = (self.key_number(index), &key.slot);
            quote!(#number => __rt::fill_key(&mut slots.#slot, reader),)
        });
        let flattened = self.flattened().zip(self.ranges()).map(|((index, field), (start, end))| {
            let (slot, ty) = (Field::slot(index), &field.ty);
            quote_spanned! {field.ty_span()=>
                #start.. if field < #end => <#ty as __rt::Record>::fill(&mut slots.#slot, field - #start, reader),
            }
        });
        quote! {
            #signature {
                match field {
                    #(#own)*
                    #entity
                    #(#keys)*
                    #(#flattened)*
                    _ => __rt::skip_field(reader),
                }
            }
        }
    }

    pub(super) fn finish(&self) -> TokenStream {
        let slots = self.slots_type();
        let signature = quote_spanned!(self.place()=> fn finish(slots: #slots) -> __rt::Result<Self, __rt::Fault>);
        let entity = self
            .entity()
            .map(|(_, optional)| quote!(__rt::check_entity(slots.entity, #optional || __TABLE.entity.is_none())?;));
        let keys = self.keys().iter().map(|key| {
            let (slot, name, parse) = (&key.slot, &key.name, &key.parse);
            let values = key
                .values
                .iter()
                .map(|value| value.map_or_else(|| quote!(_), |index| key_value(index).to_token_stream()));
            quote!(let (#(#values,)*) = #parse(&__rt::take_key(slots.#slot, #name)?)?;)
        });
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let ident = &field.ident;
            let value = finish_field(index, field);
            quote!(#ident: #value,)
        });
        quote! {
            #signature {
                #entity
                #(#keys)*
                __rt::Ok(Self { #(#fields)* })
            }
        }
    }
}

/// The local that holds a `key_only` field's value.
fn key_value(index: usize) -> syn::Ident {
    format_ident!("__key_{index}")
}

fn fill_field(index: usize, field: &Field) -> TokenStream {
    let (slot, ty) = (Field::slot(index), &field.ty);
    let defaulted = field.default.is_some();
    let fill = match &field.storage {
        Storage::Attribute if defaulted => {
            return quote_spanned!(field.ty_span()=> <#ty as __rt::Stored>::fill_default(&mut slots.#slot, reader));
        }
        Storage::Serde => {
            quote_spanned!(field.ty_span()=> <#ty as __rt::StoredBySerde>::fill(&mut slots.#slot, reader))
        }
        Storage::Compressed(_) => {
            let read = quote_spanned!(field.ty_span()=> <#ty as __rt::CompressedText>::read_compressed(reader));
            quote!(__rt::set(&mut slots.#slot, #read))
        }
        _ => {
            quote_spanned!(field.ty_span()=> <#ty as __rt::Stored>::fill(&mut slots.#slot, reader))
        }
    };
    if defaulted { quote!(if reader.null()? { __rt::Ok(()) } else { #fill }) } else { fill }
}

fn finish_field(index: usize, field: &Field) -> TokenStream {
    let (slot, ty, name) = (Field::slot(index), &field.ty, &field.name.text);
    let default = field.default_call(index);
    match (&field.storage, default) {
        (Storage::Key, _) => {
            let ident = key_value(index);
            quote!(#ident)
        }
        (Storage::Skipped, default) => quote!(#default),
        (Storage::Flattened, _) => {
            quote_spanned!(field.ty_span()=> <#ty as __rt::Record>::finish(slots.#slot)?)
        }
        (_, Some(default)) => quote! {
            match slots.#slot {
                __rt::Some(value) => value,
                __rt::None => #default,
            }
        },
        (Storage::Serde, None) => {
            quote_spanned!(field.ty_span()=> <#ty as __rt::StoredBySerde>::take(slots.#slot, #name)?)
        }
        (Storage::Compressed(_), None) => {
            let missing = quote_spanned!(field.ty_span()=> <#ty as __rt::CompressedText>::when_missing());
            quote! {
                match slots.#slot {
                    __rt::Some(value) => value,
                    __rt::None => __rt::required(#missing, #name, "S")?,
                }
            }
        }
        (Storage::Attribute, None) => {
            quote_spanned!(field.ty_span()=> <#ty as __rt::Stored>::take(slots.#slot, #name)?)
        }
    }
}
