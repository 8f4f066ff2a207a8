//! Field numbers: the struct's own attributes, then their former names, then entity and keys, then those of flattened structs.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};

use super::Record;
use crate::field::{Field, prefixed_names};

impl Record<'_> {
    /// How many fields come before the flattened ones.
    fn own_count(&self) -> usize {
        self.named() + usize::from(self.entity().is_some()) + self.keys().len()
    }

    /// How many numbers the names of the fields take.
    fn named(&self) -> usize {
        self.stored().count() + self.former().count()
    }

    pub(super) fn own_number(number: usize) -> Literal {
        Literal::usize_unsuffixed(number)
    }

    /// The number of the entity attribute.
    pub(super) fn entity_number(&self) -> Literal {
        Self::own_number(self.named())
    }

    /// The number of a key attribute that is read.
    pub(super) fn key_number(&self, key: usize) -> Literal {
        Self::own_number(self.named() + usize::from(self.entity().is_some()) + key)
    }

    fn offset_ident(index: usize) -> Ident {
        format_ident!("__OFFSET_{index}")
    }

    /// Where the numbers of each flattened struct begin and end.
    pub(super) fn ranges(&self) -> Vec<(TokenStream, TokenStream)> {
        let starts: Vec<_> = self.flattened().map(|(index, _)| Self::offset_ident(index)).map(|i| quote!(#i)).collect();
        let ends = starts.iter().skip(1).cloned().chain([quote!(<Self as __rt::Record>::COUNT)]);
        starts.iter().cloned().zip(ends).collect()
    }

    pub(super) fn offsets(&self) -> TokenStream {
        let mut next = Literal::usize_unsuffixed(self.own_count()).to_token_stream();
        let mut offsets = TokenStream::new();
        for (index, field) in self.flattened() {
            let (offset, ty) = (Self::offset_ident(index), &field.ty);
            offsets.extend(quote!(const #offset: u8 = #next;));
            next = quote_spanned!(field.ty_span=> __rt::count(#offset, <#ty as __rt::Record>::COUNT));
        }
        offsets
    }

    /// The list of the names of flattened structs.
    pub(super) fn flattened_list(&self) -> TokenStream {
        if self.flattened().next().is_none() { quote!(&[]) } else { quote!(__FLATTENED) }
    }

    /// The list of the names of the struct's attributes. References to literals are `'static`; other names need a constant.
    pub(super) fn names_list(&self) -> TokenStream {
        if self.has_computed_names() {
            return quote!(__NAMES);
        }
        let names = self.literal_names();
        quote!(&[#(#names),*])
    }

    fn literal_names(&self) -> impl Iterator<Item = &String> {
        let own = self.stored().map(|(_, field)| &field.name.text);
        own.chain(self.former().map(|former| &former.name.text))
    }

    /// Whether the list contains names that the table defines.
    fn has_computed_names(&self) -> bool {
        self.entity().is_some() || !self.keys().is_empty()
    }

    /// The constants of the lists of names: `__NAMES`, and `__FLATTENED` if structs are flattened.
    pub(super) fn names(&self) -> TokenStream {
        let own = self.has_computed_names().then(|| {
            let literal = self.literal_names();
            let entity = self.entity().map(|_| quote!(__rt::name_of(__TABLE.entity),));
            let keys = self.keys().iter().map(|key| &key.name);
            quote!(const __NAMES: &[&str] = &[#(#literal,)* #entity #(#keys),*];)
        });
        let mut flattened = self.flattened().map(|(index, field)| field.flattened_names(index)).peekable();
        let flattened =
            flattened.peek().is_some().then(|| quote!(const __FLATTENED: &[&__rt::Names] = &[#(#flattened),*];));
        let prefixed = self.flattened().filter_map(|(index, field)| prefixed(index, field));
        quote! {
            #(#prefixed)*
            #own
            #flattened
        }
    }

    /// The former names of each field that has some.
    pub(super) fn renamed(&self) -> Option<TokenStream> {
        let renamed = self.stored().enumerate().filter(|(_, (_, field))| field.aliases().next().is_some());
        let renamed = renamed.map(|(number, (_, field))| {
            let (number, former) = (Self::own_number(number), field.aliases().map(|alias| &alias.text));
            quote!((#number, &[#(#former),*]))
        });
        self.has_former().then(|| quote!(.renamed(&[#(#renamed),*])))
    }

    pub(super) fn field_of(&self) -> TokenStream {
        let mut arms = Vec::new();
        for (number, (_, field)) in self.stored().enumerate() {
            let (name, number) = (field.name.bytes(), Self::own_number(number));
            arms.push(quote!(#name => #number,));
        }
        for former in self.former() {
            let (name, number) = (former.name.bytes(), Self::own_number(former.number));
            arms.push(quote!(#name => #number,));
        }
        if self.entity().is_some() {
            let number = self.entity_number();
            arms.push(quote!(_ if __rt::is_name(__rt::name_of(__TABLE.entity), name) => #number,));
        }
        for (index, key) in self.keys().iter().enumerate() {
            let (name, number) = (&key.name, self.key_number(index));
            arms.push(quote!(_ if __rt::is_name(#name, name) => #number,));
        }
        let flattened = self.flattened().map(|(index, field)| {
            let (offset, ty) = (Self::offset_ident(index), &field.ty);
            let find = quote_spanned! {field.ty_span=>
                let field = <#ty as __rt::Record>::field_of(name);
                if field != __rt::UNKNOWN {
                    return #offset + field;
                }
            };
            match field.prefix() {
                Some(prefix) => {
                    let prefix = prefix.bytes();
                    quote!(if let __rt::Some(name) = name.strip_prefix(#prefix) { #find })
                }
                None => find,
            }
        });
        quote! {
            fn field_of(name: &[u8]) -> u8 {
                match name {
                    #(#arms)*
                    _ => {
                        #(#flattened)*
                        __rt::UNKNOWN
                    }
                }
            }
        }
    }

    /// What only the compiler sees of flattened structs: that none is a model, and two attributes of one name.
    pub(super) fn check_flattened(&self) -> TokenStream {
        let keys = self.keys().len();
        let checks = self.flattened().enumerate().map(|(nth, (_, field))| {
            let (ty, ident) = (&field.ty, self.ident);
            let item = format!(
                "the flattened field `{}` is a model, which has keys of its own; use a struct with `#[derive(Attribute)]`",
                field.ident
            );
            let taken = format!(
                "an attribute of the flattened field `{}` has the name of another attribute of `{ident}`; rename one of them, or give the field another `prefix`",
                field.ident
            );
            let many = format!("`{ident}` has more than 240 attributes, those of flattened structs included; nest some of them");
            quote_spanned! {field.ty_span=>
                if <#ty as __rt::Record>::NAMES.is_item() {
                    ::core::panic!(#item);
                }
                if <#ident as __rt::Record>::NAMES.overlaps(#nth, #keys) {
                    ::core::panic!(#taken);
                }
                if <#ident as __rt::Record>::COUNT > 240 {
                    ::core::panic!(#many);
                }
            }
        });
        let checks: TokenStream = checks.collect();
        if checks.is_empty() { checks } else { quote!(const _: () = { #checks };) }
    }
}

/// The constant with the names of a struct that is flattened with a prefix.
fn prefixed(index: usize, field: &Field) -> Option<TokenStream> {
    let (ident, ty, prefix) = (prefixed_names(index), &field.ty, field.prefix()?.text);
    Some(quote_spanned! {field.ty_span=>
        const #ident: &__rt::Names = {
            const NAMES: &__rt::Names = <#ty as __rt::Record>::NAMES;
            const TEXT: &[u8] = &NAMES.text::<{ NAMES.text_len(#prefix) }>(#prefix);
            const ALL: &[&str] = &NAMES.split::<{ NAMES.count() }>(#prefix, TEXT);
            const FORMER: &[__rt::Former] = &NAMES.former_in::<{ NAMES.former_len() }>(ALL);
            &NAMES.prefixed(ALL, FORMER)
        };
    })
}
