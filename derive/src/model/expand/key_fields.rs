//! Writes the fields of the primary key: an upsert creates an item from its key alone.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::sources::part_name;
use super::template::local;
use crate::field::Storage;
use crate::model::ir::Model;
use crate::name::quoted;
use crate::record::write_field;

/// `__key_fields`: an upsert makes an item from its key alone, so what the key holds is written too.
pub(super) fn expand(model: &Model) -> TokenStream {
    let parts = model.key_parts();
    // A part of a value is not the field's.
    let is_stored = |part: &usize| {
        let field = &model.fields[*part];
        field.is_attribute() && !field.is_key() && model.is_held_by_key(*part)
    };
    // Keys of indexes are made from such a field too, or depend on it. It has no attribute, so an update does not set it.
    let is_key_only =
        |part: &usize| matches!(model.fields[*part].storage, Storage::Key) && model.makes_index_key(*part);
    let is_written = |part: &usize| is_stored(part) || is_key_only(part);
    if !parts.iter().any(is_written) {
        return quote! {
            fn __key_fields(_: &__rt::RawKey, _: &mut __rt::Writer) -> __Result<(), __Fault> {
                __rt::Ok(())
            }
        };
    }
    let locals = parts.iter().map(|part| {
        let local = local(*part);
        if is_written(part) { quote!(#local) } else { quote!(_) }
    });
    let writes = parts.iter().filter(|part| is_written(part)).map(|part| {
        let (local, field) = (local(*part), &model.fields[*part]);
        if is_stored(part) {
            return write_field(*part, field, &quote!(&#local));
        }
        let (ty, name) = (&field.ty, part_name(field));
        let quoted = quoted(&name);
        quote_spanned!(field.ty_span=> <#ty as __Stored>::__put(&#local, writer, #name, #quoted);)
    });
    quote! {
        fn __key_fields(key: &__rt::RawKey, writer: &mut __rt::Writer) -> __Result<(), __Fault> {
            let (#(#locals,)*) = <Self as __rt::Model>::__parts(key)?;
            #(#writes)*
            __rt::Ok(())
        }
    }
}
