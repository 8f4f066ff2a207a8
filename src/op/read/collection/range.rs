//! The ranges of a query of a collection.

use super::CollectionQuery;
use crate::collection::{Collection, CollectionBeginning, CollectionBound, GivenBound};
use crate::error::fault_error;
use crate::key::{BoundUse, KeySource, KeyType, KeyValue, RangeBound, shared_bounds};
use crate::op::read::engine::KeyRange;
use crate::wire::Fault;
use crate::{Error, ErrorKind, Result};

/// Ranges over the range keys of all models. Several of them are combined with *and*.
///
/// The methods take values of the first few placeholders if the range keys of all models begin with the same placeholders
/// and the same literal text, also directly after the last value. They compare as those of [`Query`](crate::Query#ranges)
/// do. Values that the range keys do not share do not compile if their types differ, and are otherwise an error of kind
/// [`InvalidKey`](crate::ErrorKind::InvalidKey) before anything is sent.
///
/// All methods also take the [`KeyText`](crate::KeyText) of a stored key, which is compared with whole keys, byte by byte.
/// Use it if the models have different range keys. If the range key of an index has several attributes, it is a bound of the
/// first one. It fails with `InvalidKey` if the range key is not a string.
///
/// Items outside of the range are not read. A struct that requires one of them fails with `NotFound`.
impl<C: Collection, I> CollectionQuery<C, I> {
    /// Reads the items whose range keys begin with these values, or the item with this text as its range key.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// let rows = Row::query("ann").eq(KeyText("PROFILE")).await?;
    /// assert!(matches!(&rows[..], [Row::Customer(_)]));
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "KeyConditionExpression")]
    pub fn eq<K>(self, bound: impl CollectionBound<C, I, K>) -> Self {
        self.within(bound.into_bound(), BoundUse::Equal, KeyRange::at)
    }

    /// Reads the items whose range keys begin with the beginning of a value, or with this text. A `KeyText` that is empty is
    /// no bound.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// assert_eq!(Row::query("ann").begins_with(KeyText("ORDER#")).await?.len(), 2);
    /// # Ok(()) }) }
    /// ```
    #[doc(alias = "prefix")]
    pub fn begins_with<K>(self, beginning: impl CollectionBeginning<C, I, K>) -> Self {
        match beginning.into_beginning() {
            GivenBound::Text(text) if text.is_empty() => self,
            beginning => self.within(beginning, BoundUse::Begin, KeyRange::starting),
        }
    }

    /// Reads the items from `low` to `high`, both inclusive: range keys that begin with the values of `high` are included.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// let rows = Row::query("ann").between(KeyText("ORDER#0000000002"), KeyText("PROFILE")).await?;
    /// assert_eq!(rows.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn between<J, K>(self, low: impl CollectionBound<C, I, J>, high: impl CollectionBound<C, I, K>) -> Self {
        self.ge(low).le(high)
    }

    /// Reads the items whose range keys begin with these values, and those after them (`>=`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// assert_eq!(Row::query("ann").ge(KeyText("ORDER#0000000002")).await?.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn ge<K>(self, bound: impl CollectionBound<C, I, K>) -> Self {
        self.within(bound.into_bound(), BoundUse::Compare, KeyRange::since)
    }

    /// Reads the items after all range keys that begin with these values (`>`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// assert_eq!(Row::query("ann").gt(KeyText("ORDER#0000000002")).await?.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn gt<K>(self, bound: impl CollectionBound<C, I, K>) -> Self {
        self.within(bound.into_bound(), BoundUse::Compare, KeyRange::after)
    }

    /// Reads the items before all range keys that begin with these values (`<`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// assert_eq!(Row::query("ann").lt(KeyText("ORDER#0000000002")).await?.len(), 1);
    /// # Ok(()) }) }
    /// ```
    pub fn lt<K>(self, bound: impl CollectionBound<C, I, K>) -> Self {
        self.within(bound.into_bound(), BoundUse::Compare, KeyRange::before)
    }

    /// Reads the items up to these values, including range keys that begin with them (`<=`).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/docs/example_shop.in")); fn main() { run(async {
    /// use singlet::KeyText;
    /// assert_eq!(Row::query("ann").le(KeyText("ORDER#0000000002")).await?.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn le<K>(self, bound: impl CollectionBound<C, I, K>) -> Self {
        self.within(bound.into_bound(), BoundUse::Compare, KeyRange::up_to)
    }

    fn within(
        mut self,
        bound: GivenBound,
        bound_use: BoundUse,
        make: fn(RangeBound, &KeySource) -> Result<KeyRange, Fault>,
    ) -> Self {
        let Some(Ok(_)) = &self.reading.partition else { return self };
        let bounds = match bound {
            GivenBound::Text(text) => self.check_text().map(|()| vec![RangeBound::Value(KeyValue::S(text))]),
            GivenBound::Values(bounds) => {
                shared_bounds(&self.ranges, bounds, bound_use).map_err(|fault| fault_error(fault, C::SCHEMA.name))
            }
        };
        let prefix = |attribute| C::SCHEMA.range_prefix(self.ranges.iter().map(|range| range.get(attribute)));
        let sources = self.ranges.first().copied().unwrap_or_default();
        let Some(Ok(partition)) = &mut self.reading.partition else { return self };
        let narrowed =
            bounds.and_then(|bounds| partition.spans.within_shared(bounds, sources, &prefix, make, C::SCHEMA.name));
        if let Err(error) = narrowed {
            self.reading.partition = Some(Err(error));
        }
        self
    }

    /// Stored text is a bound of range keys that are text.
    fn check_text(&self) -> Result<()> {
        let Some(range) = self.reading.range_keys().next() else {
            let message = "the table or index has no range key, so a query of it has no bounds; remove them";
            return Err(Error::new(ErrorKind::InvalidKey, message).with_model(C::SCHEMA.name));
        };
        if range.key_type == KeyType::S {
            return Ok(());
        }
        let message = "the range key is not a string, so `KeyText` is not a bound of it; give a value";
        let error = Error::new(ErrorKind::InvalidKey, message).with_model(C::SCHEMA.name);
        Err(error.with_attribute(range.attribute.name))
    }
}
