//! The range of one range-key attribute that a query reads, and its key condition.
//!
//! It never sends more than one condition per attribute, because DynamoDB accepts only one.

use std::cmp::Ordering;

use crate::expr::{Comparator, Segment, Term, Tree};
use crate::key::{BoundScope, KeyRole, KeySource, KeyValue, RangeBound};
use crate::op::engine::sdk_key::sdk_value;
use crate::wire::Fault;
use crate::{Error, ErrorKind, Number, Result};

/// The greatest character. A text with this appended sorts after every other text that begins with it.
const LAST: char = char::MAX;

/// A range of range keys. Ranges of text have inclusive bounds only, because `BETWEEN`, DynamoDB's only operator with
/// two bounds, includes both.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyRange {
    low: Option<Bound>,
    high: Option<Bound>,
}

#[derive(Debug, Clone)]
struct Bound {
    value: KeyValue,
    inclusive: bool,
}

impl Bound {
    fn inclusive(value: KeyValue) -> Self {
        Bound { value, inclusive: true }
    }

    fn exclusive(value: KeyValue) -> Self {
        Bound { value, inclusive: false }
    }
}

impl KeyRange {
    /// All range keys of a model, bounded by the literal text at the start of its template.
    pub(crate) fn of(source: &KeySource) -> Self {
        let Some(template) = source.template() else { return KeyRange::default() };
        let prefix = template.prefix();
        match template.count() {
            0 => KeyRange::one(KeyValue::from(prefix)),
            _ if prefix.is_empty() => KeyRange::default(),
            _ => KeyRange::beginning(prefix.to_owned()),
        }
    }

    fn one(value: KeyValue) -> Self {
        KeyRange { low: Some(Bound::inclusive(value.clone())), high: Some(Bound::inclusive(value)) }
    }

    fn beginning(prefix: String) -> Self {
        let high = KeyValue::S(format!("{prefix}{LAST}"));
        KeyRange { low: Some(Bound::inclusive(KeyValue::S(prefix))), high: Some(Bound::inclusive(high)) }
    }

    /// All keys that begin with this text; all keys if it is empty.
    pub(crate) fn of_text(text: &str) -> Self {
        if text.is_empty() { KeyRange::default() } else { KeyRange::beginning(text.to_owned()) }
    }

    /// The keys that begin with the bound.
    pub(crate) fn at(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        Ok(match edge.scope(source)? {
            BoundScope::One(value) => KeyRange::one(value),
            BoundScope::Beginning(text) => KeyRange::beginning(text),
        })
    }

    /// The keys that begin with the bound. In plain text or bytes it may end anywhere; in a template it ends after a
    /// part.
    pub(crate) fn starting(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        match edge {
            RangeBound::Value(KeyValue::S(text)) => Ok(KeyRange::beginning(text)),
            RangeBound::Value(KeyValue::B(bytes)) => {
                let mut last = bytes.clone();
                last.resize(KeyRole::MAX_RANGE, u8::MAX);
                let (low, high) = (KeyValue::B(bytes), KeyValue::B(last));
                Ok(KeyRange { low: Some(Bound::inclusive(low)), high: Some(Bound::inclusive(high)) })
            }
            edge => KeyRange::at(edge, source),
        }
    }

    /// The keys that begin with the bound, and those after them.
    pub(crate) fn since(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        Ok(KeyRange { high: None, ..KeyRange::at(edge, source)? })
    }

    /// The keys that begin with the bound, and those before them.
    pub(crate) fn up_to(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        Ok(KeyRange { low: None, ..KeyRange::at(edge, source)? })
    }

    /// The keys after all keys that begin with the bound.
    pub(crate) fn after(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        let low = match edge.scope(source)? {
            // The next text in order, so that the bound can be inclusive.
            BoundScope::One(KeyValue::S(text)) => Bound::inclusive(KeyValue::S(text + "\0")),
            BoundScope::One(value) => Bound::exclusive(value),
            BoundScope::Beginning(text) => Bound::inclusive(KeyValue::S(format!("{text}{LAST}"))),
        };
        Ok(KeyRange { low: Some(low), high: None })
    }

    /// The keys before all keys that begin with the bound.
    pub(crate) fn before(edge: RangeBound, source: &KeySource) -> Result<Self, Fault> {
        let high = match edge.scope(source)? {
            BoundScope::One(KeyValue::S(text)) | BoundScope::Beginning(text) => {
                Bound::inclusive(KeyValue::S(before(text)))
            }
            BoundScope::One(value) => Bound::exclusive(value),
        };
        Ok(KeyRange { low: None, high: Some(high) })
    }

    /// The intersection of both.
    pub(crate) fn and(self, other: KeyRange) -> Self {
        let low = tighter(self.low, other.low, Ordering::Greater);
        let high = tighter(self.high, other.high, Ordering::Less);
        KeyRange { low, high }
    }

    /// Whether the range is a single key.
    pub(crate) fn is_one(&self) -> bool {
        let (Some(low), Some(high)) = (&self.low, &self.high) else { return false };
        low.inclusive && high.inclusive && compare(&low.value, &high.value).is_eq()
    }

    /// Whether no key can lie in the range. The query is not sent then, because DynamoDB rejects such bounds.
    pub(crate) fn is_empty(&self) -> bool {
        let (Some(low), Some(high)) = (&self.low, &self.high) else { return false };
        match compare(&low.value, &high.value) {
            Ordering::Less => false,
            Ordering::Equal => !(low.inclusive && high.inclusive),
            Ordering::Greater => true,
        }
    }

    pub(crate) fn contains(&self, key: &KeyValue) -> bool {
        let is_within = |bound: &Option<Bound>, side: Ordering| match bound {
            None => true,
            Some(bound) => match compare(key, &bound.value) {
                Ordering::Equal => bound.inclusive,
                order => order == side,
            },
        };
        is_within(&self.low, Ordering::Greater) && is_within(&self.high, Ordering::Less)
    }

    /// The condition on the range key; `None` if the range is unbounded.
    pub(crate) fn tree(&self, attribute: &'static str) -> Result<Option<Tree>> {
        let term = |value: &KeyValue| Term::Value(Ok(sdk_value(value)));
        let path = Term::Path(vec![Segment::Name(attribute)]);
        let one = |comparator, bound: &Bound| Tree::Compare(path.clone(), comparator, term(&bound.value));
        Ok(Some(match (&self.low, &self.high) {
            (None, None) => return Ok(None),
            (Some(low), None) => one(if low.inclusive { Comparator::Ge } else { Comparator::Gt }, low),
            (None, Some(high)) => one(if high.inclusive { Comparator::Le } else { Comparator::Lt }, high),
            (Some(low), Some(high)) if !(low.inclusive && high.inclusive) => return Err(exclusive(attribute)),
            (Some(low), Some(high)) if compare(&low.value, &high.value) == Ordering::Equal => one(Comparator::Eq, low),
            (Some(low), Some(high)) if begins(&low.value, &high.value) => {
                Tree::Function("begins_with", path, Some(term(&low.value)))
            }
            (Some(low), Some(high)) => Tree::Between(path, term(&low.value), term(&high.value)),
        }))
    }

    /// Passes to `add` what distinguishes this range from others; a cursor is bound to it.
    pub(crate) fn identify(&self, mut add: impl FnMut(&[u8])) {
        for bound in [&self.low, &self.high] {
            let (bytes, inclusive) =
                bound.as_ref().map_or((&b""[..], false), |bound| (bound.value.as_bytes(), bound.inclusive));
            add(&[u8::from(bound.is_some()), u8::from(inclusive)]);
            add(bytes);
        }
    }
}

#[cold]
fn exclusive(attribute: &'static str) -> Error {
    let message =
        "a range key that is a number or bytes cannot have two bounds if one is `gt` or `lt`; use `between` instead";
    Error::new(ErrorKind::Validation, message).with_attribute(attribute)
}

/// Whether the two bounds enclose exactly the keys that begin with the first.
fn begins(low: &KeyValue, high: &KeyValue) -> bool {
    match (low, high) {
        (KeyValue::S(low), KeyValue::S(high)) => high.strip_suffix(LAST) == Some(low),
        (KeyValue::B(low), KeyValue::B(high)) => {
            high.len() == KeyRole::MAX_RANGE
                && high.strip_prefix(&low[..]).is_some_and(|rest| rest.iter().all(|byte| *byte == u8::MAX))
        }
        _ => false,
    }
}

/// The last text before this one, assuming that keys do not contain the last character of Unicode.
fn before(mut text: String) -> String {
    let Some(last) = text.pop() else { return text };
    // U+D800 to U+DFFF are surrogates, which are not characters.
    let previous = match last {
        '\u{e000}' => Some('\u{d7ff}'),
        last => u32::from(last).checked_sub(1).and_then(char::from_u32),
    };
    if let Some(previous) = previous {
        text.push(previous);
        text.push(LAST);
    }
    text
}

fn tighter(a: Option<Bound>, b: Option<Bound>, side: Ordering) -> Option<Bound> {
    let (Some(x), Some(y)) = (&a, &b) else { return a.or(b) };
    match compare(&x.value, &y.value) {
        Ordering::Equal => {
            if x.inclusive {
                b
            } else {
                a
            }
        }
        order => {
            if order == side {
                a
            } else {
                b
            }
        }
    }
}

/// Compares keys in DynamoDB's order: numbers by value, text and bytes by their bytes.
pub(crate) fn compare(a: &KeyValue, b: &KeyValue) -> Ordering {
    match (a, b) {
        (KeyValue::N(a), KeyValue::N(b)) => match (a.parse::<Number>(), b.parse::<Number>()) {
            (Ok(a), Ok(b)) => a.cmp(&b),
            _ => a.cmp(b),
        },
        _ => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(span: &KeyRange) -> (Option<&str>, Option<&str>) {
        let text = |bound: &'_ Option<Bound>| bound.as_ref().and_then(|bound| bound.value.as_str()).map(str::to_owned);
        let leak = |text: Option<String>| text.map(|text| &*text.leak());
        (leak(text(&span.low)), leak(text(&span.high)))
    }

    #[test]
    fn the_text_before_a_text_is_the_greatest_that_is_less() {
        for (text, previous) in [
            ("ORDER#000005", "ORDER#000004\u{10ffff}"),
            ("a\0", "a"),
            ("\u{e000}", "\u{d7ff}\u{10ffff}"),
            ("ORDER#", "ORDER\"\u{10ffff}"),
        ] {
            assert_eq!(before(text.to_owned()), previous);
            assert!(before(text.to_owned()).as_str() < text);
        }
    }

    #[test]
    fn spans_that_do_not_meet_are_empty() {
        let orders = KeyRange::beginning("ORDER#".into());
        let items = KeyRange::beginning("ITEM#".into());
        assert!(orders.clone().and(items).is_empty());
        let one = orders.clone().and(KeyRange::one("ORDER#7".into()));
        assert_eq!(text(&one), (Some("ORDER#7"), Some("ORDER#7")));
        assert!(orders.contains(&"ORDER#7".into()) && !orders.contains(&"ORDERS".into()));
    }
}
