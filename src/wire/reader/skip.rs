//! Skipping of values that nothing reads. They are still checked: malformed JSON anywhere in a body is an error.

use super::{Parsed, Reader};
use crate::wire::{Fault, FaultKind, MAX_DEPTH};

/// The levels of JSON that a skipped value may have. Each level of DynamoDB's maps and lists takes two of them, and the
/// response around the item some more.
const MAX_LEVELS: u32 = 128;

const _: () = assert!(MAX_LEVELS as usize > 2 * (MAX_DEPTH + 4));

/// The maps and lists around the current position.
#[derive(Default)]
struct Levels {
    /// One bit for each level, the innermost one last: whether it is a map.
    maps: u128,
    depth: u32,
}

impl Levels {
    fn enter(&mut self, is_map: bool) -> Parsed<()> {
        if self.depth == MAX_LEVELS {
            return Err(Fault::new(FaultKind::Invalid, format!("nested deeper than {MAX_DEPTH} levels")));
        }
        self.maps = self.maps << 1 | u128::from(is_map);
        self.depth += 1;
        Ok(())
    }

    fn leave(&mut self) {
        self.maps >>= 1;
        self.depth -= 1;
    }

    fn is_in_map(&self) -> bool {
        self.maps & 1 == 1
    }
}

impl Reader<'_> {
    /// Skips any JSON value. It does not recurse, so deeply nested input cannot overflow the stack.
    ///
    /// # Errors
    ///
    /// Returns a fault if the value is not well-formed JSON. Whether it is an attribute value is not checked.
    #[inline(never)]
    pub fn skip(&mut self) -> Parsed<()> {
        let mut levels = Levels::default();
        loop {
            match self.space() {
                b'"' => self.skip_string()?,
                b'{' => {
                    self.at += 1;
                    if self.space() != b'}' {
                        levels.enter(true)?;
                        self.skip_key()?;
                        continue;
                    }
                    self.at += 1;
                }
                b'[' => {
                    self.at += 1;
                    if self.space() != b']' {
                        levels.enter(false)?;
                        continue;
                    }
                    self.at += 1;
                }
                b't' => self.skip_word(b"true")?,
                b'f' => self.skip_word(b"false")?,
                b'n' => self.skip_word(b"null")?,
                b'-' | b'0'..=b'9' => self.skip_number()?,
                _ => return self.syntax("expected a value"),
            }
            // After a value: leaves the levels that end here, up to the next value.
            loop {
                if levels.depth == 0 {
                    return Ok(());
                }
                match (self.space(), levels.is_in_map()) {
                    (b'}', true) | (b']', false) => {
                        self.at += 1;
                        levels.leave();
                    }
                    (b',', true) => {
                        self.at += 1;
                        self.skip_key()?;
                        break;
                    }
                    (b',', false) => {
                        self.at += 1;
                        break;
                    }
                    (_, true) => return self.syntax("expected `,` or `}`"),
                    (_, false) => return self.syntax("expected `,` or `]`"),
                }
            }
        }
    }

    fn skip_key(&mut self) -> Parsed<()> {
        if self.space() != b'"' {
            return self.syntax("expected a key");
        }
        self.skip_string()?;
        self.expect_byte(b':')
    }

    /// Skips a string. The reader is at its opening quote.
    fn skip_string(&mut self) -> Parsed<()> {
        self.at += 1;
        self.pieces(|_, _| ())
    }

    fn skip_word(&mut self, word: &[u8]) -> Parsed<()> {
        if !self.bytes[self.at..].starts_with(word) {
            return self.syntax("expected a value");
        }
        self.at += word.len();
        Ok(())
    }

    /// Skips a number of [JSON's grammar](https://www.rfc-editor.org/rfc/rfc8259#section-6).
    fn skip_number(&mut self) -> Parsed<()> {
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        let starts_with_zero = self.bytes.get(self.at) == Some(&b'0');
        let digits = self.skip_digits()?;
        if starts_with_zero && digits > 1 {
            return self.syntax("a number begins with 0");
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            self.skip_digits()?;
        }
        if let Some(b'e' | b'E') = self.bytes.get(self.at) {
            self.at += 1;
            if let Some(b'+' | b'-') = self.bytes.get(self.at) {
                self.at += 1;
            }
            self.skip_digits()?;
        }
        Ok(())
    }

    /// Skips one or more digits and returns how many there were.
    fn skip_digits(&mut self) -> Parsed<usize> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { self.syntax("expected a digit") } else { Ok(self.at - start) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skip(json: &str) -> Parsed<()> {
        let mut reader = Reader::new(json.as_bytes())?;
        reader.skip()?;
        reader.finish()
    }

    #[test]
    fn well_formed_values_are_skipped() {
        for json in [
            "0",
            "-1.50e+3",
            "1E5",
            "true",
            " false ",
            "null",
            "\"\"",
            r#""a\"\\\u00e9\ud83c\udf0d""#,
            "{}",
            "[ ]",
            r#"{"a":[1,{"b":{}},[[],""]],"c":null}"#,
            "\t[\r\n1 , { \"a\" : 2 } ]",
        ] {
            skip(json).unwrap_or_else(|fault| panic!("{json}: {fault}"));
        }
    }

    #[test]
    fn malformed_values_are_not() {
        for json in [
            "",
            " ",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "1e+",
            "+1",
            "1x",
            "tru",
            "nulls",
            "True",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"\\ud83c\"",
            "\"\n\"",
            "{",
            "}",
            "[",
            "[1",
            "[1}",
            "[,]",
            "[1,]",
            "[1 2]",
            "[1,,2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1]",
            "{\"a\" 1}",
            "{a:1}",
            "{1:1}",
            "{\"a\":1 \"b\":2}",
            "{\"a\\x\":1}",
            "{:}",
            "[:]",
        ] {
            assert!(skip(json).is_err(), "{json}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        skip(&nested(129)).unwrap();
        assert_eq!(skip(&nested(130)).unwrap_err().kind(), FaultKind::Invalid);
        assert!(skip(&"[".repeat(1_000_000)).is_err());
    }
}
