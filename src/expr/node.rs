use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::attribute::Record;

/// A place in the items of a model that is known when the model is compiled.
#[doc(hidden)]
#[derive(Debug)]
pub struct Node {
    pub name: &'static str,
    pub up: Option<&'static Node>,
}

/// The place of a nested struct, as a type: so paths are constants.
#[doc(hidden)]
pub trait PathAnchor {
    const NODE: Option<&'static Node>;
}

/// The place of the own attribute `N` of a struct `T` that is at `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct At<T, const N: u8, P>(PhantomData<fn() -> (T, P)>);

impl<T: Record, const N: u8, P: PathAnchor> PathAnchor for At<T, N, P> {
    const NODE: Option<&'static Node> = Some(&Node { name: T::NAMES.own(N), up: P::NODE });
}

/// The top of an item.
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
    /// An attribute, or an entry of a map that is a struct.
    Name(&'static str),
    /// An entry of a map.
    Key(Arc<str>),
    /// An element of a list.
    Index(u32),
}

impl Segment {
    /// The name to be sent through a placeholder.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Segment::Name(name) => Some(name),
            Segment::Key(key) => Some(key),
            Segment::Index(_) => None,
        }
    }

    /// Whether both lead to the same place.
    pub(crate) fn is_same(&self, other: &Segment) -> bool {
        match (self, other) {
            (Segment::Index(a), Segment::Index(b)) => a == b,
            _ => self.name().is_some() && self.name() == other.name(),
        }
    }
}

pub(super) fn chain(node: &'static Node, segments: &mut Vec<Segment>) {
    if let Some(up) = node.up {
        chain(up, segments);
    }
    segments.push(Segment::Name(node.name));
}

/// A path as error messages show it: attribute names, and `[..]` for keys, which are data.
pub(crate) struct Shown<'a>(pub(crate) &'a [Segment]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Name(name) if n == 0 => f.write_str(name)?,
                Segment::Name(name) => write!(f, ".{name}")?,
                Segment::Key(_) => f.write_str("[..]")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
