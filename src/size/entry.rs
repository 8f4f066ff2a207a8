//! The entry of an item in a secondary index: whether there is one, and what it contains.

use super::ItemSize;
use crate::schema::{IndexProjection, IndexSchema, TableSchema};

/// An index, as far as it decides the size of its entries.
#[derive(Debug)]
pub(crate) struct IndexShape<'a> {
    /// The key attributes of the index.
    pub(crate) keys: Vec<&'a str>,
    /// The key attributes of the table.
    pub(crate) table_keys: Vec<&'a str>,
    pub(crate) content: IndexContent<'a>,
}

/// What an index contains besides the keys.
#[derive(Debug)]
pub(crate) enum IndexContent<'a> {
    All,
    These(Vec<&'a str>),
}

impl<'a> IndexShape<'a> {
    pub(crate) fn of(table: &'a TableSchema, index: &'a IndexSchema) -> Self {
        IndexShape {
            keys: index.hash_keys().chain(index.range_keys()).map(|key| key.attribute.name).collect(),
            table_keys: [&table.hash_key].into_iter().chain(&table.range_key).map(|key| key.attribute.name).collect(),
            content: match index.projection {
                IndexProjection::All => IndexContent::All,
                IndexProjection::KeysOnly => IndexContent::These(Vec::new()),
                IndexProjection::Include(included) => IndexContent::These(included.to_vec()),
            },
        }
    }

    /// Whether the index contains the attribute of an item that it contains.
    pub(crate) fn contains(&self, attribute: &str) -> bool {
        self.is_key(attribute)
            || match &self.content {
                IndexContent::All => true,
                IndexContent::These(names) => names.contains(&attribute),
            }
    }

    fn is_key(&self, attribute: &str) -> bool {
        self.keys.iter().chain(&self.table_keys).any(|key| *key == attribute)
    }

    /// The entry of an item, or `None` if the index does not contain the item.
    pub(crate) fn entry(&self, item: &ItemSize) -> Option<ItemSize> {
        self.entry_with(item, |name| self.contains(name))
    }

    /// The entry of an item if the index contained the keys only.
    pub(crate) fn keys_entry(&self, item: &ItemSize) -> Option<ItemSize> {
        self.entry_with(item, |name| self.is_key(name))
    }

    fn entry_with(&self, item: &ItemSize, contains: impl Fn(&str) -> bool) -> Option<ItemSize> {
        let has = |key: &&str| item.attributes().any(|(name, _)| name == *key);
        let attributes = || item.attributes.iter().filter(|(name, _)| contains(name)).cloned().collect();
        self.keys.iter().all(has).then(|| ItemSize::new(attributes()))
    }
}
