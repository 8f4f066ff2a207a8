//! The placeholders of one request, and the operands of its expressions as text.
//!
//! Every operation that sends an expression uses this. [`condition_text`](super::condition_text) and
//! [`actions`](super::actions) write whole expressions. Together they check DynamoDB's limits before anything is sent, because
//! DynamoDB Local and other emulators do not enforce all of them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use super::node::{Segment, Shown};
use super::operand::Term;
use super::renamed;
use crate::wire::Fault;
use crate::{Error, ErrorKind, RawExpression, Result};

// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
pub(crate) const MAX_EXPRESSION: usize = 4096;
const MAX_PLACEHOLDER: usize = 255;
pub(crate) const MAX_DEPTH: usize = 32;

/// The room for the text of a usual condition or clause.
pub(super) const USUAL_LENGTH: usize = 128;

/// The placeholders of the first names and values. Few requests have more.
const NAMES: [&str; 16] =
    ["#0", "#1", "#2", "#3", "#4", "#5", "#6", "#7", "#8", "#9", "#10", "#11", "#12", "#13", "#14", "#15"];
const VALUES: [&str; 16] =
    [":0", ":1", ":2", ":3", ":4", ":5", ":6", ":7", ":8", ":9", ":10", ":11", ":12", ":13", ":14", ":15"];

/// The names and values in all expressions of one request, with their placeholders.
///
/// Every name gets a placeholder, not only those on AWS's list of reserved words: that list grows.
///
/// The methods append to the text of an expression, so that its parts are not allocated one by one.
#[derive(Debug, Default, Clone)]
pub(crate) struct Placeholders {
    pub(crate) names: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    pub(crate) values: Vec<(Cow<'static, str>, AttributeValue)>,
    /// The attributes that the paths begin with. Those of raw expressions are not known.
    pub(crate) attributes: Vec<&'static str>,
    /// The operators and functions of the condition that is being written.
    pub(super) operators: usize,
}

impl Placeholders {
    /// Appends the placeholder of an attribute name.
    pub(crate) fn name(&mut self, name: Cow<'static, str>, text: &mut String) {
        // A user's own placeholder may stand for the same name already. It can be reused.
        if let Some((placeholder, _)) = self.names.iter().find(|(_, known)| *known == name) {
            text.push_str(placeholder);
            return;
        }
        let placeholder = numbered(&NAMES, '#', self.names.len());
        text.push_str(&placeholder);
        self.names.push((placeholder, name));
    }

    /// Returns the projection expression of these attributes, each once: DynamoDB refuses a repeated one.
    pub(crate) fn projection(&mut self, names: impl IntoIterator<Item = &'static str>) -> String {
        let mut seen = HashSet::new();
        let mut text = String::new();
        for name in names {
            if seen.insert(name) {
                separate(&mut text);
                self.name(name.into(), &mut text);
            }
        }
        text
    }

    /// Appends the placeholder of a value.
    pub(crate) fn value(&mut self, value: Cow<'_, AttributeValue>, text: &mut String) {
        // A linear search: a request has few values, and `AttributeValue` has no hash.
        if let Some((placeholder, _)) = self.values.iter().find(|(_, known)| *known == *value) {
            text.push_str(placeholder);
            return;
        }
        let placeholder = numbered(&VALUES, ':', self.values.len());
        text.push_str(&placeholder);
        self.values.push((placeholder, value.into_owned()));
    }

    pub(super) fn path(&mut self, path: &[Segment], text: &mut String) -> Result<()> {
        if path.len() > MAX_DEPTH {
            return Err(refused(format!("a document path has {} steps; DynamoDB allows {MAX_DEPTH}", path.len())));
        }
        if let Some(Segment::Name(attribute) | Segment::Renamed { name: attribute, .. }) = path.first() {
            self.attributes.push(attribute);
        }
        for (n, segment) in path.iter().enumerate() {
            let name: Cow<'static, str> = match segment {
                Segment::Index(index) => {
                    let _ = write!(text, "[{index}]");
                    continue;
                }
                Segment::Name(name) | Segment::Renamed { name, .. } => (*name).into(),
                Segment::Key(key) => key.to_string().into(),
                // The fields of a variant with a tag are next to the tag.
                Segment::Variant(variant) if variant.tag.is_some() => continue,
                Segment::Variant(variant) => variant.name.into(),
                // The compiler refuses such a path in an expression, and the actions of updates become keys.
                Segment::IndexOnly(field) => {
                    let message = "only keys of indexes hold this field, so no expression can name it";
                    return Err(refused(message).with_attribute(*field));
                }
            };
            if n > 0 {
                text.push('.');
            }
            self.name(name, text);
        }
        Ok(())
    }

    /// Appends an operand. Errors name the attribute `of` the operator.
    pub(super) fn term(&mut self, term: &Term, of: &[Segment], text: &mut String) -> Result<()> {
        match term {
            Term::Path(path) => match renamed::places(path) {
                None => self.path(path, text),
                Some(places) => match places.split_last() {
                    Some((last, first)) => self.first_of(first, text, |this, text| this.path(last, text)),
                    None => Ok(()),
                },
            },
            Term::Size(path) => {
                self.operators += 1;
                text.push_str("size(");
                self.path(path, text)?;
                text.push(')');
                Ok(())
            }
            Term::Value(Ok(value)) => {
                self.value(Cow::Borrowed(value), text);
                Ok(())
            }
            Term::Value(Err(fault)) => Err(unstorable(fault, of)),
            Term::Absent => {
                let message =
                    "an empty set is stored as an absent attribute, so it cannot be compared; use `.not_exists()`";
                Err(at(refused(message), of))
            }
        }
    }

    /// Appends the operand of an update that is the value at the first of these paths that exists, or else `absent`.
    pub(super) fn first_of(
        &mut self,
        paths: &[Vec<Segment>],
        text: &mut String,
        absent: impl FnOnce(&mut Self, &mut String) -> Result<()>,
    ) -> Result<()> {
        for path in paths {
            text.push_str("if_not_exists(");
            self.path(path, text)?;
            text.push_str(", ");
        }
        absent(self, text)?;
        text.extend(std::iter::repeat_n(')', paths.len()));
        Ok(())
    }

    /// Appends a user's own expression, which keeps its own placeholders.
    pub(super) fn raw(&mut self, raw: &RawExpression, text: &mut String) -> Result<()> {
        raw.check()?;
        for (placeholder, name) in &raw.names {
            check_placeholder(placeholder, '#')?;
            // Two raw expressions of one request may use the same placeholder, but only for the same name.
            match self.names.iter().find(|(known, _)| known == placeholder) {
                None => self.names.push((placeholder.clone().into(), name.clone().into())),
                Some((_, known)) if known == name => {}
                Some(_) => return Err(ambiguous(placeholder, "names")),
            }
        }
        for (placeholder, value) in &raw.values {
            check_placeholder(placeholder, ':')?;
            match self.values.iter().find(|(known, _)| known == placeholder) {
                None => self.values.push((placeholder.clone().into(), value.clone())),
                Some((_, known)) if known == value => {}
                Some(_) => return Err(ambiguous(placeholder, "values")),
            }
        }
        text.push_str(&raw.expression);
        Ok(())
    }

    /// Returns the names for the SDK's builders: `None` if there are none, since DynamoDB rejects an empty map.
    pub(crate) fn sdk_names(&self) -> Option<HashMap<String, String>> {
        let owned = |(placeholder, name): &(Cow<'_, str>, Cow<'_, str>)| (owned(placeholder), owned(name));
        (!self.names.is_empty()).then(|| self.names.iter().map(owned).collect())
    }

    pub(crate) fn sdk_values(&self) -> Option<HashMap<String, AttributeValue>> {
        let owned = |(placeholder, value): &(Cow<'_, str>, AttributeValue)| (owned(placeholder), value.clone());
        (!self.values.is_empty()).then(|| self.values.iter().map(owned).collect())
    }
}

fn owned(text: &str) -> String {
    text.to_owned()
}

fn numbered(known: &[&'static str], sign: char, number: usize) -> Cow<'static, str> {
    match known.get(number) {
        Some(known) => Cow::Borrowed(*known),
        None => Cow::Owned(format!("{sign}{number}")),
    }
}

/// Appends a comma unless the text is empty.
pub(super) fn separate(text: &mut String) {
    if !text.is_empty() {
        text.push_str(", ");
    }
}

/// Rejects placeholders that DynamoDB does not accept, and those of digits only: singlet generates these itself.
fn check_placeholder(placeholder: &str, first: char) -> Result<()> {
    let rest = placeholder.strip_prefix(first).unwrap_or_default();
    let is_own = rest.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_own || !is_word || placeholder.len() > MAX_PLACEHOLDER {
        let message = format!(
            "`{placeholder}` is not a placeholder; write `{first}`, then letters, digits or `_`, and not only digits"
        );
        return Err(refused(message));
    }
    Ok(())
}

fn ambiguous(placeholder: &str, of: &str) -> Error {
    refused(format!("the placeholder `{placeholder}` stands for two different {of}"))
}

pub(crate) fn check_length(expression: &str, what: &str) -> Result<()> {
    if expression.len() > MAX_EXPRESSION {
        let message = format!("{what} has {} bytes; DynamoDB allows {MAX_EXPRESSION}", expression.len());
        return Err(refused(message));
    }
    Ok(())
}

#[cold]
pub(super) fn refused(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Validation, message)
}

#[cold]
pub(super) fn unstorable(fault: &Fault, of: &[Segment]) -> Error {
    at(Error::new(ErrorKind::Encode, fault.to_string()), of)
}

pub(super) fn at(error: Error, of: &[Segment]) -> Error {
    if of.is_empty() { error } else { error.with_attribute(Shown(of).to_string()) }
}
