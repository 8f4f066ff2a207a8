//! From condition trees to text, within DynamoDB's limits.

use super::condition::Tree;
use super::operand::Term;
use super::placeholders::{Placeholders, USUAL_LENGTH, at, check_length, refused};
use super::{in_variant, renamed};
use crate::Result;

// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters
pub(super) const MAX_IN: usize = 100;
const MAX_OPERATORS: usize = 300;

impl Placeholders {
    /// Returns the text of a condition. Fails if the condition exceeds a limit of DynamoDB.
    pub(crate) fn condition(&mut self, tree: &Tree) -> Result<String> {
        // DynamoDB limits the operators of each expression, while names and values belong to the whole request.
        self.operators = 0;
        let mut text = String::with_capacity(USUAL_LENGTH);
        // First the variants: a tag has the former names of its enum.
        let stored = in_variant::resolve(tree);
        let tree = stored.as_ref().unwrap_or(tree);
        match renamed::resolve(tree) {
            Some(tree) => self.tree(&tree, &mut text)?,
            None => self.tree(tree, &mut text)?,
        }
        if self.operators > MAX_OPERATORS {
            let message =
                format!("a condition has {} operators and functions; DynamoDB allows {MAX_OPERATORS}", self.operators);
            return Err(refused(message));
        }
        check_length(&text, "the condition")?;
        Ok(text)
    }

    fn tree(&mut self, tree: &Tree, text: &mut String) -> Result<()> {
        self.operators += 1;
        match tree {
            Tree::Compare(left, comparator, right) => {
                distinct(left, [right])?;
                self.term(left, left.path(), text)?;
                text.push(' ');
                text.push_str(comparator.as_str());
                text.push(' ');
                self.term(right, left.path(), text)?;
            }
            Tree::Between(term, low, high) => {
                distinct(term, [low, high])?;
                self.term(term, term.path(), text)?;
                text.push_str(" BETWEEN ");
                self.term(low, term.path(), text)?;
                text.push_str(" AND ");
                self.term(high, term.path(), text)?;
            }
            Tree::In(term, values) => self.one_of(term, values, text)?,
            Tree::Function(function, term, argument) => {
                distinct(term, argument)?;
                text.push_str(function);
                text.push('(');
                self.term(term, term.path(), text)?;
                if let Some(argument) = argument {
                    text.push_str(", ");
                    self.term(argument, term.path(), text)?;
                }
                text.push(')');
            }
            Tree::And(trees) => self.join(trees, " AND ", |tree| matches!(tree, Tree::Or(_)), text)?,
            Tree::Or(trees) => self.join(trees, " OR ", |_| false, text)?,
            Tree::Not(tree) => {
                text.push_str("NOT ");
                // Some servers reject two `NOT`s in a row.
                let is_joined = matches!(**tree, Tree::And(_) | Tree::Or(_) | Tree::Not(_));
                self.grouped(tree, is_joined, text)?;
            }
            Tree::Raw(raw) => {
                // The expression may contain `OR`, so it always gets parentheses.
                text.push('(');
                self.raw(raw, text)?;
                text.push(')');
            }
        }
        Ok(())
    }

    fn one_of(&mut self, term: &Term, values: &[Term], text: &mut String) -> Result<()> {
        if values.is_empty() || values.len() > MAX_IN {
            let message = format!("`is_in` takes 1 to {MAX_IN} values, {} were given", values.len());
            return Err(at(refused(message), term.path()));
        }
        distinct(term, values)?;
        self.term(term, term.path(), text)?;
        text.push_str(" IN (");
        for (n, value) in values.iter().enumerate() {
            if n > 0 {
                text.push_str(", ");
            }
            self.term(value, term.path(), text)?;
        }
        text.push(')');
        Ok(())
    }

    /// Joins conditions. `AND` binds more tightly than `OR`, so only alternatives inside `AND` need parentheses.
    fn join(&mut self, trees: &[Tree], word: &str, is_looser: fn(&Tree) -> bool, text: &mut String) -> Result<()> {
        // n conditions are joined by n - 1 operators, and `tree` has counted one of them.
        self.operators += trees.len().saturating_sub(2);
        for (n, tree) in trees.iter().enumerate() {
            if n > 0 {
                text.push_str(word);
            }
            self.grouped(tree, is_looser(tree), text)?;
        }
        Ok(())
    }

    fn grouped(&mut self, tree: &Tree, in_parentheses: bool, text: &mut String) -> Result<()> {
        if !in_parentheses {
            return self.tree(tree, text);
        }
        text.push('(');
        self.tree(tree, text)?;
        text.push(')');
        Ok(())
    }
}

/// Rejects an operator whose first operand is also among the others. DynamoDB does the same; some emulators do not.
fn distinct<'a>(first: &Term, others: impl IntoIterator<Item = &'a Term>) -> Result<()> {
    let Term::Path(path) = first else { return Ok(()) };
    let is_first = |other: &&Term| matches!(other, Term::Path(other) if other.len() == path.len() && other.iter().zip(path).all(|(a, b)| a.is_same(b)));
    match others.into_iter().find(is_first) {
        Some(_) => Err(at(refused("an attribute cannot be compared with itself"), path)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::condition::Comparator;
    use super::super::node::Segment;
    use super::*;
    use crate::{ErrorKind, RawExpression};

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
