//! Where the value of a placeholder is in an item: an attribute, or a field inside of one.

use std::fmt;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::Item;
use crate::expr::Segment;
use crate::schema::ModelSchema;

/// Where the value of a placeholder is in an item.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct FieldPath {
    /// The attribute, or the field's name if it is not stored (`key_only`).
    pub attribute: &'static str,
    /// The names of a nested field, from the model's own; a flattened struct has none.
    steps: &'static [Option<&'static str>],
    /// Whether something on the way to a nested field, or a field that exists only in keys of indexes, is an `Option`.
    is_optional: bool,
    /// Whether the value is not stored as an attribute, but in keys of indexes only. `attribute` is then the field's name.
    is_index_only: bool,
}

impl FieldPath {
    /// An attribute of the item.
    pub const fn attribute(attribute: &'static str) -> Self {
        FieldPath { attribute, steps: &[], is_optional: false, is_index_only: false }
    }

    /// A field that exists only in keys of indexes.
    pub const fn index_only(field: &'static str, is_optional: bool) -> Self {
        FieldPath { attribute: field, steps: &[], is_optional, is_index_only: true }
    }

    /// A field inside of a field of the model.
    pub const fn nested(steps: &'static [Option<&'static str>], is_optional: bool) -> Self {
        let mut first = 0;
        while first < steps.len() {
            if let Some(attribute) = steps[first] {
                return FieldPath { attribute, steps, is_optional, is_index_only: false };
            }
            first += 1;
        }
        // Unreachable in a program that compiles: what a placeholder names is a key part, and a flattened struct is not one.
        FieldPath { attribute: "", steps, is_optional, is_index_only: false }
    }

    /// The names inside of the attribute.
    pub(crate) fn inside(self) -> impl Iterator<Item = &'static str> {
        self.steps.iter().flatten().copied().skip(1)
    }

    /// Whether it is the path of a nested field, of a flattened struct too.
    pub(crate) fn is_nested(self) -> bool {
        !self.steps.is_empty()
    }

    /// Whether the value exists only in keys of indexes.
    pub(crate) fn is_index_only(self) -> bool {
        self.is_index_only
    }

    /// Whether an item may lack the value of a nested field, or of one that exists only in keys of indexes.
    pub const fn is_optional(self) -> bool {
        self.is_optional
    }

    /// Whether the value is a part of the attribute's.
    pub(crate) fn is_inside(self) -> bool {
        self.inside().next().is_some()
    }

    /// Whether each item that can be read as the model has the value.
    pub(crate) fn is_required(self, schema: &ModelSchema) -> bool {
        // The attributes of a flattened struct are not listed. An item lacks one only if it is an `Option`.
        let is_flattened = matches!(self.steps, [None, ..]);
        (is_flattened || self.is_index_only || schema.required().any(|attribute| attribute == self.attribute))
            && !self.is_optional
    }

    /// The path in an expression.
    pub(crate) fn segments(self) -> Vec<Segment> {
        if self.is_index_only {
            return vec![Segment::IndexOnly(self.attribute)];
        }
        std::iter::once(self.attribute).chain(self.inside()).map(Segment::Name).collect()
    }

    /// The value in an item; `None` if it is absent or NULL, or if only keys of indexes hold it.
    pub(crate) fn value_in(self, item: &Item) -> Option<&AttributeValue> {
        if self.is_index_only {
            return None;
        }
        item.get(self.attribute).and_then(|value| value_at(value, self.inside()))
    }

    /// The value in that of the attribute, as [`value_in`](Self::value_in) returns it.
    pub(crate) fn value_of(self, attribute: &AttributeValue) -> Option<&AttributeValue> {
        value_at(attribute, self.inside())
    }

    /// The names that remain after this beginning of the path; `None` if the path does not begin so.
    pub(crate) fn after(self, beginning: &[Segment]) -> Option<impl Iterator<Item = &'static str>> {
        let mut rest = std::iter::once(self.attribute).chain(self.inside());
        if self.is_index_only {
            return (*beginning == [Segment::IndexOnly(self.attribute)]).then(|| {
                rest.next();
                rest
            });
        }
        for segment in beginning {
            // An index has no name, so no beginning contains one.
            if rest.next() != Some(segment.name()?) {
                return None;
            }
        }
        Some(rest)
    }

    /// Whether a path leads to something inside of the value.
    pub(crate) fn is_beginning_of(self, path: &[Segment]) -> bool {
        let own = self.segments();
        path.len() > own.len() && own.iter().zip(path).all(|(own, other)| own.is_same(other))
    }
}

/// The value at these names; `None` if it is absent or NULL.
pub(crate) fn value_at(value: &AttributeValue, names: impl Iterator<Item = &'static str>) -> Option<&AttributeValue> {
    let mut value = value;
    for name in names {
        value = value.as_m().ok()?.get(name)?;
    }
    (!value.is_null()).then_some(value)
}

impl PartialEq for FieldPath {
    fn eq(&self, other: &Self) -> bool {
        self.attribute == other.attribute
            && self.is_index_only == other.is_index_only
            && self.inside().eq(other.inside())
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.attribute)?;
        self.inside().try_for_each(|name| write!(f, ".{name}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CITY: FieldPath = FieldPath::nested(&[Some("home"), None, Some("city")], false);

    #[test]
    fn a_flattened_struct_is_no_step() {
        assert_eq!(CITY.to_string(), "home.city");
        assert_eq!(CITY, FieldPath::nested(&[Some("home"), Some("city")], true));
        assert_eq!(FieldPath::nested(&[None, Some("city")], false), FieldPath::attribute("city"));
    }

    #[test]
    fn a_value_is_found_below_its_attribute() {
        let text = AttributeValue::S("Oslo".into());
        let map = |value: &AttributeValue| AttributeValue::M([("city".to_owned(), value.clone())].into());
        let item = |value| Item::from([("home".to_owned(), value)]);
        assert_eq!(CITY.value_in(&item(map(&text))), Some(&text));
        assert_eq!(CITY.value_in(&item(map(&AttributeValue::Null(true)))), None);
        assert_eq!(CITY.value_in(&item(AttributeValue::Null(true))), None);
        assert_eq!(CITY.value_in(&Item::new()), None);
    }

    #[test]
    fn a_path_begins_with_its_attribute() {
        let rest = |path: &[Segment]| CITY.after(path).map(Iterator::collect::<Vec<_>>);
        assert_eq!(rest(&[Segment::Name("home")]), Some(vec!["city"]));
        assert_eq!(rest(&[Segment::Name("home"), Segment::Key("city".into())]), Some(vec![]));
        assert_eq!(rest(&[Segment::Name("home"), Segment::Name("zip")]), None);
        assert!(CITY.after(&[Segment::Name("home"), Segment::Name("city"), Segment::Index(0)]).is_none());
        assert!(CITY.is_beginning_of(&[Segment::Name("home"), Segment::Name("city"), Segment::Index(0)]));
    }
}
