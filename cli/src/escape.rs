//! Text for people, without anything that a terminal would obey: names in tables may be chosen by others.

use std::fmt::{self, Display, Write};

/// Displays a text with its control characters and its marks of direction escaped. Only newlines that the tool itself
/// writes between lines remain, so data must be [`Inline`].
pub(crate) struct Shown<T>(pub(crate) T);

/// Displays data inside a line: as [`Shown`], with newlines escaped too.
pub(crate) struct Inline<T>(pub(crate) T);

impl<T: Display> Display for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping { to: f, keeps_newlines: true }, "{}", self.0)
    }
}

impl<T: Display> Display for Inline<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping { to: f, keeps_newlines: false }, "{}", self.0)
    }
}

struct Escaping<'a, 'f> {
    to: &'a mut fmt::Formatter<'f>,
    keeps_newlines: bool,
}

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            '\n' if self.keeps_newlines => self.to.write_char(c),
            c if is_obeyed(c) => write!(self.to, "{}", c.escape_default()),
            c => self.to.write_char(c),
        })
    }
}

/// Whether a terminal obeys the character instead of showing it: control characters, separators of lines and paragraphs,
/// marks, embeddings, overrides and isolates of direction, and invisible characters.
fn is_obeyed(c: char) -> bool {
    let is_invisible = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    c.is_control() || is_invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        let hostile = "a\u{1b}[31m\u{7}\r\t\u{9b}\u{202e}b\u{2066}\u{200f}\u{2028}\u{feff}c\n";
        let shown = Inline(hostile).to_string();
        assert_eq!(shown, "a\\u{1b}[31m\\u{7}\\r\\t\\u{9b}\\u{202e}b\\u{2066}\\u{200f}\\u{2028}\\u{feff}c\\n");
        assert_eq!(Shown("one\ntwo\r\n").to_string(), "one\ntwo\\r\n");
        assert_eq!(Inline("Ünïcode \u{1F980} 漢字").to_string(), "Ünïcode \u{1F980} 漢字");
    }

    #[test]
    fn every_control_character_is_escaped() {
        for c in ('\0'..=char::MAX).filter(|c| c.is_control()) {
            assert!(Inline(c).to_string().starts_with('\\'), "{c:?}");
        }
    }
}
