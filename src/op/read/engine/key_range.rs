//! The ranges of the range-key attributes that a query reads, and their key conditions. An index can have several such
//! attributes.
//!
//! A query sends at most one condition per attribute, because DynamoDB accepts only one.

mod place;

use std::cmp::Ordering;

pub(crate) use place::compare;
use place::{KeyPlace, Side};

use crate::error::fault_error;
use crate::expr::Comparator;
use crate::key::{BoundScope, KeySource, KeyValue, RangeBound, split};
use crate::wire::Fault;
use crate::{Error, ErrorKind, Result};

/// The condition of a query on one attribute of the range key.
pub(crate) enum RangeCondition {
    Compare(Comparator, KeyValue),
    Between(KeyValue, KeyValue),
    BeginsWith(KeyValue),
}

/// A range of range keys, which lies between two places.
///
/// `BETWEEN`, DynamoDB's only operator with two bounds, includes both. A place then becomes the key that is adjacent to
/// it, so the bounds are exact.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyRange {
    low: Option<KeyPlace>,
    high: Option<KeyPlace>,
    /// Whether no key contains the last character of Unicode, since a template escapes it.
    is_escaped: bool,
    /// A key between both places that the range leaves out: that of the items without the optional part that it compares.
    left_out: Option<KeyValue>,
}

impl KeyRange {
    /// All range keys of a model, bounded by the literal text at the start of its template.
    pub(crate) fn of(source: &KeySource) -> Self {
        let Some(template) = source.template() else { return KeyRange::default() };
        let prefix = template.prefix();
        match template.count() {
            0 => KeyRange::one(KeyValue::from(prefix)),
            _ => KeyRange { is_escaped: template.escape, ..KeyRange::of_text(prefix) },
        }
    }

    fn one(value: KeyValue) -> Self {
        KeyRange {
            low: Some(KeyPlace::before(value.clone())),
            high: Some(KeyPlace::after(value)),
            ..KeyRange::default()
        }
    }

    fn beginning(with: KeyValue) -> Self {
        KeyRange {
            low: Some(KeyPlace::before(with.clone())),
            high: Some(KeyPlace::beyond(with)),
            ..KeyRange::default()
        }
    }

    /// All keys that begin with this text; all keys if it is empty.
    pub(crate) fn of_text(text: &str) -> Self {
        if text.is_empty() { KeyRange::default() } else { KeyRange::beginning(KeyValue::from(text)) }
    }

    /// The keys that begin with the bound.
    pub(crate) fn at(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        Ok(match edge.scope(source)? {
            BoundScope::One(value) => KeyRange::one(value),
            BoundScope::Beginning(text) => KeyRange::beginning(KeyValue::S(text)),
        })
    }

    /// The keys that begin with the bound. The bound may end inside a value. In a template, this is the last value.
    pub(crate) fn starting(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        let left_out = edge.without_optional(source)?;
        Ok(KeyRange { left_out, ..KeyRange::beginning(edge.beginning(source)?) }.settled())
    }

    /// The keys that begin with the bound, and those after them.
    pub(crate) fn since(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        Ok(KeyRange { high: None, ..KeyRange::compared(edge, source)? }.settled())
    }

    /// The keys that begin with the bound, and those before them.
    pub(crate) fn up_to(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        Ok(KeyRange { low: None, ..KeyRange::compared(edge, source)? }.settled())
    }

    /// The keys after all keys that begin with the bound.
    pub(crate) fn after(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        let compared = KeyRange::compared(edge, source)?;
        Ok(KeyRange { low: compared.high, high: None, ..compared }.settled())
    }

    /// The keys before all keys that begin with the bound.
    pub(crate) fn before(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        let compared = KeyRange::compared(edge, source)?;
        Ok(KeyRange { low: None, high: compared.low, ..compared }.settled())
    }

    /// As [`at`](Self::at), for an operator that needs keys in the order of their values.
    fn compared(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        if let (RangeBound::Parts(values), Some(template)) = (&edge, source.template()) {
            template.check_compared(values)?;
        }
        let left_out = edge.without_optional(source)?;
        Ok(KeyRange { left_out, ..KeyRange::at(edge, source)? })
    }

    /// Moves the lower end after the key that is left out, if the range begins with this key, and forgets a key that lies
    /// outside of the range.
    fn settled(mut self) -> Self {
        let Some(key) = self.left_out.take() else { return self };
        let before = KeyPlace::before(key.clone());
        match self.low.as_ref().map(|low| low.compare(&before)) {
            Some(Ordering::Equal) => self.low = Some(KeyPlace::after(key)),
            Some(Ordering::Greater) => {}
            _ if self.high.as_ref().is_some_and(|high| high.compare(&before).is_le()) => {}
            _ => self.left_out = Some(key),
        }
        self
    }

    /// The intersection of both.
    pub(crate) fn and(self, other: KeyRange) -> Self {
        let tighter = |a: Option<KeyPlace>, b: Option<KeyPlace>, order: Ordering| match (a, b) {
            (Some(a), Some(b)) => Some(if a.compare(&b) == order { a } else { b }),
            (a, b) => a.or(b),
        };
        let range = KeyRange {
            low: tighter(self.low, other.low, Ordering::Greater),
            high: tighter(self.high, other.high, Ordering::Less),
            is_escaped: self.is_escaped || other.is_escaped,
            left_out: self.left_out,
        };
        // A bound whose comparison leaves out a key begins with the text of this key, so no range contains two of them.
        let settled = range.settled();
        let left_out = settled.left_out.clone().or(other.left_out);
        KeyRange { left_out, ..settled }.settled()
    }

    /// Whether the range is a single key.
    pub(crate) fn is_one(&self) -> bool {
        matches!(
            (&self.low, &self.high),
            (Some(KeyPlace { value: low, side: Side::Before }), Some(KeyPlace { value: high, side: Side::After }))
                if compare(low, high).is_eq()
        )
    }

    /// Whether no key can lie in the range. The query is not sent then, because DynamoDB rejects such bounds.
    pub(crate) fn is_empty(&self) -> bool {
        // Most ranges have one of these forms and contain at least one key. The check of others copies their bounds.
        if self.is_prefix() || self.is_one() {
            return false;
        }
        let least = self.low.as_ref().map(KeyPlace::least);
        let greatest = self.high.as_ref().map(|high| high.greatest(self.is_escaped));
        match (least, greatest) {
            (Some(None), _) | (_, Some(None)) => true,
            (Some(Some(least)), Some(Some(greatest))) => compare(&least, &greatest).is_gt(),
            _ => false,
        }
    }

    pub(crate) fn contains(&self, key: &KeyValue) -> bool {
        let (before, after) = (KeyPlace::before(key.clone()), KeyPlace::after(key.clone()));
        self.left_out.as_ref() != Some(key)
            && self.low.as_ref().is_none_or(|low| low.compare(&before).is_le())
            && self.high.as_ref().is_none_or(|high| high.compare(&after).is_ge())
    }

    /// Whether the range contains exactly the keys with one prefix.
    fn is_prefix(&self) -> bool {
        matches!(
            (&self.low, &self.high),
            (Some(KeyPlace { value: low, side: Side::Before }), Some(KeyPlace { value: high, side: Side::Beyond }))
                if low == high
        )
    }

    /// The condition on the range key; `None` if the range is unbounded, or empty.
    pub(crate) fn condition(&self) -> Option<RangeCondition> {
        let compared = |comparator, value: &KeyValue| Some(RangeCondition::Compare(comparator, value.clone()));
        match (&self.low, &self.high) {
            (None, None) => None,
            (Some(KeyPlace { value, side: Side::Before }), None) => compared(Comparator::Ge, value),
            (Some(KeyPlace { value, side: Side::After }), None) => compared(Comparator::Gt, value),
            (Some(beyond), None) => Some(RangeCondition::Compare(Comparator::Ge, beyond.least()?)),
            (None, Some(KeyPlace { value, side: Side::Before })) => compared(Comparator::Lt, value),
            (None, Some(KeyPlace { value, side: Side::After })) => compared(Comparator::Le, value),
            (None, Some(beyond)) => Some(RangeCondition::Compare(Comparator::Lt, beyond.least()?)),
            (Some(low), Some(_)) if self.is_prefix() => Some(RangeCondition::BeginsWith(low.value.clone())),
            (Some(low), Some(high)) => {
                let (low, high) = (low.least()?, high.greatest(self.is_escaped)?);
                Some(match compare(&low, &high) {
                    Ordering::Equal => RangeCondition::Compare(Comparator::Eq, low),
                    _ => RangeCondition::Between(low, high),
                })
            }
        }
    }

    /// Passes to `add` what distinguishes this range from others; a cursor is bound to it.
    pub(crate) fn identify(&self, mut add: impl FnMut(&[u8])) {
        for place in [&self.low, &self.high] {
            let (side, bytes) = place.as_ref().map_or((0, &b""[..]), |place| {
                let side = match place.side {
                    Side::Before => 1,
                    Side::After => 2,
                    Side::Beyond => 3,
                };
                (side, place.value.as_bytes())
            });
            add(&[side]);
            add(bytes);
        }
    }
}

/// One range for each range-key attribute, from the first one on.
///
/// DynamoDB accepts conditions from left to right, and all but the last must be equalities. So every range but the last
/// is a single key, and a template's literal text bounds its attribute only if the attributes before are single keys.
#[derive(Debug, Clone)]
pub(crate) struct KeyRanges {
    spans: Vec<KeyRange>,
    /// The number of attributes before the last one for which the caller gave values.
    settled: usize,
}

impl KeyRanges {
    /// All range keys of a model.
    pub(crate) fn of(sources: &[KeySource]) -> Self {
        let mut spans =
            KeyRanges { spans: vec![sources.first().map_or_else(KeyRange::default, KeyRange::of)], settled: 0 };
        spans.bound(sources);
        spans
    }

    /// All range keys whose first attribute begins with this text.
    pub(crate) fn of_text(text: &str) -> Self {
        KeyRanges { spans: vec![KeyRange::of_text(text)], settled: 0 }
    }

    /// Adds the ranges of the attributes that follow single keys, from the literal text of their templates.
    fn bound(&mut self, sources: &[KeySource]) {
        while let Some(source) = sources.get(self.spans.len())
            && self.spans.last().is_some_and(KeyRange::is_one)
        {
            self.spans.push(KeyRange::of(source));
        }
    }

    /// Narrows the ranges to a bound: the attributes before its last one equal its values, and the last one lies in the
    /// range that `make` returns.
    pub(crate) fn within(
        &mut self,
        edge: RangeBound,
        sources: &[KeySource],
        make: fn(RangeBound, &KeySource) -> Result<KeyRange, Fault>,
        model: &'static str,
    ) -> Result<()> {
        let edges = match edge {
            RangeBound::MultiAttribute(given) => split(given, sources).map_err(|fault| fault_error(fault, model))?,
            edge => vec![edge],
        };
        self.narrow_all(
            edges,
            sources,
            &|attribute| sources.get(attribute).map_or_else(KeyRange::default, KeyRange::of),
            make,
            model,
        )?;
        self.bound(sources);
        Ok(())
    }

    /// As [`within`](Self::within), for the models of a collection: their keys share the bound of each attribute, which is a
    /// value or a text. `prefix` is the text that the keys of all models begin with in an attribute.
    pub(crate) fn within_shared(
        &mut self,
        edges: Vec<RangeBound>,
        sources: &[KeySource],
        prefix: &dyn Fn(usize) -> &'static str,
        make: fn(RangeBound, &KeySource) -> Result<KeyRange, Fault>,
        collection: &'static str,
    ) -> Result<()> {
        self.narrow_all(edges, sources, &|attribute| KeyRange::of_text(prefix(attribute)), make, collection)
    }

    /// Narrows the range of each attribute to its bound; `all` returns the range that it has without one.
    fn narrow_all(
        &mut self,
        mut edges: Vec<RangeBound>,
        sources: &[KeySource],
        all: &dyn Fn(usize) -> KeyRange,
        make: fn(RangeBound, &KeySource) -> Result<KeyRange, Fault>,
        model: &'static str,
    ) -> Result<()> {
        let fail = |fault| fault_error(fault, model);
        let Some(last) = edges.pop() else { return Ok(()) };
        let settled = edges.len();
        for (at, (edge, source)) in edges.into_iter().zip(sources).enumerate() {
            let span = KeyRange::at(edge, source).map_err(fail)?;
            if at < self.settled && self.spans.get(at).is_some_and(|known| known.clone().and(span.clone()).is_empty()) {
                return Err(apart(model));
            }
            self.narrow(at, span, all);
        }
        if let Some(source) = sources.get(settled) {
            self.narrow(settled, make(last, source).map_err(fail)?, all);
        }
        self.settled = self.settled.max(settled);
        Ok(())
    }

    fn narrow(&mut self, at: usize, span: KeyRange, all: &dyn Fn(usize) -> KeyRange) {
        match self.spans.get_mut(at) {
            Some(known) => *known = std::mem::take(known).and(span),
            None => self.spans.push(all(at).and(span)),
        }
    }

    /// Whether no key can lie in the ranges.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.iter().any(KeyRange::is_empty)
    }

    /// Refuses a range with a key in the middle that it leaves out, because a query reads one range without gaps.
    pub(crate) fn check(&self) -> Result<()> {
        if self.spans.iter().all(|span| span.left_out.is_none()) {
            return Ok(());
        }
        let message = "the range would contain the items without the optional part that it compares, between others; give the \
                       values before this part with `eq` too";
        Err(Error::new(ErrorKind::Validation, message))
    }

    /// The ranges from the first attribute on; the attributes after them are unbounded.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, KeyRange> {
        self.spans.iter()
    }
}

#[cold]
fn apart(model: &'static str) -> Error {
    let message = "a range over a multi-attribute key compares only the last attribute given; give both bounds the \
                   same values for the attributes before it";
    Error::new(ErrorKind::Validation, message).with_model(model)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_do_not_meet_are_empty() {
        let orders = KeyRange::of_text("ORDER#");
        let items = KeyRange::of_text("ITEM#");
        assert!(orders.clone().and(items).is_empty());
        let one = orders.clone().and(KeyRange::one("ORDER#7".into()));
        assert!(one.is_one() && !one.is_empty() && !orders.is_one());
        assert!(orders.contains(&"ORDER#7".into()) && !orders.contains(&"ORDERS".into()));
    }

    #[test]
    fn a_range_between_adjacent_keys_is_empty() {
        let after = KeyRange { low: Some(KeyPlace::after("a".into())), ..KeyRange::default() };
        let before = KeyRange { high: Some(KeyPlace::before("a\0".into())), ..KeyRange::default() };
        assert!(after.clone().and(before.clone()).is_empty());
        assert!(!after.is_empty() && !before.is_empty());
    }
}
