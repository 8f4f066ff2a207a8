//! What identifies a table and its items: the name, and the primary key.

use super::TableSchema;
use crate::Item;
use crate::attribute::names::is_same;
use crate::key::KeyType;

impl TableSchema {
    /// Whether two declarations are of one table: with the same name and hash key.
    pub(crate) const fn is_same(&self, other: &Self) -> bool {
        is_same(self.name, other.name) && is_same(self.hash_key.attribute.name, other.hash_key.attribute.name)
    }

    /// The attributes of the primary key.
    pub(crate) fn key_names(&self) -> Vec<&'static str> {
        [Some(self.hash_key), self.range_key].into_iter().flatten().map(|key| key.attribute.name).collect()
    }

    /// Whether the primary key consists of strings, so that singlet can store items of its own in the table.
    pub(crate) fn has_string_keys(&self) -> bool {
        [Some(self.hash_key), self.range_key].into_iter().flatten().all(|key| key.key_type == KeyType::S)
    }

    /// The attributes of the item's primary key.
    pub(crate) fn key_of(&self, item: &Item) -> Item {
        let part = |name: &'static str| {
            let value = item.get(name)?;
            Some((name.to_owned(), value.clone()))
        };
        self.key_names().into_iter().filter_map(part).collect()
    }
}
