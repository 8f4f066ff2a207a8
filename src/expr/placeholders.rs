//! From expression trees to text: the placeholders of one request, and the limits of its expressions.
//!
//! Every operation that sends an expression uses this. It checks DynamoDB's limits before anything is sent, because
//! DynamoDB Local and other emulators do not enforce all of them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;

use super::condition::Tree;
use super::node::{Segment, Shown};
use super::operand::Term;
use super::renamed;
use crate::wire::Fault;
use crate::{Error, ErrorKind, RawExpression, Result};

// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
pub(crate) const MAX_EXPRESSION: usize = 4096;
const MAX_IN: usize = 100;
const MAX_OPERATORS: usize = 300;
const MAX_PLACEHOLDER: usize = 255;
pub(crate) const MAX_DEPTH: usize = 32;

/// The names and values in all expressions of one request, with their placeholders.
///
/// Every name gets a placeholder, not only those on AWS's list of reserved words: that list grows.
#[derive(Debug, Default, Clone)]
pub(crate) struct Placeholders {
    pub(crate) names: Vec<(String, String)>,
    pub(crate) values: Vec<(String, AttributeValue)>,
    /// The attributes that the paths begin with. Those of raw expressions are not known.
    pub(crate) attributes: Vec<&'static str>,
    operators: usize,
}

impl Placeholders {
    /// The placeholder of an attribute name.
    pub(crate) fn name(&mut self, name: &str) -> String {
        // A user's own placeholder may stand for the same name already. It can be reused.
        if let Some((placeholder, _)) = self.names.iter().find(|(_, known)| known == name) {
            return placeholder.clone();
        }
        let placeholder = format!("#{}", self.names.len());
        self.names.push((placeholder.clone(), name.to_owned()));
        placeholder
    }

    /// The projection expression of these attributes, each once: DynamoDB refuses a repeated one.
    pub(crate) fn projection(&mut self, names: impl IntoIterator<Item = &'static str>) -> String {
        let mut listed: Vec<String> = names.into_iter().map(|name| self.name(name)).collect();
        let mut seen = HashSet::new();
        listed.retain(|placeholder| seen.insert(placeholder.clone()));
        listed.join(", ")
    }

    /// The placeholder of a value.
    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        // A linear search: a request has few values, and `AttributeValue` has no hash.
        if let Some((placeholder, _)) = self.values.iter().find(|(_, known)| *known == value) {
            return placeholder.clone();
        }
        let placeholder = format!(":{}", self.values.len());
        self.values.push((placeholder.clone(), value));
        placeholder
    }

    pub(crate) fn path(&mut self, path: &[Segment]) -> Result<String> {
        if path.len() > MAX_DEPTH {
            return Err(refused(format!("a document path has {} steps; DynamoDB allows {MAX_DEPTH}", path.len())));
        }
        if let Some(Segment::Name(attribute) | Segment::Renamed { name: attribute, .. }) = path.first() {
            self.attributes.push(attribute);
        }
        let mut text = String::new();
        for (n, segment) in path.iter().enumerate() {
            match segment {
                Segment::Index(index) => {
                    let _ = write!(text, "[{index}]");
                }
                Segment::Name(name) | Segment::Renamed { name, .. } => self.step(n, name, &mut text),
                Segment::Key(key) => self.step(n, key, &mut text),
            }
        }
        Ok(text)
    }

    fn step(&mut self, n: usize, name: &str, text: &mut String) {
        if n > 0 {
            text.push('.');
        }
        text.push_str(&self.name(name));
    }

    pub(crate) fn term(&mut self, term: &Term, of: &Term) -> Result<String> {
        match term {
            Term::Path(path) => match renamed::places(path) {
                None => self.path(path),
                Some(places) => self.first_of(&places, None),
            },
            Term::Size(path) => {
                self.operators += 1;
                Ok(format!("size({})", self.path(path)?))
            }
            Term::Value(Ok(value)) => Ok(self.value(value.clone())),
            Term::Value(Err(fault)) => Err(unstorable(fault, of)),
            Term::Absent => {
                let message =
                    "an empty set is stored as an absent attribute, so it cannot be compared; use `.not_exists()`";
                Err(at(refused(message), of))
            }
        }
    }

    /// The operand of an update that is the value at the first of these paths that exists, or else `absent`.
    pub(crate) fn first_of(&mut self, paths: &[Vec<Segment>], absent: Option<String>) -> Result<String> {
        let mut text = absent;
        for path in paths.iter().rev() {
            let path = self.path(path)?;
            text = Some(match text {
                Some(text) => format!("if_not_exists({path}, {text})"),
                None => path,
            });
        }
        Ok(text.unwrap_or_default())
    }

    /// The text of a condition. Fails if the condition exceeds a limit of DynamoDB.
    pub(crate) fn condition(&mut self, tree: &Tree) -> Result<String> {
        // DynamoDB limits the operators of each expression, while names and values belong to the whole request.
        self.operators = 0;
        let text = match renamed::resolve(tree) {
            Some(tree) => self.tree(&tree)?,
            None => self.tree(tree)?,
        };
        if self.operators > MAX_OPERATORS {
            let message =
                format!("a condition has {} operators and functions; DynamoDB allows {MAX_OPERATORS}", self.operators);
            return Err(refused(message));
        }
        check_length(&text, "the condition")?;
        Ok(text)
    }

    fn tree(&mut self, tree: &Tree) -> Result<String> {
        self.operators += 1;
        Ok(match tree {
            Tree::Compare(left, comparator, right) => {
                distinct(left, [right])?;
                let (left_text, right_text) = (self.term(left, left)?, self.term(right, left)?);
                format!("{left_text} {} {right_text}", comparator.as_str())
            }
            Tree::Between(path, low, high) => {
                distinct(path, [low, high])?;
                let (text, low, high) = (self.term(path, path)?, self.term(low, path)?, self.term(high, path)?);
                format!("{text} BETWEEN {low} AND {high}")
            }
            Tree::In(path, values) => self.one_of(path, values)?,
            Tree::Function(function, path, None) => format!("{function}({})", self.term(path, path)?),
            Tree::Function(function, path, Some(argument)) => {
                distinct(path, [argument])?;
                let (text, argument) = (self.term(path, path)?, self.term(argument, path)?);
                format!("{function}({text}, {argument})")
            }
            Tree::And(trees) => self.join(trees, " AND ", |tree| matches!(tree, Tree::Or(_)))?,
            Tree::Or(trees) => self.join(trees, " OR ", |_| false)?,
            Tree::Not(tree) => {
                let inner = self.tree(tree)?;
                // Some servers reject two `NOT`s in a row.
                let is_joined = matches!(**tree, Tree::And(_) | Tree::Or(_) | Tree::Not(_));
                if is_joined { format!("NOT ({inner})") } else { format!("NOT {inner}") }
            }
            // The expression may contain `OR`, so it always gets parentheses.
            Tree::Raw(raw) => format!("({})", self.raw(raw)?),
        })
    }

    fn one_of(&mut self, path: &Term, values: &[Term]) -> Result<String> {
        if values.is_empty() || values.len() > MAX_IN {
            let message = format!("`is_in` takes 1 to {MAX_IN} values, {} were given", values.len());
            return Err(at(refused(message), path));
        }
        distinct(path, values)?;
        let text = self.term(path, path)?;
        let values = values.iter().map(|value| self.term(value, path)).collect::<Result<Vec<_>>>()?;
        Ok(format!("{text} IN ({})", values.join(", ")))
    }

    /// Joins conditions. `AND` binds more tightly than `OR`, so only alternatives inside `AND` need parentheses.
    fn join(&mut self, trees: &[Tree], word: &str, is_looser: fn(&Tree) -> bool) -> Result<String> {
        // n conditions are joined by n - 1 operators, and `tree` has counted one of them.
        self.operators += trees.len().saturating_sub(2);
        let mut text = String::new();
        for (n, tree) in trees.iter().enumerate() {
            if n > 0 {
                text.push_str(word);
            }
            let part = self.tree(tree)?;
            if is_looser(tree) {
                let _ = write!(text, "({part})");
            } else {
                text.push_str(&part);
            }
        }
        Ok(text)
    }

    /// The text of a user's own expression, which keeps its own placeholders.
    pub(crate) fn raw(&mut self, raw: &RawExpression) -> Result<String> {
        raw.check()?;
        for (placeholder, name) in &raw.names {
            check_placeholder(placeholder, '#')?;
            // Two raw expressions of one request may use the same placeholder, but only for the same name.
            match self.names.iter().find(|(known, _)| known == placeholder) {
                None => self.names.push((placeholder.clone(), name.clone())),
                Some((_, known)) if known == name => {}
                Some(_) => return Err(ambiguous(placeholder, "names")),
            }
        }
        for (placeholder, value) in &raw.values {
            check_placeholder(placeholder, ':')?;
            match self.values.iter().find(|(known, _)| known == placeholder) {
                None => self.values.push((placeholder.clone(), value.clone())),
                Some((_, known)) if known == value => {}
                Some(_) => return Err(ambiguous(placeholder, "values")),
            }
        }
        Ok(raw.expression.clone())
    }

    /// The names for the SDK's builders: `None` if there are none, since DynamoDB rejects an empty map.
    pub(crate) fn sdk_names(&self) -> Option<HashMap<String, String>> {
        (!self.names.is_empty()).then(|| self.names.iter().cloned().collect())
    }

    pub(crate) fn sdk_values(&self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then(|| self.values.iter().cloned().collect())
    }
}

/// Rejects an operator whose first operand is also among the others. DynamoDB does the same; some emulators do not.
fn distinct<'a>(first: &Term, others: impl IntoIterator<Item = &'a Term>) -> Result<()> {
    let Term::Path(path) = first else { return Ok(()) };
    let is_first = |other: &&Term| matches!(other, Term::Path(other) if other.len() == path.len() && other.iter().zip(path).all(|(a, b)| a.is_same(b)));
    match others.into_iter().find(is_first) {
        Some(_) => Err(at(refused("an attribute cannot be compared with itself"), first)),
        None => Ok(()),
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
pub(super) fn unstorable(fault: &Fault, of: &Term) -> Error {
    at(Error::new(ErrorKind::Encode, fault.to_string()), of)
}

fn at(error: Error, of: &Term) -> Error {
    match of {
        Term::Path(path) | Term::Size(path) => error.with_attribute(Shown(path).to_string()),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::super::condition::Comparator;
    use super::*;

    fn path(name: &'static str) -> Term {
        Term::Path(vec![Segment::Name(name)])
    }

    fn compare(left: Term, right: Term) -> Tree {
        Tree::Compare(left, Comparator::Lt, right)
    }

    fn refusal(tree: &Tree) -> Option<ErrorKind> {
        Placeholders::default().condition(tree).err().map(|error| error.kind())
    }

    #[test]
    fn a_path_is_not_compared_with_itself() {
        let itself = [
            compare(path("a"), path("a")),
            Tree::Between(path("a"), Term::text("x"), path("a")),
            Tree::In(path("a"), vec![path("b"), path("a")]),
            Tree::Function("contains", path("a"), Some(path("a"))),
        ];
        for tree in &itself {
            assert_eq!(refusal(tree), Some(ErrorKind::Validation), "{tree:?}");
        }
        assert_eq!(refusal(&compare(path("a"), path("b"))), None);
        let element = Term::Path(vec![Segment::Name("a"), Segment::Index(0)]);
        assert_eq!(refusal(&compare(path("a"), element)), None);
    }

    #[test]
    fn groups_and_repeated_negations_stand_in_brackets() {
        let any = || Tree::Or(vec![compare(path("a"), path("b")), compare(path("b"), path("a"))]);
        let text = Placeholders::default().condition(&any().and(Tree::Not(Box::new(any()))));
        assert_eq!(text.unwrap(), "(#0 < #1 OR #1 < #0) AND NOT (#0 < #1 OR #1 < #0)");
        let not = |tree| Tree::Not(Box::new(tree));
        let text = Placeholders::default().condition(&not(not(not(compare(path("a"), path("b"))))));
        assert_eq!(text.unwrap(), "NOT (NOT (NOT #0 < #1))");
    }

    #[test]
    fn own_placeholders_are_not_a_users() {
        let raw = |name: &str| Tree::Raw(RawExpression::new("x").name(name, "a"));
        for name in ["#0", "#", "n", ":n", "#n-m", "#n m"] {
            assert_eq!(refusal(&raw(name)), Some(ErrorKind::Validation), "{name}");
        }
        let same = raw("#n").and(Tree::Raw(RawExpression::new("y").name("#n", "a")));
        assert_eq!(refusal(&same), None);
        let other = raw("#n").and(Tree::Raw(RawExpression::new("y").name("#n", "b")));
        assert_eq!(refusal(&other), Some(ErrorKind::Validation));
    }
}
