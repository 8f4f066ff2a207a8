//! A field of a model, of a nested struct, or of a variant: what both derives know of it.

mod compression;
mod converted;
mod generated;
mod options;
mod place;
mod rules;
mod unique;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, Ident, Type, Visibility};

pub(crate) use compression::Compression;
pub(crate) use converted::Converted;
pub(crate) use generated::Generated;
pub(crate) use options::{FieldOptions, Owner, default_value};
pub(crate) use place::{FieldPlace, number_type, places};
pub(crate) use unique::Unique;

use crate::case::Case;
use crate::errors::Errors;
use crate::name::Name;
use crate::shape::{is_set, option_inner};

/// A field, after its attributes were checked one by one.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    /// The span of the type's tokens.
    pub(crate) ty_tokens_span: Span,
    /// The span for errors about the type. Names resolve as in other generated code, even if a `macro_rules!` macro wrote the type.
    pub(crate) ty_span: Span,
    pub(crate) docs: Vec<Attribute>,
    pub(crate) name: Name,
    pub(crate) storage: Storage,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) options: FieldOptions,
}

/// How a field is stored.
pub(crate) enum Storage {
    /// As an attribute, by the type's own `Attribute` impl.
    Attribute,
    /// As an attribute, through serde.
    Serde,
    /// As compressed text.
    Compressed(Compression),
    /// As what the user's functions make of it.
    Converted(Converted),
    /// As the attributes of its own fields.
    Flattened,
    /// In the primary key only.
    Key,
    /// Not at all.
    Skipped,
    /// As the attributes that the model does not declare.
    Extra,
}

/// What a field is when it is absent, or not given to the builder.
#[derive(Clone)]
pub(crate) enum DefaultValue {
    /// `Default::default()`.
    Default,
    /// The user's own expression.
    Expr(Expr),
}

impl Field {
    /// Parses the options of a field and checks them against one another.
    pub(crate) fn parse(field: &syn::Field, owner: Owner, case: Option<Case>, errors: &Errors) -> Option<Self> {
        let ident = field.ident.clone()?;
        let options = FieldOptions::parse(&field.attrs, owner, errors);
        rules::check(&options, &field.ty, errors);
        let name = Name::new(&ident, options.rename.get(), case, errors);
        let skipped = (options.skip.is_set() || options.extra.is_set()).then_some(DefaultValue::Default);
        let default = options.default.get().cloned().or(skipped);
        // `span()` converts the type to tokens on each call, so both spans are computed once.
        let ty_tokens_span = field.ty.span();
        Some(Field {
            storage: options.storage(),
            docs: field.attrs.iter().filter(|attr| attr.path().is_ident("doc")).cloned().collect(),
            ty: field.ty.clone(),
            ty_tokens_span,
            ty_span: Span::call_site().located_at(ty_tokens_span),
            vis: field.vis.clone(),
            ident,
            name,
            default,
            options,
        })
    }

    /// The names under which items may have the attribute instead of its own.
    pub(crate) fn aliases(&self) -> impl Iterator<Item = &Name> {
        let aliases = if self.is_attribute() { &self.options.aliases[..] } else { &[] };
        aliases.iter().map(|(_, name)| name)
    }

    /// All names under which items may have the attribute.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        [&self.name].into_iter().filter(|_| self.is_attribute()).chain(self.aliases())
    }

    /// `T` of an `Option<T>` that is an attribute.
    pub(crate) fn optional(&self) -> Option<&Type> {
        option_inner(&self.ty)
    }

    /// Whether a stored item must have the attribute.
    pub(crate) fn is_always_stored(&self) -> bool {
        self.default.is_none() && self.optional().is_none() && !is_set(&self.ty)
    }

    /// Whether a builder must be given a value.
    pub(crate) fn is_required(&self) -> bool {
        self.is_always_stored() && self.managed_call().is_none()
    }

    /// The call that makes what the builder sets a field to that an operation maintains: nothing yet, or a new id.
    pub(crate) fn managed_call(&self) -> Option<TokenStream> {
        let (ty, options) = (&self.ty, &self.options);
        if options.version.is_set() {
            Some(quote::quote_spanned!(self.ty_span=> <#ty as __rt::Default>::default()))
        } else if options.created_at.is_set() || options.updated_at.is_set() {
            Some(quote::quote_spanned!(self.ty_span=> <#ty as __rt::Timestamp>::at(0)))
        } else {
            let kind = options.generated.get()?.runtime();
            Some(quote::quote_spanned!(self.ty_span=> <#ty as __rt::GeneratedId>::generate_now(#kind)))
        }
    }

    /// What the names of a flattened struct begin with.
    pub(crate) fn prefix(&self) -> Option<Name> {
        let prefix = self.options.prefix.get().filter(|_| matches!(self.storage, Storage::Flattened))?;
        Some(Name { text: prefix.value(), span: prefix.span() })
    }

    /// The names of the flattened struct with this index, as they are stored.
    pub(crate) fn flattened_names(&self, index: usize) -> TokenStream {
        let ty = &self.ty;
        match self.prefix() {
            Some(_) => prefixed_names(index).into_token_stream(),
            None => quote::quote_spanned!(self.ty_span=> <#ty as __rt::Record>::NAMES),
        }
    }

    /// Whether the field has an attribute of its own.
    pub(crate) fn is_attribute(&self) -> bool {
        matches!(self.storage, Storage::Attribute | Storage::Serde | Storage::Compressed(_) | Storage::Converted(_))
    }

    /// Whether the field is a primary key attribute.
    pub(crate) fn is_key(&self) -> bool {
        self.options.hash_key.is_set() || self.options.range_key.is_set()
    }

    /// The name of the slot of the field with this index.
    pub(crate) fn slot(index: usize) -> Ident {
        quote::format_ident!("f{index}")
    }

    /// The call that makes the default value.
    pub(crate) fn default_call(&self, index: usize) -> Option<TokenStream> {
        let ty = &self.ty;
        match self.default.as_ref()? {
            DefaultValue::Default => Some(quote::quote_spanned!(self.ty_span=> <#ty as __rt::Default>::default())),
            DefaultValue::Expr(_) => {
                let function = default_fn(index);
                Some(quote::quote!(#function()))
            }
        }
    }
}

/// The constant with the names of a struct that is flattened with a prefix.
pub(crate) fn prefixed_names(index: usize) -> Ident {
    quote::format_ident!("__PREFIXED_{index}")
}

/// The private function that a default expression becomes.
pub(crate) fn default_fn(index: usize) -> Ident {
    quote::format_ident!("__default_{index}")
}
