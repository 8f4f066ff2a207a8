//! Bounds that the range keys of several models share, so that one query can read the items of all of them.
//!
//! The templates must agree up to the last value of the bound. What follows the value decides which keys hold it.

use super::range::RangeBound;
use super::template::{KeySource, KeyTemplate, Piece, is_same_piece};
use super::text::mismatch;
use super::value::KeyValue;
use crate::key::split;
use crate::wire::{Fault, FaultKind};

/// What a query does with a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundUse {
    /// It selects the keys that hold the values.
    Equal,
    /// It compares keys with the values.
    Compare,
    /// It selects the keys that begin like the values.
    Begin,
}

/// The bound of each attribute of the range key, from those of all models. `ranges` are their range keys, in the order of
/// `bounds`. The result contains no values without their text.
pub(crate) fn shared_bounds(
    ranges: &[&'static [KeySource]],
    bounds: Vec<RangeBound>,
    bound_use: BoundUse,
) -> Result<Vec<RangeBound>, Fault> {
    let of_models: Vec<Vec<RangeBound>> = ranges
        .iter()
        .zip(bounds)
        .map(|(sources, bound)| match bound {
            RangeBound::MultiAttribute(given) => split(given, sources),
            bound => Ok(vec![bound]),
        })
        .collect::<Result<_, _>>()?;
    let count = of_models.first().map_or(0, Vec::len);
    if of_models.iter().any(|bounds| bounds.len() != count) {
        return Err(not_shared());
    }
    let mut of_models: Vec<_> = of_models.into_iter().map(Vec::into_iter).collect();
    let mut shared = Vec::with_capacity(count);
    for attribute in 0..count {
        let of_attribute = ranges.iter().zip(&mut of_models);
        let of_attribute: Option<Vec<_>> =
            of_attribute.map(|(sources, bounds)| sources.get(attribute).zip(bounds.next())).collect();
        let is_last = attribute + 1 == count;
        let bound =
            shared_bound(of_attribute.ok_or_else(mismatch)?, if is_last { bound_use } else { BoundUse::Equal })?;
        // DynamoDB accepts a condition on an attribute only if those before it are equalities.
        if !is_last && !matches!(bound, RangeBound::Value(_)) {
            return Err(not_shared());
        }
        shared.push(bound);
    }
    Ok(shared)
}

/// The bound of one attribute.
fn shared_bound(of_models: Vec<(&KeySource, RangeBound)>, bound_use: BoundUse) -> Result<RangeBound, Fault> {
    let mut values = Vec::new();
    let mut texts = Vec::new();
    for (source, bound) in of_models {
        match (source, bound) {
            (KeySource::Field(name), RangeBound::Value(value)) => values.push((*name, value)),
            (KeySource::Template(template), RangeBound::Parts(parts)) => {
                if bound_use == BoundUse::Compare {
                    template.check_compared(&parts)?;
                }
                let through = template.beginning(&parts)?;
                let text = if bound_use == BoundUse::Begin { String::new() } else { template.text(&parts)? };
                let without = template.without_optional(&parts)?;
                texts.push(BoundText { template, given: parts.len(), through, text, without });
            }
            _ => return Err(mismatch()),
        }
    }
    match (values.split_first(), texts.split_first()) {
        (Some(((name, value), others)), None) => {
            let is_same = others.iter().all(|(other, same)| other.name == name.name && same == value);
            if is_same { Ok(RangeBound::Value(value.clone())) } else { Err(not_shared()) }
        }
        (None, Some((first, others))) => first.shared(others, bound_use),
        _ => Err(not_shared()),
    }
}

/// A bound as the template of a model writes it.
struct BoundText<'a> {
    template: &'a KeyTemplate,
    /// The number of values.
    given: usize,
    /// The text up to the last value.
    through: String,
    /// The text up to the next placeholder; empty if the bound ends inside a value.
    text: String,
    /// The key of the items without the last value, if it is that of an optional part.
    without: Option<KeyValue>,
}

impl BoundText<'_> {
    fn shared(&self, others: &[BoundText<'_>], bound_use: BoundUse) -> Result<RangeBound, Fault> {
        if others.iter().any(|other| !self.begins_like(other)) {
            return Err(not_shared());
        }
        if bound_use == BoundUse::Begin {
            return Ok(self.whole(&self.through));
        }
        let is_whole = |bound: &BoundText<'_>| bound.given >= bound.template.count();
        if is_whole(self) && others.iter().all(|other| is_whole(other) && other.text == self.text) {
            return Ok(self.whole(&self.text));
        }
        let common = others.iter().fold(&*self.text, |text, other| common_prefix(text, &other.text));
        // Without a separator after the value, keys with a longer value would begin with the text too.
        if !common.get(self.through.len()..).is_some_and(|rest| rest.starts_with('#')) {
            return Err(not_shared());
        }
        Ok(RangeBound::Beginning(common.to_owned()))
    }

    /// A bound with this text up to its last value.
    fn whole(&self, text: &str) -> RangeBound {
        match self.without.clone() {
            Some(without) => RangeBound::Optional { text: text.to_owned(), without },
            None => RangeBound::Value(KeyValue::S(text.to_owned())),
        }
    }

    /// Whether the templates are equal up to the last value, and write the same text for the values.
    fn begins_like(&self, other: &BoundText<'_>) -> bool {
        let (own, others) = (pieces_through(self.template, self.given), pieces_through(other.template, other.given));
        let is_same = |((a, is_new), (b, other_is_new)): (&(Piece, bool), &(Piece, bool))| {
            is_same_piece(a, b) && is_new == other_is_new
        };
        self.template.escape == other.template.escape
            && own.len() == others.len()
            && own.iter().zip(&others).all(is_same)
            && self.through == other.through
    }
}

/// The pieces up to the placeholder that takes the last of `given` values, and whether each placeholder takes a value: one
/// that occurs again does not.
fn pieces_through(template: &KeyTemplate, given: usize) -> Vec<(Piece, bool)> {
    let mut fields = Vec::new();
    let mut pieces = Vec::new();
    for piece in template.pieces {
        let mut is_new = false;
        if let Piece::Part(part) = piece {
            is_new = !fields.contains(&part.place);
            if is_new {
                fields.push(part.place);
            }
        }
        pieces.push((*piece, is_new));
        if is_new && fields.len() == given {
            break;
        }
    }
    pieces
}

/// The longest common prefix.
pub(crate) fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    let differs = a.char_indices().zip(b.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    &a[..differs.unwrap_or(a.len().min(b.len()))]
}

#[cold]
fn not_shared() -> Fault {
    let message = "the range keys of the collection's models do not begin alike up to the given values, with the same text \
                   after them; give the bound as stored text, with `KeyText`";
    Fault::new(FaultKind::Key, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_prefix_ends_between_characters() {
        assert_eq!(common_prefix("ORDER#", "ORDER#ITEM#"), "ORDER#");
        assert_eq!(common_prefix("ORDER#ITEM#", "ORDER#"), "ORDER#");
        assert_eq!(common_prefix("ORDER#", "ORGAN#"), "OR");
        assert_eq!(common_prefix("é#", "è#"), "");
        assert_eq!(common_prefix("", "A"), "");
    }
}
