//! Finds the objects of an import that hold one item each, in lines, arrays and documents, and counts lines.
//!
//! It reads the input piece by piece and never holds more than one object. It does not look into items.

use std::io::{self, BufRead};

use crate::wire::{Fault, FaultKind};

/// No object with an item is longer: 400 KB, if every byte is written as `\u0000`.
const MAX_OBJECT: usize = 8 * 1024 * 1024;

/// An object of the input, and the line on which it begins.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) text: Vec<u8>,
    pub(super) line: usize,
}

/// Why no object could be read.
#[derive(Debug)]
pub(super) enum NoItem {
    Input(io::Error),
    Fault(Fault),
}

/// The position of the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nesting {
    /// In a list of objects; whether a comma or the end must follow.
    List { is_after_element: bool },
    /// In a document, after the list with its items.
    Document,
}

/// The objects of an input.
pub(super) struct LineValues<'a> {
    source: Box<dyn BufRead + Send + 'a>,
    buffer: Vec<u8>,
    at: usize,
    places: Vec<Nesting>,
    /// The number of bytes read.
    pub(super) bytes: usize,
    /// The line of the next byte.
    line: usize,
    /// The line on which the object begins that is being read.
    begun: Option<usize>,
    /// What failed after the last object. A reader may report it only once.
    failed: Option<NoItem>,
}

impl<'a> LineValues<'a> {
    pub(super) fn new(source: Box<dyn BufRead + Send + 'a>) -> Self {
        LineValues {
            source,
            buffer: Vec::new(),
            at: 0,
            places: Vec::new(),
            bytes: 0,
            line: 1,
            begun: None,
            failed: None,
        }
    }

    /// The line of the object, or of the byte, at which reading failed.
    pub(super) fn failed_line(&self) -> usize {
        self.begun.unwrap_or(self.line)
    }

    /// Returns the next object, or `None` at the end of the input.
    pub(super) fn next(&mut self) -> Result<Option<Object>, NoItem> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        loop {
            self.begun = None;
            let byte = self.space()?;
            match (self.places.last().copied(), byte) {
                (None, None) => return Ok(None),
                (None, Some(b'[')) => {
                    self.take()?;
                    self.places.push(Nesting::List { is_after_element: false });
                }
                (None, Some(b'{')) => {
                    if let Some(object) = self.line_or_document()? {
                        // The end of a line belongs to its item, for the progress.
                        self.failed = self.line_end().err();
                        return Ok(Some(object));
                    }
                }
                (Some(Nesting::List { is_after_element: true }), Some(b',')) => {
                    self.take()?;
                    if self.space()? != Some(b'{') {
                        return Err(unexpected("an item must follow a comma"));
                    }
                    self.set_place(Nesting::List { is_after_element: false });
                }
                (Some(Nesting::List { .. }), Some(b']')) | (Some(Nesting::Document), Some(b'}')) => {
                    self.take()?;
                    self.places.pop();
                }
                (Some(Nesting::List { is_after_element: false }), Some(b'{')) => {
                    self.set_place(Nesting::List { is_after_element: true });
                    let line = self.line;
                    self.begun = Some(line);
                    let mut text = Vec::new();
                    self.value(&mut text)?;
                    return Ok(Some(Object { text, line }));
                }
                (Some(Nesting::Document), Some(b',')) => self.further_member()?,
                (Some(_), None) => return Err(unexpected("the input ends inside a list")),
                _ => return Err(unexpected("this is neither an item nor a list of items")),
            }
        }
    }

    fn set_place(&mut self, place: Nesting) {
        if let Some(last) = self.places.last_mut() {
            *last = place;
        }
    }

    /// Reads an object that is a line of an export or an item, or enters the list of a document: `{"Items":[`,
    /// `{"table":[` or `{"RequestItems":{"table":[`. The reader is at the opening brace.
    fn line_or_document(&mut self) -> Result<Option<Object>, NoItem> {
        let line = self.line;
        self.begun = Some(line);
        let mut text = Vec::new();
        self.keep(&mut text)?;
        let mut is_first = true;
        loop {
            if self.keep_space(&mut text)? != Some(b'"') {
                return self.rest(text, 1, line).map(Some);
            }
            let start = text.len() + 1;
            self.string(&mut text)?;
            let key = text[start..text.len() - 1].to_vec();
            if self.keep_space(&mut text)? != Some(b':') {
                return self.rest(text, 1, line).map(Some);
            }
            self.keep(&mut text)?;
            match self.keep_space(&mut text)? {
                Some(b'[') if key == b"Items" || (is_first && key != b"Item") => {
                    self.take()?;
                    self.places.extend([Nesting::Document, Nesting::List { is_after_element: false }]);
                    return Ok(None);
                }
                // Only at the outside, so that a hostile file cannot nest calls without end.
                Some(b'{') if is_first && key == b"RequestItems" && self.places.is_empty() => {
                    self.places.push(Nesting::Document);
                    return self.line_or_document();
                }
                _ => self.value(&mut text)?,
            }
            is_first = false;
            match self.keep_space(&mut text)? {
                Some(b',') => self.keep(&mut text)?,
                _ => return self.rest(text, 1, line).map(Some),
            }
        }
    }

    /// Reads the rest of an object whose first `depth` levels are open.
    fn rest(&mut self, mut text: Vec<u8>, depth: usize, line: usize) -> Result<Object, NoItem> {
        self.levels(&mut text, depth)?;
        Ok(Object { text, line })
    }

    /// Skips a member of a document after its list. A second list of items would be lost, so it is refused.
    fn further_member(&mut self) -> Result<(), NoItem> {
        self.take()?;
        let mut text = Vec::new();
        if self.space()? != Some(b'"') {
            return Err(unexpected("a member must follow a comma"));
        }
        self.string(&mut text)?;
        if self.space()? != Some(b':') {
            return Err(unexpected("a member has no value"));
        }
        self.take()?;
        match self.space()? {
            Some(b'[') => Err(unexpected("the document has a second list; requests of one table can be imported")),
            _ => self.value(&mut text),
        }
    }

    /// Keeps one JSON value, whose end is found by its brackets and quotes.
    fn value(&mut self, text: &mut Vec<u8>) -> Result<(), NoItem> {
        match self.peek()? {
            Some(b'{' | b'[') => {
                self.keep(text)?;
                self.levels(text, 1)
            }
            Some(b'"') => self.string(text),
            Some(b',' | b'}' | b']' | b':') | None => Err(unexpected("a value is missing")),
            Some(_) => {
                while self.peek()?.is_some_and(|byte| !byte.is_ascii_whitespace() && !b",}]".contains(&byte)) {
                    self.keep(text)?;
                }
                Ok(())
            }
        }
    }

    /// Keeps everything up to the end of the open levels.
    fn levels(&mut self, text: &mut Vec<u8>, mut depth: usize) -> Result<(), NoItem> {
        while depth > 0 {
            match self.peek()? {
                None => return Err(unexpected("the input ends inside an item")),
                Some(b'"') => {
                    self.string(text)?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => depth -= 1,
                Some(_) => {}
            }
            self.keep(text)?;
        }
        Ok(())
    }

    fn string(&mut self, text: &mut Vec<u8>) -> Result<(), NoItem> {
        self.keep(text)?;
        loop {
            match self.peek()? {
                None => return Err(unexpected("the input ends inside a string")),
                Some(b'"') => return self.keep(text),
                Some(b'\\') => {
                    self.keep(text)?;
                    self.keep(text)?;
                }
                Some(_) => self.keep(text)?,
            }
        }
    }

    /// Skips the rest of a line that is blank.
    fn line_end(&mut self) -> Result<(), NoItem> {
        while self.peek()?.is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r')) {
            self.take()?;
        }
        if self.peek()? == Some(b'\n') {
            self.take()?;
        }
        Ok(())
    }

    /// Skips white space and returns the byte after it.
    fn space(&mut self) -> Result<Option<u8>, NoItem> {
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.take()?;
        }
        self.peek()
    }

    fn keep_space(&mut self, text: &mut Vec<u8>) -> Result<Option<u8>, NoItem> {
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.keep(text)?;
        }
        self.peek()
    }

    fn keep(&mut self, text: &mut Vec<u8>) -> Result<(), NoItem> {
        if text.len() == MAX_OBJECT {
            return Err(unexpected("an item is longer than 8 MiB"));
        }
        text.extend(self.take()?);
        Ok(())
    }

    fn take(&mut self) -> Result<Option<u8>, NoItem> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.at += 1;
            self.bytes += 1;
            self.line += usize::from(byte == b'\n');
        }
        Ok(byte)
    }

    fn peek(&mut self) -> Result<Option<u8>, NoItem> {
        if self.at == self.buffer.len() {
            self.fill().map_err(NoItem::Input)?;
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Reads the next piece of the input. Skips a byte order mark at its start.
    fn fill(&mut self) -> io::Result<()> {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        let is_start = self.bytes == 0;
        self.buffer.clear();
        self.at = 0;
        loop {
            let piece = match self.source.fill_buf() {
                Ok(piece) => piece,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let (length, is_end) = (piece.len(), piece.is_empty());
            self.buffer.extend_from_slice(piece);
            self.source.consume(length);
            // The mark may come in several pieces.
            let may_be_mark = is_start && self.buffer.len() < MARK.len() && MARK.starts_with(&self.buffer);
            if is_end || !may_be_mark {
                break;
            }
        }
        if is_start && self.buffer.starts_with(MARK) {
            self.at = MARK.len();
            self.bytes = MARK.len();
            if self.at == self.buffer.len() {
                return self.fill();
            }
        }
        Ok(())
    }
}

#[cold]
fn unexpected(message: &'static str) -> NoItem {
    NoItem::Fault(Fault::new(FaultKind::Syntax, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the objects of an input with their lines, read in pieces of `size` bytes, and the line of an error.
    fn objects(input: &str, piece: usize) -> (Vec<(String, usize)>, Option<usize>) {
        let source = io::BufReader::with_capacity(piece, input.as_bytes());
        let mut values = LineValues::new(Box::new(source));
        let mut found = Vec::new();
        loop {
            match values.next() {
                Ok(Some(object)) => found.push((String::from_utf8(object.text).unwrap(), object.line)),
                Ok(None) => {
                    assert_eq!(values.bytes, input.len(), "{input}");
                    return (found, None);
                }
                Err(_) => return (found, Some(values.failed_line())),
            }
        }
    }

    #[test]
    fn every_form_gives_its_objects() {
        for (input, expected) in [
            ("", &[][..]),
            ("\u{feff}", &[]),
            ("\u{feff}{\"a\":1}\n\n{\"b\":\"}\\\"{\"}", &[("{\"a\":1}", 1), ("{\"b\":\"}\\\"{\"}", 3)]),
            ("{\"a\": {\"L\":[ [] ]} } {}", &[("{\"a\": {\"L\":[ [] ]} }", 1), ("{}", 1)]),
            (
                "[\n{\"a\":1},\n {\"b\":[{}]}\n]\n{\"c\":{}}",
                &[("{\"a\":1}", 2), ("{\"b\":[{}]}", 3), ("{\"c\":{}}", 5)],
            ),
            ("[]", &[]),
            ("{\"Count\":2,\n\"Items\":[{\"a\":1}\n,{}],\"x\":null,\"y\":{\"z\":[]}}", &[("{\"a\":1}", 2), ("{}", 3)]),
            ("{\"RequestItems\" : {\"t\":[{\"PutRequest\":{}}]}, \"n\" : 7}\n", &[("{\"PutRequest\":{}}", 1)]),
            ("{\"t\":[{\"PutRequest\":{}}]}", &[("{\"PutRequest\":{}}", 1)]),
            ("{\"Item\":{\"Items\":{\"L\":[]}}}", &[("{\"Item\":{\"Items\":{\"L\":[]}}}", 1)]),
        ] {
            let expected: Vec<_> = expected.iter().map(|(text, line)| ((*text).to_owned(), *line)).collect();
            for piece in [1, 2, 3, 7, 1_000] {
                assert_eq!(objects(input, piece), (expected.clone(), None), "{input}");
            }
        }
    }

    #[test]
    fn other_input_is_an_error() {
        for input in [
            "x",
            "[1]",
            "[{},]",
            "[{}",
            "[{} {}]",
            "[,{}]",
            "]",
            "{\"a\":1",
            "{\"a\":\"",
            "{\"t\":[{}],\"u\":[{}]}",
            "{\"t\":[{}]",
            "{\"t\":[{}],}",
            "{\"t\":[{}],\"u\"}",
            "{} ,{}",
            "\"a\"",
        ] {
            assert!(objects(input, 1_000).1.is_some(), "{input}");
        }
        assert!(objects(&format!("{{\"a\":\"{}", "x".repeat(MAX_OBJECT)), 1 << 16).1.is_some());
    }
}
