//! The ranges of all range-key attributes that a query reads; an index can have several.

use crate::error::fault_error;
use crate::key::{KeySource, RangeBound, split};
use crate::op::read::engine::key_range::KeyRange;
use crate::wire::Fault;
use crate::{Error, ErrorKind, Result};

/// One range for each range-key attribute, from the first one on.
///
/// DynamoDB accepts conditions from left to right, and all but the last must be equalities. So every range but the last
/// is a single key, and a template's literal text bounds its attribute only if the attributes before are single keys.
#[derive(Debug, Clone)]
pub(crate) struct KeyRanges {
    spans: Vec<KeyRange>,
    /// How many attributes before the last one the caller gave a value for.
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
        let fail = |fault| fault_error(fault, model);
        let mut edges = match edge {
            RangeBound::MultiAttribute(given) => split(given, sources).map_err(fail)?,
            edge => vec![edge],
        };
        let Some(last) = edges.pop() else { return Ok(()) };
        let settled = edges.len();
        for (at, (edge, source)) in edges.into_iter().zip(sources).enumerate() {
            let span = KeyRange::at(edge, source).map_err(fail)?;
            if at < self.settled && self.spans.get(at).is_some_and(|known| known.clone().and(span.clone()).is_empty()) {
                return Err(apart(model));
            }
            self.narrow(at, span, source);
        }
        if let Some(source) = sources.get(settled) {
            self.narrow(settled, make(last, source).map_err(fail)?, source);
        }
        self.settled = self.settled.max(settled);
        self.bound(sources);
        Ok(())
    }

    fn narrow(&mut self, at: usize, span: KeyRange, source: &KeySource) {
        match self.spans.get_mut(at) {
            Some(known) => *known = std::mem::take(known).and(span),
            None => self.spans.push(KeyRange::of(source).and(span)),
        }
    }

    /// Whether no key can lie in the ranges.
    pub(crate) fn is_empty(&self) -> bool {
        self.spans.iter().any(KeyRange::is_empty)
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
