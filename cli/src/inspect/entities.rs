//! Which items belong together: by the entity attribute, otherwise by the literal beginnings of their keys.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::Item;
use singlet::tables::TableDefinition;

/// Attributes in which libraries and people name the type of an item.
const ENTITY_ATTRIBUTES: [&str; 17] = [
    "_type",
    "__edb_e__",
    "_et",
    "entity",
    "cls",
    "_entity",
    "__typename",
    "entityType",
    "EntityType",
    "entity_type",
    "itemType",
    "item_type",
    "ItemType",
    "type",
    "Type",
    "model",
    "kind",
];

/// A table with more groups than this has no literal beginnings; its keys are ids.
const MOST_GROUPS: usize = 40;

/// The items of one entity.
#[derive(Debug)]
pub(super) struct Group {
    /// The value of the entity attribute, or words from the keys.
    pub(super) name: String,
    pub(super) items: Vec<Item>,
}

/// The entity attribute: the one that is asked for, or the first known one that every item has.
pub(super) fn attribute(items: &[Item], table: &TableDefinition, asked: Option<&str>) -> Option<String> {
    let is_key = |name: &str| table.hash_key.iter().chain(&table.range_key).any(|key| key.attribute == name);
    let is_in_all =
        |name: &&str| !items.is_empty() && !is_key(name) && items.iter().all(|item| text(item, name).is_some());
    let candidates = asked.map_or_else(|| ENTITY_ATTRIBUTES.to_vec(), |asked| vec![asked]);
    let found = candidates.into_iter().find(is_in_all)?;
    let values: BTreeSet<_> = items.iter().filter_map(|item| text(item, found)).collect();
    // An attribute with as many values as items is not a type, except in a small sample.
    let is_type =
        asked.is_some() || values.len() <= 3 || values.len() <= MOST_GROUPS && values.len() * 2 <= items.len();
    is_type.then(|| found.to_owned())
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str).filter(|text| !text.is_empty())
}

/// Groups the items, in the order of their names.
pub(super) fn groups(items: Vec<Item>, table: &TableDefinition, entity: Option<&str>) -> Vec<Group> {
    let names: Vec<String> = match entity {
        Some(entity) => items.iter().map(|item| text(item, entity).unwrap_or_default().to_owned()).collect(),
        None => by_keys(&items, table),
    };
    let mut groups: BTreeMap<String, Vec<Item>> = BTreeMap::new();
    for (item, name) in items.into_iter().zip(names) {
        groups.entry(name).or_default().push(item);
    }
    groups.into_iter().map(|(name, items)| Group { name, items }).collect()
}

/// The literal beginnings of each item's keys, as words.
fn by_keys(items: &[Item], table: &TableDefinition) -> Vec<String> {
    let hash = table.hash_key.first().map(|key| &*key.attribute);
    let range = table.range_key.first().map(|key| &*key.attribute);
    let words = Words::of(items, hash, range);
    let beginning = |item: &Item, name: Option<&str>| {
        let text = name.and_then(|name| self::text(item, name)).unwrap_or_default();
        // A key may begin with the separator: `#META#v1`.
        let start = text.len() - text.trim_start_matches('#').len();
        match text[start..].split_once('#') {
            Some((first, _)) => format!("{}#", &text[..start + first.len()]),
            None if start > 0 => text.to_owned(),
            None if words.is_word(text) => text.to_owned(),
            None => String::new(),
        }
    };
    let names: Vec<_> = items.iter().map(|item| (beginning(item, hash), beginning(item, range))).collect();
    let all: BTreeSet<_> = names.iter().collect();
    if all.len() > MOST_GROUPS {
        return vec!["item".to_owned(); items.len()];
    }
    let name = |(hash, range): &(String, String)| match (hash.trim_matches('#'), range.trim_matches('#')) {
        ("", "") => "item".to_owned(),
        // The range key says more, unless it repeats the hash key.
        (hash, range) if hash == range || range.is_empty() => hash.to_owned(),
        ("", range) => range.to_owned(),
        (hash, range) => format!("{hash} {range}"),
    };
    names.iter().map(name).collect()
}

/// Whole range keys that are literal text: in capitals, or in several partitions.
struct Words<'a>(BTreeMap<&'a str, BTreeSet<String>>);

impl<'a> Words<'a> {
    fn of(items: &'a [Item], hash: Option<&str>, range: Option<&str>) -> Self {
        let mut words: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for item in items {
            let partition = hash.and_then(|hash| item.get(hash)).map(shown).unwrap_or_default();
            if let Some(text) = range.and_then(|range| text(item, range)) {
                words.entry(text).or_default().insert(partition);
            }
        }
        Words(words)
    }

    fn is_word(&self, text: &str) -> bool {
        let is_name = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic() || "_-$".contains(c));
        let is_shouted = text.chars().all(|c| !c.is_ascii_lowercase());
        is_name && (is_shouted || self.0.get(text).is_some_and(|partitions| partitions.len() > 1))
    }
}

fn shown(value: &AttributeValue) -> String {
    format!("{value:?}")
}
