//! The path to the library in generated code.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
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

    /// The generated code, with singlet's own types kept out of the lists of implementors in error messages.
    pub(crate) fn finish(&self, generated: TokenStream) -> TokenStream {
        if self.0.as_ref().is_some_and(|path| path.is_ident("crate")) { unlisted(generated) } else { generated }
    }
}

/// The imports of generated code, after `__rt`: the names that it uses most.
///
/// This is a list and not a glob. If the path to singlet is wrong, rustc accepts the names of a list, but it reports each name that
/// only a glob could import.
pub(crate) fn imports() -> TokenStream {
    quote!(
        use __rt::for_fields::{__At, __AtAnchor, __Fault, __PathsOf, __Result, __Stored};
    )
}

/// The imports of a model's code.
pub(crate) fn imports_of_model() -> TokenStream {
    let imports = imports();
    quote! {
        #imports
        use __rt::for_fields::{__HasState, __Plain, __Set, __ValueFor, __built, __check_attribute, __some_value};
    }
}

/// The code with `#[diagnostic::do_not_recommend]` at each impl, which the derives mark as `#[automatically_derived]`.
fn unlisted(code: TokenStream) -> TokenStream {
    let mut found = TokenStream::new();
    for tree in code {
        let TokenTree::Group(group) = tree else {
            found.extend([tree]);
            continue;
        };
        let is_mark = group.delimiter() == Delimiter::Bracket && group.stream().to_string() == "automatically_derived";
        let mut inside = Group::new(group.delimiter(), unlisted(group.stream()));
        inside.set_span(group.span());
        found.extend([TokenTree::Group(inside)]);
        if is_mark {
            found.extend(quote!(#[diagnostic::do_not_recommend]));
        }
    }
    found
}
