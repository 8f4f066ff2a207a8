//! The `Record` impl of a struct: how its fields are read from and written into a map.

mod names;
mod read;
mod write;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::LitStr;

pub(crate) use write::{borrowed, replacement, write_field};

use crate::field::{DefaultValue, Field, Storage, default_fn};
use crate::name::Name;
use crate::paths;
use crate::values::values_type;

/// What a `Record` impl is made for.
pub(crate) struct Record<'a> {
    /// The struct.
    pub(crate) ident: &'a Ident,
    pub(crate) fields: &'a [Field],
    /// What a model has besides its fields.
    pub(crate) item: Option<ItemParts>,
    /// Whether there is a struct of paths.
    pub(crate) has_paths: bool,
    /// Whether the struct holds the fields of an enum's variant.
    pub(crate) is_variant: bool,
}

/// The parts of an item that are not fields.
pub(crate) struct ItemParts {
    pub(crate) entity: Option<EntityRead>,
    /// The statement that writes the schema number.
    pub(crate) schema_number: Option<TokenStream>,
    /// Whether an attribute that the model does not declare is refused.
    pub(crate) denies_unknown: bool,
    /// Which key attributes are read.
    pub(crate) keys: Vec<KeyRead>,
    /// Statements that compare the stored key with the fields.
    pub(crate) check_keys: TokenStream,
    /// What writes the keys.
    pub(crate) write_keys: TokenStream,
    /// The fields that are written with values of the operation's, instead of their own.
    pub(crate) replaced: Vec<usize>,
    /// What is checked once the field of this index is written.
    pub(crate) checks: Vec<(usize, TokenStream)>,
}

/// The entity attribute of a model.
pub(crate) struct EntityRead {
    pub(crate) name: String,
    /// Further names that are read.
    pub(crate) aliases: Vec<LitStr>,
    /// Whether items without the attribute are accepted.
    pub(crate) is_optional: bool,
}

/// A key attribute that a template makes: read to fill `key_only` fields, and compared with the other fields.
pub(crate) struct KeyRead {
    /// `hash`, `range`, or that of a key of an index: the slot.
    pub(crate) slot: Ident,
    /// The attribute's name, a constant expression.
    pub(crate) name: TokenStream,
    /// The function that takes the key apart.
    pub(crate) parse: Ident,
    /// What it gives: for each value the field it fills, if any.
    pub(crate) values: Vec<Option<usize>>,
    /// Whether it is compared. A key that only fills fields is parsed strictly, which is the same.
    pub(crate) is_compared: bool,
    /// What a key of an index has besides; `None` for one of the primary key.
    pub(crate) of_index: Option<IndexKeyRead>,
}

/// How `key_only` fields are read from a key of an index, which items may lack.
pub(crate) struct IndexKeyRead {
    /// The function that compares the key with the fields that are read from other keys, and these fields.
    pub(crate) compare: Option<(Ident, Vec<usize>)>,
}

/// A former name of a field.
struct FormerName<'a> {
    /// The number of the name.
    number: usize,
    /// The number of the field.
    field: usize,
    /// The index of the field.
    index: usize,
    /// 1 for the name that is read first.
    rank: usize,
    name: &'a Name,
}

impl KeyRead {
    /// Whether it fills a field.
    fn fills(&self) -> bool {
        self.values.iter().any(Option::is_some)
    }

    /// Whether its text is kept until all attributes have been read.
    fn is_kept(&self) -> bool {
        self.fills() || self.of_index.is_some()
    }
}

impl Record<'_> {
    /// The impl, and the items it needs.
    pub(crate) fn expand(&self) -> TokenStream {
        let ident = self.ident;
        let slots = self.slots_type();
        let slots = quote_spanned!(self.slots_span()=> type Slots = #slots;);
        let renamed = self.renamed();
        let of_item = self.item.as_ref().map(|_| quote!(.of_item()));
        let items = [self.slots(), self.default_fns(), self.offsets(), self.names(), self.compressions()];
        let (names, flattened) = (self.names_list(), self.flattened_list());
        let field_of = self.field_of();
        let fill = self.fill();
        let finish = self.finish();
        let form = self.form();
        let check_key = self.check_key();
        let unknown = self.unknown();
        let (write_fields, write_with) = (self.write_fields(), self.write_with());
        let check = self.check_flattened();
        let paths = self.paths();
        quote! {
            #(#items)*

            #[automatically_derived]
            impl __rt::Record for #ident {
                #slots
                type Paths<M, D, R: __rt::Role> = #paths<M, D, R>;
                const NAMES: &'static __rt::Names = &__rt::Names::new(#names, #flattened)#renamed #of_item;
                #field_of
                #fill
                #finish
                #check_key
                #unknown
                #form
                #write_fields
            }

            #write_with
            #check
        }
    }

    /// The impl beside errors. Nothing of it runs.
    pub(crate) fn fallback(&self, never: &TokenStream) -> TokenStream {
        let (ident, paths) = (self.ident, self.paths());
        quote! {
            impl __rt::Record for #ident {
                type Slots = ();
                type Paths<M, D, R: __rt::Role> = #paths<M, D, R>;
                const NAMES: &'static __rt::Names = &__rt::Names::new(&[], &[]);
                fn field_of(_: &[u8]) -> u8 { __rt::UNKNOWN }
                fn fill(_: &mut (), _: u8, _: &mut __rt::Reader<'_>) -> __Result<(), __Fault> { #never }
                fn finish((): ()) -> __Result<Self, __Fault> { #never }
                fn write_fields(&self, _: &mut __rt::Writer) { #never }
            }
        }
    }

    fn paths(&self) -> TokenStream {
        if self.has_paths { paths::ident(self.ident).into_token_stream() } else { quote!(__rt::Path) }
    }

    fn slots_ident(&self) -> Ident {
        format_ident!("__{}Slots", self.ident)
    }

    /// The slots, with those of the flattened structs.
    fn slots_type(&self) -> TokenStream {
        let mut ident = self.slots_ident();
        ident.set_span(self.slots_span());
        let flattened = self.flattened().map(|(_, field)| {
            let ty = &field.ty;
            quote_spanned!(field.ty_tokens_span=> <#ty as __rt::Record>::Slots)
        });
        quote_spanned!(self.slots_span()=> #ident<#(#flattened),*>)
    }

    /// The span of what names the slots. A type that cannot be flattened is an error wherever the compiler looks
    /// through them; errors of one span are one error.
    fn slots_span(&self) -> Span {
        self.flattened().next().map_or_else(Span::call_site, |(_, field)| field.ty_tokens_span)
    }

    fn stored(&self) -> impl Iterator<Item = (usize, &Field)> {
        self.fields.iter().enumerate().filter(|(_, field)| field.is_attribute())
    }

    /// The former names of the stored fields.
    fn former(&self) -> impl Iterator<Item = FormerName<'_>> {
        let first = self.stored().count();
        let named = self.stored().enumerate().flat_map(|(field, (index, declared))| {
            (1..).zip(declared.aliases()).map(move |(rank, name)| (field, index, rank, name))
        });
        let numbered = (first..).zip(named);
        numbered.map(|(number, (field, index, rank, name))| FormerName { number, field, index, rank, name })
    }

    fn has_former(&self) -> bool {
        self.former().next().is_some()
    }

    fn flattened(&self) -> impl Iterator<Item = (usize, &Field)> {
        self.fields.iter().enumerate().filter(|(_, field)| matches!(field.storage, Storage::Flattened))
    }

    fn entity(&self) -> Option<&EntityRead> {
        self.item.as_ref()?.entity.as_ref()
    }

    fn keys(&self) -> &[KeyRead] {
        self.item.as_ref().map_or(&[], |item| &item.keys)
    }

    /// The value of each attribute, and the slots of each flattened struct.
    fn slots(&self) -> TokenStream {
        let ident = self.slots_ident();
        let mut fields = Vec::new();
        let type_of = |field: &Field| if field.is_attribute() { field.ty.to_token_stream() } else { quote!(()) };
        let values = values_type(&quote!(__rt), self.fields.iter().map(type_of));
        fields.push(quote!(values: #values));
        // Parameters and not the types themselves: a type that cannot be flattened is one error, in the impl.
        let flattened: Vec<Ident> = self.flattened().map(|(index, _)| format_ident!("__S{index}")).collect();
        for ((index, _), parameter) in self.flattened().zip(&flattened) {
            let slot = Field::slot(index);
            fields.push(quote!(#slot: #parameter));
        }
        let names_read = self.has_former();
        fields.extend(names_read.then(|| quote!(names: __rt::NamesRead)));
        fields.extend(self.entity().map(|_| quote!(entity: bool)));
        fields.extend(self.item.as_ref().map(|_| quote!(stored: __rt::StoredKeyMarks)));
        for key in self.keys().iter().filter(|key| key.is_kept()) {
            let slot = &key.slot;
            fields.push(quote!(#slot: __rt::Option<__rt::KeyValue>));
        }
        quote! {
            #[doc(hidden)]
            #[derive(__rt::Default)]
            pub struct #ident<#(#flattened),*> { #(#fields,)* }
        }
    }

    /// The forms of the fields, for what an update may change from the inside: not a variant, which is replaced whole.
    fn form(&self) -> Option<TokenStream> {
        if self.is_variant {
            return None;
        }
        let own = self.stored().enumerate().filter(|(_, (_, field))| matches!(field.storage, Storage::Attribute));
        let own = own.map(|(number, (_, field))| {
            let (number, ty) = (Self::own_number(number), &field.ty);
            quote_spanned!(field.ty_span=> #number => <#ty as __Stored>::__FORM,)
        });
        let flattened = self.flattened().zip(self.ranges()).map(|((_, field), (start, end))| {
            let ty = &field.ty;
            quote_spanned!(field.ty_span=> #start.. if field < #end => <#ty as __rt::Record>::form(field - #start),)
        });
        let extra = self.fields.iter().find(|field| matches!(field.storage, Storage::Extra)).map(|field| {
            let ty = &field.ty;
            quote_spanned!(field.ty_span=> __rt::UNKNOWN => <#ty as __rt::Extra>::FORM,)
        });
        Some(quote! {
            fn form(field: u8) -> __rt::Form {
                match field {
                    #(#own)*
                    #extra
                    #(#flattened)*
                    _ => __rt::Form::Whole,
                }
            }
        })
    }

    /// A default expression is emitted once, for reading and for the builder.
    pub(crate) fn default_fns(&self) -> TokenStream {
        let functions = self.fields.iter().enumerate();
        let functions =
            functions.filter_map(|(index, field)| default_function(index, &field.ty, field.default.as_ref()));
        quote!(#(#functions)*)
    }

    fn compressions(&self) -> TokenStream {
        let options = self.fields.iter().enumerate().filter_map(|(index, field)| {
            let Storage::Compressed(compression) = &field.storage else {
                return None;
            };
            let (ident, options) = (compression_const(index), compression.runtime());
            Some(quote!(const #ident: __rt::CompressionOptions = #options;))
        });
        quote!(#(#options)*)
    }
}

/// The function that gives a default which is an expression.
pub(crate) fn default_function(index: usize, ty: &syn::Type, default: Option<&DefaultValue>) -> Option<TokenStream> {
    let Some(DefaultValue::Expr(expr)) = default else {
        return None;
    };
    let function = default_fn(index);
    let expr = if is_string(expr) { quote!(__rt::ValueFor::<#ty>::into_value(#expr)) } else { quote!(#expr) };
    Some(quote! {
        fn #function() -> #ty {
            #expr
        }
    })
}

pub(crate) fn compression_const(index: usize) -> Ident {
    format_ident!("__COMPRESSION_{index}")
}

fn is_string(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(_), .. }))
}
