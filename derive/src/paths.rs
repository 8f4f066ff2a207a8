//! The struct with a typed path for each field of a struct.

mod opaque;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Visibility;
use syn::ext::IdentExt as _;

use crate::field::{Field, FieldPlace, Storage, number_type, places};
use crate::shape::is_primitive;

/// What a struct of paths is made for.
pub(crate) struct Paths<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) vis: &'a Visibility,
    pub(crate) fields: &'a [Field],
    /// The fields of a model that exist only in keys of indexes. Updates set them, and no expression names them.
    pub(crate) index_only: Vec<usize>,
    /// Whether the struct has errors. Its paths then ask less of the types of its fields.
    pub(crate) has_errors: bool,
    /// Whether the struct holds the fields of an enum's variant.
    pub(crate) is_variant: bool,
}

/// What an update may do with an attribute of a model.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Plain,
    IndexAttribute,
    Templated,
    Reserved,
    Locked,
}

impl Role {
    fn runtime(self) -> TokenStream {
        match self {
            Role::Plain => quote!(__Plain),
            Role::IndexAttribute => quote!(__rt::IndexAttribute),
            Role::Templated => quote!(__rt::Templated),
            Role::Reserved => quote!(__rt::Reserved),
            Role::Locked => quote!(__rt::Locked),
        }
    }
}

/// The name of the struct of paths, which rustc shows if a field does not exist.
pub(crate) fn ident(of: &Ident) -> Ident {
    format_ident!("FieldsOf{}", of.unraw(), span = of.span())
}

impl Paths<'_> {
    /// The fields that have paths.
    fn paths(&self) -> impl Iterator<Item = (usize, &Field, FieldPlace)> {
        places(self.fields)
    }

    /// The type of a field's paths, by the traits that reading and writing name, and at the span of its type: a type
    /// that is not an attribute is one error then.
    fn path_type(&self, field: &Field, model: &TokenStream, role: &TokenStream) -> TokenStream {
        let ty = match (&field.storage, field.optional()) {
            // An `Option` cannot be flattened, which is an error. Its fields are not further ones.
            (Storage::Flattened, Some(inner)) if self.has_errors => inner,
            _ => &field.ty,
        };
        match &field.storage {
            Storage::Serde | Storage::Compressed(_) | Storage::Converted(_) => {
                let declared = opaque::declared(field);
                quote!(__rt::Path<#model, #declared, #role>)
            }
            Storage::Flattened => {
                quote_spanned!(field.ty_tokens_span=> <#ty as __rt::Record>::Paths<#model, #ty, #role>)
            }
            _ => quote_spanned!(field.ty_tokens_span=> __PathsOf<#model, #ty, #role>),
        }
    }

    /// The types of the fields that are stored in a form of their own.
    fn opaque(&self) -> TokenStream {
        self.paths().map(|(index, field, _)| opaque::expand(index, field, self.has_errors)).collect()
    }

    /// The value of a constant path, below the place `parent`.
    fn constant(&self, field: &Field, place: &FieldPlace, parent: &TokenStream) -> TokenStream {
        let owner = self.ident;
        let anchor = match place {
            FieldPlace::Attribute(number) => {
                let number = number_type(*number);
                quote!(__At<#owner, #number, #parent>)
            }
            FieldPlace::Flattened(nth) => {
                let nth = number_type(*nth);
                quote!(__rt::Flattened<#owner, #nth, #parent>)
            }
        };
        quote_spanned!(field.ty_tokens_span=> <_ as __AtAnchor<#anchor>>::HERE)
    }

    fn model_type(&self, index: usize, field: &Field, role: &dyn Fn(usize) -> Role) -> TokenStream {
        let (ident, role) = (self.ident, role(index).runtime());
        let role = if matches!(field.storage, Storage::Flattened) { quote!(__rt::Flat) } else { role };
        self.path_type(field, &quote!(#ident), &role)
    }

    /// The struct of a model.
    pub(crate) fn of_model(&self, role: &dyn Fn(usize) -> Role) -> TokenStream {
        let (name, vis, opaque) = (ident(self.ident), self.vis, self.opaque());
        let mut paths: Vec<_> = self.paths().collect();
        // The last field decides whether the struct has a size. If its type were not an attribute, every mention of the struct
        // would be one more error. A field that is only there to be the last would be listed by rustc as a field of the model.
        if let Some(at) = paths.iter().rposition(|(_, field, _)| has_sized_paths(field)) {
            let last = paths.remove(at);
            paths.push(last);
        }
        let fields = paths.into_iter().map(|(index, field, _)| {
            let (field_vis, ident, ty) = (&field.vis, &field.ident, self.model_type(index, field, role));
            quote!(#field_vis #ident: #ty)
        });
        let index_only = self.index_only().map(|(field, ty)| {
            let (field_vis, ident) = (&field.vis, &field.ident);
            quote!(#field_vis #ident: #ty)
        });
        let value = self.of_model_value();
        quote! {
            #opaque

            #[doc(hidden)]
            #[allow(dead_code, missing_debug_implementations, clippy::type_complexity)]
            #vis struct #name {
                #(#index_only,)*
                #(#fields,)*
            }

            #value
        }
    }

    /// The value of a model's struct, at the top of an item.
    ///
    /// It is generic in the place, although it has only one place: rustc evaluates each constant that is not generic whenever it
    /// checks a program.
    fn of_model_value(&self) -> TokenStream {
        let name = ident(self.ident);
        let values = self.paths().map(|(_, field, place)| {
            let ident = at_type(field);
            let value = self.constant(field, &place, &quote!(P_));
            quote!(#ident: #value)
        });
        let index_only = self.index_only().map(|(field, ty)| {
            let (ident, name) = (at_type(field), field.ident.unraw().to_string());
            quote_spanned!(field.ty_span=> #ident: <#ty>::index_only(#name))
        });
        quote! {
            #[automatically_derived]
            impl<P_: __rt::PathAnchor> __AtAnchor<P_> for #name {
                const HERE: Self = #name { #(#index_only,)* #(#values),* };
            }
        }
    }

    /// The fields that exist only in keys of indexes, with the types of their paths.
    fn index_only(&self) -> impl Iterator<Item = (&Field, TokenStream)> {
        self.index_only.iter().map(|index| {
            let (owner, field) = (self.ident, &self.fields[*index]);
            let ty = &field.ty;
            (field, quote!(__rt::Path<#owner, #ty, __rt::IndexOnly>))
        })
    }

    /// The name of a nested struct's own path in its struct of paths. It is a plain word, because rustc lists it with the fields.
    fn itself(&self) -> Ident {
        itself(|ident| self.fields.iter().any(|field| field.ident.unraw() == *ident))
    }

    /// The struct of a nested struct, for every model, place and role.
    pub(crate) fn nested(&self) -> TokenStream {
        let (name, vis, opaque) = (ident(self.ident), self.vis, self.opaque());
        let types: Vec<TokenStream> = self
            .paths()
            .map(|(_, field, place)| {
                let role = match place {
                    FieldPlace::Attribute(_) => quote!(__rt::Child<R_>),
                    FieldPlace::Flattened(_) => quote!(<R_ as __rt::Role>::Flattened),
                };
                self.path_type(field, &quote!(M_), &role)
            })
            .collect();
        let idents = self.paths().map(|(_, field, _)| &field.ident);
        let values: Vec<Ident> = self.paths().map(|(_, field, _)| at_type(field)).collect();
        let visibilities = self.paths().map(|(_, field, _)| &field.vis);
        let constants = self.paths().map(|(_, field, place)| self.constant(field, &place, &quote!(P_)));
        let owner = self.ident;
        // A local has another hygiene than the type of a field, which a macro may have written.
        let at = &quote!(&at);
        let run_time = self.paths().map(|(_, field, place)| match place {
            FieldPlace::Attribute(number) => {
                let number = Literal::usize_unsuffixed(number);
                quote_spanned!(field.ty_tokens_span=> __rt::StructAt::field(#at, #number))
            }
            FieldPlace::Flattened(nth) => {
                let nth = Literal::usize_unsuffixed(nth);
                quote_spanned!(field.ty_tokens_span=> __rt::StructAt::flattened(#at, #nth))
            }
        });
        let itself = self.itself();
        let impls = impls(&name, &itself, self.is_variant);
        quote! {
            #opaque

            #[doc(hidden)]
            #[allow(dead_code, missing_debug_implementations, clippy::type_complexity)]
            #vis struct #name<M_, D_, R_: __rt::Role> {
                #(#visibilities #idents: #types,)*
                #itself: __rt::Path<M_, D_, R_>,
            }

            #[automatically_derived]
            impl<M_, D_, R_: __rt::Constant, P_: __rt::PathAnchor> __AtAnchor<P_> for #name<M_, D_, R_>
            where
                __rt::Path<M_, D_, R_>: __AtAnchor<P_>,
            {
                const HERE: Self = #name { #(#values: #constants,)* #itself: <_ as __AtAnchor<P_>>::HERE };
            }

            #[automatically_derived]
            impl<M_, D_, R_: __rt::RunTime> __rt::Under for #name<M_, D_, R_> {
                fn under(repr: &__rt::PathSegments, names: __rt::Option<__rt::FieldNames>) -> Self {
                    let at = __rt::StructAt::of::<#owner>(repr, names);
                    #name { #(#values: #run_time,)* #itself: at.itself() }
                }
            }

            #impls
        }
    }
}

/// The name of the own path among the paths of a nested struct or enum.
pub(crate) fn itself(is_taken: impl Fn(&Ident) -> bool) -> Ident {
    let mut ident = format_ident!("itself");
    while is_taken(&ident) {
        ident = format_ident!("{ident}_");
    }
    ident
}

/// Whether the type of the field's paths has a size whatever else is wrong, as far as the tokens tell.
fn has_sized_paths(field: &Field) -> bool {
    match field.storage {
        Storage::Serde | Storage::Compressed(_) | Storage::Converted(_) => true,
        Storage::Flattened => false,
        _ => is_primitive(field.optional().unwrap_or(&field.ty)),
    }
}

/// The name of a field in a value, said to be at the field's type: errors of one span are one error.
fn at_type(field: &Field) -> Ident {
    let mut ident = field.ident.clone();
    ident.set_span(field.ty_tokens_span);
    ident
}

/// The paths of a nested struct or enum are its own path as well.
pub(crate) fn impls(name: &Ident, itself: &Ident, is_variant: bool) -> TokenStream {
    // At the name of the type: rustc advises to write by hand what it sees to be derived and not to hold.
    let path_to = quote_spanned! {name.span()=>
        impl<M_, D_: __rt::Attribute, R_: __rt::Single> __rt::PathTo<M_> for #name<M_, D_, R_>
    };
    // A variant is not an attribute. The message says this instead of what its type lacks.
    let unlike = is_variant.then(|| quote!(#[diagnostic::do_not_recommend]));
    quote! {
        #[automatically_derived]
        impl<M_, D_, R_: __rt::Role> __rt::Deref for #name<M_, D_, R_> {
            type Target = __rt::Path<M_, D_, R_>;

            fn deref(&self) -> &Self::Target {
                &self.#itself
            }
        }

        #[automatically_derived]
        impl<M_, D_, R_: __rt::Role> __rt::Debug for #name<M_, D_, R_> {
            fn fmt(&self, f: &mut __rt::Formatter<'_>) -> __rt::fmt::Result {
                __rt::Debug::fmt(&self.#itself, f)
            }
        }

        #[automatically_derived]
        #unlike
        #path_to {
            type Declared = D_;
            type Role = R_;

            fn segments(&self) -> __rt::Vec<__rt::Segment> {
                __rt::PathTo::<M_>::segments(&self.#itself)
            }
        }
    }
}
