//! Writes the fields of the primary key: an upsert creates an item from its key alone.

use proc_macro2::TokenStream;
use quote::quote;

use super::template::local;
use crate::model::ir::Model;
use crate::record::write_field;

/// `__key_fields`: an upsert makes an item from its key alone, so what the key holds is written too.
pub(super) fn expand(model: &Model) -> TokenStream {
    let parts = model.key_parts();
    // A part of a value is not the field's.
    let is_written = |part: &usize| {
        let field = &model.fields[*part];
        field.is_attribute() && !field.is_key() && model.is_held_by_key(*part)
    };
    if !parts.iter().any(is_written) {
        return quote! {
            fn __key_fields(_: &__rt::RawKey, _: &mut __rt::Writer) -> __rt::Result<(), __rt::Fault> {
                __rt::Ok(())
            }
        };
    }
    let locals = parts.iter().map(|part| {
        let local = local(*part);
        if is_written(part) { quote!(#local) } else { quote!(_) }
    });
    let writes = parts.iter().filter(|part| is_written(part)).map(|part| {
        let local = local(*part);
        write_field(*part, &model.fields[*part], &quote!(&#local))
    });
    quote! {
        fn __key_fields(key: &__rt::RawKey, writer: &mut __rt::Writer) -> __rt::Result<(), __rt::Fault> {
            let (#(#locals,)*) = <Self as __rt::Model>::__parts(key)?;
            #(#writes)*
            __rt::Ok(())
        }
    }
}
