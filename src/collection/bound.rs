//! The bounds of a collection's range keys: values that the keys of all models share, or stored text.

use super::Collection;
use crate::key::RangeBound;

/// A bound of the range keys of a collection: the values of the first few placeholders that the templates of all models
/// have in common, or the [stored text](KeyText) of a key. `I` is the index, and `Mark` is inferred.
///
/// ```
/// # use singlet::{Client, Collection, KeyText, Model, Table};
/// # #[derive(Table)]
/// # #[table(name = "crm", hash_key = "pk", range_key = "sk", entity = "_type")]
/// # struct Crm;
/// #[derive(Debug, PartialEq, Model)]
/// #[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "{day}#NOTE#{id}")]
/// struct Note {
///     customer: String,
///     day: String,
///     id: u32,
/// }
///
/// #[derive(Debug, PartialEq, Model)]
/// #[model(table = Crm, hash_key = "CUSTOMER#{customer}", range_key = "{day}#CALL#{id}")]
/// struct Call {
///     customer: String,
///     day: String,
///     id: u32,
/// }
///
/// #[derive(Debug, PartialEq, Collection)]
/// enum Event {
///     Note(Note),
///     Call(Call),
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> singlet::Result<()> {
/// # singlet::with_client(Client::embedded(), async {
/// # Crm::create_table().await?;
/// Note { customer: "ann".into(), day: "2026-11-27".into(), id: 1 }.save().await?;
/// Call { customer: "ann".into(), day: "2026-11-28".into(), id: 2 }.save().await?;
/// let events = Event::query("ann").ge("2026-11-28").await?;
/// assert!(matches!(&events[..], [Event::Call(_)]));
/// let november = Event::query("ann").begins_with("2026-11").await?;
/// assert_eq!(november.len(), 2);
/// let notes = Event::query("ann").begins_with(KeyText("2026-11-27#NOTE#")).await?;
/// assert_eq!(notes.len(), 1);
/// # Ok(())
/// # }).await
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a bound of the range keys of `{C}`",
    label = "expected the first values that the range keys of all models begin with, or a `KeyText`",
    note = "the models have range keys with other values; give the stored text of a key: `KeyText(\"ORDER#\")`"
)]
pub trait CollectionBound<C, I, Mark> {
    #[doc(hidden)]
    fn into_bound(self) -> GivenBound;
}

/// A text that range keys of a collection begin with: the beginning of a value that the templates of all models have in
/// common, or [stored text](KeyText). See [`CollectionBound`].
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
/// use singlet::KeyText;
/// let orders = Row::query("ann").begins_with(KeyText("ORDER#")).await?;
/// assert_eq!(orders.len(), 2);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "range keys of `{C}` cannot begin with `{Self}`",
    label = "expected the beginning of a value that the range keys of all models begin with, or a `KeyText`",
    note = "the models have range keys with other values; give the stored text of a key: `KeyText(\"ORDER#\")`"
)]
pub trait CollectionBeginning<C, I, Mark> {
    #[doc(hidden)]
    fn into_beginning(self) -> GivenBound;
}

/// The text of a range key [as it is stored](crate::key#the-stored-form-of-a-key), or the beginning of one: a bound of a
/// [`CollectionQuery`](crate::CollectionQuery) whose models have different range keys.
///
/// It is compared with whole keys, as DynamoDB does it: `eq` selects one key, and `le` does not include keys that are longer.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
/// use singlet::KeyText;
/// // The order 2 and everything after it, such as the profile of the customer.
/// let rows = Row::query("ann").ge(KeyText("ORDER#0000000002")).await?;
/// assert!(matches!(&rows[..], [Row::Order(_), Row::Customer(_)]));
/// let orders = Row::query("ann").begins_with(KeyText(format!("ORDER#{:010}", 1))).await?;
/// assert_eq!(orders.len(), 1);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyText<T>(pub T);

/// A bound as the caller has given it.
#[doc(hidden)]
#[derive(Debug)]
pub enum GivenBound {
    /// Stored text.
    Text(String),
    /// The values, once for each model.
    Values(Vec<RangeBound>),
}

/// Values that are leading parts of the range keys of all models. The derive implements it.
#[doc(hidden)]
pub trait SharedBound<I, V, Mark> {
    fn bounds(value: V) -> Vec<RangeBound>;
}

/// Values that range keys of all models can begin with. The derive implements it.
#[doc(hidden)]
pub trait SharedBeginning<I, V, Mark> {
    fn beginnings(value: V) -> Vec<RangeBound>;
}

// Markers, without which the implementations would overlap.
#[doc(hidden)]
#[derive(Debug)]
pub enum TextBound {}
#[doc(hidden)]
#[derive(Debug)]
pub struct OfAll<Mark>(std::marker::PhantomData<fn() -> Mark>);

impl<C, I, T: Into<String>> CollectionBound<C, I, TextBound> for KeyText<T> {
    fn into_bound(self) -> GivenBound {
        GivenBound::Text(self.0.into())
    }
}

#[diagnostic::do_not_recommend]
impl<C: Collection + SharedBound<I, V, Mark>, I, V, Mark> CollectionBound<C, I, OfAll<Mark>> for V {
    fn into_bound(self) -> GivenBound {
        GivenBound::Values(C::bounds(self))
    }
}

impl<C, I, T: Into<String>> CollectionBeginning<C, I, TextBound> for KeyText<T> {
    fn into_beginning(self) -> GivenBound {
        GivenBound::Text(self.0.into())
    }
}

#[diagnostic::do_not_recommend]
impl<C: Collection + SharedBeginning<I, V, Mark>, I, V, Mark> CollectionBeginning<C, I, OfAll<Mark>> for V {
    fn into_beginning(self) -> GivenBound {
        GivenBound::Values(C::beginnings(self))
    }
}
