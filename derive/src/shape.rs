//! What can be told of a type from its tokens alone.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// `T` of `Option<T>`.
pub(crate) fn option_inner(ty: &Type) -> Option<&Type> {
    inner(ty, "Option")
}

/// `T` of `Vec<T>`.
pub(crate) fn vec_inner(ty: &Type) -> Option<&Type> {
    inner(ty, "Vec")
}

/// `T` of `Name<T>`.
fn inner<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == name)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// `String`, `bool`, or a number of Rust.
pub(crate) fn is_primitive(ty: &Type) -> bool {
    const NAMES: [&str; 16] = [
        "String", "bool", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64",
    ];
    last_segment(ty).is_some_and(|segment| NAMES.iter().any(|name| segment.ident == name))
}

/// `HashSet<..>` or `BTreeSet<..>`: absent when empty.
pub(crate) fn is_set(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "HashSet" || segment.ident == "BTreeSet")
}

/// `TTLAttribute` or `Option<TTLAttribute>`.
pub(crate) fn is_ttl(ty: &Type) -> bool {
    last_segment(option_inner(ty).unwrap_or(ty)).is_some_and(|segment| segment.ident == "TTLAttribute")
}

/// `CompressedAttribute`.
pub(crate) fn is_compressed(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|segment| segment.ident == "CompressedAttribute")
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}
