//! The steps of a document path, known at compile time ([`Node`]) or at run time ([`Segment`]).
//!
//! A model's paths are constants, so `c.address.city` costs nothing at run time.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::attribute::Record;
use crate::attribute::field_number::FieldNumber;
use crate::attribute::names::FieldNames;

/// A document path that is known when the model is compiled: a name and the path it is nested in.
#[doc(hidden)]
#[derive(Debug)]
pub struct Node {
    pub name: &'static str,
    /// The names that items may have instead of it.
    pub former: &'static [&'static str],
    /// The variant of an enum that it is, instead of an attribute.
    pub variant: Option<VariantStep>,
    pub up: Option<&'static Node>,
}

/// The step from an enum into one of its variants.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariantStep {
    /// The stored name of the variant.
    pub name: &'static str,
    /// The attribute that names the variant. The fields are then next to it, and otherwise in an entry of the variant's name.
    pub tag: Option<&'static str>,
}

/// The path of a nested struct, as a type.
///
/// It is a type and not a value because a nested struct's paths must be constants for every place it occurs in.
#[doc(hidden)]
pub trait PathAnchor {
    const NODE: Option<&'static Node>;
    /// The names of the fields there, if the struct is flattened.
    const NAMES: Option<FieldNames> = None;
}

/// The names of the fields of `T` at `P`.
const fn names<T: Record, P: PathAnchor>() -> FieldNames {
    match P::NAMES {
        Some(names) => names,
        None => FieldNames::of(T::NAMES),
    }
}

/// The path of the attribute with the number `N` of a struct `T` that is itself at `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct At<T, N, P>(PhantomData<(T, N, P)>);

impl<T: Record, N: FieldNumber, P: PathAnchor> PathAnchor for At<T, N, P> {
    const NODE: Option<&'static Node> = Some(&Node {
        name: names::<T, P>().name(N::NUMBER),
        former: names::<T, P>().former(N::NUMBER),
        variant: None,
        up: P::NODE,
    });
}

/// The path of the flattened struct with the number `N` of a struct `T` that is itself at `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Flattened<T, N, P>(PhantomData<(T, N, P)>);

impl<T: Record, N: FieldNumber, P: PathAnchor> PathAnchor for Flattened<T, N, P> {
    const NODE: Option<&'static Node> = P::NODE;
    const NAMES: Option<FieldNames> = Some(names::<T, P>().flattened(T::NAMES, N::NUMBER));
}

/// The top level of an item.
#[doc(hidden)]
#[derive(Debug)]
pub struct Root;

impl PathAnchor for Root {
    const NODE: Option<&'static Node> = None;
}

/// A step of a document path.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// An attribute, or a field of a nested struct.
    Name(&'static str),
    /// The same, which items may have under former names: see [`renamed`](super::renamed).
    Renamed { name: &'static str, former: &'static [&'static str] },
    /// A field that is not an attribute, because only keys of indexes hold it. No expression names it: what an update sets it to
    /// becomes these keys.
    IndexOnly(&'static str),
    /// An entry of a map.
    Key(Arc<str>),
    /// An element of a list.
    Index(u32),
    /// A variant of an enum. Expressions have the steps of [`in_variant`](super::in_variant) instead.
    Variant(VariantStep),
}

impl Segment {
    /// An attribute with these former names.
    pub(crate) fn named(name: &'static str, former: &'static [&'static str]) -> Self {
        if former.is_empty() { Segment::Name(name) } else { Segment::Renamed { name, former } }
    }

    /// The name that is sent through a placeholder.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Segment::Name(name) | Segment::Renamed { name, .. } => Some(name),
            Segment::Key(key) => Some(key),
            Segment::Variant(variant) if variant.tag.is_none() => Some(variant.name),
            Segment::Index(_) | Segment::Variant(_) | Segment::IndexOnly(_) => None,
        }
    }

    /// Whether both lead to the same place: a map key and a struct field may be the same name.
    pub(crate) fn is_same(&self, other: &Segment) -> bool {
        match (self, other) {
            (Segment::Index(a), Segment::Index(b)) => a == b,
            (Segment::IndexOnly(a), Segment::IndexOnly(b)) => a == b,
            _ => self.name().is_some() && self.name() == other.name(),
        }
    }
}

/// Appends the steps from the top of the item down to `node`.
pub(super) fn chain(node: &'static Node, segments: &mut Vec<Segment>) {
    if let Some(up) = node.up {
        chain(up, segments);
    }
    segments.push(match node.variant {
        Some(variant) => Segment::Variant(variant),
        None => Segment::named(node.name, node.former),
    });
}

/// A path as error messages show it, with `[..]` instead of map keys.
///
/// Names come from structs. Map keys are data, and errors never contain data.
pub(crate) struct Shown<'a>(pub(crate) &'a [Segment]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Name(name) | Segment::Renamed { name, .. } | Segment::IndexOnly(name) if n == 0 => {
                    f.write_str(name)?;
                }
                Segment::Name(name) | Segment::Renamed { name, .. } | Segment::IndexOnly(name) => write!(f, ".{name}")?,
                Segment::Key(_) => f.write_str("[..]")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Variant(variant) if variant.tag.is_none() => write!(f, ".{}", variant.name)?,
                Segment::Variant(_) => {}
            }
        }
        Ok(())
    }
}
