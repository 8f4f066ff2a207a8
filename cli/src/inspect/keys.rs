//! How keys are made from fields: templates that form every sampled key, or fields that hold the keys.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use singlet::Item;

use super::shape::{Column, Shape};

/// How a model makes one key attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A field with the name of the key attribute.
    Field,
    Template(Vec<KeySegment>),
}

/// The text between two separators: literal text, then a placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeySegment {
    pub(super) literal: String,
    pub(super) part: Option<Part>,
}

/// A placeholder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) value: PartSource,
    pub(super) format: PartFormat,
}

/// Which key is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyRole {
    Hash,
    Range,
    /// A key of an index.
    Index,
}

/// Where the value of a placeholder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PartSource {
    /// In an attribute.
    Attribute(String),
    /// In the primary key only: the number of the value in [`KeyOnly`].
    Key(usize),
}

/// How a placeholder writes its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartFormat {
    Text,
    Plain,
    Width(usize),
}

/// The values that only the primary key holds.
#[derive(Debug, Default)]
pub(super) struct KeyOnly {
    /// A name for each, from the text before it.
    pub(super) names: Vec<String>,
    /// The values of all items, for each.
    values: Vec<Vec<String>>,
}

/// The attributes that placeholders may take.
#[derive(Debug)]
pub(super) struct Candidates(BTreeMap<String, Candidate>);

/// The values of an attribute in the items that have a key.
#[derive(Debug)]
struct Candidate {
    values: Vec<Value>,
    /// Whether no item of the model has a negative number, so that a template can write the numbers with a width.
    is_natural: bool,
}

#[derive(Debug)]
enum Value {
    Text(String),
    Number(String),
}

impl Candidates {
    /// The attributes that all of these items have, except the excluded ones. Their fields must be texts or integers, which
    /// the columns decide: those of all items of the model, also of those that do not have the key.
    pub(super) fn of(items: &[&Item], columns: &BTreeMap<&str, Column>, is_excluded: impl Fn(&str) -> bool) -> Self {
        let values = |name: &str| -> Option<Vec<Value>> {
            let value = |item: &&Item| match item.get(name)? {
                AttributeValue::S(text) if !text.is_empty() && !text.contains('#') => Some(Value::Text(text.clone())),
                AttributeValue::N(digits) => Some(Value::Number(digits.clone())),
                _ => None,
            };
            items.iter().map(value).collect()
        };
        let candidate = |(name, column): (&&str, &Column)| {
            let is_part = column.nulls == 0 && matches!(column.shape, Some(Shape::Text | Shape::Integer));
            let values = values(name).filter(|_| is_part && !is_excluded(name))?;
            Some(((*name).to_owned(), Candidate { values, is_natural: !column.has_negatives }))
        };
        Candidates(columns.iter().filter_map(candidate).collect())
    }

    /// The attribute whose values end these texts, after the same literal text. The longest value wins.
    fn ending(&self, texts: &[&str]) -> Option<(String, Part)> {
        let found = self.0.iter().filter_map(|(name, candidate)| {
            let (literal, format) = ending(texts, &candidate.values)?;
            let is_written = candidate.is_natural || !matches!(format, PartFormat::Width(_));
            let literal = is_written.then_some(literal)?;
            Some((literal, Part { value: PartSource::Attribute(name.clone()), format }))
        });
        found.min_by_key(|(literal, _)| literal.len())
    }
}

/// The literal text before the values, and their format, if every text is that text and the value.
fn ending(texts: &[&str], values: &[Value]) -> Option<(String, PartFormat)> {
    let mut common: Option<(&str, PartFormat)> = None;
    for (text, value) in texts.iter().zip(values) {
        let found = match value {
            Value::Text(value) => (text.strip_suffix(&**value)?, PartFormat::Text),
            Value::Number(digits) => {
                let literal = text.trim_end_matches(|c: char| c.is_ascii_digit());
                let stored = &text[literal.len()..];
                let is_padded = stored.starts_with('0') && stored.len() > 1;
                if stored == digits && !literal.ends_with('-') {
                    (literal, PartFormat::Plain)
                } else if is_padded
                    && stored.len() <= 19
                    && stored.trim_start_matches('0') == digits.trim_start_matches('0')
                {
                    (literal, PartFormat::Width(stored.len()))
                } else {
                    return None;
                }
            }
        };
        let found = match (common, found) {
            (Some((literal, _)), (other, _)) if literal != other => return None,
            // A number of the full width has no zeros in front.
            (Some((_, PartFormat::Width(width))), (literal, format)) => {
                let is_wide = text.len() - literal.len() == width;
                is_wide.then_some((literal, PartFormat::Width(width))).filter(|_| format != PartFormat::Text)?
            }
            (Some((_, PartFormat::Plain)), (literal, PartFormat::Width(width))) => (literal, PartFormat::Width(width)),
            (_, found) => found,
        };
        common = Some(found);
    }
    let (literal, format) = common?;
    if let PartFormat::Width(width) = format
        && texts.iter().any(|text| text.len() - literal.len() != width)
    {
        return None;
    }
    // `USERada` may be `USER` and `ada` by chance.
    let is_separate = literal.is_empty() || literal.ends_with(|c: char| !c.is_ascii_alphanumeric());
    is_separate.then(|| (literal.to_owned(), format))
}

impl Source {
    /// The template that forms these keys; a field if there is none. Only the primary key can hold values of its own.
    pub(super) fn of(keys: &[&str], candidates: &Candidates, key_only: &mut KeyOnly, role: KeyRole) -> Self {
        let split: Vec<Vec<&str>> = keys.iter().map(|key| key.split('#').collect()).collect();
        let Some(count) = split.first().map(Vec::len) else { return Source::Field };
        if split.iter().any(|segments| segments.len() != count) {
            return Source::Field;
        }
        // Control characters are not worth a template.
        if keys.iter().any(|key| key.chars().any(char::is_control)) {
            return Source::Field;
        }
        let known = key_only.names.len();
        let mut segments: Vec<KeySegment> = Vec::new();
        for number in 0..count {
            let texts: Vec<&str> = split.iter().map(|segments| segments[number]).collect();
            let before = segments.last().map_or("", |segment| &segment.literal);
            match segment(&texts, (number, count), before, candidates, key_only, role) {
                Some(segment) => segments.push(segment),
                None => {
                    key_only.names.truncate(known);
                    key_only.values.truncate(known);
                    return Source::Field;
                }
            }
        }
        Source::Template(segments)
    }

    /// The attributes that the template contains.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, PartFormat)> {
        let segments = match self {
            Source::Field => &[][..],
            Source::Template(segments) => segments,
        };
        segments.iter().filter_map(|segment| segment.part.as_ref()).filter_map(|part| match &part.value {
            PartSource::Attribute(name) => Some((&**name, part.format)),
            PartSource::Key(_) => None,
        })
    }
}

fn segment(
    texts: &[&str],
    (number, count): (usize, usize),
    before: &str,
    candidates: &Candidates,
    key_only: &mut KeyOnly,
    role: KeyRole,
) -> Option<KeySegment> {
    let first = texts.first()?;
    let literal = || Some(KeySegment { literal: (*first).to_owned(), part: None });
    let is_constant = texts.iter().all(|text| text == first);
    let is_first = number == 0 && count > 1;
    let is_name = !first.is_empty() && first.chars().all(|c| c.is_ascii_alphabetic() || "_-$".contains(c));
    let is_shouted = is_name && !first.contains(|c: char| c.is_ascii_lowercase());
    if texts.iter().any(|text| text.is_empty()) {
        return if is_constant { literal() } else { None };
    }
    // `USER` in `USER#ada`, or `PROFILE`.
    if is_constant && (is_first && is_name || is_shouted) {
        return literal();
    }
    // A short value at the end of constant text, such as the `1` of `$user_1`, is there by chance.
    let is_likely = |literal: &str| {
        let shortest = texts.iter().map(|text| text.len() - literal.len()).min().unwrap_or_default();
        literal.is_empty() || !is_constant || !is_first && shortest >= 3
    };
    if let Some((literal, part)) = candidates.ending(texts).filter(|(literal, _)| is_likely(literal)) {
        return Some(KeySegment { literal, part: Some(part) });
    }
    if let Some(known) = key_only.values.iter().position(|values| values.iter().zip(texts).all(|(a, b)| a == b)) {
        let part = Part { value: PartSource::Key(known), format: PartFormat::Text };
        return Some(KeySegment { literal: String::new(), part: Some(part) });
    }
    // Text that several items share is literal at the beginning of a key, and as a whole range key.
    let is_shared = texts.len() > 1 && role != KeyRole::Hash && count == 1;
    if is_constant && (is_name || is_first || is_shared) {
        return literal();
    }
    if role == KeyRole::Index {
        return None;
    }
    // The keys of one item show no common beginning.
    let common = if texts.len() > 1 && !is_constant { beginning(texts) } else { "" };
    let own = if role == KeyRole::Hash { "hash" } else { "range" };
    let name = [common, before, own].into_iter().find(|name| name.contains(|c: char| c.is_ascii_alphabetic()));
    let name = name.unwrap_or(own);
    key_only.names.push(name.to_owned());
    key_only.values.push(texts.iter().map(|text| text[common.len()..].to_owned()).collect());
    let part = Part { value: PartSource::Key(key_only.names.len() - 1), format: PartFormat::Text };
    Some(KeySegment { literal: common.to_owned(), part: Some(part) })
}

/// The longest common beginning that ends with a character between words, has no digits, and leaves a value in every text.
fn beginning<'a>(texts: &[&'a str]) -> &'a str {
    let Some(first) = texts.first() else { return "" };
    let is_common = |end: &usize| {
        let is_text = !first[..*end].contains(|c: char| c.is_ascii_digit());
        is_text
            && texts
                .iter()
                .all(|text| text.len() > *end && text.is_char_boundary(*end) && text[..*end] == first[..*end])
    };
    let ends = first.char_indices().filter(|(_, c)| !c.is_ascii_alphanumeric()).map(|(at, c)| at + c.len_utf8());
    ends.rev().find(is_common).map_or("", |end| &first[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(attributes: &[(&str, &str)]) -> Item {
        let value = |text: &str| match text.strip_prefix("n:") {
            Some(digits) => AttributeValue::N(digits.to_owned()),
            None => AttributeValue::S(text.to_owned()),
        };
        attributes.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect()
    }

    /// The template of these keys as text.
    fn template(keys: &[&str], items: &[Item]) -> String {
        let items: Vec<&Item> = items.iter().collect();
        let columns = Column::of_items(&items);
        let source =
            Source::of(keys, &Candidates::of(&items, &columns, |_| false), &mut KeyOnly::default(), KeyRole::Range);
        let Source::Template(segments) = source else { return "a field".to_owned() };
        let shown = |segment: KeySegment| match segment.part {
            None => segment.literal,
            Some(Part { value: PartSource::Attribute(name), format }) => {
                format!("{}{{{name}:{format:?}}}", segment.literal)
            }
            Some(Part { value: PartSource::Key(number), .. }) => format!("{}{{{number}}}", segment.literal),
        };
        segments.into_iter().map(shown).collect::<Vec<_>>().join("#")
    }

    #[test]
    fn templates_form_the_keys() {
        let ada = item(&[("id", "ada"), ("n", "n:7")]);
        let bob = item(&[("id", "bob"), ("n", "n:12")]);
        let both = [ada.clone(), bob];
        assert_eq!(template(&["USER#ada", "USER#bob"], &both), "USER#{id:Text}");
        assert_eq!(template(&["$app#userid_ada"], std::slice::from_ref(&ada)), "$app#userid_{id:Text}");
        assert_eq!(template(&["V#0007", "V#0012"], &both), "V#{n:Width(4)}");
        assert_eq!(template(&["V#7", "V#12"], &both), "V#{n:Plain}");
        assert_eq!(template(&["V#07", "V#012"], &both), "V#{0}");
        assert_eq!(template(&["X#a-1", "X#a-2"], &both), "X#a-{0}");
        assert_eq!(template(&["PROFILE", "PROFILE"], &both), "PROFILE");
        assert_eq!(template(&["X#a#b", "X#a"], &both), "a field");
        assert_eq!(template(&["X##b", "X#c#"], &both), "a field");
        assert_eq!(template(&["#META#", "#META#"], &both), "#META#");
        assert_eq!(template(&["$user_1", "$user_1"], &both), "$user_1");
        assert_eq!(template(&["2026-01-02", "2026-01-03"], &both), "{0}");
        assert_eq!(template(&["T#é", "T#è"], &both), "T#{0}");
    }
}
