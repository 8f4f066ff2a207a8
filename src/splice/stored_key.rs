//! The key of an item in a response, borrowed from its bytes. It matches an item with its read.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::key::{KeyValue, RawKey};
use crate::schema::{ModelSchema, TableSchema};
use crate::wire::{Fault, FaultKind, Mark, Reader, StoredKeyMarks, Tag};
use crate::{Item, item};

/// The key that a request names. The item in its response must have it.
#[derive(Debug, Clone)]
pub(crate) struct RequestedKey<'a> {
    table: &'static TableSchema,
    key: HeldKey<'a>,
}

/// Smaller than a `Cow`: the futures of all requests contain one.
#[derive(Debug, Clone)]
enum HeldKey<'a> {
    Borrowed(&'a RawKey),
    Owned(Box<RawKey>),
}

impl<'a> RequestedKey<'a> {
    pub(crate) fn new(schema: &ModelSchema, key: &'a RawKey) -> Self {
        RequestedKey { table: schema.table, key: HeldKey::Borrowed(key) }
    }

    pub(crate) fn to_static(&self) -> RequestedKey<'static> {
        RequestedKey { table: self.table, key: HeldKey::Owned(Box::new(self.key().clone())) }
    }

    fn key(&self) -> &RawKey {
        match &self.key {
            HeldKey::Borrowed(key) => key,
            HeldKey::Owned(key) => key,
        }
    }

    /// Whether it is this key, in the same form.
    pub(crate) fn equals(&self, key: &RawKey) -> bool {
        self.key() == key
    }

    /// Whether the item at the reader's position has this key. A projection need not contain the key, so an item without
    /// the key attributes passes.
    pub(crate) fn is_of(&self, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        Ok(KeyOfItem::read(reader, self.table)?.is_none_or(|stored| self.is(&stored)))
    }

    /// Whether the item that was decoded last and begins at `start` has this key. Returns `false` if that takes a search.
    pub(crate) fn is_marked(&self, reader: &mut Reader<'_>, start: &Mark) -> bool {
        KeyOfItem::marked(reader, start, self.table).is_some_and(|stored| self.is(&stored))
    }

    fn is(&self, stored: &KeyOfItem<'_>) -> bool {
        let key = self.key();
        // Most keys are strings, which have one form.
        let order =
            if key.is_canonical() { stored.order_of(key) } else { stored.order_of(&key.clone().into_canonical()) };
        order == Ordering::Equal
    }

    /// As [`is_of`](Self::is_of), for an item that the SDK has deserialized.
    pub(crate) fn is_of_item(&self, item: &Item) -> bool {
        // If a sink has read the item, the SDK's output does not contain it.
        if item.is_empty() {
            return true;
        }
        item::to_bytes(&self.table.key_of(item))
            .and_then(|bytes| self.is_of(&mut Reader::new(&bytes)?))
            .unwrap_or(false)
    }
}

/// The fault of an item with another key than the [`RequestedKey`].
#[cold]
pub(crate) fn of_another_key() -> Fault {
    Fault::new(FaultKind::OtherKey, OF_ANOTHER_KEY)
}

pub(crate) const OF_ANOTHER_KEY: &str = "DynamoDB returned the item of another key than the requested one";

/// The key of an item that was read, borrowed from its bytes.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyOfItem<'a> {
    hash: StoredPart<'a>,
    range: Option<StoredPart<'a>>,
}

/// The variants are in the order of [`KeyValue`].
#[derive(Debug, PartialEq, Eq, Hash)]
enum StoredPart<'a> {
    S(Cow<'a, str>),
    /// The number in its canonical form.
    N(String),
    B(Vec<u8>),
}

impl<'a> KeyOfItem<'a> {
    /// Reads the key of the item at the reader's position and stops after it. Returns `None` if the item has no such
    /// attributes.
    pub(crate) fn read(reader: &mut Reader<'a>, schema: &TableSchema) -> Result<Option<Self>, Fault> {
        let range_name = schema.range_key.map(|key| key.attribute.name);
        let (mut hash, mut range) = (None, None);
        let mut more = reader.open_map()?;
        while more {
            let name = reader.key()?;
            if name == schema.hash_key.attribute.name {
                hash = StoredPart::read(reader)?;
            } else if range_name.is_some_and(|range| name == range) {
                range = StoredPart::read(reader)?;
            } else {
                reader.skip()?;
            }
            // Keys usually come first.
            if hash.is_some() && range.is_some() == range_name.is_some() {
                break;
            }
            more = reader.more_entries()?;
        }
        Ok(hash.filter(|_| range.is_some() == range_name.is_some()).map(|hash| KeyOfItem { hash, range }))
    }

    /// Reads the key of the item that was decoded last and begins at `start`, without a search. Returns `None` if decoding has not
    /// recorded the positions of its parts, because the fields did not have to be compared with them.
    pub(crate) fn marked(reader: &mut Reader<'a>, start: &Mark, schema: &TableSchema) -> Option<Self> {
        let StoredKeyMarks { hash, range } = reader.stored_key(start);
        let (hash, range) = (hash?, if schema.range_key.is_some() { Some(range?) } else { None });
        let mut part = |mark: &Mark| reader.at(mark, StoredPart::read).ok().flatten();
        let hash = part(&hash)?;
        let range = match range {
            Some(range) => Some(part(&range)?),
            None => None,
        };
        Some(KeyOfItem { hash, range })
    }

    /// Compares this key with `other`, in the order of [`RawKey`].
    pub(crate) fn order_of(&self, other: &RawKey) -> Ordering {
        self.hash.order_of(&other.hash).then_with(|| match (&self.range, &other.range) {
            (Some(part), Some(value)) => part.order_of(value),
            (part, value) => value.is_some().cmp(&part.is_some()),
        })
    }
}

impl<'a> StoredPart<'a> {
    /// Reads a value that can be part of a key and skips others.
    fn read(reader: &mut Reader<'a>) -> Result<Option<Self>, Fault> {
        let part = match reader.tag()? {
            Tag::S => Some(StoredPart::S(reader.raw_text()?)),
            Tag::N => Some(StoredPart::N(canonical(reader.raw_text()?.into_owned()))),
            Tag::B => Some(StoredPart::B(reader.raw_binary()?)),
            _ => {
                reader.skip()?;
                None
            }
        };
        reader.end()?;
        Ok(part)
    }

    fn order_of(&self, other: &KeyValue) -> Ordering {
        match (other, self) {
            (KeyValue::S(value), StoredPart::S(part)) => value.as_str().cmp(part),
            (KeyValue::N(value), StoredPart::N(part)) => value.cmp(part),
            (KeyValue::B(value), StoredPart::B(part)) => value.cmp(part),
            (KeyValue::S(_), _) | (KeyValue::N(_), StoredPart::B(_)) => Ordering::Less,
            _ => Ordering::Greater,
        }
    }
}

fn canonical(digits: String) -> String {
    match KeyValue::N(digits).into_canonical() {
        KeyValue::N(digits) | KeyValue::S(digits) => digits,
        KeyValue::B(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyType;
    use crate::schema::{KeySchema, Name};

    const TABLE: TableSchema = TableSchema::new("t", KeySchema::new(Name::new("pk", "\"pk\":"), KeyType::S))
        .range_key(KeySchema::new(Name::new("sk", "\"sk\":"), KeyType::S));

    fn values() -> Vec<(KeyValue, &'static str)> {
        vec![
            (KeyValue::from(""), r#"{"S":""}"#),
            (KeyValue::from("a"), r#"{"S":"\u0061"}"#),
            (KeyValue::from("é"), r#"{"S":"é"}"#),
            (KeyValue::N("-1".into()), r#"{"N":"-1.0"}"#),
            (KeyValue::N("1.5".into()), r#"{"N":"15e-1"}"#),
            (KeyValue::B(vec![]), r#"{"B":""}"#),
            (KeyValue::B(vec![0xff]), r#"{"B":"/w=="}"#),
        ]
    }

    /// A binary search over keys requires both orders to be the same.
    #[test]
    fn keys_of_items_have_the_order_of_keys() {
        let all: Vec<_> = values();
        for ((hash, hash_json), (range, range_json)) in all.iter().flat_map(|a| all.iter().map(move |b| (a, b))) {
            let item = format!(r#"{{"x":{{"M":{{"pk":{{"S":"no"}}}}}},"sk":{range_json},"pk":{hash_json}}}"#);
            let stored = KeyOfItem::read(&mut Reader::new(item.as_bytes()).unwrap(), &TABLE).unwrap().unwrap();
            let own = RawKey { hash: hash.clone(), range: Some(range.clone()) };
            for (other_hash, other_range) in all.iter().flat_map(|a| all.iter().map(move |b| (&a.0, &b.0))) {
                for range in [Some(other_range.clone()), None] {
                    let other = RawKey { hash: other_hash.clone(), range };
                    assert_eq!(stored.order_of(&other), other.cmp(&own), "{item}");
                }
            }
        }
    }

    #[test]
    fn an_item_without_its_key_has_none() {
        for item in [r#"{"pk":{"S":"a"}}"#, r#"{"sk":{"S":"a"}}"#, r#"{"pk":{"BOOL":true},"sk":{"S":"a"}}"#, "{}"] {
            assert_eq!(KeyOfItem::read(&mut Reader::new(item.as_bytes()).unwrap(), &TABLE).unwrap(), None, "{item}");
        }
        assert!(KeyOfItem::read(&mut Reader::new(br#"{"pk":1}"#).unwrap(), &TABLE).is_err());
    }
}
