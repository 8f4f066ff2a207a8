//! The literal text of keys, by which items are recognized in a table without an entity attribute.

use aws_sdk_dynamodb::types::AttributeValue;

use super::ModelSchema;
use crate::Item;
use crate::expr::{Comparator, Segment, Term, Tree};
use crate::key::{KeySource, Piece};

/// Text that a key attribute has in all items of a model: that of its template before the first placeholder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyLiteral {
    pub(crate) attribute: &'static str,
    text: &'static str,
    /// Whether it is the whole key, because the template has no placeholder.
    is_whole: bool,
}

impl KeyLiteral {
    /// `None` if the key is a field, or if its template begins with a placeholder.
    const fn of(source: &KeySource) -> Option<Self> {
        let KeySource::Template(template) = source else { return None };
        let Some((Piece::Text(text), rest)) = template.pieces.split_first() else { return None };
        Some(KeyLiteral { attribute: template.attribute.name, text, is_whole: rest.is_empty() })
    }

    /// Whether a key with this text can be one of the model.
    pub(crate) fn is_of(&self, key: &str) -> bool {
        if self.is_whole { key == self.text } else { key.starts_with(self.text) }
    }

    fn tree(&self) -> Tree {
        if self.is_whole {
            return Tree::compare(self.attribute, Comparator::Eq, AttributeValue::S(self.text.to_owned()));
        }
        let path = Term::Path(vec![Segment::Name(self.attribute)]);
        Tree::Function("begins_with", path, Some(Term::text(self.text)))
    }

    /// Whether no key can be one of both.
    const fn excludes(&self, other: &Self) -> bool {
        match (self.is_whole, other.is_whole) {
            (true, true) => self.text.len() != other.text.len() || !begins_with(self.text, other.text),
            (true, false) => !begins_with(self.text, other.text),
            (false, true) => !begins_with(other.text, self.text),
            (false, false) => !begins_with(self.text, other.text) && !begins_with(other.text, self.text),
        }
    }
}

impl ModelSchema {
    /// The literal texts of the hash key and of the range key.
    const fn literals(&self) -> [Option<KeyLiteral>; 2] {
        let range = match &self.keys.1 {
            Some(range) => KeyLiteral::of(range),
            None => None,
        };
        [KeyLiteral::of(&self.keys.0), range]
    }

    /// The literal texts of the keys if the table has no entity attribute, by which items of the model are recognized then.
    pub(crate) const fn key_literals(&self) -> [Option<KeyLiteral>; 2] {
        if self.entity.is_some() { [None, None] } else { self.literals() }
    }

    /// Whether items of the model are recognized by their keys.
    pub(crate) const fn is_recognized_by_keys(&self) -> bool {
        let [hash, range] = self.key_literals();
        hash.is_some() || range.is_some()
    }

    /// Whether the keys of this item, of a table without an entity attribute, are like those of the model. An item without key
    /// attributes may be of any model.
    pub(crate) fn owns_key(&self, item: &Item) -> bool {
        self.key_literals().iter().flatten().all(|literal| match item.get(literal.attribute) {
            Some(AttributeValue::S(key)) => literal.is_of(key),
            Some(_) => false,
            None => true,
        })
    }

    /// The condition that the keys of an item are like those of the model, on those attributes that it may name.
    pub(crate) fn is_own_key(&self, may_name: &dyn Fn(&str) -> bool) -> Option<Tree> {
        let literals = self.literals();
        literals.iter().flatten().filter(|literal| may_name(literal.attribute)).map(KeyLiteral::tree).reduce(Tree::and)
    }

    /// Whether no item can be one of both models, by its keys.
    pub(crate) const fn has_other_keys(&self, other: &Self) -> bool {
        let ([hash, range], [other_hash, other_range]) = (self.key_literals(), other.key_literals());
        are_exclusive(hash, other_hash) || are_exclusive(range, other_range)
    }
}

const fn are_exclusive(a: Option<KeyLiteral>, b: Option<KeyLiteral>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.excludes(&b),
        _ => false,
    }
}

const fn begins_with(text: &str, beginning: &str) -> bool {
    match text.as_bytes().split_at_checked(beginning.len()) {
        // Loops, because iterators are not available in constants.
        Some((start, _)) => {
            let beginning = beginning.as_bytes();
            let mut i = 0;
            while i < start.len() {
                if start[i] != beginning[i] {
                    return false;
                }
                i += 1;
            }
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_models_are_distinct_if_no_key_is_one_of_both() {
        let literal = |text, is_whole| KeyLiteral { attribute: "sk", text, is_whole };
        for (a, b, exclusive) in [
            (literal("ORDER#", false), literal("NOTE#", false), true),
            (literal("ORDER#", false), literal("ORDER#", false), false),
            (literal("ORDER#", false), literal("ORDER#LINE#", false), false),
            (literal("ORDER", true), literal("ORDER#", false), true),
            (literal("ORDER", true), literal("OR", false), false),
            (literal("ORDER", true), literal("ORDER", true), false),
            (literal("ORDER", true), literal("ORDERS", true), true),
        ] {
            assert_eq!((a.excludes(&b), b.excludes(&a)), (exclusive, exclusive), "{a:?} and {b:?}");
        }
        let (whole, beginning) = (literal("ORDER", true), literal("ORDER", false));
        assert_eq!((whole.is_of("ORDER#1"), beginning.is_of("ORDER#1"), beginning.is_of("ORDE")), (false, true, false));
    }
}
