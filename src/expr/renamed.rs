//! Attributes that stored items may have under a former name: `alias` in the derives.
//!
//! Reading takes the current name if the item has it, even as NULL, and otherwise the first former name that it has.
//! Conditions and updates follow the same rule, so that an operation never decides by another value than a read shows.

use aws_sdk_dynamodb::types::AttributeValue;

use super::actions::Action;
use super::condition::{Comparator, Tree};
use super::node::{Segment, Shown};
use super::operand::Term;
use super::placeholders::refused;
use crate::{Item, Result};

impl Segment {
    /// The names that items may have instead of the current one.
    pub(crate) fn former(&self) -> &'static [&'static str] {
        match self {
            Segment::Renamed { former, .. } => former,
            _ => &[],
        }
    }

    /// The value of the attribute or entry in a map, under the first of its names that the map has.
    pub(crate) fn entry_of<'a>(&self, map: &'a Item) -> Option<&'a AttributeValue> {
        let former = self.former().iter().copied();
        self.name().into_iter().chain(former).find_map(|name| map.get(name))
    }
}

/// The paths at which the value may be stored, in the order in which they are read. `None` if there is only one.
pub(super) fn places(path: &[Segment]) -> Option<Vec<Vec<Segment>>> {
    let step = path.iter().position(|segment| !segment.former().is_empty())?;
    let named = names(&path[step]).map(|name| with_name(path, step, name));
    Some(named.flat_map(|path| places(&path).unwrap_or_else(|| vec![path])).collect())
}

/// The paths with former names that an update of `path` removes.
///
/// # Errors
///
/// If DynamoDB has no action that takes both names into account.
pub(super) fn former_paths(path: &[Segment], action: &Action) -> Result<Vec<Vec<Segment>>> {
    let Some((last, parents)) = path.split_last() else { return Ok(Vec::new()) };
    let refuse = |step: usize, why: &str| {
        let place = Shown(&path[..=step]).to_string();
        let message = format!("items may have `{place}` under a former name, {why}; set the attribute as a whole");
        Err(refused(message).with_attribute(place))
    };
    if let Some(step) = parents.iter().position(|segment| !segment.former().is_empty()) {
        return refuse(step, "and an update inside of it reaches one name only");
    }
    if !last.former().is_empty() && matches!(action, Action::AddElements(_) | Action::DeleteElements(_)) {
        return refuse(parents.len(), "and the elements of a set are changed under one name only");
    }
    Ok(last.former().iter().map(|name| with_name(path, parents.len(), name)).collect())
}

fn names(segment: &Segment) -> impl Iterator<Item = &'static str> {
    let current = match segment {
        Segment::Renamed { name, .. } => Some(*name),
        _ => None,
    };
    current.into_iter().chain(segment.former().iter().copied())
}

fn with_name(path: &[Segment], step: usize, name: &'static str) -> Vec<Segment> {
    let mut path = path.to_vec();
    path[step] = Segment::Name(name);
    path
}

/// The condition with every path under one name. `None` if there are no others.
pub(super) fn resolve(tree: &Tree) -> Option<Tree> {
    // Most conditions have no such path, and then nothing is allocated.
    is_renamed(tree).then(|| under_one_name(tree)).flatten()
}

fn is_renamed(tree: &Tree) -> bool {
    match tree {
        Tree::And(trees) | Tree::Or(trees) => trees.iter().any(is_renamed),
        Tree::Not(tree) => is_renamed(tree),
        leaf => terms(leaf).any(|term| first_renamed(term).is_some()),
    }
}

fn under_one_name(tree: &Tree) -> Option<Tree> {
    let all = |trees: &[Tree]| {
        let resolved: Vec<Option<Tree>> = trees.iter().map(under_one_name).collect();
        let changed = resolved.iter().any(Option::is_some);
        let trees = trees.iter().zip(resolved).map(|(tree, resolved)| resolved.unwrap_or_else(|| tree.clone()));
        changed.then(|| trees.collect::<Vec<_>>())
    };
    match tree {
        Tree::And(trees) => Some(all(trees)?.into_iter().reduce(Tree::and).unwrap_or(Tree::And(Vec::new()))),
        Tree::Or(trees) => Some(all(trees)?.into_iter().reduce(Tree::or).unwrap_or(Tree::Or(Vec::new()))),
        Tree::Not(tree) => Some(Tree::Not(Box::new(under_one_name(tree)?))),
        Tree::Raw(_) => None,
        leaf => {
            let cases = cases(leaf, terms(leaf).find_map(first_renamed)?);
            Some(under_one_name(&cases).unwrap_or(cases))
        }
    }
}

/// A condition without `AND`, `OR` and `NOT` as a choice between the names of the last step of `path`.
fn cases(leaf: &Tree, path: &[Segment]) -> Tree {
    let step = path.len() - 1;
    let of_name = |name| with_path(leaf, path, &with_name(path, step, name));
    // What is inside of the attribute is absent if the first name that the item has lacks it, whatever the others have.
    let is_inside = terms(leaf).any(|term| matches!(term, Term::Path(whole) if whole.len() > path.len()));
    match leaf {
        Tree::Function("attribute_exists", ..) if !is_inside => names(&path[step]).map(of_name).reduce(Tree::or),
        Tree::Function("attribute_not_exists", ..) if !is_inside => names(&path[step]).map(of_name).reduce(Tree::and),
        _ => {
            let test = |function, name| Tree::Function(function, Term::Path(with_name(path, step, name)), None);
            let last = names(&path[step]).last();
            let mut absent: Option<Tree> = None;
            let mut choices: Option<Tree> = None;
            for name in names(&path[step]) {
                let mut choice = of_name(name);
                if !fails_if_absent(leaf) && Some(name) != last {
                    choice = test("attribute_exists", name).and(choice);
                }
                if let Some(absent) = &absent {
                    choice = absent.clone().and(choice);
                }
                choices = Some(choices.map_or_else(|| choice.clone(), |choices| choices.or(choice.clone())));
                let lacks = test("attribute_not_exists", name);
                absent = Some(absent.map_or_else(|| lacks.clone(), |absent| absent.and(lacks.clone())));
            }
            choices
        }
    }
    .unwrap_or_else(|| leaf.clone())
}

/// Whether the condition never holds for an absent attribute. It then needs no test of its presence.
fn fails_if_absent(leaf: &Tree) -> bool {
    !matches!(leaf, Tree::Compare(_, Comparator::Ne, _) | Tree::Function("attribute_not_exists", ..))
}

pub(super) fn terms(leaf: &Tree) -> impl Iterator<Item = &Term> {
    let (first, second, others): (Option<&Term>, Option<&Term>, &[Term]) = match leaf {
        Tree::Compare(left, _, right) => (Some(left), Some(right), &[]),
        Tree::Between(path, low, high) => (Some(path), Some(low), std::slice::from_ref(high)),
        Tree::In(path, values) => (Some(path), None, values),
        Tree::Function(_, path, argument) => (Some(path), argument.as_ref(), &[]),
        Tree::And(_) | Tree::Or(_) | Tree::Not(_) | Tree::Raw(_) => (None, None, &[]),
    };
    first.into_iter().chain(second).chain(others)
}

/// The path down to the first step with former names.
fn first_renamed(term: &Term) -> Option<&[Segment]> {
    let (Term::Path(path) | Term::Size(path)) = term else { return None };
    let step = path.iter().position(|segment| !segment.former().is_empty())?;
    Some(&path[..=step])
}

/// The condition with `to` wherever a path begins with `from`.
pub(super) fn with_path(leaf: &Tree, from: &[Segment], to: &[Segment]) -> Tree {
    let path = |path: &Vec<Segment>| match path.strip_prefix(from) {
        Some(rest) => [to, rest].concat(),
        None => path.clone(),
    };
    let term = |term: &Term| match term {
        Term::Path(steps) => Term::Path(path(steps)),
        Term::Size(steps) => Term::Size(path(steps)),
        term => term.clone(),
    };
    match leaf {
        Tree::Compare(left, comparator, right) => Tree::Compare(term(left), *comparator, term(right)),
        Tree::Between(path, low, high) => Tree::Between(term(path), term(low), term(high)),
        Tree::In(path, values) => Tree::In(term(path), values.iter().map(term).collect()),
        Tree::Function(function, path, argument) => Tree::Function(function, term(path), argument.as_ref().map(term)),
        tree => tree.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::placeholders::Placeholders;
    use super::*;

    fn renamed() -> Vec<Segment> {
        vec![Segment::named("new", &["old", "oldest"]), Segment::Name("x")]
    }

    fn text(tree: &Tree) -> (String, Vec<String>) {
        let mut placeholders = Placeholders::default();
        let text = placeholders.condition(tree).unwrap();
        (text, placeholders.names.into_iter().map(|(_, name)| name.into_owned()).collect())
    }

    #[test]
    fn a_condition_tests_the_name_that_a_read_would_take() {
        let value = Term::text("v");
        let tree = Tree::Compare(Term::Path(renamed()), Comparator::Eq, value.clone());
        let (eq, names) = text(&tree);
        assert_eq!(names, ["new", "x", "old", "oldest"]);
        assert_eq!(
            eq,
            "#0.#1 = :0 OR attribute_not_exists(#0) AND #2.#1 = :0 \
             OR attribute_not_exists(#0) AND attribute_not_exists(#2) AND #3.#1 = :0"
        );
        // It would hold for the absent new name.
        let (ne, _) = text(&Tree::Compare(Term::Path(renamed()[..1].to_vec()), Comparator::Ne, value));
        assert_eq!(
            ne,
            "attribute_exists(#0) AND #0 <> :0 OR attribute_not_exists(#0) AND attribute_exists(#1) AND #1 <> :0 \
             OR attribute_not_exists(#0) AND attribute_not_exists(#1) AND #2 <> :0"
        );
    }

    #[test]
    fn presence_is_that_of_any_name() {
        let path = || Term::Path(renamed()[..1].to_vec());
        let (exists, _) = text(&Tree::Function("attribute_exists", path(), None));
        assert_eq!(exists, "attribute_exists(#0) OR attribute_exists(#1) OR attribute_exists(#2)");
        let (absent, _) = text(&Tree::Function("attribute_not_exists", path(), None));
        assert_eq!(absent, "attribute_not_exists(#0) AND attribute_not_exists(#1) AND attribute_not_exists(#2)");
    }

    #[test]
    fn presence_inside_of_an_attribute_is_that_in_the_name_that_a_read_would_take() {
        let path = || Term::Path(renamed());
        let (exists, _) = text(&Tree::Function("attribute_exists", path(), None));
        assert_eq!(
            exists,
            "attribute_exists(#0.#1) OR attribute_not_exists(#0) AND attribute_exists(#2.#1) \
             OR attribute_not_exists(#0) AND attribute_not_exists(#2) AND attribute_exists(#3.#1)"
        );
        let (absent, _) = text(&Tree::Function("attribute_not_exists", path(), None));
        assert_eq!(
            absent,
            "attribute_exists(#0) AND attribute_not_exists(#0.#1) \
             OR attribute_not_exists(#0) AND attribute_exists(#2) AND attribute_not_exists(#2.#1) \
             OR attribute_not_exists(#0) AND attribute_not_exists(#2) AND attribute_not_exists(#3.#1)"
        );
    }
}
