//! The path to the library in generated code.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Path;

/// The path to singlet in the user's crate: `::singlet`, or what `crate = ..` says.
#[derive(Default)]
pub(crate) struct Krate(Option<Path>);

impl Krate {
    pub(crate) fn new(path: Option<Path>) -> Self {
        Krate(path)
    }

    /// The path to what generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        quote!(#self::__private)
    }
}

impl Krate {
    /// An attribute that keeps singlet's own models and tables out of the lists of implementors in error messages.
    pub(crate) fn unlisted(&self) -> Option<TokenStream> {
        let is_own = self.0.as_ref().is_some_and(|path| path.is_ident("crate"));
        is_own.then(|| quote!(#[diagnostic::do_not_recommend]))
    }
}

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::singlet)),
        }
    }
}
