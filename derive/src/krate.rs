//! The path to the library in generated code.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

/// The path to singlet in the user's crate: `::singlet`, or what `crate = ..` says.
#[derive(Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    pub(crate) fn new(path: Option<Path>) -> Self {
        Krate(path)
    }

    /// The path to what generated code names, with the version of the code that this crate generates. There is no
    /// other path: whatever generated code needs is listed there.
    pub(crate) fn private(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path::__private::v1),
            None => quote!(::singlet::__private::v1),
        }
    }

    /// An attribute that keeps singlet's own models and tables out of the lists of implementors in error messages.
    pub(crate) fn unlisted(&self) -> Option<TokenStream> {
        let is_own = self.0.as_ref().is_some_and(|path| path.is_ident("crate"));
        is_own.then(|| quote!(#[diagnostic::do_not_recommend]))
    }
}
