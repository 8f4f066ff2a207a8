//! Fields that exist only in keys of indexes: the key that each is read from.
//!
//! Each item must hold the value, so the key is one that an item lacks for no other reason than that the field is `None`.

use super::ir::{IndexKeys, KeyTemplate, Model};
use crate::field::Storage;

/// A key of an index, by the numbers of the index and of the key in it.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct KeyNumber {
    pub(super) index: usize,
    pub(super) key: usize,
}

/// Why items may lack the keys of an index although they have the field.
#[derive(Clone, Copy)]
pub(super) enum Absence {
    /// The option `when` decides.
    Membership,
    /// This other field may be `None`.
    Field(usize),
}

impl Model {
    /// Whether the field is `key_only` and not a part of the primary key.
    pub(super) fn is_index_only(&self, field: usize) -> bool {
        matches!(self.fields[field].storage, Storage::Key) && !self.key_parts().contains(&field)
    }

    /// The fields that are.
    pub(super) fn index_only(&self) -> Vec<usize> {
        (0..self.fields.len()).filter(|field| self.is_index_only(*field)).collect()
    }

    /// The keys of indexes that contain the field, in their order.
    pub(super) fn keys_with(&self, field: usize) -> impl Iterator<Item = (KeyNumber, &KeyTemplate)> {
        let keys = self.indexes.iter().enumerate().flat_map(|(index, own)| {
            own.keys()
                .enumerate()
                .filter_map(move |(key, own)| Some((KeyNumber { index, key }, own.source.template()?)))
        });
        keys.filter(move |(_, template)| template.parts().contains(&field))
    }

    /// Why an item may lack the keys of this index although it has the field.
    pub(super) fn absence(&self, index: &IndexKeys, field: usize) -> Option<Absence> {
        if index.when.is_some() {
            return Some(Absence::Membership);
        }
        let mut required = index.keys().flat_map(|key| {
            let optional = key.source.template().and_then(KeyTemplate::optional);
            key.source.parts().into_iter().filter(move |part| Some(*part) != optional)
        });
        required.find(|part| *part != field && self.fields[*part].optional().is_some()).map(Absence::Field)
    }

    /// The key that an index-only field is read from: of those that each item with the field has, the first that holds most of the
    /// value.
    pub(super) fn read_from(&self, field: usize) -> Option<(KeyNumber, &KeyTemplate)> {
        let keys = self.keys_with(field).filter(|(key, _)| self.absence(&self.indexes[key.index], field).is_none());
        keys.min_by_key(|(_, template)| template.loss(field))
    }

    /// Whether an index-only field is read from this template.
    pub(super) fn is_read_from(&self, field: usize, template: &KeyTemplate) -> bool {
        self.read_from(field).is_some_and(|(_, own)| std::ptr::eq(own, template))
    }
}
