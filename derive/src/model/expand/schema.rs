//! The constants that describe a model: its table, entity, TTL and config.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
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
            quote_spanned!(field.ty_span()=> __rt::KeySchema::new(#name, <#ty as __rt::KeyField>::KEY_TYPE))
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

pub(super) fn schema(model: &Model, lists: &[List]) -> TokenStream {
    let name = model.ident.unraw().to_string();
    let entity = model.has_derived_table().then(|| {
        let (name, optional) = (model.entity_name(), model.entity.get().copied().unwrap_or(false));
        let aliases = &model.entity_aliases;
        quote!(.entity(#name, &[#(#aliases),*], #optional))
    });
    let ttl = ttl(model);
    let managed = super::managed::schema(model);
    let lists = lists.iter().map(List::call);
    let write_mark = model.write_mark.get().map(|name| {
        let name = &name.text;
        quote!(.write_mark(#name))
    });
    let number = model.numbered.expand().map(|(_, number)| number);
    quote! {
        const SCHEMA: &'static __rt::ModelSchema = &__rt::ModelSchema::new(#name, __TABLE)
            .keys(__HASH_KEY, __RANGE_KEY)
            #(#lists)*
            #entity
            #ttl
            #managed
            #write_mark
            #number;
    }
}

/// A list of the schema: a separate constant, because references to it are `'static`.
pub(super) struct List {
    /// The function of `ModelSchema` that sets it.
    setter: &'static str,
    ty: TokenStream,
    entries: Vec<TokenStream>,
}

impl List {
    fn ident(&self) -> Ident {
        format_ident!("__{}", self.setter.to_uppercase())
    }

    /// The constant.
    fn constant(&self) -> TokenStream {
        let (ident, List { ty, entries, .. }) = (self.ident(), self);
        quote!(const #ident: &[#ty] = &[#(#entries),*];)
    }

    /// The call that adds the list to the schema.
    fn call(&self) -> TokenStream {
        let (ident, setter) = (self.ident(), format_ident!("{}", self.setter));
        quote!(.#setter(#ident))
    }
}

/// The constants of the lists.
pub(super) fn constants(model: &Model, lists: &[List]) -> TokenStream {
    let upgrades = model.numbered.expand().map(|(upgrades, _)| upgrades);
    let lists = lists.iter().map(List::constant);
    quote!(#upgrades #(#lists)*)
}

/// The lists that are not empty.
pub(super) fn lists(model: &Model) -> Vec<List> {
    let required =
        model.fields.iter().filter(|field| field.is_attribute() && !field.is_key() && field.is_always_stored());
    let required = required.map(|field| field.name.text.to_token_stream());
    let fields = model.fields.iter().enumerate().filter(|(_, field)| field.is_attribute()).map(|(index, field)| {
        let (ident, attribute, stored) = (field.ident.unraw().to_string(), &field.name.text, stored_type(field));
        let defaulted = field.default.is_some().then(|| {
            let default = default_of(model, index, field);
            quote!(.defaulted(#default))
        });
        let former: Vec<&String> = field.aliases().map(|alias| &alias.text).collect();
        let former = (!former.is_empty()).then(|| quote!(.former(&[#(#former),*])));
        quote!(__rt::FieldSchema::new(#ident, #attribute, #stored) #former #defaulted)
    });
    let unique = model.fields.iter().enumerate().filter_map(|(index, field)| {
        let (name, ignores_case) = (&field.name.text, field.options.unique.get()?.ignores_case());
        let scope = model.scope_of(index).into_iter().map(|field| &model.fields[field].name.text);
        Some(quote!(__rt::UniqueSchema { attribute: #name, scope: &[#(#scope),*], ignores_case: #ignores_case }))
    });
    let lists = [
        ("index_keys", quote!(__rt::IndexKeys), sources::index_keys(model)),
        ("required", quote!(&str), required.collect()),
        ("fields", quote!(__rt::FieldSchema), fields.collect()),
        ("unique", quote!(__rt::UniqueSchema), unique.collect()),
        ("index_only", quote!(__rt::IndexOnlyField), index_only::schemas(model)),
        ("sensitive", quote!(&str), sensitive(model)),
    ];
    let lists = lists.into_iter().filter(|(_, _, entries)| !entries.is_empty());
    lists.map(|(setter, ty, entries)| List { setter, ty, entries }).collect()
}

/// DynamoDB's name for the type of a field's attribute, as far as it is known.
fn stored_type(field: &Field) -> TokenStream {
    let ty = &field.ty;
    match &field.storage {
        Storage::Converted(converted) => {
            let stored = converted.stored(field.optional().unwrap_or(ty));
            quote!(<#stored as __rt::Attribute>::TYPE)
        }
        Storage::Attribute => quote_spanned!(field.ty_span()=> <#ty as __rt::Stored>::TYPE),
        Storage::Compressed(compression) => {
            let stored = compression.stored_type();
            quote!(#stored)
        }
        _ => quote!(""),
    }
}

/// The function that makes the stored form of a default, for fields that index keys depend on: an item without the
/// attribute has the keys that the default forms.
fn default_of(model: &Model, index: usize, field: &Field) -> TokenStream {
    match field.default_call(index).filter(|_| model.is_in_index_key(index)) {
        Some(default) => quote_spanned!(field.ty_span()=> __rt::Some(|| __rt::stored_value(&#default))),
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
