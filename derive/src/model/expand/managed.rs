//! The fields that operations maintain automatically.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};

use crate::field::Field;
use crate::model::ir::Model;
use crate::record::replacement;

/// The items of the `Model` impl that are about them.
pub(super) fn expand(model: &Model) -> TokenStream {
    let [stamps, version, generate] = [stamps(model), version(model), generate(model)];
    quote!(#stamps #version #generate)
}

/// The mark of a model whose values operations do not change.
pub(super) fn unmanaged(model: &Model) -> Option<TokenStream> {
    let ident = &model.ident;
    (model.replaced().is_empty() && !model.hooks).then(|| {
        quote! {
            #[automatically_derived]
            impl __rt::Unmanaged for #ident {}
        }
    })
}

/// The fields, with their new values.
fn managed(model: &Model) -> Vec<(&Field, TokenStream)> {
    let field = |index: Option<usize>| index.map(|index| &model.fields[index]);
    let version = field(model.version).map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        (field, quote_spanned!(field.ty_span=> <#ty as __rt::Version>::next(self.#ident)))
    });
    let created_at = field(model.created_at).map(|field| {
        let (ident, ty) = (&field.ident, &field.ty);
        let value = quote_spanned! {field.ty_span=>
            if <#ty as __rt::Timestamp>::is_unset(&self.#ident) {
                <#ty as __rt::Timestamp>::at(epoch_millis)
            } else {
                __rt::Clone::clone(&self.#ident)
            }
        };
        (field, value)
    });
    let updated_at = field(model.updated_at).map(|field| {
        let ty = &field.ty;
        (field, quote_spanned!(field.ty_span=> <#ty as __rt::Timestamp>::at(epoch_millis)))
    });
    [version, created_at, updated_at].into_iter().flatten().collect()
}

/// The functions that make and set the stamps; none if no field is managed.
fn stamps(model: &Model) -> Option<TokenStream> {
    let managed = managed(model);
    let ty = stamps_type(&managed)?;
    let values = managed.iter().map(|(_, value)| value);
    let fields = managed.iter().map(|(field, _)| &field.ident);
    let numbers = (0..managed.len()).map(Literal::usize_unsuffixed);
    Some(quote! {
        fn __stamps(&self, epoch_millis: i64) -> __rt::ManagedValues {
            let _ = epoch_millis;
            __rt::ManagedValues::new::<#ty>((#(#values,)*))
        }

        fn __set_stamps(&mut self, stamps: __rt::ManagedValues) {
            let stamps = stamps.into_inner::<#ty>();
            #(self.#fields = stamps.#numbers;)*
        }
    })
}

/// The tuple of the new values; `None` if no field is managed.
fn stamps_type(managed: &[(&Field, TokenStream)]) -> Option<TokenStream> {
    let types = managed.iter().map(|(field, _)| &field.ty);
    (!managed.is_empty()).then(|| quote!((#(#types,)*)))
}

fn version(model: &Model) -> Option<TokenStream> {
    let field = &model.fields[model.version?];
    let Field { ident, ty, .. } = field;
    let number = quote_spanned!(field.ty_span=> <#ty as __rt::Version>::number(self.#ident));
    Some(quote! {
        fn __version(&self) -> __rt::Option<u64> {
            __rt::Some(#number)
        }
    })
}

fn generate(model: &Model) -> Option<TokenStream> {
    let ids: Vec<TokenStream> = model.fields.iter().filter_map(generate_id).collect();
    (!ids.is_empty()).then(|| {
        quote! {
            fn __generate(&mut self, epoch_millis: i64) {
                #(#ids)*
            }
        }
    })
}

fn generate_id(field: &Field) -> Option<TokenStream> {
    let (ident, ty, kind) = (&field.ident, &field.ty, field.options.generated.get()?.runtime());
    let id = quote_spanned!(field.ty_span=> <#ty as __rt::GeneratedId>::generate_if_unset(&self.#ident, #kind, epoch_millis));
    Some(quote! {
        if let __rt::Some(id) = #id {
            self.#ident = id;
        }
    })
}

/// Writes the fields, with the operation's values for those that it maintains; none if there are no such fields.
pub(super) fn write(model: &Model) -> Option<TokenStream> {
    let managed: Vec<usize> = [model.version, model.created_at, model.updated_at].into_iter().flatten().collect();
    let (mut news, mut values) = (Vec::new(), Vec::new());
    for index in model.replaced() {
        let (field, new) = (&model.fields[index], replacement(index));
        let (ident, ty) = (&field.ident, &field.ty);
        if let Some(number) = managed.iter().position(|managed| *managed == index) {
            let number = Literal::usize_unsuffixed(number);
            values.push(quote!(&stamps.#number));
            continue;
        }
        let value = match field.options.generated.get() {
            Some(kind) => {
                let kind = kind.runtime();
                quote_spanned!(field.ty_span=> <#ty as __rt::GeneratedId>::generate_if_unset(&self.#ident, #kind, epoch_millis))
            }
            None => quote_spanned!(field.ty_span=> <#ty as __rt::TtlFieldType>::replaced(&self.#ident, expires_at)),
        };
        news.push(quote!(let #new = #value;));
        values.push(quote!(#new.as_ref().unwrap_or(&self.#ident)));
    }
    let stamps = stamps_type(&self::managed(model)).map(|ty| quote!(let stamps = stamps.get::<#ty>();));
    (!values.is_empty()).then(|| {
        quote! {
            fn __write_stamped(
                &self,
                writer: &mut __rt::Writer,
                epoch_millis: i64,
                stamps: &__rt::ManagedValues,
                expires_at: __rt::Option<__rt::TTLAttribute>,
            ) {
                let _ = (epoch_millis, stamps, expires_at);
                #stamps
                #(#news)*
                self.__write_with(writer, #(#values),*);
            }
        }
    })
}

/// What the schema says of them.
pub(super) fn schema(model: &Model) -> Option<TokenStream> {
    if managed(model).is_empty() {
        return None;
    }
    let version = model.version.map_or_else(
        || quote!(__rt::None),
        |index| {
            let name = &model.fields[index].name.text;
            quote!(__rt::Some(#name))
        },
    );
    let (created_at, updated_at) = (kept_time(model, model.created_at), kept_time(model, model.updated_at));
    Some(quote! {
        .managed(__rt::ManagedAttributes { version: #version, created_at: #created_at, updated_at: #updated_at })
    })
}

fn kept_time(model: &Model, field: Option<usize>) -> TokenStream {
    let Some(index) = field else { return quote!(__rt::None) };
    let field = &model.fields[index];
    let (name, ty) = (&field.name.text, &field.ty);
    let at = quote_spanned!(field.ty_span=> <#ty as __rt::Timestamp>::at);
    quote! {
        __rt::Some(__rt::KeptTime {
            attribute: #name,
            value: |epoch_millis| __rt::stored_value::<#ty>(&#at(epoch_millis)),
        })
    }
}
