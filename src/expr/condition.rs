//! Conditions: a tree of comparisons and functions, without any expression text.
//!
//! [`Placeholders`](super::Placeholders) turns the tree into text when the request is built.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{BitAnd, BitOr, Not};

use super::node::Segment;
use super::operand::Term;
use crate::RawExpression;

/// A condition on an item of the model `M`: a comparison of [paths](super::Path), or several conditions combined
/// with `&` (and), `|` (or) and `!` (not).
///
/// Rust does not let a library overload `&&` and `==` for this: write `a.eq(1) & b.gt(2)`.
///
/// Writes take a condition in `.when(..)` (a `ConditionExpression`), reads in `.filter(..)` (a `FilterExpression`).
///
/// ```
/// # use singlet::Model;
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, points: u64, nick: Option<String> }
/// let request = User::update("USER#1")
///     .add(|u| u.points, 1)
///     .when(|u| u.points.lt(10) | (u.points.lt(20) & u.nick.exists()))
///     .explain()?;
/// assert!(request.body().contains("attribute_exists(#"));
/// # Ok::<(), singlet::Error>(())
/// ```
///
/// `Debug` shows no values.
#[doc(alias = "ConditionExpression")]
#[doc(alias = "FilterExpression")]
#[must_use = "a condition does nothing unless an operation takes it"]
pub struct Condition<M> {
    tree: Tree,
    of: PhantomData<fn() -> M>,
}

impl<M> Condition<M> {
    pub(crate) fn new(tree: Tree) -> Self {
        Condition { tree, of: PhantomData }
    }

    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }

    /// Combines conditions with `AND`. Returns `None` if there are none.
    ///
    /// Use this for filters that are assembled at run time.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// use singlet::expr::Condition;
    ///
    /// fn search(min_total: Option<u64>, tag: Option<&str>) -> Option<Condition<Order>> {
    ///     let paths = Order::FIELDS;
    ///     let total = min_total.map(|min| paths.total.ge(min));
    ///     let tag = tag.map(|tag| paths.tags.contains(tag));
    ///     Condition::all(total.into_iter().chain(tag))
    /// }
    ///
    /// let gifts = search(Some(10), Some("gift")).unwrap();
    /// assert!(Order::query("ann").filter(|_| gifts).await?.is_empty());
    /// assert!(search(None, None).is_none());
    /// # Ok(()) }) }
    /// ```
    pub fn all(conditions: impl IntoIterator<Item = Self>) -> Option<Self> {
        conditions.into_iter().reduce(|a, b| a & b)
    }

    /// Combines conditions with `OR`. Returns `None` if there are none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// use singlet::expr::Condition;
    /// let notes = ["draft", "gift"].map(|note| Order::FIELDS.note.eq(note));
    /// assert!(Order::query("ann").filter(|_| Condition::any(notes).unwrap()).await?.is_empty());
    /// # Ok(()) }) }
    /// ```
    pub fn any(conditions: impl IntoIterator<Item = Self>) -> Option<Self> {
        conditions.into_iter().reduce(|a, b| a | b)
    }
}

/// A condition that singlet does not expose, written as a DynamoDB expression.
impl<M> From<RawExpression> for Condition<M> {
    fn from(raw: RawExpression) -> Self {
        Condition::new(Tree::Raw(raw))
    }
}

/// What `.when(..)` and `.filter(..)` take: a [`Condition`], or a [`RawExpression`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a condition on `{M}`",
    label = "expected a condition, such as `c.points.ge(5)`",
    note = "`==`, `<`, `&&` and `||` give a `bool`: compare with `.eq(..)` and `.lt(..)`, combine with `&` and `|`"
)]
pub trait IntoCondition<M> {
    #[doc(hidden)]
    fn into_condition(self) -> Condition<M>;
}

impl<M> IntoCondition<M> for Condition<M> {
    fn into_condition(self) -> Condition<M> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M> IntoCondition<M> for RawExpression {
    fn into_condition(self) -> Condition<M> {
        self.into()
    }
}

// Not derived: a derive would require `M: Clone`.
impl<M> Clone for Condition<M> {
    fn clone(&self) -> Self {
        Condition::new(self.tree.clone())
    }
}

// Values may be personal data, so not even the operators around them are shown.
impl<M> fmt::Debug for Condition<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condition(..)")
    }
}

impl<M> BitAnd for Condition<M> {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Condition::new(self.tree.and(other.tree))
    }
}

impl<M> BitOr for Condition<M> {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Condition::new(self.tree.or(other.tree))
    }
}

impl<M> Not for Condition<M> {
    type Output = Self;

    fn not(self) -> Self {
        Condition::new(Tree::Not(Box::new(self.tree)))
    }
}

/// A condition without the type of its model.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Compare(Term, Comparator, Term),
    Between(Term, Term, Term),
    In(Term, Vec<Term>),
    Function(&'static str, Term, Option<Term>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    Raw(RawExpression),
}

impl Tree {
    pub(crate) fn and(self, other: Tree) -> Tree {
        // Flattened, so that a long chain is one level deep: rendering the text recurses into each level.
        match (self, other) {
            (Tree::And(mut trees), Tree::And(others)) => {
                trees.extend(others);
                Tree::And(trees)
            }
            (Tree::And(mut trees), other) => {
                trees.push(other);
                Tree::And(trees)
            }
            (tree, Tree::And(others)) => Tree::And([vec![tree], others].concat()),
            (tree, other) => Tree::And(vec![tree, other]),
        }
    }

    pub(crate) fn or(self, other: Tree) -> Tree {
        // Nested alternatives become one list, so the text needs no parentheses between them.
        match (self, other) {
            (Tree::Or(mut trees), Tree::Or(others)) => {
                trees.extend(others);
                Tree::Or(trees)
            }
            (Tree::Or(mut trees), other) => {
                trees.push(other);
                Tree::Or(trees)
            }
            (tree, other) => Tree::Or(vec![tree, other]),
        }
    }

    /// This condition, and also `other` if there is one.
    pub(crate) fn and_maybe(self, other: Option<Tree>) -> Tree {
        match other {
            Some(other) => self.and(other),
            None => self,
        }
    }

    /// Whether the condition holds if there is no item; `None` if only the service can tell.
    pub(crate) fn holds_without_item(&self) -> Option<bool> {
        let is_path = |term: &Term| matches!(term, Term::Path(_));
        match self {
            // A comparison with an absent attribute is false, except for `<>`.
            Tree::Compare(a, comparator, b) => {
                (*comparator != Comparator::Ne && (is_path(a) || is_path(b))).then_some(false)
            }
            Tree::Function("attribute_not_exists", ..) => Some(true),
            Tree::Between(term, ..) | Tree::In(term, _) | Tree::Function(_, term, _) => is_path(term).then_some(false),
            Tree::And(trees) => decided(trees, false),
            Tree::Or(trees) => decided(trees, true),
            Tree::Not(tree) => tree.holds_without_item().map(|holds| !holds),
            Tree::Raw(_) => None,
        }
    }

    /// A function that is applied to the attribute `name`.
    pub(crate) fn function(function: &'static str, name: &'static str) -> Tree {
        Tree::Function(function, Term::Path(vec![Segment::Name(name)]), None)
    }

    pub(crate) fn exists(name: &'static str) -> Tree {
        Tree::function("attribute_exists", name)
    }

    pub(crate) fn not_exists(name: &'static str) -> Tree {
        Tree::function("attribute_not_exists", name)
    }

    /// The attribute is present for a model: it is stored, and not as NULL.
    pub(crate) fn has(path: Vec<Segment>) -> Tree {
        let exists = Tree::Function("attribute_exists", Term::Path(path.clone()), None);
        exists.and(Tree::Not(Box::new(Tree::is_null(path))))
    }

    /// The attribute is absent for a model: it is not stored, or another tool has stored NULL.
    pub(crate) fn lacks(path: Vec<Segment>) -> Tree {
        Tree::Function("attribute_not_exists", Term::Path(path.clone()), None).or(Tree::is_null(path))
    }

    /// The attribute is stored as NULL.
    pub(crate) fn is_null(path: Vec<Segment>) -> Tree {
        let null = Term::text(super::AttributeType::Null.as_str());
        Tree::Function("attribute_type", Term::Path(path), Some(null))
    }

    /// A comparison of the attribute `name`.
    pub(crate) fn compare(
        name: &'static str,
        comparator: Comparator,
        value: aws_sdk_dynamodb::types::AttributeValue,
    ) -> Tree {
        Tree::Compare(Term::Path(vec![Segment::Name(name)]), comparator, Term::Value(Ok(value)))
    }
}

/// `decisive` if one of the conditions is, and its opposite if all are that.
fn decided(trees: &[Tree], decisive: bool) -> Option<bool> {
    let mut holds = Some(!decisive);
    for tree in trees {
        match tree.holds_without_item() {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => holds = None,
        }
    }
    holds
}

/// A comparison operator of DynamoDB's expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparator {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Comparator {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Comparator::Eq => "=",
            Comparator::Ne => "<>",
            Comparator::Lt => "<",
            Comparator::Le => "<=",
            Comparator::Gt => ">",
            Comparator::Ge => ">=",
        }
    }
}
