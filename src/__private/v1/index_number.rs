//! Finds the number of an index in its table by name, while a model is compiled.

use crate::schema::TableSchema;

/// Returns the number of the index `name` in the table, or the message that there is none.
#[expect(clippy::result_large_err, reason = "it runs in const code, where nothing can be boxed")]
pub const fn index_number(table: &TableSchema, table_type: &str, name: &str) -> Result<usize, Message> {
    let mut number = 0;
    while number < table.indexes.len() {
        if super::is_same(table.indexes[number].name, name) {
            return Ok(number);
        }
        number += 1;
    }
    let message = Message::new().and("table `").and(table_type).and("` has no index `").and(name);
    if table.indexes.is_empty() {
        return Err(message.and("`; add `index(name = \"").and(name).and("\", ..)` to its `#[table(..)]`"));
    }
    let mut message = message.and("`; its indexes are `").and(table.indexes[0].name).and("`");
    let mut number = 1;
    while number < table.indexes.len() {
        message = message.and(", `").and(table.indexes[number].name).and("`");
        number += 1;
    }
    Err(message)
}

/// A text that is built in a constant, where nothing can be allocated.
#[derive(Debug, Clone, Copy)]
pub struct Message {
    bytes: [u8; 2048],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Message { bytes: [0; 2048], length: 0 }
    }

    /// Returns the text with `text` appended, or the text alone if there is not enough room.
    const fn and(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= self.bytes.len() {
            let mut i = 0;
            while i < text.len() {
                self.bytes[self.length + i] = text[i];
                i += 1;
            }
            self.length += text.len();
        }
        self
    }

    /// Returns the text.
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            // Only whole texts were appended.
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{IndexProjection, IndexSchema, KeySchema, Name};

    fn message(names: &[&'static str], name: &str) -> String {
        let key = KeySchema::new(Name::new("pk", "\"pk\":"), crate::key::KeyType::S);
        let indexes: Vec<IndexSchema> =
            names.iter().map(|name| IndexSchema::new(name, false, key, None, IndexProjection::All)).collect();
        let table = TableSchema::new("shop", key).indexes(indexes.leak());
        index_number(&table, "Shop", name).map_or_else(|message| message.as_str().to_owned(), |n| n.to_string())
    }

    #[test]
    fn the_indexes_of_the_table_are_listed() {
        assert_eq!(message(&["gsi1", "gsi2"], "gsi2"), "1");
        assert_eq!(
            message(&["gsi1", "gsi2"], "gsi3"),
            "table `Shop` has no index `gsi3`; its indexes are `gsi1`, `gsi2`"
        );
        assert_eq!(
            message(&[], "gsi1"),
            "table `Shop` has no index `gsi1`; add `index(name = \"gsi1\", ..)` to its `#[table(..)]`"
        );
        let names = ["n"; 1000];
        assert!(message(&names, "gsi1").ends_with('`'));
    }
}
