//! Typed document paths, and the conditions that their operators make.
//!
//! Generated structs of paths are what users meet first. A path knows its model, its type and its role, so a
//! comparison with a value of another type or an update of a key does not compile.

use std::fmt;
use std::marker::PhantomData;

use super::condition::{Comparator, Condition, Tree};
use super::kind::{AttributeType, Comparable, HasPrefix, Holds, ListOf, MapOf, Ordered};
use super::node::{Node, PathAnchor, Segment};
use super::operand::{Operand, Term};
use super::role::{Element, Flat, ListOrMapEntry, Plain, Readable, Role, Single};
use super::run_time::Under;
use super::size::Size;
use crate::Attribute;

/// A typed document path to an attribute of type `T`, or to a value inside one, in items of the model `M`.
///
/// The derives generate a struct of paths for each model, which closures receive. The path of a nested struct has that
/// struct's fields (`c.address.city`), the path of an enum has its [variants](#variants-of-enums) (`o.payment.card`), the
/// path of a list has [`at`](Self::at), and the path of a map has [`key`](Self::key). Its methods make
/// [conditions](Condition); [updates](crate::Update) take the path itself.
///
/// | DynamoDB | here |
/// |---|---|
/// | `a = :v`, `a <> :v` | `.eq(v)`, `.ne(v)` |
/// | `a < :v`, `a <= :v`, `a > :v`, `a >= :v` | `.lt(v)`, `.le(v)`, `.gt(v)`, `.ge(v)` |
/// | `a BETWEEN :low AND :high`, `a IN (:v, :w)` | `.between(low, high)`, `.is_in([v, w])` |
/// | `attribute_exists(a)`, `attribute_not_exists(a)` | `.exists()`, `.not_exists()`, with NULL as absent |
/// | `attribute_type(a, :t)` | `.attribute_type(t)` |
/// | `begins_with(a, :v)`, `contains(a, :v)` | `.begins_with(v)`, `.contains(v)` |
/// | `a.tag = :variant`, `attribute_exists(a.Variant)` | `.variant.is_stored()` |
/// | `size(a) > :v` | `.size().gt(v)` |
/// | `x AND y`, `x OR y`, `NOT x` | `x & y`, `x \| y`, `!x` |
/// | `a.b`, `a[3]`, `a.#key` | `.b`, `.at(3)`, `.key("key")` |
///
/// NULL, which other tools store for an absent attribute, counts as absent in every condition but `attribute_type`:
///
/// | condition | on NULL, and on an absent attribute |
/// |---|---|
/// | `not_exists`, `ne` | holds |
/// | `exists`, `eq`, `lt`, `le`, `gt`, `ge`, `between`, `is_in`, `begins_with`, `contains`, comparisons of `size` | does not hold |
/// | `attribute_type` | holds for the stored type, which can be `Null` |
///
/// `R` is the role of the attribute. It decides what an update may do: for example, no update sets a part of the
/// primary key.
pub struct Path<M, T, R: Role = Plain> {
    pub(super) repr: R::Repr,
    // A function type, so that a path is `Send` and `Sync` whatever `M` and `T` are.
    pub(super) of: PhantomData<fn() -> (M, T)>,
}

// Not derived: a derive would require `M: Clone` and `T: Clone`.
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

/// Paths that are constants: those of attributes and of nested structs.
#[doc(hidden)]
pub trait AtAnchor<P: PathAnchor>: Sized {
    const HERE: Self;
}

impl<M, T, R: Role<Repr = &'static Node>, P: PathAnchor> AtAnchor<P> for Path<M, T, R> {
    const HERE: Self = Path {
        repr: match P::NODE {
            Some(node) => node,
            // The top of an item has no path. Only flattened structs are there, and their role has no steps.
            None => &Node { name: "", former: &[], variant: None, up: None },
        },
        of: PhantomData,
    };
}

impl<M, T, P: PathAnchor> AtAnchor<P> for Path<M, T, Flat> {
    const HERE: Self = Path { repr: (), of: PhantomData };
}

/// A path to one attribute, or a struct of paths that stands for the attribute it is nested in.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a path to an attribute of `{M}`",
    label = "expected a path, such as `c.name` in `|c| c.name`"
)]
pub trait PathTo<M> {
    /// The type of the attribute.
    type Declared: Attribute;
    /// The role of the attribute.
    type Role: Role;
    /// The steps of the path.
    fn segments(&self) -> Vec<Segment>;
}

#[diagnostic::do_not_recommend]
impl<M, D: Attribute, R: Single> PathTo<M> for Path<M, D, R> {
    type Declared = D;
    type Role = R;

    fn segments(&self) -> Vec<Segment> {
        R::segments(&self.repr)
    }
}

impl<M, T, R: Role> Path<M, T, R> {
    /// The steps of a path that need not lead to an attribute.
    pub(super) fn steps(&self) -> Vec<Segment> {
        R::segments(&self.repr)
    }
}

/// The paths of an element of type `T`.
type FieldsOf<M, T> = <T as Attribute>::Fields<M, T, ListOrMapEntry>;

impl<M, D: Attribute, R: Single + Readable> Path<M, D, R> {
    fn segments(&self) -> Vec<Segment> {
        R::segments(&self.repr)
    }

    fn compare(&self, comparator: Comparator, right: Term) -> Condition<M> {
        Condition::new(Tree::Compare(Term::Path(self.segments()), comparator, right))
    }

    fn test(&self, function: &'static str, argument: Term) -> Condition<M> {
        Condition::new(Tree::Function(function, Term::Path(self.segments()), Some(argument)))
    }

    /// The attribute equals `value`, which is a value of its type or the path of another attribute.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let mut order = Order::builder().customer("ann").id(7).total(40).build();
    /// order.create().await?;
    /// Order::update(("ann", 7)).set(|o| o.total, 50).when(|o| o.total.eq(40)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn eq<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Comparable,
    {
        self.compare(Comparator::Eq, value.term())
    }

    /// The attribute differs from `value`. An absent attribute differs from every value.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.total.ne(0) & o.note.ne("draft")).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn ne<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Comparable,
    {
        self.compare(Comparator::Ne, value.term())
    }

    /// The attribute is less than `value`. An absent attribute is not less than any value.
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
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let large = Order::query("ann").filter(|o| o.total.ge(100)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn ge<K>(&self, value: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        self.compare(Comparator::Ge, value.term())
    }

    /// The attribute lies between `low` and `high`, both inclusive.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let medium = Order::query("ann").filter(|o| o.total.between(10, 99)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn between<J, K>(&self, low: impl Operand<M, D::Value, J>, high: impl Operand<M, D::Value, K>) -> Condition<M>
    where
        D::Kind: Ordered,
    {
        Condition::new(Tree::Between(Term::Path(self.segments()), low.term(), high.term()))
    }

    /// The attribute equals one of the values.
    ///
    /// DynamoDB takes 1 to 100 values. Any other number is an error of kind
    /// [`Validation`](crate::ErrorKind::Validation) when the operation is awaited.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let urgent = Order::query("ann").filter(|o| o.note.is_in(["today", "urgent"])).await?;
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "IN")]
    pub fn is_in<V: Operand<M, D::Value, K>, K>(&self, values: impl IntoIterator<Item = V>) -> Condition<M>
    where
        D::Kind: Comparable,
    {
        let values = values.into_iter().map(Operand::term).collect();
        Condition::new(Tree::In(Term::Path(self.segments()), values))
    }

    /// The item has the attribute. A `None` is stored as an absent attribute, and NULL of another tool counts as absent:
    /// both read as `None`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let noted = Order::query("ann").filter(|o| o.note.exists()).await?;
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "attribute_exists")]
    pub fn exists(&self) -> Condition<M> {
        Condition::new(Tree::has(self.segments()))
    }

    /// The item does not have the attribute, or holds NULL in it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.note.not_exists()).await?;
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "attribute_not_exists")]
    pub fn not_exists(&self) -> Condition<M> {
        Condition::new(Tree::lacks(self.segments()))
    }

    /// The attribute is stored as the given type of DynamoDB.
    ///
    /// Use it to find items that another program has written with another type.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// use singlet::expr::AttributeType;
    ///
    /// let odd = Order::scan().filter(|o| o.total.attribute_type(AttributeType::S)).count().await?;
    /// assert_eq!(odd, 0);
    /// # Ok(()) }) }
    /// ```
    pub fn attribute_type(&self, stored: AttributeType) -> Condition<M> {
        self.test("attribute_type", Term::text(stored.as_str()))
    }

    /// The string or binary begins with `prefix`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let gifts = Order::query("ann").filter(|o| o.note.begins_with("gift:")).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn begins_with<K>(&self, prefix: impl Operand<M, <D::Kind as HasPrefix>::Prefix, K>) -> Condition<M>
    where
        D::Kind: HasPrefix,
    {
        self.test("begins_with", prefix.term())
    }

    /// The string contains `part`, or the set or list has it as an element.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let sale = Order::query("ann").filter(|o| o.tags.contains("sale") | o.note.contains("sale")).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn contains<K>(&self, part: impl Operand<M, <D::Kind as Holds<D::Value>>::Part, K>) -> Condition<M>
    where
        D::Kind: Holds<D::Value>,
    {
        self.test("contains", part.term())
    }

    /// The size of the attribute: the bytes of a string or binary, or the number of elements of a set, list or map.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let long = Order::query("ann").filter(|o| o.lines.size().gt(20)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn size(&self) -> Size<M> {
        Size::of(self.segments())
    }

    /// The element of a list at `index`, counted from 0.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.lines.at(0).eq(4711)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn at(&self, index: u32) -> FieldsOf<M, <D::Value as ListOf>::Item>
    where
        D::Value: ListOf,
        FieldsOf<M, <D::Value as ListOf>::Item>: Under,
    {
        self.child(Segment::Index(index))
    }

    /// The entry of a map under `key`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.stock.key("pens").lt(3)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn key(&self, key: impl AsRef<str>) -> FieldsOf<M, <D::Value as MapOf>::Item>
    where
        D::Value: MapOf,
        FieldsOf<M, <D::Value as MapOf>::Item>: Under,
    {
        self.child(Segment::Key(key.as_ref().into()))
    }

    /// The content of a `Box`.
    ///
    /// A type that contains itself through a `Box` has no paths of its own there, because they would never end.
    pub fn inner<T: Attribute>(&self) -> <T as Attribute>::Fields<M, T, Element>
    where
        D: Boxed<Inner = T>,
        T::Fields<M, T, Element>: Under,
    {
        Under::under(&self.segments().into(), None)
    }

    fn child<F: Under>(&self, segment: Segment) -> F {
        let mut segments = self.segments();
        segments.push(segment);
        F::under(&segments.into(), None)
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
