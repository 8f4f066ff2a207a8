//! A place between two keys: where a range begins or ends.

use std::cmp::Ordering;

use crate::Number;
use crate::key::{KeyRole, KeyValue, LAST};

/// A place between two keys: a key and the side of it. Inclusive and exclusive bounds are places, and so is the end of all
/// keys with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyPlace {
    pub(super) value: KeyValue,
    pub(super) side: Side,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    /// Directly before the key.
    Before,
    /// Directly after the key.
    After,
    /// After all texts or bytes that begin with it.
    Beyond,
}

impl KeyPlace {
    pub(super) fn before(value: KeyValue) -> Self {
        KeyPlace { value, side: Side::Before }
    }

    pub(super) fn after(value: KeyValue) -> Self {
        KeyPlace { value, side: Side::After }
    }

    pub(super) fn beyond(value: KeyValue) -> Self {
        KeyPlace { value, side: Side::Beyond }
    }

    pub(super) fn compare(&self, other: &KeyPlace) -> Ordering {
        let order = compare(&self.value, &other.value);
        if self.side == Side::Beyond && order.is_lt() && begins(&other.value, &self.value) {
            return Ordering::Greater;
        }
        if other.side == Side::Beyond && order.is_gt() && begins(&self.value, &other.value) {
            return Ordering::Less;
        }
        order.then(self.side.cmp(&other.side))
    }

    /// The least key after the place, if there is one.
    pub(super) fn least(&self) -> Option<KeyValue> {
        match (&self.value, self.side) {
            (value, Side::Before) => Some(value.clone()),
            (KeyValue::S(text), Side::After) => next_text(text.clone()).map(KeyValue::S),
            (KeyValue::S(text), Side::Beyond) => beyond_text(text.clone()).map(KeyValue::S),
            (KeyValue::B(bytes), Side::After) => next_bytes(bytes.clone()).map(KeyValue::B),
            (KeyValue::B(bytes), Side::Beyond) => beyond_bytes(bytes.clone()).map(KeyValue::B),
            (KeyValue::N(digits), _) => number(digits)?.next().map(digits_of),
        }
    }

    /// The greatest key before the place, if there is one. If no key contains the last character of Unicode
    /// (`is_escaped`), it is a shorter text, which is not a key and has the same keys before it.
    pub(super) fn greatest(&self, is_escaped: bool) -> Option<KeyValue> {
        match (&self.value, self.side) {
            (value, Side::After) => Some(value.clone()),
            (KeyValue::S(text), Side::Before) => previous_text(text.clone(), is_escaped).map(KeyValue::S),
            (KeyValue::S(text), Side::Beyond) => Some(KeyValue::S(filled_text(text.clone(), is_escaped))),
            (KeyValue::B(bytes), Side::Before) => previous_bytes(bytes.clone()).map(KeyValue::B),
            (KeyValue::B(bytes), Side::Beyond) => Some(KeyValue::B(filled_bytes(bytes.clone()))),
            (KeyValue::N(digits), _) => number(digits)?.previous().map(digits_of),
        }
    }
}

/// Compares keys in DynamoDB's order: numbers by value, text and bytes by their bytes.
pub(crate) fn compare(a: &KeyValue, b: &KeyValue) -> Ordering {
    match (a, b) {
        (KeyValue::N(a), KeyValue::N(b)) => match (number(a), number(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.cmp(b),
        },
        _ => a.cmp(b),
    }
}

fn number(digits: &str) -> Option<Number> {
    digits.parse().ok()
}

fn digits_of(number: Number) -> KeyValue {
    KeyValue::N(number.to_string())
}

fn begins(value: &KeyValue, beginning: &KeyValue) -> bool {
    match (value, beginning) {
        (KeyValue::N(_), _) | (_, KeyValue::N(_)) => false,
        (value, beginning) => value.as_bytes().starts_with(beginning.as_bytes()),
    }
}

/// The least text after this one that a range key can be.
fn next_text(mut text: String) -> Option<String> {
    if text.len() < KeyRole::MAX_RANGE {
        text.push('\0');
        return Some(text);
    }
    beyond_text(text)
}

/// The first text after all that begin with this one.
fn beyond_text(mut text: String) -> Option<String> {
    while let Some(last) = text.pop() {
        // U+D800 to U+DFFF are surrogates, which are not characters.
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            last => char::from_u32(u32::from(last) + 1),
        };
        if let Some(next) = next.filter(|next| text.len() + next.len_utf8() <= KeyRole::MAX_RANGE) {
            text.push(next);
            return Some(text);
        }
    }
    None
}

/// The last text before this one.
fn previous_text(mut text: String, is_escaped: bool) -> Option<String> {
    let previous = match text.pop()? {
        '\0' => return Some(text),
        '\u{e000}' => '\u{d7ff}',
        last => char::from_u32(u32::from(last) - 1)?,
    };
    text.push(previous);
    Some(filled_text(text, is_escaped))
}

/// The last text that begins with this one.
fn filled_text(mut text: String, is_escaped: bool) -> String {
    if is_escaped && text.len() + LAST.len_utf8() <= KeyRole::MAX_RANGE {
        text.push(LAST);
        return text;
    }
    for last in [LAST, '\u{ffff}', '\u{7ff}', '\u{7f}'] {
        while text.len() + last.len_utf8() <= KeyRole::MAX_RANGE {
            text.push(last);
        }
    }
    text
}

fn next_bytes(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    if bytes.len() < KeyRole::MAX_RANGE {
        bytes.push(0);
        return Some(bytes);
    }
    beyond_bytes(bytes)
}

fn beyond_bytes(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    while let Some(last) = bytes.pop() {
        if let Some(next) = last.checked_add(1) {
            bytes.push(next);
            return Some(bytes);
        }
    }
    None
}

fn previous_bytes(mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    match bytes.pop()?.checked_sub(1) {
        None => Some(bytes),
        Some(previous) => {
            bytes.push(previous);
            Some(filled_bytes(bytes))
        }
    }
}

fn filled_bytes(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(KeyRole::MAX_RANGE.max(bytes.len()), u8::MAX);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts() -> impl Strategy<Value = String> {
        let character = proptest::sample::select(vec!['\0', '#', 'a', '\u{d7ff}', '\u{e000}', '\u{ffff}', LAST]);
        let text = proptest::collection::vec(character, 1..4);
        (text, prop_oneof![Just(0_usize), Just(1019), Just(1020), Just(1021), Just(1023)]).prop_map(|(text, filled)| {
            let text = "x".repeat(filled) + &text.into_iter().collect::<String>();
            let end = (0..=KeyRole::MAX_RANGE).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            text.get(..end).unwrap_or(&text).to_owned()
        })
    }

    fn places() -> impl Strategy<Value = KeyPlace> {
        let of = |value: BoxedStrategy<KeyValue>| {
            (value, prop_oneof![Just(Side::Before), Just(Side::After), Just(Side::Beyond)])
        };
        of(texts().prop_map(KeyValue::S).boxed()).prop_map(|(value, side)| KeyPlace { value, side })
    }

    /// Whether the key lies after the place, by definition.
    fn is_after(key: &KeyValue, place: &KeyPlace) -> bool {
        match place.side {
            Side::Before => compare(key, &place.value).is_ge(),
            Side::After => compare(key, &place.value).is_gt(),
            Side::Beyond => compare(key, &place.value).is_gt() && !begins(key, &place.value),
        }
    }

    proptest! {
        #[test]
        fn keys_at_a_place_are_adjacent(place in places(), key in texts()) {
            let key = KeyValue::S(key);
            let after = is_after(&key, &place);
            prop_assert_eq!(place.least().is_some_and(|least| key >= least), after);
            prop_assert_eq!(place.greatest(false).is_none_or(|greatest| key > greatest), after);
            // A template escapes the last character, so no key contains it and the bound may be short.
            if !key.as_str().is_some_and(|key| key.contains(LAST)) {
                prop_assert_eq!(place.greatest(true).is_none_or(|greatest| key > greatest), after);
            }
            for bound in [place.least(), place.greatest(false), place.greatest(true)].into_iter().flatten() {
                prop_assert!(bound.as_bytes().len() <= KeyRole::MAX_RANGE, "DynamoDB refuses longer bounds");
            }
            prop_assert_eq!(place.compare(&KeyPlace::before(key.clone())).is_le(), after);
            prop_assert_eq!(place.compare(&KeyPlace::after(key)).is_ge(), !after);
        }

        #[test]
        fn places_have_one_order(a in places(), b in places(), key in texts()) {
            let key = KeyValue::S(key);
            if a.compare(&b).is_le() {
                prop_assert!(!is_after(&key, &b) || is_after(&key, &a));
            }
            prop_assert_eq!(a.compare(&b), b.compare(&a).reverse());
        }
    }

    #[test]
    fn a_text_before_another_is_short_if_values_are_escaped() {
        for (text, previous) in [
            ("ORDER#000005", "ORDER#000004\u{10ffff}"),
            ("a\0", "a"),
            ("\u{e000}", "\u{d7ff}\u{10ffff}"),
            ("ORDER#", "ORDER\"\u{10ffff}"),
        ] {
            assert_eq!(previous_text(text.to_owned(), true).as_deref(), Some(previous));
        }
    }
}
