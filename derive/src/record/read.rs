//! The code that reads the fields of a struct from a map.

use proc_macro2::{Delimiter, Group, Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;

use super::{EntityRead, Record};
use crate::field::{Field, Storage};
use crate::name::Name;
use crate::values::value_at;

impl Record<'_> {
    pub(super) fn fill(&self) -> TokenStream {
        let slots_type = self.slots_type();
        let signature = quote_spanned! {self.slots_span()=>
            fn fill(slots: &mut #slots_type, field: u8, reader: &mut __rt::Reader<'_>) -> __Result<(), __Fault>
        };
        let [slots, number_read, reader] = ["slots", "field", "reader"].map(|name| self.local(name));
        let own = self.stored().enumerate().map(|(number, (index, field))| {
            let number = Self::own_number(number);
            let fill = if field.aliases().next().is_some() {
                self.fill_named(index, &number, 0, &field.name)
            } else {
                let slot = self.value_at(index);
                self.fill_field(field, &quote!(&mut #slot))
            };
            let key = [(&field.options.hash_key, "hash"), (&field.options.range_key, "range")];
            let Some((_, place)) = key.into_iter().find(|(option, _)| option.is_set()) else {
                return quote!(#number => #fill,);
            };
            let (ty, place) = (&field.ty, format_ident!("{place}"));
            let found = quote_spanned!(field.ty_span=> <#ty as __rt::KeyField>::place(#reader));
            quote!(#number => { #slots.stored.#place = #found; #fill })
        });
        let former = self.former().map(|former| {
            let (number, field) = (Self::own_number(former.number), Self::own_number(former.field));
            let fill = self.fill_named(former.index, &field, former.rank, former.name);
            quote!(#number => #fill,)
        });
        let entity = self.entity().map(|EntityRead { name, aliases, .. }| {
            let number = self.entity_number();
            quote!(#number => __rt::fill_entity(&mut #slots.entity, #name, &[#(#aliases),*], #reader),)
        });
        let keys = self.keys().iter().enumerate().map(|(index, key)| {
            let (number, slot) = (self.key_number(index), &key.slot);
            let place = key.is_compared.then(|| quote!(#slots.stored.#slot = __rt::key_place(#reader);));
            let fill = if key.of_index.is_some() {
                quote!(__rt::fill_index_key(&mut #slots.#slot, #reader))
            } else if key.fills() {
                quote!(__rt::fill_key(&mut #slots.#slot, #reader))
            } else {
                quote!(__rt::skip_field(#reader))
            };
            quote!(#number => { #place #fill })
        });
        let flattened = self.flattened().zip(self.ranges()).map(|((index, field), (start, end))| {
            let (slot, ty) = (self.nested_slots(index, field), &field.ty);
            let slot = quote_spanned!(field.ty_tokens_span=> &mut #slot);
            quote_spanned! {field.ty_tokens_span=>
                #start.. if #number_read < #end => <#ty as __rt::Record>::fill(#slot, #number_read - #start, #reader),
            }
        });
        let values = self.values(&quote!(&mut));
        let body = self.braced(quote! {
            #values
            match #number_read {
                #(#own)*
                #(#former)*
                #entity
                #(#keys)*
                #(#flattened)*
                _ => __rt::skip_field(#reader),
            }
        });
        quote!(#signature #body)
    }

    pub(super) fn finish(&self) -> TokenStream {
        let (slots, slots_type) = (self.local("slots"), self.slots_type());
        let signature = quote_spanned!(self.slots_span()=> fn finish(slots: #slots_type) -> __Result<Self, __Fault>);
        let entity = self
            .entity()
            .map(|EntityRead { is_optional, .. }| quote!(__rt::check_entity(#slots.entity, #is_optional || __TABLE.entity.is_none())?;));
        let keys = self.keys().iter().filter(|key| key.of_index.is_none() && key.fills()).map(|key| {
            let (slot, name, parse) = (&key.slot, &key.name, &key.parse);
            let values = key
                .values
                .iter()
                .map(|value| value.map_or_else(|| quote!(_), |index| key_value(index).to_token_stream()));
            quote! {
                let (#(#values,)*) = #parse(&__rt::take_key(#slots.#slot, #name)?).map_err(|_| __rt::unlike_template(#name))?;
            }
        });
        let index_keys = self.index_keys();
        let fields = self.fields.iter().enumerate().map(|(index, field)| {
            let ident = &field.ident;
            let value = self.finish_field(index, field);
            quote!(#ident: #value,)
        });
        let names = self.has_former().then(|| quote!(#slots.names.check()?;));
        let values = self.values(&TokenStream::new());
        let body = self.braced(quote! {
            #values
            #entity
            #names
            #(#keys)*
            #index_keys
            __rt::Ok(Self { #(#fields)* })
        });
        quote!(#signature #body)
    }

    /// Takes the fields out of the keys of indexes, and compares the further keys that contain them.
    fn index_keys(&self) -> TokenStream {
        let slots = self.local("slots");
        let keys = || self.keys().iter().filter_map(|key| Some((key, key.of_index.as_ref()?)));
        let filled = keys().filter(|(key, _)| key.fills()).map(|(key, _)| {
            let (slot, name, parse) = (&key.slot, &key.name, &key.parse);
            let values: Vec<usize> = key.values.iter().flatten().copied().collect();
            let locals: Vec<Ident> = values.iter().map(|index| key_value(*index)).collect();
            let parsed = quote!(__rt::parse_index_key(#slots.#slot.as_ref(), #name, #parse)?);
            match values[..] {
                // It is alone: other fields of the index are never `None`.
                [field] if self.fields[field].optional().is_some() => {
                    quote!(let #(#locals)* = __rt::Option::map(#parsed, |(value,)| value);)
                }
                _ => {
                    let field = values.first().map(|field| self.fields[*field].ident.unraw().to_string());
                    quote!(let (#(#locals,)*) = __rt::required_key(#parsed, #name, #field)?;)
                }
            }
        });
        let compared = keys().filter_map(|(key, read)| {
            let (slot, name, (compare, fields)) = (&key.slot, &key.name, read.compare.as_ref()?);
            let values = fields.iter().map(|index| {
                let value = key_value(*index);
                if self.fields[*index].optional().is_some() {
                    quote!(__rt::Option::as_ref(&#value))
                } else {
                    quote!(__rt::Some(&#value))
                }
            });
            Some(quote! {
                if let __rt::Some(key) = &#slots.#slot {
                    #compare(key, #(#values),*).map_err(|_| __rt::other_index_key(#name))?;
                }
            })
        });
        quote!(#(#filled)* #(#compared)*)
    }

    /// Compares the stored key with the one that the fields form.
    pub(super) fn check_key(&self) -> Option<TokenStream> {
        let item = self.item.as_ref().filter(|item| !item.check_keys.is_empty())?;
        let (slots_type, checks) = (self.slots_type(), &item.check_keys);
        let slots = self.local("slots");
        let signature = quote_spanned!(self.slots_span()=> fn stored_key(slots: &#slots_type) -> __rt::StoredKeyMarks);
        let body = self.braced(quote!(#slots.stored));
        Some(quote! {
            #signature #body

            fn check_key(&self, stored: __rt::StoredKeyMarks, reader: &mut __rt::Reader<'_>) -> __Result<(), __Fault> {
                #checks
                __rt::Ok(())
            }
        })
    }

    /// What becomes of the attributes that are not fields, unless they are ignored.
    pub(super) fn unknown(&self) -> Option<TokenStream> {
        let item = self.item.as_ref()?;
        let take = if let Some(field) = self.fields.iter().find(|field| matches!(field.storage, Storage::Extra)) {
            let (ident, ty) = (&field.ident, &field.ty);
            quote_spanned!(field.ty_span=> <#ty as __rt::Extra>::read_unknown::<Self>(&mut self.#ident, start, reader))
        } else if item.denies_unknown {
            quote!(__rt::refuse_unknown::<Self>(start, reader))
        } else {
            return None;
        };
        Some(quote! {
            fn unknown(&mut self, start: __rt::Mark, reader: &mut __rt::Reader<'_>) -> __Result<(), __Fault> {
                #take
            }
        })
    }

    /// A function's body; its braces are part of where the function is said to be.
    fn braced(&self, body: TokenStream) -> Group {
        let mut group = Group::new(Delimiter::Brace, body);
        group.set_span(self.slots_span());
        group
    }

    /// A parameter, named as in a signature that is written at a type.
    fn local(&self, name: &str) -> Ident {
        Ident::new(name, self.slots_span())
    }

    /// The statement that binds the values of the attributes to a variable, which shortens the code for each field. `access` is
    /// `&mut` or empty.
    fn values(&self, access: &TokenStream) -> Option<TokenStream> {
        self.stored().next()?;
        let [slots, values] = ["slots", "__values"].map(|name| self.local(name));
        Some(quote!(let #values = #access #slots.values;))
    }

    /// The value of the field with this index in the variable that [`values`](Self::values) binds.
    fn value_at(&self, index: usize) -> TokenStream {
        value_at(self.local("__values").into_token_stream(), index)
    }

    /// The slots of a flattened struct, said to be at its type.
    fn nested_slots(&self, index: usize, field: &Field) -> TokenStream {
        let (mut slots, mut slot) = (self.local("slots"), Field::slot(index));
        slots.set_span(slots.span().located_at(field.ty_tokens_span));
        slot.set_span(field.ty_tokens_span);
        quote_spanned!(field.ty_tokens_span=> #slots.#slot)
    }

    /// Reads an attribute into `slot`, an expression.
    fn fill_field(&self, field: &Field, slot: &TokenStream) -> TokenStream {
        let (reader, ty) = (self.local("reader"), &field.ty);
        let defaulted = field.default.is_some();
        let fill = match &field.storage {
            Storage::Attribute if defaulted => {
                return quote_spanned!(field.ty_span=> <#ty as __Stored>::__fill_default(#slot, #reader));
            }
            Storage::Serde => {
                quote_spanned!(field.ty_span=> <#ty as __rt::StoredBySerde>::fill(#slot, #reader))
            }
            Storage::Converted(converted) => {
                let read = match field.optional() {
                    None => converted.read(ty, &quote!(#reader)),
                    Some(inner) => {
                        let read = converted.read(inner, &quote!(#reader));
                        quote!(if #reader.null()? { __rt::Ok(__rt::None) } else { #read.map(__rt::Some) })
                    }
                };
                quote!(__rt::set(#slot, #read))
            }
            Storage::Compressed(_) => {
                let read = quote_spanned!(field.ty_span=> <#ty as __rt::CompressedText>::read_compressed(#reader));
                quote!(__rt::set(#slot, #read))
            }
            _ => {
                quote_spanned!(field.ty_span=> <#ty as __Stored>::__fill(#slot, #reader))
            }
        };
        if defaulted { quote!(if #reader.null()? { __rt::Ok(()) } else { #fill }) } else { fill }
    }

    /// Reads an attribute under one of its several names.
    fn fill_named(&self, index: usize, number: &Literal, rank: usize, name: &Name) -> TokenStream {
        let (slots, reader) = (self.local("slots"), self.local("reader"));
        let slot = self.value_at(index);
        let (rank, name) = (Self::own_number(rank), &name.text);
        let fill = self.fill_field(&self.fields[index], &self.local("slot").into_token_stream());
        let place = self.local("slot");
        quote! {
            #slots.names.fill((#number, #rank, #name), &mut #slot, #reader, |#place, #reader| #fill)
        }
    }

    fn finish_field(&self, index: usize, field: &Field) -> TokenStream {
        let (slot, ty, name) = (self.value_at(index), &field.ty, &field.name.text);
        let default = field.default_call(index);
        match (&field.storage, default) {
            (Storage::Key, _) => {
                let ident = key_value(index);
                quote!(#ident)
            }
            (Storage::Skipped | Storage::Extra, default) => quote!(#default),
            (Storage::Flattened, _) => {
                let slot = self.nested_slots(index, field);
                let finish = quote_spanned!(field.ty_tokens_span=> <#ty as __rt::Record>::finish(#slot));
                let finish = match field.prefix() {
                    Some(Name { text: prefix, .. }) => quote!(__rt::prefixed(#finish, #prefix)),
                    None => finish,
                };
                quote_spanned!(field.ty_tokens_span=> #finish?)
            }
            (_, Some(default)) => quote! {
                match #slot {
                    __rt::Some(value) => value,
                    __rt::None => #default,
                }
            },
            (Storage::Serde, None) => {
                quote_spanned!(field.ty_span=> <#ty as __rt::StoredBySerde>::take(#slot, #name)?)
            }
            (Storage::Compressed(_), None) => {
                let missing = quote_spanned!(field.ty_span=> <#ty as __rt::CompressedText>::when_missing());
                quote! {
                    match #slot {
                        __rt::Some(value) => value,
                        __rt::None => __rt::required(#missing, #name, "S")?,
                    }
                }
            }
            (Storage::Converted(converted), None) => match field.optional() {
                Some(_) => quote!(#slot.flatten()),
                None => {
                    let (stored, missing) = (converted.stored(ty), converted.when_missing(ty));
                    quote! {
                        match #slot {
                            __rt::Some(value) => value,
                            __rt::None => __rt::required(#missing, #name, <#stored as __rt::Attribute>::TYPE)?,
                        }
                    }
                }
            },
            (Storage::Attribute, None) => {
                quote_spanned!(field.ty_span=> <#ty as __Stored>::__take(#slot, #name)?)
            }
        }
    }
}

/// The local that holds a `key_only` field's value.
fn key_value(index: usize) -> Ident {
    format_ident!("__key_{index}")
}
