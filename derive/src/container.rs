//! What a derive is put on.

use syn::{Data, DataStruct, DeriveInput, Fields, FieldsNamed, GenericParam, Generics};

use crate::errors::Errors;

/// A struct with named fields and without generics, or an error.
pub(crate) fn named_struct<'a>(input: &'a DeriveInput, derive: &str, errors: &Errors) -> Option<&'a FieldsNamed> {
    refuse_generics(&input.generics, derive, errors);
    let Data::Struct(DataStruct { fields: Fields::Named(fields), .. }) = &input.data else {
        let message =
            format!("`{derive}` is derived for structs with named fields; write `struct {} {{ .. }}`", input.ident);
        errors.at(&input.ident, message);
        return None;
    };
    Some(fields)
}

/// An error for every lifetime, type and const parameter: an item is data of its own.
pub(crate) fn refuse_generics(generics: &Generics, derive: &str, errors: &Errors) {
    for param in &generics.params {
        let (what, fix) = match param {
            GenericParam::Lifetime(_) => ("lifetimes", "own the data, as with `String`"),
            GenericParam::Type(_) => ("type parameters", "derive it for a struct of concrete types"),
            GenericParam::Const(_) => ("const parameters", "derive it for a struct of concrete types"),
        };
        errors.at(param, format_args!("`{derive}` is not derived for types with {what}; {fix}"));
    }
}
