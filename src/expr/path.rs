use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::condition::{Comparator, Condition, Tree};
use super::kind::{AttributeType, Comparable, HasPrefix, Holds, ListOf, MapOf, Ordered};
use super::node::{Node, PathAnchor, Segment};
use super::operand::{Operand, Term};
use super::role::{Entry, Flat, Plain, Role, RunTime, Single};
use super::size::Size;
use crate::Attribute;

/// A typed document path: the attribute of type `T`, or a place in it, in items of the model `M`.
///
/// The fields structs that the derives make consist of paths. A path of a nested struct has its
/// fields (`c.address.city`), one of a list has [`at`](Self::at), one of a map [`key`](Self::key).
/// The methods make [conditions](Condition); [updates](crate::Update) take paths.
///
/// `R` says what may be done with it: an attribute of the primary key cannot be set, for instance.
pub struct Path<M, T, R: Role = Plain> {
    repr: R::Repr,
    of: PhantomData<fn() -> (M, T)>,
}

impl<M, T, R: Role> Clone for Path<M, T, R> {
    fn clone(&self) -> Self {
        Path { repr: self.repr.clone(), of: PhantomData }
    }
}

impl<M, T, R: Role> Copy for Path<M, T, R> where R::Repr: Copy {}

impl<M, T, R: Role> fmt::Debug for Path<M, T, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({})", super::node::Shown(&R::segments(&self.repr)))
    }
}

/// Paths that are constants: those under a [`PathAnchor`].
#[doc(hidden)]
pub trait AtAnchor<P: PathAnchor>: Sized {
    const HERE: Self;
}

impl<M, T, R: Role<Repr = &'static Node>, P: PathAnchor> AtAnchor<P> for Path<M, T, R> {
    const HERE: Self = Path {
        repr: match P::NODE {
            Some(node) => node,
            None => &Node { name: "", up: None },
        },
        of: PhantomData,
    };
}

impl<M, T, P: PathAnchor> AtAnchor<P> for Path<M, T, Flat> {
    const HERE: Self = Path { repr: (), of: PhantomData };
}

/// Paths that are made at run time: those behind [`Path::at`] and [`Path::key`].
#[doc(hidden)]
pub trait Under: Sized {
    fn under(repr: &Arc<[Segment]>) -> Self;
}

impl<M, T, R: RunTime> Under for Path<M, T, R> {
    fn under(repr: &Arc<[Segment]>) -> Self {
        Path { repr: Arc::clone(repr), of: PhantomData }
    }
}

/// A path to one attribute, or a fields struct that stands for one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a path to an attribute of `{M}`",
    label = "expected a path, such as `c.name` in `|c| c.name`"
)]
pub trait PathTo<M> {
    /// The type of the attribute.
    type Declared: Attribute;
    /// What may be done with it.
    type Role: Role;
    /// Its steps.
    fn segments(&self) -> Vec<Segment>;
}

impl<M, D: Attribute, R: Single> PathTo<M> for Path<M, D, R> {
    type Declared = D;
    type Role = R;

    fn segments(&self) -> Vec<Segment> {
        R::segments(&self.repr)
    }
}

/// The fields of an element of type `T`.
type FieldsOf<M, T> = <T as Attribute>::Fields<M, T, Entry>;

impl<M, D: Attribute, R: Single> Path<M, D, R> {
    fn segments(&self) -> Vec<Segment> {
        R::segments(&self.repr)
    }

    fn compare(&self, comparator: Comparator, right: Term) -> Condition<M> {
        Condition::new(Tree::Compare(Term::Path(self.segments()), comparator, right))
    }

    fn test(&self, function: &'static str, argument: Option<Term>) -> Condition<M> {
        Condition::new(Tree::Function(function, Term::Path(self.segments()), argument))
    }

    /// The attribute equals `value`: a value of its type or another path of the model.
    pub fn eq<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Comparable,
    {
        self.compare(Comparator::Eq, value.term())
    }

    /// The attribute differs from `value`. An absent attribute differs from every value.
    pub fn ne<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Comparable,
    {
        self.compare(Comparator::Ne, value.term())
    }

    /// The attribute is less than `value`. An absent attribute is not.
    pub fn lt<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        self.compare(Comparator::Lt, value.term())
    }

    /// The attribute is at most `value`.
    pub fn le<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        self.compare(Comparator::Le, value.term())
    }

    /// The attribute is greater than `value`.
    pub fn gt<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        self.compare(Comparator::Gt, value.term())
    }

    /// The attribute is at least `value`.
    pub fn ge<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        self.compare(Comparator::Ge, value.term())
    }

    /// The attribute lies between the two values, both included.
    pub fn between<J, K>(&self, low: impl Operand<M, D::Value, J>, high: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        Condition::new(Tree::Between(Term::Path(self.segments()), low.term(), high.term()))
    }

    /// The attribute is one of the values: 1 to 100, more are an error of kind `Validation`.
    pub fn is_in<V: Operand<M, D::Value, K>, K>(&self, values: impl IntoIterator<Item = V>) -> Condition<M>
    where
        D::Kind: Comparable,
    {
        let values = values.into_iter().map(Operand::term).collect();
        Condition::new(Tree::In(Term::Path(self.segments()), values))
    }

    /// The item has the attribute. An absent one and a `None` are the same.
    pub fn exists(&self) -> Condition<M> {
        self.test("attribute_exists", None)
    }

    /// The item does not have the attribute.
    pub fn not_exists(&self) -> Condition<M> {
        self.test("attribute_not_exists", None)
    }

    /// The attribute is stored as this type: for items that others write.
    pub fn attribute_type(&self, stored: AttributeType) -> Condition<M> {
        self.test("attribute_type", Some(Term::text(stored.as_str())))
    }

    /// The text or the bytes begin with `prefix`.
    pub fn begins_with<K>(&self, prefix: impl Operand<M, <D::Kind as HasPrefix>::Prefix, K>) -> Condition<M>
    where
        D::Kind: HasPrefix,
    {
        self.test("begins_with", Some(prefix.term()))
    }

    /// The text has `part` in it, or the set or list has it as an element.
    pub fn contains<K>(&self, part: impl Operand<M, <D::Kind as Holds<D::Value>>::Part, K>) -> Condition<M>
    where
        D::Kind: Holds<D::Value>,
    {
        self.test("contains", Some(part.term()))
    }

    /// The size of the attribute, to compare: bytes of a text or binary, elements of a set, list or map.
    pub fn size(&self) -> Size<M> {
        Size::of(self.segments())
    }

    /// The element of a list at `index`, from 0.
    pub fn at(&self, index: u32) -> FieldsOf<M, <D::Value as ListOf>::Item>
    where
        D::Value: ListOf,
        FieldsOf<M, <D::Value as ListOf>::Item>: Under,
    {
        self.child(Segment::Index(index))
    }

    /// The entry of a map under `key`.
    pub fn key(&self, key: impl AsRef<str>) -> FieldsOf<M, <D::Value as MapOf>::Item>
    where
        D::Value: MapOf,
        FieldsOf<M, <D::Value as MapOf>::Item>: Under,
    {
        self.child(Segment::Key(key.as_ref().into()))
    }

    /// What is in a `Box`: a type that contains itself has its fields only there.
    pub fn inner<T: Attribute>(&self) -> <T as Attribute>::Fields<M, T, super::Element>
    where
        D: Boxed<Inner = T>,
        T::Fields<M, T, super::Element>: Under,
    {
        Under::under(&self.segments().into())
    }

    fn child<F: Under>(&self, segment: Segment) -> F {
        let mut segments = self.segments();
        segments.push(segment);
        F::under(&segments.into())
    }
}

/// A `Box`, or an `Option` of one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(message = "`{Self}` is not a `Box`", label = "nothing is inside")]
pub trait Boxed {
    type Inner;
}

impl<T> Boxed for Box<T> {
    type Inner = T;
}

impl<T: Boxed> Boxed for Option<T> {
    type Inner = T::Inner;
}

/// The place of a field inside a place that is made at run time.
#[doc(hidden)]
pub fn child(repr: &Arc<[Segment]>, name: &'static str) -> Arc<[Segment]> {
    repr.iter().cloned().chain([Segment::Name(name)]).collect()
}
