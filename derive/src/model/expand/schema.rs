//! The constants that describe a model: its table, entity, TTL and config.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::keys::primary;
use super::{index_keys, index_only, sources};
use crate::field::{Field, Storage};
use crate::lifetime::Lifetime;
use crate::model::ir::{KeySource, Model};
use crate::model::options::TableOption;
use crate::name::Name;

/// `__TABLE`: the derived table's schema, or one made of the model's own keys.
pub(super) fn table(model: &Model) -> TokenStream {
    let schema = match &model.table {
        TableOption::Derived(path) => {
            let span = proc_macro2::Span::call_site().located_at(path.span());
            quote_spanned!(span=> <#path as __rt::Table>::SCHEMA)
        }
        TableOption::Named(name) => {
            let hash_key = own_key(model, &model.hash_key, "pk");
            let range_key = model.range_key.as_ref().map(|source| {
                let key = own_key(model, source, "sk");
                quote!(.range_key(#key))
            });
            let ttl = ttl(model);
            quote!(&__rt::TableSchema::new(#name, #hash_key)#range_key #ttl)
        }
    };
    let indexes = index_keys::constants(model);
    quote! {
        const __TABLE: &__rt::TableSchema = #schema;
        #indexes
    }
}

/// A key of a table that is only a name: the model's field, or `pk` and `sk` for templates.
fn own_key(model: &Model, source: &KeySource, template_name: &str) -> TokenStream {
    match source {
        KeySource::Field(part) => {
            let field = &model.fields[*part];
            let (name, ty) = (field.name.runtime(), &field.ty);
            quote_spanned!(field.ty_span=> __rt::KeySchema::new(#name, <#ty as __rt::KeyField>::KEY_TYPE))
        }
        KeySource::Template(template) => {
            let name = Name { text: template_name.into(), span: template.literal.span() }.runtime();
            quote!(__rt::KeySchema::new(#name, __rt::KeyType::S))
        }
    }
}

fn ttl(model: &Model) -> Option<TokenStream> {
    if model.is_expiry_kept() && model.has_derived_table() {
        return Some(quote!(.ttl(__rt::ttl_of(__TABLE))));
    }
    let name = model.own_ttl_attribute()?;
    Some(quote!(.ttl(#name)))
}

/// The TTL settings of the config.
fn lifecycle(model: &Model) -> TokenStream {
    let ttl = model.lifetime().map(|lifetime| match lifetime {
        Lifetime::Seconds(seconds) => quote!(.ttl(__rt::Duration::from_secs(#seconds))),
        Lifetime::OfClient => quote!(.client_ttl()),
    });
    let refresh_ttl = model.lifecycle.refresh_ttl.get().map(|refresh| quote!(.refresh_ttl(#refresh)));
    let refresh_after = model.lifecycle.refresh_after.get().map(|part| quote!(.refresh_after(#part)));
    let expired = model.lifecycle.hides.get().map(|hides| match hides {
        true => quote!(.expired(__rt::ExpiredItems::Hide)),
        false => quote!(.expired(__rt::ExpiredItems::Return)),
    });
    quote!(#ttl #refresh_ttl #refresh_after #expired)
}

impl Model {
    /// What the entity attribute holds.
    pub(in crate::model) fn entity_name(&self) -> String {
        self.entity_name.get().map_or_else(|| self.ident.unraw().to_string(), syn::LitStr::value)
    }
}

pub(super) fn schema(model: &Model) -> TokenStream {
    let name = model.ident.unraw().to_string();
    let entity = model.has_derived_table().then(|| {
        let (name, optional) = (model.entity_name(), model.entity.get().copied().unwrap_or(false));
        let aliases = &model.entity_aliases;
        quote!(.entity(#name, &[#(#aliases),*], #optional))
    });
    let ttl = ttl(model);
    let managed = super::managed::schema(model);
    let (hash_key, range_key) = sources::primary_keys(model);
    let lists = lists(model);
    let write_mark = model.write_mark.get().map(|name| {
        let name = &name.text;
        quote!(.write_mark(#name))
    });
    let number = model.numbered.expand().map(|(_, number)| number);
    // A struct expression, because references in it are `'static`, and those in the arguments of a function are not.
    quote! {
        const SCHEMA: &'static __rt::ModelSchema = &__rt::ModelSchema {
            keys: (#hash_key, #range_key),
            #(#lists,)*
            ..__rt::ModelSchema::new(#name, __TABLE)
                #entity
                #ttl
                #managed
                #write_mark
                #number
        };
    }
}

/// The lists of the schema that are not empty, as fields of a struct expression.
fn lists(model: &Model) -> Vec<TokenStream> {
    let fields = model.fields.iter().enumerate().filter(|(_, field)| field.is_attribute()).map(|(index, field)| {
        let (ident, attribute, stored) = (field.ident.unraw().to_string(), &field.name.text, stored_schema(field));
        let defaulted = field.default.is_some().then(|| {
            let default = default_of(model, index, field);
            quote!(.defaulted(#default))
        });
        let former: Vec<&String> = field.aliases().map(|alias| &alias.text).collect();
        let former = (!former.is_empty()).then(|| quote!(.former(&[#(#former),*])));
        let is_required = !field.is_key() && field.is_always_stored();
        let named = if is_required { format_ident!("required") } else { format_ident!("named") };
        let renamed = (ident != *attribute).then(|| quote!(.attribute(#attribute)));
        quote!(#stored.#named(#ident) #renamed #former #defaulted)
    });
    let unique = model.fields.iter().enumerate().filter_map(|(index, field)| {
        let (name, ignores_case) = (&field.name.text, field.options.unique.get()?.ignores_case());
        let scope = model.scope_of(index).into_iter().map(|field| &model.fields[field].name.text);
        Some(quote!(__rt::UniqueSchema { attribute: #name, scope: &[#(#scope),*], ignores_case: #ignores_case }))
    });
    let lists = [
        ("index_keys", sources::index_keys(model)),
        ("fields", fields.collect()),
        ("unique", unique.collect()),
        ("index_only", index_only::schemas(model)),
        ("sensitive", sensitive(model)),
    ];
    let lists = lists.into_iter().filter(|(_, entries)| !entries.is_empty());
    let lists = lists.map(|(name, entries)| {
        let name = format_ident!("{name}");
        quote!(#name: &[#(#entries),*])
    });
    lists.collect()
}

/// The schema of a field that has no name yet.
fn stored_schema(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.storage {
        Storage::Converted(converted) => {
            let stored = converted.stored(field.optional().unwrap_or(ty));
            quote!(__rt::FieldSchema::of(<#stored as __rt::Attribute>::TYPE))
        }
        Storage::Attribute => quote_spanned!(field.ty_span=> <#ty as __Stored>::__SCHEMA),
        Storage::Compressed(compression) => {
            let stored = compression.stored_type();
            quote!(__rt::FieldSchema::of(#stored))
        }
        _ => quote!(__rt::FieldSchema::of("")),
    }
}

/// The function that makes the stored form of a default, for fields that index keys depend on: an item without the
/// attribute has the keys that the default forms.
fn default_of(model: &Model, index: usize, field: &Field) -> TokenStream {
    match field.default_call(index).filter(|_| model.is_in_index_key(index)) {
        Some(default) => quote_spanned!(field.ty_span=> __rt::Some(|| __rt::stored_value(&#default))),
        None => quote!(__rt::None),
    }
}

/// The sensitive attributes, and the keys that templates make of sensitive fields.
fn sensitive(model: &Model) -> Vec<TokenStream> {
    let is_sensitive = |part: &usize| model.fields[*part].options.sensitive.is_set();
    let fields = model.fields.iter().filter(|field| field.options.sensitive.is_set());
    let fields = fields.filter(|field| !matches!(field.storage, Storage::Key)).map(|field| {
        let name = &field.name.text;
        quote!(#name)
    });
    let keys = primary(model).filter_map(|(role, source)| {
        let template = source.template()?;
        let attribute = role.attribute();
        template.parts().iter().any(is_sensitive).then(|| quote!(#attribute.name))
    });
    let index_keys = model.indexes.iter().enumerate().flat_map(|(number, index)| {
        index_keys::templates(index).filter_map(move |(place, template)| {
            let attribute = index_keys::attribute(number, place);
            let roots = template.nested().into_iter().map(|nested| model.nested[nested].root);
            template.parts().into_iter().chain(roots).any(|part| is_sensitive(&part)).then(|| quote!(#attribute.name))
        })
    });
    fields.chain(keys).chain(index_keys).collect()
}

/// The config, unless it is the default of the trait: only the declared table.
pub(super) fn config(model: &Model) -> Option<TokenStream> {
    let body = if let Some(function) = model.config.get() {
        quote_spanned!(function.span()=> #function())
    } else {
        let max_size = model.max_size.get().map(|bytes| quote!(.max_size(#bytes)));
        let skip_hooks = model.skip_hooks.get().map(|skip| quote!(.skip_hooks(#skip)));
        let consistent_read = model.consistent_read.get().map(|consistent| quote!(.consistent_read(#consistent)));
        let lifecycle = lifecycle(model);
        let settings = quote!(#max_size #skip_hooks #consistent_read #lifecycle);
        if settings.is_empty() {
            return None;
        }
        quote!(__rt::ModelConfig::new(__TABLE.name)#settings)
    };
    Some(quote! {
        fn config() -> __rt::ModelConfig {
            __rt::ModelConfig::__declared(#body, __TABLE)
        }
    })
}
