//! The fields that operations keep up themselves.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::ir::Model;

/// The items of the `Model` impl that are about them.
pub(super) fn expand(_: &Model) -> TokenStream {
    quote! {
        type __Stamps = ();

        fn __stamps(&self, _: i64) -> Self::__Stamps {}

        fn __swap_stamps(&mut self, (): &mut Self::__Stamps) {}

        fn __version(&self) -> __rt::Option<u64> {
            __rt::None
        }

        fn __generate(&mut self, _: i64) {}
    }
}
