//! The paths of an enum's variants.

use std::marker::PhantomData;
use std::sync::Arc;

use super::condition::Condition;
use super::in_variant;
use super::node::{Node, PathAnchor, Segment, VariantStep};
use super::path::{Boxed, Path};
use super::role::{Role, Single};
use crate::Attribute;
use crate::attribute::field_number::FieldNumber;
use crate::wire::{Fault, Reader, Writer};

/// What the path of a variant leads to.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a variant of an enum",
    label = "`is_stored` is for variants, such as `o.payment.card`",
    note = "`.exists()` asks whether an item has an attribute"
)]
pub trait OfVariant {}

/// A variant without data.
#[doc(hidden)]
#[derive(Debug)]
pub enum UnitVariant {}

impl OfVariant for UnitVariant {}

/// The fields of the struct that a variant with a tag wraps.
#[doc(hidden)]
#[derive(Debug)]
pub struct FieldsOfVariant<T>(PhantomData<fn() -> T>);

impl<T> OfVariant for FieldsOfVariant<T> {}

/// The value that a variant wraps. It is compared and set like any other. It cannot be removed, because no variant could
/// read the rest.
#[doc(hidden)]
#[derive(Debug)]
pub struct ValueOfVariant<T>(T);

impl<T> OfVariant for ValueOfVariant<T> {}

impl<T: Attribute> Attribute for ValueOfVariant<T> {
    type Kind = T::Kind;
    type Value = T::Value;
    // No paths: the tuples of a read cannot contain the type.
    type Fields<M, D, R: Role> = ();

    const TYPE: &'static str = T::TYPE;

    fn write(&self, writer: &mut Writer) {
        self.0.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader).map(ValueOfVariant)
    }
}

impl<T: Boxed> Boxed for ValueOfVariant<T> {
    type Inner = T::Inner;
}

/// # Variants of enums
///
/// The path of an enum with data that derives [`Attribute`](trait@crate::Attribute) has one for each variant, under the
/// variant's name in `snake_case`. It has the paths of the variant's named fields (`o.payment.card.last4`). If the variant
/// wraps one value, it is the path of that value (`o.payment.voucher.eq("X7")`), with the fields of a struct.
/// [`is_stored`](Self::is_stored) asks for the variant itself.
///
/// ```
/// # use singlet::{Attribute, Client, Model};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// #[derive(Debug, PartialEq, Attribute)]
/// #[attribute(tag = "kind")]
/// enum Payment {
///     Card { last4: String, tries: u8 },
///     Invoice { number: u32, tries: u8 },
///     Cash,
/// }
///
/// #[derive(Debug, Model)]
/// #[model(table = "orders", hash_key = "ORDER#{id}")]
/// struct Order {
///     id: u32,
///     payment: Payment,
/// }
///
/// Order::create_table().await?;
/// let payment = Payment::Card { last4: "4242".into(), tries: 0 };
/// Order { id: 7, payment }.create().await?;
///
/// // The tag is compared too: an invoice has no card's `tries`.
/// let order = Order::update(7)
///     .add(|o| o.payment.card.tries, 1)
///     .when(|o| o.payment.card.last4.eq("4242"))
///     .await?;
/// assert_eq!(order.payment, Payment::Card { last4: "4242".into(), tries: 1 });
/// assert_eq!(Order::scan().filter(|o| o.payment.card.is_stored()).count().await?, 1);
///
/// let error = Order::update(7).add(|o| o.payment.invoice.tries, 1).await.unwrap_err();
/// assert!(error.is_condition_failed());
/// assert_eq!(error.attribute(), Some("payment"));
/// # Ok(())
/// # }).await
/// # }
/// ```
///
/// If the stored value is of another variant, what the variant holds is absent: `not_exists`, `ne` and a negated comparison
/// hold, and all other comparisons do not.
///
/// An update that changes it, or copies from it, requires that the stored value is of the variant. If it is not, the error is
/// `ConditionFailed` and names the attribute of the enum. To change the variant, set the whole enum. The value that a
/// variant wraps cannot be removed, because no variant could read the rest: `remove` does not compile, and an action that
/// would leave an empty set is an error of kind `Validation`.
impl<M, V: OfVariant, R: Single> Path<M, V, R> {
    /// The attribute holds a value of this variant of an enum.
    ///
    /// The condition compares the tag. Without a tag, it requires an entry of the variant's name. It does not hold for an
    /// absent attribute.
    ///
    /// ```
    /// # use singlet::{Attribute, Model};
    /// # #[derive(Attribute)]
    /// # enum Payment { Card { last4: String }, Cash }
    /// # #[derive(Model)]
    /// # #[model(table = "orders", hash_key = "ORDER#{id}")]
    /// # struct Order { id: u32, paid: bool, payment: Payment }
    /// let request = Order::update(7).set(|o| o.paid, true).when(|o| !o.payment.cash.is_stored()).explain()?;
    /// assert!(request.body().contains("NOT attribute_exists(#1.#2)"), "{}", request.body());
    /// # Ok::<(), singlet::Error>(())
    /// ```
    pub fn is_stored(&self) -> Condition<M> {
        Condition::new(in_variant::is_of(&self.steps()))
    }
}

/// An enum whose variants have paths.
#[doc(hidden)]
pub trait Variants {
    /// The attribute that names the variant.
    const TAG: Option<&'static str>;
    /// The stored names of the variants.
    const NAMES: &'static [&'static str];
}

const fn step<E: Variants>(number: u8) -> VariantStep {
    VariantStep { name: E::NAMES[number as usize], tag: E::TAG }
}

/// The path of the variant with the number `N` of an enum `E` that is itself at `P`.
#[doc(hidden)]
#[derive(Debug)]
pub struct InVariant<E, N, P>(PhantomData<(E, N, P)>);

impl<E: Variants, N: FieldNumber, P: PathAnchor> PathAnchor for InVariant<E, N, P> {
    const NODE: Option<&'static Node> =
        Some(&Node { name: "", former: &[], variant: Some(step::<E>(N::NUMBER)), up: P::NODE });
}

/// The path of a variant inside a path that is made at run time.
#[doc(hidden)]
pub fn variant<E: Variants>(repr: &Arc<[Segment]>, number: u8) -> Arc<[Segment]> {
    repr.iter().cloned().chain([Segment::Variant(step::<E>(number))]).collect()
}
