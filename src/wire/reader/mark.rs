//! `Mark`: a place in a body to which a reader can return.

use super::{Parsed, Reader};

/// A place in a body to which a reader can return.
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    at: usize,
    depth: usize,
}

/// The positions of the values of a stored hash key and range key.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default)]
pub struct StoredKeyMarks {
    pub hash: Option<Mark>,
    pub range: Option<Mark>,
}

impl Reader<'_> {
    /// The current position.
    pub(crate) fn mark(&self) -> Mark {
        Mark { at: self.at, depth: self.depth }
    }

    /// Returns to a marked position.
    pub(crate) fn rewind(&mut self, mark: &Mark) {
        self.at = mark.at;
        // The depth belongs to the position: a reader that returns out of a map is no longer inside it.
        self.depth = mark.depth;
    }

    /// The positions of the key of the item that was read last and begins at `item`, as far as they were recorded.
    pub(crate) fn stored_key(&self, item: &Mark) -> StoredKeyMarks {
        // Marks of an earlier item are before this one, and those of a map in it are deeper.
        let is_of_item = |mark: &Mark| mark.at > item.at && mark.depth == item.depth + 1;
        let StoredKeyMarks { hash, range } = self.stored_key;
        StoredKeyMarks { hash: hash.filter(is_of_item), range: range.filter(is_of_item) }
    }

    pub(crate) fn set_stored_key(&mut self, marks: StoredKeyMarks) {
        self.stored_key = marks;
    }

    /// Reads something at a marked position and does not move.
    pub(crate) fn at<T>(&mut self, mark: &Mark, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let here = self.mark();
        self.rewind(mark);
        let value = read(self);
        self.rewind(&here);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Tag;

    fn mark_key(reader: &mut Reader<'_>) {
        assert_eq!(reader.key().unwrap(), "pk");
        let hash = Some(reader.mark());
        reader.set_stored_key(StoredKeyMarks { hash, range: None });
        reader.skip().unwrap();
        assert!(!reader.more_entries().unwrap());
    }

    #[test]
    fn a_key_belongs_to_the_item_that_it_was_read_in() {
        let mut reader = Reader::new(br#"[{"pk":{"S":"a"}},{"m":{"M":{"pk":{"S":"b"}}}}]"#).unwrap();
        assert!(reader.open_list().unwrap());
        let item = reader.mark();
        assert!(reader.open_map().unwrap());
        mark_key(&mut reader);
        assert!(reader.stored_key(&item).hash.is_some());

        assert!(reader.more_elements().unwrap());
        let next = reader.mark();
        assert!(reader.stored_key(&next).hash.is_none(), "that of an earlier item");
        assert!(reader.open_map().unwrap());
        reader.key().unwrap();
        reader.expect(Tag::M).unwrap();
        assert!(reader.open_map().unwrap());
        mark_key(&mut reader);
        assert!(reader.stored_key(&next).hash.is_none(), "that of a map in the item");
    }
}
