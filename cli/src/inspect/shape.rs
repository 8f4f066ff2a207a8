//! The shape of values: what every sampled value of an attribute has in common.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::key::KeyType;
use singlet::{Item, Number};

/// What the values of one attribute have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Column {
    /// How many values there are, NULL included.
    pub(super) present: usize,
    pub(super) nulls: usize,
    /// The shape of the values that are not NULL.
    pub(super) shape: Option<Shape>,
    /// Whether a value is a negative number.
    pub(super) has_negatives: bool,
    /// Whether a value is empty text or no bytes, which no key can be.
    pub(super) has_empty: bool,
}

/// The type of values.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    Text,
    /// Integers that an `i64` holds.
    Integer,
    /// Other numbers of at most 38 digits.
    Decimal,
    Flag,
    Bytes,
    TextSet,
    NumberSet,
    BytesSet,
    /// A list, with what its elements have in common.
    List(Box<Column>),
    Map(MapShape),
    /// Values that no single type holds, with the reason.
    Mixed(&'static str),
}

/// What maps have in common.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct MapShape {
    /// How many maps there are.
    pub(super) maps: usize,
    pub(super) entries: BTreeMap<String, Column>,
}

impl Column {
    /// The columns of items by attribute.
    pub(super) fn of_items<'a>(items: &[&'a Item]) -> BTreeMap<&'a str, Self> {
        let mut columns: BTreeMap<&str, Column> = BTreeMap::new();
        for (name, value) in items.iter().flat_map(|item| item.iter()) {
            columns.entry(name).or_default().add(value);
        }
        columns
    }

    /// Whether every value can be a key of this type.
    pub(super) fn is_key(&self, key_type: Option<KeyType>) -> bool {
        let is_of_type = match self.shape {
            Some(Shape::Text) => key_type == Some(KeyType::S),
            Some(Shape::Integer | Shape::Decimal) => key_type == Some(KeyType::N),
            Some(Shape::Bytes) => key_type == Some(KeyType::B),
            _ => false,
        };
        is_of_type && self.nulls == 0 && !self.has_empty
    }

    pub(super) fn add(&mut self, value: &AttributeValue) {
        self.present += 1;
        if value.is_null() {
            self.nulls += 1;
            return;
        }
        self.has_negatives |= value.as_n().is_ok_and(|digits| digits.starts_with('-'));
        self.has_empty |= match value {
            AttributeValue::S(text) => text.is_empty(),
            AttributeValue::B(bytes) => bytes.as_ref().is_empty(),
            _ => false,
        };
        let shape = Shape::of(value);
        self.shape = Some(match self.shape.take() {
            Some(known) => known.joined(shape),
            None => shape,
        });
    }

    fn joined(mut self, other: Column) -> Self {
        self.present += other.present;
        self.nulls += other.nulls;
        self.has_negatives |= other.has_negatives;
        self.has_empty |= other.has_empty;
        self.shape = match (self.shape, other.shape) {
            (Some(a), Some(b)) => Some(a.joined(b)),
            (a, b) => a.or(b),
        };
        self
    }
}

impl Shape {
    fn of(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::S(_) => Shape::Text,
            AttributeValue::N(digits) => of_number(digits),
            AttributeValue::Bool(_) => Shape::Flag,
            AttributeValue::B(_) => Shape::Bytes,
            AttributeValue::Ss(set) if !set.is_empty() => Shape::TextSet,
            AttributeValue::Ns(set) if !set.is_empty() => {
                let is_all_exact = set.iter().all(|digits| is_exact(digits));
                if is_all_exact { Shape::NumberSet } else { Shape::Mixed(TOO_LONG) }
            }
            AttributeValue::Bs(set) if !set.is_empty() => Shape::BytesSet,
            AttributeValue::L(list) => {
                let mut elements = Column::default();
                for element in list {
                    elements.add(element);
                }
                Shape::List(Box::new(elements))
            }
            AttributeValue::M(map) => Shape::Map(MapShape::of(map)),
            _ => Shape::Mixed("an empty set or a type of a later version"),
        }
    }

    fn joined(self, other: Shape) -> Self {
        match (self, other) {
            (Shape::Integer | Shape::Decimal, Shape::Decimal) | (Shape::Decimal, Shape::Integer) => Shape::Decimal,
            (Shape::List(a), Shape::List(b)) => Shape::List(Box::new(a.joined(*b))),
            (Shape::Map(a), Shape::Map(b)) => Shape::Map(a.joined(b)),
            (a @ Shape::Mixed(_), _) | (_, a @ Shape::Mixed(_)) => a,
            (a, b) if a == b => a,
            _ => Shape::Mixed("values of several types"),
        }
    }
}

const TOO_LONG: &str = "numbers that DynamoDB cannot hold";

impl MapShape {
    fn of(map: &Item) -> Self {
        let column = |value: &AttributeValue| {
            let mut column = Column::default();
            column.add(value);
            column
        };
        MapShape { maps: 1, entries: map.iter().map(|(name, value)| (name.clone(), column(value))).collect() }
    }

    fn joined(mut self, other: MapShape) -> Self {
        self.maps += other.maps;
        for (name, column) in other.entries {
            let known = self.entries.remove(&name).unwrap_or_default();
            self.entries.insert(name, known.joined(column));
        }
        self
    }

    /// What the entries have in common, if the maps are dictionaries: several maps without a common name, whose values have
    /// one type.
    pub(super) fn as_dictionary(&self) -> Option<Column> {
        let is_common = |column: &Column| column.present == self.maps;
        if self.maps < 2 || self.entries.len() < 2 || self.entries.values().any(is_common) {
            return None;
        }
        let values = self.entries.values().cloned().reduce(Column::joined)?;
        let is_one = values.nulls == 0 && !matches!(values.shape, None | Some(Shape::Mixed(_) | Shape::Map(_)));
        is_one.then_some(values)
    }
}

fn of_number(digits: &str) -> Shape {
    match digits.parse::<i64>() {
        Ok(number) if number.to_string() == digits => Shape::Integer,
        _ if is_exact(digits) => Shape::Decimal,
        _ => Shape::Mixed(TOO_LONG),
    }
}

/// Whether a `Number` is written as these digits.
fn is_exact(digits: &str) -> bool {
    digits.parse::<Number>().is_ok_and(|number| number.to_string() == digits)
}

/// Brings an item of a file into the form in which DynamoDB returns it: numbers in one form, sets without duplicates. The
/// order of a set says nothing, so it is that in which singlet writes it.
pub(super) fn normalized(value: AttributeValue) -> AttributeValue {
    let canonical = |digits: String| digits.parse::<Number>().map_or(digits, |number| number.to_string());
    match value {
        AttributeValue::N(digits) => AttributeValue::N(canonical(digits)),
        AttributeValue::Ss(mut set) => {
            set.sort();
            set.dedup();
            AttributeValue::Ss(set)
        }
        AttributeValue::Bs(mut set) => {
            set.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
            set.dedup();
            AttributeValue::Bs(set)
        }
        AttributeValue::Ns(set) => {
            let mut set: Vec<_> =
                set.into_iter().map(|digits| (digits.parse::<Number>().ok(), canonical(digits))).collect();
            set.sort();
            set.dedup();
            AttributeValue::Ns(set.into_iter().map(|(_, digits)| digits).collect())
        }
        AttributeValue::L(list) => AttributeValue::L(list.into_iter().map(normalized).collect()),
        AttributeValue::M(map) => {
            AttributeValue::M(map.into_iter().map(|(name, value)| (name, normalized(value))).collect())
        }
        other => other,
    }
}
