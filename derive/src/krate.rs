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

impl ToTokens for Krate {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::singlet)),
        }
    }
}
