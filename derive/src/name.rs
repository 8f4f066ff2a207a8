//! The name of a stored attribute, and where the user wrote it.

use std::fmt::Write as _;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;
use syn::ext::IdentExt;

use crate::case::Case;
use crate::errors::Errors;

/// The name of a stored attribute, and where the user wrote it.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

impl Name {
    /// The name of a field or variant: `rename`, else its Rust name in the case of `rename_all`.
    pub(crate) fn new(ident: &syn::Ident, rename: Option<&LitStr>, case: Option<Case>, errors: &Errors) -> Self {
        if let Some(rename) = rename {
            return Name::written(rename, errors);
        }
        let text = ident.unraw().to_string();
        Name { text: case.map_or_else(|| text.clone(), |case| case.apply(&text)), span: ident.span() }
    }

    /// A name that stands in the attribute as a string.
    pub(crate) fn written(literal: &LitStr, errors: &Errors) -> Self {
        let text = literal.value();
        if text.is_empty() {
            errors.at(literal, "an attribute name has at least one character; write a name");
        } else if text.len() > 65_535 {
            errors.at(literal, "an attribute name has at most 65535 bytes; write a shorter one");
        }
        Name { text, span: literal.span() }
    }

    /// The name as the key of a JSON object, with its colon.
    pub(crate) fn quoted(&self) -> String {
        quoted(&self.text)
    }

    /// The name as it is inside of a JSON string.
    pub(crate) fn escaped(&self) -> String {
        escaped(&self.text)
    }

    /// The name as a byte string to match on.
    pub(crate) fn bytes(&self) -> syn::LitByteStr {
        syn::LitByteStr::new(self.text.as_bytes(), Span::call_site())
    }

    /// The name as a runtime `Name`.
    pub(crate) fn runtime(&self) -> TokenStream {
        let (text, quoted) = (&self.text, self.quoted());
        quote!(__rt::Name::new(#text, #quoted))
    }
}

/// A name as the key of a JSON object, with its colon.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\":", escaped(name))
}

fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            // Writing to a String does not fail.
            c if c < ' ' => _ = write!(out, "\\u{:04x}", u32::from(c)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_escaped_as_json() {
        assert_eq!(quoted("pk"), r#""pk":"#);
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\u000a":"#);
        assert_eq!(quoted("größe"), "\"größe\":");
    }
}
