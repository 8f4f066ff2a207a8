//! Comparisons of the size of an attribute: the function `size()` of DynamoDB's expressions.

use std::marker::PhantomData;

use aws_sdk_dynamodb::types::AttributeValue;

use super::condition::{Comparator, Condition, Tree};
use super::node::Segment;
use super::operand::Term;

/// The size of an attribute: the bytes of a string or binary, or the number of elements of a set, list or map.
///
/// ```
/// # use singlet::Model;
/// # #[derive(Model)]
/// # #[model(table = "users")]
/// # struct User { #[model(hash_key)] pk: String, name: String }
/// let request = User::update("USER#1").set(|u| u.name, "Ann").when(|u| u.name.size().lt(40)).explain()?;
/// assert!(request.body().contains("size(#1) < :0"));
/// # Ok::<(), singlet::Error>(())
/// ```
#[must_use = "a size does nothing unless it is compared"]
#[derive(Debug)]
pub struct Size<M> {
    segments: Vec<Segment>,
    of: PhantomData<fn() -> M>,
}

impl<M> Size<M> {
    pub(super) fn of(segments: Vec<Segment>) -> Self {
        Size { segments, of: PhantomData }
    }

    fn compare(self, comparator: Comparator, size: u64) -> Condition<M> {
        Condition::new(Tree::Compare(Term::Size(self.segments), comparator, number(size)))
    }

    /// The size equals `size`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.lines.size().eq(0)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn eq(self, size: u64) -> Condition<M> {
        self.compare(Comparator::Eq, size)
    }

    /// The size differs from `size`.
    pub fn ne(self, size: u64) -> Condition<M> {
        self.compare(Comparator::Ne, size)
    }

    /// The size is less than `size`.
    pub fn lt(self, size: u64) -> Condition<M> {
        self.compare(Comparator::Lt, size)
    }

    /// The size is at most `size`.
    pub fn le(self, size: u64) -> Condition<M> {
        self.compare(Comparator::Le, size)
    }

    /// The size is greater than `size`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.tags.size().gt(2)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn gt(self, size: u64) -> Condition<M> {
        self.compare(Comparator::Gt, size)
    }

    /// The size is at least `size`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.note.size().ge(100)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn ge(self, size: u64) -> Condition<M> {
        self.compare(Comparator::Ge, size)
    }

    /// The size lies between `low` and `high`, both inclusive.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_order.in")); fn main() { run(async {
    /// let orders = Order::query("ann").filter(|o| o.note.size().between(1, 40)).await?;
    /// # Ok(()) }) }
    /// ```
    pub fn between(self, low: u64, high: u64) -> Condition<M> {
        Condition::new(Tree::Between(Term::Size(self.segments), number(low), number(high)))
    }
}

fn number(size: u64) -> Term {
    Term::Value(Ok(AttributeValue::N(size.to_string())))
}
